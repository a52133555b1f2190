"""Characters, lines and paragraphs."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article
from ingest.read.clean import clean_text, one_line, reflow
from ingest.sources import read_articles


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\u00a0b\u2003c\td", "a b c d"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a  \n\u00a0\n\n\n b", "a\n\nb"),
        ("co\u00adoperate\u200b \ufeffnow\u202e!", "cooperate now!"),
        ("nul\x00 bell\x07", "nul bell"),
        ("\x9310\x9612 boats\x94 at \x805, the port\x92s price", "“10–12 boats” at €5, the port’s price"),
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


@pytest.mark.parametrize(
    "block",
    [
        "Old mill burns down\nThe Carrow Post\n5 March 2024\nBy Anna Dahl",
        "Old mill burns down\nMarch 5, 2024",
        "Old mill burns down\nBy Anna Dahl\nTuesday, 5 March 2024",
    ],
)
def test_a_block_of_headline_date_and_byline_is_read_as_such(tmp_path: Path, block: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{block}\n\nThe old mill at Carrow burnt down on Tuesday.\n\nNobody was hurt.")
    (article,) = read_articles(str(path))
    assert isinstance(article, Article)
    assert (article.title, article.published) == ("Old mill burns down", "2024-03-05")
    assert article.text.endswith("The old mill at Carrow burnt down on Tuesday.\n\nNobody was hurt.")
    assert "2024" not in article.text


def test_a_first_paragraph_of_two_lines_is_no_such_block(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("The mill stood here\nand then it burnt down.\n\nNobody was hurt.")
    (article,) = read_articles(str(path))
    assert isinstance(article, Article)
    assert "The mill stood here" in article.text
