"""A file of many articles (CSV, TSV, JSON Lines, JSON) -> one mapping of fields a record.

Tables and JSON Lines are read row by row, so memory does not grow with the file.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from ingest.read.dates import day_first, is_unclear, parse_date
from ingest.read.decode import NotText, encoding_of
from ingest.read.draft import Draft
from ingest.read.exports import flat, records_of
from ingest.read.fields import has_text, is_field
from ingest.read.sheets import sheet_text

__all__ = ["Record", "read_records"]

LARGEST_RECORD = 20_000_000  # characters: no article is longer, an unclosed quote is
_LARGEST_JSON = 200_000_000  # bytes: JSON is read whole; longer archives belong in JSON Lines
_BLOCK = 1 << 20
_DELIMITERS = ",\t;|"
_MOST_REPEATED = 1_000_000  # lines read again; about a second, where a hostile table would take hours
_MOST_ABOVE = 10  # lines above a table's header
_MOST_WAITING = 1_000_000  # characters of rows that are kept until a later one shows how days are written
_SEPARATOR = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{3}")

# The fields of one record, or one line that says what is wrong with it, or a table of data as the one article it is.
Record = Mapping[str, object] | str | Draft


def read_records(path: Path) -> Iterator[Record]:
    """Yield the records of a .csv, .tsv, .jsonl, .ndjson or .json file, in order.

    What is wrong with a row, or with the whole file, is yielded in its place as one line; the other
    rows follow. Raises OSError.
    """
    try:
        with path.open("rb") as file:
            encoding = encoding_of(iter(lambda: file.read(_BLOCK), b""))
    except NotText as error:
        yield str(error)
        return
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    errors = "replace" if encoding == "utf-8-sig" else "strict"  # a damaged byte costs its letter
    kind = path.suffix.lower()
    try:
        with path.open(encoding=encoding, errors=errors, newline="") as text:
            if kind in {".csv", ".tsv"}:
                yield from _dated(_table(text))
            elif kind == ".json":
                yield from _dated(_json(text, path.stat().st_size))
            else:
                yield from _dated(_json_lines(text))
    except UnicodeError:
        yield f"damaged {encoding}: nothing after the damage was read; save it again as UTF-8"


def _dated(records: Iterator[Record]) -> Iterator[Record]:
    """The records, days such as 03/04/2019 in them read as others of the file show: 25/04/2019 has the day first.

    Those before the one that shows it wait for it, a million characters of them at most.
    """
    shown: set[bool] = set()  # whether days go before months; both where the file writes both
    waiting: list[Record] = []
    size = 0
    for record in records:
        days = _days(record)
        shown.update(first for first in map(day_first, days.values()) if first is not None)
        if not waiting and (shown or not any(map(is_unclear, days.values()))):
            yield _clear(record, shown)
            continue
        waiting.append(record)
        size += sum(len(str(value)) for value in record.values()) if isinstance(record, Mapping) else 0
        if shown or size > _MOST_WAITING:
            yield from (_clear(one, shown) for one in waiting)
            waiting, size = [], 0
    yield from (_clear(one, shown) for one in waiting)


def _days(record: Record) -> dict[str, object]:
    if not isinstance(record, Mapping):
        return {}
    return {name: value for name, value in record.items() if isinstance(value, str) and _is_day(name)}


@lru_cache(maxsize=10_000)
def _is_day(name: str) -> bool:
    return is_field(name, "published", "updated")


def _clear(record: Record, shown: set[bool]) -> Record:
    if not isinstance(record, Mapping) or len(shown) != 1:
        return record
    (days_first,) = shown
    unclear = {name: day for name, day in _days(record).items() if is_unclear(day)}
    return {**record, **{name: parse_date(day, days_first=days_first) or day for name, day in unclear.items()}}


def _table(text: TextIO) -> Iterator[Record]:
    csv.field_size_limit(LARGEST_RECORD)
    header, delimiter = _header(text)
    if not header:
        yield "the file is empty; a table needs a header line and a row for each article"
        return
    if not has_text(dict.fromkeys(header)):
        if lines := sheet_text(text, _DELIMITERS, above=_MOST_ABOVE, letters=LARGEST_RECORD):
            yield Draft(lines, flowed=True)
            return
        yield (f"no column holds the text (found: {_shown(header)}); name one of them 'text', 'body' or 'content'")
        return
    count, first = 0, None
    for count, record in enumerate(_rows(text, header, delimiter), start=1):  # noqa: B007
        first = record if first is None and isinstance(record, Mapping) else first
        yield record
    if count == 0:
        yield "the table has a header but no rows; add a row for each article"
    if first and (missing := _missing(header, first)):
        yield missing


def _missing(header: list[str], row: Mapping[str, object]) -> str | None:
    """One line on what no known column holds, where a column that is not known may hold it, by its first cell."""
    lost = [field for field in ("title", "published", "outlet") if not any(is_field(name, field) for name in header)]
    unread = [name for name in header if name.strip() and not is_field(name)]
    days = [name for name in unread if parse_date(row.get(name)) and not str(row.get(name)).isdigit()]
    words = [name for name in unread if name not in days and _LETTERS.search(str(row.get(name) or ""))]
    told = [field for field in lost if (days if field == "published" else words)]
    if not told:
        return None
    names = " or ".join("date" if field == "published" else field for field in told)
    columns = days * ("published" in told) + words * (told != ["published"])
    return f"no known column holds the {names} (not read: {_shown(columns)}); name the column so, if one of them does"


def _header(text: TextIO) -> tuple[list[str], str]:
    """The first line that names a column of texts, among the first ten, and the delimiter; else the first line.

    Above it may stand what spreadsheets write ('sep=;') and what names the export.
    """
    first: tuple[list[str], str] | None = None
    marks = _DELIMITERS
    for _ in range(_MOST_ABOVE):
        line = text.readline(_BLOCK)
        if not line:
            break
        stated = _SEPARATOR.fullmatch(line.strip("\ufeff\r\n"))
        if stated:
            marks = stated[1]
            continue
        if line.strip():
            header = _columns(line, marks)
            if has_text(dict.fromkeys(header[0])):
                return header
            first = first or header
    return first or ([], ",")


def _columns(line: str, marks: str) -> tuple[list[str], str]:
    """The delimiter is the one that parts a text column off; a table of one column needs none."""
    headers = [(next(csv.reader([line], delimiter=mark), []), mark) for mark in marks]
    return max(headers, key=lambda found: (has_text(dict.fromkeys(found[0])), len(found[0])))


def _rows(text: TextIO, header: list[str], delimiter: str) -> Iterator[Record]:
    """Rows as they come. One whose quotes do not pair up is given up after its first line.

    What then follows is read again, from the first row on that has as many cells as the header:
    an unclosed quote costs its own row, not the rows that it seems to hold.
    """
    feed = _Feed(text)
    rows = csv.reader(feed, delimiter=delimiter, strict=True)
    number, lost = 0, False
    while True:
        feed.begin()
        try:
            cells = next(rows, None)
        except csv.Error:
            number += not lost
            if not lost:
                yield f"row {number}: its quotation marks do not pair up; double those inside a cell"
            lost = True
            if not feed.go_back():
                yield f"nothing after row {number} was read: too many quotation marks do not pair up; correct them"
                return
            continue
        if cells is None:
            return
        if any(map(str.strip, cells)) and not (lost and len(cells) != len(header)):
            number, lost = number + 1, False
            yield _row(header, cells, number)


def _row(header: list[str], cells: list[str], number: int) -> Record:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        return f"row {number}: {len(cells)} cells under {len(header)} columns; quote the cell that holds the delimiter"
    row: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=False):
        row[name] = row.get(name) or cell  # of two columns of one name the first that has something
    return row


class _Feed:
    """The lines of a table, remembered since the current row began, so that it can be given up."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._again: list[str] = []
        self._row: list[str] = []
        self._size = self._repeated = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._text.readline(LARGEST_RECORD)
        if not line:
            raise StopIteration
        self._row.append(line)
        self._size += len(line)
        if self._size > LARGEST_RECORD:
            raise csv.Error("longer than any article")
        return line

    def begin(self) -> None:
        """A new row begins with the next line."""
        self._row, self._size = [], 0

    def go_back(self) -> bool:
        """Give the lines of the current row again but for its first; False after too many of them."""
        self._again += reversed(self._row[1:])
        self._repeated += len(self._row)
        return self._repeated < _MOST_REPEATED


