"""The archive as the page sees it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.article import Article
from ingest.errors import ArchiveBusy, InputError
from ingest.filters import Filters
from ingest.pipeline import add_articles
from ui.web.library import ROWS_A_PAGE, Library

ARTICLES = [
    Article("a1", "Bridge reopens", "The bridge reopened on Monday.", "b.txt", None, "2026-03-14", "Harbour Weekly"),
    Article("a2", "Ferry strike ends", "The strike ended.", "f.txt", None, "2025-01-02", "The Halvern Post"),
    Article("a3", "Undated note", "Nobody knows when.", "notes/n.txt"),
]


@pytest.fixture
def library(archive_dir: Path) -> Iterator[Library]:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, ARTICLES)
        yield Library(archive)


def titles(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [row["title"] for row in page["rows"]]


def test_overview(library: Library) -> None:
    overview = library.overview()
    assert (overview["articles"], overview["span"]) == (3, "2 January 2025 to 14 March 2026")
    assert titles({"rows": overview["newest"]}) == ["Bridge reopens", "Ferry strike ends", "Undated note"]


def test_an_empty_archive_has_no_span(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        assert Library(archive).overview() == {
            "version": 0,
            "articles": 0,
            "span": None,
            "newest": [],
            "folder": str(archive_dir),
        }


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("BRIDGE", ["Bridge reopens"]),
        ("the post", ["Ferry strike ends"]),
        ("march 2026", ["Bridge reopens"]),
        ("2025-01", ["Ferry strike ends"]),
        ("notes/", ["Undated note"]),
        ("unknown", ["Undated note"]),
        ("zebra", []),
    ],
)
def test_filters_by_all_words_of_title_outlet_and_date(library: Library, words: str, found: list[str]) -> None:
    page = library.page({"words": words, "shown": 0})
    assert (titles(page), page["matching"], page["articles"], page["problem"]) == (found, len(found), 3, None)


@pytest.mark.parametrize(
    "wanted", [None, 7, [], {}, {"words": 3, "shown": "x"}, {"words": None, "shown": -9}, {"shown": 10**30}]
)
def test_a_strange_request_gets_the_whole_list(library: Library, wanted: object) -> None:
    assert library.page(wanted)["matching"] == 3


def test_finds_words_in_the_texts_and_shows_where(library: Library) -> None:
    (found,) = library.page({"words": "monday BRIDG"})["rows"]
    text = ARTICLES[0].text
    assert (found["id"], text[found["start"] : found["end"]].lower()) == ("a1", "bridg")
    assert {"text": "bridg", "mark": True} in found["snippet"]
    assert "snippet" not in library.page({"words": "bridge"})["rows"][0]  # its title says so


def test_pages_through_many_articles(archive_dir: Path) -> None:
    count = ROWS_A_PAGE + 5
    with Archive.open(archive_dir, create=True) as archive:
        with archive.writing():
            for number in range(count):
                archive.put(Article(f"{number:016x}", f"Title {number:03}", "Two words.", "t.txt"))
        library = Library(archive)
        first, rest = library.page({"first": 0}), library.page({"first": ROWS_A_PAGE})
        assert library.page({"first": 10**30})["first"] == ROWS_A_PAGE
        assert len(library.matching_ids({"words": "title 00"})) == 11  # 000 to 009, and 100
    assert (len(first["rows"]), len(rest["rows"]), rest["first"]) == (ROWS_A_PAGE, 5, ROWS_A_PAGE)
    assert len({*titles(first), *titles(rest)}) == count
    assert first["rows"][0]["words"] == 2


def test_says_when_a_word_is_too_frequent_to_be_looked_for_everywhere(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert library.page({"words": "ended"})["whole"]
    monkeypatch.setattr("ingest.archive.holdings._MOST_PASSAGES", 1)
    assert not library.page({"words": "the"})["whole"]
    assert library.page({"words": "ended"})["whole"]


def test_a_page_follows_what_was_added_and_removed(library: Library) -> None:
    wanted = {"words": "strike"}
    for _ in range(2):
        assert titles(library.page(wanted)) == ["Ferry strike ends"]
    add_articles(library.archive, [Article("a5", "Trams strike", "They stand still.", "t.txt")])
    assert titles(library.page(wanted)) == ["Ferry strike ends", "Trams strike"]
    library.remove(["a2"])
    assert titles(library.page(wanted)) == ["Trams strike"]


def test_by_outlet_date_and_order(library: Library) -> None:
    assert titles(library.page({"outlet": "Harbour Weekly"})) == ["Bridge reopens"]
    assert titles(library.page({"since": "2025", "until": "2025-12"})) == ["Ferry strike ends"]
    assert titles(library.page({"undated": True})) == ["Undated note"]
    assert titles(library.page({"sort": "oldest"})) == ["Ferry strike ends", "Bridge reopens", "Undated note"]
    assert titles(library.page({"sort": "longest"})) == ["Bridge reopens", "Undated note", "Ferry strike ends"]
    assert titles(library.page({"sort": {"x": 1}})) == ["Bridge reopens", "Ferry strike ends", "Undated note"]
    wrong = library.page({"since": "2025-13", "words": "ferry"})
    assert (titles(wrong), "2025-13" in wrong["problem"]) == (["Ferry strike ends"], True)


def test_what_came_in_lately_comes_first(library: Library) -> None:
    late = Article("a4", "Old news, lately read", "It was long ago.", "o.txt", None, "1999-01-01")
    with library.archive.writing():
        library.archive.put(late)
    assert len(library.page({})["lately"]) == 4
    assert library.page({})["rows"][-2]["title"] == late.title


def test_names_the_other_articles_that_tell_the_same_story(archive_dir: Path) -> None:
    told = " ".join(f"Word{number} of the story" for number in range(40)) + "."
    with Archive.open(archive_dir, create=True) as archive:
        copies = [
            Article(f"c{n:02}", f"Title {n}", told, "s.txt", None, f"2026-01-{n:02}", f"Post {n}") for n in (3, 1, 2)
        ]
        add_articles(archive, [*copies, ARTICLES[0]])
        library = Library(archive)
        view = library.article({"article": "c02"})
        assert view is not None
        assert view["copies"] == [
            {"id": "c01", "title": "Title 1", "outlet": "Post 1", "date": "1 January 2026"},
            {"id": "c03", "title": "Title 3", "outlet": "Post 3", "date": "3 January 2026"},
        ]
        assert view["more_copies"] == 0
        alone = library.article({"article": "a1"})
        assert alone is not None
        assert (alone["copies"], alone["more_copies"]) == ([], 0)
        add_articles(archive, [Article(f"d{n:02}", "Copy", told, "s.txt") for n in range(30)])
        view = library.article({"article": "c02"})
        assert view is not None
        assert (len(view["copies"]), view["more_copies"]) == (20, 12)


def test_opens_an_article_at_the_words(library: Library) -> None:
    view = library.article({"article": "a1", "places": [[4, 10], [0, 3]]})
    assert view is not None
    assert view["paragraphs"][0][2] == {"text": "bridge", "in": [0]}
    assert library.article({"article": "zz"}) is None
    assert library.article("a1") is None
    assert library.article({"article": "a1", "places": [["x", None], 7, [1, 2, 3]]}) is not None


def test_cites_the_words(library: Library) -> None:
    cited = library.citations({"article": "a1", "start": 4, "end": 10})
    assert cited is not None
    assert cited["plain"] == "“bridge” — Bridge reopens, Harbour Weekly, 14 March 2026"
    assert library.citations({"article": "zz"}) is None
    assert library.citations(None) is None


def test_a_removal_can_be_undone_once(library: Library) -> None:
    removed, word = library.remove(["a1", "a2"])
    assert (removed, titles(library.page({}))) == (2, ["Undated note"])
    *_, last = library.restore(word)
    assert (last.report.added, library.page({})["matching"]) == (2, 3)
    assert library.archive.article("a1") == ARTICLES[0]
    assert library.archive.pending_count() == 0
    with pytest.raises(InputError, match="not kept any more"):
        next(library.restore(word))
    with pytest.raises(InputError, match="not kept any more"):
        next(library.restore(["x"]))


def test_an_undo_survives_that_somebody_else_is_writing(library: Library) -> None:
    _, word = library.remove(["a1"])
    with Archive.open(library.archive.folder) as other, other.writing(), pytest.raises(ArchiveBusy):
        next(library.restore(word))
    assert [step.report.added for step in library.restore(word)] == [1]


def test_too_much_to_keep_is_removed_for_good(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.web.removing._MOST_CHARACTERS", 40)
    _, first = library.remove(["a1"])  # 30 characters
    _, second = library.remove(["a2"])  # 17: the first makes room
    with pytest.raises(InputError):
        next(library.restore(first))
    assert [step.report.added for step in library.restore(second)] == [1]
    monkeypatch.setattr("ui.web.removing._MOST_CHARACTERS", 5)
    assert library.remove(["a2"]) == (1, None)


@pytest.mark.parametrize("ids", [None, "a1", ["zz"], [1], {"a1": 1}])
def test_refuses_to_remove_what_is_no_article(library: Library, ids: object) -> None:
    with pytest.raises(InputError):
        library.remove(ids)
    assert library.page({})["matching"] == 3


def test_outlets_to_choose_from(library: Library) -> None:
    assert library.outlets("") == {
        "outlets": [{"name": name, "articles": 1} for name in ("Harbour Weekly", "The Halvern Post", "notes/n.txt")],
        "matching": 3,
    }
    assert [outlet["name"] for outlet in library.outlets("POST the")["outlets"]] == ["The Halvern Post"]
    assert library.outlets(["no text"])["matching"] == 3


def test_only_some_outlets_are_shown_at_once(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive, archive.writing():
        for number in range(60):
            archive.put(
                Article(f"{number:016x}", f"Title {number}", "Text.", "t.txt", None, None, f"Outlet {number:02}")
            )
        found = Library(archive).outlets("outlet")
    assert (len(found["outlets"]), found["matching"]) == (50, 60)


@pytest.mark.parametrize(
    ("wanted", "filters"),
    [
        ({"outlets": ["harbour weekly"], "since": " 2025 ", "until": "2026-02"},
         Filters(("Harbour Weekly",), "2025-01-01", "2026-02-28")),
        ({"outlets": [], "since": "", "until": ""}, Filters()),
        ({"outlets": "Harbour Weekly", "since": 2025, "until": None}, Filters()),
        ({"outlets": [None, {"a": 1}]}, Filters()),
        (None, Filters()),
        ("x", Filters()),
    ],
)  # fmt: skip
def test_filters_come_from_the_browser(library: Library, wanted: object, filters: Filters) -> None:
    assert library.filters(wanted) == filters


def test_what_is_set_is_told_in_words_even_if_it_cannot_be_used(library: Library) -> None:
    checked = library.check_filters({"outlets": ["Harbour Weekly"], "since": "2025-03", "until": "2025-13"})
    assert [(chip["kind"], chip["value"], chip["label"]) for chip in checked["chips"]] == [
        ("outlets", "Harbour Weekly", "Harbour Weekly"),
        ("since", "2025-03", "Since March 2025"),
        ("until", "2025-13", "Until 2025-13"),
    ]
    assert "2025-13" in checked["problem"]
    assert library.check_filters({"since": "2025"})["problem"] is None
    assert "Nowhere Times" in library.check_filters({"outlets": ["Nowhere Times"]})["problem"]
    assert "at most 100" in library.check_filters({"outlets": ["Harbour Weekly"] * 101})["problem"]
