"""Standing questions over an archive that grows day by day, each change told judged against written change points."""

import hashlib
import json
from collections.abc import Container, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from eval.asking import PACKAGES, models_of
from eval.pool import fresh_archive
from eval.scores.judging import accepts
from eval.scores.metrics import share
from eval.scores.stages import NOT_JUDGED, Stage
from eval.suite import Options, Result, Row, spread
from eval.suites.gold import GOLD
from ingest.archive import Archive
from ingest.article import Article
from ingest.errors import InputError
from ingest.filters import ALL_ARTICLES, Filters, first_day
from ingest.pipeline import add_articles
from ingest.sources import read_articles
from qa.assistant import Assistant
from qa.read.reader import Reader
from qa.watch.rounds import ask_again, keep_watch

__all__ = ["Change", "Judged", "Point", "Standing", "judge", "load_standing", "watch"]

STANDING = GOLD / "watches.json"


@dataclass(frozen=True, slots=True)
class Point:
    """A day on which the articles give a question another value.

    `answers` are its accepted spellings, of which any will do: where articles disagree, each value is one. It may be
    told from `first` on, which is `day` unless an article shows it sooner without saying it.
    """

    day: str
    answers: tuple[str, ...]
    first: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A standing question; `points` is None where nobody has written down what is right.

    `also` are values that are true and need not be told.
    """

    id: str
    question: str
    points: tuple[Point, ...] | None
    also: tuple[Point, ...] = ()
    filters: Filters = ALL_ARTICLES


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was told in the round of a day; `value` is None for an answer that disappeared."""

    day: str
    kind: str
    value: str | None
    as_of: str | None
    sentence: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a question's change points.

    `late` has for each point the days from its day to when it was told, None where it was missed; `false` are the
    changes that belong to no point, such as a wrong value or one that was told before.
    """

    late: tuple[int | None, ...]
    false: tuple[Change, ...]


def load_standing(path: Path = STANDING) -> list[Standing]:
    """Return the questions in file order; eval/gold/README.md says what the fields mean."""
    return [
        Standing(r["id"], r["question"], _points(r["points"]), _points(r["also"]))
        for r in json.loads(path.read_text(encoding="utf-8"))
    ]


def judge(standing: Standing, told: Sequence[Change]) -> Judged:
    """Judge the changes told of a question, in their order.

    A point is found by the first change with one of its values that is told before the next point's day; each change
    finds one point at most.
    """
    points = standing.points or ()
    late: list[int | None] = []
    left = list(told)
    for number, point in enumerate(points):
        end = points[number + 1].first if number + 1 < len(points) else "9999"
        found = next((c for c in left if point.first <= c.day < end and _is(c, point)), None)
        late.append(None if found is None else max(0, _days(point.day, found.day)))
        if found:
            left.remove(found)
    false = [c for c in left if not any(point.first <= c.day and _is(c, point) for point in standing.also)]
    return Judged(tuple(late), tuple(false))


def watch(options: Options) -> Result:
    """Watch questions from before the first article, add articles day by day, and judge what is told each day.

    The sample articles with the questions of eval/gold/watches.json; or with `options.archive` its own articles and
    standing questions, of which nobody has written what is right: then each change is a row for a person to look at.
    Articles without a day come first, those of a year or month alone on its first day.

    A row is a change point: `found`, told before the next one; `on_day`, in the round of its day; `late`, days, where
    it is found; `answered`, whether who asks on its day is given one of its values, which no watch can do better than.
    A change that belongs to no point is a row of the part 'false alarm'. `false_share` is their share of
    all that was told; `asked`, the share of questions that a round had to ask, the others being left out because of
    their vectors and words.
    """
    standing, articles = _replayed(options)
    told: dict[str, list[Change]] = {one.id: [] for one in standing}
    answered: set[tuple[str, str]] = set()
    asked = rounds = 0
    with fresh_archive([]) as archive:
        assistant = Assistant(archive, Reader.load(options.reader))
        names = {one.id: keep_watch(assistant, one.question, name=one.id, filters=one.filters)[0] for one in standing}

        def asker() -> Assistant:
            nonlocal asked
            asked += 1
            return assistant

        for day, own in groupby(articles, _day):
            add_articles(archive, own)
            rounds += 1
            for change in ask_again(archive, asker, now=date.fromisoformat(day) if day else None):
                said = change.now.said[0].sentence if change.now.said else None
                told[change.watch.name].append(Change(day, change.now.kind, change.now.value, change.now.as_of, said))
            answered |= {
                (one.id, day) for one in standing for point in one.points or () if _answers(one, point, day, assistant)
            }
        models = models_of(assistant)
    rows = [row for one in standing for row in _rows(one, told[one.id], answered)]
    judged = [row for row in rows if row.part == "point"]
    false = [row for row in rows if row.part == "false alarm"]
    count = sum(map(len, told.values()))
    late = [row.scores["late"] for row in judged if "late" in row.scores]
    figures: dict[str, Any] = {
        "questions": len(names),
        "articles": len(articles),
        "rounds": rounds,
        "told": count,
        "points": len(judged),
        "found": share([row.scores["found"] for row in judged]),
        "on_day": share([row.scores["on_day"] for row in judged]),
        "answered": share([row.scores["answered"] for row in judged]),
        "on_day_when_answered": share([row.scores["on_day"] for row in judged if row.scores["answered"]]),
        "false_alarms": len(false),
        "false_share": share([1.0] * len(false) + [0.0] * (count - len(false))) if judged else None,
        "days_late": round(sum(late) / len(late), 1) if late else None,
        "asked": round(asked / (rounds * len(names)), 3) if rounds and names else None,
    }
    data = {} if options.archive else {STANDING.name: hashlib.sha256(STANDING.read_bytes()).hexdigest()}
    return Result(data, tuple(rows), figures, "on_day", ("late",), models, PACKAGES)


def _replayed(options: Options) -> tuple[list[Standing], list[Article]]:
    with ExitStack() as stack:
        if options.archive is None:
            standing = load_standing()
            articles = [item for item in read_articles(str(GOLD / "articles")) if isinstance(item, Article)]
        else:
            archive = stack.enter_context(Archive.open(options.archive))
            standing = [Standing(w.name, w.question, None, (), w.filters) for w in archive.watches.all()]
            articles = list(archive.articles())
            if not standing:
                raise InputError(f"nothing is watched in {options.archive}: add questions with dateline watch first")
    return spread(standing, options.limit), sorted(articles, key=lambda article: (_day(article), article.id))


def _rows(standing: Standing, told: Sequence[Change], answered: Container[tuple[str, str]]) -> Iterator[Row]:
    shown = [[c.day, c.kind, c.value, c.as_of, c.sentence] for c in told]
    if standing.points is None:
        for number, change in enumerate(told):
            trace = {"told": shown[number]}
            yield Row(f"{standing.id}/{change.day}/{number}", "told", standing.question, {}, {}, NOT_JUDGED, trace)
        return
    judged = judge(standing, told)
    for point, late in zip(standing.points, judged.late, strict=True):
        scores = {
            "found": float(late is not None),
            "on_day": float(late == 0),
            "answered": float((standing.id, point.day) in answered),
        }
        yield Row(
            id=f"{standing.id}/{point.day}",
            part="point",
            question=standing.question,
            gold={"day": point.day, "answers": list(point.answers)},
            scores=scores if late is None else {**scores, "late": float(late)},
            stage=Stage.WRONGLY_REFUSED if late is None else None,
            trace={"told": shown},
        )
    for number, change in enumerate(judged.false):
        said = {"told": [change.day, change.kind, change.value, change.as_of, change.sentence]}
        yield Row(f"{standing.id}/false/{number}", "false alarm", standing.question, {}, {}, Stage.WRONG_VALUE, said)


def _answers(standing: Standing, point: Point, day: str, assistant: Assistant) -> bool:
    """Whether who asks on the day of a point is given one of its values; False on other days."""
    if point.day != day:
        return False
    answer = assistant.ask(standing.question, filters=standing.filters, now=date.fromisoformat(day))
    return answer.found and accepts(point.answers, answer.text)


def _points(records: Sequence[dict[str, Any]]) -> tuple[Point, ...]:
    return tuple(Point(r["day"], tuple(r["answers"]), r.get("from", r["day"])) for r in records)


def _is(change: Change, point: Point) -> bool:
    return change.value is not None and accepts(point.answers, change.value)


def _days(one: str, other: str) -> int:
    return (date.fromisoformat(other) - date.fromisoformat(one)).days


def _day(article: Article) -> str:
    return first_day(article.published) if article.published else ""
