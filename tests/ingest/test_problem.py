"""A report of an input that goes wrong: the input, what was read of it, versions; nothing else, and nothing is sent."""

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import Archive
from ingest.article import Article
from ingest.errors import InputError
from ingest.pipeline import add_articles
from ingest.problem import report_problem
from ui.cli import main

Site = Any  # of conftest.py

PAGE = (
    "<html><head><title>The mill</title><meta property='article:published_time' content='2024-03-02'>"
    "<meta property='og:site_name' content='Vale Courier'></head><body><h1>The mill</h1><p>The mill of Harrow Vale was"
    " shut on Monday, said its council after a long evening.</p></body></html>"
)


def opened(file: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    return parts, json.loads(parts["read.json"])


def test_a_file_its_article_and_versions(tmp_path: Path) -> None:
    (tmp_path / "Mill & co.html").write_text(PAGE)
    file = report_problem(str(tmp_path / "Mill & co.html"), tmp_path / "report.zip")
    parts, read = opened(file)
    assert set(parts) == {"about.txt", "input/Mill _ co.html", "read.json", "versions.json"}
    assert parts["input/Mill _ co.html"] == PAGE.encode()
    (article,) = read["articles"]
    assert (article["title"], article["published"], article["outlet"]) == ("The mill", "2024-03-02", "Vale Courier")
    assert article["text"].startswith("The mill of Harrow Vale was shut")
    assert read["failed"] == []
    versions = json.loads(parts["versions.json"])
    assert {"dateline", "python", "trafilatura", "lxml"} <= set(versions)
    assert all(str(tmp_path).encode() not in part for part in parts.values())
    with pytest.raises(InputError, match="is there already"):
        report_problem(str(tmp_path / "Mill & co.html"), file)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [("a.pdf", b"no PDF", "damaged"), ("a.doc", b"x", "save it as .docx"), ("empty.txt", b"", "empty")],
)
def test_what_gave_no_article_says_why(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    parts, read = opened(report_problem(str(tmp_path / name), tmp_path / "report.zip"))
    assert parts[f"input/{name}"] == data
    assert read["articles"] == []
    assert reason in read["failed"][0]["reason"]


def test_a_table_shows_its_first_hundred(tmp_path: Path) -> None:
    rows = "".join(f"Title {number},The text number {number}.\n" for number in range(300))
    (tmp_path / "rows.csv").write_text(f"title,text\n{rows}")
    _, read = opened(report_problem(str(tmp_path / "rows.csv"), tmp_path / "report.zip"))
    assert len(read["articles"]) == 100
    assert read["more"] is True


def test_a_page_and_a_feed_are_fetched_once(site: Site, tmp_path: Path) -> None:
    page = site("mill", PAGE, content_type="text/html; charset=utf-8")
    feed = site(
        "feed.xml",
        "<rss version='2.0'><channel><title>Courier</title><item><title>Mill</title><link>{base}/mill</link>"
        "<pubDate>Sat, 02 Mar 2024 10:00:00 GMT</pubDate></item></channel></rss>",
        content_type="application/rss+xml",
    )
    parts, read = opened(report_problem(page, tmp_path / "page.zip", private=True))
    assert parts["input/mill"] == PAGE.encode()
    assert read["articles"][0]["title"] == "The mill"
    assert read["answer"] == {"url": page, "media type": "text/html", "charset": "utf-8"}
    parts, read = opened(report_problem(feed, tmp_path / "feed.zip", private=True))
    assert b"pubDate" in parts["input/feed.xml"]
    assert read["entries"][0]["said"]["title"] == "Mill"
    assert site.asked == ["/mill", "/feed.xml"]


def test_what_cannot_be_packed_is_one_line(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "large.html").write_text("x" * 2000)
    os.mkfifo(tmp_path / "pipe.html")
    with Archive.open(tmp_path / "kept", create=True):
        pass
    monkeypatch.setattr("ingest.problem._LARGEST", 1000)
    for target, says in (
        (str(tmp_path), "is a folder"),
        (str(tmp_path / "none.html"), "cannot be read"),
        (str(tmp_path / "large.html"), "make a smaller one"),
        (str(tmp_path / "pipe.html"), "a pipe or a device"),
        ("/dev/zero", "a pipe or a device"),
        (str(tmp_path / "kept" / "record.sqlite3"), "is part of an archive"),
        (f"{site.base}/none", "404"),
        ("http://user:secret@localhost/a", "user name or password"),
        ("http:///mill", "not a web address"),
    ):
        with pytest.raises(InputError, match=says) as raised:
            report_problem(target, tmp_path / "report.zip", private=True)
        assert "secret" not in str(raised.value)
        assert "\n" not in str(raised.value)
        assert not (tmp_path / "report.zip").exists()
    (tmp_path / "empty.txt").touch()
    with pytest.raises(InputError, match="cannot be written"):
        report_problem(str(tmp_path / "empty.txt"), tmp_path / "no" / "report.zip")


def test_the_command_touches_no_archive(
    tmp_path: Path, archive_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [Article("k", "Keeper", "The keeper of the secret lighthouse is Ada.", "k")])
    (tmp_path / "mill.html").write_text(PAGE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATELINE_ARCHIVE", str(archive_dir))
    before = {path: path.read_bytes() for path in archive_dir.rglob("*") if path.is_file()}
    assert main(["report-problem", "mill.html"]) == 0
    (made,) = tmp_path.glob("dateline-problem-*.zip")
    assert made.name in capsys.readouterr().out
    parts, _ = opened(made)
    assert not [part for part in parts.values() if b"lighthouse" in part]
    assert {path: path.read_bytes() for path in archive_dir.rglob("*") if path.is_file()} == before
    assert main(["report-problem", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("dateline: ")
