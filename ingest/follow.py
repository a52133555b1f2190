"""Feeds, sitemaps and pages asked again and again for what is new, politely.

What a feed said last is kept in the archive: a restart goes on where the last round ended. The archive
is written to only while new articles go in, so others can write between rounds and while pages are fetched.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlsplit

from ingest.archive import Archive
from ingest.archive.sqlite import FeedState
from ingest.article import Article, Failure
from ingest.errors import ArchiveBusy
from ingest.pipeline import Report, add_articles
from ingest.web.feeds import Entry
from ingest.web.fetch import Fetched, Fetcher, FetchError
from ingest.web.pages import Repeats, entries_at, entry_articles, page_articles, shown_address

__all__ = ["Round", "follow", "next_round"]

_BATCH = 16  # articles that are held in memory before they go in
_LONGEST_WAIT = 86_400  # seconds; a feed that fails is asked once a day at least
_PATIENCE = 600.0  # seconds to wait for others to finish writing; then the feed is asked again in its next round
_MOST_MARKS = 20_000  # of entries that were dealt with; the oldest are forgotten first
_MARK = 16
_MOST_FAILURES = 3  # of pages of one host in a row; the rest of its pages wait for the next round
_NEW = FeedState(None, None, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Round:
    """What came of asking all feeds once: how many were asked, how many had news, and what went in."""

    asked: int
    news: int
    report: Report


def follow(
    archive: Archive,
    feeds: Sequence[str],
    every: float,
    tell: Callable[[Round], None],
    *,
    private: bool = False,
    since: str | None = None,
) -> None:
    """Ask feeds every so many seconds, until the process is interrupted; `tell` is called after each round.

    Args:
        archive: Where their articles go.
        feeds: Addresses of feeds, sitemaps or pages.
        every: Seconds from the beginning of a round to that of the next.
        tell: Called with what came of a round.
        private: Whether addresses that are not public may be fetched.
        since: A day, YYYY-MM-DD; what is known to be older is left out.

    Raises:
        ArchiveError: The archive cannot be written to.
    """
    while True:
        begun = time.monotonic()
        tell(next_round(archive, feeds, every, private=private, since=since))
        time.sleep(max(0.0, begun + every - time.monotonic()))


def next_round(
    archive: Archive, feeds: Sequence[str], every: float, *, private: bool = False, since: str | None = None
) -> Round:
    """Ask each feed once that is not to be left alone; the arguments are those of `follow`.

    A feed that has not changed costs one request, and an entry that was dealt with before nothing. What
    fails waits twice as long after each failure, or as long as its server asks.
    """
    asked, reports = 0, []
    with Fetcher(private=private) as fetcher:
        for feed in dict.fromkeys(feed.strip() for feed in feeds):
            state = archive.feed_state(shown_address(feed)) or _NEW
            now = int(time.time())
            if state.checked <= now < state.checked + state.wait:
                continue
            asked += 1
            visit = _Visit(archive, fetcher, feed, replace(state, checked=now), every, since)
            reports.append(visit.make())
    made = [report for report in reports if report]
    whole = Report(
        sum(report.added for report in made),
        sum(report.changed for report in made),
        sum(report.unchanged for report in made),
        tuple(failure for report in made for failure in report.failed),
    )
    return Round(asked, len([report for report in made if report.added or report.changed]), whole)


@dataclass(slots=True)
class _Visit:
    """One feed, asked once."""

    archive: Archive
    fetcher: Fetcher
    feed: str
    state: FeedState
    every: float
    since: str | None

    def make(self) -> Report | None:
        """Put what is new into the archive; return what came of it, None where nothing has changed."""
        try:
            found = self.fetcher.get(self.feed, self.state.etag, self.state.modified)
        except FetchError as error:
            return self._failed(error)
        if found is None:
            self._keep(replace(self.state, failures=0, wait=0))
            return None
        entries = entries_at(self.fetcher, found, shown_address(self.feed), self.since)
        news = _News(self.fetcher, shown_address(self.feed), self.since, _marks(self.state.seen))
        items = news.read(entries) if entries is not None else iter(page_articles(found, shown_address(self.feed)))
        try:
            report = self._add(items)
        except ArchiveBusy as error:
            return Report(0, 0, 0, (Failure(shown_address(self.feed), str(error)),))
        self._keep(self._after(found, news))
        return replace(report, unchanged=report.unchanged + news.unchanged)

    def _after(self, found: Fetched, news: "_News") -> FeedState:
        """The state in which all was read: where something was put off, the feed is asked for as if it were new."""
        seen = "".join(list(news.dealt_with)[-_MOST_MARKS:])
        etag, modified = (None, None) if news.put_off else (found.etag, found.modified)
        return FeedState(etag, modified, self.state.checked, 0, 0, seen)

    def _failed(self, error: FetchError) -> Report:
        failures = self.state.failures + 1
        wait = int(min(max(self.every * 2 ** min(failures, 20), error.wait), _LONGEST_WAIT))
        self._keep(replace(self.state, failures=failures, wait=wait))
        again = f"asked again in {_duration(wait)}"
        return Report(0, 0, 0, (Failure(shown_address(self.feed), f"{error} ({again})"),))

    def _add(self, items: Iterator[Article | Failure]) -> Report:
        """Put items in, some at a time: nothing is fetched while the archive is held."""
        total = Report(0, 0, 0, ())
        while batch := list(islice(items, _BATCH)):
            made = self._add_batch(batch) if any(isinstance(item, Article) for item in batch) else None
            failed = tuple(item for item in batch if isinstance(item, Failure))
            total = Report(
                total.added + (made.added if made else 0),
                total.changed + (made.changed if made else 0),
                total.unchanged + (made.unchanged if made else 0),
                total.failed + failed,
            )
        return total

    def _add_batch(self, batch: list[Article | Failure]) -> Report:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return add_articles(self.archive, batch)
            except ArchiveBusy:
                if time.monotonic() > until:
                    raise
                time.sleep(1)

    def _keep(self, state: FeedState) -> None:
        self.archive.keep_feed_state(shown_address(self.feed), state)


class _News:
    """The entries of a list that were not dealt with before, read."""

    def __init__(self, fetcher: Fetcher, shown: str, since: str | None, seen: Iterable[str]) -> None:
        self._fetcher, self._shown, self._since = fetcher, shown, since
        self._down: Counter[str] = Counter()
        self._repeats = Repeats()
        self.dealt_with = dict.fromkeys(seen)
        self.put_off = False
        self.unchanged = 0

    def read(self, entries: Iterable[Entry | Failure]) -> Iterator[Article | Failure]:
        """Yield their articles, and why others gave none. What may be mended is put off to the next round."""
        for entry in entries:
            if isinstance(entry, Failure):
                yield entry
            elif entry.mark in self.dealt_with:
                self.unchanged += 1
                self._deal_with(entry)
            elif not entry.said.text and self._down[_host(entry)] >= _MOST_FAILURES:
                self.put_off = True
            elif self._repeats.asked(entry):
                self._deal_with(entry)
            else:
                yield from self._read(entry)

    def _read(self, entry: Entry) -> Iterator[Article | Failure]:
        try:
            items = entry_articles(self._fetcher, entry, self._shown)
        except FetchError as error:
            if error.passing:
                self._down[_host(entry)] += _MOST_FAILURES if error.wait else 1
                self.put_off = True
            else:
                self._deal_with(entry)
            yield Failure(entry.link or self._shown, str(error))
            return
        self._down[_host(entry)] = 0
        self._deal_with(entry)
        for item in items:
            old = self._since and isinstance(item, Article) and item.published and item.published < self._since
            if not self._repeats.read(item) and not old:
                yield item

    def _deal_with(self, entry: Entry) -> None:
        self.dealt_with.pop(entry.mark, None)  # what is listed last is remembered longest
        self.dealt_with[entry.mark] = None


def _host(entry: Entry) -> str:
    return urlsplit(entry.link or "").hostname or ""


def _marks(seen: str) -> list[str]:
    return [seen[at : at + _MARK] for at in range(0, len(seen), _MARK)]


def _duration(seconds: int) -> str:
    for size, unit in ((3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
