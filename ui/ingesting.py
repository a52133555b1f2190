"""What `dateline ingest` does: read, add, show how far it is, and tell what came of it."""

import argparse
from collections.abc import Iterator

from tqdm import tqdm

from ingest.archive import Archive
from ingest.article import Article, Failure
from ingest.filters import Filters
from ingest.pipeline import Report, add_articles
from ingest.read import count_articles, read_articles
from ui.terminal import complain

__all__ = ["ingest"]


def ingest(args: argparse.Namespace) -> int:
    """Add what the targets name to the archive; return 1 if any of it gave no article."""
    counts = [count_articles(target) for target in args.target]
    total = None if None in counts else sum(count or 0 for count in counts)
    with (
        Archive.open(args.archive, create=True, encoder=args.encoder) as archive,
        tqdm(total=total, unit=" articles", disable=None) as bar,
    ):
        report = add_articles(archive, _read(args), progress=bar.update)
    return _told(report)


def _read(args: argparse.Namespace) -> Iterator[Article | Failure]:
    since = Filters.parse((), args.since, None, list).since
    for target in args.target:
        yield from read_articles(target, private=args.allow_private, since=since)


def _told(report: Report) -> int:
    print(f"added {report.added}, changed {report.changed}, unchanged {report.unchanged}, failed {len(report.failed)}")
    for failure in report.failed:
        complain(f"{failure.source}: {failure.reason}")
    return 1 if report.failed else 0
