"""What a page states of its article: JSON-LD beside the site's own, with small defects, and meta spellings."""

import json
from pathlib import Path

import pytest

from ingest.article import Article, Failure
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


def test_a_day_that_a_page_states_as_rdfa(tmp_path: Path) -> None:
    said = "<span property='schema:datePublished' content='2021-03-08'>8 March</span>"
    said += "<span property='schema:dateModified' content='2021-03-10'>10 March</span>"
    article = _read(tmp_path, "", said + _BODY)
    assert (article.published, article.updated) == ("2021-03-08", "2021-03-10")


def test_one_byte_that_is_not_utf8_costs_one_character(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    page = f"<html><body>{_BODY}<p>Café Müller and the cafés of Çelik stay open all week.</p>".encode() + b"<p>\xff</p>"
    path.write_bytes(page)
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    assert "Café Müller" in item.text


_SAID = (
    "The old bridge of Marlow carries no lorries from Monday on, since two of its girders have rusted through.",
    "R&D engineer Ruth Vane found 47 cracks where < 5 had been expected, and called the state of it “grave”.",
)


@pytest.mark.parametrize(
    "body",
    [
        "\n\n".join(_SAID),
        "<p>" + "</p><p>".join(_SAID).replace("&", "&amp;").replace("< ", "&lt; ") + "</p>",
        f"{_SAID[0]}&lt;br/&gt;&lt;br/&gt;{_SAID[1]}".replace("R&D", "R&amp;amp;D").replace("< 5", "&amp;lt; 5"),
        "\n".join(_SAID).replace("R&D", "R&amp;D").replace("“", "&ldquo;").replace("”", "&#8221;"),
        list(_SAID),
    ],
)
@pytest.mark.parametrize("shown", ["", "<p>This page needs JavaScript, please.</p>"])
def test_a_text_that_stands_in_the_json_ld_alone_is_read(tmp_path: Path, body: object, shown: str) -> None:
    script = _script(json.dumps([_SITE, {**_STORY, "articleBody": body}]))
    article = _read(
        tmp_path, script, f"<article><h1>Old bridge closes for repairs</h1><div id=app>{shown}</div></article>"
    )
    assert " ".join(article.text.split()) == " ".join(_SAID)
    assert (article.title, article.published) == ("Old bridge closes for repairs", "2021-03-08")


def test_the_text_of_the_page_goes_before_that_of_its_json_ld(tmp_path: Path) -> None:
    shown = _BODY.replace("</article>", "<p>Until then lorries take the road along the river. " * 6 + "</p></article>")
    assert _SAID[0] not in _read(tmp_path, _script(json.dumps({**_STORY, "articleBody": "\n".join(_SAID)})), shown).text
    others = [{**_STORY, "headline": f"Story {number} of another page", "articleBody": _SAID[0]} for number in (1, 2)]
    page = f"<title>Old bridge closes for repairs</title>{_script(json.dumps(others))}<div id=app></div>"
    (tmp_path / "page.html").write_text(f"<html>{page}</html>")
    (item,) = read_articles(str(tmp_path / "page.html"))
    assert isinstance(item, Failure)


def test_a_json_ld_text_without_end_costs_no_time(tmp_path: Path) -> None:
    for unit in ("<", "&lt;p", "<p>", "a\n", "&amp;"):
        body = _SAID[0] + unit * 30_000
        article = _read(tmp_path, _script(json.dumps({**_STORY, "articleBody": body})), "<div id=app></div>")
        assert article.text.startswith(_SAID[0])
