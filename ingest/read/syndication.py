"""An RSS or Atom feed as it lies in bytes -> drafts of its entries. What is fetched, ingest/web/feeds.py reads."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import feedparser

from ingest.address import joined, normal_url
from ingest.read.clean import one_line
from ingest.read.credits import without_outlet
from ingest.read.draft import Draft, Unreadable
from ingest.read.exports import flat, records_of
from ingest.read.fields import draft_from_fields
from ingest.read.webpage import markup_to_text

__all__ = ["entry_draft", "entry_words", "is_feed", "is_json_feed", "json_entries", "parse_feed", "read_feed"]

_MOST_TAGS = 300_000  # 1,000 entries have 30,000, and full texts as many again; feedparser takes 20 s for a million
_MOST_AUTHORS = 10
_FULL_TEXT = 400  # characters of a feed's own content; a teaser is shorter
# Atomic and possessive: a comment ends where it first ends, or a thousand of them could be read in endless ways.
_FEED = re.compile(rb"\s*+(?:(?><!--.*?-->|<\?.*?>)\s*+)*+<(?:rss|feed|rdf:RDF)[\s>]", re.S)
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')
_CUT_OFF = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|read (?:more|on|the full story)|continue reading|more|weiterlesen|mehr|lire la suite"
    r"|leer más|seguir leyendo|continua a leggere|lees (?:meer|verder))\W*$",
    re.IGNORECASE,
)
_APPEARED = re.compile(r"\s*\bThe post .{1,300}? (?:appeared first on|first appeared on) .{1,200}$", re.DOTALL)


def is_feed(data: bytes) -> bool:
    """Return whether these are the bytes of a feed, by their first element; JSON Feed says that it is one."""
    return bool(_FEED.match(data[:8192].removeprefix(b"\xef\xbb\xbf"))) or is_json_feed(data)


def is_json_feed(data: bytes) -> bool:
    """Return whether these are the bytes of a JSON Feed (https://www.jsonfeed.org)."""
    return data[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and bool(_JSON_FEED.search(data[:8192]))


def json_entries(data: bytes, base: str) -> Iterator[tuple[Draft, str]]:
    """Yield what a JSON Feed says of each entry, as `entry_draft` does, and all its words. Raises Unreadable."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise Unreadable("the feed is damaged; give another feed or a page") from None
    for record in records_of(found):
        told = draft_from_fields(flat(record)) if isinstance(record, dict) else Draft("")
        words = _told(told.text)
        url = normal_url(joined(base, told.url)) if told.url else None
        whole = words if not url or (len(words) >= _FULL_TEXT and not _CUT_OFF.search(words[-80:])) else ""
        yield replace(told, text=whole, url=url, published=told.published or told.updated), words


def parse_feed(data: bytes, base: str = "") -> Any:
    """Return what feedparser makes of a feed that has entries; `base` is its address. Raises Unreadable."""
    if data.count(b"<") > _MOST_TAGS:
        raise Unreadable(f"more than {_MOST_TAGS:,} tags are no feed; give one of its pages")
    try:
        found = feedparser.parse(
            data,
            response_headers={"content-location": base} if base else {},
            sanitize_html=False,  # nothing of it is shown as HTML, and it takes most of the time
            resolve_relative_uris=False,
        )
    except Exception:  # it is an old parser: what a hostile feed breaks in it is no defect of ours
        found = None
    if not found or not found.entries:
        raise Unreadable("the feed has no entries; give another feed or a page")
    return found


def entry_draft(entry: Any, feed: Any, base: str) -> Draft:
    """Return what a feed says of one entry; the text is empty where it holds no full text but a link.

    `entry` and `feed` are feedparser's; `base` is the feed's address. A full text has 400
    characters or more, and is not cut off.
    """
    tags = [str(tag.get("term") or "") for tag in entry.get("tags", []) if tag.get("term")]
    link = str(entry.get("link") or "")
    day, changed = entry.get("published"), dict.get(entry, "updated")  # its own get warns, and gives the first
    outlet = one_line(str((entry.get("source") or feed).get("title") or feed.get("title", ""))) or None
    return Draft(
        text=_content(entry),
        title=without_outlet(markup_to_text(str(entry.get("title", ""))), outlet),
        url=normal_url(joined(base, link)) if link else None,
        published=day or entry.get("created") or changed,  # dc:date is among what was changed
        updated=changed,
        outlet=outlet,
        author=_authors(entry) or _authors(feed) or None,
        section=one_line(tags[0]) if tags else None,
        language=_language(entry) or feed.get("language"),
        key=str(entry.get("id") or "") or None,
    )


def _authors(told: Any) -> str:
    """Return the names of all authors of an entry or a feed, as one line; empty where it names none."""
    names = [one_line(str(author.get("name") or "")) for author in told.get("authors", [])[:_MOST_AUTHORS]]
    if len(names) > 1 and all(names):
        return ", ".join(dict.fromkeys(names))
    return str(told.get("author") or "")  # of 'desk@paper.example (Ann Lund)' feedparser knows the name here


def _language(entry: Any) -> str | None:
    """Return the language that an entry says its words are in."""
    parts = [*entry.get("content", []), entry.get("summary_detail") or {}, entry.get("title_detail") or {}]
    return next((part["language"] for part in parts if part.get("language")), None)


def entry_words(entry: Any) -> str:
    """Return all that a feed itself says of an entry, however short."""
    outlet = one_line(str((entry.get("source") or {}).get("title") or ""))
    said = [content.get("value", "") for content in entry.get("content", [])]
    texts = [_told(markup) for markup in (*said, entry.get("summary", ""))]
    words = max(texts, key=len)
    return words.removesuffix(outlet).strip() if outlet else words  # an aggregator names it below each headline


def read_feed(data: bytes) -> Iterator[Draft | str]:
    """Yield the entries of a feed that was saved as a file, and one line for each of which it holds only the beginning.

    A short entry is whole where nothing says that it was cut off.

    Raises Unreadable where there is no entry.
    """
    if b"<!ENTITY" in data:
        raise Unreadable("it declares XML entities, which are not read; save it without them")
    found = parse_feed(data)
    base = str(found.feed.get("link") or "")
    for number, entry in enumerate(found.entries, start=1):
        draft = entry_draft(entry, found.feed, base)
        text = draft.text or entry_words(entry)
        cut = not draft.text and draft.url and _CUT_OFF.search(text[-80:])
        if text and not cut:
            yield replace(draft, text=text, key=draft.key or draft.url or str(number))
        else:
            missing = "only its beginning is" if text else "no text of it is"
            yield f"entry {number}: {missing} in the feed; give the address of the feed or of the page"


def _content(entry: Any) -> str:
    """The entry's own full text, or nothing."""
    for content in entry.get("content", []):
        if text := _whole(content.get("value", "")):
            return text
    return "" if entry.get("link") else entry_words(entry)


def _whole(markup: object) -> str:
    text = _told(markup)
    return text if len(text) >= _FULL_TEXT and not _CUT_OFF.search(text[-80:]) else ""


def _told(markup: object) -> str:
    text = markup_to_text(str(markup)).strip()
    return text[:-600] + _APPEARED.sub("", text[-600:])
