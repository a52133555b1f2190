"""Who asks when: turns, giving up, and what is remembered."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ingest.archive import Archive
from ingest.article import Article
from ingest.errors import InputError
from ingest.filters import Filters
from qa.assistant import Assistant
from qa.read.reader import Reader
from qa.types import Answer, Searched, Seconds, Span, Turn
from ui.asker import Asker, Busy, Outcome, Step, _Job
from ui.web.app import app_over

ServeApp = Callable[[FastAPI], str]

QUESTION = "How many troops remain in Qasara?"


class Heard:
    """Keeps how questions ended, and lets a test wait for one."""

    def __init__(self) -> None:
        self.ends: list[Outcome] = []
        self._changed = threading.Condition()

    def __call__(self, outcome: Outcome, seconds: float) -> None:
        assert 0 <= seconds < 60
        with self._changed:
            self.ends.append(outcome)
            self._changed.notify_all()

    def wait_for(self, count: int) -> list[Outcome]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.ends) >= count, 30)
            return self.ends


class PatientReader:
    """The shipped reader, which reads once it may."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.name, self.fingerprint = reader.name, reader.fingerprint
        self.may = threading.Event()
        self.reads = 0

    def read(self, *asked: Any) -> list[list[Span]]:
        assert self.may.wait(30)
        self.reads += 1
        return self._reader.read(*asked)


@pytest.fixture
def patient(fast_assistant: Assistant) -> Iterator[tuple[PatientReader, Assistant]]:
    reader = PatientReader(fast_assistant.reader)
    whatever: Any = reader
    yield reader, Assistant(fast_assistant.archive, whatever)
    reader.may.set()


def timeless(step: Step) -> Step:
    return replace(step, seconds=0.0) if isinstance(step, Searched) else replace(step, seconds=Seconds(0, 0, 0))


def collect(asker: Asker, *asked: Any, **wanted: Any) -> list[Step]:
    async def all_steps() -> list[Step]:
        return [step async for step in asker.stream(*asked, **wanted)]

    return asyncio.run(all_steps())


def test_answers_as_the_assistant_does_first_and_again(fast_assistant: Assistant) -> None:
    heard = Heard()
    asker = Asker(fast_assistant, told=heard)
    wanted: dict[str, Any] = {"filters": Filters(since="2000-01-01"), "now": date(2026, 1, 31)}
    history = [Turn("Who commands the troops in Qasara?", None)]
    theirs = [timeless(step) for step in fast_assistant.steps(QUESTION, history, **wanted)]
    for _ in range(2):
        assert [timeless(step) for step in asker.steps(QUESTION, history, **wanted)] == theirs
        assert [timeless(step) for step in collect(asker, QUESTION, history, **wanted)] == theirs
        assert timeless(asker.ask(QUESTION, history, **wanted)) == theirs[-1]
    assert heard.wait_for(6) == ["found"] * 6
    assert asker.in_flight == 0
    asker.close()


def test_an_answer_is_read_once_for_the_same_question_filters_and_day(patient: tuple[PatientReader, Assistant]) -> None:
    reader, assistant = patient
    reader.may.set()
    asker, day = Asker(assistant), date(2026, 1, 31)
    asker.ask(QUESTION, now=day)
    once = reader.reads
    asker.ask(QUESTION, now=day)
    collect(asker, QUESTION, now=day)
    assert reader.reads == once
    for different in (
        {"now": date(2026, 2, 1)},
        {"now": day, "filters": Filters(until="2030-01-01")},
        {"now": day, "history": [Turn("Where is Qasara?", None)]},
    ):
        before = reader.reads
        asker.ask(QUESTION, **different)
        assert reader.reads > before
    asker.close()


def test_what_is_remembered_is_forgotten_when_the_archive_changes(archive_dir: Path) -> None:
    article = Article("0" * 16, "Bridge at Orlen", "The new bridge at Orlen cost 40 million crowns.", "bridge.txt")
    with Archive.open(archive_dir, create=True) as archive:
        archive.put(article)
        archive.index_pending()
        asker = Asker(Assistant(archive, "fast"))
        question = "How much did the new bridge at Orlen cost?"
        assert "40 million" in asker.ask(question).text
        archive.put(replace(article, text="The new bridge at Orlen cost 55 million crowns."))
        assert "55 million" in asker.ask(question).text  # before the vectors are there, too
        archive.index_pending()
        assert "55 million" in asker.ask(question).text
        archive.put(replace(article, text="The new bridge at Orlen cost 55 million crowns.", published="2024-05-01"))
        assert asker.ask(question).citations[0].article.published == "2024-05-01"  # no vector has changed
        archive.remove([article.id])
        assert not asker.ask(question).found
        asker.close()


