"""The numbers that a few words of English give, however they are spelled, and the words around them.

Own code: word2number and text2digits are no longer kept, text2num is a compiled Rust module since version 3, and none
of them reads '£4.2m', '25 000' or 'half'.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from qa.english.lexicon import CARDINALS, SCALES, TENS

__all__ = ["Figures", "Number", "figures", "number_places"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its scale worked in: '4.2m' is 4,200,000. Of a percentage it is the percents, 'half' is 50 %."""

    value: Fraction
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What a text gives as numbers, and its other words.

    Attributes:
        numbers: In the order of the text. 'About' and its like make no difference.
        low, high: The bounds of a range, '20,000 to 25,000', 'up to 25,000'; None where it is open, both None where
            there is no range.
        words: The other words, in lower case, currencies as 'dollar', 'pound', …
    """

    numbers: tuple[Number, ...]
    low: Number | None
    high: Number | None
    words: tuple[str, ...]


def figures(text: str) -> Figures:
    """Read the numbers of a few words in lower case; of more than a thousand characters, of the first thousand."""
    text = text[:_LONGEST]
    text = _GROUPED.sub(lambda match: match[0].replace(" ", ""), text)
    text, opening = _opening(text)
    tokens = [(str(match.lastgroup), match) for match in _TOKEN.finditer(text)]
    numbers: list[Number] = []
    words: list[str] = []
    places: list[tuple[int, int]] = []
    scaled: list[bool] = []
    index = 0
    while index < len(tokens):
        read = _number(tokens, index)
        if read:
            number, after, has_scale = read
            start = tokens[index][1].start()
            if _BELOW_ZERO.search(text[max(0, start - 7) : start]):
                number = Number(-number.value, number.percent)
            numbers.append(number)
            scaled.append(has_scale)
            places.append((start, tokens[after - 1][1].end()))
            index = after
        else:
            kind, match = tokens[index]
            if kind != "sign":
                words.append(match[0])
            elif match[0] in _CURRENCIES:
                words.append(_CURRENCIES[match[0]])
            index += 1
    _share_scale(text, numbers, scaled, places)
    low, high = _bounds(text, numbers, places, opening)
    return Figures(tuple(numbers), low, high, tuple(_plain(word) for word in words if word not in _ABOUT))


def number_places(text: str) -> list[tuple[int, int]]:
    """Return where numbers stand in a text, each with its currency, scale and percent sign: '£4.2m', 'six hundred'."""
    # As many letters as before: 'İ' in lower case has two.
    lowered = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    lowered = _GROUPED.sub(lambda match: match[0].replace(" ", ","), lowered)
    tokens = [(str(match.lastgroup), match) for match in _TOKEN.finditer(lowered)]
    places = []
    index = 0
    while index < len(tokens):
        if read := _number(tokens, index):
            before = tokens[index - 1][1] if index else None
            start = tokens[index][1].start()
            if before and before[0] in _CURRENCIES and before.end() == start:
                start = before.start()
            index = read[1]
            places.append((start, tokens[index - 1][1].end()))
        else:
            index += 1
    return places


_LONGEST = 1000
_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3})+(?![\w.,]*\d)")
_TOKEN = re.compile(
    r"(?P<ordinal>\d+(?:st|nd|rd|th)(?!\w))|(?P<decade>\d+0['’]?s(?!\w))|(?P<figure>\d+(?:[.,:/]\d+)*)(?P<suffix>%|(?:k|m|mn|bn|b|tn)(?![^\W_]))?|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?|\w+)"
    r"|(?P<sign>[£$€¥₹%½¼¾])"
)
_BELOW_ZERO = re.compile(r"(?:^|\s)(?:[-−]|minus\s)$")
_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "6th": "sixth"} | {
    "7th": "seventh",
    "8th": "eighth",
    "9th": "ninth",
    "10th": "tenth",
}
_CURRENCIES = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen", "₹": "rupee", "usd": "dollar", "eur": "euro"}
_SMALL = {
    **{word: number for number, word in enumerate(CARDINALS)},
    **{word: 10 * number for number, word in enumerate(TENS, 2)},
}
_SCALES = {"dozen": 12, **SCALES}
_SUFFIXES = {"k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "tn": 10**12}
_WORD_SUFFIXES = {suffix: _SUFFIXES[suffix] for suffix in ("mn", "bn", "tn")}
_PARTS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_PERCENT = frozenset(("percent", "pc", "pct"))
_ABOUT = frozenset(
    "about around approximately approx roughly some nearly almost circa estimated exactly just only precisely".split()
)
_UNITS = {"kilometre": "km", "kilometer": "km", "kms": "km", "metre": "meter", "litre": "liter"} | {
    "kilogram": "kg",
    "kilogramme": "kg",
    "kilo": "kg",
}
_Tokens = list[tuple[str, re.Match[str]]]


def _plain(word: str) -> str:
    """Bring a word to the form in which it is compared: without plural s, a unit in one spelling."""
    if word in _CURRENCIES:
        return _CURRENCIES[word]
    if word in _ORDINALS:
        return _ORDINALS[word]
    word = word.removesuffix("'s").removesuffix("’s")
    single = word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
    return _UNITS.get(single, single)


def _number(tokens: _Tokens, index: int) -> tuple[Number, int, bool] | None:
    """Read the number that begins at a token: it, the token after it, and whether it has a scale of its own."""
    read = _figure(tokens, index) or _spelled(tokens, index) or _fraction(tokens, index)
    if not read:
        return None
    value, index, scaled, percent = read
    while (word := _word(tokens, index)) in _SCALES or word in _WORD_SUFFIXES:
        value *= _SCALES.get(word) or _WORD_SUFFIXES[word]
        index, scaled = index + 1, True
    if word in _PERCENT or (word == "%"):
        return Number(value, percent=True), index + 1, True
    if word == "per" and _word(tokens, index + 1) == "cent":
        return Number(value, percent=True), index + 2, True
    return Number(100 * value if percent and not scaled else value, percent and not scaled), index, scaled


_Read = tuple[Fraction, int, bool, bool]
"""A value, the token after it, whether it has a scale of its own, and whether it is a part of a whole."""


def _word(tokens: _Tokens, index: int) -> str:
    return tokens[index][1][0] if index < len(tokens) else ""


def _figure(tokens: _Tokens, index: int) -> _Read | None:
    match = tokens[index][1]
    written = match["figure"]
    if not written:
        return None
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", written):
        written = written.replace(",", "")
    elif not re.fullmatch(r"\d+(?:\.\d+)?", written):
        return None  # '1,25', '10:30', '24/7' stay words
    value = Fraction(written[:40])
    if _word(tokens, index + 1) in _PARTS:
        value, index = value + _PARTS[_word(tokens, index + 1)], index + 1
    suffix = match["suffix"]
    if suffix in _SUFFIXES:
        return value * _SUFFIXES[suffix], index + 1, True, False
    return value / (100 if suffix == "%" else 1), index + 1, False, suffix == "%"


def _spelled(tokens: _Tokens, index: int) -> _Read | None:
    """Read 'twenty-five thousand', 'a hundred and six', 'two and a half'."""
    word = _word(tokens, index)
    total, current, start = 0, 0, index
    if word == "a" and _word(tokens, index + 1) in _SCALES:
        current, index = 1, index + 1
    elif word not in _SMALL or (word == "one" and index and _word(tokens, index - 1) == "no"):
        return None
    while index < len(tokens):
        word = _word(tokens, index)
        follows = _word(tokens, index + 1)
        if word in _SMALL and (index == start or _adds(current, _SMALL[word])):
            current += _SMALL[word]
        elif word == "hundred" and 0 < current < 100:
            current *= 100
        elif word in {"thousand", "million", "billion", "trillion"} and current:
            total, current = total + current * _SCALES[word], 0
        elif not (word == "and" and follows in _SMALL and (current % 100 == 0 or not current)):
            break
        index += 1
    if _word(tokens, index) == "and" and _word(tokens, index + 1) == "a" and _word(tokens, index + 2) == "half":
        return Fraction(2 * (total + current) + 1, 2), index + 3, False, False
    fraction = _FRACTIONS.get(_word(tokens, index).removesuffix("s")) if 0 < current < 10 else None
    if fraction and fraction > 2:  # 'two thirds'
        return Fraction(current, fraction), index + 1, False, True
    return Fraction(total + current), index, bool(total), False


def _adds(current: int, small: int) -> bool:
    """Whether a small number goes on with one: 'twenty five', 'hundred six', but not 'two three'."""
    return current % 100 == 0 or (current % 10 == 0 and current % 100 >= 20 and 0 < small < 10)


def _fraction(tokens: _Tokens, index: int) -> _Read | None:
    """Read 'half', 'half a million', 'a third', '½'; not 'the first half' or 'third place'."""
    word = _word(tokens, index)
    if word in _PARTS:
        return _PARTS[word], index + 1, False, True
    before = _word(tokens, index - 1) if index else ""
    if word == "half" and before not in {"first", "second", "other", "last", "latter"}:
        article = _word(tokens, index + 1) in {"a", "an"} and _word(tokens, index + 2) in _SCALES
        return Fraction(1, 2), index + 1 + article, False, True
    after = _word(tokens, index + 1)
    if word == "a" and after in {"third", "quarter", "fifth", "tenth"} and _word(tokens, index + 2) in {"", "of"}:
        return Fraction(1, _FRACTIONS[after]), index + 2, False, True
    return None


_BETWEEN = re.compile(r"\s*(?:-|–|—|to|and|or)\s*[£$€¥₹]?\s*")
_OPENING = re.compile(
    r"\b(?:(?P<high>(?:no|not) more than|up to|at most|as (?:many|much|high) as|a maximum of|less than|fewer than|under"
    r"|below)|(?P<low>no (?:fewer|less) than|more than|at least|over|above|upwards? of|in excess of|a minimum of"
    rf"|greater than))\s+(?=(?:us)?[£$€¥₹]?\s?\d|(?:a|half|{'|'.join(_SMALL)})\b)"
)
_OR_MORE = re.compile(r"(?:\s*\+|\s+or more\b|\s+plus\b)")


def _opening(text: str) -> tuple[str, str]:
    """Take 'up to' and 'more than' out of a text, and say which bound they make of the number after them."""
    found = _OPENING.search(text)
    return (f"{text[: found.start()]} {text[found.end() :]}", str(found.lastgroup)) if found else (text, "")


def _share_scale(text: str, numbers: list[Number], scaled: list[bool], places: list[tuple[int, int]]) -> None:
    """Give the first number of a range the scale that only the last has: '20 to 25 million', '20-25%'."""
    if len(numbers) != 2 or scaled[0] or not _BETWEEN.fullmatch(text, places[0][1], places[1][0]):
        return
    first, last = numbers
    if last.percent:
        numbers[0] = Number(first.value, percent=True)
        return
    scale = next((scale for scale in (10**12, 10**9, 10**6, 10**3) if scaled[1] and last.value >= scale), 1)
    if first.value * scale < last.value:
        numbers[0] = Number(first.value * scale)


def _bounds(
    text: str, numbers: list[Number], places: list[tuple[int, int]], opening: str
) -> tuple[Number | None, Number | None]:
    if len(numbers) == 2 and _BETWEEN.fullmatch(text, places[0][1], places[1][0]):
        joiner = text[places[0][1] : places[1][0]].strip()
        if joiner.startswith("and") and "between" not in text[: places[0][0]]:
            return None, None
        return (numbers[0], numbers[1]) if numbers[0].value < numbers[1].value else (None, None)
    if len(numbers) != 1:
        return None, None
    if opening == "low" or _OR_MORE.match(text, places[0][1]):
        return numbers[0], None
    return (None, numbers[0]) if opening == "high" else (None, None)
