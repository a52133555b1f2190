"""LLMs that hang, fail, stop or never stop."""

import threading
import time
from collections.abc import Callable, Iterator

from qa.prose.writer import LONGEST, Failed, pieces


class Wild:
    """Writes as a function does."""

    name = "wild"

    def __init__(self, written: Callable[[], Iterator[str]]) -> None:
        self._written = written

    def write(self, rules: str, request: str) -> Iterator[str]:
        return self._written()


def heard(written: Callable[[], Iterator[str]], seconds: float = 5.0) -> list[str | Failed]:
    return [piece for piece in pieces(Wild(written), "rules", "request", seconds) if piece is not None]


def test_what_is_written_comes_as_it_is() -> None:
    assert heard(lambda: iter(["It ", "", "opened."])) == ["It ", "", "opened."]


def test_who_hangs_is_left_when_the_time_is_over() -> None:
    released = threading.Event()

    def hang() -> Iterator[str]:
        yield "It "
        released.wait(30)

    began = time.monotonic()
    *words, last = heard(hang, 0.5)
    assert time.monotonic() - began < 1.5
    assert (words, last) == (["It "], Failed("it did not finish within 0.5 seconds"))
    released.set()


def test_who_fails_says_why_without_a_key() -> None:
    def fail() -> Iterator[str]:
        yield "It "
        raise ConnectionError("no\nserver; key sk-proj-abcdefgh12345678 is wrong")

    assert heard(fail) == ["It ", Failed("ConnectionError: no server; key … is wrong")]


def test_who_cannot_begin_says_why() -> None:
    def never() -> Iterator[str]:
        raise ValueError

    assert heard(never) == [Failed("ValueError")]


def test_two_megabytes_are_cut() -> None:
    assert len("".join(map(str, heard(lambda: iter(["x" * 2_000_000]))))) == LONGEST
    assert len("".join(map(str, heard(lambda: iter(lambda: "word ", None))))) == LONGEST


def test_who_leaves_ends_the_writing() -> None:
    ended = threading.Event()

    def endless() -> Iterator[str]:
        try:
            while True:
                time.sleep(0.01)
                yield ""
        finally:
            ended.set()

    listening = pieces(Wild(endless), "rules", "request", 30)
    assert next(listening) == ""
    listening.close()  # type: ignore[attr-defined]
    assert ended.wait(5)
