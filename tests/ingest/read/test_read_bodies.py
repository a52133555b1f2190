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


_LEAD = "<p>Merrin has drained its canal for the first time in 64 years, to dig out half a metre of its bed.</p>"
_REST = "<div class=story-body>" + "".join(_PARTS) + "</div>"
_HEADLINE = "<h1>The canal of Merrin is dry</h1>"


@pytest.mark.parametrize(
    "page",
    [
        f"{_HEADLINE}<div class=story-intro>{_LEAD}</div>{_REST}",
        f"<article>{_HEADLINE}<div class=standfirst><div>{_LEAD}</div></div><img src=a.jpg>{_REST}</article>",
        f"<article><header>{_HEADLINE}{_LEAD}</header>{_REST}</article>",
        f"<header>{_HEADLINE}{_LEAD}</header><article>{_REST}</article>",
        f"<article>{_HEADLINE}{_LEAD}<figure><img src=a.jpg></figure><div class=columns>{_REST}</div></article>",
        f"<article><div class=dek>{_LEAD}</div>{_REST}</article>",
    ],
)
def test_a_lead_in_an_element_of_its_own_is_read_first(tmp_path: Path, page: str) -> None:
    text = _text(tmp_path, page)
    assert text.startswith("Merrin has drained its canal for the first time in 64 years")
    assert text.count("64 years") == 1
    assert text.index("drained on Tuesday") < text.index("in April")


@pytest.mark.parametrize(
    "other",
    [
        "<nav>{}</nav>",
        "<div class='related-stories'>{}</div>",
        "<div id=cookie-box>{}</div>",
        "<figure><figcaption>{}</figcaption></figure>",
        "<div><h3>Another canal</h3>{}</div>",
        "<div><a href=/other>{}</a></div>",
        "<ul><li>{}</li></ul>",
        "{0}{0}{0}{0}{0}",
    ],
)
def test_what_stands_before_the_text_and_is_no_lead_is_not_joined(tmp_path: Path, other: str) -> None:
    box = other.format(_LEAD.replace("<p>", "<p><a href=/x>").replace("</p>", "</a></p>") if "href" in other else _LEAD)
    assert "64 years" not in _text(tmp_path, f"{_HEADLINE}<div class=box>{box}</div>{_REST}")
    outside = f"<h1>Merrin Courier</h1>{box}<article><h2>The canal is dry</h2>{_REST}</article>"
    assert "64 years" not in _text(tmp_path, outside)
