"""Which days a date is that the date grammar found: calendar arithmetic on the named groups of its expression."""

import calendar
import datetime
import re
from dataclasses import dataclass, replace
from typing import Literal

from qa.english.lexicon import MONTHS, WEEKDAYS

__all__ = ["COUNTS", "Days", "Precision", "days_named", "year_named"]

Precision = Literal["day", "month", "year", "longer"]
"""How closely a date is named; 'longer' for a decade, a century, a range of years, 'the past three years'."""

COUNTS = {
    word: number
    for number, words in enumerate(
        "- a|an|one two|couple three|few|several four five six seven eight nine ten eleven twelve".split()
    )
    for word in words.split("|")
}
"""Number words before a unit, as in 'three weeks ago'; 0 for no word."""


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day of a date, how closely it is named, whether counted from a day of reference."""

    since: datetime.date
    until: datetime.date
    precision: Precision
    relative: bool = False
    joined: bool = False


def days_named(
    match: re.Match[str], reference: datetime.date | None, days_ahead: int, lent_year: int | None
) -> Days | None:
    """Return the days of a date; None where they depend on a reference or a year that is not known.

    Args:
        match: Of the expression of `qa.english.date_grammar`, in lower case.
        reference: The day from which 'yesterday' and 'in March' count.
        days_ahead: How many days after the reference a month without a year, or a day of it, may begin.
        lent_year: The year of a month that names none, where another date has it.

    Raises:
        ValueError: There is no such day: 31 February.
        OverflowError: It lies outside the years 1 to 9999.
    """
    latest = reference + datetime.timedelta(days=days_ahead) if reference else None
    if reference and match["of_year"]:  # 'in March of last year'
        lent_year = reference.year - (match["of_year"] == "last")
    days = _named(match, latest, lent_year) or (_counted(match, reference) if reference else None)
    return _part(days, match["part"]) if days and match["part"] else days


def year_named(match: re.Match[str]) -> int | None:
    """Return the year that a date itself names."""
    for group in _YEAR_GROUPS:
        if match[group] and len(match[group]) == 4:
            return int(match[group])
    return int(match["iso"][:4]) if match["iso"] else None


_YEAR_GROUPS = (
    *("year", "my_year", "dm_year", "md_year", "season_year", "quarter_year", "slash_year", "year_to", "year_from"),
)


def _named(match: re.Match[str], latest: datetime.date | None, lent_year: int | None) -> Days | None:  # noqa: PLR0911
    """Read the dates that say themselves which days they are, given a year."""
    if match["iso"]:
        day = datetime.date.fromisoformat(match["iso"])
        return Days(day, day, "day")
    if match["year_from"]:
        return _years(match["year_from"], match["year_to"])
    if match["slash_year"]:
        return _slashed(int(match["day_a"]), int(match["day_b"]), int(match["slash_year"]))
    month_name = match["dm_month"] or match["md_month"] or match["my_month"] or match["month"]
    if month_name:
        return _month_days(match, _MONTHS[month_name[:3]], latest, lent_year)
    if match["season_year"]:  # which months depends on the hemisphere; the year holds all but one winter's
        return _year(int(match["season_year"]))
    if match["quarter_year"]:
        name = match["quarter"] or ""
        number = int(match["quarter_digit"] or 0) or {"first": 1, "second": 2, "third": 3}.get(name, 4)
        first = datetime.date(int(match["quarter_year"]), 3 * number - 2, 1)
        return Days(first, _month_end(first.year, 3 * number), "month")
    if match["decade"]:
        first_year = int(match["decade"])
        return Days(datetime.date(first_year, 1, 1), datetime.date(first_year + 9, 12, 31), "longer")
    if match["century"]:
        last_year = 100 * int(match["century"])
        return Days(datetime.date(last_year - 99, 1, 1), datetime.date(last_year, 12, 31), "longer")
    return _year(int(match["year"])) if match["year"] else None


_MONTHS = {month[:3]: number for number, month in enumerate(MONTHS, 1)}


def _year(year: int) -> Days:
    return Days(datetime.date(year, 1, 1), datetime.date(year, 12, 31), "year")


def _years(first: str, last: str) -> Days | None:
    """Read '1962–65' and '2011-12', which is a season, but '2011-05' as a month."""
    since = int(first)
    until = int(last) if len(last) == 4 else since - since % 100 + int(last)
    if len(last) == 2 and until != since + 1 and 1 <= int(last) <= 12:
        return Days(datetime.date(since, int(last), 1), _month_end(since, int(last)), "month")
    if until <= since:
        return None
    return Days(datetime.date(since, 1, 1), datetime.date(until, 12, 31), "longer", joined=True)


def _slashed(one: int, other: int, year: int) -> Days:
    """Read 3/5/2011: the day where it is plain, else only the year: half the world writes the month first."""
    if max(one, other) <= 12 and one != other:
        return _year(year)
    day = datetime.date(year, min(one, other), max(one, other))
    return Days(day, day, "day")


def _month_days(match: re.Match[str], month: int, latest: datetime.date | None, lent_year: int | None) -> Days | None:
    given = match["dm_year"] or match["md_year"] or match["my_year"]
    first, last = match["dm_from"] or match["md_day"], match["dm_day"] or match["md_to"]
    day = int(first or last or 1)
    year = int(given) if given else lent_year
    relative = year is None
    if year is None:
        if latest is None:
            return None
        year = latest.year - (datetime.date(latest.year, month, min(day, 28)) > latest)
    if not (first or last):
        return Days(datetime.date(year, month, 1), _month_end(year, month), "month", relative)
    since, until = datetime.date(year, month, day), datetime.date(year, month, int(last or day))
    return Days(since, until, "day", relative, joined=since < until) if since <= until else None


def _month_end(year: int, month: int) -> datetime.date:
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def _counted(match: re.Match[str], reference: datetime.date) -> Days | None:  # noqa: PLR0911
    """Read the dates that count from the day of reference."""
    if match["day"]:
        away = {"yesterday": -1, "last": -1, "tomorrow": 1, "the": -2}.get(match["day"].split()[0], 0)
        return _unit_days(reference, "day", away)
    if match["ago_count"] and match["ago_count"].split()[-1] in {"few", "several", "of", "couple"}:  # perhaps more
        return _rolling(reference, match["ago_unit"], 2 * _number(match["ago_count"]), "past")
    if match["ago_count"]:
        return _unit_days(reference, match["ago_unit"], -_number(match["ago_count"]))
    weekday = match["weekday"] or match["weekday_before"] or match["which_weekday"]
    which = match["which"] or ""
    if weekday:
        back = (reference.weekday() - WEEKDAYS.index(weekday)) % 7
        if which in {"last", "past", "previous"}:
            back = back or 7
        elif which in {"next", "coming"}:
            back -= 7
        return _unit_days(reference, "day", -back)
    if match["which_month"]:
        month = _MONTHS[match["which_month"][:3]]
        year = reference.year
        if which in {"last", "past", "previous"}:
            year -= month >= reference.month
        elif which in {"next", "coming"}:
            year += month <= reference.month
        return Days(datetime.date(year, month, 1), _month_end(year, month), "month", True)
    if match["past_count"] or which == "past":
        count = _number(match["past_count"] or "one")
        return _rolling(reference, match["past_unit"] or match["which_unit"], count, which)
    if which:
        away = {"this": 0, "next": 1, "coming": 1}.get(which, -1)
        return _unit_days(reference, match["which_unit"], away)
    return None


def _number(words: str) -> int:
    return int(words) if words.isdigit() else COUNTS[words.removeprefix("a ").removesuffix(" of")]


def _rolling(reference: datetime.date, unit: str, count: int, which: str) -> Days:
    if which in {"next", "coming"}:
        return Days(reference, _unit_days(reference, unit, count).until, "longer", True)
    if unit in {"day", "week"}:
        since = reference - datetime.timedelta(days=count * (7 if unit == "week" else 1))
    else:
        months = 12 * reference.year + reference.month - 1 - count * _MONTHS_A.get(unit, 12)
        year, month = divmod(months, 12)
        since = datetime.date(year, month + 1, min(reference.day, _month_end(year, month + 1).day))
    return Days(since, reference, "longer", True)


_MONTHS_A = {"month": 1, "quarter": 3, "year": 12, "decade": 120}


def _unit_days(reference: datetime.date, unit: str, away: int) -> Days:
    """Return the day, week, month, … that lies `away` of them after the one that holds the day of reference."""
    if unit in {"day", "week", "weekend"}:
        first = reference + datetime.timedelta(days=away * (1 if unit == "day" else 7))
        if unit == "day":
            return Days(first, first, "day", True)
        monday = first - datetime.timedelta(days=first.weekday())
        sunday = monday + datetime.timedelta(days=6)
        return Days(monday + datetime.timedelta(days=5 if unit == "weekend" else 0), sunday, "day", True)
    if unit in {"month", "quarter"}:
        length = _MONTHS_A[unit]
        year, month = divmod(((12 * reference.year + reference.month - 1) // length + away) * length, 12)
        return Days(datetime.date(year, month + 1, 1), _month_end(year, month + length), "month", True)
    if unit == "decade":
        first_year = reference.year - reference.year % 10 + 10 * away
        return Days(datetime.date(first_year, 1, 1), datetime.date(first_year + 9, 12, 31), "longer", True)
    if unit == "year":
        return replace(_year(reference.year + away), relative=True)
    # a season: which months depends on the hemisphere
    since = datetime.date(reference.year + min(away, 0), 1, 1)
    return Days(since, datetime.date(reference.year + max(away, 0), 12, 31), "year", True)


def _part(days: Days, part: str) -> Days:
    """Cut to the third that 'early', 'mid' and 'late' name, in whole years, months or days; halves are halves."""
    length = (days.until - days.since).days + 1
    if part in {"earlier", "later"} or length < 21:
        return days
    pieces = next((pieces for most, pieces in ((100, length), (400, 12), (4000, 10)) if length < most), 100)
    if part.endswith("half of"):
        first, last = (0, pieces // 2) if part.startswith("first") else (pieces // 2, pieces)
    elif part in {"mid", "middle of"}:
        first, last = pieces // 3, -(-2 * pieces // 3)
    else:
        first, last = (2 * pieces // 3, pieces) if part in {"late", "end of"} else (0, -(-pieces // 3))
    return replace(days, since=_piece(days, pieces, first), until=_piece(days, pieces, last) - datetime.timedelta(1))


def _piece(days: Days, pieces: int, number: int) -> datetime.date:
    """Return the first day of one of the years, months or days of a period; `number` may be one past the last."""
    since = days.since
    if pieces == 12:
        return datetime.date(since.year + number // 12, number % 12 + 1, 1)
    if pieces in {10, 100}:
        return datetime.date(since.year + number, 1, 1)
    return since + datetime.timedelta(days=number)
