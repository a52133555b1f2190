import threading
import time
from collections.abc import Iterator

import pytest

from ingest.ahead import read_ahead
from ingest.article import Article, Failure


def article(number: int, letters: int = 1) -> Article:
    return Article(f"{number:016}", "Mill", "x" * letters, "mill.txt")


def test_all_items_come_in_order() -> None:
    items: list[Article | Failure] = [article(n) if n % 3 else Failure(str(n), "no text") for n in range(500)]
    assert list(read_ahead(iter(items))) == items
    assert list(read_ahead(items)) == items
    assert list(read_ahead(iter([]))) == []


def test_reading_goes_on_while_an_item_is_in_use() -> None:
    second = threading.Event()

    def items() -> Iterator[Article]:
        yield article(0)
        second.set()
        yield article(1)

    for _ in read_ahead(items()):
        assert second.wait(10)


@pytest.mark.parametrize(("letters", "most"), [(1, 40), (20_000_000, 4)])
def test_it_does_not_read_far_ahead(letters: int, most: int) -> None:
    read = 0
    quiet = threading.Event()

    def items() -> Iterator[Article]:
        nonlocal read
        for number in range(100):
            read += 1
            yield article(number, letters)

    ahead = read_ahead(items())
    next(ahead)
    before = -1
    while read != before:  # until the reader stands still
        before = read
        quiet.wait(0.05)
    assert 2 <= read <= most
    ahead.close()


def test_what_reading_raises_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[Article]:
        yield article(0)
        raise OSError("gone")

    ahead = read_ahead(items())
    assert next(ahead) == article(0)
    with pytest.raises(OSError, match="gone"):
        next(ahead)


def test_closed_early_it_ends_the_reader_and_what_it_holds() -> None:
    closed = threading.Event()

    def items() -> Iterator[Article]:
        try:
            for number in range(10_000):
                yield article(number)
        finally:
            closed.set()

    ahead = read_ahead(items())
    next(ahead)
    ahead.close()
    assert closed.wait(10)
    assert not any(thread.name == "read ahead" for thread in threading.enumerate())


def test_a_reader_that_hangs_is_left_behind() -> None:
    hanging = threading.Event()

    def items() -> Iterator[Article]:
        yield article(0)
        hanging.wait(60)

    ahead = read_ahead(items())
    next(ahead)
    started = time.monotonic()
    ahead.close()
    assert time.monotonic() - started < 20
    hanging.set()
