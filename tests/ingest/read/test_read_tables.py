"""A table's cells are read under the heads, beside the titles and in the places that its tags give them."""

from pathlib import Path

import pytest

from ingest.article import Article
from ingest.sources import read_articles

_FIRST = "The orchards of Elm gave fewer apples than in the year before, the growers of the valley said on Friday."
_LAST = "Frost in April had killed a third of the blossom, and the growers hope for a milder spring this time."


def _rows(tmp_path: Path, table: str) -> list[str]:
    """The lines that the stored text has between the two paragraphs."""
    path = tmp_path / "page.html"
    page = f"<article><h1>Apples of Elm</h1><p>{_FIRST}</p>{table}<p>{_LAST}</p></article>"
    path.write_text(f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8></head><body>{page}</body></html>")
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    assert item.text.startswith(_FIRST)
    assert item.text.endswith(_LAST)
    return item.text[len(_FIRST) : -len(_LAST)].strip().split("\n")


_HEAD = "<tr><th>Orchard<th>Tons<th>Pickers</tr>"
_HILL = "<tr><td>Upper Elm<td>31<td>6</tr><tr><td>Ridge<td>12<td>2</tr>"
_VALE = "<tr><td>Mill Acre<td>57<td>9</tr>"
_GROUPED = [
    "Hill – Orchard: Upper Elm; Tons: 31; Pickers: 6 (Upper Elm).",
    "Hill – Orchard: Ridge; Tons: 12; Pickers: 2 (Ridge).",
    "Vale – Orchard: Mill Acre; Tons: 57; Pickers: 9 (Mill Acre).",
]


@pytest.mark.parametrize("title", ["<th colspan=3>{}", "<td colspan=3>{}", "<th colspan=99>{}", "<th colspan=2>{}<td>"])
@pytest.mark.parametrize("head", [_HEAD, _HEAD.replace("<th", "<td")])
def test_a_title_across_the_table_names_the_rows_below_it(tmp_path: Path, title: str, head: str) -> None:
    table = f"{head}<tr>{title.format('Hill')}</tr>{_HILL}<tr>{title.format('Vale')}</tr>{_VALE}"
    assert _rows(tmp_path, f"<table>{table}</table>") == _GROUPED
    parts = f"<thead>{head}</thead><tbody><tr>{title.format('Hill')}</tr>{_HILL}</tbody>"
    parts += f"<tbody><tr>{title.format('Vale')}</tr>{_VALE}</tbody>"
    assert _rows(tmp_path, f"<table>{parts}</table>") == _GROUPED


def test_a_title_above_heads_that_come_again_is_that_of_its_part(tmp_path: Path) -> None:
    title = "<tr><th colspan=3>{}</tr>" + _HEAD
    assert _rows(tmp_path, f"<table>{title.format('Hill')}{_HILL}{title.format('Vale')}{_VALE}</table>") == _GROUPED
    whole = _rows(tmp_path, f"<table>{title.format('Harvest')}{_HILL}<tr><th colspan=3>Vale</tr>{_VALE}</table>")
    assert whole == ["Harvest", *(line.removeprefix("Hill – ") for line in _GROUPED[:2]), _GROUPED[2]]


def test_a_line_across_the_table_with_no_rows_below_it_is_kept(tmp_path: Path) -> None:
    remark = "<tr><td colspan=3>Windfalls are left out.</tr>"
    lines = [line.removeprefix("Hill – ") for line in _GROUPED[:2]]
    assert _rows(tmp_path, f"<table>{_HEAD}{_HILL}{remark}</table>") == [*lines, "Windfalls are left out."]


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ("<tr><td>5<td>5<td>5</tr><tr><td>6<td>8<td>8</tr>", ["A: 5; B: 5; C: 5", "A: 6; B: 8; C: 8"]),
        ("<tr><td>x<td>9<td>9</tr><tr><td>y<td>8<td>B</tr>", ["A: x; B: 9; C: 9 (x).", "A: y; B: 8; C: B (y)."]),
    ],
)
def test_cells_that_say_the_same_are_no_title(tmp_path: Path, rows: str, lines: list[str]) -> None:
    assert _rows(tmp_path, f"<table><tr><th>A<th>B<th>C</tr>{rows}</table>") == lines