def test_only_so_many_wait(patient: tuple[PatientReader, Assistant]) -> None:
    reader, assistant = patient
    heard = Heard()
    asker = Asker(assistant, at_once=1, most_waiting=1, told=heard)
    first, second = asker.steps(QUESTION), asker.steps(f"{QUESTION} Tell me.")
    assert isinstance(next(first), Searched)
    waiting = threading.Thread(target=list, args=[second])
    waiting.start()
    while asker.in_flight < 2:
        pass
    with pytest.raises(Busy, match="2 questions are being answered or wait: ask again"):
        asker.ask("Where is Qasara?")
    assert heard.ends == ["busy"]
    reader.may.set()
    assert isinstance(next(first), Answer)
    waiting.join()
    assert len(heard.wait_for(3)) == 3
    assert asker.ask("Where is Qasara?").question == "Where is Qasara?"
    asker.close()


def test_who_leaves_the_line_is_not_answered(patient: tuple[PatientReader, Assistant]) -> None:
    reader, assistant = patient
    heard = Heard()
    asker = Asker(assistant, at_once=1, told=heard)
    first = asker.steps(QUESTION)
    next(first)

    async def ask_and_leave() -> None:
        leaving = asyncio.ensure_future(anext(asker.stream("Where is Qasara?")))
        while asker.in_flight < 2:
            await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving

    asyncio.run(ask_and_leave())
    assert heard.wait_for(1) == ["given up"]
    first.close()
    reader.may.set()
    assert heard.wait_for(2) == ["given up"] * 2
    assert (asker.in_flight, reader.reads) == (0, 1)
    asker.close()


def test_errors_reach_who_asked(fast_assistant: Assistant) -> None:
    heard = Heard()
    asker = Asker(fast_assistant, told=heard)
    with pytest.raises(InputError, match="no question in"):
        asker.ask("?!")
    with pytest.raises(InputError, match="no question in"):
        collect(asker, "?!")
    assert heard.wait_for(2) == ["refused"] * 2
    asker.close()
    with pytest.raises(Busy, match="being stopped"):
        asker.ask(QUESTION)
    assert asker.in_flight == 0


def test_stopping_tells_those_who_wait(patient: tuple[PatientReader, Assistant]) -> None:
    reader, assistant = patient
    asker = Asker(assistant, at_once=1)
    first = asker.steps(QUESTION)
    next(first)
    told: list[str] = []

    def wait() -> None:
        try:
            asker.ask("Where is Qasara?")
        except Busy as error:
            told.append(str(error))

    waiting = threading.Thread(target=wait)
    waiting.start()
    while asker.in_flight < 2:
        pass
    closing = threading.Thread(target=asker.close)
    closing.start()
    waiting.join(30)
    assert told == ["the server is being stopped: ask again later"]
    reader.may.set()
    closing.join(30)
    assert isinstance(next(first), Answer)


def test_who_leaves_in_the_middle_of_a_stream_is_not_answered(
    sample_dir: Path, fast_assistant: Assistant, serve_app: ServeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader: Any = PatientReader(fast_assistant.reader)
    archive = Archive.open(sample_dir)
    url = serve_app(app_over(archive, Assistant(archive, reader)))
    given_up, give_up = threading.Event(), _Job.give_up
    monkeypatch.setattr(_Job, "give_up", lambda job: (give_up(job), given_up.set()))
    asked: Any = {"json": {"question": QUESTION}, "headers": {"Accept": "text/event-stream"}, "timeout": 30}
    with httpx.stream("POST", f"{url}/v1/ask", **asked) as events:
        lines = events.iter_lines()
        assert next(lines) == "event: searched"
        assert "dateline_questions_in_flight 1" in httpx.get(f"{url}/metrics").text
        assert not given_up.is_set()
    assert given_up.wait(30)  # the server has heard it
    reader.may.set()
    until = time.monotonic() + 30
    while "dateline_questions_in_flight 0" not in (told := httpx.get(f"{url}/metrics").text):
        assert time.monotonic() < until
    assert 'dateline_questions_total{outcome="given_up"} 1.0' in told
    assert httpx.post(f"{url}/v1/ask", json={"question": QUESTION}, timeout=30).json()["found"]
