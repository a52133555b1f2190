"""A live blog -> its posts, each with the time that it was written.

A live page runs over days, and its later posts set right its earlier ones: 'six dead' and 'nine dead' are both on it.
Each post is an article of its own, so that it has its own day.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from ingest.read.clean import one_line, without_entities
from ingest.read.dates import date_line, parse_date
from ingest.read.draft import Draft
from ingest.read.linked import Told, Update, body_markup

__all__ = ["LiveBlog", "live_posts"]

_LIVE = re.compile(
    r"(?:^|[\s_\"'=-])(?:live|liveblog|ticker|liveticker|minute-by-minute)(?:$|[\s_\"'>-])|liveblog", re.IGNORECASE
)
_POST = {"div", "article", "section", "li", "details"}
_MARKS = {"time", "p", "header", "h2", "h3", "h4", "h5", "div", "span"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FEWEST_POSTS = 2
_MOST_POSTS = 2000
_DEEPEST = 40  # elements from a mark up to the list of posts
_FEWEST_LETTERS = 20
_LONGEST_MARK = 60  # letters of the words of an element that says when a post was written
_LONGEST_DAY = 7  # words of a day, and of a time with it
_MOST_DAYS = 200  # in other languages, which take milliseconds each
_MOST_CLOCKS = 2  # that open a post
_LONGEST_NAME = 300
_OPENING = 40  # letters by which the text of a post is known
_FEWEST_OPENING = 5
_OPENINGS = {"p", *_HEADINGS[1:]}  # the first of headings is that of the page

_CLOCK = re.compile(r"[T ](\d{2}:\d{2})")
_CLOCK_IN_WORDS = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}(?!\d)(?: ?[ap]\.?m\b)?", re.IGNORECASE)
_ONLY_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?)?(?: [A-Z]{2,4})?", re.IGNORECASE)
_STAMP = re.compile(r"\d{4}-\d\d-\d\d.{0,40}|\d{10}(?:\d{3})?(?:\.\d{1,9})?")
_STAMPED = re.compile(r"data-.{0,40}(?:time|date|stamp|publish|posted|created|epoch|utc)")
_CHANGED = re.compile(r"updat|modif|edit|refresh|expir", re.IGNORECASE)
_EMBED = re.compile(r"tweet|twitter|instagram|facebook|embed|quote", re.IGNORECASE)
_MARKED = re.compile(
    r"<time\b|datePublished|\bdata-[\w-]{0,40}=|\bclass=[\"']?[^\"'<>]{0,60}?(?:time|date|stamp|clock)", re.IGNORECASE
)
_TIMED = re.compile(
    r"(?:^|[\s_-])(?:time|date|datetime|(?:time)?stamp|clock|posted|published|uhrzeit|zeit|datum|heure|hora|fecha)(?:$|[\s_-])",
    re.IGNORECASE,
)
_FULL_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class _Mark:
    """What tells when a post was written: an element of it, its moment, and how little that is to be trusted."""

    element: etree._Element
    moment: str
    rank: int


_LINKED, _STATED, _PLAIN, _CHANGE, _OF_ANOTHER = range(5)
_Timed = dict[etree._Element, _Mark]
"""An element, and the best mark in it."""


@dataclass(frozen=True, slots=True)
class LiveBlog:
    """The posts of a live blog, each a draft without its text and the HTML of that; `words` are the letters of all."""

    posts: list[tuple[Draft, str]]
    words: str

    def above(self, text: str) -> str:
        """Return the lines of the page's text that are in no post."""
        parts = (
            "\n".join(line for line in part.split("\n") if _plain(line) not in self.words)
            for part in text.split("\n\n")
        )
        return "\n\n".join(filter(None, parts))


def live_posts(html: str, page: Draft, linked: Told) -> LiveBlog | None:
    """Return the posts of a live blog; None where the page is none, or has no two posts with times.

    Args:
        html: The page.
        page: Its draft, of which the posts have address, outlet and author.
        linked: What its JSON-LD says; where that does not call it a live blog, its elements' classes have to.
    """
    declared = linked.live
    marks = len(linked.updates) + sum(1 for _ in islice(_MARKED.finditer(html), _FEWEST_POSTS))
    if marks < _FEWEST_POSTS or not (declared or _LIVE.search(" ".join(_classes(html)))):
        return None
    tree = etree.fromstring(html.encode("utf-8", "replace"), etree.HTMLParser(huge_tree=True, encoding="utf-8"))
    found = _posts(tree, linked) if tree is not None else []
    words = " ".join(_plain("".join(post.itertext())) for post, _ in found)
    posts = [_draft(post, mark, page) for post, mark in found]
    known = {mark.moment for _, mark in found if mark.rank == _LINKED}
    for update in linked.updates:  # those that a script would put on the page, or another page of it has
        body = body_markup(update.body)
        said = _said(body)
        if said and update.moment not in known and said[:_OPENING] not in words:
            posts.append((_headed(page, update.moment, update.headline, _fragment(update)), body))
            words += f" {said} {_plain(update.headline)}"
    if not _FEWEST_POSTS <= len(posts) <= _MOST_POSTS:
        return None
    live = LiveBlog(posts, words)
    # What calls itself live may be a list of short news beside an article.
    return live if declared or 2 * len(_plain(live.above(page.text))) < len(_plain(page.text)) else None


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _said(markup: str) -> str:
    """The letters of a piece of HTML without its tags."""
    return _plain(re.sub(r"<[^<>]{0,2000}>", " ", without_entities(markup)))


