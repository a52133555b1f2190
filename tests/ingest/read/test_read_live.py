"""A live blog is parted into its posts whichever way it comes in."""

import json
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


_DAYS = {"mow-3": ("2022-08-14T18:20:00+02:00", "1660494000"), "mow-2": ("2022-08-14T09:05:00+02:00", "1660460700"),
         "mow-1": ("2022-08-13T21:30:00+02:00", "1660419000")}  # fmt: skip
_HEADS = ("Forty hectares burnt", "Road to the lake shut", "Twelve hectares burnt")


def _linked(*, texts: bool = True, tags: str = "{}", times: bool = True) -> str:
    updates = [
        {
            "@type": "BlogPosting",
            "headline": head,
            "url": f"https://echo.example/fire#{name}",
            **({"datePublished": moment} if times else {}),
            **({"articleBody": tags.format(said)} if texts else {}),
        }
        for (name, (moment, _)), head, said in zip(_DAYS.items(), _HEADS, _POSTS.values(), strict=True)
    ]
    told = {"@type": "LiveBlogPosting", "headline": "Fire above Tarn", "liveBlogUpdate": updates}
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


def _listed(form: str) -> str:
    """The posts in a form that may name each one's id, head, text, moment and second since 1970."""
    posts = (
        form.format(id=name, moment=moment, second=second, head=f"<h3>{head}</h3>", said=f"<p>{said}</p>")
        for (name, (moment, second)), head, said in zip(_DAYS.items(), _HEADS, _POSTS.values(), strict=True)
    )
    return "".join(posts)


def _read(tmp_path: Path, head: str, body: str) -> list[Article]:
    path = tmp_path / "fire.html"
    page = f"<title>Fire above Tarn</title><meta property='article:published_time' content='2022-08-13'>{head}"
    path.write_text(f"<html lang=en><head><meta charset=utf-8>{page}</head><body><h1>Fire above Tarn</h1>{body}")
    found = list(read_articles(str(path)))
    assert all(isinstance(item, Article) for item in found), found
    return [item for item in found if isinstance(item, Article)]


_OLD = "<time datetime='2015-05-01T10:00'>1 May 2015</time>"
_TIME = "<time datetime='{moment}'>then</time>"


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (_linked(), "<div class=p><span>18:20</span>{head}{said}</div>"),
        (_linked(tags="<p>{}</p>"), "<li>{head}<div>{said}</div></li>"),
        (_linked(), "<div class=p>{said}</div>"),
        (_linked(), "{head}{said}"),
        (_linked(texts=False), "<article id={id}>{head}{said}</article>"),
        (_linked(texts=False), "<section><a name={id}></a>{head}{said}</section>"),
        (_linked(), f"<div class=p>{_OLD.replace('1 May 2015', 'an hour ago')}{{head}}{{said}}</div>"),
        ("", "<div class=live-post data-timestamp={second}>{head}{said}</div>"),
        ("", "<div class=live-post data-publish-time={second}000><h3></h3>{said}</div>"),
        ("", "<li class=live-post><span data-date='{moment}'>then</span>{said}</li>"),
        ("", "<article class=live-post data-update-time=1700000000 data-created={second}>{said}</article>"),
        ("", "<div itemprop=liveBlogUpdate><meta itemprop=datePublished content='{moment}'>{said}</div>"),
        ("", f"<div class=live-post><time class=updated datetime='2022-08-19'></time>{_TIME}{{said}}</div>"),
    ],
)
def test_a_post_has_the_day_that_the_page_states_of_it(tmp_path: Path, head: str, form: str) -> None:
    kind = "itemscope itemtype='https://schema.org/LiveBlogPosting'" if "itemprop" in form else "class=posts"
    above, *posts = _read(tmp_path, head, f"<p>{_ABOVE}</p><div {kind}>{_listed(form)}</div>")
    assert above.text == _ABOVE
    assert {post.text: post.published for post in posts} == {said: moment[:10] for moment, said in _POSTS.items()}


_SUNDAY, _SATURDAY = "Sunday, 14 August 2022", "13 August 2022"
_CLOCKS = ["18:20", "09:05", "21:30"]


