"""A PDF with a text layer -> Draft: lines by PDFium, Chrome's own reader, paragraphs by where the lines stand.

What belongs to the sheet and not to the article goes: running heads, page numbers, the address that a browser
prints. The day in a running head is the paper's. Dates in a PDF's properties tell when the file was made, not when
the article was published: they are not used.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from statistics import median

import pypdfium2 as pdfium

from ingest.read.credits import credits
from ingest.read.dates import parse_date
from ingest.read.draft import Draft, Unreadable
from ingest.read.pdf_lines import HYPHEN, RTL, Line, page_lines
from ingest.read.pdf_tables import with_tables

__all__ = ["read_pdf"]

_MOST_PAGES = 2000
_MOST_CHARACTERS = 5_000_000  # a long novel has 3 million
_FEWEST_LETTERS = 20  # in the whole file; fewer are a stamp on a scan
_MARGIN = 0.12  # of the sheet's height: where heads and page numbers stand

_NUMBER = re.compile(
    r"(?:page|seite|p\.|pag\.)?\s*[-–—|]?\s*\d{1,4}\s*[-–—|]?(?:\s*(?:/|of|von|de|sur)\s*\d{1,4})?", re.IGNORECASE
)
_ADDRESS = re.compile(r"(https?://\S+|file://\S+)(?:\s+\d+\s*/\s*\d+)?")
_JUNK_TITLE = re.compile(
    r"(?:microsoft word|untitled|unbenannt|slide \d|document\d*$|.*\.(?:docx?|odt|rtf|indd|qxd|pdf|txt|html?|tex)$)",
    re.IGNORECASE,
)
_OPENING = 8  # lines below the headline, where an article states its own day
_LONGEST_HEAD = 120  # characters
_DAY = re.compile(
    r"(?<![\d/.-])(?:\d{1,2}\.?(?:st|nd|rd|th)?(?:\s+(?:de|of))?\s+[^\W\d_]{3,12}\.?(?:\s+de)?,?\s+\d{4}"
    r"|[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d{2}-\d{2}"
    r"|\d{4}年\d{1,2}月\d{1,2}日)(?!\d)"
)
_PRINTED = re.compile(
    r"\b(?:print(?:ed|out)|accessed|downloaded|retrieved|created|gedruckt|ausdruck|abgerufen|imprimé|impreso)\b"
    r"|\d{1,2}:\d{2}",
    re.IGNORECASE,
)
_ENDS = (".", "!", "?", ":", "。", "！", "？", "؟", "”", "\"", "»", "।")  # fmt: skip
_ITEM = re.compile(r"(?:[•▪●◦‣*–—-]|\d{1,3}[.)])\s+\S")


def read_pdf(data: bytes) -> Draft:
    """Return the draft of a PDF. Raises Unreadable for a scan, a locked or a damaged file."""
    try:
        document = pdfium.PdfDocument(data)
        pages = len(document)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("it is locked with a password; save it without one") from None
        raise Unreadable("it is damaged or cut off; get the file again") from None
    if pages > _MOST_PAGES:
        raise Unreadable(f"{pages:,} pages are too many for one article (at most {_MOST_PAGES:,}); split it")
    try:
        stated = document.get_metadata_dict()
    except UnicodeDecodeError:  # what a damaged title says is not worth the article
        stated = {}
    try:
        heights, lines = _sheets(document, pages)
    except (pdfium.PdfiumError, UnicodeDecodeError):
        raise Unreadable("a page of it is damaged; get the file again") from None
    if sum(sum(map(str.isalnum, line.text)) for line in lines) < _FEWEST_LETTERS:
        raise Unreadable("it holds pictures of pages and no text (a scan); run text recognition (OCR) on it first")
    title, above = _headline(stated.get("Title", ""), lines)
    kept, url = _without_margins(lines, heights, stated.get("Title", ""))
    kept = [line for line in kept if line not in above]
    heads = [line for line in lines if line in above or line.bottom > (1 - _MARGIN) * heights[line.page]]
    days = _head_days(heads, stated.get("Title", ""))
    kept = [line for line in kept if line not in days] or kept
    return Draft(
        text=_mended("".join(_joined(with_tables(kept)))),
        title=title or None,
        url=url,
        published=None if any(map(_is_dated, kept[:_OPENING])) else _only(days.values()),
        author=stated.get("Author") or None,
        flowed=True,
    )


def _head_days(heads: list[Line], title: str) -> dict[Line, str]:
    """The running heads that name the day of the paper, with that day; not those that a printout adds."""
    days: dict[Line, str] = {}
    for line in heads:
        if len(line.text) <= _LONGEST_HEAD and not _PRINTED.search(line.text) and not _print_head(line.text, title):
            day = next(filter(None, (parse_date(found[0]) for found in _DAY.finditer(line.text))), None)
            if day and not line.text.endswith(_ENDS):
                days[line] = day
    return days


def _only(days: Iterable[str]) -> str | None:
    """The day that all of them are; None where they are several."""
    different = set(days)
    return different.pop() if len(different) == 1 else None


def _is_dated(line: Line) -> bool:
    said = credits(line.text)
    return said is not None and said.published is not None


def _sheets(document: pdfium.PdfDocument, pages: int) -> tuple[list[float], list[Line]]:
    heights: list[float] = []
    lines: list[Line] = []
    characters = 0
    for number in range(pages):
        page = document[number]
        text = page.get_textpage()
        count = text.count_chars()
        characters += count
        if characters > _MOST_CHARACTERS:
            raise Unreadable(f"more than {_MOST_CHARACTERS:,} characters are too much for one article; split it")
        heights.append(page.get_height())
        lines += page_lines(text, count, number)
        text.close()
        page.close()
    return heights, lines


def _headline(stated: str, lines: list[Line]) -> tuple[str, list[Line]]:
    """The title, which is the largest text at the head of the first page, and what stands above it.

    Above it stands a masthead, or the menu of a printed web page; whole sentences are neither.
    """
    stated = " ".join(stated.split())
    first = [line for line in lines if line.page == lines[0].page]
    usual = median(line.size for line in lines)
    largest = max((line.size for line in first), default=usual)
    big = [index for index, line in enumerate(first) if line.size > 0.95 * largest and largest > 1.12 * usual]
    run = [index for position, index in enumerate(big) if index == big[0] + position]
    found = " ".join(first[index].text for index in run)
    if not 5 < len(found) <= 300:
        return ("" if _JUNK_TITLE.match(stated) else stated), []
    above = first[: run[0]]
    if sum(len(line.text) for line in above) > 200 or any(line.text.endswith(_ENDS) for line in above):
        above = []
    longer = stated and not _JUNK_TITLE.match(stated) and _letters(found) not in _letters(stated)
    return (stated if longer else found), above


def _without_margins(lines: list[Line], heights: list[float], title: str) -> tuple[list[Line], str | None]:
    """The lines without running heads, page numbers and what a browser prints; the address that it printed."""
    inside = [_MARGIN < line.bottom / heights[line.page] < 1 - _MARGIN for line in lines]
    outer = [line for line, within in zip(lines, inside, strict=True) if not within]
    pages = Counter(mark for mark, _ in {(_mark(line.text), line.page) for line in outer})
    needed = max(2, 0.3 * len(heights))
    kept, url = [], None
    for line, within in zip(lines, inside, strict=True):
        address = _ADDRESS.fullmatch(line.text)
        printed = address or _NUMBER.fullmatch(line.text) or (_print_head(line.text, title))
        if within or not (printed or pages[_mark(line.text)] >= needed):
            kept.append(line)
        elif address and address[1].startswith("http") and "…" not in address[1]:
            url = address[1]
    return kept or lines, url


def _mark(text: str) -> str:
    return re.sub(r"\d+", "#", text.casefold())


def _print_head(text: str, title: str) -> bool:
    """Whether it is the line '1/31/19, 10:00 AM   Title' that browsers print above each page."""
    dated = text[:1].isdigit() and text.endswith(title[:40].strip())
    return bool(title.strip()) and (dated or text == title.strip())


def _joined(lines: list[Line]) -> Iterator[str]:
    pitches = _pitches(lines)
    edges = _edges(lines)
    for index, line in enumerate(lines):
        before = lines[index - 1]
        if index and (before.is_row or line.is_row):
            yield "\n" if before.is_row and line.is_row else "\n\n"
        elif index:
            yield _between(before, line, pitches, edges)
        yield line.text


def _between(before: Line, line: Line, pitches: dict[int, float], edges: dict[tuple[int, int, int], float]) -> str:
    """What parts two lines: nothing or a space inside a paragraph, a line break in a list, else a blank line."""
    ended = before.text.endswith(_ENDS)
    if before.text.endswith(HYPHEN) and line.text[:1].islower():
        return ""
    if _ITEM.match(line.text):
        return "\n" if _ITEM.match(before.text) else "\n\n"
    if abs(before.size - line.size) > 0.1 * max(before.size, line.size):
        return "\n\n"
    pitch = before.bottom - line.bottom
    if line.page != before.page or pitch < -0.5 * line.size:  # the next page or column
        return "\n\n" if ended else " "
    usual = pitches.get(round(line.size), line.size)
    indented = line.left > before.left + 0.8 * line.size and not _ITEM.match(before.text)
    # Whether the next word would have fitted: with a fifth to spare, as its letters are taken to be of mean width.
    word = (len(line.text.split(maxsplit=1)[0]) + 1) * (line.right - line.left) / len(line.text)
    fits = before.right + 1.2 * word < edges.get(_column(before), before.right)
    if pitch > 1.2 * usual or (ended and (indented or fits)):
        return "\n\n"
    return "\n" if fits and not RTL.search(line.text) else " "


def _pitches(lines: list[Line]) -> dict[int, float]:
    """The usual distance from line to line for each size of letters: the smallest that is common."""
    found: dict[int, list[float]] = {}
    for before, line in itertools.pairwise(lines):
        pitch = before.bottom - line.bottom
        if before.page == line.page and round(before.size) == round(line.size) and 0.5 < pitch / line.size < 2.5:
            found.setdefault(round(line.size), []).append(pitch)
    return {size: sorted(pitches)[len(pitches) // 5] for size, pitches in found.items()}


def _edges(lines: list[Line]) -> dict[tuple[int, int, int], float]:
    """How far to the right the lines of each column reach; a headline over several columns is none of them."""
    reach: dict[tuple[int, int, int], float] = {}
    for line in lines:
        reach[_column(line)] = max(reach.get(_column(line), 0.0), line.right)
    return reach


def _column(line: Line) -> tuple[int, int, int]:
    return line.page, round(line.left / 30), round(line.size)


def _mended(text: str) -> str:
    """The text with divided words joined; the hyphen stays where the text writes the word with one elsewhere."""
    parts = re.split(f"{HYPHEN}\\s*", text)
    whole = parts[0]
    compounds = set(re.findall(r"\w+-\w+", text)) if len(parts) > 1 else set()
    pieces = [whole]
    for before, after in itertools.pairwise(parts):
        first, last = re.search(r"\w+$", before[-60:]), re.match(r"\w+", after[:60])
        kept = first and last and f"{first[0]}-{last[0]}" in compounds
        pieces += ["-" if kept or not (last and last[0][:1].islower()) else "", after]
    return "".join(pieces)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
