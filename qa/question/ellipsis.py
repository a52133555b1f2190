"""Questions that are no sentence: 'and in Penrith?', 'what about 2004', 'why?' -> the question before, asked so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.english.lexicon import AUXILIARY, QUESTION_WORD
from qa.question.topic import Subject, named

__all__ = [
    "asked_again",
    "bracketed",
    "capitalised",
    "is_bare",
    "is_courtesy",
    "is_fragment",
    "is_name",
    "is_only_name",
    "swapped",
    "without_lead_in",
]

_WORDS = 80  # of a question that are looked at for what may be replaced
_OBJECT = 8  # words that may follow a preposition
_POLITE = (
    r"(?:thanks|thank you|thx|cheers|great|good|nice|fine|cool|perfect|super|excellent|interesting|wow|right|ok|okay"
    r"|i see|got it|sure|yes|yeah|hello|hi|hey|bye|goodbye|never mind|please)"
    r"(?: (?:very much|so much|a lot|again|there|all|then|everyone))?"
)
_ONLY_POLITE = re.compile(rf"(?:{_POLITE}(?:[\s,.!;:–-]+|$)){{1,4}}", re.IGNORECASE)
# 'thanks, and', 'no, I meant', 'so what about', 'and the same for'
_LEAD_IN = re.compile(
    rf"^(?:{_POLITE}[,.!;:–-]+\s*|thanks\b\s*(?=and\b)){{0,3}}"
    r"(?:(?:no|sorry|actually|rather)\b(?:[\s,.;:–-]+(?=i\b|the\b|of\b|in\b|for\b|at\b|on\b|not\b)|[,.;:–-]+\s*)){0,2}"
    r"(?:i meant?\b[\s,]*(?<=meant |mean, )|(?<=no |o, )i mean\b[\s,]*)?"
    r"(?:(?:and|but|so(?! far)|or|then|also|okay|ok)\b[\s,]*){0,3}"
    r"(?:(?:what|how) (?:about|of)\b[\s,]*"
    r"|(?:do )?(?:the )?same(?: (?:question|thing|again))?[\s,]+(?:for|with|about)\b\s*"
    r"|ditto(?: for)?\b\s*)?",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"not [^,;?]{1,60}(?:[,;]\s*(?:but )?| but )(?=\S)", re.IGNORECASE)  # 'not 2024, 2023'
_ASKS = re.compile(
    rf"\b(?:{QUESTION_WORD}|{AUXILIARY}|tell|list|name|summari[sz]e|describe|explain)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:(?:since when|why not|why|when|where|whom?|how (?:so|come)|how|which(?: ones?)?)"
    r"(?: (?:is|was) (?:that|this|it))?|how (?:many|much|long|often)(?: (?:is|was) (?:that|this))?"
    r"|(?:in|on|at|by|for|from|since|until|to|with|under) (?:whom|who|(?:which|what)(?: [\w'’-]+){1,2}))\W*$",
    re.IGNORECASE,
)
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
_LED = re.compile(rf"(according to|{'|'.join(sorted(_PREPOSITIONS))}) ", re.IGNORECASE)
_PLACES = frozenset(("in", "at", "near", "on", "from"))
# What stands after a preposition ends before one of these.
_END = (_PREPOSITIONS - {"of"}) | frozenset(
    (
        "according is are was were do does did has have had can could will would should and or but who which that"
        " when where why how what now today then as than if because while"
    ).split()
)


def without_lead_in(question: str) -> str:
    """Return a question without 'and', 'so what about'; all of it where nothing else is there."""
    lead_in = _LEAD_IN.match(question)
    rest = (question[lead_in.end() :] if lead_in else question) or question
    instead = _INSTEAD.match(rest)
    return rest[instead.end() :] if instead and not _ASKS.search(rest, instead.end()) else rest


def is_courtesy(question: str) -> bool:
    """Whether a turn asks nothing: 'thanks!', 'ok, got it'."""
    return bool(_ONLY_POLITE.fullmatch(question.strip()))


def is_fragment(question: str) -> bool:
    """Whether a question, 'and' aside, has no verb and no word that asks: 'and in Penrith?', 'at night?'."""
    rest = without_lead_in(question)
    if _ASKS.search(rest):
        return False
    return rest != question or rest.split()[0].lower() in _PREPOSITIONS


def asked_again(before: str, word: str, answer: str) -> str:
    """Ask the question before with another word: 'when did it sink', 'why?' -> 'Why did it sink?'"""
    word = capitalised(word.rstrip(" ?.!"))
    if (who := _WHO_DID.match(before)) and is_name(answer):
        return f"{word}? ({answer} {who['rest']})"
    if word.lower() in ("why", "when", "where", "how", "why not"):
        if again := _ASKED_WITH.match(before):
            return f"{word} {again['rest'][:1].lower()}{again['rest'][1:]}?"
        if word.lower() == "why" and (did := _HOW_MUCH_DID.match(before)):
            return f"Why {did['rest']} so {did['much']}?{before[did.end() :].removeprefix('?')}"
        if word.lower() == "why" and (were := _HOW_MANY_WERE.match(before)):
            return f"Why {were['were']} so {were['much']} {were['rest']}?{before[were.end() :].removeprefix('?')}"
    return bracketed(f"{word}?", before.partition("?")[0])


def swapped(before: str, rest: str, subject: Subject) -> str:
    """Put 'in Penrith', 'for a lorry', 'the monthly pass' where the question before has its like, else at its end."""
    before, rest = _recased(before, subject), _recased(rest.rstrip(" ?.!"), subject)
    led = _LED.match(rest)
    preposition, what = (led[1].lower(), rest[led.end() :]) if led else ("", rest)
    if not preposition and (thing := _like_thing(before, rest)):
        return f"{before[: thing[0]]}{rest}{before[thing[1] :]}?"
    if not preposition and named(rest) and (other := _no_place(before, rest, subject)):
        return f"{before[: other[0]]}{rest}{before[other[1] :]}?"
    found = [place for place in _objects(before) if _fits(place, preposition, what)]
    if found:
        place = max(found, key=lambda place: (place.preposition == preposition, place.start))
        start = place.start if preposition else place.what
        return f"{before[:start]}{rest}{before[place.end :]}?"
    if preposition:
        return f"{before} {rest}?"
    if bool(named(rest)) and (own := named(before)):
        start = before.rindex(own[-1])
        return f"{before[:start]}{rest}{before[start + len(own[-1]) :]}?"
    return f"{before.partition('?')[0]}? {capitalised(rest)}?"


_THING = re.compile(r"(?:the|an?)\s+(?=[a-z])")
_IN_A_PLACE = r"\b(?:in|at|near|from|across|outside|inside)(?: the)? "
_VERB_BEFORE = re.compile(rf"\b{AUXILIARY} $", re.IGNORECASE)


def _no_place(before: str, name: str, subject: Subject) -> tuple[int, int] | None:
    """Return the last name of a question that is no place, with its article, where the new name is none either.

    It is none when the chat's article has it and never says 'in' before it: a party takes the place of a party.
    """
    text = subject.passage.text if subject.passage else ""
    bare = re.sub(r"^(?:the|an?) ", "", name, flags=re.IGNORECASE)
    if not re.search(rf"\b{re.escape(bare)}\b", text) or re.search(rf"{_IN_A_PLACE}{re.escape(bare)}\b", text):
        return None
    for own in reversed(named(before)):
        found = re.search(rf"(?:\b(?:the|an?) )?{re.escape(own)}\b", before)
        if found and not re.search(rf"{_IN_A_PLACE}{re.escape(own)}\b", before):
            return found.span()
    return None


def _like_thing(before: str, rest: str) -> tuple[int, int] | None:
    """Return the definite or indefinite thing of a question that another one may take the place of.

    'The deputy coach' takes that of 'the head coach', 'the bishop of Lund' that of 'the mayor of Harlow'.
    Of several it is that with the same last word, else the first.
    """
    if not _THING.match(rest):
        return None
    words = list(re.finditer(r"\S+", before))[:_WORDS]
    things = []
    for number, word in enumerate(words[:-1]):
        if word[0].lower() not in ("the", "a", "an"):
            continue
        taken = []
        for after in words[number + 1 : number + 1 + _OBJECT]:
            if after[0].lower() in _END - {"of"} or (after[0].lower() == "of" and " of " not in rest):
                break
            taken.append(after)
        asked = _VERB_BEFORE.search(before[: word.start()])
        if asked and len(taken) > 1 and not re.match(r"(?:is|are) $", asked[0], re.IGNORECASE):
            taken.pop()  # 'did the tram line cost', 'was the bridge opened'
        if taken:
            things.append((word.start(), taken[-1].end()))
    head = rest.partition(" of ")[0].split()[-1].lower()
    alike = [place for place in things if before[slice(*place)].partition(" of ")[0].split()[-1].lower() == head]
    return next(iter(alike or things), None)


@dataclass(frozen=True, slots=True)
class _Object:
    """A preposition, or 'according to', and what stands after it: its start, that of what follows, and the end."""

    preposition: str
    start: int
    what: int
    end: int
    is_name: bool


def _objects(text: str) -> Iterator[_Object]:
    words = list(re.finditer(r"\S+", text))[:_WORDS]
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
            led, start = word[0].lower(), word.start()
            if number and f"{words[number - 1][0].lower()} {led}" == "according to":
                led, start = "according to", words[number - 1].start()
            yield _Object(led, start, taken[0].start(), taken[-1].end(), bool(named(what)))


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
    """Whether a question is only the words that ask: 'why?', 'since when', 'in which year'."""
    return bool(_BARE.match(question))


def is_name(answer: str) -> bool:
    """Whether a whole answer is one name: 'Captain Ana Dahl'."""
    return len(answer.split()) <= 6 and len(found := named(answer)) == 1 and answer.endswith(found[0])


def is_only_name(question: str) -> bool:
    """Whether a question is only a name: 'Ana Dahl', 'Captain Dahl?'."""
    words = question.rstrip(" ?.!").split()
    return not _ASKS.search(question) and is_name(" ".join(words)) and all(word[0].isupper() for word in words)


def capitalised(text: str) -> str:
    """Return a text with its first letter large, and nothing else changed."""
    return text[:1].upper() + text[1:]


def bracketed(question: str, topic: str) -> str:
    """Return a question with what it is about after it: 'How much did it cost? (Harlow canal)'."""
    if question.endswith(")"):
        return f"{question[:-1].rstrip('?')}, {topic})"
    return f"{question}{'' if question.endswith(('?', '.', '!')) else '?'} ({topic})"
