"""When two spans are one value, when one is a bound of the other, and when two sentences are one story."""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from qa.english.date_grammar import DatePhrase, date_phrases
from qa.english.lexicon import MONTH_BEGINNING, TITLES_ALONE, either
from qa.english.numbers import Number, figures

__all__ = ["range_of", "related", "same_amount", "same_figures", "same_story", "same_value"]

# Of two wire copies of a story, sentences differ by an editor's word or two; of two reports of one event by far more.
_COPIED = 0.8


def same_value(one: str, other: str) -> bool:
    """Whether two spans give the same value: '25,000' and 'twenty-five thousand troops', but not '2,500'.

    Spans with figures are the same when their numbers, dates and ranges are, and what they count, where both say it:
    '5 marks' are not '5 crowns'. '£4.2m' is '4.2 million pounds', 'half' is '50 per cent', 'about 25,000' is '25,000';
    '3 May' is 'May 3' of whatever year. Others are when the words of one are all among the words of the other
    ('Okafor' and 'Mr Daniel Okafor'), but not 'guilty' and 'not guilty', 'Okafor' and "Okafor's wife", 'the minister'
    and 'the deputy minister'.
    """
    return _same(_value(one), _value(other))


def related(one: str, other: str) -> bool:
    """Whether two different values do not contradict each other: a range and a bound of it or what lies within.

    '20,000 to 25,000' and 'about 25,000', 'more than 20,000' and '20,000', 'May 2011' and '3 May 2011'.
    """
    values = _value(one), _value(other)
    if _same(*values) or values[0].negations != values[1].negations:
        return False
    if _within(values[0], values[1]) or _within(values[1], values[0]):
        return True
    counted = values[0].words, values[1].words
    if values[0].days or values[1].days or (all(counted) and not counted[0] & counted[1]):
        return False
    return _holds(values[0].amounts, values[1].amounts) or _holds(values[1].amounts, values[0].amounts)


def range_of(text: str) -> tuple[float | None, float | None] | None:
    """Return the bounds of a range, None where it is open, or None for a text that gives none; percents as percents."""
    _, low, high = _value(text).amounts
    return (float(low.value) if low else None, float(high.value) if high else None) if low or high else None


def same_figures(one: str, other: str) -> bool:
    """Whether both hold figures, and the same ones: '3 dead' and '3 injured'."""
    values = _value(one), _value(other)
    return any(value.has_figures for value in values) and _equal_figures(*values)


def same_amount(one: str, other: str) -> bool:
    """Whether two texts give the same amount, whatever they say of it, unless units or kinds differ.

    '25,000 remain' and '25,000 troops', '1.5 km' and '1,500 metres'; but not '5 km' and '5 miles', '3 dead' and
    '3 injured'.
    """
    values = _value(one), _value(other)
    if _equal_measures(*values):
        return True
    kinds = [value.words & _KINDS for value in values]
    return _equal_figures(*values) and (not all(kinds) or bool(kinds[0] & kinds[1]))


def same_story(one: str, other: str) -> bool:
    """Whether two sentences are copies of each other: four fifths of their words are common (Jaccard)."""
    words = _content(one), _content(other)
    return len(words[0] & words[1]) >= _COPIED * len(words[0] | words[1])


@dataclass(frozen=True, slots=True)
class _Day:
    """A day, a month or a range of them; the year is None where the text names none."""

    first: tuple[int, int]
    last: tuple[int, int]
    years: tuple[int, int] | None


_Amounts = tuple[tuple[Number, ...], Number | None, Number | None]


@dataclass(frozen=True, slots=True)
class _Value:
    """What a span says, read once: numbers and the bounds of a range, dates, other words, words that deny.

    `measured`: the amounts in the smallest unit and the words with that, where it has one unit of a known sort.
    `owned`: the words after the last possessive, 'wife' of "Okafor's wife". `may_be_name`: it is 'May' or 'June', a
    month and a name.
    """

    amounts: _Amounts
    measured: tuple[_Amounts, frozenset[str]] | None
    days: tuple[_Day, ...]
    words: frozenset[str]
    owned: frozenset[str]
    negations: frozenset[str]
    has_figures: bool
    may_be_name: bool


@lru_cache(maxsize=4096)
def _value(text: str) -> _Value:
    text = text[:_LONGEST]
    rest, days = _without_dates(_TITLE.sub("", text))
    read = figures(_folded(rest))
    has_figures = bool(read.numbers or days)
    words = frozenset(read.words) - (_SMALL_WORDS | _GENERIC if has_figures else _ARTICLES)
    amounts = (read.numbers, read.low, read.high)
    if has_figures:
        words = frozenset(_ALIKE.get(word, word) for word in words)
    name = text in _NAMES_TOO
    return _Value(
        amounts=amounts,
        measured=_measured(amounts, words) if has_figures else None,
        days=days,
        words=frozenset((text.lower(),)) if name else words,
        owned=_owned(rest) & words,
        negations=_negations(text),
        has_figures=has_figures,
        may_be_name=name,
    )


