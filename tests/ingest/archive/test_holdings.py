"""The list of what an archive holds, and the words in its texts."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.article import Article

ARTICLES = [
    Article("a1", "Bridge reopens", "Ferries stopped.\n\nThe bridge reopened.", "b.txt", None, "2026-03-14", "Post"),
    Article("a2", "T" * 1000, 'One "quoted" word, and a ferry.', "f.txt", None, "2025-01"),
    Article("a3", "Undated note", "word " * 30_000, "notes/n.txt", None, None, ""),
]


@pytest.fixture
def archive(archive_dir: Path) -> Iterator[Archive]:
    with Archive.open(archive_dir, create=True) as archive:
        for article in ARTICLES:
            archive.put(article)
        yield archive


def test_lists_everything_newest_first_with_titles_cut(archive: Archive) -> None:
    listed = archive.holdings()
    assert [(one.id, len(one.title), one.outlet, one.published, one.characters) for one in listed] == [
        ("a1", 14, "Post", "2026-03-14", 38),
        ("a2", 300, "f.txt", "2025-01", 31),
        ("a3", 12, "notes/n.txt", None, 150_000),
    ]
    assert all(one.added is not None and abs(one.added - time.time()) < 60 for one in listed)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["ferry"], {"a1", "a2"}),  # by its stem
        (["FERRIES", "bridge"], {"a1"}),
        (["bridge", "reop"], {"a1"}),  # a beginning, as it is typed
        (["reop", "bridge"], set()),  # only the last is one
        (["bri"], set()),  # two or three letters begin too much
        (["quoted"], {"a2"}),
        (['"'], set()),
        (["NOT", "*"], set()),
        (["zebra"], set()),
        ([], set()),
    ],
)
def test_finds_articles_that_hold_all_words(archive: Archive, words: list[str], found: set[str]) -> None:
    assert set(archive.with_words(words).passages) == found


def test_of_a_word_in_too_many_passages_the_last_are_looked_at_and_it_says_so(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = len(archive.passages_of("a3"))
    assert archive.with_words(["word"]).whole
    assert set(archive.with_words(["word"]).passages) == {"a2", "a3"}
    monkeypatch.setattr("ingest.archive.holdings._MOST_PASSAGES", many - 1)
    found = archive.with_words(["word"])
    assert (set(found.passages), found.whole) == ({"a3"}, False)  # a2 came in before it
    assert archive.with_words(["bridge"]).whole


def test_a_found_passage_is_a_slice_of_its_article(archive: Archive) -> None:
    places = archive.passages_at(list(archive.with_words(["bridge"]).passages.values()))
    assert set(places) == {"a1"}
    place = places["a1"]
    assert ARTICLES[0].text[place.start :][: len(place.text)] == place.text


def test_words_are_counted_and_of_a_huge_article_estimated(archive: Archive) -> None:
    assert archive.word_counts(["a1", "a2", "a3", "zz"]) == {"a1": 5, "a2": 6, "a3": 25_000}
