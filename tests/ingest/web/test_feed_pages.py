"""A feed's entries whose page is a wall, a script or an error; entries of every kind of feed; one address twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import Archive
from ingest.article import Article, Failure
from ingest.follow import next_round
from ingest.read.furniture import drop_furniture
from ingest.sources import read_articles

Site = Any  # of conftest.py

_TITLE = "Harbour board raises fee for barges"
_TEASER = "The harbour board of Malen raises the fee for barges to 640 crowns from July on, Ole Lind said."
_STORY = (
    "<p>Barges pay 640 crowns from July on, chairman Ole Lind of the harbour board told skippers in Malen.</p>"
    "<p>The fee was 520 crowns until now, and is to pay for the new quay.</p><p>Skippers say that they will sue.</p>"
)
_WALLS = {
    "cookies": "<h1>Your privacy</h1><p>We and our 640 partners keep information on your device to show you"
    " advertising that suits you, and to measure how well it does so.</p><p>You may agree to it, or choose what you"
    " want in the settings. You can withdraw your consent whenever you like.</p>",
    "German": "<h1>Willkommen</h1><p>Um unsere Seiten mit Werbung zu nutzen, stimmen Sie der Verwendung von Cookies zu."
    " Oder lesen Sie mit einem Abonnement für 3,99 im Monat ohne Werbung.</p>",
    "robots": "<h1>One moment</h1><p>We must make sure that you are human. Press and hold the button until the bar is"
    " full, and you will be taken to the page in a few seconds.</p>",
    "script": "<div id='app'></div><script>location.replace('/elsewhere')</script><noscript>Turn it on.</noscript>",
    "front page": "<h1>The Malen Courier</h1><p>All that happens between the lake and the mountains, every morning at"
    " six in your letter box: politics, sport, culture and the weather, written by people of the region.</p>",
}
# These have words of the story: only what the feed says of it tells that they do not tell it.
_LIKE_STORIES = {
    "headline and cookies": f"<h1>{_TITLE}</h1><p>{_TITLE}. We and our partners keep information on your device to show"
    " you advertising that suits you, and to measure how well it does so.</p><p>You may agree, or choose.</p>",
    "headline and a long notice": f"<h1>{_TITLE}</h1><p>{_TITLE}.</p>"
    + "<p>We and our partners keep information on your device to show you advertising that suits you.</p>" * 20,
    "locked": "<p>The harbour board of Malen raises the fee for barges to...</p><p>Get all of it for 9 crowns a month."
    " Have you an account? It is over here.</p><p>Elks swim over lake of Oster. Two boats sunk in 12 days.</p>",
    "not found": "<h1>Oh no</h1><p>The page about barges and the fee of a harbour board is not here, or no more."
    " Have you tried the search?</p>",
}


def _page(body: str, title: str = "A page") -> str:
    return f"<html><head><title>{title}</title></head><body><main>{body}</main></body></html>"


def _feed(*items: str) -> str:
    return f"<rss version='2.0'><channel><title>Malen Courier</title>{''.join(items)}</channel></rss>"


def _item(link: str, title: str = _TITLE, teaser: str = _TEASER) -> str:
    said = f"<description>{teaser}</description>" if teaser else ""
    return (
        f"<item><title>{title}</title><link>{link}</link>{said}<pubDate>Tue, 14 May 2024 10:00:00 GMT</pubDate></item>"
    )


def _read(site: Site, *items: str) -> list[Article | Failure]:
    return list(read_articles(site("feed", _feed(*items), content_type="application/rss+xml"), private=True))


@pytest.mark.parametrize("wall", [*_WALLS, *_LIKE_STORIES])
def test_before_a_wall_the_feeds_own_words_are_kept(site: Site, wall: str) -> None:
    site("a", _page({**_WALLS, **_LIKE_STORIES}[wall]), content_type="text/html")
    (article,) = _read(site, _item("{base}/a"))
    assert isinstance(article, Article)
    assert (article.title, article.text, article.published) == (_TITLE, _TEASER, "2024-05-14")
    assert (article.url, article.outlet) == (f"{site.base}/a", "Malen Courier")


@pytest.mark.parametrize("status", ["401", "402", "403", "404", "410", "451"])
def test_where_the_page_is_refused_the_feeds_own_words_are_kept(site: Site, status: str, tmp_path: Path) -> None:
    site("a", _page("<p>Access denied.</p>"), content_type="text/html", status=status)
    (article,) = _read(site, _item("{base}/a"))
    assert isinstance(article, Article)
    assert article.text == _TEASER
    with Archive.open(tmp_path / "archive", create=True) as archive:
        report = next_round(archive, [f"{site.base}/feed"], 60, private=True).report
    assert (report.added, report.failed) == (1, ())


def test_a_server_that_is_down_for_now_costs_no_article_its_text(site: Site) -> None:
    site("a", _page("<p>Too busy.</p>"), content_type="text/html", status="503")
    (failure,) = _read(site, _item("{base}/a"))
    assert isinstance(failure, Failure)
    assert "503" in failure.reason


@pytest.mark.parametrize("wall", _WALLS)
def test_a_wall_without_own_words_of_the_feed_is_no_article(site: Site, wall: str) -> None:
    site("a", _page(_WALLS[wall]), content_type="text/html")
    for teaser in ("", _TITLE, "More."):
        (failure,) = _read(site, _item("{base}/a", teaser=teaser))
        assert isinstance(failure, Failure), failure


def test_what_tells_the_story_is_kept_with_whatever_words_it_is_announced(site: Site) -> None:
    site("a", _page(_STORY), content_type="text/html")
    told = (_TITLE, "What skippers in Malen will have to pay, and what Lind says to that.")
    for title, teaser in (
        (_TITLE, _TEASER),
        ("It gets dear", "Short."),
        ("Barges to pay more", ""),
        (_TITLE, _TITLE),
        told,
    ):
        (article,) = _read(site, _item("{base}/a", title, teaser))
        assert isinstance(article, Article)
        assert article.text.startswith("Barges pay 640 crowns")
        assert article.text.endswith("they will sue.")


def test_the_opening_before_a_paywall_is_kept_without_its_call(site: Site) -> None:
    opening = _STORY.partition("</p>")[0] + "</p>"
    call = "<p>Subscribe to keep reading this story. Already a member? Sign in.</p>"
    site("a", _page(opening + call), content_type="text/html")
    (article,) = _read(site, _item("{base}/a"))
    assert isinstance(article, Article)
    assert article.text == opening.removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    "call",
    [
        "Subscribe now to read the full story.",
        "To continue reading, please log in or create a free account.",
        "This article is only available to our subscribers. Already a subscriber? Log in",
        "Please enable JavaScript and cookies to continue",
        "Sign up or log in to keep reading.",
    ],
)
def test_a_call_to_subscribe_is_no_text(call: str) -> None:
    assert drop_furniture(["Barges pay more.", call]) == ["Barges pay more."]
    for told in ("Subscribe, he said, and you will see.", "The union registered 400 members.", "Joiners strike."):
        assert drop_furniture(["Barges pay more.", told]) == ["Barges pay more.", told]


def test_one_address_twice_is_one_article(site: Site) -> None:
    site("a", _page(_STORY), content_type="text/html")
    site("amp", _page(_STORY).replace("<title>", "<link rel='canonical' href='/a'><title>"), content_type="text/html")
    links = ("{base}/a?utm_source=rss", "{base}/a/", "{base}/amp")
    items = [_item(link, title) for link, title in zip(links, (_TITLE, "Barges", f"{_TITLE} (AMP)"), strict=True)]
    (article,) = _read(site, *items)
    assert isinstance(article, Article)
    assert (article.title, article.url) == (_TITLE, f"{site.base}/a")
    assert sorted(path for path in site.asked if path != "/feed") == ["/a", "/amp"]


def test_a_canonical_address_that_every_page_states_makes_none_of_them_another(site: Site) -> None:
    link = "<link rel='canonical' href='/news'><title>"
    site("a", _page(_STORY).replace("<title>", link), content_type="text/html")
    other = "<p>Two elks swam over the lake of Oster on Friday, to the surprise of all who sat there in the sun.</p>"
    site("b", _page(other).replace("<title>", link), content_type="text/html")
    items = _read(site, _item("{base}/a"), _item("{base}/b", "Elks swim over lake", ""))
    assert len({item.id for item in items if isinstance(item, Article)}) == 2


_DC = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
_RDF = f"xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' {_DC}"
_KINDS = {
    "rss 2.0": "<rss version='2.0'><channel><title>Planet</title><item><title>{title}</title><description>{text}"
    "</description><source url='https://m.example'>Malen Courier</source><pubDate>Tue, 14 May 2024 10:00:00 GMT"
    "</pubDate></item></channel></rss>",
    "dc:date": f"<rss version='2.0' {_DC}><channel><title>Malen Courier</title><item><title>{{title}}</title>"
    "<link>https://m.example/1</link><description>{text}</description><dc:date>2024-05-14T10:00:00+02:00</dc:date>"
    "</item></channel></rss>",
    "rss 1.0": f"<rdf:RDF {_RDF}><channel rdf:about='x'><title>Malen Courier</title></channel><item rdf:about="
    "'https://m.example/1'><title>{title}</title><link>https://m.example/1</link><description>{text}</description>"
    "<dc:date>2024-05-14</dc:date></item></rdf:RDF>",
    "rss 0.91": "<rss version='0.91'><channel><title>Malen Courier</title><pubDate>Wed, 15 May 2024 09:00:00 GMT"
    "</pubDate><item><title>{title}</title><link>https://m.example/1</link><description>{text}</description>"
    "<pubDate>14 May 2024</pubDate></item></channel></rss>",
    "content:encoded": "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>"
    "Malen Courier</title><item><title>{title} - Malen Courier</title><guid>https://m.example/1</guid><description>"
    "Short.</description><content:encoded>&lt;p&gt;{text}&lt;/p&gt;&lt;p&gt;The post &lt;a&gt;{title}&lt;/a&gt;"
    " appeared first on &lt;a&gt;Malen Courier&lt;/a&gt;.&lt;/p&gt;</content:encoded><pubDate>14 May 2024"
    "</pubDate><source url='https://m.example'>Malen Courier</source></item></channel></rss>",
    "atom updated": "<feed xmlns='http://www.w3.org/2005/Atom'><title>Planet</title><updated>2024-05-20T00:00:00Z"
    "</updated><entry><title>{title}</title><link href='https://m.example/1'/><id>urn:1</id><updated>"
    "2024-05-14T10:00:00Z</updated><summary>{text}</summary><source><title>Malen Courier</title><id>m</id></source>"
    "</entry></feed>",
    "atom both": "<feed xmlns='http://www.w3.org/2005/Atom'><title>Malen Courier</title><entry><title>{title}</title>"
    "<id>urn:1</id><published>2024-05-14T10:00:00Z</published><updated>2024-05-20T10:00:00Z</updated><content>{text}"
    "</content></entry></feed>",
}


@pytest.mark.parametrize("kind", _KINDS)
def test_a_short_entry_of_a_saved_feed_is_read_with_its_day_and_outlet(tmp_path: Path, kind: str) -> None:
    (tmp_path / "feed.xml").write_text(_KINDS[kind].format(title=_TITLE, text=_TEASER))
    (article,) = read_articles(str(tmp_path / "feed.xml"))
    assert isinstance(article, Article)
    assert (article.title, article.text) == (_TITLE, _TEASER)
    assert (article.published, article.outlet) == ("2024-05-14", "Malen Courier")
    assert article.url == ("https://m.example/1" if "m.example/1" in _KINDS[kind] else None)
    assert article.updated == ("2024-05-20" if kind == "atom both" else None)


def test_an_entry_that_was_cut_off_is_asked_for_by_its_address(tmp_path: Path) -> None:
    cut = [_item("https://m.example/1", teaser=_TEASER + end) for end in ("…", " [...]", " Read more")]
    (tmp_path / "feed.rss").write_text(_feed(*cut, _item("https://m.example/2", teaser="")))
    reasons = [item.reason for item in read_articles(str(tmp_path / "feed.rss")) if isinstance(item, Failure)]
    assert [reason.split(" in the feed")[0] for reason in reasons] == [
        *(f"entry {number}: only its beginning is" for number in (1, 2, 3)),
        "entry 4: no text of it is",
    ]
    (tmp_path / "feed.rss").write_text(
        _feed(f"<item><title>{_TITLE}</title><description>{_TEASER}…</description></item>")
    )
    (article,) = read_articles(str(tmp_path / "feed.rss"))
    assert isinstance(article, Article)
    assert article.text == f"{_TEASER}…"


def test_a_json_feed_is_read_by_its_address(site: Site) -> None:
    site("a", _page(_STORY), content_type="text/html")
    site("wall", _page(_WALLS["cookies"]), content_type="text/html")
    told = {"title": _TITLE, "date_published": "2024-05-14T10:00:00Z", "authors": [{"name": "Ida Mo"}]}
    items = [
        {"id": "1", "url": "/a", "summary": "Short.", **told},
        {"id": "2", "url": "{base}/wall", "content_html": f"<p>{_TEASER}</p>", **told},
        {"id": "3", "content_text": "No link leads from here, says the harbour board.", **told},
    ]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Malen Courier", "items": items})
    articles = list(read_articles(site("feed", feed, content_type="application/feed+json"), private=True))
    texts = [article.text.split("\n")[0] for article in articles if isinstance(article, Article)]
    assert texts[0].startswith("Barges pay 640 crowns")
    assert texts[1:] == [_TEASER, "No link leads from here, says the harbour board."]
    for article, url in zip(articles, (f"{site.base}/a", f"{site.base}/wall", None), strict=True):
        assert isinstance(article, Article)
        assert (article.published, article.outlet, article.author) == ("2024-05-14", "Malen Courier", "Ida Mo")
        assert article.url == url
