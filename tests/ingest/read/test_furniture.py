"""Furniture goes, text stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.furniture import drop_furniture

_BODY = ["The army left on Monday.", "No one was hurt.", "Talks go on."]


@pytest.mark.parametrize(
    "line",
    [
        *("English", "English | Français | Español", "Loading", "Loading...", "Share", "Share this:", "Print"),
        *("Subscribe", "Read more »", "Comments", "12 comments", "Comments (3)", "Home > World > Asia", "[edit]"),
        *("Jump to navigation", "Skip to main content", "Sign in", "We use cookies", "Privacy Policy"),
        *("© 2019 The Daily. All rights reserved", "Follow us on Twitter", "* * *", "3 min read", "Sources"),
    ],
)
def test_furniture_at_the_top_and_the_end(line: str) -> None:
    assert drop_furniture([line, *_BODY]) == _BODY
    assert drop_furniture([*_BODY, line]) == _BODY
    assert drop_furniture([line, line, *_BODY, line, line]) == _BODY


@pytest.mark.parametrize("line", ["Advertisement", "ADVERTISEMENT", "Share this article", "Share on Facebook"])
def test_adverts_and_share_lines_inside(line: str) -> None:
    assert drop_furniture([_BODY[0], line, *_BODY[1:]]) == _BODY


@pytest.mark.parametrize("line", ["English", "Comments", "Print", "Read more", "Top", "Sources"])
def test_interface_words_inside_the_text_stay(line: str) -> None:
    assert drop_furniture([_BODY[0], line, *_BODY[1:]]) == [_BODY[0], line, *_BODY[1:]]


@pytest.mark.parametrize(
    "line",
    ["No.", "He left.", "Share prices fell.", "Print is dead.", "Yes", "Bye.", "Print.", "More.", "—Jane Roe"],
)
def test_short_sentences_stay_everywhere(line: str) -> None:
    for paragraphs in ([line, *_BODY], [*_BODY, line], [_BODY[0], line, *_BODY[1:]]):
        assert drop_furniture(paragraphs) == paragraphs


def test_a_list_of_other_stories_at_the_end_goes_but_a_real_section_stays() -> None:
    stories = ["Related articles", "Army returns to the capital", "Minister to step down"]
    assert drop_furniture([*_BODY, *stories]) == _BODY
    section = [*_BODY, "Sources", "Two officials said that they had seen the order."]
    assert drop_furniture(section) == section


def test_nothing_but_furniture_is_nothing() -> None:
    assert drop_furniture(["English", "Loading", "Share"]) == []
    assert drop_furniture([]) == []


_LINES = st.one_of(st.text(max_size=60), st.sampled_from(["English", "Sources", "Share", "He left.", "Advertisement"]))


@given(st.lists(_LINES, max_size=30))
def test_dropping_twice_changes_nothing_and_invents_nothing(lines: list[str]) -> None:
    once = drop_furniture(lines)
    assert drop_furniture(once) == once
    rest = iter(lines)
    assert all(line in rest for line in once)
