"""CSV files of figures: one article, a line a row, of which a cell is found and cited; lists of articles are none."""

from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.article import Article, Failure
from ingest.pipeline import add_articles
from ingest.sources import count_articles, read_articles
from qa.assistant import Assistant

WAGES = "Name\tTown\tWage\nIda Roth\tLenk\t£41,000\nOle Brun\tSaar\t£39,500\nKit Marl\tLenk\t£44,250\n"


def read(path: Path, content: str | bytes) -> list[Article | Failure]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    items = list(read_articles(str(path)))
    assert count_articles(str(path)) == len(items)
    return items


def text_of(path: Path, content: str | bytes) -> str:
    (item,) = read(path, content)
    assert isinstance(item, Article), item
    return item.text


def reason(path: Path, content: str) -> str:
    (item,) = read(path, content)
    assert isinstance(item, Failure), item
    return item.reason


def test_a_cell_is_told_with_its_heads_and_cited(tmp_path: Path, archive_dir: Path) -> None:
    (article,) = read(tmp_path / "wages-2026-03-01.tsv", WAGES)
    assert isinstance(article, Article)
    assert (article.title, article.published) == ("Wages 2026 03 01", "2026-03-01")
    assert article.text.splitlines()[1] == "Name: Ole Brun; Town: Saar; Wage: £39,500 (Ole Brun)."
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article])
        answer = Assistant(archive, "fast").ask("What is the wage of Ole Brun?")
    assert answer.text == "£39,500"
    assert article.text[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].quote


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "|"])
def test_lines_above_the_heads_stay_and_the_delimiter_is_found(tmp_path: Path, mark: str, encoding: str) -> None:
    heads, rows = "Port;2024;2025;Remark", "Lenk;4.1;4.3;\nÉvry;1.0;.9;shut, then open\n"
    table = f"sep={mark}\nTonnes by port, provisional\n\n{heads}\n{rows}"
    cells = table.replace("shut, then open", '"shut, then open"') if mark == "," else table
    text = text_of(tmp_path / "ports.csv", cells.replace(";", mark).encode(encoding))
    lines = [
        "Port: Lenk; 2024: 4.1; 2025: 4.3 (Lenk).",
        "Port: Évry; 2024: 1.0; 2025: .9; Remark: shut, then open (Évry).",
    ]
    assert text.splitlines()[-2:] == lines
    assert "sep=" not in text


def test_many_rows_keep_their_heads(tmp_path: Path) -> None:
    rows = "".join(f"Town {n},{n * 3},{n * 7}\n" for n in range(1, 3001))
    lines = text_of(tmp_path / "towns.csv", f"Town,Births,Deaths\n{rows}").splitlines()
    assert (len(lines), lines[-1]) == (3000, "Town: Town 3000; Births: 9000; Deaths: 21000 (Town 3000).")


@pytest.mark.parametrize(
    "table",
    [
        "title,date\nFog on the sound,2019-01-02\nFog lifts,2019-01-03\n",
        "url,date\nhttps://d.example/a,2019-01-02\nhttps://d.example/b,2019-01-03\n",
        "id,said\n1,{long}\n2,{long}\n",
        "a,b\nx,1\n",
        "a,b\nx,1\ny,2,3\n",
        "only\none\ntwo\n",
    ],
    ids=["headlines", "addresses", "posts", "one row", "a row that is wider", "one column"],
)
def test_what_is_no_table_of_data_needs_a_column_of_texts(tmp_path: Path, table: str) -> None:
    long = "The ferry had left before the fog came down on the sound and nobody on the quay had seen it go."
    assert "no column holds the text" in reason(tmp_path / "a.csv", table.format(long=long))


def test_a_quotation_mark_that_is_never_closed_ends_in_a_line(tmp_path: Path) -> None:
    assert "no column holds the text" in reason(tmp_path / "a.csv", 'Town,Births\nLenk,"4\n' + "Saar,5\n" * 50_000)
    assert "no column holds the text" in reason(tmp_path / "b.csv", 'Town,"Births\n' + "Saar,5\n" * 3_000_000)
