"""Pages of old and odd sites: the text lies in cells, forms and elements of the site's own."""

from pathlib import Path

import pytest

from ingest.article import Article, Failure
from ingest.sources import read_articles

_TEXT = [
    "The mill of Aske was sold on Friday to a baker from Hallin, who paid 2.4 million crowns for it, the seller said.",
    "The baker wants to grind rye there from the autumn on, and has hired a miller who worked in the house as a boy.",
    "Nobody has ground a sack of flour in Aske since 1988, when the last owner sold the stones and kept the house.",
]


def _read(tmp_path: Path, body: str) -> Article | Failure:
    path = tmp_path / "page.html"
    path.write_text(f"<html><head><title>The mill is sold</title></head><body>{body}</body></html>")
    (item,) = read_articles(str(path))
    return item


_HEAD = "<h1>The mill is sold</h1>"
_BREAKS = "<br><br>".join(_TEXT)
_MENU = "<td width=150><a href='/a'>Our village</a><br><a href='/b'>Church times</a></td>"


@pytest.mark.parametrize(
    "body",
    [
        f"<table><tr>{_MENU}<td>{_HEAD}<font>{_BREAKS}</font></td></tr></table>",
        f"<table><tr>{_MENU}<td><table><tr><td>{_HEAD}</td></tr><tr><td>{_BREAKS}</td></tr></table></td></tr></table>",
        f"<form method=post><table><tr><td>{_HEAD}<span id=lblText>{_BREAKS}</span></td></tr></table></form>",
        f"<form method=post>{_HEAD}<div>{_BREAKS}</div></form>",
        f"<site-story>{_HEAD}" + "".join(f"<site-par>{part}</site-par>" for part in _TEXT) + "</site-story>",
    ],
)
def test_a_text_without_paragraphs_is_read_as_its_own(tmp_path: Path, body: str) -> None:
    article = _read(tmp_path, body)
    assert isinstance(article, Article), article
    assert article.text.split("\n\n") == _TEXT


def test_a_form_to_fill_in_is_no_article(tmp_path: Path) -> None:
    fields = "".join(f"<label>Your {name}</label><input name={name}><br>" for name in ("name", "street", "town"))
    assert isinstance(_read(tmp_path, f"<form>{_HEAD}{fields}Fields with a star are needed.</form>"), Failure)


def test_a_site_s_own_element_within_a_paragraph_is_words_of_it(tmp_path: Path) -> None:
    said = "The <site-term>miller</site-term> of Aske is paid 900 crowns a day, says the man who hired him in May."
    article = _read(tmp_path, _HEAD + "".join(f"<p>{part}</p>" for part in (*_TEXT, said)))
    assert isinstance(article, Article)
    assert "The miller of Aske is paid 900 crowns" in article.text


@pytest.mark.parametrize(
    "line",
    [
        "<p><strong>Read also:</strong> <a href=/z>Mayor earns 88,000 crowns a month, and wants more of it</a></p>",
        "<p>RELATED | <a href=/z>Mayor earns 88,000 crowns a month, and wants more of it</a></p>",
        "<div>Lesen Sie auch: <b><a href=/z>Mayor earns 88,000 crowns a month, and wants more of it</a></b></div>",
    ],
)
def test_a_line_that_leads_to_another_story_is_no_text(tmp_path: Path, line: str) -> None:
    first, *rest = (f"<p>{part}</p>" for part in _TEXT)
    article = _read(tmp_path, f"<article>{_HEAD}{first}{line}{''.join(rest)}</article>")
    assert isinstance(article, Article)
    assert article.text.split("\n\n") == _TEXT
    told = "<p>Read also: <a href=/z>the act of 1904</a>, which the miller cites, gives him 40 days to pay.</p>"
    article = _read(tmp_path, f"<article>{_HEAD}{first}{told}{''.join(rest)}</article>")
    assert isinstance(article, Article)
    assert "gives him 40 days" in article.text


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><td>" * 300 + "<p>a" * 20_000,
        "<div>" + "<a href=x>b</a> and many words of a line " * 9000 + "</div>" + "<p>Words of a page.</p>" * 20,
        "<a-b>" * 900 + "<c-d>e</c-d>" * 20_000,
    ],
)
def test_layouts_without_end_cost_no_time(tmp_path: Path, body: str) -> None:
    assert _read(tmp_path, f"{_HEAD}{body}")  # in the seconds that the tests have
