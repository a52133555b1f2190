"""Processes of their own for what reads input from strangers: what hangs or eats memory in one costs one input.

A process reads any number of inputs, one after the other. Two are kept for the next inputs; one that was ended is not
missed. Measured on 2 busy cores (load 4 to 7, Python 3.11), in turn with the same in one process, medians of three: 500
pages of 40 KB are read in 9.8 s for 10.0, 500 texts of 2 KB in 1.1 s for 0.9; 100 pages go into an archive in 20.3 s
for 19.1. A process starts in 0.4 s, and has all that it needs after its first article, in 1 to 2 s.
"""

import atexit
import contextlib
import faulthandler
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import IO, Any

from ingest.article import Article, Failure
from ingest.read.draft import Draft, Unreadable

__all__ = ["bounded", "main"]

_SECONDS = 20.0  # of the processor, for one article of an input; a PDF of 500 pages takes 2
_MOST_TIMES = 6.0  # so many times longer by the clock, on a machine with other work to do
_ALTOGETHER = 20.0  # for all of one input, and a second more
_BYTES_A_SECOND = 20_000  # for each so many bytes of it; tables take 1 MB a second
_MEMORY = 1_000_000_000  # bytes of address space; reading a PDF of 5 million letters takes half of it
_LARGEST_REPLY = 100_000_000  # bytes
_MOST_IDLE = 2  # processes of 170 MB that are kept,
_IDLE_SECONDS = 60.0  # and for how long
# How a process ends that ran out of time: by a signal, or as faulthandler ends it.
_OUT_OF_TIME = {-signal.SIGPROF, -signal.SIGALRM} if hasattr(signal, "setitimer") else {1}
_SIZE = struct.Struct(">I")
_ENDED = (OSError, ValueError, struct.error)


def bounded(task: str, data: bytes = b"", *, size: int = 0, **told: object) -> Iterator[Any]:
    """Yield what a task of tasks.py finds, done by another process, as it comes.

    Each article may take 20 seconds of the processor and 1 GB of memory; all together 20 seconds, and one more for
    every 20,000 of `size` bytes (by default, those of `data`). Read to the end, for the process waits meanwhile.

    Raises Unreadable, with one line on why, where that was too little, or the parser failed.
    """
    worker = _POOL.take()
    whole = False
    try:
        yield from worker.do({"task": task, "told": _plain(told), **_limits(size or len(data))}, data)
        whole = True
    except _Lost as error:
        whole = error.whole
        raise Unreadable(str(error)) from None
    finally:
        if whole:
            _POOL.give_back(worker)
        else:
            worker.stop()


def _limits(size: int) -> dict[str, float]:
    return {"seconds": _SECONDS, "altogether": _ALTOGETHER + size / _BYTES_A_SECOND}


class _Lost(Exception):
    """A task gave up, and why; `whole` where its process can go on."""

    def __init__(self, why: str, *, whole: bool) -> None:
        super().__init__(why)
        self.whole = whole


class _Worker:
    """One process."""

    def __init__(self) -> None:
        self.since = time.monotonic()  # when it was last at work
        # -P: a file named json.py in the current folder must not be taken for the module.
        root = str(Path(__file__).parents[1])
        code = f"import sys; sys.path.insert(0, {root!r}); from ingest.worker import main; main()"
        command = [sys.executable, "-P", "-c", code]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def do(self, request: dict[str, Any], data: bytes) -> Iterator[Any]:
        """Ask for a task, and yield what comes. Raises _Lost."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            _send(self._process.stdin, _packed(request), data)
            while True:
                kind, value = json.loads(_received(self._process.stdout, _LARGEST_REPLY))
                if kind == "item":
                    yield _restored(value)
                elif kind == "end":
                    return
                else:
                    raise _Lost(str(value), whole=kind == "failed")
        except _ENDED:
            self.stop()
            if self._process.returncode in _OUT_OF_TIME:
                raise _Lost(_late(request["seconds"]), whole=False) from None
            why = "its parser gave up on it (too large for it, or damaged); save it in another format"
            raise _Lost(why, whole=False) from None

    def stop(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe and pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.05)  # its status says whether it ran out of time
        self._process.kill()
        self._process.wait()


class _Pool:
    """Processes that wait for work. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._watch: threading.Timer | None = None

    def take(self) -> _Worker:
        with self._lock:
            while self._idle:
                if (worker := self._idle.pop()).alive:
                    return worker
                worker.stop()
        return _Worker()

    def give_back(self, worker: _Worker) -> None:
        with self._lock:
            if len(self._idle) < _MOST_IDLE:
                worker.since = time.monotonic()
                self._idle.append(worker)
                self._look_again()
                return
        worker.stop()

    def _look_again(self) -> None:
        """See to it that what waits does not wait for ever. Call it with the lock held."""
        if self._idle and self._watch is None:
            self._watch = threading.Timer(_IDLE_SECONDS, self._tidy)
            self._watch.daemon = True
            self._watch.start()

    def _tidy(self) -> None:
        with self._lock:
            self._watch = None
            until = time.monotonic() - _IDLE_SECONDS
            old = [worker for worker in self._idle if worker.since <= until]
            self._idle = [worker for worker in self._idle if worker.since > until]
            self._look_again()
        for worker in old:
            worker.stop()

    def stop(self) -> None:
        """End those that wait; one at work ends when nobody hears it any more."""
        with self._lock:
            waiting, self._idle = self._idle, []
        for worker in waiting:
            worker.stop()


