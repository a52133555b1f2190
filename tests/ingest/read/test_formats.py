"""Files that other programs wrote (tests/ingest/files) -> the articles that went into them."""

import gzip
import json
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from ingest.article import Article, Failure
from ingest.read.fields import Origin
from ingest.read.files import FORMATS, parse_file
from ingest.sources import count_articles, read_articles
from ingest.worker import bounded
from ui.web.uploads import FORMATS as UPLOADED

FILES = Path(__file__).parents[1] / "files"
STORY = json.loads((FILES / "story.json").read_text(encoding="utf-8"))
HEADLINE, PARAGRAPHS = STORY["english"]
PLAIN = "\n\n".join(PARAGRAPHS)


def read(name: str | Path) -> list[Article]:
    items = list(read_articles(str(FILES / name)))
    assert [item for item in items if isinstance(item, Failure)] == []
    return [item for item in items if isinstance(item, Article)]


def refusals(path: Path) -> list[str]:
    items = list(read_articles(str(path)))
    assert all("\n" not in item.reason for item in items if isinstance(item, Failure))
    return [item.reason for item in items if isinstance(item, Failure)]


@pytest.mark.parametrize(
    "name",
    ["ferry.docx", "ferry.odt", "ferry.rtf", "one-article.epub", "ferry-libreoffice.pdf", "ferry-chromium.pdf"],
)
def test_headline_byline_date_and_every_paragraph_of_an_article(name: str) -> None:
    (article,) = read(name)
    assert (article.title, article.author, article.published) == (HEADLINE, "Angela Rossi", "2019-01-04")
    assert (article.outlet, article.language) == ("HNA", "en")
    paragraphs = [paragraph.replace("’", "'") for paragraph in article.text.split("\n\n")]
    assert paragraphs[: len(PARAGRAPHS) + 1] == ["By Angela Rossi", *PARAGRAPHS]


def test_tables_and_lists_keep_their_lines() -> None:
    for name, mark in (("ferry.docx", "-"), ("ferry.odt", "-"), ("ferry-libreoffice.pdf", "•")):
        rows = "Day | Crossings\nFriday | 4" if mark == "-" else "Day Crossings\nFriday 4"
        text = read(name)[0].text
        assert rows in text, name
        assert f"{mark} Adults pay 12 crowns\n{mark} Children travel free" in text, name


@pytest.mark.parametrize(
    ("name", "story", "language"),
    [
        ("russian.docx", "russian", "ru"),
        ("utf-16.txt", "russian", "ru"),
        ("arabic.docx", "arabic", None),
        ("arabic-chromium.pdf", "arabic", None),
        ("chinese.odt", "chinese", None),
        ("japanese.rtf", "japanese", "ja"),
        ("shift-jis.txt", "japanese", "ja"),
    ],
)
def test_other_scripts_survive(name: str, story: str, language: str | None) -> None:
    (article,) = read(name)
    headline, paragraphs = STORY[story]
    assert article.title == headline
    assert article.text.split() == " ".join(paragraphs).split()
    assert article.language == language  # a short text in a script of several languages stays unknown


def test_windows_1252_and_its_language() -> None:
    (article,) = read("windows-1252.txt")
    assert article.text == "Le ferry de l’île repart – “enfin”, dit le maire. Il a coûté 3,4 millions à l’État."
    assert article.language == "fr"


def test_columns_divided_words_running_heads_and_page_numbers() -> None:
    (article,) = read("columns-groff.pdf")
    assert (article.title, article.published, article.author) == (HEADLINE, "2019-01-04", "Angela Rossi")
    told = " ".join(article.text.replace("’", "'").split())
    assert told == " ".join(["Angela Rossi", *(PARAGRAPHS * 4)])


def test_a_scan_is_told_to_be_one() -> None:
    (reason,) = refusals(FILES / "scan.pdf")
    assert "scan" in reason
    assert "OCR" in reason


@pytest.mark.parametrize("name", ["saved-page.html", "saved-page.mhtml"])
def test_a_saved_page_without_its_scripts_menu_and_cookie_banner(name: str) -> None:
    (article,) = read(name)
    assert article.text == PLAIN
    assert (article.title, article.outlet, article.author) == (HEADLINE, "The Elstar Courier", "Angela Rossi")
    assert (article.published, article.updated, article.language) == ("2019-01-04", "2019-01-05", "en")
    if name.endswith(".html"):  # Chromium leaves scripts out of .mhtml, and with them what JSON-LD states
        assert (article.section, article.url) == ("Harbour", "https://courier.example/ferry")


