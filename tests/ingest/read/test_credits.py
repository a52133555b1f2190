"""Bylines, datelines, updated lines, names of files: who wrote an article, for whom, and when."""

from pathlib import Path

import pytest

from ingest.article import Article
from ingest.read.credits import credits, dated_name, dateline, day_in_year, is_name, signed
from ingest.read.language import detected, language_tag
from ingest.sources import read_articles
from tests.timing import processor_seconds

_TEXT = "The army left the north on Monday, two officials said. No one was hurt.\n\nTalks go on in the capital."


def _read(path: Path, text: str) -> Article:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    (article,) = read_articles(str(path), root=path.parents[1])
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize(
    ("paragraph", "agency", "day"),
    [
        ("BAGHDAD, Jan 31 (AP) — The army left.", "AP", "Jan 31"),
        ("BAGHDAD (AP) -- The army left.", "AP", None),
        ("Jan 31 (Reuters) - Oil fell.", "Reuters", "Jan 31"),
        ("PARIS, Jan. 31, 2019 (AFP) - The army left.", "AFP", "Jan. 31, 2019"),
        ("London, 31 January (HNA) – The army left.", "HNA", "31 January"),
        ("ST. PETERSBURG, Russia (AP) — The army left.", "AP", None),
        ("BEIRUT, May 5 - The army left.", None, "May 5"),
    ],
)
def test_datelines(paragraph: str, agency: str | None, day: str | None) -> None:
    found = dateline(paragraph)
    assert found is not None
    assert (found.agency, found.day) == (agency, day)


@pytest.mark.parametrize(
    "paragraph",
    [
        "LONDON — The army left.",
        "The deal was signed on May 5 - and then forgotten.",
        "UNICEF (The Fund) - a body of the UN - said so.",
        "IBM (NYSE) - The company said so.",
        "Senator Ada Lund (D) - a critic - said so.",
        "(AP) - The army left.",
        "A" * 5000,
    ],
)
def test_what_is_no_dateline(paragraph: str) -> None:
    assert dateline(paragraph) is None


def test_the_year_of_a_dateline_is_never_guessed(tmp_path: Path) -> None:
    told = f"BAGHDAD, Jan 31 (AP) — {_TEXT}"
    alone = _read(tmp_path / "in" / "iraq.txt", told)
    assert (alone.published, alone.outlet) == (None, "AP")
    assert alone.text.startswith("BAGHDAD, Jan 31 (AP) — The army")
    assert _read(tmp_path / "2019" / "iraq.txt", told).published == "2019-01-31"
    assert _read(tmp_path / "2019-01" / "iraq.txt", told).published == "2019-01-31"
    assert _read(tmp_path / "in" / "vision 2018 plan.txt", told).published is None
    with_year = _read(tmp_path / "in" / "year.txt", told.replace("Jan 31", "Jan 31, 2018"))
    assert with_year.published == "2018-01-31"
    stated = _read(tmp_path / "2019" / "stated.txt", f"Date: 2 February 2017\nTitle: Army leaves\n\n{told}")
    assert stated.published == "2017-02-02"
    assert day_in_year("Jan 31", "2018/2019/iraq.txt") is None
    assert day_in_year("Feb 30", "2019/iraq.txt") is None


def test_the_day_in_the_name_of_a_file(tmp_path: Path) -> None:
    assert _read(tmp_path / "in" / "2019-01-31-army.txt", _TEXT).published == "2019-01-31"
    assert _read(tmp_path / "in" / "20190131.txt", _TEXT).published == "2019-01-31"
    assert (
        _read(tmp_path / "in" / "2019-01-31b.txt", f"Title: Army\nDate: 2018-05-05\n\n{_TEXT}").published
        == "2018-05-05"
    )
    assert dated_name("a/2019-13-31.txt") is None
    assert dated_name("a/20190131234.txt") is None


@pytest.mark.parametrize(
    "name",
    [
        *("fair (2019-01-31).html.txt", "oster_20190131.txt", "20190131-101500.txt", "2019_01_31 fair.txt"),
        *("fair 31.01.2019.txt", "31_01_2019.txt", "31-01-2019-fair.txt", "2019.01.31.txt", "fair-31-jan-2019.txt"),
        *("January 31, 2019 fair.txt", "31. Januar 2019 Messe.txt", "2019/01/31/fair.txt", "2019-01-31/fair.txt"),
        *("2019/01/31.txt", "2019/01-31/fair.txt", "20190131/a/fair.txt", "saved 2019-01-31/fair.txt"),
    ],
)
def test_the_day_in_the_name_of_a_file_or_a_folder(tmp_path: Path, name: str) -> None:
    path = tmp_path / "in" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Fair opens\n\n{_TEXT}")
    (article,) = read_articles(str(tmp_path / "in"))
    assert isinstance(article, Article)
    assert article.published == "2019-01-31"


