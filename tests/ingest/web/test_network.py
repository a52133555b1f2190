"""What is connected to, and what is not: names and addresses of an invented internet, a real server behind them."""

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import brotli
import pytest
import trustme

from ingest.article import Article, Failure
from ingest.sources import read_articles
from ingest.web import fetch, network
from ingest.web.fetch import Fetcher, FetchError
from ingest.web.network import is_public
from ingest.web.pages import entries_at, entry_articles, page_articles

Internet = Any  # of conftest.py
Site = Any

_PUBLIC = "93.184.216.34"
_PAGE = (
    "<html><head><title>Troops to stay</title></head><body><h1>Troops to stay</h1><p>The United States will keep 25,000"
    " troops in Kuwait, officials said on Monday, and the number is not expected to change.</p></body></html>"
)


@pytest.fixture
def public(internet: Internet, site: Site) -> Internet:
    """The site as news.example, at a public address."""
    internet.names["news.example"] = [[_PUBLIC]]
    internet.ports[_PUBLIC] = site.port
    return internet


def _fetcher(internet: Internet, *, private: bool = False) -> Fetcher:
    return Fetcher(private=private, resolve=internet.resolve, dial=internet)


def _refusal(internet: Internet, url: str, *, private: bool = False) -> FetchError:
    with _fetcher(internet, private=private) as fetcher, pytest.raises(FetchError) as refused:
        fetcher.get(url)
    assert "\n" not in str(refused.value)
    return refused.value


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.216.34",
        "2606:4700::1111",
        "64:ff9b::808:808",  # NAT64 of 8.8.8.8
        "::ffff:8.8.8.8",
        "2002:808:808::1",  # 6to4 of 8.8.8.8
    ],
)
def test_an_address_of_the_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "100.127.255.255", "0.0.0.0", "0.1.2.3", "255.255.255.255", "224.0.0.1", "239.1.1.1"),
        *("240.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.0.0.1", "192.88.99.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "2002:7f00:1::"),
        *("2002:a9fe:a9fe::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2001:0:7f00:1::"),
        *("100::1", "3fff::1", "5f00::1", "4000::1", "2001:2::1"),
    ],
)
def test_an_address_of_no_public_network(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:7f00:1]",
        "0",
        "[::]",
    ],
)
def test_the_typed_address_too_must_be_public(site: Site, host: str) -> None:
    (item,) = read_articles(f"http://{host}:{site.port}/a")
    assert isinstance(item, Failure)
    assert [words for words in ("private network", "cannot be found", "not a web address") if words in item.reason]
    assert "\n" not in item.reason
    assert site.asked == []


def test_private_addresses_may_be_allowed(site: Site) -> None:
    (item,) = read_articles(site("a", _PAGE, content_type="text/html"), private=True)
    assert isinstance(item, Article)


def test_a_public_name_is_fetched(public: Internet, site: Site) -> None:
    site("a", _PAGE, content_type="text/html")
    with _fetcher(public) as fetcher:
        found = fetcher.get("http://news.example/a")
        assert found
        assert (found.url, found.data) == ("http://news.example/a", _PAGE.encode())
    assert site.headers[0]["host"] == "news.example"
    assert site.headers[0]["user-agent"].startswith("dateline")
    assert public.dialled == [_PUBLIC]


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{port}/secret", "http://inside.example:{port}/secret", "http://[::ffff:127.0.0.1]/"]
)
def test_a_redirect_from_a_public_name_into_a_private_network_is_refused(
    public: Internet, site: Site, target: str
) -> None:
    public.names |= {"inside.example": [["10.0.0.7"]], "127.0.0.1": [["127.0.0.1"]]}
    public.names["::ffff:127.0.0.1"] = [["::ffff:127.0.0.1"]]
    site("secret", _PAGE, content_type="text/html")
    site("away", status="302", location=target.replace("{port}", str(site.port)))
    assert "private network" in str(_refusal(public, "http://news.example/away"))
    assert site.asked == ["/away"]
    assert public.dialled == [_PUBLIC]


def test_one_private_address_among_public_ones_is_refused(public: Internet, site: Site) -> None:
    public.names["news.example"] = [[_PUBLIC, "10.0.0.1"]]
    assert "private network" in str(_refusal(public, "http://news.example/a"))
    assert (public.dialled, site.asked) == ([], [])


def test_a_name_that_leads_elsewhere_a_moment_later(public: Internet, site: Site) -> None:
    """DNS rebinding: what is checked is what is connected to, and each new connection is checked."""
    public.names["news.example"] = [[_PUBLIC], ["127.0.0.1"]]
    site("a", _PAGE, content_type="text/html")
    site("again", status="302", location="/a", connection="close")
    with _fetcher(public) as fetcher:
        assert fetcher.get("http://news.example/a")
        assert (public.looked_up, public.dialled) == (["news.example"], [_PUBLIC])
        with pytest.raises(FetchError, match="private network"):
            fetcher.get("http://news.example/again")
    assert site.asked == ["/a", "/again"]
    assert public.dialled == [_PUBLIC]  # the first connection was kept for the second address