def test_a_magazine_is_its_articles_and_a_book_is_one() -> None:
    magazine, book = read("magazine.epub"), read("book.epub")
    assert [article.title for article in magazine] == [
        HEADLINE,
        "Town buys the old fog horn",
        "Winter herring come early",
    ]
    assert magazine[0].text.replace("’", "'") == "\n\n".join(PARAGRAPHS[:3])
    assert {(article.outlet, article.published) for article in magazine} == {("The Elstar Weekly", "2019-01-06")}
    assert len({article.id for article in magazine}) == 3
    (whole,) = book
    assert whole.title == "Nine days without a ferry"
    assert all(paragraph in whole.text.replace("’", "'") for paragraph in PARAGRAPHS)


def test_a_newsletter_and_the_files_attached_to_it() -> None:
    letter, notice, russian = read("newsletter.eml")
    assert letter.title.startswith("The Courier's morning letter: ferry sails again —")
    assert letter.text == "\n\n".join(PARAGRAPHS[:3])
    assert (letter.published, letter.outlet, letter.author) == ("2019-01-05", "The Elstar Courier", None)
    assert (notice.title, notice.text) == ("Timetable of the Lantern ferry", PARAGRAPHS[4])
    assert (russian.title, russian.language) == (STORY["russian"][0], "ru")


@pytest.mark.parametrize(("name", "updated"), [("feed.rss", None), ("feed.xml", "2019-01-05")])
def test_the_entries_of_a_feed_that_was_saved(name: str, updated: str | None) -> None:
    first, second = read(name)
    assert (first.title, first.text) == (HEADLINE, PLAIN)
    assert (first.published, first.updated, first.language) == ("2019-01-04", updated, "en")
    assert (first.outlet, first.author) == ("The Elstar Courier", "Angela Rossi")
    assert (second.title, second.url) == ("Fog horn sold", "https://courier.example/story-1")


def test_nitf() -> None:
    (article,) = read("nitf.xml")
    assert article.text == (
        "PORT ELSTAR, Jan 4 (HNA) --\n\nThe ferry to Lantern Island sailed again on Friday, the harbour authority of"
        " Malé said.\n\nThe first crossing carried 212 passengers."
    )
    assert (article.title, article.published, article.author) == (HEADLINE, "2019-01-04", "Angela Rossi")
    assert (article.outlet, article.section, article.language) == ("Harbour News Agency", "Domestic", "en")


def test_newsml_g2_with_several_items() -> None:
    first, second = read("newsml-g2.xml")
    assert first.text.endswith("on Friday.\n\nThe first crossing carried 212 passengers.")
    assert (first.published, first.updated, first.section) == ("2019-01-04", "2019-01-05", "Disaster")
    assert (first.outlet, first.author) == ("Harbour News Agency", "Angela Rossi")
    assert (second.title, second.outlet, second.language) == ("Altes Nebelhorn verkauft", "HNA", "de")
    assert second.updated is None


def test_a_web_archive_without_pictures_404s_and_revisits() -> None:
    items = list(read_articles(str(FILES / "crawl.warc.gz")))
    pages = [item for item in items if isinstance(item, Article)]
    assert [page.title for page in pages] == [HEADLINE, "Fog horn sold"]
    assert pages[0].text == PLAIN
    assert pages[0].url
    assert pages[0].url.endswith("/ferry.html")
    (failure,) = [item for item in items if isinstance(item, Failure)]
    assert failure.source.endswith("/empty.html")


