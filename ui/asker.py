"""Who asks when: a few questions are answered at once, the others wait their turn, and a question asked again is known.

The page, the API and the MCP server share one Asker, so that together they do not ask too much of the processor.
"""

import asyncio
import hashlib
import json
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from ingest.errors import DatelineError, InputError
from ingest.filters import ALL_ARTICLES, Filters
from ingest.processors import processors
from qa.assistant import Assistant
from qa.types import Answer, ReaderName, Searched, Seconds, Turn, Writing

__all__ = ["Asker", "Busy", "Outcome", "Step"]

Step: TypeAlias = Searched | Writing | Answer
Outcome: TypeAlias = Literal["found", "not found", "refused", "busy", "given up", "error"]
_News: TypeAlias = Step | BaseException | None  # a step, what went wrong, or that nothing more comes

# The reader has as many threads as there are processors, for all: more questions at once only make all of them later.
# With two, one searches while the other is read.
_AT_ONCE = max(2, processors())
# An LLM writes for half a minute, mostly elsewhere: those who wait for theirs do not keep others from being answered.
_WRITING = 8
_MOST_WAITING = 64  # at 12 answers a second on 2 cores the last of them waits five seconds
_MOST_KEPT = 256  # answers of some kilobytes each
_STOPPING = "the server is being stopped: ask again later"


class Busy(DatelineError):
    """Too many questions wait already, or the server is being stopped."""


@dataclass(frozen=True, slots=True)
class _Asked:
    question: str
    history: tuple[Turn, ...]
    filters: Filters
    now: date
    reader: ReaderName | None
    prose: bool


class _Job:
    """One question on its way: it waits in the pool, is answered step by step, or is given up."""

    def __init__(
        self,
        pool: ThreadPoolExecutor,
        answer: Callable[[], Generator[Step, None, None]],
        tell: Callable[[_News], None],
        ended: Callable[[Outcome, float], None],
    ) -> None:
        self._answer = answer
        self._tell = tell
        self._ended = ended
        self._given_up = threading.Event()
        self._started = time.perf_counter()
        try:
            self._future = pool.submit(self._run)
        except RuntimeError as error:
            ended("busy", 0.0)
            raise Busy(_STOPPING) from error
        self._future.add_done_callback(self._finish)

    def give_up(self) -> None:
        """Leave the queue, or stop after the present step. Nothing happens when the answer is there."""
        self._given_up.set()
        self._future.cancel()

    def _run(self) -> Step | None:
        """Tell each step; return the last one, or None when the question was given up.

        An LLM that has written nothing new gives the same step again, so that one may leave then.
        """
        last: Step | None = None
        with closing(self._answer()) as steps:
            for step in steps:
                if self._given_up.is_set():
                    return None
                if step is not last:
                    self._tell(step)
                last = step
        return last

    def _finish(self, future: Future[Step | None]) -> None:
        news: _News = None
        end: _News = None
        if future.cancelled():
            news = Busy(_STOPPING)  # who gave up hears it no more
        elif error := future.exception():
            news = end = error
        else:
            end = future.result()
        self._ended(_outcome(end), time.perf_counter() - self._started)
        self._tell(news)


