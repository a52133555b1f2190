"""An LLM at work: what it writes comes piece by piece, within a time and a length, whatever it does."""

import queue
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

__all__ = ["LONGEST", "Failed", "Writer", "pieces"]

LONGEST = 4000
"""Characters that are read of what an LLM writes: five sentences have a quarter of that."""
_TICK = 0.25  # seconds
_KEY = re.compile(r"\b\w{2,4}-[\w*-]{8,}")


class Writer(Protocol):
    """What writes: any LLM."""

    @property
    def name(self) -> str:
        """The name by which people know it."""

    def write(self, rules: str, request: str) -> Iterator[str]:
        """Yield the text for a request as it is written; raise whatever goes wrong."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why nothing more comes, in one line."""

    why: str


Piece: TypeAlias = str | Failed | None
"""Words; why no more come; or None for a quarter of a second without any, in which one may leave."""


def pieces(writer: Writer, rules: str, request: str, seconds: float) -> Iterator[Piece]:
    """Yield what an LLM writes until it ends, fails, has written 4,000 characters, or the time is over.

    It runs in a thread of its own, which goes on at most until its next words come: a call over a network cannot be
    broken off. Closing the iterator, a failure and the end of the time need not wait for it.
    """
    heard: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
    left = threading.Event()
    threading.Thread(target=_listen, args=(writer, rules, request, heard, left), daemon=True, name="llm").start()
    until = time.monotonic() + seconds
    try:
        while True:
            remaining = until - time.monotonic()
            if remaining <= 0:
                taken = f"{seconds:.1f}".removesuffix(".0")
                yield Failed(f"it did not finish within {taken} seconds")
                return
            try:
                piece = heard.get(timeout=min(_TICK, remaining))
            except queue.Empty:
                yield None
                continue
            if piece is None:
                return
            if isinstance(piece, Exception):
                yield Failed(_line(piece))
                return
            yield piece
    finally:
        left.set()


def _listen(
    writer: Writer,
    rules: str,
    request: str,
    heard: "queue.SimpleQueue[str | Exception | None]",
    left: threading.Event,
) -> None:
    """Pass on what is written, at most LONGEST characters, then None; or what went wrong."""
    written = 0
    try:
        for piece in writer.write(rules, request):
            if left.is_set():
                return
            words = str(piece)[: LONGEST - written]
            written += len(words)
            heard.put(words)
            if written >= LONGEST:
                break
        heard.put(None)
    except Exception as error:  # whatever a library or a server does: the answer stands without it
        heard.put(error)


def _line(error: Exception) -> str:
    """Say what went wrong in one short line, without what looks like a key: some servers tell it again."""
    words = " ".join(_KEY.sub("…", str(error)).split())
    return f"{type(error).__name__}: {words}"[:200] if words else type(error).__name__
