"""Data tables and lists of terms in a page -> lines of text in which each cell stands beside its column's head.

'Party: Greens; Leader: Ana Reyes; Seats: 22 (Greens).' is a sentence of its own: a cell is found, read and cited with
what it means, where a grid of bare cells is none. Tables that only lay out a page are left as they are.
"""

import re
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise
from typing import Any

from lxml import etree

from ingest.read.clean import one_line
from ingest.read.grid import Cell, grid_of, one_cell, words_of

__all__ = ["END_OF_ROW", "has_facts", "lines_of", "with_lines", "with_sentences"]

_NO_XML = re.compile("[\ufffe\uffff]")
_WANTED = re.compile(r"<(?:\w{1,10}:)?(?:table|dl)\b|\brole\s{0,3}=\s{0,3}[\"']?(?:table|grid)\b", re.IGNORECASE)
# What elements of other names are in a table, by their role.
_ROLES = {
    "table": "table", "grid": "table", "row": "tr", "columnheader": "th", "rowheader": "th", "cell": "td",
    "gridcell": "td",
}  # fmt: skip
END_OF_ROW = "\u23ce"  # stands for it until the page's text is found: all white space is one there
_LONGEST_SPAN = 3  # digits
_LONGEST_CELL = 300  # letters; a longer one is text that a table lays out
_LONGEST_REMARK = 3000
_LONGEST_HEAD = 60
_FEWEST_ROWS = 2
_TABLE_PARTS = ("tr", "td", "th", "tbody", "thead", "tfoot")
_LAYOUT = {"presentation", "none"}
_FORMS = ("form", "input", "textarea", "select")
_FURTHEST = 10  # years from one column to the next; counts of people lie further apart
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:\s?[/–-]\s?\d{2,4})?")
_RANK = re.compile(r"#?\d{1,3}\.?")

_Row = list[Cell]


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
    for table in _innermost(tree, lambda element: _ROLES.get(element.get("role", "")) == "table"):
        _replace_by_roles(table)
    for table in _innermost(tree, lambda element: element.tag == "table"):
        _replace(table, table_lines(table))
    for terms in list(tree.iter("dl")):
        _replace(terms, _term_lines(terms))
    _unframe(tree)


def with_sentences(text: str) -> str:
    """Return the text of a page that went through `with_lines`, a line a row."""
    if END_OF_ROW not in text:
        return text
    return "\n".join(line.strip() for line in text.replace(END_OF_ROW, "\n").split("\n")).strip()


def _innermost(tree: etree._Element, test: Callable[[etree._Element], bool]) -> list[etree._Element]:
    """The elements of a kind that hold none of it."""
    found: list[etree._Element] = []
    begun = None
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start" and test(element):
            begun = element
        elif event == "end" and element is begun:
            found.append(element)
            begun = None
    return found


def _replace_by_roles(table: etree._Element) -> None:
    """Put a paragraph in the place of a data table that is one by the roles of its elements alone."""
    if table.tag == "table" or next(table.iter("table"), None) is not None:
        return
    parts = [(part, part.tag) for part in table.iter("*") if part.get("role") in _ROLES]
    for part, tag in parts:
        part.tag = _ROLES[part.get("role", "")] if tag != "table" else tag
        for name in ("colspan", "rowspan"):
            if len(stated := part.get(f"aria-{name}", "")) in range(1, _LONGEST_SPAN + 1):
                part.set(name, stated)
    if lines := table_lines(table):
        _replace(table, lines)
        return
    for part, tag in parts:
        part.tag = tag


def _unframe(tree: etree._Element) -> None:
    """Make tables that only lay out the page, as those with a text for a cell do, plain divisions.

    As tables their texts were read as the cells of a row, the menu beside the story, without their paragraphs.
    """
    around = (_table_of(cell) for cell in tree.iter("td", "th") if _is_text(cell))
    frames = {table for table in around if table is not None}
    for part in [part for part in tree.iter(*_TABLE_PARTS) if _table_of(part) in frames]:
        part.tag = "div"
    for table in frames:
        table.tag = "div"


def _is_text(cell: etree._Element) -> bool:
    return any(length > _LONGEST_CELL for length in accumulate(map(len, cell.itertext())))


def _table_of(part: etree._Element) -> etree._Element | None:
    return next(part.iterancestors("table"), None)


def _replace(element: etree._Element, lines: list[str]) -> None:
    above = element.getparent()
    if above is None or not lines:
        return
    for figure in element.iterancestors("figure"):  # trafilatura passes over figures but for tables in them
        figure.tag = "div"
    paragraph = above.makeelement("p")
    paragraph.text = f" {END_OF_ROW} ".join(lines)
    form = next(element.iterancestors("form"), None)
    if form is not None and form.getparent() is not None:  # trafilatura drops a form that does not hold the page
        form.addprevious(paragraph)
        above.remove(element)
        return
    paragraph.tail = element.tail
    above.replace(element, paragraph)