def _measured(amounts: _Amounts, words: frozenset[str]) -> tuple[_Amounts, frozenset[str]] | None:
    """Count in the smallest unit, where there is one unit only: '1.5 km' is 1,500 metres. '80 km an hour' has two."""
    units = words & _MEASURES.keys()
    if len(units) != 1 or words & {"square", "cubic", "old", "ago"}:
        return None
    (name,) = units
    unit, times = _MEASURES[name]
    numbers, low, high = amounts

    def scaled(number: Number) -> Number:
        return number if number.percent else Number(number.value * times)

    counted = tuple(map(scaled, numbers)), low and scaled(low), high and scaled(high)
    return counted, words - units | {unit}


def _owned(text: str) -> frozenset[str]:
    *_, last = 0, *(match.end() for match in _POSSESSIVE.finditer(text))
    return frozenset(figures(_folded(text[last:])).words) if last else frozenset()


_LONGEST = 1000
_POSSESSIVE = re.compile(r"(?:['’]s|s['’])\s(?=\s*\w)")
# Who is one of these is not who holds the office.
_OTHER_OFFICE = frozenset(("vice", "deputy", "former", "acting"))
# Months that are names of people as well.
_NAMES_TOO = frozenset(("April", "May", "June", "August"))
_TITLE = re.compile(
    rf"\b(?:(?:Prime )?{either(sorted(TITLES_ALONE))}|Gov|Sen|Rep|Gen|Col|Capt|Maj|Lt|Sgt)\b\.?\s+"
    r"(?=[A-Z])(?!General\b)"
)
_ARTICLES = frozenset(("a", "an", "the", "s"))
# Beside a number they say nothing of what is counted.
_SMALL_WORDS = _ARTICLES | frozenset(
    (
        "of in on at by to for from with and or between than more less fewer as up other another total all additional"
        " new per least most or's that which is are was were have has been had us some"
    ).split()
)
_GENERIC = frozenset(("people", "person"))
# Words for one thing that is counted. In two answers to one question '25,000 soldiers' are '25,000 troops'.
_ALIKE = {
    word: row.split()[0]
    for row in (
        "soldier troop serviceman servicemen servicewomen",
        "dead died death killed fatality perished deceased dying die killing",
        "injured injury wounded hurt injuries",
        "missing unaccounted",
        "home house dwelling",
        "job post position",
        "employee worker staff",
        "pupil student schoolchildren",
        "child children kid",
        "resident inhabitant villager citizen",
        "ship vessel boat",
        "plane aircraft airplane aeroplane",
        "firm company business",
        "car automobile",
        "lorry lorrie truck",
        "ballot vote",
        "picture image photo photograph",
    )
    for word in row.split()
}
# What is measured, in its smallest unit here, and how many of those it is.
_MEASURES: dict[str, tuple[str, int | Fraction]] = {
    "km": ("meter", 1000), "meter": ("meter", 1), "cm": ("meter", Fraction(1, 100)),
    "centimetre": ("meter", Fraction(1, 100)), "centimeter": ("meter", Fraction(1, 100)),
    "mm": ("meter", Fraction(1, 1000)), "millimetre": ("meter", Fraction(1, 1000)),
    "tonne": ("kg", 1000), "kg": ("kg", 1), "gram": ("kg", Fraction(1, 1000)), "gramme": ("kg", Fraction(1, 1000)),
    "litre": ("liter", 1), "liter": ("liter", 1), "ml": ("liter", Fraction(1, 1000)),
    "millilitre": ("liter", Fraction(1, 1000)), "gigawatt": ("megawatt", 1000), "megawatt": ("megawatt", 1),
    "hour": ("minute", 60), "minute": ("minute", 1), "week": ("day", 7), "fortnight": ("day", 14), "day": ("day", 1),
    "decade": ("month", 120), "year": ("month", 12), "month": ("month", 1),
}  # fmt: skip
# Words that say of what sort an amount is.
_KINDS = frozenset(
    (
        *_MEASURES,
        *_ALIKE.values(),
        *"dollar pound euro yen rupee franc crown mark peso ruble rouble yuan mile foot feet inch acre hectare".split(),
    )
)
_MONTH = re.compile(rf"(?i){MONTH_BEGINNING}|\d{{4}}")
# A leap year, so that 29 February is a day of it; where a text names no year, this one is put in and left out again.
_ANY_YEAR = datetime.date(2000, 12, 31)


def _without_dates(text: str) -> tuple[str, tuple[_Day, ...]]:
    """Take the dates that name a month out of a text. Years alone stay figures, weekdays words."""
    if not _MONTH.search(text):
        return text, ()
    led = f"in {text}"  # the grammar takes a month alone for one only after a preposition
    rest, position, days = "", 3, []
    for phrase in date_phrases(led, 0, len(led), _ANY_YEAR):
        words = led[phrase.start : phrase.end]
        if _MONTH.search(words) and (phrase.precision in {"day", "month"} or phrase.joined):
            rest += led[position : max(position, phrase.start)] + " "
            position = phrase.end
            days.append(_day(phrase))
    return rest + led[position:], tuple(days)


