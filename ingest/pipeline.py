"""The whole way in, top to bottom."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass

from ingest.ahead import read_ahead
from ingest.archive import Archive
from ingest.article import Article, Failure

__all__ = ["Report", "add_articles"]

# What is stored before its vectors are made and written: about 256 passages. Without embedding, 6,000 articles of one
# passage took 19 processor seconds, and 22 in batches of 32 articles.
_LETTERS_A_BATCH = 150_000
_ARTICLES_A_BATCH = 256


@dataclass(frozen=True, slots=True)
class Report:
    """How many articles were added, changed, unchanged; and what failed, each with why."""

    added: int
    changed: int
    unchanged: int
    failed: tuple[Failure, ...]


def add_articles(
    archive: Archive, items: Iterable[Article | Failure], progress: Callable[[int], None] | None = None
) -> Report:
    """Put articles into an archive, and finish what an earlier run left unfinished.

    The items are read in a thread of their own, a little ahead of what is embedded. Stopped anywhere, by Ctrl-C or
    an error, it leaves an archive that the next call completes.

    Args:
        archive: Where they go.
        items: Articles, and failures to read one, which are passed on to the report.
        progress: Called with the number of items done since the last call.

    Raises:
        ArchiveBusy: Another process is writing to the archive.
    """
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    failed: list[Failure] = []
    waiting = letters = 0

    def done(items: int) -> None:
        if progress and items:
            progress(items)

    with archive.writing(), closing(read_ahead(items)) as ahead:
        archive.index_pending()
        for item in ahead:
            if isinstance(item, Failure):
                failed.append(item)
                done(1)
                continue
            change = archive.put(item)
            counts[change] += 1
            if change == "unchanged":
                done(1)
                continue
            waiting += 1
            letters += len(item.text)
            if waiting == _ARTICLES_A_BATCH or letters >= _LETTERS_A_BATCH:
                archive.index_pending(done)
                waiting = letters = 0
        archive.index_pending(done)
    return Report(counts["added"], counts["changed"], counts["unchanged"], tuple(failed))