def _term_lines(terms: etree._Element) -> list[str]:
    """'Term: what it is' for each term of a <dl>; none where it is not such a list, or its parts are long texts."""
    lines: list[tuple[list[str], list[str]]] = []
    for part in terms.iter("dt", "dd"):
        words = words_of(part)
        if len(words) > _LONGEST_CELL or next(part.iterancestors("dl")) is not terms or part.find(".//dl") is not None:
            return []
        if part.tag == "dt" and (not lines or lines[-1][1]):
            lines.append(([], []))
        if not lines:
            return []
        lines[-1][0 if part.tag == "dt" else 1].append(words)
    told = [(", ".join(filter(None, names)), "; ".join(filter(None, said))) for names, said in lines]
    return [_beside(name, said) for name, said in told if said]


def table_lines(table: etree._Element) -> list[str]:
    """Return the caption and a line for each row of a data table; none for a table that lays out a page."""
    if str(table.get("role", "")).lower() in _LAYOUT or any(map(_asks, table.iter(*_FORMS))):
        return []
    grid, heads = grid_of(table)
    if len(grid) < _FEWEST_ROWS or max(map(len, grid)) < 2:
        return []
    if _lays_out(grid):
        return []
    lines = [words for caption in table.iter("caption") if (words := words_of(caption))]
    titles = 0
    while one_cell(grid[titles]) and len(grid) - titles > _FEWEST_ROWS:
        titles += 1
    above, grid = grid[:titles], grid[titles:]
    heads = max(0, heads - titles) or _heads(grid)
    named, rows = _names(grid[:heads]), grid[heads:]
    if not rows or (not heads and not all(row[0].is_head or one_cell(row) for row in rows)):
        return []  # neither its columns nor its rows have heads
    if above and heads and any(_repeats(row, named) for row in rows):  # each part has a title and the heads again
        rows.insert(0, above.pop())
    lines += dict.fromkeys(row[0].words for row in above)
    return lines + _in_groups(rows, named)


def _lays_out(grid: list[_Row]) -> bool:
    """Whether a table has texts for cells; a long remark in a column of few of them, under a head, is none."""
    long = [
        (column, len(cell.words)) for row in grid for column, cell in enumerate(row) if len(cell.words) > _LONGEST_CELL
    ]
    if not long:
        return False
    columns = {column for column, _ in long}
    under_head = len(columns) == 1 and 0 not in columns and all(cell.is_head or not cell.words for cell in grid[0])
    return not under_head or 2 * len(long) > len(grid) - 1 or max(length for _, length in long) > _LONGEST_REMARK


def lines_of(rows: Iterable[Iterable[str]], head: str = "td") -> list[str]:
    """Return the lines of a table that is no element of a page; `head` is 'th' where the first row is its heads."""
    table = etree.Element("table")
    for number, row in enumerate(rows):
        line = etree.SubElement(table, "tr")
        for cell in row:
            etree.SubElement(line, "td" if number else head).text = _NO_XML.sub("", one_line(cell))
    return table_lines(table)


def _asks(part: etree._Element) -> bool:
    """Whether a part of a form is one that readers fill in, and none that sorts or filters the rows by a column."""
    return bool(part.tag == "form" or next(part.iterancestors("th", "td", "table")).tag != "th")


def _in_groups(rows: list[_Row], heads: list[str]) -> list[str]:
    """A line a row, with the title before it that stands over it across the table, as one for each region does."""
    lines: list[str] = []
    group = ""
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        if not one_cell(row):
            line = _row_line(row, heads)
            lines += [f"{group} – {line}" if group and line else line] if line else []
        elif below is None or one_cell(below):  # of no rows, as a remark at the foot is
            lines.append(row[0].words)
        else:
            group = row[0].words
    return lines


def _row_line(row: _Row, heads: list[str]) -> str:
    """'Party: Greens; Leader: Ana Reyes; Seats: 22 (Greens).'

    What the row is of stands at its end, too: a reader takes the last cell for that of the next row, which begins
    beside it. Of twelve questions about three tables it then answers twelve, without it eight.
    """
    if _repeats(row, heads):
        return ""
    parts: list[str] = []
    opening = ""
    for column, (words, is_head, number) in enumerate(row):
        head = heads[column] if column < len(heads) else ""
        if not words or (column and row[column - 1].number == number and heads[column - 1 : column] == [head]):
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


