"""A publication date as somebody wrote it -> YYYY-MM-DD, or None when it does not say which day.

Nothing is filled in: a month without a day, 03/04/2019 and 'yesterday' are all unknown. Dates are kept
as written, without moving them between time zones.
"""

import re
from datetime import UTC, date, datetime, timedelta

__all__ = ["date_line", "parse_date"]

_LONGEST = 80  # characters; longer than any written date with weekday, time and zone
_OLDEST = 1400  # before printing there is no publication date, only a misread number

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_TIME = (
    r"(?:(?:[\s,|·-]|\bat\b)+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?"
    r"(?:\s*\(?(?:[a-z]{1,5}|[+-]\d{2}:?\d{2})\)?)?)?"
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:(?:T|\s).*)?", re.IGNORECASE)
_COMPACT = re.compile(r"\d{8}T\d{4,6}(?:Z|[+-]\d{2}:?\d{2})?")
_ENGLISH = tuple(
    re.compile(_WEEKDAY + form + _TIME, re.IGNORECASE)
    for form in (rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}", rf"{_DAY}(?:\s+of)?[\s-]+{_MONTH},?[\s-]+{_YEAR}")
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{2,4})(?!\d)")
_LABEL = re.compile(r"(?:first\s+)?(?:published|posted|date|issued)(?:\s+(?:on|at|date))?\s*:?\s+", re.IGNORECASE)


def parse_date(value: object) -> str | None:
    """Return the day that `value` names, as YYYY-MM-DD.

    Reads `date` and `datetime` objects, ISO 8601, RFC 822, dates written out in English and the
    other languages of the dateparser library, eight digits, and seconds or milliseconds since
    1970. None when the day is missing, ambiguous (03/04/2019), impossible, relative, or more than
    a day in the future.
    """
    if isinstance(value, datetime | date):
        return _sensible(value.year, value.month, value.day)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.0f}" if abs(value) < 1e14 else ""
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())
    if not text or len(text) > _LONGEST or not any(character.isdigit() for character in text):
        return None
    if _COMPACT.fullmatch(text):
        text = text[:8]
    if text.isdigit():
        return _from_digits(text)
    return _from_words(text)


def date_line(line: str) -> str | None:
    """Return the date of a line that holds nothing but a full date (and perhaps a time), else None.

    A label such as 'Published:' may stand before it. Dates in English and ISO only: a line of
    running text must never be taken for one.
    """
    text = _LABEL.sub("", " ".join(line.split()), count=1) if len(line) <= _LONGEST else ""
    return _from_iso(text) or _from_english(text)


def _from_words(text: str) -> str | None:
    iso = _ISO.fullmatch(text)
    if iso:
        return _from_iso(text)
    english = _from_english(text)
    if english:
        return english
    numeric = _NUMERIC.search(text)
    if numeric:
        return _from_numeric(numeric) if numeric.start() == 0 else None
    # Digits alone name a day only in the forms above; ISO weeks are taken for months there.
    words = re.sub(r"\d{4}-?W\d\d?", "", text)
    return _from_any_language(text) if any(map(str.isalpha, words)) else None


def _from_iso(text: str) -> str | None:
    found = _ISO.fullmatch(text)
    return _sensible(int(found[1]), int(found[3]), int(found[4])) if found else None


def _from_english(text: str) -> str | None:
    for form in _ENGLISH:
        found = form.fullmatch(text)
        if found:
            month = _MONTHS.index(found["month"][:3].lower()) + 1
            return _sensible(int(found["year"]), month, int(found["day"]))
    return None


def _from_numeric(found: re.Match[str]) -> str | None:
    """13/04/2019 and 04/13/2019 are clear, and so is 04/04/2019; 03/04/2019 and 3/4/19 are not."""
    first, second, year = int(found[1]), int(found[3]), found[4]
    if len(year) != 4:
        return None
    if first == second or second > 12:
        return _sensible(int(year), first, second)
    if first > 12:
        return _sensible(int(year), second, first)
    return None


def _from_digits(text: str) -> str | None:
    if not text.isascii():
        return None
    if len(text) == 8:
        return _sensible(int(text[:4]), int(text[4:6]), int(text[6:]))
    if len(text) in {9, 10, 12, 13}:  # seconds, milliseconds; from 1973 to the year 2286
        seconds = int(text) // (1000 if len(text) > 10 else 1)
        moment = datetime.fromtimestamp(seconds, UTC)
        return _sensible(moment.year, moment.month, moment.day)
    return None


def _from_any_language(text: str) -> str | None:
    """'4 janvier 2019', through dateparser: it takes 0.3 s to import, so only when it is needed."""
    import dateparser

    try:
        found = dateparser.parse(
            text,
            settings={
                "PARSERS": ["absolute-time"],
                "REQUIRE_PARTS": ["day", "month", "year"],
                "STRICT_PARSING": True,
            },
        )
    except (ValueError, OverflowError, RecursionError):
        return None
    # A year that is not in the text in full was made up from a part of it (or from today).
    if found is None or str(found.year) not in text:
        return None
    return _sensible(found.year, found.month, found.day)


def _sensible(year: int, month: int, day: int) -> str | None:
    try:
        when = date(year, month, day)
    except ValueError:
        return None
    # One day of grace: somewhere it is already tomorrow.
    latest = datetime.now(UTC).date() + timedelta(days=1)
    return when.isoformat() if when.year >= _OLDEST and when <= latest else None