def test_equal_cells_under_one_head_are_both_read_and_a_cell_across_them_once(tmp_path: Path) -> None:
    head = "<tr><th>Orchard<th colspan=2>Picks</tr>"
    rows = "<tr><td>Ridge<td>4<td>4</tr><tr><td>Mill Acre<td colspan=2>7</tr>"
    lines = ["Orchard: Ridge; Picks: 4; Picks: 4 (Ridge).", "Orchard: Mill Acre; Picks: 7 (Mill Acre)."]
    assert _rows(tmp_path, f"<table>{head}{rows}</table>") == lines


@pytest.mark.parametrize("span", ["0", "2", "2px", "90"])
def test_a_cell_goes_on_to_the_end_of_its_group_of_rows_at_most(tmp_path: Path, span: str) -> None:
    rows = f"<tbody><tr><td rowspan={span}>Hill<td>Ridge<td>12</tr><tr><td>Upper Elm<td>31</tr></tbody>"
    rows += "<tbody><tr><td>Vale<td>Mill Acre<td>57</tr></tbody>"
    head = "<thead><tr><th>Part<th>Orchard<th>Tons</tr></thead>"
    assert _rows(tmp_path, f"<table>{head}{rows}</table>") == [
        "Part: Hill; Orchard: Ridge; Tons: 12 (Hill).",
        "Part: Hill; Orchard: Upper Elm; Tons: 31 (Hill).",
        "Part: Vale; Orchard: Mill Acre; Tons: 57 (Vale).",
    ]


def test_a_cell_from_above_keeps_its_column_in_a_row_that_is_short(tmp_path: Path) -> None:
    rows = "<tr><td>Ridge<td>12<td rowspan=2>shared</tr><tr><td>Mill Acre</tr>"
    assert _rows(tmp_path, f"<table>{_HEAD}{rows}</table>") == [
        "Orchard: Ridge; Tons: 12; Pickers: shared (Ridge).",
        "Orchard: Mill Acre; Pickers: shared (Mill Acre).",
    ]


def test_tables_of_endless_spans_cost_no_time(tmp_path: Path) -> None:
    for row in ("<tr><td rowspan=0 colspan=200>a", "<tr>" + "<td>" * 150 + "<td rowspan=0>a", "<tr><td colspan=0>a"):
        assert _rows(tmp_path, f"<table>{_HEAD}{row * 150}</table>")


def test_a_table_of_markdown_is_read_as_that_of_a_page(tmp_path: Path) -> None:
    path = tmp_path / "elm.md"
    rows = (
        "| Orchard | Tons[^a] | Pickers |\n|:--|--:|---|\n| **Ridge** | 12[^a] | |\n| Mill \\| Acre | ~~60~~ 57 | 9 |\n"
    )
    path.write_text(f"# Apples\n\n{_FIRST}\n\n{rows}\n{_LAST}\n\n[^a]: Without windfalls.\n")
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    lines = "Orchard: Ridge; Tons: 12 (Ridge).\nOrchard: Mill | Acre; Tons: 57; Pickers: 9 (Mill | Acre)."
    assert item.text == f"{_FIRST}\n\n{lines}\n\n{_LAST}\n\nWithout windfalls."


def test_a_table_of_markdown_whose_heads_are_empty_keeps_its_cells(tmp_path: Path) -> None:
    path = tmp_path / "elm.md"
    path.write_text(f"{_FIRST}\n\n| | |\n|---|---|\n| Ridge | 12 |\n| Mill Acre | 57 |\n\n{_LAST}\n")
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    assert "Ridge | 12\nMill Acre | 57" in item.text


@pytest.mark.parametrize(
    "head",
    [
        "{} <button>sort</button>",
        "<button type=button>{}</button>",
        "{} <button><svg></svg></button> <select><option>all</select>",
        "<a href='?sort'>{}</a> <input placeholder=filter>",
    ],
)
def test_heads_that_sort_or_filter_are_heads(tmp_path: Path, head: str) -> None:
    heads = "".join(f"<th>{head.format(name)}" for name in ("Orchard", "Tons", "Pickers"))
    rows = _HILL.replace("<td>6", "<td>6 <button>Call them</button>")
    lines = [line.removeprefix("Hill – ") for line in _GROUPED[:2]]
    assert _rows(tmp_path, f"<table><thead><tr>{heads}</tr></thead>{rows}</table>") == lines


