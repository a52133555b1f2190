"""Scripted chats over the sample articles, each turn judged on what was searched for and on the value that leads."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.asking import PACKAGES, assistant_over, models_of
from eval.scores.judging import accepts
from eval.scores.metrics import share
from eval.scores.stages import NOT_JUDGED, Stage
from eval.scores.tally import stages
from eval.suite import Options, Result, Row, spread
from eval.suites.gold import GOLD
from ingest.filters import ALL_ARTICLES, Filters
from ingest.sources import read_articles
from qa.types import Answer, DatesAsked, Turn

__all__ = ["NOW", "Chat", "ChatTurn", "chats", "faults_asked", "faults_led", "load_chats", "said"]

CHATS = GOLD / "chats.json"
# Some days after the newest sample article: from here 'last year' counts.
NOW = date(2026, 3, 10)

Bound = str | Sequence[str] | None
"""A day; the first and the last that it may be; None for an open side."""


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """One turn of a chat, and what is right for it; a field that is None is not judged.

    Attributes:
        question: As it is typed.
        filters: The articles that count for it.
        words: What must stand in the question that is searched for; 'troops|soldiers' for either.
        without: What must not.
        dates: `since` and `until` of the days that are asked about; empty where none may be.
        found: Whether there is an answer.
        answers: Accepted spellings of the value that leads.
        days: How its day may begin: '2025', '2025-03'.
        articles: Titles of those that may be cited first.
    """

    question: str
    filters: Filters
    words: tuple[str, ...]
    without: tuple[str, ...]
    dates: Mapping[str, Bound] | None
    found: bool
    answers: tuple[str, ...]
    days: tuple[str, ...]
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chat:
    """A scripted chat; `kind` says what its turns lean on."""

    id: str
    kind: str
    turns: tuple[ChatTurn, ...]


def load_chats(path: Path = CHATS) -> list[Chat]:
    """Return the chats in file order; eval/gold/README.md says what the fields mean."""
    return [
        Chat(record["id"], record["kind"], tuple(map(_turn, record["turns"])))
        for record in json.loads(path.read_text(encoding="utf-8"))
    ]


def chats(options: Options) -> Result:
    """Hold each chat twice: with the right answers as history (scripted), and with those that were given (live).

    asked: the share of turns whose stand-alone question has the words and the days that it must have, and none that
    it must not. led: the share of turns with a known answer, or known to have none, where the right value leads, of
    the right day, from a right article. Both in [0, 1], with a 95% bootstrap interval over turns. With
    `options.limit`, that many chats. Rows are of the scripted chats and hold the headline, `asked`.
    """
    held = spread(load_chats(), options.limit)
    with assistant_over(options, read_articles(str(GOLD / "articles"))) as assistant:
        rows: list[Row] = []
        live: list[tuple[bool, bool | None]] = []
        for chat in held:
            given: list[Turn] = []
            for number, turn in enumerate(chat.turns):
                scripted = [Turn(earlier.question, said(earlier)) for earlier in chat.turns[:number]]
                answer = assistant.ask(turn.question, scripted, filters=turn.filters, now=NOW)
                rows.append(_row(chat, number, answer))
                if given != scripted:
                    answer = assistant.ask(turn.question, given, filters=turn.filters, now=NOW)
                live.append((not faults_asked(turn, answer), _right(turn, answer)))
                given.append(Turn(turn.question, answer.text if answer.found else None))
        models = models_of(assistant)
    return Result(
        data={"chats": hashlib.sha256(CHATS.read_bytes()).hexdigest()},
        rows=tuple(rows),
        figures={
            "chats": len(held),
            "scripted": {
                "turns": len(rows),
                "asked": share([row.scores["asked"] for row in rows]),
                "led": share([row.scores["led"] for row in rows if "led" in row.scores]),
                "stages": stages(rows),
            },
            "live": {
                "asked": share([float(asked) for asked, _ in live]),
                "led": share([float(right) for _, right in live if right is not None]),
            },
        },
        headline="asked",
        models=models,
        packages=PACKAGES,
    )


def said(turn: ChatTurn) -> str | None:
    """Return what a right assistant would have answered in a turn, None for nothing."""
    return turn.answers[0] if turn.answers else None


def faults_asked(turn: ChatTurn, answer: Answer) -> list[str]:
    """Return what is wrong with the question that was searched for; nothing where it is right."""
    faults = [f"no {words!r}" for words in turn.words if not _has(answer.asked, words.split("|"))]
    faults += [f"{words!r}" for words in turn.without if _has(answer.asked, [words])]
    if turn.dates is not None and not _are(answer.dates, turn.dates):
        own = answer.dates
        faults.append(f"days {own.since} to {own.until}" if own else "no days")
    return faults


def faults_led(turn: ChatTurn, answer: Answer) -> list[str]:
    """Return what is wrong with the value that leads, its day and its article; nothing where they are right."""
    if not turn.found:
        return [f"answered {answer.text!r}"] if answer.found else []
    if not answer.found:
        return ["not found"] if _known(turn) else []
    faults = []
    if turn.answers and not accepts(turn.answers, answer.text):
        faults.append(f"answered {answer.text!r}")
    if turn.days and not (answer.as_of or "").startswith(turn.days):
        faults.append(f"as of {answer.as_of}")
    if turn.articles and answer.citations[0].article.title not in turn.articles:
        faults.append(f"from {answer.citations[0].article.title!r}")
    return faults


def _right(turn: ChatTurn, answer: Answer) -> bool | None:
    """Whether the right value leads; None where nothing is known of it."""
    return not faults_led(turn, answer) if _known(turn) else None


def _known(turn: ChatTurn) -> bool:
    return bool(turn.answers or turn.articles or not turn.found)


def _row(chat: Chat, number: int, answer: Answer) -> Row:
    turn = chat.turns[number]
    asked, led = faults_asked(turn, answer), faults_led(turn, answer)
    right = _right(turn, answer)
    stage: str | None = None
    if asked:  # it was searched for something else
        stage = Stage.NOT_RETRIEVED
    elif right is None:
        stage = NOT_JUDGED
    elif not turn.found:
        stage = Stage.NOT_IN_ARCHIVE if answer.found else None
    elif not right:
        stage = Stage.WRONG_VALUE if answer.found else Stage.WRONGLY_REFUSED
    return Row(
        id=f"{chat.id}-{number + 1}",
        part=chat.id,
        question=turn.question,
        gold={
            "answers": list(turn.answers),
            "asked": list(turn.words),
            "history": [[earlier.question, said(earlier)] for earlier in chat.turns[:number]],
        },
        scores={"asked": float(not asked)} | ({} if right is None else {"led": float(right)}),
        stage=stage,
        trace={"asked": answer.asked, "answer": answer.text, "faults": [*asked, *led]},
    )


def _has(text: str, options: Iterable[str]) -> bool:
    """Whether words of a text begin with one of the options, whatever the case: 'dose' stands in 'doses'."""
    return any(re.search(rf"(?<!\w){re.escape(option)}", text, re.IGNORECASE) for option in options)


def _are(dates: DatesAsked | None, wanted: Mapping[str, Bound]) -> bool:
    if not wanted:
        return dates is None
    own = {"since": dates.since if dates else None, "until": dates.until if dates else None}
    return all(_is(own[side], bound) for side, bound in wanted.items())


def _is(day: str | None, bound: Bound) -> bool:
    if bound is None or isinstance(bound, str):
        return day == bound
    first, last = bound
    return day is not None and first <= day <= last


def _turn(record: Mapping[str, Any]) -> ChatTurn:
    filters = Filters(**record["filters"]) if "filters" in record else ALL_ARTICLES
    dates = (record["dates"] or {}) if "dates" in record else None
    return ChatTurn(
        question=record["question"],
        filters=filters,
        words=tuple(record["with"]),
        without=tuple(record.get("without", ())),
        dates=dates,
        found=record.get("found", True),
        answers=tuple(record.get("answers", ())),
        days=tuple(record.get("days", ())),
        articles=tuple(record.get("articles", ())),
    )
