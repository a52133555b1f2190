"""Tables and JSON: every row is an article or says why not, and one bad row costs no other."""

import csv
import json
import tracemalloc
from pathlib import Path

import pytest

from ingest.article import Article, Failure, article_id
from ingest.read import count_articles, read_articles

_TEXT = "The army left the north on Monday, two officials said."


def _read(path: Path, content: str | bytes) -> list[Article | Failure]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    items = list(read_articles(str(path)))
    assert count_articles(str(path)) == len(items)
    return items


def _texts(items: list[Article | Failure]) -> list[str]:
    return [item.text for item in items if isinstance(item, Article)]


def _reasons(items: list[Article | Failure]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Failure)]


@pytest.mark.parametrize(
    "header",
    [
        "url,title,text,date,outlet",
        "Link,Headline,Body,Published,Publisher",
        "HREF,NAME,Full Text,pubDate,Site-Name",
        "\ufeffarticle_url,title,content,publication_date,newspaper",
    ],
)
@pytest.mark.parametrize(("name", "mark"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t"), ("a.csv", "|")])
def test_fields_in_their_usual_spellings(tmp_path: Path, header: str, name: str, mark: str) -> None:
    row = f"https://d.example/a,Army leaves,{_TEXT.replace(',', '')},2019-01-04,The Daily"
    (article,) = _read(tmp_path / name, f"{header}\n{row}\n".replace(",", mark))
    assert article == Article(
        id=article_id("https://d.example/a"),
        title="Army leaves",
        text=_TEXT.replace(",", ""),
        source=name,
        url="https://d.example/a",
        published="2019-01-04",
        outlet="The Daily",
        place=str(tmp_path / name),
        language="en",
    )


def test_quoted_newlines_empty_rows_and_bad_rows(tmp_path: Path) -> None:
    table = (
        'title,text\nOne,"First line.\n\nSecond ""quoted"" line."\n\n,\nTwo,\nThree,a,b,c\nFour,Fourth text.\n'
        "Five,\x00 nul text.\n"
    )
    items = _read(tmp_path / "a.csv", table.replace("\x00", ""))
    assert _texts(items) == ['First line.\n\nSecond "quoted" line.', "Fourth text.", "nul text."]
    two, three = _reasons(items)
    assert two.startswith("row 2: no text")
    assert three.startswith("row 3: 4 cells under 2 columns")


@pytest.mark.parametrize(
    "bad", ['Two,"Second.', 'Two,"Second "quoted" words."', 'Two,"Second "quoted" words.\n\nMore of it."']
)
@pytest.mark.parametrize("last", ["Four,Fourth.", 'Four,"Fourth."', 'Four,"Fourth."\nFive,"Fifth, too."'])
def test_quotes_that_do_not_pair_up_cost_their_own_row_only(tmp_path: Path, bad: str, last: str) -> None:
    items = _read(tmp_path / "a.csv", f"title,text\nOne,First.\n{bad}\nThree,Third.\n{last}\n")
    fifth = ["Fifth, too."] if "Five" in last else []
    assert _texts(items) == ["First.", "Third.", "Fourth.", *fifth]
    assert _reasons(items) == ["row 2: its quotation marks do not pair up; double those inside a cell"]


def test_a_table_made_to_be_read_over_and_over_ends_soon(tmp_path: Path) -> None:
    items = _read(tmp_path / "a.csv", "title,text\n" + 'b","c\n' * 20_000)
    assert "nothing after row" in _reasons(items)[-1]


def test_a_damaged_row_costs_no_other(tmp_path: Path) -> None:
    good = "Präsident, Málaga, naïve, café".replace(",", "")
    items = _read(tmp_path / "a.csv", f"text\n{good}\n".encode() + b"bad \xff byte\n" + f"{good}!\n".encode())
    assert _texts(items) == [good, good + "!"]
    assert "damaged UTF-8" in _reasons(items)[0]


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": 7, "headline": "One", "body": ["First.", "More."], "datePublished": 1546560000}),
        "not json",
        "",
        "[1]",
        json.dumps({"title": "Two", "text": "Second \ud800.", "source": {"name": "The Daily"}}),
        '{"a":' * 100_000,
    ]
    items = _read(tmp_path / "a.jsonl", "\n".join(lines))
    first, second = (item for item in items if isinstance(item, Article))
    assert (first.title, first.text, first.published) == ("One", "First.\n\nMore.", "2019-01-04")
    assert first.id == article_id(f"{tmp_path / 'a.jsonl'}#7")
    assert (second.text, second.outlet) == ("Second \ufffd.", "The Daily")
    assert [reason.split(":")[0] for reason in _reasons(items)] == ["line 2", "line 4", "line 6"]


@pytest.mark.parametrize(
    "document",
    [
        [{"title": "One", "text": "First."}, {"title": "Two", "text": "Second."}],
        {"status": "ok", "articles": [{"title": "One", "content": "First."}, {"title": "Two", "content": "Second."}]},
    ],
)
def test_json_arrays(tmp_path: Path, document: object) -> None:
    assert _texts(_read(tmp_path / "a.json", json.dumps(document))) == ["First.", "Second."]


def test_one_json_object_and_json_lines_under_the_name_json(tmp_path: Path) -> None:
    one = json.dumps({"title": "One", "text": "First."})
    assert _texts(_read(tmp_path / "a.json", one)) == ["First."]
    assert _texts(_read(tmp_path / "b.json", one + "\n" + one.replace("First", "Second"))) == ["First.", "Second."]


def test_html_in_a_field_becomes_text(tmp_path: Path) -> None:
    html = "<p>The <b>army</b> left &amp; went.</p><script>evil()</script><p>No one was hurt.</p>"
    items = _read(tmp_path / "a.jsonl", json.dumps({"title": "T", "content": html}))
    assert _texts(items) == ["The army left & went.\n\nNo one was hurt."]


def test_two_rows_of_one_address(tmp_path: Path) -> None:
    same = "https://d.example/a,One,First text.\n"
    items = _read(tmp_path / "a.csv", f"url,title,text\n{same}{same}https://d.example/a,One,Second text.\n")
    first, again, second = (item for item in items if isinstance(item, Article))
    assert first == again
    assert first.id == article_id("https://d.example/a")
    assert second.id != first.id
    assert (second.url, second.text) == ("https://d.example/a", "Second text.")


def test_a_front_page_is_no_articles_address(tmp_path: Path) -> None:
    items = _read(tmp_path / "a.csv", "url,title,text\nhttps://d.example/,One,First.\nhttps://d.example/,Two,Second.\n")
    assert len({item.id for item in items if isinstance(item, Article)} - {article_id("https://d.example/")}) == 2


def test_rows_without_any_key_keep_their_ids_when_others_are_added(tmp_path: Path) -> None:
    before = _read(tmp_path / "a.csv", "text\nFirst.\nSecond.\n")
    after = _read(tmp_path / "a.csv", "text\nNew.\nFirst.\nSecond.\n")
    assert before == after[1:]


@pytest.mark.slow
def test_memory_does_not_grow_with_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["title", "text"])
        rows.writerows([f"Title {number}", f"{number} " + _TEXT * 200] for number in range(2000))
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    count = sum(1 for item in read_articles(str(path)) if isinstance(item, Article))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 2000
    assert peak < 8_000_000  # bytes; one row has 10,000


def test_of_many_empty_rows_a_hundred_are_named(tmp_path: Path) -> None:
    rows = [f"{number},{'A text about the mayor.' if number == 999 else ''}" for number in range(1000)]
    (tmp_path / "a.csv").write_text("id,text\n" + "\n".join(rows) + "\n")
    items = list(read_articles(str(tmp_path / "a.csv")))
    assert sum(isinstance(item, Article) for item in items) == 1
    *named, last = [item.reason for item in items if isinstance(item, Failure)]
    assert [reason.partition(":")[0] for reason in named] == [f"row {number}" for number in range(1, 101)]
    assert last.startswith("899 more rows gave no article")
