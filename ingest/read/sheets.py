"""A table of data in a CSV file -> lines of text, a line a row, each cell beside its column's head (see tables.py).

'Save it as .csv' is what spreadsheets are told to do, and what comes then is more often figures than articles.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TextIO

from ingest.read.clean import one_line
from ingest.read.nested import plain_name
from ingest.read.tables import lines_of

__all__ = ["sheet_text"]

# A table with one of these is a list of articles that lacks their texts: its rows are no figures.
_OF_ARTICLES = frozenset(("title", "headline", "url", "link"))
_AT_ONCE = 500  # rows that are turned into lines at once
_MOST_COLUMNS = 100
_LONGEST_MEAN = 80  # letters of a column's cells; longer ones are posts or notes, each of them an article
_FEWEST_ROWS = 2


def sheet_text(text: TextIO, marks: str, *, above: int, letters: int) -> str | None:
    """Return a table's rows as lines, with what stands above its heads; None where it is no table of data.

    A table of data has two columns or more with a head each, two rows or more, and no column of texts, headlines or
    addresses.

    Args:
        text: The file, which is read from its beginning.
        marks: The delimiters it may have.
        above: How many lines may stand above the heads.
        letters: The most that an article may have.
    """
    text.seek(0)
    begun = [line for line in (text.readline(letters) for _ in range(above + 1)) if line]
    (_, width), mark = max((_alike(begun, one), one) for one in marks)
    text.seek(0)
    rows = (row for row in _rows(text, mark) if any(row))
    titles: list[str] = []
    heads: list[str] = []
    try:
        for row in islice(rows, above + 1):
            if len(row) == width and all(row):
                heads = row
                break
            titles += [", ".join(filter(None, row))] if not row[0].lower().startswith("sep=") else []
        if not heads or len(heads) > _MOST_COLUMNS or _OF_ARTICLES & set(map(plain_name, heads)):
            return None
        lines = _lines(rows, heads, letters)
    except csv.Error:  # a quotation mark that is never closed
        return None
    return "\n\n".join([*titles, "\n".join(lines)]) if lines else None


def _alike(lines: Sequence[str], mark: str) -> tuple[int, int]:
    """How many of the lines a delimiter parts into the same number of columns, two or more, and how many those are."""
    widths = Counter(len(next(csv.reader([line], delimiter=mark), [])) for line in lines)
    return max(((count, width) for width, count in widths.items() if width > 1), default=(0, 0))


def _rows(text: TextIO, mark: str) -> Iterator[list[str]]:
    for row in csv.reader(text, delimiter=mark):
        cells = [one_line(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _lines(rows: Iterator[list[str]], heads: list[str], most: int) -> list[str]:
    """The rows as lines; none where one is wider than the heads, a column has texts, or all are more than `most`."""
    lines: list[str] = []
    size = count = 0
    while some := list(islice(rows, _AT_ONCE)):
        wide = [[*row, *[""] * (len(heads) - len(row))] for row in some]
        if any(len(row) > len(heads) for row in some) or _has_texts(wide):
            return []
        found = lines_of([heads, *wide], "th")
        lines += found
        size += sum(map(len, found))
        count += len(some)
        if not found or size > most:
            return []
    return lines if count >= _FEWEST_ROWS else []


def _has_texts(rows: list[list[str]]) -> bool:
    """Whether the cells of a column are long: those that say something, on the average."""
    said = ([len(cell) for cell in column if cell] for column in zip(*rows, strict=True))
    return any(sum(lengths) > _LONGEST_MEAN * len(lengths) for lengths in said)
