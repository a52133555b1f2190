"""Adding what a person sends: files and addresses, one after the other, each told of while it is read, and stopped."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ingest.archive import Archive
from ingest.article import Article, Failure
from ingest.errors import DatelineError, InputError
from ingest.pipeline import Report, add_articles
from ingest.sources import count_articles, read_articles
from ui.web.uploads import Upload, stored

__all__ = ["MOST_ADDRESSES", "Adding", "Progress", "addresses_of"]

MOST_ADDRESSES = 50
_LONGEST_ADDRESS = 2000
_MOST_CANCELLED = 1000  # jobs remembered; each is forgotten when it stops
# Articles between two words to the page: few of a feed, whose pages take seconds each.
_OF_A_FILE, _OF_AN_ADDRESS = 32, 4

Items = Iterator[Article | Failure]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far adding has come.

    Attributes:
        item, items: Which of how many files or addresses is being read, counting from 1.
        name: Its name.
        read, of: How many of its articles are read, of how many; None where nobody knows before the end.
        report: What has come of everything so far.
        stopped: Whether the person stopped it here.
    """

    item: int
    items: int
    name: str
    read: int
    of: int | None
    report: Report
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    step: int
    open: Callable[[], AbstractContextManager[tuple[Items, int | None]]]


class Adding:
    """What is being added to an archive, by several people at once. Safe for threads."""

    def __init__(self, archive: Archive, writing: threading.Lock, *, private: bool = False) -> None:
        """Add to an archive; `writing` is held while articles are written, not while they are read.

        Of the web only public addresses are fetched, unless `private`: who uses the page is to see what this machine
        can reach only where its keeper says so.
        """
        self._archive = archive
        self._writing = writing
        self._private = private
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._cancelled: dict[str, None] = {}

    def files(self, uploads: Sequence[Upload], job: str) -> Iterator[Progress]:
        """Add files one by one; yield how far it is. `job` is the name by which it can be stopped."""
        return self._run([self._file(upload) for upload in uploads], job)

    def addresses(self, addresses: Sequence[str], job: str) -> Iterator[Progress]:
        """Add pages and feeds, as `files`."""
        return self._run([_Source(address, _OF_AN_ADDRESS, self._fetched(address)) for address in addresses], job)

    def articles(self, articles: Sequence[Article]) -> Iterator[Progress]:
        """Add articles that were read before, as `files`; raises DatelineError where the archive refuses them."""
        report = _NOTHING
        for first in range(0, len(articles), _OF_A_FILE):
            report = _joined(report, self._write(articles[first : first + _OF_A_FILE]))
            yield Progress(1, 1, "", min(first + _OF_A_FILE, len(articles)), len(articles), report)

    def cancel(self, job: str) -> None:
        """Stop a job before the next articles it reads; what it has added stays."""
        with self._lock:
            self._cancelled[job] = None
            while len(self._cancelled) > _MOST_CANCELLED:
                del self._cancelled[next(iter(self._cancelled))]

    def _run(self, sources: Sequence[_Source], job: str) -> Iterator[Progress]:
        report = _NOTHING
        for number, source in enumerate(sources, start=1):
            try:
                with source.open() as (items, of):
                    read = 0
                    yield Progress(number, len(sources), source.name, read, of, report)
                    while batch := self._next(items, source.step, job):
                        read += len(batch)
                        report = _joined(report, self._write(batch))
                        yield Progress(number, len(sources), source.name, read, of, report)
            except DatelineError as error:
                report = _joined(report, Report(0, 0, 0, (Failure(source.name, str(error)),)))
            if self._is_cancelled(job):
                yield Progress(number, len(sources), source.name, 0, None, report, stopped=True)
                break
        else:
            yield Progress(len(sources), len(sources), "", 0, None, report)
        with self._lock:
            self._cancelled.pop(job, None)

    def _next(self, items: Items, count: int, job: str) -> list[Article | Failure]:
        return [] if self._is_cancelled(job) else list(islice(items, count))

    def _is_cancelled(self, job: str) -> bool:
        with self._lock:
            return job in self._cancelled

    def _write(self, items: Sequence[Article | Failure]) -> Report:
        with self._writing:
            return add_articles(self._archive, items)

    def _fetched(self, address: str) -> Callable[[], AbstractContextManager[tuple[Items, int | None]]]:
        @contextmanager
        def opened() -> Iterator[tuple[Items, int | None]]:
            yield read_articles(address, private=self._private), None

        return opened

    def _file(self, upload: Upload) -> _Source:
        @contextmanager
        def opened() -> Iterator[tuple[Items, int | None]]:
            with self._named(upload.name), stored(upload, self._archive.folder / "uploads") as path:
                yield read_articles(str(path), root=path.parent), count_articles(str(path))

        return _Source(Path(upload.name).name or "unnamed file", _OF_A_FILE, opened)

    @contextmanager
    def _named(self, name: str) -> Iterator[None]:
        """Be the only one who reads a file of this name: it lies under its name while it is read."""
        with self._lock:
            if name in self._names:
                raise InputError("someone else is adding a file of this name: add it again when they have finished")
            self._names.add(name)
        try:
            yield
        finally:
            with self._lock:
                self._names.discard(name)


_NOTHING = Report(0, 0, 0, ())


def addresses_of(text: object) -> list[str]:
    """Return the addresses in what somebody typed, which white space parts.

    Raises InputError when there is none or too many, or one is no web address.
    """
    found = list(dict.fromkeys(text.split())) if isinstance(text, str) else []
    if not 0 < len(found) <= MOST_ADDRESSES:
        raise InputError(f"between 1 and {MOST_ADDRESSES} addresses can be added at once: type some, parted by spaces")
    for address in found:
        if not address.lower().startswith(("http://", "https://")) or len(address) > _LONGEST_ADDRESS:
            raise InputError(f"no web address: {address[:100]!r}; it begins with https:// or http://")
    return found


def _joined(one: Report, two: Report) -> Report:
    return Report(
        one.added + two.added, one.changed + two.changed, one.unchanged + two.unchanged, one.failed + two.failed
    )
