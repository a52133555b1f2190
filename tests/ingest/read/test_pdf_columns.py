"""PDF in columns under a headline that spans them, with a running head; the PDFs are written here, line by line."""

from pathlib import Path

import pytest

from ingest.article import Article
from ingest.read.pdf_lines import Line
from ingest.read.pdf_tables import with_tables
from ingest.sources import read_articles

_WIDTH = 24  # letters of a column
_TEXT = (
    "MALEN — The pilots of Malen ended their walkout on Friday after eleven days, having taken an offer of 4.5 percent"
    " more pay over two years, the spokeswoman of their union Marit Solheim announced.",
    "The quarrel over night work had kept forty ships in the roads and cost the county some 21 million crowns.",
    "Bakers were glad: flour had become scarce, and the price of bread had gone up twice in the week before that.",
)


def _wrapped(paragraph: str) -> list[str]:
    lines = [""]
    for word in paragraph.split():
        if len(lines[-1]) + 1 + len(word) > _WIDTH and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _pdf(path: Path, pages: list[list[tuple[float, float, int, str, float]]]) -> None:
    """Write pages of lines (left, bottom, size, text, width; width 0: as it comes) in Courier."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>",
    ]
    kids = []
    for lines in pages:
        drawn = []
        for left, bottom, size, text, width in lines:
            spare = width - 0.6 * size * len(text) if width else 0.0
            spaces = text.count(" ")
            words = spare / spaces if spaces else 0.0  # justified: what is left goes between the words
            shown = text.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)")
            drawn.append(b"BT /F %d Tf %.3f Tw %.1f %.1f Td (%s) Tj ET" % (size, words, left, bottom, shown))
        stream = b"\n".join(drawn)
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>>>"
        objects.append(page % len(objects))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, len(data),
    )  # fmt: skip
    path.write_bytes(data)


def _sheet(
    head: str, *, headline: bool, paragraphs: tuple[str, ...] = _TEXT
) -> list[tuple[float, float, int, str, float]]:
    """A sheet of two columns of ten-point letters, justified, under a headline as wide as both."""
    lines: list[tuple[float, float, int, str, float]] = [(50, 800, 8, head, 0)] if head else []
    if headline:
        lines.append((50, 740, 22, "Pilots of Malen end walkout", 0))
    column = [
        (line, last)
        for text in paragraphs
        for wrapped in [_wrapped(text)]
        for line in wrapped
        for last in [line is wrapped[-1]]
    ]
    half = (len(column) + 1) // 2
    for number, (text, last) in enumerate(column):
        left = 50 if number < half else 330
        lines.append((left, 700 - 12 * (number % half), 10, text, 0 if last else 6 * _WIDTH))
    return lines


def _read(path: Path) -> Article:
    (article,) = read_articles(str(path))
    assert isinstance(article, Article)
    return article


def test_a_column_under_a_wide_headline_is_read_in_paragraphs(tmp_path: Path) -> None:
    _pdf(tmp_path / "a.pdf", [_sheet("THE MALEN COURIER Saturday, 4 May 2024 Page 3", headline=True)])
    article = _read(tmp_path / "a.pdf")
    assert article.title == "Pilots of Malen end walkout"
    assert article.text.split("\n\n") == list(_TEXT)
    assert article.published == "2024-05-04"


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("Samstag, 4. Mai 2024 | MALENER BOTE | Seite 3", "2024-05-04"),
        ("LE COURRIER - samedi 4 mai 2024", "2024-05-04"),
        ("May 4, 2024  The Malen Courier  A3", "2024-05-04"),
        ("04.05.2024 Malener Bote 3", "2024-05-04"),
        ("Printed on 4 May 2024", None),
        ("4 May 2024, 10:15 Pilots of Malen", None),
        ("Malen Courier 1919-2024", None),
        ("", None),
    ],
)
def test_the_day_in_a_running_head_is_the_papers(tmp_path: Path, head: str, day: str | None) -> None:
    _pdf(tmp_path / "a.pdf", [_sheet(head, headline=True)])
    assert _read(tmp_path / "a.pdf").published == day


def test_running_heads_of_two_sheets_go_and_the_articles_own_day_goes_first(tmp_path: Path) -> None:
    more = ("Eight ships came in on Saturday, and the last of them left the roads on Sunday night, said the harbour.",)
    first = _sheet("THE MALEN COURIER Saturday, 4 May 2024 Page 3", headline=True)
    second = _sheet("4 THE MALEN COURIER Saturday, 4 May 2024", headline=False, paragraphs=more)
    _pdf(tmp_path / "a.pdf", [first, second])
    article = _read(tmp_path / "a.pdf")
    assert "COURIER" not in article.text
    assert article.published == "2024-05-04"
    _pdf(tmp_path / "b.pdf", [[*first[:2], (50, 716, 10, "Published: 3 May 2024", 0), *first[2:]]])
    assert _read(tmp_path / "b.pdf").published == "2024-05-03"


_ABOVE = ("The ferries of the sound carried more people than in any year before, the harbour", "office of Malen said.")
_BELOW = (
    "A fifth route will be added in the spring, which leads from Oddvik to the northern",
    "skerries and back again.",
)


def _with_rows(path: Path, rows: list[list[str]], lefts: list[int]) -> str:
    """The text of a sheet with two lines, these rows with a cell at each of these places, and two lines."""
    lines: list[tuple[float, float, int, str, float]] = []
    bottom = 740.0
    for text in _ABOVE:
        lines.append((50, bottom := bottom - 12, 10, text, 0))
    bottom -= 20
    for row in rows:
        bottom -= 14
        lines += [(left, bottom, 10, cell, 0) for left, cell in zip(lefts, row, strict=True)]
    bottom -= 20
    for text in _BELOW:
        lines.append((50, bottom := bottom - 12, 10, text, 0))
    _pdf(path, [lines])
    (article,) = read_articles(str(path))
    assert isinstance(article, Article), article
    return article.text


@pytest.mark.parametrize("lefts", [[50, 250, 400], [50, 140, 205]], ids=["wide", "narrow"])
def test_the_cells_of_a_table_stand_beside_the_heads_of_their_columns(tmp_path: Path, lefts: list[int]) -> None:
    rows = [
        ["Route", "Passengers", "Trips"],
        ["Malen to Sund", "412,300", "3,650"],
        ["Sund to Oddvik", "54,009", "730"],
    ]
    text = _with_rows(tmp_path / "a.pdf", rows, lefts)
    told = "Route: Malen to Sund; Passengers: 412,300; Trips: 3,650 (Malen to Sund).\n"
    told += "Route: Sund to Oddvik; Passengers: 54,009; Trips: 730 (Sund to Oddvik)."
    assert text == f"{' '.join(_ABOVE)}\n\n{told}\n\n{' '.join(_BELOW)}"


@pytest.mark.parametrize(
    "rows",
    [
        [["Route", "Passengers"], ["Sund", "412,300"]],
        [["Ann Lund", "Bo Ek"], ["Ida Holm", "Ole Berg"], ["Marit Dahl", "Per Aas"]],
        [[f"Chapter {number} {'. ' * 20}", str(number * 7)] for number in range(1, 6)],
    ],
    ids=["two rows", "names in columns", "contents"],
)
def test_what_may_be_no_table_keeps_its_words_as_they_stand(tmp_path: Path, rows: list[list[str]]) -> None:
    text = _with_rows(tmp_path / "a.pdf", rows, [50, 350])
    assert all(cell.strip() in text for row in rows for cell in row)
    assert ":" not in text


def test_rows_that_are_no_table_stay_the_lines_that_they_were() -> None:
    def line(number: int, left: float, words: str) -> Line:
        bottom = 800.0 - 12 * (number % 50)
        return Line(words, number // 50, left, left + 60, bottom, bottom + 10, 10)

    lines = [line(number, left, words) for number in range(2000) for left, words in ((50, "Ann Lund"), (200, "Bo Ek"))]
    assert with_tables(lines) == lines
