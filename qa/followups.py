"""Follow-up + chat so far + archive -> stand-alone question.

What a follow-up lacks is looked for in the chat and in the article behind its last answer (qa/subject.py); a few
readable questions are made of it by rules over English, the likeliest first, and the archive says which it answers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.archive import Archive
from qa.fragments import (
    AUXILIARY,
    asked_again,
    capitalised,
    is_bare,
    is_fragment,
    is_name,
    is_only_name,
    swapped,
    without_lead_in,
)
from qa.question import search_terms
from qa.retrieve import DEPTH
from qa.subject import Mention, Subject, is_person, named, part, subject_of, words_in
from qa.types import Turn

__all__ = ["StandAlone", "bracketed", "outside_pronoun", "replaced", "resolve"]

# How far back a chat is looked at.
_TURNS = 5
_LOOKED_AT = 20  # of which some may have no word
_TURN_CHARACTERS = 2000
# Ways to ask that the archive is asked to choose from, and what a unit of a mention's weight adds to a cosine. On 300
# turns of CANARD that the evaluation does not report on, reciprocal rank .401 / .399 / .399 at .05 / .1 / .2: the
# archive decides between names of nearly the same weight, and at .05 also against what the last answer named. Between
# equals the middle one: with vectors of 8 bits a cosine moves by up to .03, which at .1 turned a test's answer.
_WAYS = 3
_PRIOR = 0.15
# A question that may stand alone belongs to the chat when a passage on its subject is nearly as near as the nearest,
# and near at all. On the dev half of the gold questions: of 118 asked after a question on another story 3 took its
# subject, of which 2 point back ('that coast'); without the second bound also those that no article is about, whose
# nearest passage has a cosine of .1 to .3.
_NEARLY = 0.1
_NEAR = 0.25
# How much likelier than the chat's subject the name is that the last answer gave.
_GIVEN = 3.0
_ASKED_OF = 2.0  # the same of the person whom the newest question with one names; of those before, less
_THING_WEIGHT = 2.0  # of a thing of the last question that the article has: as of a name of the title or the question
_MOSTLY = 0.5  # of a name's words: with this part of them a question has the name

_HE = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|its|they|them|their|theirs)\b", re.IGNORECASE)
_EMPTY_IT = re.compile(
    r"\b(?:is|was) it (?:true|possible|likely|clear|known|legal|raining|snowing)\b"
    r"|\bit (?:\w+ ){0,3}?(?:cost|takes?|took|taken) to\b",
    re.IGNORECASE,
)
# 'the fire fighter that lost his life', 'how many people left their homes'
_WITHIN = re.compile(
    r"(?<=\s)(?:that|who) [\w'’-]+ (?:his|her|its|their) |\b(?:how many|which|people)\b.+\btheir ", re.IGNORECASE
)
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
_MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}}\b)(?:,? (?:1[5-9]|20)\d\d)?"
    rf"|(?:{_MONTH} )?(?:1[5-9]|20)\d\d)\b",
    re.IGNORECASE,
)
_THAT_TIME = re.compile(
    r"(?:\b(?P<preposition>in|on|during|at|since|before|after) )?"
    r"\b(?:that|this|the same) (?:day|year|month|time|week)\b",
    re.IGNORECASE,
)
_AMOUNTS = frozenset("many much long old often far big large tall high deep heavy fast soon".split())
_EXPLAINED = re.compile(r"(?P<question>[^()]+[?.!]) \((?P<topic>[^()]+)\)")
# A man, a woman, a thing, several of any.
_KIND = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "hers": "f", "it": "t", "its": "t"} | dict.fromkeys(
    ("they", "them", "their", "theirs"), "p"
)
_COUNTED = re.compile(
    rf"\b(?:how many|which) (?P<what>(?:(?!{AUXILIARY}\b)[\w'’-]+ ){{0,2}}?"
    rf"(?:[\w'’-]+s|people|(?!{AUXILIARY}\b)\w+(?= {AUXILIARY}\b)))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StandAlone:
    """A question without the chat before it.

    Attributes:
        asked: What is searched for.
        to_read: What the reader is asked: the same without what only the search needs.
        topic: What a person put in brackets after the question, such as the headline of the article that is meant.
    """

    asked: str
    to_read: str
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class _Chat:
    """What was said before.

    Attributes:
        before: The last question as the rules make it stand alone.
        held: What its pronouns stand for.
        people: Those whom its questions name, the newest first.
    """

    before: str
    held: Mapping[str, str]
    people: tuple[str, ...] = ()


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
    turns = [_cut(turn) for turn in history[-_LOOKED_AT:] if search_terms(turn.question)][-_TURNS:]
    if explained := _EXPLAINED.fullmatch(question):  # as this module or a person corrected it
        return StandAlone(question, explained["question"], explained["topic"])
    if not turns or not search_terms(question):
        return StandAlone(question, question)
    subject = subject_of(turns, archive)
    if ways := _ways(question, turns, subject):
        return _best(ways, archive)
    with_topic = _with_topic(question, turns, subject).question
    if named(question) or not _continues(question, with_topic.asked, subject, archive):
        return StandAlone(question, question)
    return with_topic


def _replayed(turns: Sequence[Turn], subject: Subject) -> _Chat:
    """Make the questions of the chat stand alone, one after the other, by the rules alone."""
    chat = _Chat(_bare(turns[0].question), {}, _people(turns[0].question))
    people = chat.people
    for last, turn in pairwise(turns):
        question = _bare(turn.question)
        rest = without_lead_in(question)
        if is_bare(rest):
            continue
        if filled := _filled(rest, chat, last, subject):
            held = {_KIND[pronoun[0].lower()]: rest} if (pronoun := outside_pronoun(_bare(last.question))) else {}
            chat = _Chat(_bare(filled.to_read), {**chat.held, **held})
        elif is_fragment(question):
            chat = _Chat(swapped(chat.before, rest, subject).rstrip("?"), chat.held)
        elif pronoun := outside_pronoun(rest):
            text = next((m.text for m in _referents(pronoun[0], chat, last, subject, rest)), pronoun[0])
            chat = _Chat(replaced(rest, pronoun, text), {**chat.held, _KIND[pronoun[0].lower()]: text})
        else:
            chat = _Chat(rest, {} if named(rest) else chat.held)
        people = tuple(dict.fromkeys((*_people(turn.question), *people)))
        chat = replace(chat, people=people)
    return chat


def _people(question: str) -> tuple[str, ...]:
    return tuple(name for name in named(question) if is_person(name, question))


def _ways(question: str, turns: Sequence[Turn], subject: Subject) -> list[_Way]:
    """Return ways to ask what plainly leans on the chat, the likeliest first; none where it may stand alone."""
    chat = _replayed(turns, subject)
    rest = _dated(without_lead_in(question), chat.before, _answer(turns[-1]))
    if is_bare(rest):
        return [_Way(_same(asked_again(chat.before, rest, _answer(turns[-1]))))]
    if filled := _filled(rest, chat, turns[-1], subject):
        return [_Way(filled)]
    if is_fragment(question):
        return [_Way(_same(swapped(chat.before, rest, subject)))]
    if pronoun := outside_pronoun(rest):
        found = _referents(pronoun[0], chat, turns[-1], subject, rest)
        ways = [_Way(_named_in(rest, pronoun, m.text, chat, subject), _PRIOR * m.weight) for m in found[:_WAYS]]
        return ways or [_with_topic(rest, turns, subject)]
    if _POINTS.search(question) or len(set(search_terms(rest)) - _AMOUNTS) < 2:
        return [_with_topic(rest, turns, subject)]
    return []


def _filled(rest: str, chat: _Chat, last: Turn, subject: Subject) -> StandAlone | None:
    """Put a name, where the follow-up is only that, for the pronoun or the definite thing of the question before.

    So which one is meant can be typed. A definite thing is taken only of a question that had no answer.
    """
    if not is_only_name(rest):
        return None
    name = rest.rstrip(" ?.!")
    if pronoun := outside_pronoun(chat.before):
        return _same(f"{replaced(chat.before, pronoun, name)}?")
    if outside_pronoun(last.question):  # of which the chat already made another name
        return _same(swapped(chat.before, name, subject))
    if not last.answer and not named(chat.before) and _THING.search(chat.before):
        question = f"{capitalised(chat.before)}?"
        return StandAlone(bracketed(question, name), question, name)
    return None


def _best(ways: Sequence[_Way], archive: Archive) -> StandAlone:
    """Return the way to ask to which the archive has the nearest passage, the rules' own liking added."""
    if len(ways) == 1:
        return ways[0].question
    vectors = archive.encoder.encode([way.question.to_read for way in ways])  # without brackets: they favour themselves
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
    return bool(own) and own[0] > _NEAR and 0.0 < near[0][1] - own[0] < _NEARLY