@pytest.mark.parametrize(
    "name",
    [
        *("2019-01-31 to 2019-02-03.txt", "fair 01-02-2019.txt", "fair 2019.txt", "2019-01.txt"),
        *("2019/01/12 ways to cook.txt", "2019/13/31/a.txt", "call 31012019.txt", "2019/01/a.txt", "201901312.txt"),
    ],
)
def test_a_name_that_tells_no_day_or_several(name: str) -> None:
    assert dated_name(name) is None


def test_of_the_folders_above_only_a_row_of_year_month_and_day_counts(tmp_path: Path) -> None:
    for folders, day in (("2019/01/31", "2019-01-31"), ("backup 2019-01-31", None), ("2019-01-31/articles", None)):
        path = tmp_path / folders / "fair.txt"
        path.parent.mkdir(parents=True)
        path.write_text(f"Fair opens\n\n{_TEXT}")
        (article,) = read_articles(str(path))
        assert isinstance(article, Article)
        assert article.published == day


@pytest.mark.parametrize(
    ("line", "published", "updated", "author"),
    [
        ("By Angela Rossi", None, None, "Angela Rossi"),
        ("By ANGELA ROSSI, Staff Writer", None, None, "ANGELA ROSSI"),
        ("By Angela Rossi and Tom de Vries in Port Elstar", None, None, "Angela Rossi and Tom de Vries"),
        ("By Angela Rossi | January 4, 2019", "2019-01-04", None, "Angela Rossi"),
        ("Published 4 January 2019 | Updated 5 January 2019", "2019-01-04", "2019-01-05", None),
        ("Last updated: January 5, 2019 at 10:00", None, "2019-01-05", None),
    ],
)
def test_lines_of_credits(line: str, published: str | None, updated: str | None, author: str | None) -> None:
    found = credits(line)
    assert found is not None
    assert (found.published, found.updated, found.author) == (published, updated, author)


@pytest.mark.parametrize(
    "line",
    ["By Monday evening", "By the numbers", "By 2020", "By Staff", "Updated rules", "By Ada Lund left.", "x" * 9999],
)
def test_what_is_no_line_of_credits(line: str) -> None:
    assert credits(line) is None


def test_credits_above_an_article(tmp_path: Path) -> None:
    head = "Army leaves the north\n\nBy Angela Rossi\n\nPublished 4 January 2019 | Updated 6 January 2019\n\n"
    article = _read(tmp_path / "in" / "a.txt", head + _TEXT)
    assert (article.title, article.author) == ("Army leaves the north", "Angela Rossi")
    assert (article.published, article.updated) == ("2019-01-04", "2019-01-06")
    assert article.text == f"By Angela Rossi\n\n{_TEXT}"
    front = "title: Army\nauthor: [Ada Lund, {name: Tom Ek}]\ndate: 2019-01-04\nupdated: 2019-01-04\nsection: World\n"
    article = _read(tmp_path / "in" / "b.md", f"---\n{front}lang: en_GB\n---\n{_TEXT}")
    assert (article.author, article.section, article.language) == ("Ada Lund, Tom Ek", "World", "en")
    assert article.updated is None  # the same day is no change


def test_names() -> None:
    assert is_name("Angela Rossi")
    assert is_name("Tom de Vries")
    assert not is_name("Army leaves the north")
    assert not is_name("PORT ELSTAR")
    assert signed("By Angela Rossi <rossi@courier.example>") == "Angela Rossi"
    assert signed("rossi@courier.example (Angela Rossi)") == "Angela Rossi"
    assert signed("https://social.example/rossi") is None
    assert signed("") is None


def test_languages() -> None:
    assert language_tag("pt-BR") == "pt"
    assert language_tag("EN_us") == "en"
    assert language_tag("und") is None
    assert language_tag("English, mostly") is None
    assert detected("Le ferry de l’île repart enfin, dit le maire, et les habitants sont contents de le voir.") == "fr"
    assert detected("1234 5678") is None
    assert detected("Hm") is None


def test_hostile_lines_take_no_time() -> None:
    def read(text: str) -> None:
        dateline(text)
        credits(text)
        signed(text)
        dated_name(text)
        day_in_year("Jan 1", text)

    for text in ("A, " * 100_000, "By " + "Ada " * 100_000, "(" * 100_000, "a@" * 100_000, "Jan 1 " * 100_000):
        assert processor_seconds(lambda text=text: read(text)) < 0.5
