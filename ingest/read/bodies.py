"""An article whose text lies in several containers, of which only some were read -> one container.

Sites part a story into chunks, with adverts between them, or its lead from the rest. What finds the main text of a page
takes one of them for it.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

__all__ = ["join_bodies"]

_FEWEST_LETTERS = 40  # of a paragraph; shorter ones stand in every box
_MOST_PARAGRAPHS = 3000
_MOST_CONTAINERS = 200
_LONGEST_NAME = 1000
_DEEPEST = 12  # elements from a container up to what holds them all
_APART = {"article", "aside", "footer", "nav", "header", "form", "dialog", "menu"}
_OTHERS = re.compile(
    r"comment|reply|related|teaser|promo|sidebar|recommend|most-?read|newsletter|author|\bbio\b|disclaimer|card",
    re.IGNORECASE,
)
_NO_LEADS = re.compile(
    r"cookie|consent|banner|alert|notice|subscri|paywall|share|social|caption|credit|\bmeta|breadcrumb|advert|\bad-|tagline"
    r"|slogan|ticker|skip",
    re.IGNORECASE,
)
_MOST_LEADS = 4  # paragraphs; a lead has one or two
_STORIES = {"article", "main"}

_Kind = tuple[tuple[str, frozenset[str]], ...]
"""The tags and classes of elements, numbers left out ('chunk-2' is 'chunk-')."""


def join_bodies(tree: Any, text: str) -> bool:
    """Move what lies in containers of the kind that `text` was read from to where that lies; say whether any was.

    Of a kind are elements that hold paragraphs, when tag and class are the same of each and of all above it up to what
    holds both. Containers are left that have a headline of their own, as a next story on the page has, or that are an
    element or named as one that holds something else: a list of comments, a box about the author.

    So is a lead that stands apart, between the headline and the first paragraph that was read.

    Args:
        tree: lxml's tree of the page, changed in place.
        text: What was read of it.
    """
    led = _join_lead(tree, _letters(text))
    read, unread = _containers(tree, _letters(text))
    changed = led
    for container in unread[:_MOST_CONTAINERS]:
        before = [other for place, other in read if place < container[0]]
        beside = before[-1] if before else next((other for _, other in read), None)
        if beside is None or not _of_one_kind(beside, container[1]):
            continue
        at = len(beside) if before else 0
        for number, element in enumerate(list(container[1])):
            beside.insert(at + number, element)
        changed = True
    return changed


def _containers(tree: Any, said: str) -> tuple[list[tuple[int, Any]], list[tuple[int, Any]]]:
    """The elements that hold paragraphs, each with its place: those of which some were read, and the others."""
    held: dict[Any, bool] = {}
    for paragraph in islice(tree.iter("p"), _MOST_PARAGRAPHS):
        if words := _own_words(paragraph):
            above = paragraph.getparent()
            held[above] = held.get(above, False) or words in said
    placed = list(enumerate(held.items()))
    return (
        [(place, element) for place, (element, was_read) in placed if was_read],
        [(place, element) for place, (element, was_read) in placed if not was_read],
    )


def _own_words(paragraph: Any) -> str:
    """The letters of a paragraph that is long enough for one of a story, and no link to another."""
    words = _letters(paragraph.text_content())
    linked = sum(len(_letters(link.text_content())) for link in paragraph.iter("a"))
    return words if len(words) >= _FEWEST_LETTERS and 2 * linked < len(words) else ""


def _join_lead(tree: Any, said: str) -> bool:
    """Move the unread paragraphs between the headline and the first one that was read before that one.

    Where the page has no headline above them, the element of the story has to hold both.
    """
    lead: list[Any] = []
    headline = first = None
    for element in islice(tree.iter("h1", "p"), _MOST_PARAGRAPHS):
        if element.tag == "h1":
            headline, lead = element, []
        elif words := _own_words(element):
            if words in said:
                first = element
                break
            lead.append(element)
    if first is None:
        return False
    around = list(_upwards(first.getparent()))
    story = next((above for above in around if above.tag in _STORIES), None)
    own = [part for part in lead if _is_lead(part, around, story, headline)] if len(lead) <= _MOST_LEADS else []
    for part in own:
        part.tail = None
        first.addprevious(part)
    return bool(own)


def _is_lead(paragraph: Any, around: list[Any], story: Any, headline: Any) -> bool:
    """Whether a paragraph before the first that was read is of its story; `around` are the elements that hold that."""
    branch: list[Any] = []
    for element in islice(_upwards(paragraph), _DEEPEST):
        if element in around:
            if not branch or element is around[0]:
                return False
            inside = story is None or story in _upwards(element)
            headed = headline is not None and (inside or headline in branch[-1].iter("h1"))
            return headed or (inside and story is not None)
        if _holds_another(element, headline):
            return False
        branch.append(element)
    return False


def _holds_another(element: Any, headline: Any) -> bool:
    """Whether an element that holds a paragraph is one of furniture, or has a heading of its own."""
    if element.tag == "header" and headline is not None and headline in element.iter("h1"):
        return False
    named = f"{element.get('class', '')} {element.get('id', '')}"[:_LONGEST_NAME]
    return (
        _is_other(element)
        or element.tag in {"figure", "figcaption", "blockquote", "td", "li", "details"}
        or bool(_NO_LEADS.search(named))
        or next(element.iter("h2", "h3", "h4"), None) is not None
    )


def _of_one_kind(read: Any, unread: Any) -> bool:
    """Whether two containers lie alike in what holds both, and the unread one holds no story or box of its own."""
    above = list(islice(_upwards(read), _DEEPEST))
    branch: list[Any] = []
    for element in islice(_upwards(unread), _DEEPEST):
        if element in above:
            own = above[: above.index(element)]
            return (
                bool(branch)
                and bool(own)
                and _kind(own) == _kind(branch)
                and any(names for _, names in _kind(own))
                and not any(_is_other(part) for part in branch)
                and next(branch[-1].iter("h1"), None) is None
            )
        branch.append(element)
    return False


def _upwards(element: Any) -> Iterator[Any]:
    yield element
    yield from element.iterancestors()


def _kind(elements: list[Any]) -> _Kind:
    return tuple((element.tag, frozenset(re.sub(r"\d+", "", element.get("class", "")).split())) for element in elements)


def _is_other(element: Any) -> bool:
    return element.tag in _APART or bool(_OTHERS.search(f"{element.get('class', '')} {element.get('id', '')}"))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