# --- the other end


def main() -> None:
    """Do the tasks that come on stdin until it closes."""
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints must not stand between the answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asked
    _limit()
    from ingest.tasks import TASKS

    with contextlib.suppress(*_ENDED):  # nobody is there any more
        while True:
            request, data = json.loads(_received(incoming)), _received(incoming)
            clock = _Clock(request["seconds"], request["altogether"])
            try:
                clock.start()
                for item in TASKS[request["task"]](data, **_restored(request["told"])):
                    answer = _packed(["item", _plain(item)])
                    clock.stop()
                    _send(outgoing, answer)
                    clock.start()
                last = ["end", None]
            except _Lost as error:
                last = ["failed", str(error)]
            except (MemoryError, RecursionError):
                last = ["lost", "it is nested too deeply, or too large, for an article"]
            except Exception as error:  # whatever it is, it is one input's; the name is for a bug report
                last = [
                    "failed",
                    f"its parser failed on it ({type(error).__name__}): dateline report-problem packs a report",
                ]
            clock.stop()
            _send(outgoing, _packed(last))
            if last[0] == "lost":
                return


class _Clock:
    """The time that a task has: this process ends by itself when an article takes too long, whatever hangs in it."""

    def __init__(self, seconds: float, altogether: float) -> None:
        self._seconds = seconds
        self._altogether = altogether
        self._spent = self._began = 0.0

    def start(self) -> None:
        """Time for one article more. Raises _Lost where there is none for the whole input."""
        if self._spent > self._altogether:
            raise _Lost(_late(self._altogether), whole=True)
        self._began = time.process_time()
        if hasattr(signal, "setitimer"):  # nobody handles the signals, so they end the process
            signal.setitimer(signal.ITIMER_PROF, self._seconds)
            signal.setitimer(signal.ITIMER_REAL, _MOST_TIMES * self._seconds)
        else:
            faulthandler.dump_traceback_later(_MOST_TIMES * self._seconds, exit=True)

    def stop(self) -> None:
        """No time passes until `start`: whoever takes the articles may be slow."""
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        else:
            faulthandler.cancel_dump_traceback_later()
        self._spent += time.process_time() - self._began


def _limit() -> None:
    """Bound this process's memory, where the system can (Windows cannot; there the time alone is bounded)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# --- what goes between them: JSON, its length before it; records with the names of their classes


def _packed(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _send(stream: IO[bytes], *messages: bytes) -> None:
    for message in messages:
        stream.write(_SIZE.pack(len(message)))
        stream.write(message)
    stream.flush()


def _received(stream: IO[bytes], most: int = 1 << 32) -> bytes:
    (size,) = _SIZE.unpack(stream.read(_SIZE.size))
    message = stream.read(size) if size <= most else b""
    if len(message) != size:
        raise ValueError("cut short, or too large")
    return message


def _plain(value: object) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if is_dataclass(value):
        return {"": type(value).__name__, **{one.name: _plain(getattr(value, one.name)) for one in fields(value)}}
    return value if isinstance(value, str | int | float | None) else str(value)


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return [_restored(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    named = {name: _restored(inner) for name, inner in value.items()}
    return _record(named.pop(""))(**named) if "" in named else named


def _record(name: str) -> type[Any]:
    if name == "Entry":
        from ingest.web.feeds import Entry  # and with it all that fetches

        return Entry
    if name == "Origin":
        from ingest.read.fields import Origin

        return Origin
    return {"Article": Article, "Failure": Failure, "Draft": Draft}[name]


def _late(seconds: float) -> str:
    return f"it took longer than {seconds:.0f} seconds to read; save it in another format"


_POOL = _Pool()
atexit.register(_POOL.stop)
