"""What a process of its own (worker.py) does with input from strangers: each task yields what it finds.

Every parser is called from here, and so are the rules that clean an article and read its dates and bylines.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.article import Article, Failure
from ingest.read.draft import Draft
from ingest.read.fields import Origin, finish
from ingest.read.files import parse_file
from ingest.read.records import read_records

if TYPE_CHECKING:
    from ingest.web.feeds import Entry

__all__ = ["TASKS"]

_RECORDS = 10_000  # counted between two answers: a second at most


def _file(_: bytes, path: str, name: str, origin: Origin) -> Iterator[Article | Failure]:
    yield from parse_file(Path(path), name, origin)


def _count(_: bytes, path: str) -> Iterator[int]:
    """The number of records in a table or JSON, in parts."""
    count = 0
    for count, _record in enumerate(read_records(Path(path)), start=1):
        if count % _RECORDS == 0:
            yield _RECORDS
    yield count % _RECORDS


def _page(
    data: bytes, url: str, media_type: str, charset: str | None, source: str, said: Draft | None
) -> Iterator[Article | Failure]:
    from ingest.web.fetch import Fetched
    from ingest.web.pages import parse_page

    yield from parse_page(Fetched(url, data, media_type, charset), source, said)


def _feed(data: bytes, url: str, typed: str) -> "Iterator[Entry | Failure]":
    from ingest.web.feeds import feed_entries
    from ingest.web.fetch import Fetched

    yield from feed_entries(Fetched(url, data, "", None), typed)


def _sitemap(data: bytes, url: str) -> Iterator[tuple[str, str, str | None, dict[str, str]]]:
    from ingest.web.sitemap import parse_sitemap

    yield from parse_sitemap(data, url)


def _said(_: bytes, draft: Draft, origin: Origin) -> Iterator[Article | None]:
    """The article of an entry that a feed holds whole."""
    yield finish(draft, origin, many=True)


TASKS: dict[str, Callable[..., Iterator[Any]]] = {
    "file": _file,
    "count": _count,
    "page": _page,
    "feed": _feed,
    "sitemap": _sitemap,
    "said": _said,
}
