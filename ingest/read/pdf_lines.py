"""The letters of a PDF's page -> its lines, in the order in which its maker set them."""

import ctypes
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

__all__ = ["GAP", "HYPHEN", "RTL", "Cell", "Line", "page_lines"]

HYPHEN = "\u00ad"  # stands where a word was divided at the end of a line
RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LIGATURES = dict(enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"), start=0xFB00))

_NARROW = 0.35
GAP = 1.1  # of the letters' size, between two cells; a justified line has gaps of half of it
# Dots that fill a line, as in a table of contents, and letters that go from right to left.
_NO_ROW = re.compile(r"\.(?: ?\.){3}|" + RTL.pattern)

Cell = tuple[str, float, float]  # its words, left and right
_Sign = tuple[str, float, float, float, float, float]  # a letter: left, right, bottom, top, size; size 0: not drawn


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet; places in points from the lower left corner."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    top: float
    size: float  # of its letters
    cells: tuple[Cell, ...] = ()  # where gaps part it into several
    runs: tuple[Cell, ...] = ()  # where narrower gaps without a space do
    is_row: bool = False  # of a table, with the heads of its cells


def page_lines(text: pdfium.PdfTextPage, count: int, page: int) -> Iterator[Line]:
    """The lines of a page in the order in which its maker set them, which goes down column after column."""
    box, matrix = pdf.FS_RECTF(), pdf.FS_MATRIX()
    signs: list[_Sign] = []
    for index in range(count):
        code = pdf.FPDFText_GetUnicode(text, index)
        if code in (0x0D, 0x0A):
            yield from _line(signs, page)
            signs = []
            continue
        divided = code in (0xFFFE, 0x02, 0xAD)
        pdf.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box))
        sign = HYPHEN if divided else _LIGATURES.get(code) or chr(code)
        pdf.FPDFText_GetMatrix(text, index, ctypes.byref(matrix))
        scale = math.hypot(matrix.b, matrix.d)
        size = 0.0 if pdf.FPDFText_IsGenerated(text, index) else pdf.FPDFText_GetFontSize(text, index) * scale
        signs.append((sign, box.left, box.right, box.bottom, box.top, size))
        if divided:
            yield from _line(signs, page)
            signs = []
    yield from _line(signs, page)


def _line(signs: list[_Sign], page: int) -> Iterator[Line]:
    drawn = [sign for sign in signs if sign[5] and not sign[0].isspace()]
    words = "".join(sign[0] for sign in signs)
    if not drawn:
        return
    no_row = _NO_ROW.search(words)
    yield Line(
        text=_rightward(signs) if RTL.search(words) else words.strip(" "),
        page=page,
        left=min(sign[1] for sign in drawn),
        right=max(sign[2] for sign in drawn),
        bottom=min(sign[3] for sign in drawn),
        top=max(sign[4] for sign in drawn),
        size=median(sign[5] for sign in drawn),
        cells=() if no_row else _cells(signs, GAP, drawn_spaces=True),
        runs=() if no_row else _cells(signs, _NARROW, drawn_spaces=False),
    )


def _cells(signs: list[_Sign], gap: float, *, drawn_spaces: bool) -> tuple[Cell, ...]:
    """What gaps of so much of the letters' size part; nothing where there are none.

    Without `drawn_spaces` a gap counts only where no space was drawn: between two cells PDFium puts one itself.
    """
    cells: list[list[_Sign]] = []
    end, spaced = -math.inf, False
    for sign in signs:
        if sign[5] and not sign[0].isspace():
            if sign[1] - end > gap * sign[5] and (drawn_spaces or not spaced):
                cells.append([])
            end, spaced = sign[2], False
        spaced = spaced or (sign[0].isspace() and sign[5] > 0)
        if cells:
            cells[-1].append(sign)
    if len(cells) == 1:
        return ()
    return tuple(
        (" ".join("".join(sign[0] for sign in cell).split()), cell[0][1], max(sign[2] for sign in cell if sign[5]))
        for cell in cells
    )


def _rightward(signs: list[_Sign]) -> str:
    """Words of Arabic and Hebrew with their letters from right to left, as they stand on the sheet.

    PDFium gives the words in order, but the letters of some of them the wrong way round.
    """
    words: list[list[tuple[str, float]]] = [[]]
    for sign, left, right, *_ in signs:
        if sign.isspace():
            words.append([])
        else:
            words[-1].append((sign, (left + right) / 2))
    return " ".join(_turned(word) for word in words if word)


def _turned(word: list[tuple[str, float]]) -> str:
    if not any(RTL.match(sign) for sign, _ in word):
        return "".join(sign for sign, _ in word)
    rising = sum((after[1] > before[1]) - (after[1] < before[1]) for before, after in itertools.pairwise(word))
    return "".join(sign for sign, _ in sorted(reversed(word) if rising > 0 else word, key=lambda sign: -sign[1]))
