"""What stands inside a page's paragraphs, lists and frames is read where it stands."""

from pathlib import Path

import pytest

from ingest.article import Article
from ingest.read import read_articles

_LEAD = "<p>The ferry of Marlow was sold to a firm of Eastport on Friday, harbour master Ruth Vane said.</p>"


def _text(tmp_path: Path, inner: str, frame: str = "article") -> str:
    path = tmp_path / "page.html"
    path.write_text(f"<html><head><meta charset=utf-8></head><body><{frame}><h1>Sold</h1>{_LEAD}{inner}</{frame}>")
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    return item.text


@pytest.mark.parametrize(
    ("inner", "right"),
    [
        ("<p>It carried 340<sup><a href=#n>2</a></sup> people a day in 2021<sup>1</sup>, the firm said.</p>",
         "carried 340 people a day in 2021, the"),
        ("<p>The deck measures 95 m<sup>2</sup> and cost 10<sup>6</sup> crowns when it was built.</p>",
         "95 m² and cost 10⁶ crowns"),
        ("<p>It was built on the 21<sup>st</sup> of May in the yard of Lindale.</p>", "the 21st of May"),
        ("<p>A ticket costs <s>7</s> <b>5</b> crowns, and a bicycle <strike>3</strike> 2 crowns.</p>",
         "costs 5 crowns, and a bicycle 2 crowns"),
        ("<p>It sails on <time datetime=2022-05-01>1 May</time> for the last time from Marlow.</p>", "on 1 May for"),
        ("<p>The crew has <q>no doubt</q> that the firm will keep all the sailors.</p>", "has “no doubt” that"),
        ("<dl><dt>Marlow</dt><dd>Leaves from pier four at nine</dd><dt>Eastport</dt><dd>Leaves from pier two</dd></dl>",
         "Eastport: Leaves from pier two"),
    ],
)  # fmt: skip
def test_words_keep_their_place(tmp_path: Path, inner: str, right: str) -> None:
    assert right in _text(tmp_path, inner)


@pytest.mark.parametrize("frame", ["form", "aside", "menu", "dialog"])
def test_a_page_in_one_frame_is_read(tmp_path: Path, frame: str) -> None:
    assert "sold to a firm of Eastport" in _text(tmp_path, "<p>The price was not told to the council.</p>", frame)


def test_a_cell_is_read_with_its_head(tmp_path: Path) -> None:
    rows = "<tr><td>Tern</td><td><ul><li>9:00</li><li>11:00</li></ul></td></tr><tr><td>Ox</td><td>16:30</td></tr>"
    text = _text(tmp_path, f"<table><tr><th>Ship</th><th>Leaves</th></tr>{rows}</table>{_LEAD}")
    assert "Ship: Tern" in text
    assert "Leaves: 9:00, 11:00" in text
    assert "Leaves: 16:30" in text


def test_a_letter_belongs_to_its_word_and_a_linked_one_is_a_mark(tmp_path: Path) -> None:
    text = _text(
        tmp_path,
        "<p>M<sup>e</sup> Roux of the 1<sup>e</sup> court wrote x<sup>2</sup> in the margin"
        "<sup><a href=#a>a</a></sup>.</p>",
    )
    assert "Me Roux of the 1e court wrote x² in the margin." in text
