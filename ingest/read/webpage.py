"""A web page -> Draft: the main text by trafilatura, the rest by what the page states of itself.

A publication date is taken only from where a page declares one (JSON-LD, meta elements, <time>, a date
in the address). htmldate's searches are not used: they take years out of copyright lines.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from ingest.address import joined, normal_url, page_url
from ingest.read.bodies import join_bodies
from ingest.read.clean import one_line, without_entities
from ingest.read.credits import credits, is_labelled, signed
from ingest.read.draft import Draft
from ingest.read.language import language_tag
from ingest.read.linked import Thing, Told, body_markup, linked_data
from ingest.read.linked import told as linked_facts
from ingest.read.liveblog import live_posts
from ingest.read.nested import day_in
from ingest.read.page_dates import TimeElement, address_day, meta_kind
from ingest.read.tables import END_OF_ROW, has_facts, with_lines, with_sentences
from ingest.read.tidy import has_marks, parsed, tidied

__all__ = ["markup_to_text", "read_page"]

# Beyond these a page is not given to trafilatura: its tree is cut off, or takes minutes (a million
# paragraphs of one letter: 121 s; 16,000 inline elements in one paragraph, or attributes of one element: 2 s, and four
# times that for twice as many). Its text is then everything outside navigation and forms.
_DEEPEST = 1000  # open elements; a page nests 20 to 60
_MOST_BLOCKS = 30_000  # a long article has some hundred
_MOST_INLINE = 10_000  # of one block: a long paragraph has some hundred links
_MOST_ATTRIBUTES = 1000  # of one element; it has up to 20
_LABELLED_PARTS = 12  # pieces of text in a line of credits
_FEWEST_LETTERS = 20  # outside links and headings; fewer are an empty page, not an article
_FEWEST_BARE = 200  # of words in a form that stand in no paragraph; a login's are fewer

_LESS = 5  # times shorter than that of the JSON-LD is a text that only says that a script is missing
_LONGEST_TIME = 200  # letters of the words of a <time> element that are kept

_SKIPPED = {"script", "style", "noscript", "template", "svg", "iframe", "object", "select", "textarea", "math"}
_FURNITURE = {"nav", "footer", "aside", "form", "button", "dialog", "menu"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "title", "tr", "ul",
}  # fmt: skip
_DATES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date.published",
    "published_time", "parsely-pub-date", "sailthru.date", "article.published", "publish-date", "publish_date",
    "publication_date", "pubdate", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dcterms.created",
    "dc.date.created", "citation_publication_date", "citation_date", "date",
)  # fmt: skip
_CHANGES = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod", "revised",
)  # fmt: skip
_AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl",
    "citation_author",
)  # fmt: skip
_PARTS = ("article:section", "parsely-section", "section", "dc.subject")
_LANGUAGES = ("content-language", "og:locale", "inlanguage", "dc.language", "dcterms.language", "language")
_SITES = ("og:site_name", "application-name", "dc.publisher", "citation_journal_title", "publisher")


def read_page(html: str, url: str | None = None) -> Draft:
    """Return the draft of a page; its text is empty when the page holds no article.

    `url` is where the page was fetched from; the page's own canonical address goes before it
    when it is on the same site.
    """
    page = _Page(html)
    address = _address(page, url)
    text = ""
    if page.letters >= _FEWEST_LETTERS or page.framed >= _FEWEST_LETTERS or page.bare >= _FEWEST_BARE:
        tree = _tree(html) if page.ordinary else None
        text = page.text() if tree is None else with_sentences(_main_text(tree) or _all_text(tree))
    linked = linked_facts(page.linked, [*page.headings, page.meta.get("og:title", ""), one_line(page.title)])
    title = _title(page, linked)
    own = _without_headings(_without_changes(text, page.times), [title, *page.headings, page.meta.get("og:title", "")])
    draft = Draft(
        text=_or_told(own, linked),
        title=title or None,
        url=address,
        published=_published(page, linked, address),
        outlet=_first(page.meta, _SITES) or linked.outlet or None,
        flowed=True,
        updated=_updated(page, linked),
        author=linked.author or next(filter(signed, (page.meta.get(name) for name in _AUTHORS)), None),
        section=linked.section or _first(page.meta, _PARTS) or None,
        language=next(filter(language_tag, _languages(page, linked)), None),
    )
    live = live_posts(html, draft, linked) if page.ordinary else None
    if live is None:
        return draft
    posts = [replace(post, text=markup_to_text(markup)) for post, markup in live.posts]
    return replace(draft, posts=(replace(draft, text=live.above(draft.text)), *posts))


def _or_told(text: str, linked: Told) -> str:
    """The text of a page, or where a script would put it there that which its JSON-LD has."""
    if len(text) * _LESS > len(linked.body) or linked.updates:
        return text
    told = markup_to_text(body_markup(linked.body))
    return told if len(text) * _LESS < len(told) else text


def markup_to_text(fragment: str) -> str:
    """Return the words of a piece of HTML, a paragraph for each block, links and images dropped."""
    page = _Page(fragment)
    if page.ordinary and (has_facts(fragment) or has_marks(fragment)) and (tree := _tree(fragment)) is not None:
        return with_sentences(_all_text(tree))
    return page.text()


def _tree(html: str) -> Any | None:
    """lxml's tree of a page or a piece of one, tidied, its tables and lists of terms as lines; None without any."""
    tree = parsed(html.replace(END_OF_ROW, " "))
    if tree is not None:
        tidied(tree)
        with_lines(tree)
    return tree