def test_what_a_feed_names_must_be_public(public: Internet, site: Site) -> None:
    public.names["inside.example"] = [["192.168.0.1"]]
    links = ("http://inside.example/", "http://169.254.169.254/latest/meta-data", "http://ok.example/a")
    public.names |= {"169.254.169.254": [["169.254.169.254"]], "ok.example": [["198.41.0.4"]]}
    public.ports["198.41.0.4"] = site.port
    items = "".join(f"<item><title>Evil</title><link>{link}</link><guid>{link}</guid></item>" for link in links)
    site("feed", f"<rss version='2.0'><channel><title>Evil Daily</title>{items}</channel></rss>")
    site("a", _PAGE, content_type="text/html")
    with _fetcher(public) as fetcher:
        found = fetcher.get("http://news.example/feed")
        assert found
        first, second, third = entries_at(fetcher, found, found.url) or ()
        for entry in (first, second):
            assert not isinstance(entry, Failure)
            with pytest.raises(FetchError, match="private network"):
                entry_articles(fetcher, entry, found.url)
        assert not isinstance(third, Failure)
        (article,) = entry_articles(fetcher, third, found.url)
    # Another site's page speaks for itself: neither the feed's title nor its name.
    assert isinstance(article, Article)
    assert (article.title, article.outlet, article.url) == ("Troops to stay", None, "http://ok.example/a")


def test_a_page_may_not_pass_for_another_sites(public: Internet, site: Site) -> None:
    for name, stated in (("a", "https://other.example/a"), ("b", "https://www.news.example/story")):
        site(name, _PAGE.replace("<title>", f"<link rel=canonical href='{stated}'><title>"), content_type="text/html")
    site("c", "---\nurl: https://other.example/a\n---\n\nThe troops stay, he said.", content_type="text/plain")
    urls = []
    with _fetcher(public) as fetcher:
        for name in "abc":
            found = fetcher.get(f"http://news.example/{name}")
            assert found
            (article,) = page_articles(found, found.url)
            assert isinstance(article, Article)
            urls.append(article.url)
    assert urls == ["http://news.example/a", "https://www.news.example/story", "http://news.example/c"]


# --- TLS


@contextmanager
def _tls_site(tmp_path: Path, name: str) -> Iterator[int]:
    """A server with a certificate for a name, which answers any request with 'here' or leads to http."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as stream:
                    asked = stream.recv(65536)
                    if b"/down " in asked:
                        stream.sendall(
                            b"HTTP/1.1 301 Moved\r\nlocation: http://news.example/a\r\ncontent-length: 0\r\n\r\n"
                        )
                    else:
                        stream.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nhere")
            except OSError:
                pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def test_tls_checks_the_name_not_the_address(
    internet: Internet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _tls_site(tmp_path, "news.example") as port:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        internet.names = {"news.example": [[_PUBLIC]], "other.example": [[_PUBLIC]]}
        internet.ports[_PUBLIC] = port
        with _fetcher(internet) as fetcher:
            found = fetcher.get("https://news.example/a")
            assert found
            assert found.data == b"here"
        assert "certificate" in str(_refusal(internet, "https://other.example/a"))
        assert "from https to http" in str(_refusal(internet, "https://news.example/down"))


# --- hostile servers


@contextmanager
def _raw(*pieces: bytes, repeat: bytes = b"") -> Iterator[str]:
    """A server that sends these pieces to whoever connects, then `repeat` until they have gone."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    connection.recv(65536)
                    for piece in pieces:
                        connection.sendall(piece)
                    while repeat:
                        connection.sendall(repeat)
                    connection.shutdown(socket.SHUT_WR)
                    connection.recv(65536)
                except OSError:
                    pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _reason(url: str) -> str:
    with Fetcher(private=True) as fetcher, pytest.raises(FetchError) as refused:
        fetcher.get(url)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("head", "repeat"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"a" * 8000 + b"\r\n"),  # headers without an end
        (b"", b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 200),  # an answer that never comes
        (b"HTTP/1.1 200 OK\r\n\r\n", b"<p>word</p>" * 1000),  # a page without an end
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1;" + b"a" * 8000 + b"\r\nb\r\n"),
    ],
    ids=["headers", "hints", "body", "chunks"],
)
def test_what_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch, head: bytes, repeat: bytes) -> None:
    monkeypatch.setattr(network, "_MOST_BYTES", 3_000_000)
    monkeypatch.setattr(fetch, "LARGEST", 2_000_000)
    with _raw(head, repeat=repeat) as url:
        assert _reason(url)


