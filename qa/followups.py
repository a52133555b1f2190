"""Follow-up + chat so far + archive -> stand-alone question.

What a follow-up lacks is looked for in the chat and in the article behind its last answer (qa/subject.py); a few
readable questions are made of it by rules over English, the likeliest first, and the archive says which it answers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.archive import Archive
from qa.question import search_terms
from qa.retrieve import DEPTH
from qa.subject import Mention, Subject, is_person, named, part, subject_of, words_in
from qa.types import Turn

__all__ = ["StandAlone", "resolve"]

# How far back a chat is looked at.
_TURNS = 5
# Ways to ask that the archive is asked to choose from, and what a unit of a mention's weight adds to a cosine.
_WAYS = 3
_PRIOR = 0.1
# A question that may stand alone belongs to the chat when a passage on its subject is nearly as near as the nearest.
_NEARLY = 0.1
# How much likelier than the chat's subject the name is that the last answer gave.
_GIVEN = 3.0
_OBJECT = 8  # words that may follow a preposition

_LEAD_IN = re.compile(
    r"^(?:(?:and|but|so|or|then|also|okay|ok)\b[\s,]*){0,3}(?:(?:what|how) (?:about|of)\b[\s,]*)?", re.IGNORECASE
)
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|when|where|why|which|how|is|are|was|were|did|does|do|has|have|had|can|could|will|would"
    r"|should|tell|list|name|summari[sz]e|describe|explain)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:since when|why not|why|when|where|whom?|how (?:many|much|long|often|so|come)|how|which(?: ones?)?)"
    r"(?: (?:is|was) (?:that|this|it))?\W*$",
    re.IGNORECASE,
)
_AUXILIARY = r"(?:did|does|do|was|were|is|are|has|have|had|will|would|can|could|should)"
_ASKED_WITH = re.compile(rf"^(?:(?:when|where|why|how) )?(?P<rest>{_AUXILIARY} .+)$", re.IGNORECASE)
_WHO_DID = re.compile(rf"^who (?!{_AUXILIARY}\b)(?P<rest>.+)$", re.IGNORECASE)
_PREPOSITIONS = frozenset(
    "in at for of on by from with to during under since before after about near against between into over".split()
)
_PLACES = frozenset(("in", "at", "near", "on", "from"))
# What stands after a preposition ends before one of these.
_END = (_PREPOSITIONS - {"of"}) | frozenset(
    (
        "is are was were do does did has have had can could will would should and or but who which that when where why"
        " how what now today then as than if because while"
    ).split()
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_HE = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|its|they|them|their|theirs)\b", re.IGNORECASE)
_EMPTY_IT = re.compile(r"\b(?:is|was) it (?:true|possible|likely|clear|known|legal|raining|snowing)\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:the|a|an)\s+\w", re.IGNORECASE)
# Words that point back. 'there' in 'are there any' and 'that' in 'the mayor that won' do not.
_POINTS = re.compile(
    r"\b(?:is|are|was|were|do|does|did|about|of|for|by|with|like|after|before|since|during|in|at|from|on|to|why|how)"
    r" (?:that|this|these|those)\b"
    r"|^(?:that|this|these|those)\b"
    r"|\b(?:that|this|these|those|there|then|ones?|the same|else|others?)\s*[?.!]*$"
    r"|\b(?:what|who|where|anything|anyone|how) else\b|\bany other\b|\b(?:the|any) others?\b"
    r"|\b(?:that|the same) (?:day|time|year|month|week|night|morning|place|case|way)\b",
    re.IGNORECASE,
)
_GENDER = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "hers": "f"}


@dataclass(frozen=True, slots=True)
class StandAlone:
    """A question without the chat before it.

    Attributes:
        asked: What is searched for.
        to_read: What the reader is asked: the same without what only the search needs.
    """

    asked: str
    to_read: str


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to ask, and how likely the rules find it: to be added to a cosine."""

    question: StandAlone
    prior: float = 0.0


