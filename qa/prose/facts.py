"""What of a sentence can be looked up: its figures, dates, names and quotations, and whether a text has each."""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa.english.date_grammar import DatePhrase, date_phrases
from qa.english.equality import same_amount
from qa.english.lexicon import DENIES, MAY_DENY, OPPOSITES
from qa.english.numbers import number_places
from qa.english.wording import names
from qa.english.words import words_of
from qa.read.evidence import Place

__all__ = ["Fact", "Known", "capitals", "facts_of"]

Kind = Literal["figure", "date", "name", "quotation"]
_QUOTED = re.compile(r"[“\"«]([^“”\"«»]{2,400})[”\"»]")
_AT = ("", "in", "on", "at", "by", "during", "as of")
# So that dates without a year, and weekdays, are found; which day they name depends on the article.
_ANY_DAY = datetime.date(2000, 12, 31)
_SHORT_NAME = 4  # letters that 'Iraq' and 'Iraqis' must share
_ENDING = 3  # letters that one of them may have more


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a sentence says and that a source must have.

    Attributes:
        kind: What it is.
        words: As the sentence has it.
        counted: Of a figure, the words after it, which say what is counted; of a date, the preposition before it.
    """

    kind: Kind
    words: str
    counted: str = ""


def facts_of(sentence: str, capitalised: frozenset[str] = frozenset()) -> list[Fact]:
    """Return what can be looked up of a sentence.

    Its first word is a name only where it is among the `capitalised` ones: those that are so within a sentence.
    """
    quoted = [match.span() for match in _QUOTED.finditer(sentence)]
    phrases = _dates(sentence, _ANY_DAY)
    dates = [(phrase.date_start, phrase.end) for phrase in phrases]
    numbers = list(_figures(sentence, dates))
    found = [Fact("quotation", sentence[a + 1 : b - 1].strip(" ,.")) for a, b in quoted]
    found += [Fact("figure", sentence[a:b], sentence[b : b + 40]) for a, b in numbers]
    found += [Fact("date", sentence[p.date_start : p.end].strip(), p.word) for p in phrases]
    taken = [*dates, *number_places(sentence)]
    return found + [Fact("name", sentence[a:b]) for a, b in _names(sentence, taken, capitalised)]


class Known:
    """What a source says, to look facts up in: its text, and the day of its article."""

    def __init__(self, text: str, published: str | None) -> None:
        self._text = text
        self._day = _day_of(published)
        self._plain = f" {_plain(text)} "
        self._words = {_bare(word) for word in words_of(text)}

    def has(self, fact: Fact) -> bool:
        """Whether the source has it: the same amount, a day in the days that are said, the words of the name."""
        match fact.kind:
            case "figure":
                return any(same_amount(_unit(fact.words, fact.counted), theirs) for theirs in self._amounts())
            case "date":
                wanted = _dates(f"{fact.counted or 'in'} {fact.words}", self._day)
                said = f" {_plain(fact.words)} " in self._plain
                return said or any(_within(days, phrase) for phrase in wanted for days in self._days(phrase))
            case "name":
                return all(self._has_word(word) for word in words_of(fact.words)) or self._has_initials(fact.words)
            case "quotation":
                return f" {_plain(fact.words)} " in self._plain

    def instead_of(self, fact: Fact) -> str | None:
        """Return the other figure that the source gives of what a fact counts; None where there is not just one."""
        counted = _head(fact.counted)
        if fact.kind != "figure" or counted is None:
            return None
        others = {self._text[a:b] for a, b in number_places(self._text) if _head(self._text[b : b + 40]) == counted}
        return others.pop() if len(others) == 1 else None

    def turned(self, sentence: str) -> tuple[str, str] | None:
        """Return a word of a sentence of which the source has only the opposite, and that: 'fell', where it 'rose'.

        A sentence that has both words is not accused. Of what people retold truly in simpler words it accuses 0.3%, of
        exchanged directions it finds 74% (1,579 and 660 pairs of OneStopQA made by qa/training/support_pairs.py).
        """
        own = re.findall(r"[a-z]+", sentence)
        theirs = self._words.difference(own)
        for word in own:
            if word not in self._words and (said := OPPOSITES.get(word, frozenset()) & theirs):
                return word, min(said)
        return None

    def lacks_denial(self, sentence: str) -> bool:
        """Whether a sentence denies something, and the source has no word beside which that could say the same.

        Held to the nearest sentence, it accuses 1.8% of what people retold truly and finds half of the negations that
        were put in or taken out (1,579 and 499 pairs, as above).
        """
        return bool(_DENIES.search(sentence)) and not _MAY_DENY.search(self._text)

    def _amounts(self) -> Iterator[str]:
        for start, end in number_places(self._text):
            yield _unit(self._text[start:end], self._text[end : end + 40])

    def _days(self, wanted: DatePhrase) -> Iterator[tuple[datetime.date, datetime.date]]:
        """Yield the days that the source says, its article's among them: 'in May' may be it, 'since May' is not."""
        if self._day and wanted.word in _AT:
            yield self._day, self._day
        for phrase in _dates(self._text, self._day):
            yield phrase.since, phrase.until
        for match in _YEAR.finditer(self._text):
            yield datetime.date(int(match[0]), 1, 1), datetime.date(int(match[0]), 12, 31)

    def _has_word(self, word: str) -> bool:
        word = _bare(word)
        if word in self._words or len(word) == 1:
            return True
        return any(_same_stem(word, theirs) for theirs in self._words)

    def _has_initials(self, name: str) -> bool:
        """Whether 'UN' stands for a name of the source."""
        return (
            name.isupper()
            and len(name) > 1
            and any(
                "".join(word[0] for word in re.findall(r"\w+", self._text[a:b]) if word[0].isupper()) == name
                for a, b in names(self._text, (0, len(self._text)))
            )
        )