def _json_lines(text: TextIO) -> Iterator[Record]:
    number, empty = 0, True
    for line in iter(lambda: text.readline(LARGEST_RECORD), ""):
        if len(line) == LARGEST_RECORD and not line.endswith("\n"):
            number, empty = number + 1, False
            yield f"line {number}: longer than {LARGEST_RECORD:,} characters; one article a line"
            while (rest := text.readline(LARGEST_RECORD)) and not rest.endswith("\n"):
                pass
            continue
        number += 1
        if line.strip():
            empty = False
            yield _json_record(line, number)
    if empty:
        yield "the file is empty; put one article on each line"


def _json_record(line: str, number: int) -> Record:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return f"line {number}: not valid JSON; put one article as {{...}} on each line"
    if not isinstance(found, dict):
        return f"line {number}: not an object; put one article as {{...}} on each line"
    return flat(found)


def _json(text: TextIO, size: int) -> Iterator[Record]:
    if size > _LARGEST_JSON:
        yield f"larger than {_LARGEST_JSON:,} bytes; save it as JSON Lines (.jsonl), one article a line"
        return
    whole = text.read()
    if not whole.strip():
        yield "the file is empty; put an array of articles in it"
        return
    try:
        found = records_of(json.loads(whole))
    except RecursionError:
        yield "nested too deeply for an article; put an array of flat objects in it"
        return
    except ValueError as error:
        if str(error).startswith("Extra data"):
            text.seek(0)
            yield from _json_lines(text)
        else:
            yield f"not valid JSON ({str(error)[:80]}); correct it there"
        return
    if not found:
        yield "no article in it; put an array of objects with a 'text' in it"
    for number, record in enumerate(found, start=1):
        yield flat(record) if isinstance(record, dict) else f"item {number}: not an object"


def _shown(header: list[str]) -> str:
    names = ", ".join(name.strip() or "(empty)" for name in header[:8])
    return names[:120] + (", ..." if len(header) > 8 else "")