def resolve(question: str, history: Sequence[Turn], archive: Archive) -> StandAlone:
    """Return the question as it would be asked without the chat before it.

    'he' becomes the name that the last answer gave, or the person that the chat is about; 'and in Penrith?' takes
    the place of the same kind of phrase in the question before; what else leans on the chat gets its subject in
    brackets. Where several readings are possible, the archive decides. A question that stands alone, or that the
    archive answers from elsewhere, is returned as it is. Without a chat nothing is searched for.
    """
    question = " ".join(question.split())
    turns = [turn for turn in history if search_terms(turn.question)][-_TURNS:]
    if not turns or not search_terms(question):
        return StandAlone(question, question)
    subject = subject_of(turns, archive)
    if ways := _ways(question, turns, subject):
        return _best(ways, archive)
    with_topic = _with_topic(question, turns, subject).question
    if named(question) or not _continues(question, with_topic.asked, subject, archive):
        return StandAlone(question, question)
    return with_topic


def _ways(question: str, turns: Sequence[Turn], subject: Subject) -> list[_Way]:
    """Return ways to ask what plainly leans on the chat, the likeliest first; none where it may stand alone."""
    rest = _rest(question)
    if _BARE.match(rest):
        return [_Way(_asked_again(_before(turns, subject), rest, turns[-1].answer or ""))]
    if _is_fragment(question):
        return [_Way(_same(_swapped(_before(turns, subject), rest, subject)))]
    for pronoun in (_outside(_HE, rest), _outside(_IT, rest)):
        if pronoun:
            found = _referents(pronoun[0], turns, subject)[:_WAYS]
            ways = [_Way(_same(_replaced(rest, pronoun, m.text)), _PRIOR * m.weight) for m in found]
            return ways or [_with_topic(rest, turns, subject)]
    if _POINTS.search(rest) or rest != question or len(search_terms(rest)) < 2:
        return [_with_topic(rest, turns, subject)]
    return []


def _best(ways: Sequence[_Way], archive: Archive) -> StandAlone:
    """Return the way to ask to which the archive has the nearest passage, the rules' own liking added."""
    if len(ways) == 1:
        return ways[0].question
    vectors = archive.encoder.encode([way.question.asked for way in ways])
    nearest = [max((cosine for _, cosine in archive.dense(vector, 1)), default=0.0) for vector in vectors]
    return max(zip(ways, nearest, strict=True), key=lambda pair: pair[0].prior + pair[1])[0].question


def _continues(question: str, with_topic: str, subject: Subject, archive: Archive) -> bool:
    """Whether a question without a name or pronoun is about the chat's subject, and does not find it by itself."""
    if subject.passage is None or not subject.names or with_topic == question:
        return False
    wanted = words_in(subject.names[0].text)
    near = archive.dense(archive.encoder.encode([question])[0], DEPTH)
    own = [
        cosine
        for passage, cosine in near
        if passage.article_id == subject.passage.article_id or wanted <= words_in(f"{passage.title} {passage.text}")
    ]
    return bool(own) and 0.0 < near[0][1] - own[0] < _NEARLY


# --- fragments: 'and in Penrith?', 'what about 2004', 'why?'


def _rest(question: str) -> str:
    """Return a question without 'and', 'so what about'; all of it where nothing else is there."""
    lead_in = _LEAD_IN.match(question)
    return (question[lead_in.end() :] if lead_in else question) or question


def _is_fragment(question: str) -> bool:
    rest = _rest(question)
    if _ASKS.search(rest):
        return False
    return rest != question or rest.split()[0].lower() in _PREPOSITIONS