_DENIES, _MAY_DENY = re.compile(DENIES), re.compile(MAY_DENY)
_YEAR = re.compile(r"(?<![\d,.])(?:1[0-9]|20)\d\d(?![\d,]|\.\d)")
_WITHIN = re.compile(r"(?<=[a-z,;] )[A-Z][\w’'-]*\w")
_UNIT = re.compile(r"[ \u00a0-]?([^\W\d_]+|%)(?: ([^\W\d_]+))?")


def _figures(sentence: str, taken: Sequence[Place]) -> Iterator[Place]:
    for start, end in number_places(sentence):
        if sentence[start:end].lower() != "one" and not any(a < end and start < b for a, b in taken):
            yield start, end


def capitals(text: str) -> frozenset[str]:
    """Return the words that a text has in capitals within a sentence: names, as far as a first word may be one."""
    return frozenset(_WITHIN.findall(text))


def _names(sentence: str, taken: Sequence[Place], capitalised: frozenset[str]) -> Iterator[Place]:
    opening = len(sentence) - len(sentence.lstrip("“\"‘'( "))
    for start, end in names(sentence, (0, len(sentence))):
        if start == opening and " " not in sentence[start:end] and sentence[start:end] not in capitalised:
            continue
        if not any(a < end and start < b for a, b in taken):
            yield start, end


def _unit(number: str, after: str) -> str:
    """Return a number with the two words after it, among which its unit is."""
    match = _UNIT.match(after)
    return f"{number} {match[1]} {match[2] or ''}".strip() if match else number


def _head(after: str) -> str | None:
    """Return the word that a number counts, in lower case and without the s of a plural."""
    match = re.match(r"\s+([^\W\d_]{3,})", after)
    return _bare(match[1].lower()).removesuffix("s") if match else None


def _within(said: tuple[datetime.date, datetime.date], wanted: DatePhrase) -> bool:
    """Whether days that a source says lie in those looked for: '14 March' is in 'March', not the reverse.

    A day without a year is that of any year: the sentences around it say of which.
    """
    if wanted.relative and wanted.precision == "day":
        return said[0] == said[1] and (said[0].month, said[0].day) == (wanted.since.month, wanted.since.day)
    return wanted.since <= said[0] and said[1] <= wanted.until


@lru_cache(maxsize=256)
def _dates(text: str, reference: datetime.date | None) -> tuple[DatePhrase, ...]:
    return tuple(date_phrases(text, 0, min(len(text), 4000), reference))


def _day_of(published: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(published) if published and len(published) == len("2026-01-31") else None
    except ValueError:
        return None


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.lower())


def _same_stem(one: str, other: str) -> bool:
    """Whether one word is the other with an ending: 'kuwait' and 'kuwaitis', 'iraq' and 'iraqi'."""
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORT_NAME and len(long) - len(short) <= _ENDING and long.startswith(short)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
