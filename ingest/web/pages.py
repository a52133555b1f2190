"""A web address -> articles: of a page, or of those that a feed or a sitemap lists."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from ingest.address import page_identity, page_url, same_site
from ingest.article import Article, Failure
from ingest.read.clean import one_line
from ingest.read.dates import parse_date
from ingest.read.decode import NotText
from ingest.read.documents import read_document, read_html
from ingest.read.draft import Draft, Unreadable
from ingest.read.fields import Origin, finish_all
from ingest.read.syndication import is_feed
from ingest.web.feeds import Entry
from ingest.web.fetch import Fetched, Fetcher, FetchError
from ingest.web.sitemap import is_sitemap, sitemap_entries, unpacked
from ingest.web.wall import same_story, tells
from ingest.worker import bounded

__all__ = ["Repeats", "entries_at", "entry_articles", "page_articles", "parse_page", "read_address", "shown_address"]

_COMPARED = 5000  # characters of the texts of one address
_FEWEST_LETTERS = 20  # of a teaser that is kept where its page is not to be had
_PAGES = {"", "text/html", "application/xhtml+xml", "application/xml", "text/xml"}
_USER = re.compile(r"(?<=//)[^/?#]*@")
_TEXTS = {"text/plain": ".txt", "text/markdown": ".md"}
_DOCUMENTS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
}


def read_address(typed: str, *, private: bool = False, since: str | None = None) -> Iterator[Article | Failure]:
    """Yield the article at this address, or those of the feed or sitemap there, and a Failure for each that fails.

    `source` is the page's address. With `since`, a day, what is known to be older is left out of a
    feed or sitemap. Only public addresses are fetched, unless `private`.
    """
    typed, shown = typed.strip(), shown_address(typed)
    with Fetcher(private=private) as fetcher:
        try:
            found = fetcher.get(typed)
        except FetchError as error:
            yield Failure(shown, str(error))
            return
        assert found  # an answer without marks is asked for: 'not changed' is none
        entries = entries_at(fetcher, found, shown, since)
        if entries is None:
            yield from page_articles(found, shown)
            return
        repeats = Repeats()
        for entry in entries:
            if repeats.asked(entry):
                continue
            for item in [entry] if isinstance(entry, Failure) else _tried(fetcher, entry, shown):
                old = since and isinstance(item, Article) and item.published and item.published < since
                if not repeats.read(item) and not old:
                    yield item


def shown_address(typed: str) -> str:
    """Return an address as it may be shown and stored: one line, without a user's name and password."""
    return _USER.sub("", one_line(typed), count=1)  # also where the rest is no address


def entries_at(
    fetcher: Fetcher, found: Fetched, shown: str, since: str | None = None
) -> Iterator[Entry | Failure] | None:
    """Return what a feed or sitemap lists and why it lists no more; None where the address is a page."""
    found = unpacked(found)
    if is_feed(found.data):
        return _newer(_listed(found, shown), since)
    return sitemap_entries(fetcher, found, shown, since) if is_sitemap(found) else None


def entry_articles(fetcher: Fetcher, entry: Entry, shown: str) -> Sequence[Article | Failure]:
    """Return the article of an entry: its own full text, or its page; where that does not tell the story, its teaser.

    The page of a live blog gives several.

    An entry may link to a site that is not the feed's, but not speak for it: a full text gets no URL
    then, and is told apart by the feed's address and the entry's id; of a fetched page, what the
    page itself says is taken.

    Raises FetchError.
    """
    said = entry.said
    if said.text or not entry.link:
        source = said.url or shown
        whole = _finished(said, Origin(source, shown, said.title or ""))
        return [whole or Failure(source, "the entry has neither text nor a link; see the feed itself")]
    try:
        found = fetcher.get(entry.link)
    except FetchError as error:
        own = None if error.passing else _teaser(entry, shown)
        if own is None:
            raise
        return [own]
    assert found  # as above
    speaks = said.url and same_site(found.url, entry.listed_at)
    items = page_articles(found, entry.link, said if speaks else None)
    articles = [item for item in items if isinstance(item, Article)]
    if articles and tells("\n\n".join(article.text for article in articles), said.title or "", entry.teaser):
        return items
    wall = (
        "the page does not tell what the feed announces (a cookie wall or a login?); open it in a browser and save it"
    )
    own = _teaser(entry, shown)
    return [own] if own else [Failure(entry.link, wall)] if articles else items


def _teaser(entry: Entry, shown: str) -> Article | None:
    """What the list itself says of an entry, as its article; None where that is no more than the title."""
    letters, title = ("".join(filter(str.isalnum, text.casefold())) for text in (entry.teaser, entry.said.title or ""))
    if len(letters) < _FEWEST_LETTERS or letters in title:
        return None
    said = replace(entry.said, text=entry.teaser)
    whole = _finished(said, Origin(said.url or shown, shown, said.title or ""))
    return whole if isinstance(whole, Article) else None


