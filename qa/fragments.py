"""Questions that are no sentence: 'and in Penrith?', 'what about 2004', 'why?' -> the question before, asked so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.subject import Subject, named

__all__ = [
    "AUXILIARY",
    "asked_again",
    "capitalised",
    "is_bare",
    "is_fragment",
    "is_name",
    "is_only_name",
    "swapped",
    "without_lead_in",
]

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
AUXILIARY = r"(?:did|does|do|was|were|is|are|has|have|had|will|would|can|could|should)"
_ASKED_WITH = re.compile(rf"^(?:(?:when|where|why|how) )?(?P<rest>{AUXILIARY} .+)$", re.IGNORECASE)
# 'how much did the dam cost', 'how many nurses did Penrith have'; 'how many people were hurt'
_HOW_MUCH_DID = re.compile(
    r"^how (?P<much>(?:much|many)(?: (?!(?:did|does|do)\b)[\w'’-]+){0,3}) (?P<rest>(?:did|does|do) [^?]+)",
    re.IGNORECASE,
)
_HOW_MANY_WERE = re.compile(
    r"^how (?P<much>(?:much|many)(?: (?!(?:was|were)\b)[\w'’-]+){1,3}) (?P<were>was|were) (?P<rest>[^?]+)",
    re.IGNORECASE,
)
_WHO_DID = re.compile(rf"^who (?!{AUXILIARY}\b)(?P<rest>.+)$", re.IGNORECASE)
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


def without_lead_in(question: str) -> str:
    """Return a question without 'and', 'so what about'; all of it where nothing else is there."""
    lead_in = _LEAD_IN.match(question)
    return (question[lead_in.end() :] if lead_in else question) or question


def is_fragment(question: str) -> bool:
    """Whether a question, 'and' aside, has no verb and no word that asks: 'and in Penrith?', 'at night?'."""
    rest = without_lead_in(question)
    if _ASKS.search(rest):
        return False
    return rest != question or rest.split()[0].lower() in _PREPOSITIONS


def asked_again(before: str, word: str, answer: str) -> str:
    """Ask the question before with another word: 'when did it sink', 'why?' -> 'Why did it sink?'"""
    word = capitalised(word.rstrip(" ?.!"))
    if word.lower() in ("why", "when", "where", "how", "why not"):
        if again := _ASKED_WITH.match(before):
            return f"{word} {again['rest'][:1].lower()}{again['rest'][1:]}?"
        if word.lower() == "why" and (did := _HOW_MUCH_DID.match(before)):
            return f"Why {did['rest']} so {did['much']}?{before[did.end() :].removeprefix('?')}"
        if word.lower() == "why" and (were := _HOW_MANY_WERE.match(before)):
            return f"Why {were['were']} so {were['much']} {were['rest']}?{before[were.end() :].removeprefix('?')}"
        if (who := _WHO_DID.match(before)) and is_name(answer):
            return f"{word}? ({answer} {who['rest']})"
    return f"{before.partition('?')[0]}? {word}?"


def swapped(before: str, rest: str, subject: Subject) -> str:
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
    return f"{before.partition('?')[0]}? {capitalised(rest)}?"


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


def is_bare(question: str) -> bool:
    """Whether a question is only the word that asks: 'why?', 'since when'."""
    return bool(_BARE.match(question))


def is_name(answer: str) -> bool:
    """Whether a whole answer is one name: 'Brigadier General Lucia Merrow'."""
    return len(answer.split()) <= 6 and len(found := named(answer)) == 1 and answer.endswith(found[0])


def is_only_name(question: str) -> bool:
    """Whether a question is only a name: 'Lucia Merrow', 'General Merrow?'."""
    words = question.rstrip(" ?.!").split()
    return not _ASKS.search(question) and is_name(" ".join(words)) and all(word[0].isupper() for word in words)


def capitalised(text: str) -> str:
    """Return a text with its first letter large, and nothing else changed."""
    return text[:1].upper() + text[1:]
