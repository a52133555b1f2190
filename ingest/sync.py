"""A folder and what an archive holds of it, brought into step.

What is added and changed is written first, and what is gone is removed last: a run that is stopped
anywhere loses nothing, and the next one goes on.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from ingest.archive import Archive
from ingest.article import Article, Failure
from ingest.errors import InputError
from ingest.pipeline import Report, add_articles
from ingest.read.clean import one_line
from ingest.sources import read_articles

__all__ = ["Step", "Synced", "plan_sync", "sync_folder"]

_LONGEST_BLANK = 4096  # bytes of a file that may hold nothing but white space


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that bringing a folder into step does: to the article with this title, of this file."""

    does: Literal["add", "change", "remove"]
    place: str
    title: str


@dataclass(frozen=True, slots=True)
class Synced:
    """What came of bringing a folder into step.

    Attributes:
        report: What was added, changed and found unchanged; what failed.
        removed: How many articles were removed.
        kept: How many are not in the folder any more and were kept, because they are more than half of it.
        held: How many articles the archive held of the folder before.
    """

    report: Report
    removed: int
    kept: int
    held: int


def sync_folder(
    archive: Archive, folder: Path, *, yes: bool = False, progress: Callable[[int], None] | None = None
) -> Synced:
    """Add, change and remove, so that the archive holds of a folder what is in it.

    Removed is what was read from a file in this folder that is gone, is empty, or does not hold it any
    more. A file that cannot be read, or whose folder cannot be listed, keeps its articles, and articles
    from elsewhere are not touched. Without `yes`, nothing is removed when that would be more than half
    of what came from the folder; an article that moved within it is no loss.

    Raises:
        InputError: The folder is missing, cannot be listed, is a file, an archive or another one than at the start.
        ArchiveBusy: Another process is writing to the archive.
    """
    began = _identity(folder)
    seen = _Seen()
    with archive.writing():
        held = len(archive.placed_under(folder))
        report = add_articles(archive, seen.watch(read_articles(str(folder))), progress)
        if _identity(folder) != began:
            raise InputError(f"{_shown(folder)} became another folder while it was read; nothing was removed")
        gone = [id_ for id_, place in archive.placed_under(folder) if id_ not in seen.ids and seen.is_gone(place)]
        lost = sum(not seen.holds(archive.article(id_)) for id_ in gone)
        if lost > held / 2 and not yes:
            return Synced(report, 0, len(gone), held)
        return Synced(report, archive.remove(gone) if gone else 0, 0, held)


def plan_sync(archive: Archive | None, folder: Path) -> Iterator[Step | Failure]:
    """Yield what `sync_folder` would do, and what would fail; nothing is written. None stands for an empty archive.

    Raises InputError as it does.
    """
    _identity(folder)
    seen = _Seen()
    for item in seen.watch(read_articles(str(folder))):
        if isinstance(item, Failure):
            yield item
            continue
        stored = archive.article(item.id) if archive else None
        if stored is None:
            yield Step("add", item.place or item.source, item.title)
        elif replace(item, source=stored.source, place=stored.place) != stored:
            yield Step("change", item.place or item.source, item.title)
    for id_, place in archive.placed_under(folder) if archive else ():
        if id_ not in seen.ids and seen.is_gone(place):
            stored = archive.article(id_) if archive else None
            yield Step("remove", place, stored.title if stored else "")


@dataclass(slots=True)
class _Seen:
    """What a folder gave: about 250 bytes an article."""

    ids: set[str] = field(default_factory=set)
    words: set[int] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def watch(self, items: Iterable[Article | Failure]) -> Iterator[Article | Failure]:
        """Pass the items on."""
        for item in items:
            if isinstance(item, Failure):
                self.failed.add(item.place or "")
            else:
                self.ids.add(item.id)
                self.words.add(hash((item.title, item.text)))
                self.read.add(item.place or "")
            yield item

    def holds(self, article: Article | None) -> bool:
        """Return whether the folder holds the same words, in whatever file."""
        return article is not None and hash((article.title, article.text)) in self.words

    def is_gone(self, place: str) -> bool:
        """Return whether a file is known not to hold an article any more that was read from it and not seen now."""
        try:
            Path(place).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return not any(parent in self.failed for parent in map(str, Path(place).parents))
        except OSError:
            return False  # it may be there
        return _is_blank(place) or (place in self.read and place not in self.failed)


def _identity(folder: Path) -> tuple[int, int]:
    """What tells a folder from another that is mounted in its place; InputError when it cannot be listed."""
    try:
        with os.scandir(folder):
            found = folder.stat()
    except FileNotFoundError:
        raise InputError(f"no such folder: {_shown(folder)}; nothing was removed: check the path") from None
    except NotADirectoryError:
        raise InputError(f"{_shown(folder)} is a file; --sync takes folders") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no path"
        raise InputError(f"{_shown(folder)} cannot be listed ({why}); nothing was removed: check the path") from None
    return found.st_dev, found.st_ino


def _is_blank(place: str) -> bool:
    try:
        path = Path(place)
        return path.is_file() and path.stat().st_size <= _LONGEST_BLANK and not path.read_bytes().strip()
    except OSError:
        return False


def _shown(folder: Path) -> str:
    return repr(one_line(str(folder))[:200])
