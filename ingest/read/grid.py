"""A table of a page -> its grid: every cell in all the places that it spans, with the words a reader sees in it."""

import re
from itertools import islice, pairwise
from typing import NamedTuple

from lxml import etree

__all__ = ["Cell", "grid_of", "one_cell", "words_of"]

_MOST_CELLS = 20_000  # of one table with all its spans; a long one has a few thousand
_MOST_SPANNED = 200
_SPAN = re.compile(r"\s{0,20}\+?(\d{1,5})")  # as browsers read it: '2px' is two
_BLOCKS = {
    "address", "blockquote", "br", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "section", "ul",
}  # fmt: skip
_SILENT = {"script", "style", "template", "noscript", "svg", "select", "textarea", "iframe"}
_BUTTONS = {"button"}  # beside words one sorts or buys; alone it is what the cell says
_BOLD = ("b", "strong")
_MOST_PICTURES = 3
_LONGEST_PICTURE = 40  # letters


class Cell(NamedTuple):
    """A place of a grid: the words there, whether they are a head (<th>, or bold), and the number of its cell."""

    words: str
    is_head: bool
    number: int


_Waiting = dict[int, tuple[Cell, int]]
"""A column: the cell that goes on in it, and for how many rows more."""


def grid_of(table: etree._Element) -> tuple[list[list[Cell]], int]:
    """Return the rows of a table that have words, and how many of them are in its <thead>."""
    grid: list[list[Cell]] = []
    waiting: _Waiting = {}
    heads = cells = number = 0
    section = None
    for row in table.iter("tr"):
        if row.getparent() is not section:  # no cell goes on from one group of rows into the next
            section = row.getparent()
            waiting.clear()
        line: list[Cell] = []
        for cell in [cell for cell in row if cell.tag in {"td", "th"}]:
            _fill(line, waiting)
            number += 1
            words = words_of(cell) or _shown(cell)
            said = Cell(words, cell.tag == "th" or _is_bold(cell, words), number)
            down, across = _span(cell, "rowspan", most=_MOST_CELLS), _span(cell, "colspan", most=_MOST_SPANNED) or 1
            for _ in range(across if len(line) < _MOST_CELLS else 0):
                if down != 1:
                    waiting[len(line)] = (said, (down or _MOST_CELLS) - 1)  # 0 is to the end of its group of rows
                line.append(said)
        _close(line, waiting)
        cells += len(line)
        if cells > _MOST_CELLS:
            return [], 0
        if any(cell.words for cell in line):
            heads += section is not None and section.tag == "thead" and len(grid) == heads
            grid.append(line)
    return grid, heads


def _is_bold(cell: etree._Element, words: str) -> bool:
    """Whether all words of a cell are bold, as who writes no <th> marks a head."""
    bold = next(cell.iter(*_BOLD), None) if words else None
    return bold is not None and "".join(bold.itertext()).split() == "".join(cell.itertext()).split()


def _shown(cell: etree._Element) -> str:
    """What the picture is of that is all that a cell has: a party's sign, a tick."""
    pictures = [picture.get("alt", "").strip() for picture in islice(cell.iter("img"), _MOST_PICTURES)]
    return ", ".join(said for said in pictures if 0 < len(said) <= _LONGEST_PICTURE)


def one_cell(row: list[Cell]) -> bool:
    """Return whether a cell that spans columns is all that a row says, as the name of the rows below it is."""
    spans = len(row) > 1 and row[0].number == row[1].number
    return spans and all(cell.number == row[0].number or not cell.words for cell in row)


def _fill(line: list[Cell], waiting: _Waiting) -> None:
    while len(line) in waiting:
        said, left = waiting.pop(len(line))
        if left > 1:
            waiting[len(line)] = (said, left - 1)  # for the next row
        line.append(said)


def _close(line: list[Cell], waiting: _Waiting) -> None:
    """Fill a row to its end; before a cell that goes on from above, the row may have too few of its own."""
    _fill(line, waiting)
    last = max(waiting, default=-1)
    while len(line) <= last:
        line.append(Cell("", False, 0))
        _fill(line, waiting)


def _span(cell: etree._Element, name: str, most: int) -> int:
    stated = _SPAN.match(str(cell.get(name, "1")))
    return min(int(stated[1]), most) if stated else 1


def words_of(element: etree._Element) -> str:
    """Return the words of a cell on one line; what stands in blocks of its own is parted by commas."""
    words = _words(element, _SILENT | _BUTTONS)
    return words or (_words(element, _SILENT) if next(element.iter(*_BUTTONS), None) is not None else "")


def _words(element: etree._Element, silent_tags: set[str]) -> str:
    pieces: list[str] = []
    silent: etree._Element | None = None
    apart = {"dt", "dd"} if element.tag in {"dt", "dd"} else set()
    for event, inner in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            pieces.append("" if silent is not None else inner.tail or "")
            continue
        tag = inner.tag if inner is not element else ""
        if event == "start":
            # libxml2 puts the <dd> after an open <dd> into it; it is walked for itself.
            if silent is None and (tag in silent_tags or tag in apart):
                silent = inner
            elif silent is None:
                pieces.append("\n" if tag in _BLOCKS else "")
                pieces.append(inner.text or "")
        else:
            if silent is None and tag in _BLOCKS:
                pieces.append("\n")
            if silent is inner:
                silent = None
            if silent is None and inner is not element:
                # White space in the page's source is none of the ends of blocks.
                pieces.append(inner.tail or "")
    return _joined(pieces)


def _joined(pieces: list[str]) -> str:
    said = "".join(piece if piece == "\n" else re.sub(r"\s+", " ", piece) for piece in pieces)
    blocks = [block.strip() for block in said.split("\n") if block.strip()]
    text = blocks[0] if blocks else ""
    for before, block in pairwise(blocks):
        text += (" " if before.endswith((",", ";", ":", ".", "!", "?")) else ", ") + block
    return text
