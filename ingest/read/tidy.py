"""A page's tree, tidied before trafilatura reads it: what it would lose, cut apart or glue together."""

import re
from itertools import islice
from typing import Any

from lxml import etree, html

from ingest.read.clean import without_misread

__all__ = ["has_marks", "parsed", "read_raised", "tidied"]

_WANTED = re.compile(
    r"<(?:s|strike|del|sup|q|output)\b|\shref\s{0,3}=\s{0,3}[\"']?#|\s(?:aria-)?hidden[\s=/>]"
    r"|\s(?:class|style|role|epub:type)\s{0,3}=[^<>]{0,300}?(?:line-?through|str[iu](?:ke|ck)|sup|note|\bfn|none|hidden)",
    re.IGNORECASE,
)

_MOST = 3000  # elements to mend; each costs time in the number of its siblings, and an article has some dozens
_MOST_FRAMES = 50
_DEEPEST = 5  # elements that one raised word opens
_LAYOUT = ("form", "aside", "menu", "dialog", "fieldset")  # dropped with all they hold, unless the article lies there
_TEXTS = {"p", "li", "td", "th", "dd", "dt", "blockquote", "figcaption", "h2", "h3", "h4"}
_LONGEST_LINK = 300  # letters of a line that leads to another story
_OTHER_STORY = re.compile(
    r"\W{0,5}(?:(?:read|see|watch|listen)(?: also| more| next| here| this)?|(?:also|more) (?:read|on this)"
    r"|further reading|related(?: (?:story|stories|articles?|news|coverage))?|don'?t miss|you may (?:also )?like"
    r"|lesen sie (?:auch|mehr|dazu)|mehr zum thema|(?:à )?lire (?:aussi|également)|voir aussi|lea (?:también|además)"
    r"|leer (?:también|más)|lees (?:ook|meer|verder)|leggi anche|leia (?:também|mais)|läs (?:också|även|mer)|les også"
    r"|læs også|lue myös|czytaj (?:też|także|również)|zobacz (?:też|także)|čtěte také|olvassa el|citește și"
    r"|читайте (?:также|ещё)|читайте також|διαβάστε (?:επίσης|ακόμη)|ayrıca okuyun|baca juga)\s{0,3}[:：|»>–—-]\s*",
    re.IGNORECASE,
)
_POWERS = str.maketrans("0123456789-−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺")
_POWER = re.compile(r"[-−+]?\d{1,3}")
_NOTE = re.compile(
    r"[\[(]?(?:\d{1,3}|[*†‡§]{1,3}|note \d{1,3})[\])]?\.?(?:\s*,\s*\d{1,3})*|\[[a-z]\]|\([a-z]\)", re.IGNORECASE
)
_ENDS = ".,;!?%)]»”’\"'"  # behind which a mark of a footnote may stand, as behind a letter or a figure
_DEGREES = {"o", "O", "0", "º"}
_SCALE = re.compile(r"[ \u00a0]?[CFK](?!\w)")
_ISOTOPE = re.compile(r"(?:C|Sr|Cs|U|Pu|Th|Ra|Tc|Co|K|Be|Po)(?![a-z])")  # '¹⁴C' is no footnote
_ROMAN = re.compile(r"x{0,2}(?:ix|iv|v?i{0,3})")  # a mark behind a figure; behind a word it may belong to that
_LONGEST_NOTE = 20
_INLINE = {"a", "span", "small", "font", "b", "strong", "i", "em", "abbr", "cite"}
_RAISED_STYLE = re.compile(r"vertical-align\s{0,3}:\s{0,3}super", re.IGNORECASE)
_RAISED = re.compile(
    r"sup(?:erscript)?|(?:foot|end)-?note(?:-?(?:ref(?:erence)?|anchor|link|mark|number))?"
    r"|note-?(?:ref(?:erence)?|anchor|link|mark|number)|fn-?(?:ref)?",
    re.IGNORECASE,
)
_STRUCK_STYLE = re.compile(r"text-decoration(?:-line)?\s{0,3}:[^;]{0,40}line-through", re.IGNORECASE)
_STRUCK = re.compile(
    r"(?:text-(?:decoration-)?)?(?:strike(?:-?(?:through|out|d))?|line-?through|struck)", re.IGNORECASE
)
_HIDDEN_STYLE = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
# lxml's parser lets them into a tree, and then refuses to write a text that has them.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    r"|&#(?:0{0,9}(?:[0-8]|1[124-9]|2\d|3[01])(?!\d)|x0{0,9}(?:[0-8bcef]|1[0-9a-f])(?![0-9a-f]));?",
    re.IGNORECASE,
)
_LONGEST_STYLE = 1000
_STRUCK_TAGS = {"s", "strike", "del"}
# Boxes beside an article, by the names that makers of pages give them: calls to subscribe, who wrote it, other stories.
# trafilatura keeps them where a page has no <article>. On the public benchmark's 181 pages words F1 went from .9719 to
# .9720 and shingles' from .9659 to .9661 (`python -m eval extraction`).
_BOX = re.compile(
    r"(?:.{0,40}[-_])?(?:newsletters?|newsletter(?:signup|promo|box|form|block)|(?:author|writer|contributor)-?(?:bio|box|card)"
    r"|about-?(?:the-?)?author|related-?(?:articles?|posts?|stor(?:y|ies)|links?|content|news))(?:[-_].{0,20})?",
    re.IGNORECASE,
)
_MOST_OF_PAGE = 0.3  # of its letters: what holds more is no box beside it
_MOST_BOXES = 200
_LETTER = re.compile(r"[a-z]", re.IGNORECASE)  # a mark where it is a link; else it belongs to the word, as in 'Mᵉ'
_UNIT = re.compile(r"(?:^|[\s\d(/])(?:[kcdmµ]?m|ft|mi|in|yd|s)$|(?<!\d)10$|(?:^|[\s(])[A-Za-z]$")


