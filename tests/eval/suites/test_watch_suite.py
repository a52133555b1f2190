"""The watch suite: change points judged by hand, gold data that holds what it says, and a run on a few questions."""

from pathlib import Path

import pytest

from eval.suite import Options
from eval.suites.watch import Change, Judged, Point, Standing, judge, load_standing, watch
from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.errors import InputError
from ingest.pipeline import add_articles
from ingest.sources import read_articles
from qa.assistant import Assistant
from qa.read.reader import reader_folder
from qa.watch.rounds import keep_watch

GOLD = Path(__file__).parents[3] / "eval" / "gold"


def point(day: str, *answers: str, first: str | None = None) -> Point:
    return Point(day, answers, first or day)


def change(day: str, value: str | None, kind: str = "overtaken") -> Change:
    return Change(day, kind, value, None, None)


COST = Standing(
    "cost",
    "How much will it cost?",
    (point("2021-03-01", "2.1 billion marks"), point("2022-05-10", "2.9 billion marks", first="2022-05-08")),
    (point("2021-06-01", "nothing"),),
)


@pytest.mark.parametrize(
    ("told", "late", "false"),
    [
        ([], (None, None), []),
        ([("2021-03-01", "2.1 billion marks"), ("2022-05-10", "2.9 billion")], (0, 0), []),
        ([("2021-03-11", "2.1 billion marks")], (10, None), []),
        ([("2021-03-01", "2.1 billion marks"), ("2022-05-08", "2.9 billion marks")], (0, 0), []),  # sooner, and allowed
        ([("2022-05-10", "2.1 billion marks"), ("2022-06-01", "2.9 billion marks")], (None, 22), [0]),  # too late
        ([("2021-03-01", "2.1 billion marks"), ("2021-04-01", "2.1 billion marks")], (0, None), [1]),  # told twice
        ([("2021-02-01", "2.1 billion marks")], (None, None), [0]),  # before any article said so
        ([("2021-03-01", "98 votes"), ("2021-06-02", "nothing")], (None, None), [0]),
        ([("2021-03-01", None)], (None, None), [0]),
    ],
)
def test_changes_are_judged_by_day_and_value(
    told: list[tuple[str, str | None]], late: tuple[int | None, ...], false: list[int]
) -> None:
    changes = [change(*one) for one in told]
    assert judge(COST, changes) == Judged(late, tuple(changes[number] for number in false))


def test_the_gold_points_are_days_of_articles_that_say_so() -> None:
    articles = [item for item in read_articles(str(GOLD / "articles")) if isinstance(item, Article)]
    standing = load_standing()
    assert len({one.id for one in standing}) == len({one.question for one in standing}) == len(standing) >= 30
    for one in standing:
        assert one.points
        days = [p.day for p in one.points]
        assert days == sorted(set(days))
        for p in (*one.points, *one.also):
            texts = [f"{a.title} {a.text}" for a in articles if a.published == p.day]
            # One spelling at least stands in an article of the day; 'no' is that of 'no deaths'.
            assert any(answer.lower() in text.lower() for answer in p.answers for text in texts), (one.id, p)
            assert p.first <= p.day


@pytest.mark.slow
def test_a_run_scores_points_and_names_what_it_cannot_place() -> None:
    result = watch(Options(None, GOLD, 2, reader_folder("fast")))
    points = [row for row in result.rows if row.part == "point"]
    chosen = load_standing()[0], load_standing()[len(load_standing()) // 2]
    assert len(points) == sum(len(one.points or ()) for one in chosen) == result.figures["points"]
    for row in points:
        assert row.scores["on_day"] <= row.scores["found"]
        assert ("late" in row.scores) == bool(row.scores["found"])
    assert 0 < result.figures["asked"] <= 1
    assert result.figures["told"] >= result.figures["false_alarms"]


def test_another_archive_is_replayed_with_its_own_questions(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        for number, day in ((120, "2021-05-03"), (95, "2021-06-07"), (80, "2021-07")):
            text = f"The Torvald mill employs {number} people, its owner said."
            add_articles(archive, [Article(article_id(day), "News of the mill", text, "mill", None, day)])
        options = Options(archive_dir, GOLD, None, reader_folder("fast"))
        with pytest.raises(InputError, match="nothing is watched"):
            watch(options)
        keep_watch(Assistant(archive, "fast"), "How many people does the Torvald mill employ?", name="mill")
    result = watch(options)
    told = [row.trace["told"] for row in result.rows]
    assert [(day, kind) for day, kind, *_ in told] == [
        ("2021-05-03", "appeared"), ("2021-06-07", "overtaken"), ("2021-07-01", "overtaken"),
    ]  # fmt: skip
    assert {row.part for row in result.rows} == {"told"}
    assert result.figures["points"] == 0
    assert result.figures["false_share"] is None