def test_a_table_in_a_form_beside_the_text_is_read_in_its_place(tmp_path: Path) -> None:
    head = "<form><p>Choose a year</p>"
    table = f"<table>{_HEAD}{_HILL}</table>"
    lines = [line.removeprefix("Hill – ") for line in _GROUPED[:2]]
    assert _rows(tmp_path, f"{head}<div>{table}</div><input type=submit></form>") == lines
    asked = f"<table>{_HEAD}<tr><td>Ridge<td><input name=tons><td></tr></table>"
    assert "Ridge" not in str(_rows(tmp_path, f"{head}{asked}</form><p>{_FIRST} {_LAST}</p>"))


def test_one_long_remark_leaves_a_table_its_heads(tmp_path: Path) -> None:
    long = "Half of the trees are older than the farm itself. " * 9
    rows = f"<tr><td>Ridge<td>12<td>{long}</tr><tr><td>Mill Acre<td>57<td>none</tr>"
    lines = _rows(tmp_path, f"<table><tr><th>Orchard<th>Tons<th>Remark</tr>{rows}</table>")
    assert lines == [
        f"Orchard: Ridge; Tons: 12; Remark: {long.strip()} (Ridge).",
        "Orchard: Mill Acre; Tons: 57; Remark: none (Mill Acre).",
    ]
    for laid_out in (rows.replace("none", long), rows.replace("<td>Mill Acre", f"<td>{long}")):
        assert "Tons: 12" not in str(
            _rows(tmp_path, f"<table><tr><th>Orchard<th>Tons<th>Remark</tr>{laid_out}</table>")
        )


@pytest.mark.parametrize("roles", ["table row columnheader cell", "grid row columnheader gridcell"])
@pytest.mark.parametrize("tag", ["div", "span"])
def test_a_table_by_its_roles_is_one(tmp_path: Path, roles: str, tag: str) -> None:
    whole, row, head, cell = (f"<{tag} role={role}" for role in roles.split())
    end = f"</{tag}>"
    heads = "".join(f"{head}>{name}{end}" for name in ("Orchard", "Tons", "Pickers"))
    rows = "".join(
        f"{row}>" + "".join(f"{cell}>{said}{end}" for said in said_of) + end
        for said_of in (("Upper Elm", "31", "6"), ("Ridge", "12", "2"))
    )
    title = f"{row}>{cell} aria-colspan=3>Hill{end}{end}"
    table = f"<div>{whole}>{row}>{heads}{end}<div role=rowgroup>{title}{rows}</div>{end}</div>"
    assert _rows(tmp_path, table) == _GROUPED[:2]


def test_a_grid_of_roles_that_lays_out_texts_is_left_alone(tmp_path: Path) -> None:
    cells = f"<div role=gridcell><p>{_FIRST}</p></div><div role=gridcell><p>{_LAST} {_LAST} {_LAST} {_LAST}</p></div>"
    assert _FIRST in _rows(tmp_path, f"<div role=grid><div role=row>{cells}</div><div role=row>{cells}</div></div>")
    assert _rows(
        tmp_path, "<div role=grid>" * 900 + "<p>Windfalls of the valley are left out of it.</p>" + "</div>" * 900
    )


@pytest.mark.parametrize("cell", ["<td>{}", "<th scope=row>{}"])
def test_years_over_named_rows_are_heads(tmp_path: Path, cell: str) -> None:
    def table(*rows: tuple[str, str, str]) -> list[str]:
        lines = (cell.format(name) + f"<td>{one}<td>{other}" for name, one, other in rows)
        return _rows(tmp_path, "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>")

    lines = ["Kind: Apples; 2021: 88; 2022/23: 61 (Apples).", "Kind: Pears; 2021: 9; 2022/23: 12 (Pears)."]
    assert table(("Kind", "2021", "2022/23"), ("Apples", "88", "61"), ("Pears", "9", "12")) == lines
    for rows in (
        (("Planted", "1921", "1952"), ("Felled", "2001", "2004"), ("Trees", "40", "71")),
        (("Ridge", "1950", "1700"), ("Mill Acre", "88", "61"), ("Vale", "9", "12")),
        (("2019", "2021", "2022"), ("2020", "88", "61"), ("2021", "9", "12")),
    ):
        assert "1921:" not in str(table(*rows))
        assert "1950:" not in str(table(*rows))
        assert "2022:" not in str(table(*rows))


