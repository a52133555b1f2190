"""A live blog is parted into its posts whichever way it comes in."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import Archive
from ingest.article import Article
from ingest.follow import next_round
from ingest.sources import read_articles

Site = Any  # of conftest.py

_POSTS = {
    "2022-08-14T18:20:00+02:00": "Forty hectares of the pine wood above Tarn have burnt, the fire brigade says now.",
    "2022-08-14T09:05:00+02:00": "The road from Tarn to the lake is shut, and two camp sites were cleared at dawn.",
    "2022-08-13T21:30:00+02:00": "Twelve hectares of the pine wood above Tarn have burnt, a forester says.",
}
_ABOVE = "We follow the fire above Tarn, which began on Saturday evening at the edge of a field of straw."
_PAGE = (
    "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Fire above Tarn</title>"
    "<meta property='article:published_time' content='2022-08-13'><meta property='og:site_name' content='Tarn Echo'>"
    "<link rel=canonical href='{url}'></head><body><article>"
    f"<h1>Fire above Tarn</h1><p>{_ABOVE}</p><div class='live-blog'>"
    + "".join(
        f"<div class='live-post'><time datetime='{moment}'>then</time><p>{said}</p></div>"
        for moment, said in _POSTS.items()
    )
    + "</div></article></body></html>"
)
_FEED = (
    "<rss version='2.0'><channel><title>Tarn Echo</title><link>{base}/</link><item><title>Fire above Tarn</title>"
    "<link>{base}/fire-above-tarn</link><description>Hectares of the pine wood above Tarn have"
    " burnt, the road to the lake is shut.</description>"
    "<pubDate>Sun, 14 Aug 2022 20:00:00 +0200</pubDate></item></channel></rss>"
)


def _warc(page: str, url: str) -> bytes:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(answer)}\r\n"
    return head.encode() + b"Content-Type: application/http; msgtype=response\r\n\r\n" + answer + b"\r\n\r\n"


def _mhtml(page: str, url: str) -> bytes:
    message = EmailMessage()
    message["Snapshot-Content-Location"] = url
    message.set_content(page, subtype="html")
    message.make_mixed()
    return message.as_bytes()


_SAVED: dict[str, Callable[[str, str], bytes]] = {
    "html": lambda page, _: page.encode(),
    "warc": _warc,
    "mhtml": _mhtml,
}


def _judge(items: list[object]) -> list[Article]:
    articles = [item for item in items if isinstance(item, Article)]
    assert len(articles) == len(items)
    above, *posts = articles
    assert above.text == _ABOVE
    assert {post.text: post.published for post in posts} == {said: moment[:10] for moment, said in _POSTS.items()}
    assert {article.outlet for article in articles} == {"Tarn Echo"}
    assert posts[0].title == "Fire above Tarn (18:20)"
    return articles


@pytest.mark.parametrize("way", _SAVED)
def test_a_saved_live_blog_is_parted_into_its_posts(tmp_path: Path, way: str) -> None:
    url = "https://echo.example/fire-above-tarn"
    path = tmp_path / f"fire.{way}"
    path.write_bytes(_SAVED[way](_PAGE.format(url=url), url))
    articles = _judge(list(read_articles(str(path))))
    assert {article.url for article in articles} == {url}
    page = tmp_path / "page.html"
    page.write_bytes(_SAVED["html"](_PAGE.format(url=url), url))
    assert [article.id for article in read_articles(str(page)) if isinstance(article, Article)] == [
        article.id for article in articles
    ]


@pytest.mark.parametrize("name", ["fire-above-tarn", "feed.xml"])
def test_a_fetched_live_blog_is_parted_into_its_posts(site: Site, name: str) -> None:
    url = site("fire-above-tarn", _PAGE.format(url="{base}/fire-above-tarn"), content_type="text/html")
    site("feed.xml", _FEED, content_type="application/rss+xml")
    articles = _judge(list(read_articles(f"{site.base}/{name}", private=True)))
    assert {article.url for article in articles} == {url}


def test_later_posts_of_a_followed_live_blog_are_added(tmp_path: Path, site: Site) -> None:
    url = site("fire-above-tarn", _PAGE.format(url="{base}/fire-above-tarn"), content_type="text/html")
    with Archive.open(tmp_path / "a", create=True) as archive:
        assert next_round(archive, [url], 0, private=True).report.added == 4
        post = "<div class='live-post'>"
        later = f"{post}<time datetime='2022-08-15T07:00'>now</time><p>The fire is out, says the mayor.</p></div>{post}"
        page = _PAGE.format(url="{base}/fire-above-tarn").replace(post, later, 1)
        site("fire-above-tarn", page, content_type="text/html")
        report = next_round(archive, [url], 0, private=True).report
        assert (report.added, report.unchanged) == (1, 4)