def _all_text(tree: Any) -> str:
    return _Page(str(etree.tostring(tree, encoding="unicode", method="html"))).text()


def _main_text(tree: Any) -> str:
    """trafilatura's main text: one line a paragraph, list items with a dash."""
    found = _extracted(tree)
    if found and join_bodies(tree, found):
        found = max(found, _extracted(tree), key=len)
    lines = [line for line in found.split("\n") if line.strip()]
    return "".join(
        line if not number else ("\n" if _item(line) and _item(lines[number - 1]) else "\n\n") + line
        for number, line in enumerate(lines)
    )


def _extracted(tree: Any) -> str:
    import trafilatura

    try:
        return trafilatura.extract(tree, include_comments=False, include_tables=True, with_metadata=False) or ""
    except (ValueError, RecursionError, AssertionError):
        return ""


def _item(line: str) -> bool:
    return line.startswith(("- ", "|"))


def _without_headings(text: str, headings: list[str]) -> str:
    """The headline opens the main text as a line of its own; it is the title, not the text."""
    first, _, rest = text.partition("\n\n")
    return rest if rest and one_line(first) in map(one_line, filter(None, headings)) else text


def _without_changes(text: str, times: list[TimeElement]) -> str:
    """The text without lines at its head that are the day of a change, which would be read as that of publication."""
    said = {one_line(time.words) for time in times if time.kind == "updated" and not time.said}
    parts = text.split("\n\n", 4)
    kept = [part for part in parts[:4] if one_line(part) not in said] + parts[4:]
    return "\n\n".join(kept) or text


def _title(page: "_Page", linked: Told) -> str:
    own = one_line(without_entities(page.title))
    stated = next(filter(None, (linked.headline, page.meta.get("og:title", ""), own, linked.page_headline)), "")
    heading = next((heading for heading in page.headings if len(heading) > 9 and heading in stated), "")
    if heading or not stated:
        return heading or next(iter(page.headings), "")
    site = page.meta.get("og:site_name", "")
    for mark in (" | ", " - ", " – ", " — ", " :: ", " » "):
        head, found, tail = stated.rpartition(mark)
        if found and (tail.strip() == site or (mark in {" | ", " :: ", " » "} and len(head) > len(tail))):
            return head
    return stated


def _address(page: "_Page", url: str | None) -> str | None:
    stated = joined(url or "", page.canonical or page.meta.get("og:url", ""))
    return page_url(stated, url) if url else normal_url(stated)


