"""Every parser has a process of its own, 1 GB and some seconds: what is made to hang it costs one input alone."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from ingest import worker
from ingest.archive import Archive
from ingest.article import Article, Failure
from ingest.follow import next_round
from ingest.sources import count_articles, read_articles

Site = Any  # of conftest.py

KEPT = "Volunteers counted 612 storks on the roofs of Marlow in May."
GOOD = "The ferry to Lantern Island sails at noon again, the harbour master said on Friday."


def page(body: str) -> str:
    return f"<html><head><title>Storks</title></head><body><article><h1>Storks</h1>{body}</article></body></html>"


# Each keeps trafilatura, or another parser of pages, busy for minutes or hours.
PAGES = {
    "bold words": f"<p>{'<b>word</b>' * 200_000} {KEPT}</p>",
    "links": f"<p>{KEPT} {'<a href=x>word</a>' * 100_000}</p>",
    "attributes": f"<p {' '.join(f'a{number}=1' for number in range(200_000))}>{KEPT}</p>",
    "data attributes of many": f"<p {'data-x=1 ' * 900}>{KEPT}</p>" + f"<i {'data-x=1 ' * 900}>a</i>" * 300,
    "open fonts": f"<p>{KEPT}{'<font>word ' * 100_000}",
    "line breaks": f"<p>{'word<br>' * 200_000} {KEPT}</p>",
    "cells of one row": f"<p>{KEPT}</p><table><tr>{'<td>word</td>' * 100_000}</tr></table>",
    "custom elements": f"<p>{KEPT} {'<x-y>word</x-y>' * 100_000}</p>",
}


def processor_seconds(read: Callable[[], Any]) -> tuple[Any, float]:
    """What `read` returns, and what this process alone spent on it."""
    began, until = time.process_time(), time.monotonic() + 120
    found = read()
    assert time.monotonic() < until
    return found, time.process_time() - began


@pytest.mark.slow
@pytest.mark.parametrize("shape", PAGES)
def test_a_page_made_to_hang_costs_this_process_nothing(tmp_path: Path, shape: str) -> None:
    (tmp_path / "a.html").write_text(page(PAGES[shape]))
    (tmp_path / "b.txt").write_text(GOOD)
    (first, second), spent = processor_seconds(lambda: list(read_articles(str(tmp_path))))
    assert spent < 2
    assert isinstance(second, Article)
    if isinstance(first, Failure):
        assert "took longer than 20 seconds" in first.reason
    else:
        assert "612 storks" in first.text


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["bold words", "attributes"])
def test_the_same_behind_an_address_in_a_feed_and_for_a_follower(site: Site, archive_dir: Path, shape: str) -> None:
    entry = (
        "<item><title>{title}</title><link>{{base}}/{link}</link><guid>{title}</guid>"
        "<content:encoded><![CDATA[{text}]]></content:encoded></item>"
    )
    address = site("storks", page(PAGES[shape]), content_type="text/html")
    feed = site(
        "feed",
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Courier</title>'
        + entry.format(title="Linked", link="storks", text="")
        + entry.format(title="Whole", link="whole", text=PAGES[shape].replace("<b>word</b>" * 100_000, ""))
        + entry.format(title="Ferry", link="ferry", text=f"<p>{GOOD}</p>" * 8)
        + "</channel></rss>",
        content_type="application/rss+xml",
    )
    (item,), spent = processor_seconds(lambda: list(read_articles(address, private=True)))
    assert spent < 2
    assert isinstance(item, Article | Failure)
    items, spent = processor_seconds(lambda: list(read_articles(feed, private=True)))
    assert spent < 2
    assert "Ferry" in {one.title for one in items if isinstance(one, Article)}
    with Archive.open(archive_dir, create=True) as archive:
        report = next_round(archive, [feed], 60, private=True).report
        assert report.added + len(report.failed) == 3
        assert "Ferry" in {article.title for article in archive.articles()}


@pytest.mark.parametrize("head", ["<!---->", "<!-- a -->\n", "<?a?>", "<!--a--><?b?>", "<!--", "<?", " \n"])
def test_what_stands_before_the_first_element_is_looked_through_once(site: Site, tmp_path: Path, head: str) -> None:
    """Whether an answer is a feed is asked in this process, of its first 8 KB."""
    address = site("storks", head * 1000 + page(f"<p>{KEPT}</p>"), content_type="text/html")
    (item,), spent = processor_seconds(lambda: list(read_articles(address, private=True)))
    assert spent < 2
    assert isinstance(item, Article | Failure)
    feed = f"<rss><channel><title>Courier</title><item><title>Storks</title><description>{KEPT}</description></item>"
    (tmp_path / "a.xml").write_text(head * 100 + feed + "</channel></rss>")
    (item,), spent = processor_seconds(lambda: list(read_articles(str(tmp_path / "a.xml"))))
    assert spent < 2
    if head.endswith((">", "\n")):
        assert isinstance(item, Article)
        assert item.text == KEPT


def test_a_sitemap_of_dates_that_take_long_costs_this_process_nothing(site: Site) -> None:
    entries = "".join(
        f"<url><loc>{{base}}/{number}</loc><lastmod>am {number % 28 + 1}. Januar 2012 um 3 Uhr</lastmod></url>"
        for number in range(15)
    )
    sitemap = site("map.xml", f"<urlset>{entries}</urlset>", content_type="application/xml")
    site("robots.txt", "User-agent: *\nDisallow: /\n", content_type="text/plain")
    (item,), spent = processor_seconds(lambda: list(read_articles(sitemap, private=True)))
    assert spent < 0.5
    assert isinstance(item, Failure)
    assert "15 of its pages left out: the site's robots.txt asks" in item.reason


WORDS = f"{GOOD} " * 12_000  # a megabyte
LARGE = {
    ".txt": WORDS,
    ".md": WORDS,
    ".html": page(f"<p>{WORDS}</p>"),
    ".json": json.dumps([{"text": WORDS}]),
    ".jsonl": json.dumps({"text": WORDS}),
    ".csv": f'title,text\nFerry,"{WORDS}"\n',
    ".warc": "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/x\r\n"
    "Content-Type: application/http; msgtype=response\r\nContent-Length: {length}\r\n\r\n{answer}\r\n\r\n",
}


@pytest.mark.parametrize("kind", LARGE)
def test_every_kind_of_file_is_read_where_it_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    answer = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(f"<p>{WORDS}</p>")
    text = LARGE[kind].replace("{length}", str(len(answer))).replace("{answer}", answer)
    (tmp_path / f"a{kind}").write_bytes(text.encode())
    monkeypatch.setattr("ingest.worker._SECONDS", 0.01)
    (item,) = read_articles(str(tmp_path / f"a{kind}"))
    assert isinstance(item, Failure)
    assert "took longer than" in item.reason
    monkeypatch.undo()
    (item,) = read_articles(str(tmp_path / f"a{kind}"))
    assert isinstance(item, Article)
    assert GOOD in item.text


def test_what_came_before_the_article_that_hangs_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "warm.txt").write_text(GOOD)
    rows = [{"text": f"{number}. {GOOD}"} for number in range(3)]
    rows.insert(2, {"text": f"<p>{'<b>word</b>' * 1_000_000}</p>"})
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    list(read_articles(str(tmp_path / "warm.txt")))  # the first article of a process takes longer
    monkeypatch.setattr("ingest.worker._SECONDS", 1.0)
    first, second, last = read_articles(str(tmp_path / "rows.jsonl"))
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert isinstance(last, Failure)
    assert "nothing after its article 2 was read: it took longer than 1 seconds" in last.reason


def test_the_seconds_of_a_whole_file_are_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many articles that take a little too long each, which no limit on one of them stops."""
    monkeypatch.setattr("ingest.worker._BYTES_A_SECOND", 1e12)
    monkeypatch.setattr("ingest.worker._ALTOGETHER", 2.0)
    row = json.dumps({"text": f"<p>{'<b>word</b>' * 100_000}</p>"})
    (tmp_path / "rows.jsonl").write_text(f"{row}\n" * 60)
    *articles, last = read_articles(str(tmp_path / "rows.jsonl"))
    assert 0 < len(articles) < 59
    assert isinstance(last, Failure)
    assert "took longer than 2 seconds" in last.reason


