"""A publication date as somebody wrote it -> YYYY-MM-DD, or None when it does not say which day.

Nothing is filled in: a month without a day, 03/04/2019 and 'yesterday' are all unknown. Dates are kept
as written, without moving them between time zones. 3.4.2019 is the third of April: who writes days with
full stops puts the day first.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta

__all__ = ["date_line", "day_first", "is_unclear", "parse_date"]

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
_NO_MOMENT = re.compile(r"(?:1970-01-01|0001-01-01)[T ]00:00")  # what programs write for none
_SOLAR = re.compile("(?<![۰-۹])۱[۳۴][۰-۹]{2}(?![۰-۹])")  # a year of the Persian calendar, 1300 to 1499, is none of ours
_COMPACT = re.compile(r"\d{8}T\d{4,6}(?:Z|[+-]\d{2}:?\d{2})?")
_ENGLISH = tuple(
    re.compile(_WEEKDAY + form + _TIME, re.IGNORECASE)
    for form in (rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}", rf"{_DAY}(?:\s+of)?[\s-]+{_MONTH},?[\s-]+{_YEAR}")
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{2,4})(?!\d)")
_LABEL = re.compile(r"(?:first\s+)?(?:published|posted|date|issued)(?:\s+(?:on|at|date))?\s*:?\s+", re.IGNORECASE)


_CLOCK = re.compile(
    r"(?<![\d.])\d{1,2}\s?(?::|h|時|点|시)\s?\d{2}(?:(?::|分|분)\d{2}(?:\.\d{1,6})?)?(?:分|분)?"
    r"\s*(?:[ap]\.?\s?m\b\.?|uhr\b)?"
    r"|(?<![\d.])\d{1,2}\.\d{2}(?:\.\d{2})?\s*(?:[ap]\.?m\b\.?|uhr\b|(?=\s(?:[A-Z]{2,4}\b|[+-]\d{4}))|$)(?!\.?\d)"
    r"|(?<!\d)\d{1,2}\s*(?:[ap]\.?m\b\.?|uhr\b)|[오午][전후前後]",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\((?:[^()\d]{3,40})\)|\b(?:GMT|UTC)\s?[+-]\s?\d{1,2}(?::?\d{2})?\b|(?<=\s)[+-]\d{2}:?\d{2}\b"
    r"|\b(?!OCT|SEPT)(?:UTC|GMT|Z|[A-Z]{1,4}T)\b(?!\.)"
)
_LABELLED = re.compile(
    r"(?:(?:last|first|originally)\s+)?(?:updated|modified|published|posted|issued)\b\s*(?:on|at)?\s*:?", re.IGNORECASE
)
_WEEKDAYS = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?", re.IGNORECASE)
_JOINTS = re.compile(
    r"^(?:\s*(?:[,|·•–—-]|at\b|um\b|à\b|alle\b|a las\b|kl\.?))+"
    r"|(?:\s*(?:[,|·•–—-]|\bat|\bum|\bà|\balle|\ba las|\bkl\.?))+\s*$",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(rf"{_DAY}[\s-]+{_MONTH},?[\s-]+['’]?(?P<year>\d{{2}})", re.IGNORECASE)
_NUMBER = re.compile(r"\d+|\d{5,13}\.\d{1,9}")
_GLUED = re.compile(rf"(?<!\d)(?P<day>\d{{1,2}}){_MONTH}(?P<year>\d{{4}})", re.IGNORECASE)
_STAMP = re.compile(r"(\d{8})([01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?")
_WEEK = re.compile(r"(\d{4})-?W(\d{2})-?([1-7])(?:T.*)?", re.IGNORECASE)
_EAST = re.compile(r"(\d{4})(?:\s?[年년]|\.)\s?(\d{1,2})(?:\s?[月월]|\.)\s?(\d{1,2})(?:\s?[日일号]|\.|$)")
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERA = re.compile(rf"({'|'.join(_ERAS)})\s?(\d{{1,2}}|元)\s?年")
_THAI = re.compile("[\u0e00-\u0e7f]")
_THAI_YEAR = re.compile(r"(?<!\d)2[45]\d{2}(?!\d)")
_SERIAL_ONE = date(1899, 12, 30)  # from which spreadsheets count days
_SERIALS = range(20_000, 60_000)  # the years 1954 to 2064
_HALF_WEEK = re.compile(r"\d{4}-?W\d\d?")  # dateparser takes it for a month
_FULL_YEAR = re.compile(r"\d{4}")  # any other year it would make up
_ONE_WORD = re.compile(r"(?:[^\W\d_]{1,12}[.,]{0,2}\s)?")  # a weekday in any language
_SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2\d{4}(?!\d)")


def parse_date(value: object, *, days_first: bool | None = None) -> str | None:
    """Return the day that `value` names, as YYYY-MM-DD.

    Reads `date` and `datetime` objects, ISO 8601, RFC 822, dates written out in English and the
    other languages of the dateparser library, with the time before or behind, eight digits, seconds or milliseconds
    since 1970, and the day numbers of spreadsheets. None when the day is missing, ambiguous (03/04/2019, unless
    `days_first` says how its table writes them), impossible, relative, or more than a day in the future.
    """
    if isinstance(value, datetime | date):
        return _sensible(value.year, value.month, value.day)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.0f}" if abs(value) < 1e14 else ""
    if not isinstance(value, str):
        return None
    text = _plain(value) if len(value) <= 10 * _LONGEST else ""
    if not text or len(text) > _LONGEST or not any(character.isdigit() for character in text):
        return None
    if _NO_MOMENT.match(text) or _SOLAR.search(value):
        return None
    if _COMPACT.fullmatch(text):
        text = text[:8]
    if _NUMBER.fullmatch(text):
        return _from_digits(text.partition(".")[0])
    return _from_words(text, days_first)


def day_first(value: object) -> bool | None:
    """Return whether a date such as 25/4/2019 has the day first; None where it does not show it."""
    first, second = _slashed(value)
    return first > 12 if min(first, second) <= 12 < max(first, second) else None


def is_unclear(value: object) -> bool:
    """Return whether a date such as 3/4/2019 may be either of two days."""
    first, second = _slashed(value)
    return first != second and max(first, second) <= 12


def _slashed(value: object) -> tuple[int, int]:
    found = _SLASHED.match(value.strip()) if isinstance(value, str) and len(value) <= _LONGEST else None
    return (int(found[1]), int(found[3])) if found else (0, 0)


def _plain(value: str) -> str:
    """One line in ASCII digits, of the years that we count."""
    text = " ".join(value.split())
    if text.isascii():
        return text
    text = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)
    text = _ERA.sub(lambda era: f"{_ERAS[era[1]] + (1 if era[2] == '元' else int(era[2]))}年", text)
    if _THAI.search(text):
        text = _THAI_YEAR.sub(lambda year: str(int(year[0]) - 543), text)
    return text


def date_line(line: str) -> str | None:
    """Return the date of a line that holds nothing but a full date (and perhaps a time), else None.

    A label such as 'Published:' may stand before it. Dates in English and ISO only: a line of
    running text must never be taken for one.
    """
    text = _LABEL.sub("", " ".join(line.split()), count=1) if len(line) <= _LONGEST else ""
    return _from_iso(text) or _from_english(text)


def _from_words(text: str, days_first: bool | None) -> str | None:
    if _ISO.fullmatch(text):
        return _from_iso(text)
    week = _WEEK.fullmatch(text)
    if week:
        return _from_week(int(week[1]), int(week[2]), int(week[3]))
    return _from_english(text) or _from_rest(text, _without_time(text), days_first)


def _from_rest(text: str, bare: str, days_first: bool | None) -> str | None:
    """The day in a text of which `bare` is what is left without its time of day."""
    if _ISO.fullmatch(bare):
        return _from_iso(bare)
    east = _EAST.search(bare)
    if east:
        return _sensible(int(east[1]), int(east[2]), int(east[3]))
    numeric = _NUMERIC.search(bare)
    if numeric:
        return _from_numeric(numeric, days_first) if _ONE_WORD.fullmatch(bare[: numeric.start()]) else None
    english = _from_english(_WEEKDAYS.sub("", bare).strip(" ,")) or _from_short_year(
        _WEEKDAYS.sub("", bare).strip(" ,")
    )
    if english or not any(
        map(str.isalpha, _HALF_WEEK.sub("", text))
    ):  # digits alone name a day only in the forms above
        return english
    forms = dict.fromkeys(form for form in (bare, text) if _FULL_YEAR.search(form))
    return next(filter(None, map(_from_any_language, forms)), None)


def _without_time(text: str) -> str:
    """The text without a time of day, a time zone and a label; what joined them to the day goes too."""
    text = _LABELLED.sub(" ", text, count=1)
    text = _ZONE.sub(" ", _CLOCK.sub(" ", text))
    return _JOINTS.sub("", " ".join(text.split())).strip(" ,")


def _from_short_year(text: str) -> str | None:
    """'20-Nov-19': with the month in letters the day stands first; and '20Nov2019'."""
    found = _GLUED.fullmatch(text)
    if found:
        return _sensible(int(found["year"]), _month(found), int(found["day"]))
    found = _SHORT_YEAR.fullmatch(text)
    if not found:
        return None
    year = 2000 + int(found["year"])
    return _sensible(year if year <= datetime.now(UTC).year else year - 100, _month(found), int(found["day"]))


def _from_week(year: int, week: int, day: int) -> str | None:
    try:
        when = date.fromisocalendar(year, week, day)
    except ValueError:
        return None
    return _sensible(when.year, when.month, when.day)


def _month(found: re.Match[str]) -> int:
    return _MONTHS.index(found["month"][:3].lower()) + 1


def _from_iso(text: str) -> str | None:
    found = _ISO.fullmatch(text)
    return _sensible(int(found[1]), int(found[3]), int(found[4])) if found else None


def _from_english(text: str) -> str | None:
    for form in _ENGLISH:
        found = form.fullmatch(text)
        if found:
            return _sensible(int(found["year"]), _month(found), int(found["day"]))
    return None


def _from_numeric(found: re.Match[str], days_first: bool | None) -> str | None:
    """13/04/2019 and 04/13/2019 are clear, and so are 04/04/2019 and 3.4.2019; 03/04/2019 and 3/4/19 are not."""
    first, second, year = int(found[1]), int(found[3]), found[4]
    if len(year) != 4:
        return None
    if found[2] == ".":
        return _sensible(int(year), second, first) if second <= 12 else None
    if first == second or second > 12:
        return _sensible(int(year), first, second)
    if first > 12 or days_first is not None:
        return _sensible(int(year), *((second, first) if first > 12 or days_first else (first, second)))
    return None


def _from_digits(text: str) -> str | None:
    if not text.isascii():
        return None
    if len(text) == 8:
        return _sensible(int(text[:4]), int(text[4:6]), int(text[6:]))
    stamp = _STAMP.fullmatch(text)
    if stamp and (day := _from_digits(stamp[1])) and day[:2] in {"19", "20"}:
        return day
    if len(text) in {9, 10, 12, 13}:  # seconds, milliseconds; from 1973 to the year 2286
        seconds = int(text) // (1000 if len(text) > 10 else 1)
        moment = datetime.fromtimestamp(seconds, UTC)
        return _sensible(moment.year, moment.month, moment.day)
    if int(text[:6]) in _SERIALS and len(text) == 5:
        counted = _SERIAL_ONE + timedelta(days=int(text))
        return _sensible(counted.year, counted.month, counted.day)
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