def _published(page: "_Page", linked: Told, address: str | None) -> str | None:
    """The day that is declared; else that of the only <time> element, of the file's making, or in the address."""
    named = [value for name, value in page.meta.items() if meta_kind(name) == "published"]
    told = [time for time in page.times if time.kind == "published"]
    declared = [time.moment for time in told if time.declared or time.itemprop]
    day = _day([*linked.published, *(page.meta.get(name) for name in _DATES), *named, *declared])
    if day:
        return day
    said = {time.said for time in page.times if time.kind == "updated"}
    plain = {time.day for time in page.times if time.kind is None}
    for days in ({time.day for time in told}, said, {_day(linked.created)}, plain):
        if day := _only(days):  # several <time> elements are other stories' or comments'
            return day
    return _only(page.labelled()) or address_day(urlsplit(address or "").path)


def _only(days: set[str | None]) -> str | None:
    return next(iter(days)) if len(days) == 1 else None


def _updated(page: "_Page", linked: Told) -> str | None:
    named = [value for name, value in page.meta.items() if meta_kind(name) == "updated"]
    day = _day([*linked.updated, *(page.meta.get(name) for name in _CHANGES), *named])
    changed = [time for time in page.times if time.kind == "updated"]
    days = {time.day for time in changed if time.itemprop} or {time.day for time in changed}
    return day or (days.pop() if len(days) == 1 else None)


def _day(stated: list[object]) -> str | None:
    return next(filter(None, map(day_in, stated)), None)


def _languages(page: "_Page", linked: Told) -> Iterator[str]:
    yield from (
        linked.language,
        page.language,
        *(page.meta.get(name, "") for name in _LANGUAGES),
    )


def _first(values: dict[str, str], names: tuple[str, ...]) -> str:
    return next((values[name] for name in names if values.get(name)), "")


@dataclass
class _Block:
    words: list[str] = field(default_factory=list)
    furniture: bool = False