def _before(turns: Sequence[Turn], subject: Subject) -> str:
    """Return the last question as the rules alone make it stand alone, without its question mark."""
    asked = ""
    for number, turn in enumerate(turns):
        question = " ".join(turn.question.split()).rstrip(" ?.!")
        rest = _rest(question)
        if not asked:
            asked = question
        elif _BARE.match(rest):
            continue
        elif _is_fragment(question):
            asked = _swapped(asked, rest, subject).rstrip("?")
        elif (pronoun := _outside(_HE, rest) or _outside(_IT, rest)) and (
            found := _referents(pronoun[0], turns[:number], subject)
        ):
            asked = _replaced(rest, pronoun, found[0].text)
        else:
            asked = rest
    return asked


def _asked_again(before: str, word: str, answer: str) -> StandAlone:
    """Ask the question before with another word: 'when did it sink', 'why?' -> 'Why did it sink?'"""
    word = _capitalised(word.rstrip(" ?.!"))
    if word.lower() in ("why", "when", "where", "how", "why not"):
        if again := _ASKED_WITH.match(before):
            return _same(f"{word} {again['rest'][:1].lower()}{again['rest'][1:]}?")
        if (who := _WHO_DID.match(before)) and _is_name(answer):
            return _same(f"{word}? ({answer} {who['rest']})")
    return _same(f"{before}? {word}?")


def _swapped(before: str, rest: str, subject: Subject) -> str:
    """Put 'in Penrith', 'for a lorry' or '2004' where the question before has its like, else at its end."""
    before, rest = _recased(before, subject), _recased(rest.rstrip(" ?.!"), subject)
    if (year := _YEAR.search(rest)) and (old := _YEAR.search(before)):
        return f"{before[: old.start()]}{year[0]}{before[old.end() :]}?"
    preposition, _, what = rest.partition(" ")
    if not (what and preposition.lower() in _PREPOSITIONS):
        preposition, what = "", rest
    found = [place for place in _objects(before) if _fits(place, preposition.lower(), what)]
    if found:
        place = max(found, key=lambda place: (place.preposition == preposition.lower(), place.start))
        start = place.start if preposition else place.what
        return f"{before[:start]}{rest}{before[place.end :]}?"
    if preposition:
        return f"{before} {rest}?"
    if year:
        return f"{before} in {rest}?"
    if bool(named(rest)) and (own := named(before)):
        start = before.rindex(own[-1])
        return f"{before[:start]}{rest}{before[start + len(own[-1]) :]}?"
    return f"{before}? {_capitalised(rest)}?"


@dataclass(frozen=True, slots=True)
class _Object:
    """A preposition and what stands after it: offsets of the preposition, of what follows, and of its end."""

    preposition: str
    start: int
    what: int
    end: int
    is_name: bool


def _objects(text: str) -> Iterator[_Object]:
    words = list(re.finditer(r"\S+", text))
    for number, word in enumerate(words):
        if word[0].lower() not in _PREPOSITIONS:
            continue
        taken = []
        for after in words[number + 1 : number + 1 + _OBJECT]:
            if after[0].lower() in _END:
                break
            taken.append(after)
        if taken:
            what = text[taken[0].start() : taken[-1].end()]
            yield _Object(word[0].lower(), word.start(), taken[0].start(), taken[-1].end(), bool(named(what)))


def _fits(place: _Object, preposition: str, what: str) -> bool:
    """Whether a phrase may take the place of another: a name that of a name, after a like preposition."""
    if place.is_name != bool(named(what)):
        return place.preposition == preposition and preposition != "of"
    alike = {place.preposition, preposition} <= _PLACES
    return place.preposition == preposition or alike or (not preposition and place.is_name)


def _recased(text: str, subject: Subject) -> str:
    """Write names of the chat's article as the article does: 'kuwait' -> 'Kuwait'."""
    for mention in subject.names:
        if len(mention.text) > 3:
            text = mention.text.join(re.split(rf"\b{re.escape(mention.text)}\b", text, flags=re.IGNORECASE))
    return text


# --- pronouns


