"""Feeds that are served on loopback, change between two rounds, fail and come back."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest import follow as following
from ingest.archive import Archive
from ingest.archive.sqlite import FeedState
from ingest.follow import Round, follow, next_round

Site = Any  # of conftest.py

_RSS = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
    "<title>Vale Courier</title><link>{base}/</link>{items}</channel></rss>"
)


def _full(name: str, words: str = "The council met again.") -> str:
    """An entry whose full text is in the feed."""
    text = f"<p>The {name} of Harrow Vale was shut. {words}</p>" + "<p>Odile Marchetti said so on Monday.</p>" * 12
    return (
        f"<item><title>The {name}</title><link>{{base}}/{name}</link><guid>{name}</guid>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
    )


def _teaser(name: str, words: str = "It was shut...") -> str:
    """An entry whose page must be read."""
    return f"<item><title>The {name}</title><link>{{base}}/{name}</link><description>{words}</description></item>"


def _page(name: str, words: str = "was shut on Monday") -> str:
    return (
        f"<html><head><title>The {name}</title></head><body><h1>The {name}</h1><p>The {name} of Harrow Vale {words},"
        " said its council after a long evening, and nobody was surprised.</p></body></html>"
    )


def _put(site: Site, name: str, *items: str, **headers: str) -> str:
    url: str = site(name, _RSS.replace("{items}", "".join(items)), content_type="application/rss+xml", **headers)
    return url


class CountingEncoder:
    """The archive's own encoder, counting what it is asked to encode."""

    def __init__(self, archive: Archive) -> None:
        self._encoder = archive.encoder
        self.name, self.fingerprint = self._encoder.name, self._encoder.fingerprint
        self.dimension = self._encoder.dimension
        self.texts: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.texts += texts
        return self._encoder.encode(texts)


@pytest.fixture
def archive(archive_dir: Path) -> Iterator[Archive]:
    with Archive.open(archive_dir, create=True) as archive:
        yield archive


@pytest.fixture
def encoder(archive: Archive) -> CountingEncoder:
    counting = CountingEncoder(archive)
    archive._encoder = counting  # type: ignore[assignment]
    return counting


def _round(archive: Archive, *feeds: str, every: float = 1) -> Round:
    return next_round(archive, feeds, every, private=True)


def _counts(made: Round) -> tuple[int, int, int, int]:
    report = made.report
    return report.added, report.changed, report.unchanged, len(report.failed)


def test_what_is_new_and_changed_goes_in_and_the_rest_costs_nothing(
    archive: Archive, encoder: CountingEncoder, site: Site
) -> None:
    site("tower", _page("tower"), content_type="text/html")
    feed = _put(site, "feed", _full("mill"), _full("ferry"), _teaser("tower"))
    assert _counts(_round(archive, feed)) == (3, 0, 0, 0)
    assert len(archive) == 3
    asked, encoded = len(site.asked), len(encoder.texts)

    made = _round(archive, feed)  # the server says that nothing changed
    assert (made.asked, made.news, _counts(made)) == (1, 0, (0, 0, 0, 0))
    assert site.asked[asked:] == ["/feed"]
    assert site.headers[-1]["if-none-match"]
    assert len(encoder.texts) == encoded

    site("school", _page("school"), content_type="text/html")
    _put(site, "feed", _teaser("school"), _full("mill"), _full("ferry", "It sank."), _teaser("tower"))
    asked = len(site.asked)
    assert _counts(_round(archive, feed)) == (1, 1, 2, 0)
    assert site.asked[asked:] == ["/feed", "/school"]  # not /tower, which the feed says nothing new of
    assert encoder.texts[encoded:]
    assert not [text for text in encoder.texts[encoded:] if "mill" in text or "tower" in text]
    ferry = next(article for article in archive.articles() if "ferry" in article.title)
    assert "It sank." in ferry.text
    assert archive.vector_ids() == archive.passage_ids()


def test_a_changed_teaser_has_its_page_read_again(archive: Archive, encoder: CountingEncoder, site: Site) -> None:
    site("tower", _page("tower"), content_type="text/html")
    feed = _put(site, "feed", _teaser("tower"))
    _round(archive, feed)
    _put(site, "feed", _teaser("tower", "News of it..."))
    encoded = len(encoder.texts)
    assert _counts(_round(archive, feed)) == (0, 0, 1, 0)
    assert site.asked.count("/tower") == 2
    assert len(encoder.texts) == encoded
    site("tower", _page("tower", "fell down"), content_type="text/html")
    _put(site, "feed", _teaser("tower", "More news..."))
    assert _counts(_round(archive, feed)) == (0, 1, 0, 0)


def test_a_restart_goes_on(archive_dir: Path, site: Site) -> None:
    feed = _put(site, "feed", _full("mill"))
    with Archive.open(archive_dir, create=True) as archive:
        _round(archive, feed)
    with Archive.open(archive_dir) as archive:
        assert _counts(_round(archive, feed)) == (0, 0, 0, 0)
        assert site.headers[-1]["if-none-match"]


def test_what_a_user_removed_does_not_come_back(archive: Archive, site: Site) -> None:
    feed = _put(site, "feed", _full("mill"))
    _round(archive, feed)
    archive.remove([article.id for article in archive.articles()])
    _put(site, "feed", _full("mill"), _full("ferry"))
    assert _counts(_round(archive, feed)) == (1, 0, 1, 0)


