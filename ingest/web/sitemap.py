"""A site's sitemap -> its stories: index, news sitemap, packed or not; asking its robots.txt first.

https://www.sitemaps.org/protocol.html, and Google's news extension of it.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from lxml import etree

from ingest.address import joined, normal_url, same_site
from ingest.article import Failure
from ingest.read.clean import one_line
from ingest.read.dates import parse_date
from ingest.read.draft import Draft, Unreadable
from ingest.web.feeds import Entry, mark_of
from ingest.web.fetch import AGENT, Fetched, Fetcher, FetchError
from ingest.worker import bounded

__all__ = ["is_sitemap", "parse_sitemap", "sitemap_entries", "unpacked"]

MOST_SITEMAPS = 50  # that one index leads to
MOST_PAGES = 10_000
_MOST_BYTES = 50_000_000  # unpacked: the protocol's own limit
_LONGEST_FIELD = 4000  # characters
_LARGEST_ROBOTS = 100_000  # bytes; each address is held against each line of it
_GZIP = b"\x1f\x8b"
_ROOTS = (b"<urlset", b"<sitemapindex")
_FIELDS = {"loc", "lastmod", "publication_date", "title", "name"}
_DATES = ("publication_date", "lastmod")


def unpacked(found: Fetched) -> Fetched:
    """Return a sitemap that its site keeps packed (.xml.gz) without its packing; anything else as it is."""
    if not found.data.startswith(_GZIP):
        return found
    packer = zlib.decompressobj(wbits=31)
    try:
        data = packer.decompress(found.data, _MOST_BYTES)
    except zlib.error:
        return found
    return Fetched(found.url, data, "application/xml", None, found.etag, found.modified)


def is_sitemap(found: Fetched) -> bool:
    """Return whether this is a sitemap or an index of sitemaps."""
    return any(root in found.data[:4096] for root in _ROOTS)


def sitemap_entries(
    fetcher: Fetcher, found: Fetched, typed: str, since: str | None = None
) -> Iterator[Entry | Failure]:
    """Yield the pages that a sitemap lists, newest first where it says so, at most 10,000; why others are not read.

    Pages of another site are not taken: a sitemap speaks for its own. What the site's robots.txt
    forbids is not read. With `since`, pages whose date in the sitemap is older are left out.
    """
    robots = _Robots(fetcher)
    pages: dict[str, _Place] = {}
    for place in _places(fetcher, found, robots, since):
        if isinstance(place, Failure):
            yield place
        elif not (since and place.day and place.day < since):
            pages.setdefault(place.address, place)
    if not pages:
        yield Failure(one_line(typed), "the sitemap lists no page that may be read; give a feed or a page")
    newest = sorted(pages.values(), key=lambda place: place.day or "", reverse=True)
    left_out: Counter[str] = Counter()
    for place in islice(newest, MOST_PAGES):
        refusal = robots.refuses(place.address)
        if refusal:
            left_out[refusal] += 1
        else:
            yield _entry(place, found.url)
    for refusal, count in left_out.items():
        yield Failure(one_line(typed), f"{count:,} of its pages left out: {refusal}")
    if len(newest) > MOST_PAGES:
        yield Failure(
            one_line(typed), f"only {MOST_PAGES:,} of {len(newest):,} pages were read; --since DATE takes newer ones"
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """A <url> or <sitemap>: its address, its day, and all that is said of it."""

    address: str
    day: str | None
    said: Mapping[str, str]


def _entry(place: _Place, listed_at: str) -> Entry:
    said = Draft(
        text="",
        title=place.said.get("title"),
        url=place.address,
        published=place.said.get("publication_date"),
        updated=place.said.get("lastmod"),
        outlet=place.said.get("name"),
    )
    return Entry(mark_of(place.address, sorted(place.said.items())), place.address, said, listed_at)


def _places(fetcher: Fetcher, found: Fetched, robots: "_Robots", since: str | None) -> Iterator[_Place | Failure]:
    """The pages of a sitemap, and of those that it leads to; an index inside an index is not followed."""
    pages, sitemaps, failed = _read(found)
    yield from pages
    yield from failed
    wanted = [place for place in sitemaps if not (since and place.day and place.day < since)]
    wanted.sort(key=lambda place: place.day or "", reverse=True)
    for place in wanted[:MOST_SITEMAPS]:
        refusal = robots.refuses(place.address)
        try:
            inner = None if refusal else fetcher.get(place.address)
        except FetchError as error:
            inner, refusal = None, str(error)
        if inner:
            pages, _, failed = _read(unpacked(inner))
            yield from pages
            yield from failed
        else:
            yield Failure(place.address, refusal)
    if len(wanted) > MOST_SITEMAPS:
        yield Failure(
            found.url, f"only {MOST_SITEMAPS} of {len(wanted):,} sitemaps were read; --since DATE takes newer ones"
        )


def _read(found: Fetched) -> tuple[list[_Place], list[_Place], list[Failure]]:
    """The pages and the sitemaps that it names on its own site, read by another process; and why there are no more."""
    places: dict[str, list[_Place]] = {"url": [], "sitemap": []}
    failed = []
    try:
        for kind, *place in bounded("sitemap", found.data, url=found.url):
            places[kind].append(_Place(*place))
    except Unreadable as error:
        failed.append(Failure(found.url, str(error)))
    return places["url"], places["sitemap"], failed


def parse_sitemap(data: bytes, url: str) -> Iterator[tuple[str, str, str | None, dict[str, str]]]:
    """Yield the kind, address, day and fields of each page ('url') and 'sitemap' that a sitemap names on its own site.

    Call it where a parser may hang or eat all memory (worker.py).
    """
    listed = _Listed()
    parser = etree.XMLParser(target=listed, resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        parser.feed(data)
        parser.close()
    except (etree.XMLSyntaxError, ValueError):
        pass  # what was read before the damage counts
    for kind, said in listed.found:
        stated = said.pop("loc", "")
        address = normal_url(joined(url, stated))
        if stated and address and same_site(address, url):
            days = (parse_date(said.get(name)) for name in _DATES)
            yield kind, address, next(filter(None, days), None), said


@dataclass
class _Listed:
    """Takes a parser's events: the fields of each <url> and <sitemap>, without a tree."""

    found: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    _kind: str = ""
    _fields: dict[str, str] = field(default_factory=dict)
    _name: str = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element opens (called by the parser, as the next three are)."""
        namespace, _, name = tag.rpartition("}")
        if name in {"url", "sitemap"}:
            self._kind, self._fields = name, {}
        own = not {"image", "video"} & set(re.split(r"[^a-z]", namespace))  # a picture has an address and a title too
        self._name = name if own and name in _FIELDS else ""

    def end(self, tag: str) -> None:
        """An element closes."""
        name = tag.rpartition("}")[2]
        if name == self._kind and len(self.found) < 5 * MOST_PAGES:
            self.found.append((self._kind, {key: value.strip() for key, value in self._fields.items()}))
            self._kind = ""
        self._name = ""

    def data(self, data: str) -> None:
        """Text."""
        if self._kind and self._name and len(self._fields.get(self._name, "")) < _LONGEST_FIELD:
            self._fields[self._name] = self._fields.get(self._name, "") + data[:_LONGEST_FIELD]

    def close(self) -> None:
        """The sitemap ends."""


class _Robots:
    """What each site's robots.txt lets us read (RFC 9309), asked for once."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._rules: dict[str, RobotFileParser | str] = {}

    def refuses(self, address: str) -> str:
        """Return why a page may not be read, or nothing."""
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = self._rules_of(site)
        rules = self._rules[site]
        if isinstance(rules, str):
            return rules
        return "" if rules.can_fetch(AGENT, address) else "the site's robots.txt asks not to read them"

    def _rules_of(self, site: str) -> RobotFileParser | str:
        rules = RobotFileParser()
        try:
            found = self._fetcher.get(f"{site}/robots.txt")
        except FetchError as error:
            if error.passing:  # it may forbid what we would read: nothing is read until it can be asked
                return f"the site's robots.txt cannot be read: {error}"
            found = None
        rules.parse(found.data[:_LARGEST_ROBOTS].decode("utf-8", "replace").splitlines() if found else [])
        self._fetcher.slow_down(site, float(rules.crawl_delay(AGENT) or 0))
        return rules