def _outside(pronouns: re.Pattern[str], question: str) -> re.Match[str] | None:
    """Return the first pronoun that stands for something outside the question."""
    found = pronouns.search(question)
    if not found or _EMPTY_IT.search(question):
        return None
    before = question[: found.start()]
    inside = bool(named(before)) or (pronouns is _IT and bool(_THING.search(before)))
    return None if inside else found


def _referents(pronoun: str, turns: Sequence[Turn], subject: Subject) -> list[Mention]:
    """Return what a pronoun may stand for, the likeliest first."""
    last = turns[-1]
    personal = bool(_HE.fullmatch(pronoun))
    heaviest = max((mention.weight for mention in subject.names), default=1.0)
    found = [m for m in subject.names if m.person] if personal else list(subject.names)
    found = found or list(subject.names)
    answer = " ".join((last.answer or "").split()).rstrip(" .")
    same = _HE if personal else _IT
    before = same.search(last.question)
    turned = bool(before and personal and _GENDER[before[0].lower()] != _GENDER[pronoun.lower()])
    if turned and len(found) > 1:
        found = found[1:]
    if _is_name(answer):
        known = before is None or turned
        found = [Mention(answer, heaviest + (_GIVEN if known else -_GIVEN), is_person(answer, "")), *found]
    if not personal:
        found = [Mention(m.text, m.weight - 1.0 * m.person, m.person) for m in found]
        found += [Mention(_definite(phrase), 2.0) for phrase in subject.phrases[:2] if not named(phrase)]
    return sorted(found, key=lambda mention: -mention.weight)


def _replaced(question: str, pronoun: re.Match[str], text: str) -> str:
    """Put a name or a thing in the place of a pronoun: 'his party' -> "Ana Dahl's party"."""
    owner = f"{text}’s" if "’" in question else f"{text}'s"
    new = owner if _owns(question, pronoun) else text
    return _capitalised(question[: pronoun.start()] + new + question[pronoun.end() :])


def _owns(text: str, word: re.Match[str]) -> bool:
    """Whether a pronoun stands before what it owns: 'his party', and 'her party' but not 'replaced her?'."""
    after = text[word.end() :].lstrip()
    return word[0].lower() in ("his", "its", "their") or (
        word[0].lower() == "her" and bool(re.match(r"(?!(?:by|in|on|at|as|to|and|or)\b)[a-z]", after))
    )


def _definite(phrase: str) -> str:
    return phrase if phrase.lower().startswith(("the ", "a ", "an ")) else f"the {phrase}"


# --- what the chat is about, in brackets


def _with_topic(question: str, turns: Sequence[Turn], subject: Subject) -> _Way:
    """Add the chat's subject in brackets, where the question does not have it."""
    rest = _capitalised(_rest(question))
    topic = _topic(rest, turns, subject)
    if not topic:
        return _Way(_same(rest))
    mark = "" if rest.endswith(("?", ".", "!")) else "?"
    both = f"{rest}{mark} ({topic})"
    return _Way(StandAlone(both, rest if len(rest.split()) > 2 else both))


def _topic(question: str, turns: Sequence[Turn], subject: Subject) -> str:
    own = words_in(question)
    answer = " ".join((turns[-1].answer or "").split()).rstrip(" .")
    names = [mention.text for mention in subject.names[:1]]
    options = [*names, *([answer] if _is_name(answer) else []), *subject.phrases[:1], *named(turns[-1].question)]
    taken: list[str] = []
    for option in options:
        words = words_in(option)
        if part(words, own) < 0.5 and not any(words & words_in(other) for other in taken):
            taken.append(option)
    return ", ".join(taken[:2])


def _is_name(answer: str) -> bool:
    """Whether a whole answer is one name: 'Brigadier General Lucia Merrow'."""
    return len(answer.split()) <= 6 and len(found := named(answer)) == 1 and answer.endswith(found[0])


def _same(question: str) -> StandAlone:
    return StandAlone(question, question)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
