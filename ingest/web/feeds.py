"""A fetched RSS, Atom or JSON feed -> its entries."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.address import same_site
from ingest.article import Failure
from ingest.read.clean import one_line
from ingest.read.draft import Draft, Unreadable
from ingest.read.syndication import entry_draft, entry_words, is_json_feed, json_entries, parse_feed
from ingest.web.fetch import Fetched

__all__ = ["Entry", "feed_entries", "mark_of"]

_MOST_ENTRIES = 1000  # a feed has 10 to 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One story that a feed or a sitemap lists.

    Attributes:
        mark: 16 hexadecimal digits, of all that the list says of it: it changes when that changes.
        link: The address of its page, if there is one.
        said: What the list itself says of it, with the link as its address where that is on the list's
            own site; its text is empty where the page must be read.
        listed_at: The address of the list.
        teaser: What the list says of the story in words of its own, however short; for where its page does not tell it.
    """

    mark: str
    link: str | None
    said: Draft
    listed_at: str
    teaser: str = ""


def feed_entries(found: Fetched, typed: str) -> Iterator[Entry | Failure]:
    """Yield the entries of a feed, at most 1,000, as it orders them; a Failure where there are none, or more."""
    try:
        listed = list(_listed(found))
    except Unreadable as error:
        yield Failure(one_line(typed), str(error))
        return
    for told, words, mark in listed[:_MOST_ENTRIES]:
        own = bool(told.url) and same_site(told.url or "", found.url)
        yield Entry(mark, told.url, told if own else replace(told, url=None), found.url, words)
    if len(listed) > _MOST_ENTRIES:
        yield Failure(one_line(typed), f"only the first {_MOST_ENTRIES:,} of {len(listed):,} entries were read")


def _listed(found: Fetched) -> Iterator[tuple[Draft, str, str]]:
    """What a feed says of each entry, all its words, and its mark. Raises Unreadable."""
    if is_json_feed(found.data):
        for told, words in json_entries(found.data, found.url):
            yield told, words, mark_of(told, words)
        return
    feed = parse_feed(found.data, found.url)
    for entry in feed.entries:
        told = entry_draft(entry, feed.feed, found.url)
        yield told, entry_words(entry), mark_of(told, entry.get("summary"))


def mark_of(*said: object) -> str:
    """Return the mark of an entry of which a list says this."""
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:16]
