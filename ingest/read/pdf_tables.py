"""Lines of a PDF that stand as the rows of a table -> lines in which each cell stands beside its column's head.

A table has no mark in a text layer: it is told by rows whose cells keep to the same columns, apart from each other.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ingest.read.pdf_lines import GAP, Cell, Line
from ingest.read.tables import lines_of

__all__ = ["with_tables"]

_FEWEST_ROWS = 3  # with the heads
_MOST_ROWS = 200  # a page of small print has a hundred
_LONGEST_CELL = 60  # letters; columns of text have longer ones
_FIGURE = re.compile(r"[^\w]{0,3}\d[\d.,  ]*[^\w]{0,2}$")
_SAME_LINE = 0.3  # of the letters' size


def with_tables(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with each table's in place of its rows; all others as they are."""
    sides = list(_side_by_side(lines))
    rows = list(map(_row, sides))
    told: list[Line] = []
    at = 0
    while at < len(rows):
        table, end = _table_at(rows, at)
        told += [replace(rows[at], text=line, is_row=True) for line in table] or itertools.chain(*sides[at:end])
        at = end
    return told


def _table_at(rows: Sequence[Line], at: int) -> tuple[list[str], int]:
    """The lines of the table that begins here, and where it ends; narrow gaps part columns only where figures stand.

    Rows in columns that are no table are passed over together, or each would be looked at again from the next.
    """
    end = at + 1
    for cells_of in (_wide, _narrow):
        found = _grid(rows, at, cells_of)
        if len(found) < _FEWEST_ROWS or (cells_of is _narrow and not _has_figures(found)):
            continue
        end = at + len(found)
        if told := lines_of([words for words, *_ in cells] for cells in found):
            return told, end
    return [], end


def _wide(line: Line) -> tuple[Cell, ...]:
    return line.cells


def _narrow(line: Line) -> tuple[Cell, ...]:
    return line.runs


def _has_figures(rows: Sequence[tuple[Cell, ...]]) -> bool:
    """Whether a column has a figure in each row below the heads, and none in them."""
    return any(
        not _FIGURE.match(column[0][0]) and all(_FIGURE.match(words) for words, *_ in column[1:])
        for column in list(zip(*rows, strict=True))[1:]
    )


def _side_by_side(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines that stand side by side, where a table's maker set cell after cell; most stand alone."""
    sides: list[Line] = []
    for line in lines:
        if sides and not _beside(sides[-1], line):
            yield sides
            sides = []
        sides.append(line)
    if sides:
        yield sides


def _beside(before: Line, line: Line) -> bool:
    same = line.page == before.page and abs(line.bottom - before.bottom) < _SAME_LINE * line.size
    return same and line.left - before.right > GAP * line.size


def _row(sides: list[Line]) -> Line:
    if len(sides) == 1:
        return sides[0]
    cells = tuple(cell for line in sides for cell in line.cells or _whole(line))
    return replace(sides[0], cells=cells, runs=tuple(cell for line in sides for cell in line.runs or _whole(line)))


def _whole(line: Line) -> tuple[Cell, ...]:
    return ((line.text, line.left, line.right),)


def _grid(rows: Sequence[Line], at: int, cells_of: Callable[[Line], tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """The rows from here on that have as many cells, each within its own column."""
    found: list[tuple[Cell, ...]] = []
    columns = [(left, right) for _, left, right in cells_of(rows[at])]
    for number in range(at, min(len(rows), at + _MOST_ROWS) if columns else at):
        cells = cells_of(rows[number])
        long = any(len(words) > _LONGEST_CELL for words, *_ in cells)
        if rows[number].page != rows[at].page or len(cells) != len(columns) or long:
            break
        columns = [
            (min(low, left), max(high, right)) for (low, high), (_, left, right) in zip(columns, cells, strict=True)
        ]
        if any(before >= after for (_, before), (after, _) in itertools.pairwise(columns)):
            break
        found.append(cells)
    return found
