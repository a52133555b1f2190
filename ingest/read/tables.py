"""Data tables and lists of terms in a page -> lines of text in which each cell stands beside its column's head.

'Party: Greens; Leader: Ana Reyes; Seats: 22 (Greens).' is a sentence of its own: a cell is found, read and cited with
what it means, where a grid of bare cells is none. Tables that only lay out a page are left as they are.
"""

import re
from itertools import pairwise
from typing import Any

from lxml import etree

__all__ = ["END_OF_ROW", "has_facts", "with_lines", "with_sentences"]

_WANTED = re.compile(r"<(?:\w{1,10}:)?(?:table|dl)\b", re.IGNORECASE)
END_OF_ROW = "\u23ce"  # stands for it until the page's text is found: all white space is one there
_MOST_CELLS = 20_000  # of one table with all its spans; a long one has a few thousand
_MOST_SPANNED = 200
_LONGEST_SPAN = 3  # digits
_LONGEST_CELL = 300  # letters; a longer one is text that a table lays out
_LONGEST_HEAD = 60
_FEWEST_ROWS = 2
_BLOCKS = {
    "address", "blockquote", "br", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "section", "ul",
}  # fmt: skip
_SILENT = {"script", "style", "template", "noscript", "svg", "select", "textarea", "iframe"}
_LAYOUT = {"presentation", "none"}
_FORMS = ("form", "input", "textarea", "select", "button")
_RANK = re.compile(r"#?\d{1,3}\.?")

_Cell = tuple[str, bool]  # its words, and whether it is a head (<th>)


def has_facts(html: str) -> bool:
    """Return whether a page may hold a table or a list of terms."""
    return _WANTED.search(html) is not None


def with_lines(tree: Any) -> None:
    """Put a paragraph in the place of each data table and list of terms of lxml's tree of a page.

    The end of a row is a mark that `with_sentences` makes a line's end; the page's own text must not have it. Call it
    for a page that is no deeper and no longer than pages are (`_Page.ordinary`), once its marks of footnotes are gone.
    """
    for cell in tree.iter("td", "th"):
        for name in ("colspan", "rowspan"):  # trafilatura writes a mark for every column that is spanned
            if len(cell.get(name, "").strip()) > _LONGEST_SPAN:
                del cell.attrib[name]
    nested = {id(above) for table in tree.iter("table") for above in table.iterancestors("table")}
    for table in [table for table in tree.iter("table") if id(table) not in nested]:
        _replace(table, _table_lines(table))
    for terms in list(tree.iter("dl")):
        _replace(terms, _term_lines(terms))


def with_sentences(text: str) -> str:
    """Return the text of a page that went through `with_lines`, a line a row."""
    if END_OF_ROW not in text:
        return text
    return "\n".join(line.strip() for line in text.replace(END_OF_ROW, "\n").split("\n")).strip()


def _replace(element: etree._Element, lines: list[str]) -> None:
    above = element.getparent()
    if above is None or not lines:
        return
    for figure in element.iterancestors("figure"):  # trafilatura passes over figures but for tables in them
        figure.tag = "div"
    paragraph = above.makeelement("p")
    paragraph.text = f" {END_OF_ROW} ".join(lines)
    paragraph.tail = element.tail
    above.replace(element, paragraph)


def _term_lines(terms: etree._Element) -> list[str]:
    """'Term: what it is' for each term of a <dl>; none where it is not such a list, or its parts are long texts."""
    lines: list[tuple[list[str], list[str]]] = []
    for part in terms.iter("dt", "dd"):
        words = _words(part)
        if len(words) > _LONGEST_CELL or next(part.iterancestors("dl")) is not terms or part.find(".//dl") is not None:
            return []
        if part.tag == "dt" and (not lines or lines[-1][1]):
            lines.append(([], []))
        if not lines:
            return []
        lines[-1][0 if part.tag == "dt" else 1].append(words)
    told = [(", ".join(filter(None, names)), "; ".join(filter(None, said))) for names, said in lines]
    return [_beside(name, said) for name, said in told if said]


def _table_lines(table: etree._Element) -> list[str]:
    """The caption and a line for each row of a data table; none for a table that lays out a page."""
    if str(table.get("role", "")).lower() in _LAYOUT or next(table.iter(*_FORMS), None) is not None:
        return []
    grid, heads = _grid(table)
    if len(grid) < _FEWEST_ROWS or max(map(len, grid)) < 2:
        return []
    if any(len(words) > _LONGEST_CELL for row in grid for words, _ in row):
        return []
    lines = [words for caption in table.iter("caption") if (words := _words(caption))]
    while len(set(grid[0])) == 1 and len(grid[0]) > 1 and len(grid) > _FEWEST_ROWS:
        lines += _different(grid.pop(0))  # a title over all columns
        heads = max(0, heads - 1)
    heads = heads or _heads(grid)
    named = _names(grid[:heads])
    rows = grid[heads:]
    if not rows or (not heads and not all(row and row[0][1] for row in rows)):
        return []  # neither its columns nor its rows have heads
    group = ""
    for row in rows:
        if len(row) > 1 and len(set(row)) == 1:
            group = row[0][0]
        elif line := _row_line(row, named):
            lines.append(f"{group} – {line}" if group else line)
    return lines