def has_marks(page: str) -> bool:
    """Return whether a page, or a piece of one, may hold marks of footnotes, struck out words or <q>."""
    return _WANTED.search(page) is not None


def parsed(page: str) -> Any | None:
    """Return lxml's tree of a page, without comments and control characters; None where nothing is in it."""
    page = _CONTROL.sub("", without_misread(page))
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def tidied(tree: Any) -> Any:
    """Return lxml's tree of a page, changed in place; marks and struck words stay where they are too many to mend."""
    _unframe(tree)
    _drop_links_to_others(tree)
    _make_blocks(tree)
    _drop_boxes(tree)  # before what is in them is found: a box may be hidden as well
    found: dict[str, list[Any]] = {"hidden": [], "struck": [], "raised": [], "inline": []}
    for element in tree.iter("*"):
        if kind := _kind(element):
            found[kind].append(element)
    hidden, *rest = found.values()
    struck, raised, inline = rest
    _drop_hidden(tree, hidden[:_MOST])
    if sum(map(len, rest)) > _MOST:
        return tree
    for gone in struck:
        if not any(True for _ in gone.iter("p")):
            gone.drop_tree()
    for mark in raised:
        _read_mark(mark)
    for element in inline:
        if element.tag == "q":
            element.text = "“" + (element.text or "")
            element.tail = "”" + (element.tail or "")
            element.drop_tag()
        elif any(above.tag in _TEXTS for above in element.iterancestors()):
            element.drop_tag()
    return tree


def _drop_boxes(tree: Any) -> None:
    """Drop what is named as a box beside the article, unless much of the page is in it."""
    boxes = [
        element
        for element in tree.iter("div", "section", "aside", "ul", "p")
        if _has_class(element, _BOX) or _BOX.fullmatch(element.get("id", "")[:_LONGEST_STYLE])
    ]
    if not boxes or len(boxes) > _MOST_BOXES:
        return
    whole = len("".join(tree.itertext()))
    for box in boxes:
        if len("".join(box.itertext())) <= _MOST_OF_PAGE * whole and box.getparent() is not None:
            box.drop_tree()


def _kind(element: Any) -> str:
    if _is_hidden(element):
        return "hidden"
    if _is_struck(element):
        return "struck"
    if _is_raised(element):
        return "raised"
    return "inline" if element.tag in {"time", "q", "output"} else ""


def _is_hidden(element: Any) -> bool:
    """Whether readers do not see it; what is hidden until it is searched for they may."""
    return (
        element.get("hidden", "until-found").lower() != "until-found"
        or element.get("aria-hidden", "").lower() == "true"
        or bool(_HIDDEN_STYLE.search(_style(element)))
    ) and element.tag not in {"html", "body"}


def _is_struck(element: Any) -> bool:
    return (
        element.tag in _STRUCK_TAGS
        or bool(_STRUCK_STYLE.search(_style(element)))
        or (element.tag in _INLINE and _has_class(element, _STRUCK))
    )


def _is_raised(element: Any) -> bool:
    """Whether it is raised by its tag or style, or is by its role, class or address the mark of a footnote."""
    if element.tag == "sup":
        return True
    return element.tag in _INLINE and (_is_styled(element) or _is_link_to_note(element))


def _is_styled(element: Any) -> bool:
    return (
        bool(_RAISED_STYLE.search(_style(element)))
        or "noteref" in f"{element.get('role', '')} {element.get('epub:type', '')}".lower()
        or _has_class(element, _RAISED)
    )


def _is_link_to_note(element: Any) -> bool:
    """Whether a link goes to another place of the page and its words are a mark of a footnote."""
    if element.tag != "a" or not element.get("href", "").startswith("#") or element.getparent().tag == "sup":
        return False
    words = element.text_content().strip()
    return len(words) <= _LONGEST_NOTE and bool(_NOTE.fullmatch(words) or _LETTER.fullmatch(words))