class _Page:
    """One pass over a page's events, without a tree: depth costs nothing, and nothing recurses.

    libxml2 closes what the page leaves open, in time linear in its length (the standard library's
    parser took minutes for 300,000 unclosed '<a').
    """

    def __init__(self, html: str) -> None:
        self.title = self.canonical = self.language = ""
        self.meta: dict[str, str] = {}
        self.headings: list[str] = []
        self.linked: list[Thing] = []
        self.times: list[TimeElement] = []
        self.letters = 0
        self.framed = self.bare = 0  # letters in a form and the like, as old sites have them, in paragraphs and in none
        self._open = self._depth = self._inline = self._most_inline = self._most_attributes = 0
        self._counts: dict[str, int] = {}
        self._blocks: list[_Block] = []
        self._heading: list[str] | None = None
        self._last = ""
        self._script: list[str] | None = None
        parser = etree.HTMLParser(target=self, huge_tree=True, encoding="utf-8")
        parser.feed(html.encode("utf-8", "replace"))
        parser.close()

    def text(self) -> str:
        """The page's text without navigation, forms and footers; with them if there is no other."""
        article = [block for block in self._blocks if not block.furniture]
        return "\n\n".join(filter(None, map(_block_text, article or self._blocks)))

    def labelled(self) -> set[str | None]:
        """The days of lines such as 'Published 6 May 2024 | Updated 9 May 2024' that stand in no <time> element."""
        blocks = (block for block in self._blocks if not block.furniture and len(block.words) <= _LABELLED_PARTS)
        lines = filter(is_labelled, map(_block_text, blocks))
        return {said.published for line in lines if (said := credits(line)) and said.published}

    @property
    def ordinary(self) -> bool:
        """Whether it has no more of anything than pages have, so that trafilatura can read it within seconds."""
        return (
            self._depth <= _DEEPEST
            and len(self._blocks) <= _MOST_BLOCKS
            and self._most_inline <= _MOST_INLINE
            and self._most_attributes <= _MOST_ATTRIBUTES
        )

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        """An element opens (called by the parser, as the next three are)."""
        named = {str(name).lower(): value or "" for name, value in attrs.items()}
        self._open += 1
        self._depth = max(self._depth, self._open)
        self._most_attributes = max(self._most_attributes, len(attrs))
        self._counts[tag] = self._counts.get(tag, 0) + 1
        if tag == "html":
            self.language = self.language or named.get("lang", "") or named.get("xml:lang", "")
        elif tag == "meta":
            kinds = (named.get(kind) for kind in ("property", "name", "itemprop", "http-equiv"))
            name = next(filter(None, kinds), "").strip().lower()
            self.meta.setdefault(name, one_line(without_entities(named.get("content", ""))))
        elif tag == "link" and "canonical" in named.get("rel", "").lower().split():
            self.canonical = self.canonical or named.get("href", "").strip()
        elif tag == "time" or _itemprop(named) in {"datepublished", "datemodified"}:
            self._time(named)
        elif tag == "script":
            self._script = [] if "ld+json" in named.get("type", "").lower() else None
        elif tag == "h1":
            self._heading = []
        if tag == "br":
            self._say("\n")
        elif tag in _BLOCKS:
            self._break()
            if tag == "li":
                self._say("- ")
        else:
            self._inline += 1
            self._most_inline = max(self._most_inline, self._inline)

    def end(self, tag: str) -> None:
        """An element closes."""
        self._open -= 1
        self._counts[tag] = self._counts.get(tag, 1) - 1
        if tag == "script" and self._script is not None:
            self.linked += linked_data("".join(self._script))
            self._script = None
        elif tag == "h1" and self._heading is not None:
            self.headings += filter(None, [one_line(without_entities("".join(self._heading)))])
            self._heading = None
        if tag in _BLOCKS:
            self._break()

    def data(self, data: str) -> None:
        """Text."""
        if self._script is not None:
            self._script.append(data)
        if self._inside(_SKIPPED):
            return
        if self._inside({"title"}):
            self.title += data if len(self.title) < 1000 else ""
            return
        if self._inside({"time"}) and self.times and len(self.times[-1].words) < _LONGEST_TIME:
            self.times[-1].words += data
        elif data.strip():
            self._last = data[-_LONGEST_TIME:]
        if self._heading is not None:
            self._heading.append(data)
        elif not self._inside({"a", "h2", "h3", "h4"}) and not self._inside(_FURNITURE):
            self.letters += sum(map(str.isalnum, data))
        elif not self._inside({"a", "nav", "footer", "h2", "h3", "h4", "button", "label"}):
            letters = sum(map(str.isalnum, data))
            self.framed += letters if self._inside({"p"}) else 0
            self.bare += letters
        self._say(re.sub(r"\s+", " ", data) if not self._inside({"pre"}) else data)

    def close(self) -> None:
        """The page ends."""

    def _time(self, named: dict[str, str]) -> None:
        self.times.append(
            TimeElement(
                named.get("datetime", "") or named.get("content", ""),
                _itemprop(named),
                named.get("class", "").lower(),
                self._last,
                declared="pubdate" in named,
            )
        )

    def _inside(self, tags: set[str]) -> bool:
        return any(self._counts.get(tag, 0) > 0 for tag in tags)

    def _break(self) -> None:
        self._inline = 0
        self._blocks.append(_Block(furniture=self._inside(_FURNITURE)))

    def _say(self, words: str) -> None:
        if not self._blocks:
            self._break()
        self._blocks[-1].words.append(words)


def _itemprop(named: Mapping[str, str]) -> str:
    """What an element's content is of its thing, as microdata or RDFa name it ('schema:datePublished')."""
    return (named.get("itemprop") or named.get("property", "").rpartition(":")[2]).lower()


def _block_text(block: _Block) -> str:
    lines = "".join(block.words).split("\n")
    text = "\n".join(line.strip() for line in lines).strip()
    return "" if text == "-" else text