def _row_line(row: list[_Cell], heads: list[str]) -> str:
    """'Party: Greens; Leader: Ana Reyes; Seats: 22 (Greens).'

    What the row is of stands at its end, too: a reader takes the last cell for that of the next row, which begins
    beside it. Of twelve questions about three tables it then answers twelve, without it eight.
    """
    parts: list[str] = []
    opening = ""
    for column, (words, is_head) in enumerate(row):
        head = heads[column] if column < len(heads) else ""
        if (
            not words
            or words == head
            or (column and row[column - 1] == row[column] and heads[column - 1 : column] == [head])
        ):
            continue
        if not column and is_head and not head:
            opening = words
        else:
            parts.append(_beside(head, words) if head else words)
    if opening and parts:
        # With heads of columns 'Greens; Seats: 22', without them 'Greens: 22'.
        line = "; ".join([opening, *parts]) if any(heads) else _beside(opening, "; ".join(parts))
    else:
        line = "; ".join(parts) or opening
    name = _named_by(row)
    return f"{line} ({name})." if any(heads) and name and len(parts) + bool(opening) > 1 else line


def _named_by(row: list[_Cell]) -> str:
    """What a row is of: its first cell, or the next where that is a rank ('1', '2.')."""
    names = [words for words, _ in row[:2] if words and not _RANK.fullmatch(words)]
    return names[0] if names and len(names[0]) <= _LONGEST_HEAD else ""


def _beside(name: str, words: str) -> str:
    if not name:
        return words
    return f"{name} {words}" if name.endswith((":", "?")) else f"{name}: {words}"


def _heads(grid: list[list[_Cell]]) -> int:
    """How many rows at the top of a table are heads of its columns."""
    count = 0
    for row in grid:
        # A first row of <th>, but for the corner; a table whose every row is that is no table.
        if not all(is_head or not words for words, is_head in row) or not any(words for words, _ in row):
            break
        count += 1
    if count:
        return count if count < len(grid) else 0
    return int(_is_head_row(grid))


def _is_head_row(grid: list[list[_Cell]]) -> bool:
    """Whether a first row without <th> is one of heads: short words over columns, one of figures."""
    first, rest = [words for words, _ in grid[0]], grid[1:]
    if len(rest) < _FEWEST_ROWS or len(set(filter(None, first))) < len(first) - 1 or len(first) < 2:
        return False
    if any(len(words) > _LONGEST_HEAD or words.endswith(".") or _figure(words) for words in first):
        return False
    return len({len(row) for row in grid}) == 1 and any(
        first[column]
        and all(_figure(row[column][0]) or row[column][0] in {"", "-", "–", "—"} for row in rest)
        and any(_figure(row[column][0]) for row in rest)
        for column in range(1, len(first))
    )


def _figure(words: str) -> bool:
    return any(map(str.isdigit, words))


def _names(heads: list[list[_Cell]]) -> list[str]:
    """The name of each column: the heads above it from the top, each once ('2024 Seats')."""
    width = max(map(len, heads), default=0)
    columns = ([row[column][0] for row in heads if column < len(row)] for column in range(width))
    return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]


def _different(row: list[_Cell]) -> list[str]:
    return list(dict.fromkeys(words for words, _ in row if words))


def _grid(table: etree._Element) -> tuple[list[list[_Cell]], int]:
    """The rows of a table with every cell in all the places that it spans, and how many of them are in its <thead>."""
    grid: list[list[_Cell]] = []
    waiting: dict[int, tuple[_Cell, int]] = {}  # column: the cell that goes on in it, and for how many rows more
    heads = cells = 0
    for row in table.iter("tr"):
        line: list[_Cell] = []
        own = [cell for cell in row if cell.tag in {"td", "th"}]
        for cell in own:
            _fill(line, waiting)
            said = (_words(cell), cell.tag == "th")
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            for _ in range(across if len(line) < _MOST_CELLS else 0):
                if down > 1:
                    waiting[len(line)] = (said, down - 1)
                line.append(said)
        _fill(line, waiting)
        cells += len(line)
        if cells > _MOST_CELLS:
            return [], 0
        above = row.getparent()
        if line and any(words for words, _ in line):
            heads += above is not None and above.tag == "thead" and len(grid) == heads
            grid.append(line)
    return (grid, heads) if grid else ([], 0)


def _fill(line: list[_Cell], waiting: dict[int, tuple[_Cell, int]]) -> None:
    while len(line) in waiting:
        said, left = waiting.pop(len(line))
        if left > 1:
            waiting[len(line)] = (said, left - 1)  # for the next row
        line.append(said)


def _span(cell: etree._Element, name: str) -> int:
    stated = str(cell.get(name, "1")).strip()
    return min(max(int(stated), 1), _MOST_SPANNED) if stated.isascii() and stated.isdigit() and len(stated) < 6 else 1


def _words(element: etree._Element) -> str:
    """The words of a cell on one line; what stands in blocks of its own is parted by commas."""
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
            if silent is None and (tag in _SILENT or tag in apart):
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