def _drop_hidden(tree: Any, hidden: list[Any]) -> None:
    """Take hidden elements out, but for those with most of the page's paragraphs, which a script would show."""
    letters = _paragraphs if _paragraphs(tree) else _all_letters
    whole, kept = letters(tree), 0
    dropped: set[Any] = set()
    for gone in hidden:
        if any(above in dropped for above in gone.iterancestors()):
            continue
        if letters(gone) * 2 <= whole:
            dropped.add(gone)
            gone.drop_tree()
        elif (kept := kept + 1) == _MOST_FRAMES:
            return


def _style(element: Any) -> str:
    return str(element.get("style", ""))[:_LONGEST_STYLE]


def _has_class(element: Any, names: re.Pattern[str]) -> bool:
    return any(names.fullmatch(name) for name in element.get("class", "")[:_LONGEST_STYLE].split())


def _paragraphs(tree: Any) -> int:
    """How many letters stand in its paragraphs."""
    return sum(len(paragraph.text_content()) for paragraph in tree.iter("p"))


def _unframe(tree: Any) -> None:
    """Make a form (aside, menu, dialog) that holds most of the page's paragraphs, or text, a plain division."""
    letters = _paragraphs if _paragraphs(tree) else _all_letters
    whole = letters(tree)
    for frame in list(tree.iter(*_LAYOUT))[:_MOST_FRAMES]:
        if letters(frame) * 2 > whole:
            frame.tag = "div"


def _make_blocks(tree: Any) -> None:
    """Make elements of a site's own kind divisions, as '<story-par>' is; within a paragraph they are words of it."""
    for element in [element for element in tree.iter("*") if "-" in element.tag][:_MOST]:
        if not any(above.tag in _TEXTS for above in element.iterancestors()):
            element.tag = "div"


def _drop_links_to_others(tree: Any) -> None:
    """Take out the lines between paragraphs that lead to another story: 'Read also: Mayor of Oster earns 88,000'."""
    lines = dict.fromkeys(_line_of(link) for link in islice(tree.iter("a"), _MOST))
    for line in lines:
        if line is None or line.tag not in {"p", "div"} or line.getparent() is None:
            continue
        words = _beginning(line)
        label = _OTHER_STORY.match(words) if len(words) <= _LONGEST_LINK else None
        if label and sum(len(link.text_content().strip()) for link in line.iter("a")) >= len(words[label.end() :]) > 0:
            line.drop_tree()


def _line_of(element: Any) -> Any | None:
    """The element that an inline one is a part of."""
    above = element.getparent()
    for _ in range(_DEEPEST):
        if above is not None and above.tag in _INLINE:
            above = above.getparent()
    return above


def _beginning(line: Any) -> str:
    """The words of a line, or the first of them, more than a link to another story has."""
    words = ""
    for piece in line.itertext():
        words += piece
        if len(words) > _LONGEST_LINK:
            break
    return words.strip()


def _all_letters(tree: Any) -> int:
    return len(tree.text_content())


def _read_mark(mark: Any) -> None:
    words, before = mark.text_content(), _before(mark)
    if mark.tag != "sup":
        stands_apart = not _is_styled(mark) and not (before[-1:].isalnum() or before[-1:] in _ENDS)
        if len(words) > _LONGEST_NOTE or not before or stands_apart:
            return
    linked = any(True for _ in mark.iter("a"))
    meant = read_raised(words, before[-12:], mark.tail or "", linked=linked)
    if not meant:
        mark.drop_tree()
    elif meant != words:
        for inner in list(mark):
            mark.remove(inner)
        mark.text = meant
        mark.drop_tag()


def _before(mark: Any) -> str:
    """The words before an element, those before the elements that it opens, too."""
    for _ in range(_DEEPEST):
        previous, above = mark.getprevious(), mark.getparent()
        if previous is not None:
            return str(previous.tail or (previous.text_content() if previous.tag in _INLINE else ""))
        if above is None or above.text or above.tag not in _INLINE:
            return str(above.text or "") if above is not None else ""
        mark = above
    return ""


def read_raised(raised: str, before: str, after: str = "", *, linked: bool = False) -> str:
    """Return what raised words are read as between others: a power as one ('km²'), letters as they are ('21st').

    The mark of a footnote is read as nothing. `linked` is whether a link is in them.
    """
    words = raised.strip()
    if words in _DEGREES and before[-1:].isdigit() and _SCALE.match(after):
        return "°"
    is_isotope = before[-1:] in " (\u00a0–-" and _ISOTOPE.match(after)
    if _POWER.fullmatch(words) and not linked and (_UNIT.search(before) or is_isotope):
        return words.translate(_POWERS)
    if after.startswith(("/", "⁄")) and words.isdigit():
        return " " + words
    if _NOTE.fullmatch(words) or (linked and _LETTER.fullmatch(words)):
        return ""
    if _ROMAN.fullmatch(words) and (linked or (before[-1:].isdigit() and not _UNIT.search(before))):
        return ""
    return raised