@pytest.mark.slow
def test_what_eats_a_gigabyte_is_one_line(tmp_path: Path) -> None:
    """40 million empty lists: 120 MB of JSON, three gigabytes as objects."""
    (tmp_path / "a.json").write_text(f"[{'[],' * 40_000_000}[]]")
    (tmp_path / "b.txt").write_text(GOOD)
    first, second = read_articles(str(tmp_path))
    assert isinstance(first, Failure)
    assert "too large" in first.reason
    assert isinstance(second, Article)
    assert count_articles(str(tmp_path / "a.json")) == 1


def test_a_process_that_nobody_needs_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def parsers() -> set[int]:
        found = set()
        for child in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):  # it ended meanwhile, or waits to be reaped
                if "ingest.worker" in " ".join(child.cmdline()):
                    found.add(child.pid)
        return found

    (tmp_path / "a.txt").write_text(GOOD)
    worker._POOL.stop()
    monkeypatch.setattr(worker, "_IDLE_SECONDS", 1.0)
    monkeypatch.setattr(worker._POOL, "_watch", None)  # of an earlier test, for a minute
    assert len(list(read_articles(str(tmp_path / "a.txt")))) == 1
    first = parsers()
    assert len(first) == 1
    assert len(list(read_articles(str(tmp_path / "a.txt")))) == 1
    assert parsers() == first
    until = time.monotonic() + 20
    while parsers() and time.monotonic() < until:
        time.sleep(0.1)
    assert parsers() == set()
    assert len(list(read_articles(str(tmp_path / "a.txt")))) == 1


def test_who_takes_the_articles_may_be_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time in which nobody asks for the next article is nobody's: embedding may take minutes."""
    text = f"{GOOD} " * 400  # more than a pipe holds
    (tmp_path / "rows.jsonl").write_text(f"{json.dumps({'text': text})}\n" * 30)
    list(read_articles(str(tmp_path / "rows.jsonl")))
    monkeypatch.setattr("ingest.worker._SECONDS", 1.0)
    articles = read_articles(str(tmp_path / "rows.jsonl"))
    next(articles)
    time.sleep(1.5)
    assert all(isinstance(article, Article) for article in articles)
