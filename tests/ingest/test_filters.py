"""What people may give as filters, and what it means."""

from datetime import date

import pytest

from ingest.errors import InputError
from ingest.filters import Filters, first_day, last_day, parse_day

KNOWN = [("Brenn Courier", 9), ("Harrow Vale Observer", 4), ("notes/ferry.md", 1)]


def parse(*outlets: str, since: str | None = None, until: str | None = None) -> Filters:
    return Filters.parse(outlets, since, until, lambda: KNOWN)


def test_nothing_wanted_leaves_nothing_out() -> None:
    assert parse() == Filters()
    assert not parse()
    assert parse(since="2011")
    assert parse("Brenn Courier")


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2011", "2011", ("2011-01-01", "2011-12-31")),
        ("2012-02", "2012-02", ("2012-02-01", "2012-02-29")),
        ("2011-02", None, ("2011-02-01", None)),
        (None, "2011-02", (None, "2011-02-28")),
        ("2011-03-04", "2011-03-04", ("2011-03-04", "2011-03-04")),
    ],
)
def test_a_year_or_month_counts_whole(since: str | None, until: str | None, days: tuple[str | None, ...]) -> None:
    filters = parse(since=since, until=until)
    assert (filters.since, filters.until) == days


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "11", "20111", "2011-13", "2011-00", "2011-2", "2011-02-30", "2011-2-3", "2011/02/03", "20110203"),
        *("0000", "2011-W05", "last March", "2011-01-01T10", " 2011", "２０１１", "2011\n", "9" * 5000),
    ],
)
def test_what_is_no_date_is_told_in_one_line(wrong: str) -> None:
    for end in ("since", "until"):
        with pytest.raises(InputError, match=rf"^{end} .* is no date: give YYYY, YYYY-MM or YYYY-MM-DD$") as told:
            parse(**{end: wrong})
        assert len(str(told.value)) < 120
    with pytest.raises(InputError, match=r"^now .* is no day: give YYYY-MM-DD") as told:
        parse_day("now", wrong)
    assert len(str(told.value)) < 120


def test_dates_the_wrong_way_round_are_told() -> None:
    with pytest.raises(InputError, match="no day is since 2012 and until 2011-05: change the two dates round"):
        parse(since="2012", until="2011-05")


def test_a_day_is_a_day() -> None:
    assert parse_day("now", "2012-02-29") == date(2012, 2, 29)
    with pytest.raises(InputError, match="now '2012' is no day"):
        parse_day("now", "2012")


def test_outlets_are_found_in_any_capitals_and_once() -> None:
    assert parse("brenn courier ", "Brenn Courier", "NOTES/ferry.md").outlets == ("Brenn Courier", "notes/ferry.md")


def test_names_that_differ_only_in_capitals_are_all_meant_unless_one_is_named() -> None:
    known = [("The Echo", 2), ("THE ECHO", 1)]
    assert Filters.parse(["the echo"], None, None, lambda: known).outlets == ("The Echo", "THE ECHO")
    assert Filters.parse(["THE ECHO"], None, None, lambda: known).outlets == ("THE ECHO",)


def test_an_unknown_outlet_is_told_with_the_nearest_ones() -> None:
    with pytest.raises(InputError, match=r"^no article is from the outlet 'Bren Curier': nearest are 'Brenn Courier'$"):
        parse("Bren Curier")
    with pytest.raises(InputError, match=r"outlet 'zzz': dateline articles lists them"):
        parse("zzz")
    with pytest.raises(InputError, match=r"outlet '': "):
        parse("")
    with pytest.raises(InputError, match=r"outlet 'a\\nb': ") as told:
        parse("a\nb")
    assert "\n" not in str(told.value)


def test_outlets_are_not_looked_up_for_dates() -> None:
    def unasked() -> list[tuple[str, int]]:
        raise AssertionError

    assert Filters.parse([], "2011", None, unasked).since == "2011-01-01"


@pytest.mark.parametrize("days", ["2011", "2012-02", "2011-11", "2011-11-30"])
def test_first_and_last_day_bound_the_days_that_begin_so(days: str) -> None:
    every = [date.fromordinal(n).isoformat() for n in range(date(2010, 1, 1).toordinal(), date(2014, 1, 1).toordinal())]
    meant = [day for day in every if day.startswith(days)]
    assert (first_day(days), last_day(days)) == (meant[0], meant[-1])
