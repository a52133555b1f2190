"""Characters, lines and paragraphs."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean_text, one_line, reflow


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\u00a0b\u2003c\td", "a b c d"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a  \n\u00a0\n\n\n b", "a\n\nb"),
        ("co\u00adoperate\u200b \ufeffnow\u202e!", "cooperate now!"),
        ("nul\x00 bell\x07", "nul bell"),
        ("cafe\u0301", "caf\u00e9"),
        ("broken \ud800", "broken \ufffd"),
        ("Xtra\u200d's", "Xtra's"),  # a leftover between Latin letters
        ("می\u200cخواهم 👩\u200d🔬", "می\u200cخواهم 👩\u200d🔬"),  # these joiners are spelling
    ],
)
def test_cleaning(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(st.text())
def test_cleaning_is_idempotent_and_leaves_plain_text(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert once == once.strip()
    assert "\n\n\n" not in once
    assert unicodedata.is_normalized("NFC", once)
    assert not {unicodedata.category(character) for character in once} & {"Cs", "Zl", "Zp"}
    assert {c for c in once if unicodedata.category(c) in {"Cc", "Cf", "Zs"}} <= set(" \n\u200c\u200d")
    assert "\n" not in one_line(text)


@given(st.text(alphabet=st.sampled_from("ab -\n\r\t.\u00a0"), max_size=400))
def test_reflowing_loses_no_word(text: str) -> None:
    assert reflow(text).split() == text.split()


_WRAPPED = """\
The government said on Monday that it would withdraw its forces from the
north of the country by the end of March, and that no more than 300
soldiers would stay behind to train the police.

The opposition called it
a retreat.
"""


def test_wrapped_lines_are_joined() -> None:
    first, second = reflow(_WRAPPED).strip().split("\n\n")
    assert first.startswith("The government said on Monday that it would withdraw its forces from the north of")
    assert "\n" not in first
    assert second == "The opposition called it\na retreat."


def test_lists_and_verse_keep_their_lines() -> None:
    text = _WRAPPED + "\n- one\n- two\n\nRoses are red,\nViolets are blue,\n"
    assert reflow(text).strip().endswith("- one\n- two\n\nRoses are red,\nViolets are blue,")


def test_long_lines_are_paragraphs() -> None:
    long = "The minister said that the talks would go on. " * 4
    assert clean_text(reflow(f"{long}\nHe then left.\n{long}")).count("\n\n") == 2


def test_indented_lines_open_paragraphs() -> None:
    text = _WRAPPED.split("\n\n", maxsplit=1)[0]
    assert reflow(f"  {text}\n  {text}").count("\n\n") == 1
