"""What a page states of its article: JSON-LD beside the site's own, with small defects, and meta spellings."""

import json
from pathlib import Path

import pytest

from ingest.article import Article
from ingest.sources import read_articles

_BODY = (
    "<article><h1>Old bridge closes for repairs</h1><p>The old bridge of Marlow closes on Monday, engineer "
    "Ruth Vane said.</p><p>The repairs cost 3.4 million crowns and take eleven weeks.</p></article>"
)
_STORY = {
    "@type": "NewsArticle",
    "headline": "Old bridge closes for repairs",
    "datePublished": "2021-03-08",
    "author": {"@type": "Person", "name": "Nora Pike"},
    "publisher": {"@type": "Organization", "name": "Marlow Post"},
}
_SITE = {"@type": "WebPage", "headline": "Marlow Post, news", "datePublished": "2009-01-01", "author": "Post Ltd."}


def _read(tmp_path: Path, head: str, body: str = _BODY) -> Article:
    path = tmp_path / "page.html"
    path.write_text(f"<html><head><meta charset=utf-8><title>x</title>{head}</head><body>{body}</body></html>")
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    return item


def _script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    "head",
    [
        _script(json.dumps(_SITE)) + _script(json.dumps(_STORY)),
        _script(json.dumps([_SITE, _STORY])),
        _script(json.dumps({"@graph": [_SITE, {**_STORY, "@type": ["Thing", "ReportageNewsArticle"]}]})),
        _script(json.dumps({**_SITE, "mainEntity": _STORY})),
        _script("<!--\n" + json.dumps(_STORY) + "\n-->"),
        _script("//<![CDATA[\n" + json.dumps(_STORY) + "\n//]]>"),
        _script("/*<![CDATA[*/" + json.dumps(_STORY) + "/*]]>*/"),
        _script(json.dumps(_STORY)[:-1] + ', "description": "one\ntwo",}'),
        _script(json.dumps(_STORY) + ";"),
        _script(json.dumps(_STORY).replace("Nora Pike", "Nora&amp;#32;Pike")),
    ],
)
def test_the_articles_own_data_counts(tmp_path: Path, head: str) -> None:
    article = _read(tmp_path, head)
    assert (article.title, article.published) == ("Old bridge closes for repairs", "2021-03-08")
    assert (article.author, article.outlet) == ("Nora Pike", "Marlow Post")


@pytest.mark.parametrize(
    "name", ["pub_date", "sn-post-date", "article:published:time", "og:pubdate", "publish-date", "DC.date.issued"]
)
def test_spellings_of_a_date_in_meta(tmp_path: Path, name: str) -> None:
    assert _read(tmp_path, f"<meta name='{name}' content='2021-03-08'>").published == "2021-03-08"
    assert _read(tmp_path, f"<meta property='{name}' content='2021-03-08'>").published == "2021-03-08"


def test_a_change_is_not_the_publication(tmp_path: Path) -> None:
    time = "<time itemprop=dateModified datetime=2021-03-10>8 March, updated 10 March</time>"
    article = _read(tmp_path, "<link rel=canonical href='https://m.example/20210308/bridge'>", time + _BODY)
    assert (article.published, article.updated) == ("2021-03-08", "2021-03-10")
    article = _read(tmp_path, "<meta property='article:modified_time' content='2021-03-10'>")
    assert (article.published, article.updated) == (None, "2021-03-10")
    made = {"@type": "NewsArticle", "dateCreated": "2021-03-08", "dateModified": "2021-03-10"}
    article = _read(tmp_path, _script(json.dumps(made)))
    assert (article.published, article.updated) == ("2021-03-08", "2021-03-10")


def test_one_byte_that_is_not_utf8_costs_one_character(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    page = f"<html><body>{_BODY}<p>Café Müller and the cafés of Çelik stay open all week.</p>".encode() + b"<p>\xff</p>"
    path.write_bytes(page)
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    assert "Café Müller" in item.text
