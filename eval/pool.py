"""A fresh archive for the length of a suite, thrown away after it."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.archive import Archive
from ingest.article import Article, Failure
from ingest.pipeline import add_articles

__all__ = ["fresh_archive", "fresh_folder"]


@contextmanager
def fresh_folder(items: Iterable[Article | Failure]) -> Iterator[Path]:
    """Yield the folder of an archive that holds the articles; it is closed."""
    with tempfile.TemporaryDirectory(prefix="dateline-eval-") as folder:
        path = Path(folder) / "archive"
        with Archive.open(path, create=True) as archive:
            add_articles(archive, items)
        yield path


@contextmanager
def fresh_archive(items: Iterable[Article | Failure]) -> Iterator[Archive]:
    """Yield an open archive that holds the articles."""
    with fresh_folder(items) as folder, Archive.open(folder) as archive:
        yield archive