@pytest.mark.parametrize(
    ("day", "post"),
    [
        ("", "<div class=live-post><span class=post-time>{day}, {clock}</span>{said}</div>"),
        ("", "<li class=live-post><time>{day}, {clock}</time>{said}</li>"),
        ("<h2>{day}</h2>", "<div class=live-post><span class=time>{clock}</span>{said}</div>"),
        ("<div class=live-date>{day}</div>", "<article class=live-post><time>{clock}</time>{said}</article>"),
        ("", "<div class=live-post>Updated <time datetime='2022-08-19'>then</time> Posted "
         "<time>{day}, {clock}</time>{said}</div>"),
    ],
)  # fmt: skip
def test_a_post_has_the_day_that_its_words_or_the_heading_above_it_say(tmp_path: Path, day: str, post: str) -> None:
    days = (_SUNDAY, _SUNDAY, _SATURDAY)
    said = [
        (day.format(day=when) if when != before else "") + post.format(day=when, clock=clock, said=f"<p>{words}</p>")
        for when, before, clock, words in zip(days, ("", *days), _CLOCKS, _POSTS.values(), strict=False)
    ]
    page = f"<p>{_ABOVE}</p><div class=posts>{''.join(said)}</div>"
    _, *posts = _read(tmp_path, "", page)
    assert [post.published for post in posts] == [moment[:10] for moment in _POSTS]
    assert [words in post.text for post, words in zip(posts, _POSTS.values(), strict=True)] == [True] * 3


@pytest.mark.parametrize("frame", ["<blockquote>{}</blockquote>", "<div class=twitter-tweet><p>{}</p></div>"])
def test_what_a_post_embeds_does_not_date_it(tmp_path: Path, frame: str) -> None:
    form = f"<div class=live-post>{{said}}{frame.format('As I said: stay away. ' + _OLD)}{_TIME}</div>"
    _, *posts = _read(tmp_path, "", f"<p>{_ABOVE}</p><div>{_listed(form)}</div>")
    assert [post.published for post in posts] == [moment[:10] for moment in _POSTS]


@pytest.mark.parametrize("tags", ["{}", "<p>{}</p>", "&lt;p&gt;{}&lt;/p&gt;"])
def test_posts_that_stand_in_the_json_ld_alone_are_read(tmp_path: Path, tags: str) -> None:
    posts = _read(tmp_path, _linked(tags=tags), "<div id=app></div>")
    assert [(post.text, post.published) for post in posts] == [(said, moment[:10]) for moment, said in _POSTS.items()]
    assert posts[0].title == "Fire above Tarn – Forty hectares burnt (18:20)"
    shown = _listed("<div class=p>{head}{said}</div>").partition("<div class=p><h3>Twelve")[0]
    _, *parted = _read(tmp_path, _linked(tags=tags), f"<p>{_ABOVE}</p><div>{shown}</div>")  # the third on another page
    assert [(post.text, post.published) for post in parted] == [(post.text, post.published) for post in posts]


def test_a_live_blog_that_an_article_links_to_is_not_read_for_it(tmp_path: Path) -> None:
    story = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Fire above Tarn"}</script>'
    other = _linked().replace('"headline": "Fire above Tarn"', '"headline": "Storm on the coast of Merle"')
    (article,) = _read(tmp_path, story + other, f"<p>{_ABOVE}</p><div data-timestamp=1660494000>{_listed('{said}')}")
    assert "Forty hectares" in article.text


def test_live_blogs_without_end_cost_no_time(tmp_path: Path) -> None:
    long = json.dumps("<" * 50_000 + " burnt")
    many = ", ".join(f'{{"datePublished": "2022-08-13", "articleBody": "Tree {n} has burnt."}}' for n in range(20_000))
    for head, body in (
        (f'{{"@type": "LiveBlogPosting", "liveBlogUpdate": [{many}]}}', f"<p>{_ABOVE}</p>" + "<p></p>" * 20_000),
        (f'{{"@type": "LiveBlogPosting", "liveBlogUpdate": [{{"articleBody": {long}}}]}}', f"<p>{_ABOVE}</p>"),
        ("{}", f"<div class='live {'x' * 50_000}'><p>{_ABOVE}</p>" + "<b data-time=1660494000></b>" * 9_000),
    ):
        assert _ABOVE in _read(tmp_path, f'<script type="application/ld+json">{head}</script>', body)[0].text


@pytest.mark.parametrize("unit", ["<h3>{} février 2024</h3><p>The fire goes on and on.</p>", "<b class=time>2024 x"])
def test_days_in_words_without_end_cost_no_time(tmp_path: Path, unit: str) -> None:
    body = "".join(unit.format(number) for number in range(900))
    assert _read(tmp_path, "", f"<p>{_ABOVE}</p><div class=live-blog>{body}</div>")  # in the 20 seconds that a file has
