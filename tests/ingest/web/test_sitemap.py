"""Sitemaps: plain, packed, an index, news; what a robots.txt forbids; hostile ones."""

import gzip
from typing import Any

import pytest

from ingest.article import Article, Failure
from ingest.sources import read_articles
from ingest.web import sitemap

Site = Any  # of conftest.py

_NS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"


def _page(title: str) -> str:
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>The council of Harrow Vale decided on"
        f" {title.lower()} after a long evening, said its speaker Odile Marchetti.</p></body></html>"
    )


def _map(*pages: str) -> str:
    urls = "".join(page if page.startswith("<") else f"<url><loc>{page}</loc></url>" for page in pages)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{_NS}" xmlns:news="{_NEWS}">{urls}</urlset>'


def _dated(page: str, day: str) -> str:
    return f"<url><loc>{page}</loc><lastmod>{day}T08:00:00+00:00</lastmod></url>"


def _index(*sitemaps: str) -> str:
    listed = "".join(one if one.startswith("<") else f"<sitemap><loc>{one}</loc></sitemap>" for one in sitemaps)
    return f'<sitemapindex xmlns="{_NS}">{listed}</sitemapindex>'


def _read(url: str, since: str | None = None) -> tuple[list[Article], list[str]]:
    items = list(read_articles(url, private=True, since=since))
    reasons = [item.reason for item in items if isinstance(item, Failure)]
    assert not [reason for reason in reasons if "\n" in reason]
    return [item for item in items if isinstance(item, Article)], reasons


def test_an_index_of_plain_packed_and_news_sitemaps(site: Site) -> None:
    for name in ("mill", "ferry", "flood"):
        site(name, _page(f"The {name}"), content_type="text/html")
    news = (
        "<url><loc>{base}/flood</loc><news:news><news:publication><news:name>Vale Courier</news:name>"
        "</news:publication><news:publication_date>2024-03-02</news:publication_date>"
        "<news:title>Flood in the vale</news:title></news:news>"
        f'<image:image xmlns:image="{_IMAGE}"><image:loc>{{base}}/p.jpg</image:loc><image:title>No</image:title>'
        "</image:image></url>"
    )
    site("plain.xml", _map("{base}/mill"))
    site("packed.xml.gz", gzip.compress(_map(f"{site.base}/ferry").encode()), content_type="application/gzip")
    site("news.xml", _map(news))
    url = site("sitemap.xml", _index("{base}/plain.xml", "{base}/packed.xml.gz", "{base}/news.xml"))
    articles, reasons = _read(url)
    assert reasons == []
    assert {article.url for article in articles} == {f"{site.base}/{name}" for name in ("mill", "ferry", "flood")}
    flood = articles[0]  # the newest first
    assert (flood.title, flood.published, flood.outlet) == ("Flood in the vale", "2024-03-02", "Vale Courier")


def test_since_leaves_out_what_is_older_unread(site: Site) -> None:
    for name in ("old", "new", "undated"):
        site(name, _page(f"The {name}"), content_type="text/html")
    site("a.xml", _map(_dated("{base}/old", "2023-12-31"), _dated("{base}/new", "2024-01-01"), "{base}/undated"))
    site("b.xml", _map("{base}/never"))
    old = "<sitemap><loc>{base}/b.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
    articles, reasons = _read(site("sitemap.xml", _index("{base}/a.xml", old)), since="2024-01-01")
    assert ([article.title for article in articles], reasons) == (["The new", "The undated"], [])
    assert not {"/old", "/b.xml", "/never"} & set(site.asked)


def test_what_robots_txt_forbids_is_not_read(site: Site) -> None:
    site("robots.txt", "User-agent: dateline\nDisallow: /closed\n\nUser-agent: *\nDisallow: /\n")
    site("open", _page("The open"), content_type="text/html")
    url = site("sitemap.xml", _map("{base}/open", "{base}/closed/1", "{base}/closed/2"))
    articles, reasons = _read(url)
    assert [article.title for article in articles] == ["The open"]
    assert reasons == ["2 of its pages left out: the site's robots.txt asks not to read them"]
    assert not [path for path in site.asked if path.startswith("/closed")]
    assert site.asked.count("/robots.txt") == 1
    site("robots.txt", status="503")
    articles, (reason,) = _read(url)
    assert articles == []
    assert "robots.txt cannot be read" in reason


def test_pages_of_another_site_are_not_taken(site: Site) -> None:
    articles, (reason,) = _read(site("sitemap.xml", _map("https://other.example/a", "javascript:alert(1)", "")))
    assert articles == []
    assert "no page" in reason
    assert site.asked == ["/sitemap.xml"]


def test_number_of_pages_and_sitemaps_is_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST_PAGES", 2)
    monkeypatch.setattr(sitemap, "MOST_SITEMAPS", 1)
    for number in range(4):
        site(f"p{number}", _page(f"Story {number}"), content_type="text/html")
    site("a.xml", _map(*(_dated(f"{{base}}/p{number}", f"2024-01-0{number + 1}") for number in range(4))))
    articles, reasons = _read(site("sitemap.xml", _index("{base}/a.xml", "{base}/b.xml")))
    assert [article.title for article in articles] == ["Story 3", "Story 2"]
    assert [reason.partition(";")[0] for reason in reasons] == [
        "only 1 of 2 sitemaps were read",
        "only 2 of 4 pages were read",
    ]


def test_an_index_that_leads_to_itself_and_a_sitemap_that_is_gone(site: Site) -> None:
    _, reasons = _read(site("sitemap.xml", _index("{base}/sitemap.xml", "{base}/gone.xml")))
    assert len(reasons) == 2
    assert "404" in reasons[0]
    assert site.asked.count("/sitemap.xml") == 2


@pytest.mark.parametrize(
    "hostile",
    [
        '<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">'
        '<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]><urlset><url><loc>&e;&e;&e;</loc></url></urlset>',
        '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>{base}/&x;</loc></url></urlset>',
        "<urlset>" + "<url>" * 100_000,
        "<urlset><url><loc>" + "a" * 1_000_000 + "</loc></url></urlset>",
        "<urlset><url><loc>{base}/a",
        "<urlset>\x00\ufffe",
    ],
    ids=["entities", "file", "deep", "long", "cut", "binary"],
)
def test_a_hostile_sitemap_gives_a_reason(site: Site, hostile: str) -> None:
    articles, reasons = _read(site("sitemap.xml", hostile))
    assert articles == []
    assert reasons
    assert not [path for path in site.asked if "root" in path or len(path) > 5000]


def test_a_packed_bomb_and_a_packed_page_that_is_none(site: Site) -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 200_000_000)
    articles, reasons = _read(site("sitemap.xml.gz", bomb, content_type="application/gzip"))
    assert articles == []
    assert reasons
    _, reasons = _read(site("x.gz", b"\x1f\x8b" + b"no" * 99, content_type="application/gzip"))
    assert "is no page or feed" in reasons[0]
