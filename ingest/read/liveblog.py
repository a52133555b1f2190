"""A live blog -> its posts, each with the time that it was written.

A live page runs over days, and its later posts set right its earlier ones: 'six dead' and 'nine dead' are both on it.
Each post is an article of its own, so that it has its own day.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace

from lxml import etree

from ingest.read.clean import one_line
from ingest.read.dates import parse_date
from ingest.read.draft import Draft

__all__ = ["LiveBlog", "live_posts"]

_LIVE = re.compile(
    r"(?:^|[\s_\"'=-])(?:live|liveblog|ticker|liveticker|minute-by-minute)(?:$|[\s_\"'>-])|liveblog", re.IGNORECASE
)
_POST = {"div", "article", "section", "li", "details"}
_MARKS = {"time", "p", "header", "h2", "h3", "h4", "h5", "div", "span"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FEWEST_POSTS = 2
_MOST_POSTS = 2000
_DEEPEST = 40  # elements from a <time> up to the list of posts
_FEWEST_LETTERS = 20
_Timed = dict[etree._Element, etree._Element]
"""An element, and the <time> in it."""

_CLOCK = re.compile(r"T(\d{2}:\d{2})")


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


def live_posts(html: str, page: Draft, *, declared: bool) -> LiveBlog | None:
    """Return the posts of a live blog; None where the page is none, or has no two posts with times.

    Args:
        html: The page.
        page: Its draft, of which the posts have address, outlet and author.
        declared: Whether the page says that it is a live blog; else its elements' classes have to.
    """
    if html.count("<time") < _FEWEST_POSTS or not (declared or _LIVE.search(" ".join(_classes(html)))):
        return None
    tree = etree.fromstring(html.encode("utf-8", "replace"), etree.HTMLParser(huge_tree=True, encoding="utf-8"))
    found = _posts(tree, declared=declared) if tree is not None else []
    if not _FEWEST_POSTS <= len(found) <= _MOST_POSTS:
        return None
    words = " ".join(_plain("".join(post.itertext())) for post, _ in found)
    live = LiveBlog([_draft(post, time, page) for post, time in found], words)
    # What calls itself live may be a list of short news beside an article.
    return live if declared or 2 * len(_plain(live.above(page.text))) < len(_plain(page.text)) else None


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _classes(html: str) -> list[str]:
    return re.findall(r"<(?:div|article|section|li|ol|ul|main|body)\s[^<>]{0,300}", html)


def _posts(tree: etree._Element, *, declared: bool) -> list[tuple[etree._Element, etree._Element]]:
    """The elements that are posts, with the <time> of each: the most of one kind that lie in one element."""
    times = [time for time in tree.iter("time") if parse_date(time.get("datetime", ""))]
    children: dict[tuple[etree._Element, object], _Timed] = {}
    for time in times[: 4 * _MOST_POSTS]:
        inner = time
        for _, above in zip(range(_DEEPEST), time.iterancestors(), strict=False):
            children.setdefault((above, inner.tag), {}).setdefault(inner, time)
            inner = above
    counted = Counter({place: len(inner) for place, inner in children.items()})
    for (above, tag), count in counted.most_common(5):
        posts = children[above, tag]
        if count < _FEWEST_POSTS or _of_comments(above):
            continue
        if not declared and not any(_LIVE.search(_named(element)) for element in (above, next(iter(posts)))):
            continue
        if tag in _POST and all(_letters(post) >= _FEWEST_LETTERS for post in posts):
            return list(posts.items())
        if tag in _MARKS and all(_letters(post) < 100 for post in posts):
            return _wrapped(above, posts)
    return []


def _wrapped(above: etree._Element, marks: _Timed) -> list[tuple[etree._Element, etree._Element]]:
    """Posts that lie flat in one element, each from its mark with the time to the next, in elements of their own."""
    posts: list[tuple[etree._Element, etree._Element]] = []
    for element in list(above):
        if element in marks:
            post = etree.Element("div")
            above.replace(element, post)
            posts.append((post, marks[element]))
        if posts:
            posts[-1][0].append(element)
    return [(post, time) for post, time in posts if _letters(post) >= _FEWEST_LETTERS]


def _draft(post: etree._Element, time: etree._Element, page: Draft) -> tuple[Draft, str]:
    moment = time.get("datetime", "")
    heading = next((words for part in post.iter(*_HEADINGS) if (words := one_line("".join(part.itertext())))), "")
    clock = _CLOCK.search(moment)
    parts = [part for part in (page.title or "", heading) if part]
    title = " – ".join(parts) + (f" ({clock[1]})" if clock else "")
    _drop(time)
    for element in [part for part in post.iter(*_HEADINGS) if one_line("".join(part.itertext())) == heading]:
        _drop(element)
    part = post.get("id") or f"{moment} {heading}"
    draft = replace(page, text="", title=title, published=parse_date(moment), updated=None, part=part)
    return draft, _markup(post)


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
    return f"{element.get('class', '')} {element.get('id', '')} {element.get('itemtype', '')}"


def _markup(element: etree._Element) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
