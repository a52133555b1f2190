"""The load test: the real server as a process of its own, and people who ask it all at once.

`python -m eval load` asks through /v1/ask, and through the page's own queue as the page does. It needs no test set:
the questions are the first words of sentences of the archive, each asked once.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import psutil

from eval.pool import fresh_folder
from eval.scores.metrics import percentile
from eval.suites.gold import GOLD
from eval.suites.speed import archive_questions
from ingest.archive import Archive
from ingest.errors import ArchiveError, InputError
from ingest.processors import processors
from ingest.sources import read_articles

__all__ = ["WAYS", "load_test"]

_PATIENCE = 60.0
_WARM_UP = 6
_TIMES = ("begin", "half", "end")
_MOST_QUESTIONS = 5000

Ask: TypeAlias = Callable[[httpx.Client, str], str | None]
"""Asks a question; returns what went wrong, or None."""


@dataclass(frozen=True, slots=True)
class _Asked:
    milliseconds: float
    error: str | None


def load_test(archive: Path | None, users: int, seconds: float, pauses: Sequence[float], ways: Sequence[str]) -> Any:
    """Let `users` people ask for some seconds, in each way and with each pause after an answer; return the figures.

    `archive` is a folder; None is for a fresh one of the sample articles. Of each run: answers a second, the
    milliseconds that p50, p95 and the slowest of them took, errors, megabytes (10^6 bytes) and open files that the
    server held at first, after half of the time and at the end, and the processor seconds it used.
    """
    with _folder(archive) as folder:
        with Archive.open(folder) as opened:
            asked = archive_questions(list(opened.articles()), _MOST_QUESTIONS)
        if not asked:
            raise InputError(f"{folder} holds no article to ask about: fill it with dateline ingest")
        # A question asked again is answered from memory: each gets a number of its own.
        questions = (f"{asked[n % len(asked)]} ({n})" for n in count())
        with _server(folder) as (url, process):
            runs = [
                {"way": way, "pause_s": pause, **_run(url, process, WAYS[way], users, seconds, pause, questions)}
                for way in ways
                for pause in pauses
            ]
    return {"users": users, "seconds": seconds, "processors": processors(), "runs": runs}


def _run(
    url: str,
    process: psutil.Process,
    come: Callable[[str], Ask],
    users: int,
    seconds: float,
    pause: float,
    questions: Iterator[str],
) -> dict[str, Any]:
    lock, results = threading.Lock(), list[_Asked]()

    def question() -> str:
        with lock:
            return next(questions)

    asks = [come(url) for _ in range(users)]
    with httpx.Client(timeout=_PATIENCE) as client:
        for _ in range(_WARM_UP):
            if error := asks[0](client, question()):
                raise ArchiveError(f"the server at {url} does not answer: {error}")
    held, cpu, began = [_held(process)], _cpu(process), time.perf_counter()
    ends = began + seconds

    def one_user(number: int) -> None:
        over = threading.Event()
        with httpx.Client(timeout=_PATIENCE) as client:
            over.wait(pause * number / users)  # people do not all ask in the same moment
            while time.perf_counter() < ends:
                started = time.perf_counter()
                error = asks[number](client, question())
                taken = _Asked(1000 * (time.perf_counter() - started), error)
                with lock:
                    results.append(taken)
                over.wait(pause)

    people = [threading.Thread(target=one_user, args=[number]) for number in range(users)]
    for person in people:
        person.start()
    time.sleep(seconds / 2)  # until then what is kept of answers fills up
    held.append(_held(process))
    for person in people:
        person.join()
    took = time.perf_counter() - began
    good = [asked.milliseconds for asked in results if asked.error is None]
    errors = [asked.error for asked in results if asked.error is not None]
    used = _cpu(process) - cpu
    held.append(_held(process))
    return {
        "answers": len(good),
        "answers_a_second": round(len(good) / took, 2),
        "ms": {
            "p50": round(percentile(good, 50)) if good else None,
            "p95": round(percentile(good, 95)) if good else None,
            "max": round(max(good)) if good else None,
        },
        "errors": len(errors),
        "first_error": errors[0] if errors else None,
        "memory_mb": {when: memory for when, (memory, _) in zip(_TIMES, held, strict=True)},
        "open_files": {when: files for when, (_, files) in zip(_TIMES, held, strict=True)},
        "cpu_s": round(used, 1),
        "cpu_s_an_answer": round(used / len(good), 3) if good else None,
        "cores_used": round(used / took, 2),
    }


def _held(process: psutil.Process) -> tuple[float, int]:
    """Return the megabytes (10^6 bytes) that a process holds, and its open files and connections."""
    return round(process.memory_info().rss / 1e6, 1), process.num_fds()


def _by_api(url: str) -> Ask:
    def ask(client: httpx.Client, question: str) -> str | None:
        try:
            response = client.post(f"{url}v1/ask", json={"question": question})
        except httpx.HTTPError as error:
            return repr(error)
        return None if response.status_code == 200 and "found" in response.json() else response.text[:200]

    return ask


def _by_page(url: str) -> Ask:
    """Ask as one open page does: the event joins Gradio's queue, and the answer comes as server-sent events."""
    config = httpx.get(f"{url}config", timeout=_PATIENCE).json()
    (event,) = [
        event
        for event in config["dependencies"]
        for target in event["targets"]
        if target[1] == "ask" and _element(config, target[0]) == "chat"
    ]

    session = uuid.uuid4().hex

    def ask(client: httpx.Client, question: str) -> str | None:
        sent = {"id": uuid.uuid4().hex, "question": question, "history": [], "filters": {}}
        body = {
            "data": [None] * len(event["inputs"]),
            "event_data": {"sent": sent},
            "fn_index": event["id"],
            "trigger_id": event["targets"][0][0],
            "session_hash": session,
        }
        try:
            joined = client.post(f"{url}gradio_api/queue/join", json=body)
            if joined.status_code != 200:
                return joined.text[:200]
            with client.stream("GET", f"{url}gradio_api/queue/data", params={"session_hash": session}) as events:
                return _outcome(events.iter_lines())
        except httpx.HTTPError as error:
            return repr(error)

    return ask


def _outcome(lines: Iterator[str]) -> str | None:
    """Read the events to their end; the page's answer has the state 'answered' (ui/web/conversation.py).

    Who leaves before 'close_stream' may take the same page's next question along.
    """
    answered, last = False, "no event came"
    for line in lines:
        if line.startswith("data:"):
            if json.loads(line[5:])["msg"] == "close_stream":
                break
            answered, last = answered or '"answered"' in line, line
    return None if answered else last[:200]


def _element(config: dict[str, Any], number: int) -> str | None:
    return next((part["props"].get("elem_id") for part in config["components"] if part["id"] == number), None)


WAYS: dict[str, Callable[[str], Ask]] = {"api": _by_api, "page": _by_page}


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with fresh_folder(read_articles(str(GOLD / "articles"))) as folder:
        yield folder


@contextmanager
def _server(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    command = [sys.executable, "-m", "ui.cli", "serve", "--port", "0", "--archive", str(folder)]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    here.pop("DATELINE_TOKEN", None)
    with subprocess.Popen(command, env=here, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if "http://" not in line:
                raise ArchiveError(f"dateline serve --archive {folder} does not start")
            yield line.split()[3], psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)


def _cpu(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))
