"""Sentences of articles, retold in ways that keep what they say and in ways that do not.

Its pairs of opposites were written apart from those of the check (qa/english/lexicon.py), but many common ones stand in
both, so what is found of directions is an upper bound.
"""

import random
import re
from collections.abc import Callable, Sequence

from qa.english.lexicon import MONTHS, WEEKDAYS
from qa.english.numbers import number_places
from qa.english.wording import names

__all__ = ["FAULTS", "faulty", "names_in", "retold"]

FAULTS = ("figure", "date", "name", "negation", "direction", "roles")

_OPPOSITES = (
    "rose fell|rise fall|rising falling|increased decreased|increase decrease|more less|more fewer|higher lower"
    "|before after|above below|over under|won lost|opened closed|gained lost|up down|north south|east west|first last"
    "|largest smallest|oldest newest|most least|early late|approved rejected|supported opposed|bought sold|began ended"
    "|accepted refused|arrived left|inside outside|cheaper dearer|longer shorter|best worst|start end"
)
_OTHER = {a: b for pair in _OPPOSITES.split("|") for a, b in (pair.split(), pair.split()[::-1])}
_DIRECTION = re.compile(rf"\b(?:{'|'.join(_OTHER)})\b")
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|must|did|does|do)\b(?! not\b)(?!n['’]t)"
)
_NOT = re.compile(r"(?<=\w) not\b| never\b|\bno (?=\w)")
_MONTHS, _WEEKDAYS = ([name.title() for name in row] for row in (MONTHS, WEEKDAYS))
_DATE = re.compile(rf"\b(?:{'|'.join((*_MONTHS, *_WEEKDAYS))})\b|\b(?:19|20)\d\d\b")
_ATTRIBUTION = re.compile(
    r",? (?:according to [^,]{3,60}|[^,“”\"]{3,60} (?:said|says|told [^,]{3,30}|announced|added|wrote))\.$"
)
_FEWEST = 6  # words that are left of a sentence


def retold(sentence: str) -> list[str]:
    """Return a sentence as it is, and shortened where that is easy: without who said it, without a last clause."""
    told = [sentence]
    bare = _ATTRIBUTION.sub(".", sentence)
    head, comma, _ = bare.rpartition(", ")
    short = re.sub(r" \([^()]{1,80}\)", "", head if comma and not re.search(r"\b(?:and|or)$", head) else bare)
    for one in (bare, f"{short.rstrip('.')}."):
        if one not in told and len(one.split()) >= _FEWEST and one.count("“") == one.count("”"):
            told.append(one)
    return told


def faulty(kind: str, sentence: str, strangers: Sequence[str], rng: random.Random) -> str | None:
    """Return a sentence with one fault of a kind; None where it has no place for one.

    `strangers` are names that are not in the article.
    """
    rules: dict[str, Callable[[], str | None]] = {
        "figure": lambda: _figure(sentence, rng),
        "date": lambda: _exchanged(sentence, _DATE, lambda word: _other_date(word, rng), rng),
        "name": lambda: _name(sentence, strangers, rng),
        "negation": lambda: _negated(sentence),
        "direction": lambda: _exchanged(sentence, _DIRECTION, _OTHER.__getitem__, rng),
        "roles": lambda: _roles(sentence),
    }
    return rules[kind]()


def names_in(sentence: str) -> list[tuple[int, int]]:
    """Return where names stand in a sentence; one capitalised word at its head may be any word, and is left out."""
    return [place for place in names(sentence, (0, len(sentence))) if place[0] or " " in sentence[slice(*place)]]


def _name(sentence: str, strangers: Sequence[str], rng: random.Random) -> str | None:
    places = names_in(sentence)
    return _put(sentence, rng.choice(places), rng.choice(strangers)) if places and strangers else None


def _negated(sentence: str) -> str | None:
    if said := _NOT.search(sentence):
        return _put(sentence, said.span(), "")
    found = _AUXILIARY.search(sentence)
    return _put(sentence, (found.end(), found.end()), " not") if found else None


def _figure(sentence: str, rng: random.Random) -> str | None:
    dated = [match.span() for match in _DATE.finditer(sentence)]
    places = [
        (start, end)
        for start, end in number_places(sentence)
        if re.search(r"\d", sentence[start:end]) and not any(a < end and start < b for a, b in dated)
    ]
    if not places:
        return None
    start, end = rng.choice(places)
    digits = [at for at in range(start, end) if sentence[at].isdigit()]
    at = rng.choice(digits[:2])
    other = rng.choice([digit for digit in "123456789" if digit != sentence[at]])
    return _put(sentence, (at, at + 1), other)


def _other_date(word: str, rng: random.Random) -> str:
    for row in (_MONTHS, _WEEKDAYS):
        if word in row:
            return rng.choice([other for other in row if other != word])
    return str(int(word) + rng.choice((-3, -2, -1, 1, 2, 3)))


def _roles(sentence: str) -> str | None:
    """Exchange the first two names that are different."""
    places = names_in(sentence)
    for first in places:
        for second in places:
            one, other = sentence[slice(*first)], sentence[slice(*second)]
            if first[1] < second[0] and not set(one.split()) & set(other.split()):
                return _put(_put(sentence, second, one), first, other)
    return None


def _exchanged(sentence: str, words: re.Pattern[str], other: Callable[[str], str], rng: random.Random) -> str | None:
    found = list(words.finditer(sentence))
    if not found:
        return None
    match = rng.choice(found)
    return _put(sentence, match.span(), other(match[0]))


def _put(sentence: str, place: tuple[int, int], words: str) -> str:
    return sentence[: place[0]] + words + sentence[place[1] :]
