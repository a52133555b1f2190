"""An e-book (.epub) -> drafts: its articles where its table of contents names such, else one.

A magazine's table of contents names one document after the other by its headline. That of a book numbers its
chapters ('Chapter 3', 'IV'), or names one document: a book is one article.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from ingest.address import parted
from ingest.read.dates import parse_date
from ingest.read.decode import decode
from ingest.read.documents import read_html
from ingest.read.draft import Draft, Unreadable
from ingest.read.package import Package, parse_xml
from ingest.read.webpage import markup_to_text

__all__ = ["read_epub"]

_MOST_DOCUMENTS = 5000
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "META-INF/container.xml"
_CHAPTER = re.compile(
    r"(?:(?:chapter|part|section|kapitel|teil|chapitre|cap[ií]tulo|capitolo|глава|第)\b.{0,80}|第.{1,80}"
    r"|[\divxlc]{1,6}[.:)]?(?:\s.{0,80})?|cover|title ?page|contents|(?:table of )?contents|preface|foreword|copyright"
    r"|introduction|prologue|epilogue|dedication|acknowledg\w+|index|notes|about the author\w*)",
    re.IGNORECASE,
)
_NO_PUBLISHERS = {"calibre", "unknown", ""}
_NO_AUTHORS = {"unknown author", "unknown", "calibre", ""}


@dataclass
class _Book:
    package: Package
    stated: dict[str, str]
    spine: list[str]  # names of documents in the order of reading
    contents: list[tuple[str, str]] = field(default_factory=list)  # (name of a document, its title)


def read_epub(data: bytes) -> Iterator[Draft]:
    """Yield the drafts of an e-book. Raises Unreadable."""
    book = _opened(Package(data))
    titles = dict(reversed([entry for entry in book.contents if entry[0] in book.spine]))
    named = [title for title in titles.values() if not _CHAPTER.fullmatch(title)]
    if len(named) > 1 and 2 * len(named) > len(titles):
        yield from _articles(book, titles)
        return
    text = "\n\n".join(filter(None, (_document(book, name) for name in book.spine)))
    yield _draft(book, text, book.stated.get("title"))


def _articles(book: _Book, titles: dict[str, str]) -> Iterator[Draft]:
    """A draft for each document that the contents name; one that they do not name belongs to the one before."""
    parts: dict[str, list[str]] = {}
    current = ""
    for name in book.spine:
        current = name if name in titles else current
        if current:
            parts.setdefault(current, []).append(name)
    for first, names in parts.items():
        text = "\n\n".join(filter(None, (_document(book, name) for name in names)))
        if text and not _CHAPTER.fullmatch(titles[first]):
            own = read_html(book.package.part(first))
            draft = _draft(book, text, titles[first])
            yield replace(
                draft,
                key=first,
                published=own.published or draft.published,
                author=own.author or draft.author,
                outlet=draft.outlet or book.stated.get("title"),
            )


def _draft(book: _Book, text: str, title: str | None) -> Draft:
    author, publisher = book.stated.get("creator", ""), book.stated.get("publisher", "")
    return Draft(
        text=text,
        title=title,
        published=parse_date(book.stated.get("date")),
        author=None if author.lower() in _NO_AUTHORS else author,
        outlet=None if publisher.lower() in _NO_PUBLISHERS else publisher,
        language=book.stated.get("language"),
        flowed=True,
    )


def _document(book: _Book, name: str) -> str:
    return markup_to_text(decode(book.package.part(name))).strip()


def _opened(package: Package) -> _Book:
    if "META-INF/encryption.xml" in package.names and b"EncryptedData" in package.part("META-INF/encryption.xml"):
        raise Unreadable("it is locked (DRM); get it without")
    root = parse_xml(package.part(_CONTAINER))
    place = next((str(found.get("full-path")) for found in root.iter("{*}rootfile") if found.get("full-path")), "")
    opf = parse_xml(package.part(place))
    stated = {}
    for name in ("title", "creator", "publisher", "date", "language"):
        found = next((element.text for element in opf.iter(_DC + name) if element.text), "")
        stated[name] = " ".join(found.split())
    items = {item.get("id"): item for item in opf.iter("{*}item") if item.get("href")}
    spine = []
    for reference in list(opf.iter("{*}itemref"))[:_MOST_DOCUMENTS]:
        item = items.get(reference.get("idref"))
        if item is None or "nav" in str(item.get("properties", "")).split():
            continue
        name = _resolved(place, item.get("href"))
        if name in package.names and "html" in str(item.get("media-type", "")):
            spine.append(name)
    book = _Book(package, stated, list(dict.fromkeys(spine)))
    book.contents = list(_contents(book, place, list(items.values())))
    return book


def _contents(book: _Book, place: str, items: list[Any]) -> Iterator[tuple[str, str]]:
    """What the table of contents names: that of EPUB 3 (a nav element), else that of EPUB 2 (toc.ncx)."""
    navs = [_resolved(place, item.get("href")) for item in items if "nav" in str(item.get("properties", "")).split()]
    for name in (name for name in navs if name in book.package.names):
        for nav in parse_xml(book.package.part(name)).iter("{*}nav"):
            if nav.get("{http://www.idpf.org/2007/ops}type") == "toc":
                for link in nav.iter("{*}a"):
                    yield _resolved(name, link.get("href", "")), _words(link)
                return
    tables = [_resolved(place, item.get("href")) for item in items if "ncx" in str(item.get("media-type", ""))]
    for name in (name for name in tables if name in book.package.names):
        for point in parse_xml(book.package.part(name)).iter("{*}navPoint"):
            content, label = point.find("{*}content"), point.find("{*}navLabel")
            if content is not None and label is not None:
                yield _resolved(name, content.get("src", "")), _words(label)


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _resolved(place: str, href: str) -> str:
    """The name of the part that `href` names, seen from the part at `place`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(parted(href).path)))