def test_a_fault_in_one_feed_does_not_stop_the_others(archive: Archive, site: Site) -> None:
    bad = [
        site("gone", status="503", retry_after="300"),
        site("binary", b"\x00\xff" * 99, content_type="application/rss+xml"),
        _put(site, "empty"),
        "http://127.0.0.1:9/feed",
        "https://ann:secret@d.example/feed",
    ]
    good = _put(site, "good", _full("mill"))
    made = _round(archive, *bad, good, every=60)
    assert (made.asked, _counts(made)) == (6, (1, 0, 0, 5))
    assert not [failure for failure in made.report.failed if "\n" in failure.reason]
    assert "secret" not in str(made)
    with closing(sqlite3.connect(archive.folder / "record.sqlite3")) as record:
        assert not [row for row in record.execute("SELECT url FROM feeds") if "secret" in row[0]]
    assert "asked again in 5 m" in made.report.failed[0].reason
    again = _round(archive, *bad, good, every=60)  # those that could not be had are left alone, the others unchanged
    assert (again.asked, _counts(again)) == (3, (0, 0, 0, 0))
    assert site.asked.count("/gone") == 1


def test_each_failure_doubles_the_wait_and_a_success_ends_it(archive: Archive, site: Site) -> None:
    feed = site("feed", status="500")
    waits = []
    for _ in range(12):
        _round(archive, feed, every=600)
        state = archive.feed_state(feed)
        assert state
        waits.append(state.wait)
        archive.keep_feed_state(feed, FeedState(None, None, state.checked - state.wait, state.failures, state.wait))
    assert waits[:3] == [1200, 2400, 4800]
    assert max(waits) == 86_400
    _put(site, "feed", _full("mill"))
    assert _counts(_round(archive, feed)) == (1, 0, 0, 0)
    state = archive.feed_state(feed)
    assert state
    assert (state.failures, state.wait) == (0, 0)


def test_a_page_that_fails_for_now_is_asked_for_again_and_a_missing_one_is_not(archive: Archive, site: Site) -> None:
    site("tower", status="503")
    feed = _put(site, "feed", _teaser("tower"), _teaser("missing"))
    assert _counts(_round(archive, feed)) == (0, 0, 0, 2)
    site("tower", _page("tower"), content_type="text/html")
    assert _counts(_round(archive, feed)) == (1, 0, 1, 0)
    assert (site.asked.count("/tower"), site.asked.count("/missing")) == (2, 1)


def test_a_host_that_is_down_is_not_asked_for_every_page(archive: Archive, site: Site) -> None:
    for number in range(9):
        site(f"p{number}", status="503")
    feed = _put(site, "feed", *(_teaser(f"p{number}") for number in range(9)), _full("mill"))
    made = _round(archive, feed)
    assert len([path for path in site.asked if path.startswith("/p")]) == 3
    assert made.report.added == 1  # what needs no page is not put off
    for number in range(9):
        site(f"p{number}", _page(f"p{number}"), content_type="text/html")
    assert _round(archive, feed).report.added == 9


def test_a_host_that_asks_for_a_pause_gets_it(archive: Archive, site: Site) -> None:
    for number in range(3):
        site(f"p{number}", status="429", retry_after="30")
    feed = _put(site, "feed", *(_teaser(f"p{number}") for number in range(3)))
    _round(archive, feed)
    assert site.asked == ["/feed", "/p0"]


def test_a_sitemap_is_followed_by_what_changed_in_it(archive: Archive, site: Site) -> None:
    site("tower", _page("tower"), content_type="text/html")
    site("mill", _page("mill"), content_type="text/html")

    def put(*pages: str) -> str:
        urls = "".join(
            f"<url><loc>{{base}}/{name}</loc><lastmod>{day}</lastmod></url>"
            for name, _, day in (page.partition(" ") for page in pages)
        )
        url: str = site("sitemap.xml", f"<urlset>{urls}</urlset>")
        return url

    url = put("tower 2024-01-01")
    assert _counts(_round(archive, url)) == (1, 0, 0, 0)
    put("tower 2024-01-01", "mill 2024-01-02")
    assert _counts(_round(archive, url)) == (1, 0, 1, 0)
    assert (site.asked.count("/tower"), site.asked.count("/mill")) == (1, 1)


def test_a_page_is_followed_too(archive: Archive, site: Site) -> None:
    url = site("tower", _page("tower"), content_type="text/html")
    assert _counts(_round(archive, url)) == (1, 0, 0, 0)
    assert _counts(_round(archive, url)) == (0, 0, 0, 0)
    site("tower", _page("tower", "fell down"), content_type="text/html")
    assert _counts(_round(archive, url)) == (0, 1, 0, 0)


def test_others_may_write_between_rounds_and_are_waited_for(
    archive: Archive, archive_dir: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = _put(site, "feed", _full("mill"))
    with Archive.open(archive_dir) as other:
        held = other.writing()
        held.__enter__()

        def release(_: float) -> None:
            held.__exit__(None, None, None)

        monkeypatch.setattr(time, "sleep", release)
        assert _counts(_round(archive, feed)) == (1, 0, 0, 0)
        with other.writing():  # it is free again
            pass
        monkeypatch.setattr(following, "_PATIENCE", -1.0)
        _put(site, "feed", _full("ferry"))
        with other.writing():
            made = _round(archive, feed)
    assert "someone else is writing" in made.report.failed[0].reason
    assert _counts(_round(archive, feed)) == (1, 0, 0, 0)


def test_rounds_follow_each_other_until_somebody_stops(archive: Archive, site: Site) -> None:
    feed = _put(site, "feed", _full("mill"))
    rounds: list[Round] = []

    def tell(made: Round) -> None:
        rounds.append(made)
        if len(rounds) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow(archive, [feed], 0.01, tell, private=True)
    assert [made.report.added for made in rounds] == [1, 0, 0]


def test_a_private_feed_is_refused_unless_allowed(archive: Archive, site: Site) -> None:
    made = next_round(archive, [_put(site, "feed", _full("mill"))], 60)
    assert "private network" in made.report.failed[0].reason
    assert site.asked == []