# --- pronouns


def outside_pronoun(question: str) -> re.Match[str] | None:
    """Return the first pronoun that stands for something outside the question, a person before a thing."""
    for pronouns in (_HE, _IT):
        found = pronouns.search(question)
        if found and not _EMPTY_IT.search(question) and not _within(question, found):
            before = question[: found.start()]
            if not named(before) and not (pronouns is _IT and _THING.search(before)):
                return found
    return None


def _within(question: str, pronoun: re.Match[str]) -> bool:
    """Whether an owner's pronoun stands for what the question says before it."""
    found = _WITHIN.search(question)
    return bool(found and found.start() < pronoun.start() < found.end())


def _referents(pronoun: str, chat: _Chat, turn: Turn, subject: Subject, question: str) -> list[Mention]:
    """Return what a pronoun of a question may stand for after a turn, the likeliest first; not what it names itself.

    What the same pronoun stood for in the question before it goes first, then the name that its answer is, then
    what is counted in the question ('how many troops', 'they') or whom the questions named, then what the chat is
    about.
    """
    kind = _KIND[pronoun.lower()]
    personal = kind in "mf"
    heaviest = max((mention.weight for mention in subject.names), default=1.0)
    other = chat.held.get("f" if kind == "m" else "m") if personal else None
    names = [m for m in subject.names if m.text != other]
    found = [m for m in names if m.person] if personal else names
    if personal:
        asked_of = [name for name in chat.people if name != other]
        found += [Mention(name, heaviest + _ASKED_OF / (n + 1), True) for n, name in enumerate(asked_of)]
    found = found or [m for m in names if not _is_place(m.text, chat.before, subject)]
    answer = _answer(turn)
    if is_name(answer) and (kind == "p" or is_person(named(answer)[0], answer) == personal):
        found.append(Mention(answer, heaviest + _GIVEN))
    if held := chat.held.get(kind):
        found.append(Mention(held, heaviest + _GIVEN + 1))
    if kind == "p" and (counted := _COUNTED.search(chat.before)):
        found.append(Mention(f"the {counted['what']}", heaviest + _GIVEN - 1))
    if not personal:
        found += [
            Mention(_definite(phrase), _THING_WEIGHT)
            for phrase in subject.phrases[:2]
            if not named(phrase) and phrase.endswith("s") == (kind == "p")
        ]
    found = [m for m in found if not words_in(m.text) <= words_in(question)]
    heaviest_of: dict[str, Mention] = {}
    for mention in sorted(found, key=lambda mention: -mention.weight):
        heaviest_of.setdefault(mention.text, mention)
    return list(heaviest_of.values())


