"""A page's tree, tidied before trafilatura reads it: what it would lose, cut apart or glue together."""

import re
from typing import Any

from lxml import etree, html

__all__ = ["has_marks", "parsed", "read_raised", "tidied"]

_WANTED = re.compile(r"<(?:s|strike|del|sup|q)\b", re.IGNORECASE)

_MOST = 3000  # elements to mend; each costs time in the number of its siblings, and an article has some dozens
_MOST_FRAMES = 50
_LAYOUT = ("form", "aside", "menu", "dialog", "fieldset")  # dropped with all they hold, unless the article lies there
_TEXTS = {"p", "li", "td", "th", "dd", "dt", "blockquote", "figcaption", "h2", "h3", "h4"}
_POWERS = str.maketrans("0123456789-−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺")
_POWER = re.compile(r"[-−+]?\d{1,3}")
_NOTE = re.compile(
    r"[\[(]?(?:\d{1,3}|[*†‡§]{1,3}|note \d{1,3})[\])]?(?:\s*,\s*\d{1,3})*|\[[a-z]\]|\([a-z]\)", re.IGNORECASE
)
_LETTER = re.compile(r"[a-z]", re.IGNORECASE)  # a mark where it is a link; else it belongs to the word, as in 'Mᵉ'
_UNIT = re.compile(r"(?:^|[\s\d(/])(?:[kcdmµ]?m|ft|mi|in|yd|s)$|(?<!\d)10$|(?:^|[\s(])[A-Za-z]$")


def has_marks(page: str) -> bool:
    """Return whether a page, or a piece of one, may hold marks of footnotes, struck out words or <q>."""
    return _WANTED.search(page) is not None


def parsed(page: str) -> Any | None:
    """Return lxml's tree of a page, without comments; None where nothing is in it."""
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def tidied(tree: Any) -> Any:
    """Return lxml's tree of a page, changed in place; as it is when it has too many elements to mend."""
    if sum(1 for _ in tree.iter("s", "strike", "del", "sup", "time", "q")) > _MOST:
        return tree
    _unframe(tree)
    for gone in list(tree.iter("s", "strike", "del")):
        if not any(True for _ in gone.iter("p")):
            gone.drop_tree()
    for mark in list(tree.iter("sup")):
        _read_mark(mark)
    for inline in list(tree.iter("time", "q")):
        if inline.tag == "q":
            inline.text = "“" + (inline.text or "")
            inline.tail = "”" + (inline.tail or "")
            inline.drop_tag()
        elif any(above.tag in _TEXTS for above in inline.iterancestors()):
            inline.drop_tag()
    return tree


def _unframe(tree: Any) -> None:
    """Make a form (aside, menu, dialog) that holds most of the page's paragraphs a plain division."""
    whole = sum(len(paragraph.text_content()) for paragraph in tree.iter("p"))
    for frame in list(tree.iter(*_LAYOUT))[:_MOST_FRAMES]:
        if sum(len(paragraph.text_content()) for paragraph in frame.iter("p")) * 2 > whole:
            frame.tag = "div"


def _read_mark(mark: Any) -> None:
    words = mark.text_content()
    previous = mark.getprevious()
    before = (previous.tail if previous is not None else mark.getparent().text) or ""
    meant = read_raised(words, before[-12:], mark.tail or "", linked=any(True for _ in mark.iter("a")))
    if not meant:
        mark.drop_tree()
    elif meant != words:
        for inner in list(mark):
            mark.remove(inner)
        mark.text = meant
        mark.drop_tag()


def read_raised(raised: str, before: str, after: str = "", *, linked: bool = False) -> str:
    """Return what raised words are read as between others: a power as one ('km²'), letters as they are ('21st').

    The mark of a footnote is read as nothing. `linked` is whether a link is in them.
    """
    words = raised.strip()
    if _POWER.fullmatch(words) and not linked and _UNIT.search(before):
        return words.translate(_POWERS)
    if after.startswith(("/", "⁄")) and words.isdigit():
        return " " + words
    if _NOTE.fullmatch(words) or (linked and _LETTER.fullmatch(words)):
        return ""
    return raised
