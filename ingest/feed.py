"""A web address -> drafts: the article of a page, or those of an RSS or Atom feed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import feedparser
import httpx

from ingest.article import Article, Failure
from ingest.clean import one_line
from ingest.dates import parse_date
from ingest.decode import NotText
from ingest.documents import read_document, read_html
from ingest.draft import Draft
from ingest.fetch import Fetched, FetchError, fetch, fetcher
from ingest.fields import Origin, finish
from ingest.syndication import entry_draft, is_feed

__all__ = ["read_address"]

_MOST_ENTRIES = 1000  # a feed has 10 to 100
_PAGES = {"", "text/html", "application/xhtml+xml", "application/xml", "text/xml"}
_TEXTS = {"text/plain": ".txt", "text/markdown": ".md"}


def read_address(typed: str) -> Iterator[Article | Failure]:
    """Yield the article at this address, or those of the feed there, and a Failure for each that fails.

    `source` is the page's address. A feed's own content is used when it is a full text
    (400 characters or more, and not cut off); else the entry's page is fetched.

    An entry may link to a host that is not the feed's, but not speak for it: a full text gets no
    URL then, and is told apart by the feed's address and the entry's id; of a fetched page, what
    the page itself says is taken.
    """
    with fetcher() as client:
        try:
            found = fetch(client, typed.strip(), typed.strip())
        except FetchError as error:
            yield Failure(one_line(typed), str(error))
            return
        if is_feed(found.data):
            yield from _entries(client, found, typed.strip())
        else:
            yield _page(found, one_line(typed))


def _page(found: Fetched, source: str, said: Draft | None = None) -> Article | Failure:
    """The article of a fetched page; what its feed `said` of it goes before what the page says."""
    try:
        draft = _draft(found)
    except NotText as error:
        return Failure(source, str(error))
    if draft is None:
        return Failure(source, f"{found.media_type} is no page or feed; save the article's text as a file")
    if said:
        draft = replace(
            draft,
            title=said.title or draft.title,
            url=said.url or draft.url,
            published=parse_date(said.published) or draft.published,
            updated=parse_date(said.updated) or draft.updated,
            outlet=draft.outlet or said.outlet,
            author=draft.author or said.author,
            section=draft.section or said.section,
            language=draft.language or said.language,
        )
    article = finish(draft, Origin(source, found.url, _name(found.url)), many=False)
    return article or Failure(source, "no article text on the page; give the address of the article itself")


def _draft(found: Fetched) -> Draft | None:
    if found.media_type in _TEXTS:
        return read_document(found.data, PurePosixPath("page" + _TEXTS[found.media_type]))
    if found.media_type in _PAGES:
        return read_html(found.data, found.charset, found.url)
    return None


def _entries(client: httpx.Client, found: Fetched, typed: str) -> Iterator[Article | Failure]:
    feed = feedparser.parse(found.data, response_headers={"content-location": found.url})
    if not feed.entries:
        yield Failure(one_line(typed), "the feed has no entries; give another feed or a page")
    for entry in feed.entries[:_MOST_ENTRIES]:
        yield _entry(client, entry_draft(entry, feed.feed, found.url), found.url, typed)
    if len(feed.entries) > _MOST_ENTRIES:
        yield Failure(one_line(typed), f"only the first {_MOST_ENTRIES:,} of {len(feed.entries):,} entries were read")


def _entry(client: httpx.Client, told: Draft, base: str, typed: str) -> Article | Failure:
    link = told.url
    own = link if link and urlsplit(link).hostname == urlsplit(base).hostname else None
    said = replace(told, url=own)
    if said.text or not link:
        source = own or one_line(typed)
        whole = finish(said, Origin(source, typed, said.title or ""), many=True)
        return whole or Failure(source, "the entry has neither text nor a link; see the feed itself")
    try:
        return _page(fetch(client, link, typed), link, said if own else None)
    except FetchError as error:
        return Failure(link, str(error))


def _name(url: str) -> str:
    return unquote(PurePosixPath(urlsplit(url).path).stem).replace("-", " ").replace("_", " ") or url
