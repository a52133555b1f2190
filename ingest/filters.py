"""Which articles count: by outlet and by publication date."""

import calendar
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from ingest.article import Article, Facts
from ingest.errors import InputError

__all__ = ["ALL_ARTICLES", "Filters", "first_day", "last_day", "parse_day"]

_DAYS = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
# Comparing names takes 6 microseconds each; where articles have no outlet, each file is one.
_NAMES_COMPARED = 2000
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """Articles to search in; the default is all of them.

    Attributes:
        outlets: Names as articles have them (where an article has none, its source); empty for all.
        since, until: The first and the last publication day, YYYY-MM-DD; None where that side is open. An article
            of which only the year or month is known counts where any of its days does; one without a date counts
            only when both are None.
    """

    outlets: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.outlets or self.since or self.until)

    def allow(self, article: Article | Facts) -> bool:
        """Whether an article counts; ingest/archive/sqlite.py says the same in SQL."""
        if self.outlets and (article.outlet or article.source) not in self.outlets:
            return False
        if not (self.since or self.until):
            return True
        published = article.published or ""
        known = len(published)  # a day bounds the year or month that has it, as far as that is known
        since, until = (self.since or published)[:known], (self.until or published)[:known]
        return bool(published) and since <= published <= until

    @classmethod
    def parse(
        cls,
        outlets: Sequence[str],
        since: str | None,
        until: str | None,
        known: Callable[[], Iterable[tuple[str, int]]],
    ) -> Self:
        """Return the filters that a person wants.

        Args:
            outlets: Names, in capitals or not.
            since, until: YYYY, YYYY-MM or YYYY-MM-DD. A year or month counts from its first day, or to its last.
            known: Gives the outlets that there are, as `Archive.outlets` does; called only to look up names.

        Raises:
            InputError: A date is none, the dates are the wrong way round, or an outlet is unknown.
        """
        first = None if since is None else first_day(_days("since", since))
        last = None if until is None else last_day(_days("until", until))
        if first and last and first > last:
            raise InputError(f"no day is since {since} and until {until}: change the two dates round")
        names = [name for name, _ in known()] if outlets else []
        return cls(tuple(dict.fromkeys(name for outlet in outlets for name in _named(outlet, names))), first, last)


ALL_ARTICLES = Filters()


def parse_day(name: str, text: str) -> date:
    """Return the day that YYYY-MM-DD names; InputError, with what the day is for, when it names none."""
    try:
        if len(text) == 10 and _DAYS.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InputError(f"{name} {text[:40]!r} is no day: give YYYY-MM-DD, such as 2012-01-31")


def first_day(days: str) -> str:
    """Return the first day of YYYY, YYYY-MM or YYYY-MM-DD."""
    return days + "-01-01"[len(days) - 4 :]


def last_day(days: str) -> str:
    """Return the last day of YYYY, YYYY-MM or YYYY-MM-DD."""
    if len(days) == 7:
        return f"{days}-{calendar.monthrange(int(days[:4]), int(days[5:]))[1]}"
    return f"{days}-12-31" if len(days) == 4 else days


def _days(name: str, text: str) -> str:
    try:
        if _DAYS.fullmatch(text):
            date.fromisoformat(first_day(text))
            return text
    except ValueError:
        pass
    raise InputError(f"{name} {text[:40]!r} is no date: give YYYY, YYYY-MM or YYYY-MM-DD")


def _named(outlet: str, names: Sequence[str]) -> list[str]:
    """Return the outlets of this name: the very one, else those that differ only in capitals."""
    if outlet in names:
        return [outlet]
    folded = outlet.strip().casefold()
    if same := [name for name in names if name.casefold() == folded]:
        return same
    near = {name[:_LONGEST_NAME].casefold(): name for name in reversed(names[:_NAMES_COMPARED])}
    nearest = [near[name] for name in difflib.get_close_matches(folded[:_LONGEST_NAME], near, n=3, cutoff=0.4)]
    advice = f"nearest are {', '.join(map(repr, nearest))}" if nearest else "dateline articles lists them"
    raise InputError(f"no article is from the outlet {outlet[:_LONGEST_NAME]!r}: {advice}")