def _repeats(row: _Row, heads: list[str]) -> bool:
    """Whether a row is that of the heads again, as long tables and those of several parts have it."""
    return bool(heads) and all(cell.words in {"", head} for cell, head in zip(row, heads, strict=False))


def _named_by(row: _Row) -> str:
    """What a row is of: its first cell, or the next where that is a rank ('1', '2.')."""
    names = [cell.words for cell in row[:2] if cell.words and not _RANK.fullmatch(cell.words)]
    return names[0] if names and len(names[0]) <= _LONGEST_HEAD else ""


def _beside(name: str, words: str) -> str:
    if not name:
        return words
    return f"{name} {words}" if name.endswith((":", "?")) else f"{name}: {words}"


def _heads(grid: list[_Row]) -> int:
    """How many rows at the top of a table are heads of its columns."""
    count = 0
    for row in grid:
        # A first row of <th>, but for the corner; a table whose every row is that is no table. One head over all
        # columns that stands below their own is the name of the rows under it.
        if not all(cell.is_head or not cell.words for cell in row) or (count and one_cell(row)):
            break
        count += 1
    if count:
        return count if count < len(grid) else 0
    if _is_head_row(grid) or _has_corner(grid):
        return 1
    return 2 if _is_second_head_row(grid) else 0


def _is_second_head_row(grid: list[_Row]) -> bool:
    """Whether the second row is one of heads below names for several columns each: 'Boats' and 'Crew' below '2023'."""
    (first, second), rest = grid[:2], [row for row in grid[2:] if not one_cell(row)]
    spans = any(cell.words and cell.number == beside.number for cell, beside in pairwise(first))
    if not spans or one_cell(first) or len(rest) < _FEWEST_ROWS or not all(_is_name(cell.words) for cell in second):
        return False
    names = _names([first, second])
    return len(set(names)) == len(names) == len(second) and _figures_below(names, rest)


def _has_corner(grid: list[_Row]) -> bool:
    """Whether the first row names the columns and the first column the rows, with nothing in the corner of both."""
    first, *rest = grid
    names = [cell.words for cell in first[1:]]
    return (
        not first[0].words
        and len(names) > 1
        and all(map(_is_name, names))
        and len(set(names)) == len(names)
        and all(len(row) == len(first) and row[0].words for row in rest)
    )


def _is_name(words: str) -> bool:
    return bool(words) and len(words) <= _LONGEST_HEAD and not words.endswith(".") and not _figure(words)


def _is_head_row(grid: list[_Row]) -> bool:
    """Whether a first row without <th> is one of heads: short words over columns, one of figures."""
    first, rest = [cell.words for cell in grid[0]], [row for row in grid[1:] if not one_cell(row)]
    if len(rest) < _FEWEST_ROWS or len(set(filter(None, first))) < len(first) - 1 or len(first) < 2:
        return False
    if any(len(words) > _LONGEST_HEAD or words.endswith(".") for words in first) or not _name_columns(first, rest):
        return False
    return _figures_below(first, rest)


def _figures_below(first: list[str], rest: list[_Row]) -> bool:
    """Whether below one of the heads all cells that say anything are figures."""
    return all(len(row) == len(first) for row in rest) and any(
        first[column]
        and all(_figure(row[column].words) or row[column].words in {"", "-", "–", "—"} for row in rest)
        and any(_figure(row[column].words) for row in rest)
        for column in range(1, len(first))
    )


def _name_columns(first: list[str], rest: list[_Row]) -> bool:
    """Whether short words over columns are names of them: no figures, but for years over rows that have names."""
    if not any(map(_figure, first)):
        return True
    figures = [words for words in first[1:] if _figure(words)]
    if len(figures) < 2 or _figure(first[0]) or not all(map(_YEAR.fullmatch, figures)):
        return False
    years = [int(words[:4]) for words in figures]
    steps = {after - before for before, after in pairwise(years)}
    in_turn = all(0 < step <= _FURTHEST for step in steps) or all(-_FURTHEST <= step < 0 for step in steps)
    of_years = any(all(_YEAR.fullmatch(cell.words) for cell in row[1:] if cell.words) for row in rest)
    return in_turn and not of_years and all(row[0].words and not _figure(row[0].words) for row in rest)


def _figure(words: str) -> bool:
    return any(map(str.isdigit, words))


def _names(heads: list[_Row]) -> list[str]:
    """The name of each column: the heads above it from the top, each once ('2024 Seats')."""
    width = max(map(len, heads), default=0)
    columns = ([row[column].words for row in heads if column < len(row)] for column in range(width))
    return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]
