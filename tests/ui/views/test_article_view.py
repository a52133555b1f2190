"""A stored article as it is drawn: cut into paragraphs, the cited places marked, nothing lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article
from tests.timing import processor_seconds
from ui.views.article_view import article_view, direction


def view_of(text: str, *places: tuple[int, int]) -> dict[str, Any]:
    return article_view(Article("a1", "Bridge", text, "b.txt"), places)


def said(part: str | dict[str, Any]) -> str:
    return part if isinstance(part, str) else str(part["text"])


def marked(view: dict[str, Any], place: int) -> list[str]:
    """What is marked for a place, by paragraph."""
    return ["".join(said(p) for p in paragraph if isinstance(p, dict) and place in p["in"])
            for paragraph in view["paragraphs"]]  # fmt: skip


def test_paragraphs_with_the_words_marked() -> None:
    text = "First.\n\nIt cost 41.\nSecond line.\n\nLast."
    view = view_of(text, (text.index("41"), text.index("41") + 2))
    assert view["paragraphs"] == [
        ["First."], ["It cost ", {"text": "41", "in": [0]}, ".\nSecond line."], ["Last."],
    ]  # fmt: skip
    assert (view["title"], view["outlet"], view["date"], view["words"]) == ("Bridge", "b.txt", "date unknown", 7)


def test_facts() -> None:
    known = Article("a1", "Bridge", "It cost 41.", "b.txt", "https://b.example/", "2026-03-14", "Harbour Weekly",
                    "2026-03-15", "Ada Lindqvist", "Politics", "en")  # fmt: skip
    view = article_view(known, [])
    facts = [view[name] for name in ("outlet", "date", "updated", "author", "section", "language", "link", "dir")]
    assert facts == ["Harbour Weekly", "14 March 2026", "15 March 2026", "Ada Lindqvist", "Politics", "en",
                     "https://b.example/", "ltr"]  # fmt: skip
    same_day = Article("a1", "Bridge", "It cost 41.", "b.txt", None, "2026-03-14", updated="2026-03-14")
    assert (article_view(same_day, [])["updated"], article_view(same_day, [])["link"]) == (None, None)


def test_places_may_cross_paragraphs_and_each_other() -> None:
    view = view_of("One two\n\nthree four", (4, 14), (9, 19), (0, 0))
    assert marked(view, 0) == ["two", "three"]
    assert marked(view, 1) == ["", "three four"]
    assert view["paragraphs"][1] == [{"text": "three", "in": [0, 1]}, {"text": " four", "in": [1]}]


@given(st.text("ab 𝒜\n", max_size=60), st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=5))
def test_segments_are_the_text_and_marks_are_its_slices(text: str, places: list[tuple[int, int]]) -> None:
    view = view_of(text, *places)
    drawn = ["".join(said(part) for part in paragraph) for paragraph in view["paragraphs"]]
    assert "".join("".join(drawn).split()) == "".join(text.split())
    for index, (start, end) in enumerate(places):
        assert "".join("".join(marked(view, index)).split()) == "".join(text[max(start, 0) : max(end, 0)].split())


def test_a_very_long_paragraph_is_drawn_in_pieces_that_go_on() -> None:
    for text in ("x" * 100_000, "word " * 20_000):
        view = view_of(text, (50_000, 50_010))
        assert "".join(said(part) for paragraph in view["paragraphs"] for part in paragraph) == text
        assert view["joined"] == list(range(1, len(view["paragraphs"])))
        assert "".join(marked(view, 0)) == text[50_000:50_010]


@pytest.mark.parametrize("text", ["x" * 1_000_000, "word " * 200_000, "Line.\n\n" * 20_000, "\n" * 1_000_000])
def test_a_huge_article_takes_linear_time(text: str) -> None:
    places = [(at, at + 10) for at in range(0, len(text), 5000)]
    assert processor_seconds(lambda: view_of(text, *places)) < 2  # 0.2 s here; a quadratic way takes minutes


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("The bridge.", "ltr"),
        ("BBC: الجسر مفتوح الآن للمشاة", "rtl"),
        ("הגשר פתוח", "rtl"),
        ("", "ltr"),
        ("12 + 13", "ltr"),
    ],
)
def test_which_way_it_runs(text: str, way: str) -> None:
    assert direction(text) == way