def test_a_slow_drip_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_LONGEST", 0.5)
    for head in (b"", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n", b"HTTP/1.1 200 OK\r\nx-a"):
        holding = threading.Event()
        listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        def serve(listener: socket.socket = listener, head: bytes = head, holding: threading.Event = holding) -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(head)
                while not holding.wait(0.05):  # a byte now and then, each well within the pause that is allowed
                    try:
                        connection.sendall(b"a")
                    except OSError:
                        return

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            assert _reason(url)
        finally:
            holding.set()
            thread.join()
            listener.close()


@pytest.mark.parametrize(
    ("packing", "data"),
    [
        ("gzip", gzip.compress(b"a" * 60_000_000)),
        ("gzip", gzip.compress(b"<p>cut off</p>" * 99)[:40]),
        ("gzip", b"not packed"),
        ("br", brotli.compress(b"a" * 60_000_000)),
        ("gzip, gzip", gzip.compress(gzip.compress(b"a" * 60_000_000))),
        ("zstd", b"\x28\xb5\x2f\xfd"),
    ],
    ids=["bomb", "cut off", "not packed", "brotli's bomb", "packed twice", "unknown packing"],
)
def test_a_bomb_or_a_damaged_packing(site: Site, packing: str, data: bytes) -> None:
    assert _reason(site("a", data, content_type="text/html", content_encoding=packing))


def test_names_and_passwords_are_neither_sent_nor_stored(site: Site, public: Internet) -> None:
    site("a", _PAGE, content_type="text/html")
    for address in (f"http://ann:secret@127.0.0.1:{site.port}/a", f"http://secret@127.0.0.1:{site.port}/a"):
        (item,) = read_articles(address, private=True)
        assert isinstance(item, Failure)
        assert "password" in item.reason
        assert "secret" not in item.source + item.reason
    for broken in ("http://ann:secret@[bad/a", "http://ann:secret@d.example:port/", "http://ann:secret@@/"):
        (item,) = read_articles(broken)
        assert "secret" not in str(item)
    site("away", status="302", location="http://ann:secret@news.example/a")
    assert "password" in str(_refusal(public, "http://news.example/away"))
    assert site.asked == ["/away"]
    page = _PAGE.replace("<title>", "<link rel=canonical href='http://ann:secret@127.0.0.1:{port}/a'><title>")
    (item,) = read_articles(site("b", page.replace("{port}", str(site.port)), content_type="text/html"), private=True)
    assert isinstance(item, Article)
    assert item.url == f"{site.base}/a"


def test_no_proxy_and_no_password_file_is_taken_from_the_environment(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ann password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with Fetcher(private=True) as fetcher:
        assert fetcher.get(site("a", _PAGE))
    assert "authorization" not in site.headers[0]


def test_the_same_answer_is_not_sent_twice(site: Site) -> None:
    with Fetcher(private=True) as fetcher:
        found = fetcher.get(site("a", _PAGE, last_modified="Sat, 21 Nov 2026 10:00:00 GMT"))
        assert found
        assert found.modified == "Sat, 21 Nov 2026 10:00:00 GMT"
        assert fetcher.get(found.url, found.etag, found.modified) is None
        assert site.headers[1]["if-modified-since"] == found.modified
        site("a", _PAGE + "<p>More.</p>")
        assert fetcher.get(found.url, found.etag, found.modified)


@pytest.mark.parametrize(
    ("status", "stated", "passing", "wait"),
    [
        ("503", "120", True, 120),
        ("429", "99999999999999999999", True, 86_400),
        ("503", "Thu, 01 Jan 1970 00:00:00 GMT", True, 0),
        ("503", "Fri, 31 Dec 9999 23:59:59 GMT", True, 86_400),
        ("500", "soon", True, 0),
        ("404", "", False, 0),
        ("410", "-5", False, 0),
    ],
)
def test_when_to_ask_again(site: Site, status: str, stated: str, passing: bool, wait: int) -> None:
    with Fetcher(private=True) as fetcher, pytest.raises(FetchError, match=status) as refused:
        fetcher.get(site("a", status=status, retry_after=stated))
    assert (refused.value.passing, refused.value.wait) == (passing, wait)


def test_two_requests_to_one_public_host_stand_apart(
    public: Internet, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    public.names["other.example"] = [[_PUBLIC]]
    site("a", _PAGE)
    with _fetcher(public) as fetcher:
        for url in ("http://news.example/a", "http://other.example/a", "http://news.example/a"):
            assert fetcher.get(url)
    (pause,) = pauses
    assert 0.5 < pause <= 1
    assert public.dialled == [_PUBLIC, _PUBLIC]  # one connection a host
