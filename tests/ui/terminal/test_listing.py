"""The `articles` command: words, order, and the facts of each article."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.archive.sqlite import RECORD_FILE
from ingest.article import Article, article_id
from ingest.filters import ALL_ARTICLES, Filters
from ingest.pipeline import add_articles
from ui.cli import main
from ui.terminal.listing import ORDERS, listed


def _article(title: str, text: str, published: str | None, outlet: str | None) -> Article:
    return Article(
        article_id(title), title, text, f"{title}.txt", published=published, outlet=outlet, author="Ada Lund"
    )


ARTICLES = [
    _article("beacon lit", "The beacon on Gull Rock was lit.", "2021-05-02", "Zephyr"),
    _article("Anchor found", "Divers found an anchor near Gull Rock.", "2019-03-01", "Aurora"),
    _article("Crab season", "The crab season opens.", None, "Aurora"),
    _article("Dune walk", "A walk over the dunes, past Gull Rock.", "2020-01-01", None),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("listing") / "a"
    with Archive.open(folder, create=True) as archive:
        add_articles(archive, iter(ARTICLES))
    return folder


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    with Archive.open(folder) as archive:
        yield archive


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("newest", ["beacon lit", "Dune walk", "Anchor found", "Crab season"]),
        ("oldest", ["Anchor found", "Dune walk", "beacon lit", "Crab season"]),
        ("title", ["Anchor found", "beacon lit", "Crab season", "Dune walk"]),
        ("outlet", ["Anchor found", "Crab season", "Dune walk", "beacon lit"]),
    ],
)
def test_orders(archive: Archive, order: str, titles: list[str]) -> None:
    assert order in ORDERS
    assert [article.title for article in listed(archive, ALL_ARTICLES, order=order)] == titles


def test_what_came_in_last_comes_first(tmp_path: Path) -> None:
    """Ingested in one second, articles stand newest first; what came in later goes before them."""
    with Archive.open(tmp_path / "a", create=True) as archive:
        add_articles(archive, iter(ARTICLES[:2]))
    with closing(sqlite3.connect(tmp_path / "a" / RECORD_FILE)) as record, record:
        record.execute("UPDATE articles SET added = added - 60")
    with Archive.open(tmp_path / "a") as archive:
        add_articles(archive, iter(ARTICLES[2:]))
        titles = [article.title for article in listed(archive, ALL_ARTICLES, order="added")]
    assert titles == ["Dune walk", "Crab season", "beacon lit", "Anchor found"]


def test_all_words_count_in_title_and_text_whatever_their_case(archive: Archive) -> None:
    def titles(words: str, **filters: str) -> list[str]:
        wanted = Filters.parse([], filters.get("since"), None, archive.outlets)
        return [article.title for article in listed(archive, wanted, words, "title")]

    assert titles("gull ROCK") == ["Anchor found", "beacon lit", "Dune walk"]
    assert titles("gull anchor") == ["Anchor found"]
    assert titles("gull", since="2020") == ["beacon lit", "Dune walk"]
    assert titles("whale") == []


def test_the_command_prints_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["articles", "--archive", str(folder), "--words", "gull rock", "--sort", "oldest", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [article["title"] for article in found] == ["Anchor found", "Dune walk", "beacon lit"]
    assert {article["author"] for article in found} == {"Ada Lund"}
    assert main(["articles", "--archive", str(folder), "--words", "whale", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["articles", "--archive", str(folder), "--sort", "title"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:10].strip() for line in lines] == ["2019-03-01", "2021-05-02", "unknown", "2020-01-01"]
    with pytest.raises(SystemExit) as left:
        main(["articles", "--archive", str(folder), "--sort", "size"])
    assert left.value.code == 2