def _day(phrase: DatePhrase) -> _Day:
    since, until = phrase.since, phrase.until
    years = None if phrase.relative else (since.year, until.year)
    return _Day((since.month, since.day), (until.month, until.day), years)


def _folded(text: str) -> str:
    """Return a text in lower case without accents, with plain spaces, and with 'U.S.' as one word."""
    text = unicodedata.normalize("NFKD", _INITIALS.sub(lambda match: match[0].replace(".", ""), text))
    return " ".join("".join(letter for letter in text if not unicodedata.combining(letter)).lower().split())


_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,9}")


def _negations(text: str) -> frozenset[str]:
    text = _BOUND.sub("", text.lower())
    return frozenset(re.findall(r"\b(?:no|not|never|none|nobody|nothing|without|neither)\b|n['’]t\b", text))


_BOUND = re.compile(r"\b(?:no|not) (?:more|fewer|less) than\b")


def _same(one: _Value, other: _Value) -> bool:
    if one.negations != other.negations:
        return False
    figured = one.has_figures or other.has_figures
    if figured and not (one.may_be_name and not other.has_figures) and not (other.may_be_name and not one.has_figures):
        counted = one.words, other.words
        alike = _equal_figures(one, other) and (not all(counted) or bool(counted[0] & counted[1]))
        return alike or _equal_measures(one, other)
    if not one.words or not other.words:
        return False
    return _names_it(one, other) or _names_it(other, one)


def _names_it(few: _Value, many: _Value) -> bool:
    """Whether one is the other in fewer words, and neither its owner nor whom it deputises."""
    if not _among(few.words, many.words) or (many.words - few.words) & _OTHER_OFFICE:
        return False
    return not many.owned or bool(few.words & many.owned)


def _equal_figures(one: _Value, other: _Value) -> bool:
    if len(one.days) != len(other.days) or not _equal_amounts(one.amounts, other.amounts):
        return False
    return all(
        (day.first, day.last) == (theirs.first, theirs.last)
        and (day.years is None or theirs.years is None or day.years == theirs.years)
        for day, theirs in zip(one.days, other.days, strict=True)
    )


def _equal_measures(one: _Value, other: _Value) -> bool:
    """Whether both are measured in units of one sort and are as much, and say no dates besides."""
    if one.measured is None or other.measured is None or one.days or other.days:
        return False
    same_sort = one.measured[1] <= other.measured[1] or other.measured[1] <= one.measured[1]
    return same_sort and _equal_amounts(one.measured[0], other.measured[0])


def _equal_amounts(one: _Amounts, other: _Amounts) -> bool:
    numbers, bounds = (one[0], other[0]), zip(one[1:], other[1:], strict=True)
    return len(numbers[0]) == len(numbers[1]) and all(
        a == b or (a is not None and b is not None and (_rounded(a, b) or _rounded(b, a)))
        for a, b in (*zip(*numbers, strict=True), *bounds)
    )


def _rounded(part: Number, percents: Number) -> bool:
    """Whether a number of percents is a part that has no end in percents, rounded: a third is 33%, 33.3%."""
    if not (part.percent and percents.percent) or 1000 % part.value.denominator == 0:
        return False
    places = next((n for n in range(3) if (percents.value * 10**n).denominator == 1), None)
    return places is not None and abs(part.value - percents.value) * 2 * 10**places <= 1


def _among(few: frozenset[str], many: frozenset[str]) -> bool:
    """Whether all words of one are words of the other; an initial is the word it begins: 'D. Okafor'."""
    missing = few - many
    return not missing or (
        len(missing) < len(few)
        and all(len(word) == 1 and any(full[0] == word for full in many - few) for word in missing)
    )


def _within(one: _Value, other: _Value) -> bool:
    """Whether the only date of one lies in the only date, or is of the only year, of the other."""
    numbers, years = one.amounts[0], other.amounts[0]
    if len(one.days) != 1 or numbers or len(other.days) + len(years) != 1:
        return False
    day = one.days[0]
    if years:
        return day.years is not None and {*day.years} == {int(years[0].value)}
    whole = other.days[0]
    if day.years is None or whole.years is None:
        return day.years == whole.years and whole.first <= day.first <= day.last <= whole.last
    starts = (whole.years[0], *whole.first) <= (day.years[0], *day.first)
    return starts and (day.years[1], *day.last) <= (whole.years[1], *whole.last)


def _holds(whole: _Amounts, part: _Amounts) -> bool:
    """Whether a range has the other's number as a bound or inside, or shares a bound with the other range."""
    low, high = whole[1:]
    bounds = {low, high} - {None}
    if not bounds or part[1] or part[2]:
        return bool(bounds & {part[1], part[2]})
    if len(part[0]) != 1:
        return False
    (number,) = part[0]
    if low and high:
        return number.percent == low.percent and low.value <= number.value <= high.value
    return number in bounds


def _content(text: str) -> frozenset[str]:
    words = re.findall(r"[^\W_]+", text.lower())
    return frozenset(word for word in words if word not in {"a", "an", "the", "mr", "mrs", "ms", "dr"})
