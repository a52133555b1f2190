"""A story whose text lies in several containers is read whole, and nothing beside it with it."""

from pathlib import Path

import pytest

from ingest.article import Article
from ingest.sources import read_articles

_PARTS = [
    "<p>The canal of Merrin was drained on Tuesday, and its bed will be dug out by half a metre before the spring.</p>"
    "<p>Lock keeper Sal Droste said that nobody had seen the bottom of it since her grandfather was a boy of six.</p>"
    "<p>Barges had brought coal along it until 1961, then holiday boats came, and in the last years weed and mud.</p>"
    "<p>The pumps ran for nine days. Carp and eels were carried in tubs to the pond of the brick works at Ellwick.</p>",
    "<p>Divers had found 41 bicycles, a safe and a church bell, which the parish of Ellwick wants to have back.</p>",
    "<p>The water board pays 3.2 million crowns for the work, and a third of the sum comes from the boat owners.</p>"
    "<p>Boats will be let through again in April, if the frost does not hold up the diggers for too long.</p>",
]
_ADVERT = "<div class='ad-row'><div class='ad-slot'>Advertisement</div></div>"


def _text(tmp_path: Path, inner: str) -> str:
    path = tmp_path / "page.html"
    path.write_text(f"<html lang=en><head><meta charset=utf-8></head><body><main>{inner}</main></body></html>")
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    return item.text


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        ("<div class='row wide'><div class='col article-body text'>", "</div></div>"),
        ("<div class='article__body part-{}'>", "</div>"),
        ("<div class='grid-{}'><div class='entry-content'>", "</div></div>"),
    ],
)
def test_all_parts_of_one_kind_are_read_in_their_order(tmp_path: Path, opens: str, closes: str) -> None:
    parts = _ADVERT.join(f"{opens.format(number)}{part}{closes}" for number, part in enumerate(_PARTS))
    text = _text(tmp_path, f"<article><h1>The canal is dry</h1>{parts}</article>")
    places = [text.index(words) for words in ("drained on Tuesday", "Divers had found 41", "3.2 million", "in April")]
    assert places == sorted(places)
    assert text.count("Divers had found 41") == 1
    assert "Advertisement" not in text


@pytest.mark.parametrize(
    "other",
    [
        "<div class='post'><h1>The pier is shut</h1><div class='entry-content'>{}</div></div>",
        "<article class='post'><div class='entry-content'>{}</div></article>",
        "<div class='comments'><div class='entry-content'>{}</div></div>",
        "<aside class='post'><div class='entry-content'>{}</div></aside>",
    ],
)
def test_what_is_another_story_or_a_comment_is_not_joined(tmp_path: Path, other: str) -> None:
    strange = "<p>The pier of Sand was shut for the winter, since its planks were rotten and a child had fallen in.</p>"
    own = f"<div class='post'><h1>The canal is dry</h1><div class='entry-content'>{_PARTS[0]}{_PARTS[2]}</div></div>"
    text = _text(tmp_path, own + other.format(strange))
    assert "drained on Tuesday" in text
    assert "planks were rotten" not in text