class Repeats:
    """What one list names twice: the same address, or an address whose page says that it is another's."""

    def __init__(self) -> None:
        self._links: set[str] = set()
        self._texts: dict[str, str] = {}

    def asked(self, entry: Entry | Failure) -> bool:
        """Return whether the page of an entry was asked for before."""
        if isinstance(entry, Failure) or entry.said.text or not entry.link:
            return False
        before = page_identity(entry.link) in self._links
        self._links.add(page_identity(entry.link))
        return before

    def read(self, item: Article | Failure) -> bool:
        """Return whether an article of this address and story was read before."""
        if isinstance(item, Failure):
            return False
        text = item.text[:_COMPARED]
        before = self._texts.get(item.id)
        self._texts.setdefault(item.id, text)
        return before is not None and same_story(before, text)


def page_articles(found: Fetched, source: str, said: Draft | None = None) -> Sequence[Article | Failure]:
    """Return the article of a fetched page, or those of a live blog; what its feed `said` goes before what it says.

    The page is read by another process, which may end over it.
    """
    told: dict[str, Any] = {"url": found.url, "media_type": found.media_type, "charset": found.charset}
    try:
        return list(bounded("page", found.data, **told, source=source, said=said))
    except Unreadable as error:
        return [Failure(source, str(error))]


def parse_page(found: Fetched, source: str, said: Draft | None = None) -> Sequence[Article | Failure]:
    """Do what `page_articles` does. Call it where a parser may hang or eat all memory (worker.py)."""
    try:
        draft = _draft(found)
    except NotText as error:
        return [Failure(source, str(error))]
    if draft is None:
        return [Failure(source, f"{found.media_type} is no page or feed; save the article's text as a file")]
    url = page_url(draft.url, found.url)
    posts = tuple(replace(_with_said(post, said), url=url) for post in draft.posts)
    draft = replace(_with_said(draft, said), url=url, posts=posts)
    articles = finish_all(draft, Origin(source, found.url, _name(found.url)), many=False)
    return articles or [Failure(source, "no article text on the page; give the address of the article itself")]


def _with_said(draft: Draft, said: Draft | None) -> Draft:
    """A page's draft with what its feed says of it; a post of a live blog has a title and a day of its own."""
    if said is None:
        return draft
    if draft.part is None:
        draft = replace(
            draft,
            title=said.title or draft.title,
            published=parse_date(said.published) or draft.published,
            updated=parse_date(said.updated) or draft.updated,
        )
    return replace(
        draft,
        outlet=draft.outlet or said.outlet,
        author=draft.author or said.author,
        section=draft.section or said.section,
        language=draft.language or said.language,
    )


def _listed(found: Fetched, shown: str) -> Iterator[Entry | Failure]:
    """The entries of a feed, all read by another process before the pages of the first are fetched."""
    entries: list[Entry | Failure] = []
    try:
        entries.extend(bounded("feed", found.data, url=found.url, typed=shown))
    except Unreadable as error:
        entries.append(Failure(shown, str(error)))
    yield from entries


def _finished(said: Draft, origin: Origin) -> Article | Failure | None:
    try:
        (article,) = bounded("said", size=len(said.text), draft=said, origin=origin)
    except Unreadable as error:
        return Failure(origin.source, str(error))
    assert isinstance(article, Article | None)
    return article


def _tried(fetcher: Fetcher, entry: Entry, shown: str) -> Sequence[Article | Failure]:
    try:
        return entry_articles(fetcher, entry, shown)
    except FetchError as error:
        return [Failure(entry.link or shown, str(error))]


def _newer(entries: Iterator[Entry | Failure], since: str | None) -> Iterator[Entry | Failure]:
    for entry in entries:
        day = parse_date(entry.said.published) if isinstance(entry, Entry) else None
        if not (since and day and day < since):
            yield entry


def _draft(found: Fetched) -> Draft | None:
    if found.media_type in _TEXTS:
        return read_document(found.data, PurePosixPath("page" + _TEXTS[found.media_type]))
    if kind := _DOCUMENTS.get(found.media_type):
        from ingest.read.formats import read_parts

        document = next(read_parts(found.data, kind), None)
        if isinstance(document, str):
            raise NotText(document)
        return document
    if found.media_type in _PAGES:
        return read_html(found.data, found.charset, found.url)
    return None


def _name(url: str) -> str:
    return unquote(PurePosixPath(urlsplit(url).path).stem).replace("-", " ").replace("_", " ") or url