def _is_place(name: str, question: str, subject: Subject) -> bool:
    """Whether a name stands after 'in' or the like, in the question or the article: no pronoun stands for it."""
    text = f"{question}\n{subject.passage.text if subject.passage else ''}"
    return bool(re.search(rf"\b(?:in|at|near)(?: the)? {re.escape(name)}\b", text, re.IGNORECASE))


def _named_in(question: str, pronoun: re.Match[str], text: str, chat: _Chat, subject: Subject) -> StandAlone:
    """Put a name in the place of a pronoun.

    'The troops' may be any, so the chat's subject goes with them; what happened in a place is not the place.
    """
    if not named(text):
        named_so = replaced(question, pronoun, text)
        about = next((m.text for m in subject.names if part(words_in(m.text), words_in(named_so)) < _MOSTLY), None)
        return StandAlone(bracketed(named_so, about) if about else named_so, named_so)
    if _KIND[pronoun[0].lower()] == "t" and _is_place(text, chat.before, subject):
        asked = capitalised(question)
        return StandAlone(bracketed(asked, text), asked)
    return _same(replaced(question, pronoun, text))


def _dated(question: str, before: str, answer: str) -> str:
    """Write the day or year that was spoken of for 'that day', 'in the same year'."""
    back = _THAT_TIME.search(question)
    date = _DATE.search(answer) or _DATE.search(before)
    if not back or not date:
        return question
    preposition = back["preposition"] or ("on" if date["day"] else "in")
    return f"{question[: back.start()]}{preposition} {date[0]}{question[back.end() :]}"


def replaced(question: str, pronoun: re.Match[str], text: str) -> str:
    """Put a name or a thing in the place of a pronoun: 'his party' -> "Ana Dahl's party"."""
    owner = f"{text}’s" if "’" in question else f"{text}'s"
    new = owner if _owns(question, pronoun) else text
    return capitalised(question[: pronoun.start()] + new + question[pronoun.end() :])


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
    rest = capitalised(without_lead_in(question))
    topic = _topic(rest, turns, subject)
    if not topic:
        return _Way(_same(rest))
    both = bracketed(rest, topic)
    return _Way(StandAlone(both, rest if len(rest.split()) > 2 else both))


def bracketed(question: str, topic: str) -> str:
    """Return a question with what it is about after it: 'How much did it cost? (Wexholm bridge)'."""
    return f"{question}{'' if question.endswith(('?', '.', '!')) else '?'} ({topic})"


def _topic(question: str, turns: Sequence[Turn], subject: Subject) -> str:
    own = words_in(question)
    answer = _answer(turns[-1])
    names = [mention.text for mention in subject.names[:1]]
    options = [*names, *([answer] if is_name(answer) else []), *(subject.phrases[:1] if not names else [])]
    taken: list[str] = []
    for option in options:
        words = words_in(option)
        if part(words, own) < _MOSTLY and not any(words & words_in(other) for other in taken):
            taken.append(option)
    return ", ".join(taken[:2])


def _answer(turn: Turn) -> str:
    return " ".join((turn.answer or "").split()).rstrip(" .")


def _cut(turn: Turn) -> Turn:
    return Turn(turn.question[:_TURN_CHARACTERS], (turn.answer or "")[:_TURN_CHARACTERS] or None)


def _bare(question: str) -> str:
    return " ".join(question.split()).rstrip(" ?.!")


def _same(question: str) -> StandAlone:
    return StandAlone(question, question)