def test_the_authors_and_the_language_of_a_feeds_entries(tmp_path: Path) -> None:
    entry = (
        "<entry {}><id>{}</id><title>B</title><updated>2024-05-07T10:00:00Z</updated>{}<content>{}</content></entry>"
    )
    two = "<author><name>Ann Lund</name></author><author><name>Bo Ek</name></author>"
    german = "Der Rat von Malen hat am Dienstag beschlossen, die Fähre im Herbst zu heben und in den Hafen zu bringen."
    entries = entry.format("xml:lang='de'", 1, two, german) + entry.format("", 2, "", PLAIN)
    head = "<title>Malen Post</title><author><name>Malen Office</name></author>"
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'>{head}{entries}</feed>"
    (tmp_path / "feed.xml").write_text(feed, encoding="utf-8")
    first, second = read(tmp_path / "feed.xml")
    assert (first.author, first.language) == ("Ann Lund, Bo Ek", "de")
    assert (second.author, second.language) == ("Malen Office", "en")


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("kept", [0.25, 0.5, 0.75, 0.999])
def test_a_web_archive_that_is_cut_off_says_so(tmp_path: Path, packed: bool, kept: float) -> None:
    data = (FILES / "crawl.warc.gz").read_bytes()
    data = data if packed else gzip.decompress(data)
    file = tmp_path / ("crawl.warc.gz" if packed else "crawl.warc")
    file.write_bytes(data[: int(kept * len(data))])
    *_, last = read_articles(str(file))
    assert isinstance(last, Failure)
    assert "get the file again" in last.reason
    file.write_bytes(data)
    assert not any("again" in item.reason for item in read_articles(str(file)) if isinstance(item, Failure))


def test_of_many_messages_without_text_the_first_hundred_are_named(tmp_path: Path) -> None:
    begin = "From ann@example.com Mon Jun  3 09:12:00 2024\n"
    letter = f"{begin}From: ann@example.com\nDate: Mon, 3 Jun 2024 09:12:00 +0000\nSubject: hours\n\n"
    (tmp_path / "box.mbox").write_text(f"{letter}\n" * 250 + f"{letter}The mill opens at nine on weekdays.\n")
    items = list(read_articles(str(tmp_path / "box.mbox")))
    failed = [item.reason for item in items if isinstance(item, Failure)]
    assert len(failed) == 101
    assert failed[-1].startswith("150 more gave no article")
    assert [item.text for item in items if isinstance(item, Article)] == ["The mill opens at nine on weekdays."]


def test_a_zip_is_read_like_a_folder(tmp_path: Path) -> None:
    names = ["ferry.docx", "columns-groff.pdf", "shift-jis.txt", "crawl.warc.gz", "feed.xml", "japanese.rtf"]
    with ZipFile(tmp_path / "all.zip", "w") as bundle:
        for name in names:
            bundle.write(FILES / name, f"paper/{name}")
        bundle.writestr("paper/table.csv", "title,text\nFog,Fog lay on the sound all day.\n")
        bundle.writestr("__MACOSX/paper/._ferry.docx", b"\0")
        bundle.writestr("paper/.DS_Store", b"\0")
        bundle.writestr("paper/logo.png", b"\0")
    (tmp_path / "paper").mkdir()
    for name in names:
        shutil.copy(FILES / name, tmp_path / "paper")
    found = list(read_articles(str(tmp_path / "all.zip")))
    beside = [item for item in read_articles(str(tmp_path / "paper")) if isinstance(item, Article)]
    articles = [item for item in found if isinstance(item, Article)]
    table = articles.pop()
    assert (table.title, table.text, table.source) == (
        "Fog",
        "Fog lay on the sound all day.",
        "all.zip/paper/table.csv",
    )
    assert [(one.title, one.text) for one in articles] == [(one.title, one.text) for one in beside]
    assert {one.place for one in articles} == {str(tmp_path / "all.zip")}
    assert count_articles(str(tmp_path / "all.zip")) == len(names) + 1


def test_reading_again_gives_the_same_ids() -> None:
    assert [article.id for article in read("newsletter.eml")] == [article.id for article in read("newsletter.eml")]


def test_the_browser_takes_every_format_that_is_read() -> None:
    assert UPLOADED == FORMATS
    assert {path.suffix for path in FILES.iterdir()} - {".py", ".gz"} <= set(FORMATS)


def test_a_parser_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message of a million parts takes its parser longer than the tenth of a second that it has here."""
    monkeypatch.setattr("ingest.worker._SECONDS", 0.1)
    (tmp_path / "many.eml").write_bytes(
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nhello\n" * 1_000_000
    )
    (reason,) = refusals(tmp_path / "many.eml")
    assert "took longer than" in reason
    monkeypatch.undo()
    assert len(read("ferry.docx")) == 1


def test_the_other_process_gives_what_this_one_would() -> None:
    for name in sorted(path.name for path in FILES.iterdir() if path.suffix not in {".py", ".zip"}):
        origin = Origin(name, str(FILES / name), "A name")
        here = list(parse_file(FILES / name, name, origin))
        assert here, name
        assert list(bounded("file", path=str(FILES / name), name=name, origin=origin)) == here