class Asker:
    """Answers as an `Assistant` does, in turn, and from memory what was asked before. Safe for threads.

    What is kept is forgotten when the archive changes, and when the day does, from which 'last March' counts.
    """

    def __init__(
        self,
        assistant: Assistant,
        *,
        at_once: int | None = None,
        most_waiting: int = _MOST_WAITING,
        told: Callable[[Outcome, float], None] = lambda *_: None,
    ) -> None:
        """Answer with an assistant: `at_once` questions at a time, and up to `most_waiting` more that wait.

        At once are as many as there are processors, and eight more where an LLM writes.
        `told` hears of every question how it ended, and how many seconds after it was asked.
        """
        self.assistant = assistant
        at_once = at_once or _AT_ONCE + (_WRITING if assistant.writer else 0)
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="answer")
        self._most = at_once + most_waiting
        self._told = told
        self._lock = threading.Lock()
        self._taken = 0
        self._kept: OrderedDict[bytes, tuple[Step, ...]] = OrderedDict()

    @property
    def in_flight(self) -> int:
        """How many questions are being answered or wait."""
        return self._taken

    def close(self) -> None:
        """Take no more questions, drop those that wait, and wait for those being answered."""
        self._pool.shutdown(cancel_futures=True)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = ALL_ARTICLES,
        now: date | None = None,
        reader: ReaderName | None = None,
        prose: bool = True,
    ) -> Answer:
        """Answer as `Assistant.ask` does. Raises what that raises, and Busy."""
        *_, last = self.steps(question, history, filters=filters, now=now, reader=reader, prose=prose)
        assert isinstance(last, Answer)
        return last

    def steps(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = ALL_ARTICLES,
        now: date | None = None,
        reader: ReaderName | None = None,
        prose: bool = True,
    ) -> Generator[Step, None, None]:
        """Answer in two steps, as `Assistant.steps` does; closing the generator early gives the question up.

        Raises what that raises, and Busy.
        """
        asked = _Asked(question, tuple(history), filters, now or date.today(), reader, prose)
        if known := self._known(asked):
            yield from known
            return
        heard: queue.SimpleQueue[_News] = queue.SimpleQueue()
        job = self._start(asked, heard.put)
        try:
            while (step := heard.get()) is not None:
                if isinstance(step, BaseException):
                    raise step
                yield step
        finally:
            job.give_up()

    async def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = ALL_ARTICLES,
        now: date | None = None,
        reader: ReaderName | None = None,
        prose: bool = True,
    ) -> AsyncGenerator[Step, None]:
        """Answer as `steps` does, without holding up the event loop; closing it early gives the question up."""
        asked = _Asked(question, tuple(history), filters, now or date.today(), reader, prose)
        for step in await asyncio.to_thread(self._known, asked):
            yield step
            if isinstance(step, Answer):
                return
        loop = asyncio.get_running_loop()
        heard: asyncio.Queue[_News] = asyncio.Queue()

        def tell(news: _News) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(heard.put_nowait, news)

        job = self._start(asked, tell)
        try:
            while (news := await heard.get()) is not None:
                if isinstance(news, BaseException):
                    raise news
                yield news
        finally:
            job.give_up()

    def _start(self, asked: _Asked, tell: Callable[[_News], None]) -> _Job:
        with self._lock:
            if self._taken >= self._most:
                self._told("busy", 0.0)
                raise Busy(f"{self._taken} questions are being answered or wait: ask again in some seconds")
            self._taken += 1
        return _Job(self._pool, lambda: self._answer(asked), tell, self._ended)

    def _ended(self, outcome: Outcome, seconds: float) -> None:
        # Told first: who sees that none is in flight sees how the last one ended, too.
        try:
            self._told(outcome, seconds)
        finally:
            with self._lock:
                self._taken -= 1

    def _known(self, asked: _Asked) -> list[Step]:
        """Return the steps of a question that was answered before, if the archive is still the same; else none."""
        started = time.perf_counter()
        key = self._key(asked)
        with self._lock:
            if key not in self._kept:
                return []
            self._kept.move_to_end(key)
            steps = self._kept[key]
        self._told(_outcome(steps[-1]), time.perf_counter() - started)
        return [_as_of_now(step, time.perf_counter() - started) for step in steps]

    def _answer(self, asked: _Asked) -> Generator[Step, None, None]:
        """Yield the steps and remember them."""
        key = self._key(asked)
        steps: list[Step] = []
        answering = self.assistant.steps(
            asked.question,
            asked.history,
            filters=asked.filters,
            now=asked.now,
            reader=asked.reader,
            prose=asked.prose,
        )
        with closing(answering):
            for step in answering:
                if isinstance(step, Searched):
                    steps = [step]  # the last of them
                elif isinstance(step, Answer):
                    steps.append(step)
                yield step
        failed = isinstance(steps[-1], Answer) and steps[-1].unwritten  # by an LLM that may do better next time
        if not failed and key == self._key(asked):  # else the archive changed while it was read
            with self._lock:
                self._kept[key] = tuple(steps)
                if len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)

    def _key(self, asked: _Asked) -> bytes:
        """Digest all that the answer depends on: a chat may be megabytes long."""
        whole = json.dumps([self.assistant.archive.changes(), asdict(asked)], default=str)
        return hashlib.sha256(whole.encode("ascii")).digest()


def _as_of_now(step: Step, taken: float) -> Step:
    """Return a step that was known already with the time that it took now."""
    if isinstance(step, Answer):
        return replace(step, seconds=Seconds(taken, 0.0, taken))
    return replace(step, seconds=taken) if isinstance(step, Searched) else step


def _outcome(end: _News) -> Outcome:
    """Say how a question ended whose last step, or whose error, this is."""
    if isinstance(end, Answer):
        return "found" if end.found else "not found"
    if isinstance(end, InputError):
        return "refused"
    return "error" if isinstance(end, Exception) else "given up"