def _classes(html: str) -> list[str]:
    return re.findall(r"<(?:div|article|section|li|ol|ul|main|body)\s[^<>]{0,300}", html)


def _posts(tree: etree._Element, linked: Told) -> list[tuple[etree._Element, _Mark]]:
    """The elements that are posts, with the mark of each: the most of one kind that lie in one element."""
    children: dict[tuple[etree._Element, object], _Timed] = {}
    for mark in islice(_marks(tree, linked.updates), 4 * _MOST_POSTS):
        inner, rank = mark.element, mark.rank
        for above in islice(mark.element.iterancestors(), _DEEPEST):
            timed = children.setdefault((above, inner.tag), {})
            if inner not in timed or rank < timed[inner].rank:
                timed[inner] = replace(mark, rank=rank)
            if inner.tag == "blockquote" or _EMBED.search(_named(inner)):  # what is above it was not written then
                rank = _OF_ANOTHER
            inner = above
    counted = Counter({place: len(inner) for place, inner in children.items()})
    for (above, tag), count in counted.most_common(5):
        posts = children[above, tag]
        if count < _FEWEST_POSTS or _of_comments(above):
            continue
        if not linked.live and not any(_LIVE.search(_named(element)) for element in (above, next(iter(posts)))):
            continue
        if tag in _POST and all(_letters(post) >= _FEWEST_LETTERS for post in posts):
            return list(posts.items())
        if tag in _MARKS and all(_letters(post) < 100 for post in posts):
            return _wrapped(above, posts)
    return []


def _marks(tree: etree._Element, updates: list[Update]) -> Iterator[_Mark]:
    """Every element that says when it, or what it stands in, was written, in the order of the page."""
    known = _known(tree, updates)
    days, day = _Days(), None
    for element in tree.iter("*"):
        if element in known:
            yield _Mark(element, known[element], _LINKED)
            continue
        day = days.above(element) or day
        stated = element.get("datetime", "") or element.get("content", "")
        itemprop = element.get("itemprop", "").lower()
        if element.tag == "time" or itemprop == "datepublished":
            changed = itemprop == "datemodified" or _CHANGED.search(element.get("class", "")) or _is_change(element)
            rank = _STATED if itemprop == "datepublished" else _CHANGE if changed else _PLAIN
            stated = stated or days.said(element, day)
        else:
            stated = next((value for name, value in element.items() if _is_stamp(str(name), str(value))), "")
            if not stated and _TIMED.search(element.get("class", "")[:_LONGEST_NAME]):
                stated = days.said(element, day)
            rank = _CHANGE if _CHANGED.search(_named(element)) else _PLAIN
        if stated and parse_date(stated):
            yield _Mark(element, stated, rank)


class _Days:
    """The days that elements of a page say in words: each is read once, and no more than a page of posts has."""

    def __init__(self) -> None:
        self._read: dict[str, str | None] = {}

    def above(self, element: etree._Element) -> str | None:
        """Return the day that a heading, or an element named so, says and nothing else: that of the posts below it."""
        if element.tag not in _HEADINGS and not _TIMED.search(element.get("class", "")[:_LONGEST_NAME]):
            return None
        return self._day(_few_words(element))

    def said(self, element: etree._Element, day: str | None) -> str:
        """Return when a post was written as words say it: a day, or only a time of the day that stands above."""
        words = _few_words(element)
        clock = _CLOCK_IN_WORDS.search(words)
        day = day if _ONLY_CLOCK.fullmatch(words) else self._day(words)
        return f"{day} {clock[0]}" if day and clock else day or ""

    def _day(self, words: str) -> str | None:
        if not _FULL_YEAR.search(words) or len(words.split()) > _LONGEST_DAY:
            return None
        if words not in self._read:
            slow = len(self._read) >= _MOST_DAYS
            self._read[words] = date_line(words) if slow else parse_date(words)
        return self._read[words]


def _few_words(element: etree._Element) -> str:
    words = one_line("".join(islice(element.itertext(), 10)))
    return words if len(words) <= _LONGEST_MARK else ""


