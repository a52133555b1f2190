"""Pages and feeds by address, from a real server on loopback, which is fetched from as a private network."""

import gzip
from contextlib import closing
from pathlib import Path
from socket import socket
from typing import Any

import pytest

from ingest.article import Article, Failure, article_id
from ingest.sources import count_articles, read_articles

Site = Any  # of conftest.py
FILES = Path(__file__).parents[1] / "files"

_BODY = (
    "<p>The United States will keep 25,000 troops in Kuwait, officials said on Monday, and the number is not "
    "expected to change before the spring of next year.</p><p>The decision follows long talks with the government, "
    "which had asked for a smaller force and changed its mind after the attack.</p>"
)
_PAGE = f"<html><head><title>Troops to stay</title></head><body><h1>Troops to stay</h1>{_BODY}</body></html>"
_RSS = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
    "<title>The Daily</title><link>{base}/</link>{items}</channel></rss>"
)


def _one(url: str) -> Article:
    (item,) = read_articles(url, private=True)
    assert isinstance(item, Article), item
    return item


def _reason(url: str) -> str:
    (item,) = read_articles(url, private=True)
    assert isinstance(item, Failure), item
    assert "\n" not in item.reason
    return item.reason


def _feed(site: Site, *items: str) -> str:
    return site("feed.xml", _RSS.replace("{items}", "".join(items)), content_type="application/rss+xml")


def test_a_page(site: Site) -> None:
    url = site("troops.html", _PAGE, content_type="text/html; charset=utf-8")
    article = _one(url + "?utm_source=mail#top")
    assert (article.title, article.url, article.published) == ("Troops to stay", url, None)
    assert article.id == article_id(url.replace("http:", "https:"))
    assert article.text.startswith("The United States will keep 25,000 troops in Kuwait")
    assert article.source == url + "?utm_source=mail#top"
    assert count_articles(url) is None


def test_a_page_may_not_pass_for_another_sites(site: Site) -> None:
    page = _PAGE.replace("<title>", "<link rel=canonical href='https://other.example/a'><title>")
    url = site("a.html", page, content_type="text/html")
    assert _one(url).url == url


def test_a_text_and_a_packed_page(site: Site) -> None:
    assert (
        _one(site("a", "Troops to stay\n\nThey stay, he said.", content_type="text/plain")).text
        == "They stay, he said."
    )
    packed = site("b", gzip.compress(_PAGE.encode()), content_type="text/html", content_encoding="gzip")
    assert _one(packed).title == "Troops to stay"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("ferry-libreoffice.pdf", "application/pdf"),
        ("ferry.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("ferry.odt", "application/vnd.oasis.opendocument.text"),
        ("ferry.rtf", "text/rtf"),
    ],
)
def test_a_document(site: Site, name: str, media_type: str) -> None:
    """It gives the words that the file gives, and its address is where it was found."""
    url = site(f"news/{name}", (FILES / name).read_bytes(), content_type=media_type)
    (file,) = read_articles(str(FILES / name))
    assert isinstance(file, Article)
    article = _one(url)
    assert (article.title, article.text, article.published) == (file.title, file.text, file.published)
    assert article.url == url


def test_redirects_are_followed_five_times(site: Site) -> None:
    site("end", _PAGE, content_type="text/html")
    site("r4", status="302", location="/end")
    for number in range(4):
        site(f"r{number}", status="301", location=f"/r{number + 1}")
    assert _one(site("r0", status="301", location="/r1")).title == "Troops to stay"
    site("loop", status="302", location="/loop")
    assert "redirects" in _reason(site("loop", status="302", location="/loop"))


def test_what_is_no_article(site: Site) -> None:
    assert "404" in _reason(site("") + "gone")
    assert "image/png is no page" in _reason(site("a.png", b"PNG", content_type="image/png"))
    assert "damaged or cut off" in _reason(site("a.pdf", b"%PDF", content_type="application/pdf"))
    assert "no article text" in _reason(site("empty", "<html></html>", content_type="text/html"))
    assert "binary" in _reason(site("zip", b"PK\0\0\1\2" * 99, content_type="text/html"))
    bomb = gzip.compress(b"<p>" + b"a" * 25_000_000)
    assert "larger than" in _reason(site("bomb", bomb, content_type="text/html", content_encoding="gzip"))


@pytest.mark.parametrize("url", ["http://", "http://[", "http://a b/", "https://x.invalid/", "HTTP://127.0.0.1:99999/"])
def test_an_address_that_is_none(url: str) -> None:
    assert _reason(url)


def test_nobody_answers() -> None:
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "cannot be fetched" in _reason(f"http://127.0.0.1:{port}/")


def test_a_feed_of_full_texts_teasers_and_dead_links(site: Site) -> None:
    site("page.html", _PAGE, content_type="text/html")
    full = f"<item><title>Full &amp; done</title><link>{{base}}/full</link><content:encoded><![CDATA[{_BODY * 2}]]>"
    items = list(
        read_articles(
            _feed(
                site,
                full + "</content:encoded><pubDate>Fri, 04 Jan 2019 23:10:00 -0800</pubDate></item>",
                "<item><title>From the feed</title><link>/page.html</link><description>They stay...</description>"
                "</item>",
                "<item><title>Dead</title><link>{base}/dead</link></item>",
                "<item><title>No link</title><description>The minister resigned on Friday.</description></item>",
                "<item></item>",
            ),
            private=True,
        )
    )
    base = site("").rstrip("/")
    first, second, third, fourth, fifth = items
    assert isinstance(first, Article)
    assert (first.title, first.published, first.outlet) == ("Full & done", "2019-01-04", "The Daily")
    assert (first.url, first.source) == (f"{base}/full", f"{base}/full")
    assert first.text.count("25,000 troops") == 2
    assert isinstance(second, Article)
    assert (second.title, second.url) == ("From the feed", f"{base}/page.html")
    assert second.text.endswith("after the attack.")
    assert isinstance(third, Failure)
    assert (third.source, "404" in third.reason) == (f"{base}/dead", True)
    assert isinstance(fourth, Article)
    assert fourth.text == "The minister resigned on Friday."
    assert isinstance(fifth, Failure)


def test_an_atom_feed(site: Site) -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Daily</title><entry><title>One</title><id>urn:1</id>'
        "<link href='/one'/><published>2019-01-04T23:30:00-05:00</published><updated>2020-01-01T00:00:00Z</updated>"
        f"<content type='html'><![CDATA[{_BODY * 2}]]></content></entry></feed>"
    )
    article = _one(site("atom", atom, content_type="text/html"))
    assert (article.title, article.published) == ("One", "2019-01-04")


def test_a_feed_may_not_pass_for_another_site(site: Site) -> None:
    link = "https://other.example/a"
    entry = f"<title>Evil</title><link>{link}</link><content:encoded><![CDATA[{_BODY * 2}]]></content:encoded>"
    url = _feed(site, *(f"<item><guid isPermaLink='false'>{id_}</guid>{entry}</item>" for id_ in ("one", "two")))
    one, two = read_articles(url, private=True)
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert (one.title, one.url, one.source) == ("Evil", None, url)
    assert len({one.id, two.id, article_id(link)}) == 3


def test_a_feed_without_entries_and_one_made_to_grow(site: Site) -> None:
    assert "no entries" in _reason(_feed(site))
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "x">{entities}]><rss><channel><item><title>&e11;'
    assert _reason(site("bomb.xml", bomb, content_type="text/xml"))
