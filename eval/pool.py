"""A fresh archive for the length of a suite, thrown away after it."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.archive import Archive
from ingest.article import Article, Failure
from ingest.pipeline import add_articles

__all__ = ["fresh_archive"]


@contextmanager
def fresh_archive(items: Iterable[Article | Failure]) -> Iterator[Archive]:
    """Yield an open archive, in a temporary folder, that holds the articles."""
    with (
        tempfile.TemporaryDirectory(prefix="dateline-eval-") as folder,
        Archive.open(Path(folder) / "archive", create=True) as archive,
    ):
        add_articles(archive, items)
        yield archive
