"""What `dateline ingest` does: read, add, show how far it is, and tell what came of it."""

import argparse
import signal
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from tqdm import tqdm

from ingest.archive import Archive
from ingest.archive.sqlite import RECORD_FILE
from ingest.article import Article, Failure
from ingest.errors import InputError
from ingest.filters import Filters
from ingest.pipeline import Report, add_articles
from ingest.sources import count_articles, is_address, read_articles
from ui.terminal.lines import clean, complain
from ui.terminal.watching import tell_changes

__all__ = ["ingest"]

_FEWEST_SECONDS = 60  # between two rounds of public feeds


def ingest(args: argparse.Namespace) -> int:
    """Add what the targets name to the archive, bring folders into step, or follow feeds.

    Return 1 if any of it gave no article, or was not removed.
    """
    _check(args)
    if args.every is not None:
        return _follow(args)
    if args.sync:
        return _plan(args) if args.dry_run else _sync(args)
    with (
        Archive.open(args.archive, create=True, encoder=args.encoder, chroma=args.chroma) as archive,
        _bar(args) as bar,
    ):
        report = add_articles(archive, _read(args), progress=bar.update)
        bar.close()
        print(_counts(report), flush=True)
        tell_changes(archive, args.reader)
    return _told(report)


def _check(args: argparse.Namespace) -> None:
    """Raises InputError for flags that do not go together, or with the targets."""
    if (args.dry_run or args.yes) and not args.sync:
        raise InputError(f"{'--dry-run' if args.dry_run else '--yes'} goes with --sync FOLDER: add it")
    if args.sync and args.every is not None:
        raise InputError("--sync keeps step with folders, --every follows feeds: give one of them")
    for target in args.target:
        if args.sync and is_address(target):
            raise InputError(f"{clean(target)[:200]!r} is no folder: --sync keeps step with folders")
        if args.every is not None and not is_address(target):
            raise InputError(f"{clean(target)[:200]!r} is no web address: --every follows feeds")
    if args.every is not None and args.every < _FEWEST_SECONDS and not args.allow_private:
        raise InputError(f"--every {args.every}s is too often for other people's servers: give 1m or more")


def _bar(args: argparse.Namespace) -> "tqdm[None]":
    counts = [count_articles(target) for target in args.target]
    total = None if None in counts else sum(count or 0 for count in counts)
    return tqdm(total=total, unit=" articles", disable=None)


def _since(args: argparse.Namespace) -> str | None:
    return Filters.parse((), args.since, None, list).since


def _read(args: argparse.Namespace) -> Iterator[Article | Failure]:
    since = _since(args)
    for target in args.target:
        yield from read_articles(target, private=args.allow_private, since=since)


def _follow(args: argparse.Namespace) -> int:
    from ingest.follow import Round, follow

    def tell(made: Round) -> None:
        print(f"{datetime.now():%Y-%m-%d %H:%M:%S}  asked {made.asked}: {_counts(made.report)}", flush=True)
        _told(made.report)
        tell_changes(archive, args.reader)

    since = _since(args)
    with Archive.open(args.archive, create=True, encoder=args.encoder, chroma=args.chroma) as archive:
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service is stopped with it
        try:
            follow(archive, args.target, args.every, tell, private=args.allow_private, since=since)
        except KeyboardInterrupt:
            complain("stopped following; the same command goes on")
        finally:
            signal.signal(signal.SIGTERM, before)
    return 0


def _sync(args: argparse.Namespace) -> int:
    from ingest.sync import sync_folder

    status = 0
    with Archive.open(args.archive, create=True, encoder=args.encoder, chroma=args.chroma) as archive:
        for folder in args.target:
            with tqdm(unit=" articles", disable=None) as bar:
                synced = sync_folder(archive, Path(folder), yes=args.yes, progress=bar.update)
            print(f"{_counts(synced.report)}, removed {synced.removed}", flush=True)
            tell_changes(archive, args.reader)
            status |= _told(synced.report)
            if synced.kept:
                status |= complain(
                    f"{synced.kept} of the {synced.held} articles that came from {folder} are not in it any more,"
                    " and were kept: --yes removes them"
                )
    return status


def _plan(args: argparse.Namespace) -> int:
    from ingest.sync import plan_sync

    status = 0
    there = (args.archive / RECORD_FILE).is_file()
    with Archive.open(args.archive, chroma=args.chroma) if there else nullcontext() as archive:
        for folder in args.target:
            for step in plan_sync(archive, Path(folder)):
                if isinstance(step, Failure):
                    status = complain(f"{step.source}: {step.reason}")
                else:
                    print(f"{step.does:6}  {clean(step.place)}  {clean(step.title)}")
    return status


def _counts(report: Report) -> str:
    return f"added {report.added}, changed {report.changed}, unchanged {report.unchanged}, failed {len(report.failed)}"


def _told(report: Report) -> int:
    for failure in report.failed:
        complain(f"{failure.source}: {failure.reason}")
    return 1 if report.failed else 0
