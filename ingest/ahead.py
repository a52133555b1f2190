"""Reading goes on while what was read is embedded."""

import threading
from collections import deque
from collections.abc import Generator, Iterable, Sequence

from ingest.article import Article, Failure

__all__ = ["read_ahead"]

# As many as are embedded together, and a few of the largest articles that there are. What waits takes 200 MB at most,
# by the count of its letters; it was not measured.
_ITEMS = 32
_LETTERS = 25_000_000
_LAST_STEP_SECONDS = 2.0

Item = Article | Failure


def read_ahead(items: Iterable[Item]) -> Generator[Item, None, None]:
    """Yield the items in order; a thread reads the next ones meanwhile, up to a bound.

    What reading raises is raised here, after the items before it. When the generator is closed, the thread ends after
    the item that it is reading; after two seconds it is left behind, so that Ctrl-C does not wait for a slow server.
    """
    if isinstance(items, Sequence):
        yield from items
        return
    ahead = _Ahead()
    thread = threading.Thread(target=ahead.fill, args=(items,), name="read ahead", daemon=True)
    thread.start()
    try:
        while (item := ahead.take()) is not None:
            yield item
    finally:
        ahead.stop()
        thread.join(_LAST_STEP_SECONDS)


class _Ahead:
    """What was read and not taken yet."""

    def __init__(self) -> None:
        self._waiting: deque[Item] = deque()
        self._letters = 0
        self._ended = self._stopped = False
        self._error: BaseException | None = None
        self._changed = threading.Condition()

    def fill(self, items: Iterable[Item]) -> None:
        iterator = iter(items)
        try:
            for item in iterator:
                with self._changed:
                    self._waiting.append(item)
                    self._letters += _letters(item)
                    self._changed.notify()
                    self._changed.wait_for(
                        lambda: self._stopped or (len(self._waiting) < _ITEMS and self._letters < _LETTERS)
                    )
                    if self._stopped:
                        break
        except BaseException as error:  # raised where the items are taken
            self._error = error
        finally:
            if close := getattr(iterator, "close", None):
                close()
            with self._changed:
                self._ended = True
                self._changed.notify()

    def take(self) -> Item | None:
        """Return the next item, None when there is none left."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            if not self._waiting:
                if self._error is not None:
                    raise self._error
                return None
            item = self._waiting.popleft()
            self._letters -= _letters(item)
            self._changed.notify()
            return item

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()


def _letters(item: Item) -> int:
    return len(item.text) if isinstance(item, Article) else 0