def _is_change(element: etree._Element) -> bool:
    """Whether the words before an element say that it gives the time of a change."""
    above, before = element.getparent(), element.getprevious()
    words = before.tail if before is not None else above.text if above is not None else ""
    return bool(_CHANGED.search((words or "")[-_LONGEST_MARK:]))


def _is_stamp(name: str, value: str) -> bool:
    """Whether an attribute, such as data-timestamp, says when its element was written."""
    return bool(
        name.startswith("data-") and _STAMPED.match(name) and not _CHANGED.search(name) and _STAMP.fullmatch(value)
    )


def _known(tree: etree._Element, updates: list[Update]) -> dict[etree._Element, str]:
    """The elements of which the page's JSON-LD says when they were written: each named in it, or opening as it says."""
    if not updates:
        return {}
    named: dict[str, etree._Element] = {}
    opening: dict[str, etree._Element] = {}
    for element in tree.iter("*"):
        for name in filter(None, (element.get("id"), element.get("name"))):
            named.setdefault(name, element)
        if element.tag in _OPENINGS:
            opening.setdefault(_plain("".join(islice(element.itertext(), 50)))[:_OPENING], element)
    found: dict[etree._Element, str] = {}
    for update in updates:
        words = (_plain(update.headline), _said(update.body[: 20 * _OPENING]))
        ways = (opening.get(said[:_OPENING]) for said in words if len(said) >= _FEWEST_OPENING)
        ways_in = (way for way in (named.get(_fragment(update)), *ways) if way is not None and way not in found)
        element = next(ways_in, None)
        if element is not None and parse_date(update.moment):
            found[element] = update.moment
    return found


def _fragment(update: Update) -> str:
    return update.address.partition("#")[2]


def _wrapped(above: etree._Element, marks: _Timed) -> list[tuple[etree._Element, _Mark]]:
    """Posts that lie flat in one element, each from its mark with the time to the next, in elements of their own."""
    posts: list[tuple[etree._Element, _Mark]] = []
    for element in list(above):
        if element in marks:
            post = etree.Element("div")
            above.replace(element, post)
            posts.append((post, marks[element]))
        if posts:
            posts[-1][0].append(element)
    return [(post, mark) for post, mark in posts if _letters(post) >= _FEWEST_LETTERS]


def _draft(post: etree._Element, mark: _Mark, page: Draft) -> tuple[Draft, str]:
    heading = next((words for part in post.iter(*_HEADINGS) if (words := one_line("".join(part.itertext())))), "")
    if mark.element is not post and mark.rank != _LINKED and len("".join(mark.element.itertext())) <= _LONGEST_MARK:
        _drop(mark.element)
    for element in [part for part in post.iter(*_HEADINGS) if one_line("".join(part.itertext())) == heading]:
        _drop(element)
    for _ in range(_MOST_CLOCKS):
        first = _first(post)
        if first is not None and _is_clock(first):
            _drop(first)
    return _headed(page, mark.moment, heading, post.get("id", "")), _markup(post)


def _first(post: etree._Element) -> etree._Element | None:
    """The element within a post whose words open it."""
    opens = next((element for element in post.iter("*") if element.text and element.text.strip()), None)
    return None if opens is post else opens


def _is_clock(element: etree._Element) -> bool:
    """Whether an element that opens a post only says when it was written: '18:05' or a <time>, and no sentence."""
    words, after = "".join(islice(element.itertext(), 5)).strip(), (element.tail or "").strip()
    return bool(_ONLY_CLOCK.fullmatch(words)) or (element.tag == "time" and not after[:1].isalnum())


def _headed(page: Draft, moment: str, heading: str, part: str) -> Draft:
    """The draft of a post without its text."""
    clock = _CLOCK.search(moment)
    title = " – ".join(filter(None, (page.title or "", heading))) + (f" ({clock[1]})" if clock else "")
    part = part or f"{moment} {heading}"
    return replace(page, text="", title=title, published=parse_date(moment), updated=None, part=part)


def _drop(element: etree._Element) -> None:
    """Take an element out; what follows it stays."""
    above, before = element.getparent(), element.getprevious()
    if above is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        above.text = (above.text or "") + (element.tail or "")
    element.tail = None
    above.remove(element)


def _letters(element: etree._Element) -> int:
    """How many letters it holds outside its <time>."""
    words = sum(len(words.strip()) for words in element.itertext())
    return words - sum(len(words.strip()) for time in element.iter("time") for words in time.itertext())


def _of_comments(element: etree._Element) -> bool:
    around = [element, *element]
    return any(
        re.search(r"comment|related|teaser|most-read|sidebar", _named(part), re.IGNORECASE) for part in around[:5]
    )


def _named(element: etree._Element) -> str:
    return " ".join(element.get(name, "")[:_LONGEST_NAME] for name in ("class", "id", "itemtype", "itemprop"))


def _markup(element: etree._Element) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