@pytest.mark.parametrize(
    "frame", ["<table><tr><td>{}<td>Picture</table>", "<div role=grid><div role=row>{}</div></div>"]
)
def test_a_data_table_in_one_that_lays_out_the_page_is_read(tmp_path: Path, frame: str) -> None:
    lines = [line.removeprefix("Hill – ") for line in _GROUPED[:2]]
    text = "\n".join(_rows(tmp_path, frame.format(f"<table>{_HEAD}{_HILL}</table>")))
    assert "\n".join(lines) in text


@pytest.mark.parametrize("bold", ["<b>{}</b>", "<p><strong>{}</strong></p>", "<font><b>{}</b></font>"])
def test_bold_cells_above_or_before_others_are_heads(tmp_path: Path, bold: str) -> None:
    heads = "".join(f"<td>{bold.format(name)}" for name in ("Orchard", "Grower"))
    rows = "<tr><td>Ridge<td>Ada Holt</tr><tr><td>Mill Acre<td>Jon <b>Rask</b></tr>"
    assert _rows(tmp_path, f"<table><tr>{heads}</tr>{rows}</table>") == [
        "Orchard: Ridge; Grower: Ada Holt (Ridge).",
        "Orchard: Mill Acre; Grower: Jon Rask (Mill Acre).",
    ]
    pairs = "".join(f"<tr><td>{bold.format(name)}<td>{said}</tr>" for name, said in (("Planted", 1931), ("Trees", 88)))
    assert _rows(tmp_path, f"<table>{pairs}</table>") == ["Planted: 1931", "Trees: 88"]


def test_two_rows_of_heads_without_th(tmp_path: Path) -> None:
    years = "<tr><td><td colspan=2>2023<td colspan=2>2024</tr>"
    heads = "<tr><td>Orchard<td>Tons<td>Pickers<td>Tons<td>Pickers</tr>"
    rows = "<tr><td>Ridge<td>12<td>2<td>9<td>1</tr><tr><td>Mill Acre<td>57<td>9<td>61<td>8</tr>"
    assert _rows(tmp_path, f"<table>{years}{heads}{rows}</table>") == [
        "Orchard: Ridge; 2023 Tons: 12; 2023 Pickers: 2; 2024 Tons: 9; 2024 Pickers: 1 (Ridge).",
        "Orchard: Mill Acre; 2023 Tons: 57; 2023 Pickers: 9; 2024 Tons: 61; 2024 Pickers: 8 (Mill Acre).",
    ]


def test_an_empty_corner_is_between_heads(tmp_path: Path) -> None:
    rows = "<tr><td><td>Ridge<td>Mill Acre</tr>"
    rows += "<tr><td>Grower<td>Ada Holt<td>Jon Rask</tr><tr><td>Soil<td>clay<td>loam</tr>"
    assert _rows(tmp_path, f"<table>{rows}</table>") == [
        "Grower; Ridge: Ada Holt; Mill Acre: Jon Rask (Grower).",
        "Soil; Ridge: clay; Mill Acre: loam (Soil).",
    ]


def test_a_picture_alone_in_a_cell_says_what_it_is_of(tmp_path: Path) -> None:
    rows = "<tr><td><img src=a alt=Ridge><td><img src=b alt=yes></tr><tr><td>Mill Acre <img src=c alt=tree><td>no</tr>"
    assert _rows(tmp_path, f"<table><tr><th>Orchard<th>Picked</tr>{rows}</table>") == [
        "Orchard: Ridge; Picked: yes (Ridge).",
        "Orchard: Mill Acre; Picked: no (Mill Acre).",
    ]
