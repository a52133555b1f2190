"""The list of articles as a person looks through it: some of them, in an order, and a picture of all."""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any, Literal

from ingest.archive.holdings import Holding
from ui.views.present import date_words

__all__ = ["SORTS", "Chosen", "Row", "Sort", "chosen", "picture", "row"]

Sort = Literal["newest", "oldest", "title", "outlet", "longest", "added"]
SORTS: tuple[Sort, ...] = ("newest", "oldest", "title", "outlet", "longest", "added")

_MOST_BARS = 60
_OUTLETS_DRAWN = 8


@dataclass(frozen=True, slots=True)
class Row:
    """A holding, with what is looked for in it: title, outlet and date, folded."""

    holding: Holding
    searched: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which articles are wanted, and in which order.

    Attributes:
        words: Folded; an article has them all in its title, outlet and date, or in its text.
        outlet: The name of one; '' for all.
        since, until: YYYY-MM-DD, as of Filters.
        undated: Only those without a date.
        sort: The order; what is unknown comes last.
    """

    words: tuple[str, ...] = ()
    outlet: str = ""
    since: str | None = None
    until: str | None = None
    undated: bool = False
    sort: Sort = "newest"


def row(holding: Holding) -> Row:
    """Return the row of a holding."""
    day = holding.published or ""
    return Row(holding, f"{holding.title} {holding.outlet} {date_words(holding.published)} {day}".casefold())


def chosen(rows: Sequence[Row], wanted: Chosen, with_words: Set[str]) -> list[Row]:
    """Return the rows that are wanted, in order; `rows` are newest first, those `with_words` have the words."""
    found = [
        one
        for one in rows
        if (not wanted.outlet or one.holding.outlet == wanted.outlet)
        and _within(one.holding.published, wanted)
        and (one.holding.id in with_words or all(word in one.searched for word in wanted.words))
    ]
    return _sorted(found, wanted.sort)


def _within(published: str | None, wanted: Chosen) -> bool:
    if wanted.undated:
        return published is None
    if not (wanted.since or wanted.until):
        return True
    known = len(published or "")  # a day bounds the year or month that has it, as Filters.allow says
    since, until = (wanted.since or published or "")[:known], (wanted.until or published or "")[:known]
    return published is not None and since <= published <= until


def _sorted(rows: list[Row], sort: Sort) -> list[Row]:
    if sort == "oldest":
        dated = [one for one in rows if one.holding.published]
        return dated[::-1] + [one for one in rows if not one.holding.published]
    if sort == "title":
        return sorted(rows, key=lambda one: one.holding.title.casefold())
    if sort == "outlet":
        return sorted(rows, key=lambda one: one.holding.outlet.casefold())
    if sort == "longest":
        return sorted(rows, key=lambda one: -one.holding.characters)
    if sort == "added":
        return sorted(rows, key=lambda one: -(one.holding.added or 0))
    return rows


def picture(rows: Sequence[Row], matching: Sequence[Row]) -> dict[str, Any]:
    """Return how many articles there are in each month, year, decade or century, and of each outlet; most first.

    Of all, and of those that match. There are at most 60 bars: the unit is the shortest with which there are no more.
    """
    every, some = _days(rows), _days(matching)
    outlets = Counter(one.holding.outlet for one in rows)
    of_matching = Counter(one.holding.outlet for one in matching)
    shown = outlets.most_common(_OUTLETS_DRAWN)
    return {
        **_bars(every, some),
        "undated": {"count": len(rows) - every.total(), "matching": len(matching) - some.total()},
        "outlets": [{"name": name, "count": count, "matching": of_matching[name]} for name, count in shown],
        "more_outlets": len(outlets) - len(shown),
    }


def _days(rows: Sequence[Row]) -> Counter[str]:
    """Return how many articles have each date, as far as it is a year at least."""
    return Counter(day for one in rows if (day := one.holding.published) and day[:4].isdecimal())


def _bars(every: Counter[str], some: Counter[str]) -> dict[str, Any]:
    if not every:
        return {"unit": "month", "bars": []}
    first, last = min(every), max(every)
    months = all(len(day) >= 7 and day[5:7].isdecimal() for day in every)
    if months and _month(last) - _month(first) < _MOST_BARS:
        of_all, of_some = _counted(every, _month), _counted(some, _month)
        spans = [(f"{at // 12:04}-{at % 12 + 1:02}",) * 2 + (at,) for at in range(_month(first), _month(last) + 1)]
        unit = "month"
    else:
        low, high = int(first[:4]), int(last[:4])
        years = next(years for years in (1, 10, 100, 1000) if high // years - low // years < _MOST_BARS)
        of_all = _counted(every, lambda day: int(day[:4]) // years)
        of_some = _counted(some, lambda day: int(day[:4]) // years)
        places = range(low // years, high // years + 1)
        spans = [(f"{max(at * years, 1):04}", f"{min(at * years + years - 1, 9999):04}", at) for at in places]
        unit = {1: "year", 10: "decade", 100: "century", 1000: "millennium"}[years]
    bars = [
        {
            "label": date_words(since) if since == until else f"{since} to {until}",
            "since": since,
            "until": until,
            "count": of_all[at],
            "matching": of_some[at],
        }
        for since, until, at in spans
    ]
    return {"unit": unit, "bars": bars}


def _month(day: str) -> int:
    return int(day[:4]) * 12 + int(day[5:7]) - 1


def _counted(days: Counter[str], place: Any) -> Counter[int]:
    counts: Counter[int] = Counter()
    for day, count in days.items():
        counts[place(day)] += count
    return counts
