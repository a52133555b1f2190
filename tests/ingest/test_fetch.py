"""Pages and feeds by address, from a real server on loopback."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket

import httpx
import pytest

from ingest.article import Article, Failure, article_id
from ingest.fetch import fetch
from ingest.read import count_articles, read_articles

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

Site = Callable[..., str]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server of the files in `tmp_path`; call it to add one and get its address."""
    headers: dict[str, dict[str, str]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.partition("?")[0].strip("/")
            path = tmp_path / name
            more = headers.get(name, {})
            self.send_response(int(more.get("status", 200 if path.is_file() else 404)))
            for key, value in more.items():
                self.send_header(key, value)
            self.end_headers()
            if path.is_file():
                self.wfile.write(path.read_bytes())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}"

    def add(name: str, content: str | bytes = b"", **header: str) -> str:
        if name:
            data = content if isinstance(content, bytes) else content.replace("{base}", base).encode()
            (tmp_path / name).write_bytes(data)
            headers[name] = {key.replace("_", "-"): value for key, value in header.items()}
        return f"{base}/{name}"

    yield add
    server.shutdown()
    server.server_close()


def _one(url: str) -> Article:
    (item,) = read_articles(url)
    assert isinstance(item, Article), item
    return item


def _reason(url: str) -> str:
    (item,) = read_articles(url)
    assert isinstance(item, Failure), item
    assert "\n" not in item.reason
    return item.reason


def _feed(site: Site, *items: str) -> str:
    return site("feed.xml", _RSS.replace("{items}", "".join(items)), content_type="application/rss+xml")


def test_a_page(site: Site) -> None:
    url = site("troops.html", _PAGE, content_type="text/html; charset=utf-8")
    article = _one(url + "?utm_source=mail#top")
    assert (article.title, article.url, article.published) == ("Troops to stay", url, None)
    assert article.id == article_id(url)
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


def test_redirects_are_followed_five_times(site: Site) -> None:
    site("end", _PAGE, content_type="text/html")
    site("r4", status="302", location="/end")
    for number in range(4):
        site(f"r{number}", status="301", location=f"/r{number + 1}")
    assert _one(site("r0", status="301", location="/r1")).title == "Troops to stay"
    site("loop", status="302", location="/loop")
    assert "redirects" in _reason(site("loop", status="302", location="/loop"))


@pytest.mark.parametrize("location", ["http://localhost:{port}/end", "http://[::1]:{port}/end", "file:///etc/passwd"])
def test_a_redirect_leads_to_no_other_private_host(site: Site, location: str) -> None:
    port = site("end", _PAGE, content_type="text/html").split(":")[2].split("/")[0]
    reason = _reason(site("away", status="302", location=location.replace("{port}", port)))
    assert "private network" in reason or "not a web address" in reason


# 6to4, NAT64, local NAT64, mapped and compatible IPv4, and a site's own addresses
@pytest.mark.parametrize(
    "host", ["2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "::ffff:10.0.0.1", "::127.0.0.1", "fec0::1"]
)
def test_a_private_address_is_refused_inside_another(site: Site, host: str) -> None:
    assert "private network" in _reason(site("away", status="302", location=f"http://[{host}]/"))


@pytest.mark.parametrize("host", ["64:ff9b::808:808", "::ffff:8.8.8.8", "2606:4700::1111"])
def test_a_public_address_is_fetched(host: str) -> None:
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, text="here"))) as client:
        assert fetch(client, f"http://[{host}]/", typed="http://feed.example/").data == b"here"


def test_what_is_no_article(site: Site) -> None:
    assert "404" in _reason(site("") + "gone")
    assert "application/pdf" in _reason(site("a.pdf", b"%PDF", content_type="application/pdf"))
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
            )
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
    one, two = read_articles(url)
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert (one.title, one.url, one.source) == ("Evil", None, url)
    assert len({one.id, two.id, article_id(link)}) == 3


def test_another_sites_page_speaks_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = "<item><title>Evil</title><link>http://8.8.8.8/a</link><pubDate>Fri, 04 Jan 2019 23:10:00</pubDate></item>"
    pages = {"9.9.9.9": _RSS.replace("{items}", feed), "8.8.8.8": _PAGE}
    answer = httpx.MockTransport(lambda asked: httpx.Response(200, html=pages[asked.url.host]))
    monkeypatch.setattr("ingest.feed.fetcher", lambda: httpx.Client(transport=answer))
    article = _one("http://9.9.9.9/feed.xml")
    assert article.id == article_id("http://8.8.8.8/a")
    assert (article.title, article.published, article.outlet) == ("Troops to stay", None, None)


@pytest.mark.parametrize(
    "link", ["http://localhost:{port}/end", "http://127.0.0.2:{port}/end", "http://169.254.169.254/"]
)
def test_a_feed_reads_nothing_from_a_private_network(site: Site, link: str) -> None:
    port = site("end", _PAGE, content_type="text/html").split(":")[2].split("/")[0]
    item = f"<item><title>Evil</title><link>{link.replace('{port}', port)}</link></item>"
    assert "private network" in _reason(_feed(site, item))


def test_a_feed_without_entries_and_one_made_to_grow(site: Site) -> None:
    assert "no entries" in _reason(_feed(site))
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "x">{entities}]><rss><channel><item><title>&e11;'
    assert _reason(site("bomb.xml", bomb, content_type="text/xml"))
