"""A process of its own for parsers of files from strangers: what hangs or eats memory in it costs one file.

Measured on 2 busy cores (load 11, Python 3.11): the first file 0.4 s, the start of the process and the import of the
parsers; a later one 2 to 10 ms more than without (a .docx 7 for 5, a PDF of one page 22 for 15). One process reads
any number of files, one after the other, and is started anew after it was stopped.
"""

import atexit
import contextlib
import json
import os
import struct
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO

from ingest.draft import Draft

__all__ = ["main", "read_bounded"]

_SECONDS = 20.0  # a file; a PDF of 500 pages takes 2
_MEMORY = 1_000_000_000  # bytes of address space; reading a PDF of 5 million letters takes half of it
_LARGEST_REPLY = 100_000_000  # bytes
_SIZES = struct.Struct(">II")  # of the kind and of the file; the answer's size and 0


class _Worker:
    """The process, or none yet. One file at a time, whichever thread brings it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, kind: str) -> list[Draft | str]:
        """Return the drafts of a file, or the lines that say what is wrong with it."""
        with self._lock:
            process = self._process or self._start()
            timer = threading.Timer(_SECONDS, process.kill)
            timer.start()
            began = time.monotonic()
            try:
                answer = _exchange(process, data, kind)
            except (OSError, ValueError, struct.error):
                late = time.monotonic() - began >= _SECONDS
                self._stop()
                if late:
                    return [f"it took longer than {_SECONDS:.0f} seconds to read; save it in another format"]
                return ["its parser gave up on it (too large for it, or damaged); save it in another format"]
            finally:
                timer.cancel()
            return [Draft(**part) if isinstance(part, dict) else str(part) for part in answer]

    def stop(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def _start(self) -> subprocess.Popen[bytes]:
        # -P: a file named json.py in the current folder must not be taken for the module.
        root = str(Path(__file__).parents[1])
        code = f"import sys; sys.path.insert(0, {root!r}); from ingest.worker import main; main()"
        command = [sys.executable, "-P", "-c", code]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe and pipe.close()


def read_bounded(data: bytes, kind: str) -> list[Draft | str]:
    """Return what `formats.read_parts` gives, read in the other process, within its memory and 20 seconds."""
    return _WORKER.read(data, kind)


def _exchange(process: subprocess.Popen[bytes], data: bytes, kind: str) -> list[object]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(_SIZES.pack(len(kind), len(data)) + kind.encode())
    process.stdin.write(data)
    process.stdin.flush()
    size, _ = _SIZES.unpack(_exactly(process.stdout, _SIZES.size))
    if size > _LARGEST_REPLY:
        raise ValueError("the answer is too large")
    answer = json.loads(_exactly(process.stdout, size))
    assert isinstance(answer, list)
    return answer


def main() -> None:
    """Serve files on stdin until it closes (the other end)."""
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints must not stand between the answers
    _limit()
    from ingest.formats import read_parts

    while head := incoming.read(_SIZES.size):
        kind_size, size = _SIZES.unpack(head)
        kind = _exactly(incoming, kind_size).decode()
        parts = [part if isinstance(part, str) else _plain(part) for part in read_parts(_exactly(incoming, size), kind)]
        answer = json.dumps(parts).encode()
        outgoing.write(_SIZES.pack(len(answer), 0) + answer)
        outgoing.flush()


def _plain(draft: Draft) -> dict[str, object]:
    return {
        name: value if isinstance(value, str | int | float | None) else str(value)
        for name, value in asdict(draft).items()
    }


def _limit() -> None:
    """Bound this process's memory, where the system can (Windows cannot; there the time alone is bounded)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _exactly(stream: IO[bytes], size: int) -> bytes:
    pieces = []
    while size:
        found = stream.read(size)
        if not found:
            raise ValueError("the other process ended")
        pieces.append(found)
        size -= len(found)
    return b"".join(pieces)


_WORKER = _Worker()
atexit.register(_WORKER.stop)
