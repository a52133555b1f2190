"""The list in its orders, and the picture of what there is."""

import pytest

from ingest.archive.holdings import Holding
from ui.views.shelves import Chosen, Row, Sort, chosen, picture, row


def rows(*dates: str | None) -> list[Row]:
    return [row(Holding(f"a{n}", f"Title {n}", f"Outlet {n % 2}", day, n, None)) for n, day in enumerate(dates)]


def bars(*dates: str | None) -> list[tuple[str, str, int]]:
    return [(bar["since"], bar["until"], bar["count"]) for bar in picture(rows(*dates), [])["bars"]]


def test_bars_are_months_with_the_empty_ones_between() -> None:
    assert bars("2026-02-14", "2026-02-01", "2025-12-31", "2026", None) == [("2025", "2025", 1), ("2026", "2026", 3)]
    assert bars("2026-02-14", "2026-02", "2025-12-31", None) == [
        ("2025-12", "2025-12", 1), ("2026-01", "2026-01", 0), ("2026-02", "2026-02", 2),
    ]  # fmt: skip


def test_too_many_months_are_years_decades_or_centuries() -> None:
    assert bars("2021-01-01", "2025-12-31")[0] == ("2021-01", "2021-01", 1)  # 60 months
    assert bars("2021-01-01", "2026-01-01")[0] == ("2021", "2021", 1)
    assert bars("1955-01-01", "2026-01-01")[0] == ("1950", "1959", 1)
    assert bars("0001-01-01", "9999-12-31")[0] == ("0001", "0999", 1)
    assert bars("0001-01-01", "9999-12-31")[-1] == ("9000", "9999", 1)
    assert bars(None, "no date") == []


def test_what_matches_is_part_of_what_there_is() -> None:
    every = rows("2026-02-14", "2026-02-01", "2025-12-31", None)
    drawn = picture(every, every[:1])
    assert [(bar["count"], bar["matching"]) for bar in drawn["bars"]] == [(1, 0), (0, 0), (2, 1)]
    assert drawn["undated"] == {"count": 1, "matching": 0}
    assert drawn["outlets"] == [
        {"name": "Outlet 0", "count": 2, "matching": 1}, {"name": "Outlet 1", "count": 2, "matching": 0},
    ]  # fmt: skip


def test_only_the_outlets_with_most_articles_are_drawn() -> None:
    every = [row(Holding(f"a{n}", "T", f"Outlet {n % 30:02}", None, 1, None)) for n in range(61)]
    drawn = picture(every, every)
    assert (drawn["outlets"][0], len(drawn["outlets"]), drawn["more_outlets"]) == (
        {"name": "Outlet 00", "count": 3, "matching": 3}, 8, 22,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sort", "order"),
    [("newest", "abc"), ("oldest", "bac"), ("title", "cab"), ("outlet", "bca"), ("longest", "cba"), ("added", "bac")],
)
def test_orders(sort: Sort, order: str) -> None:
    every = [
        row(Holding("a", "Mill", "Zebra", "2026-02-14", 1, 20)),
        row(Holding("b", "Night", "Anchor", "2025", 2, 30)),
        row(Holding("c", "bridge", "beacon", None, 3, None)),
    ]
    assert "".join(one.holding.id for one in chosen(every, Chosen(sort=sort), set())) == order


def test_a_month_counts_where_any_of_its_days_does() -> None:
    every = rows("2026-02-14", "2026-02", "2026", None, "2026-03-01")
    wanted = Chosen(since="2026-02-10", until="2026-02-28")
    assert [one.holding.published for one in chosen(every, wanted, set())] == ["2026-02-14", "2026-02", "2026"]
    assert [one.holding.published for one in chosen(every, Chosen(undated=True), set())] == [None]
