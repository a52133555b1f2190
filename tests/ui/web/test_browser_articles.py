"""The archive in Chromium: looked through, added to, removed from, brought back."""

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from ui.web.app import create_app
from ui.web.library import ROWS_A_PAGE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
ServeApp = Callable[[FastAPI], str]

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
HARBOUR = [
    Article("h1", "Harbour bridge reopens", "The repair of the bridge cost 41 million euros, the port said.", "b.txt"),
    Article("h2", "Storks return", "Volunteers counted 612 storks in May.", "s.txt", None, "2026-05-09", "Gazette"),
    Article("h3", "Ferry strike ends", "The ferries sail again.", "f.txt", None, "2026-03-14", "Harbour Weekly"),
]


@pytest.fixture
def url(archive_dir: Path, serve_app: ServeApp) -> str:
    """An archive of three articles that a test may change."""
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, HARBOUR)
    return serve_app(create_app(archive_dir, reader="fast"))


@pytest.fixture(scope="module")
def many_url(tmp_path_factory: pytest.TempPathFactory, serve_unchanged: ServeApp) -> str:
    """2,000 articles of 14 outlets over 25 years; do not change them."""
    folder = tmp_path_factory.mktemp("many") / "archive"
    with Archive.open(folder, create=True) as archive, archive.writing():
        for number in range(2000):
            day = f"{2000 + number % 25}-{number % 12 + 1:02}-{number % 28 + 1:02}" if number % 40 else None
            archive.put(
                Article(
                    f"{number:016x}",
                    f"Title {number:04}",
                    "Some words of it.",
                    "t.txt",
                    None,
                    day,
                    f"Outlet {number % 14:02}",
                )
            )
    return serve_unchanged(create_app(folder, reader="fast"))


def open_articles(page: Page) -> Locator:
    """Go to the Articles view and return its rows."""
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator(".articles .count")).not_to_be_empty()
    return page.locator(".articles .rows li")


def titles(page: Page) -> Locator:
    return page.locator(".articles .rows .headline")


def test_add_find_and_open(open_page: OpenPage, url: str, tmp_path: Path) -> None:
    tram, empty, picture = tmp_path / "tram.txt", tmp_path / "empty.md", tmp_path / "photo.png"
    tram.write_text("New tram to the airport\n\nThe tram to the airport will cost 120 million euros, the mayor said.\n")
    empty.write_text("")
    picture.write_bytes(b"\x89PNG")
    page = open_page(url, permissions=["clipboard-read", "clipboard-write"])
    rows = open_articles(page)
    expect(rows).to_have_count(3)
    picker, report = page.locator(".articles input[type=file]"), page.locator(".articles .report")
    picker.set_input_files([tram, empty, picture])
    expect(report).to_have_text("Added 1, changed 0, unchanged 0, failed 2.")
    failed = page.locator(".articles .failed")
    expect(failed).to_contain_text("empty.md: the file is empty")
    expect(failed).to_contain_text("photo.png: not one of the formats")
    page.get_by_role("button", name="Copy this list").click()
    expect(page.locator(".articles .copied")).to_have_text("Copied")
    assert len(page.evaluate("navigator.clipboard.readText()").splitlines()) == 2
    expect(rows).to_have_count(4)
    expect(page.locator(".holdings")).to_contain_text("4 articles")
    for _ in range(2):  # the same news twice are news
        report.evaluate("node => node.replaceChildren()")
        picker.set_input_files(tram)
        expect(report).to_have_text("Added 0, changed 0, unchanged 1, failed 0.")

    expect(page.get_by_role("region", name="Came in lately").get_by_role("listitem").first).to_contain_text("tram")
    page.get_by_label("Search titles").fill("mayor")  # only in its text
    expect(rows).to_have_count(1)
    expect(page.locator(".articles .count")).to_have_text("1 of 4 articles")
    expect(rows.locator(".snippet mark")).to_have_text("mayor")
    rows.get_by_role("button", name="New tram to the airport").click()
    expect(page.locator("dialog.reader mark.here")).to_have_text("mayor")


def test_remove_and_bring_back(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    rows = open_articles(page)
    page.get_by_label("Select Ferry strike ends").check()
    page.get_by_role("button", name="Remove 1").click()
    expect(rows).to_have_count(2)
    expect(page.locator(".articles .undos")).to_contain_text("Removed 1 article.")
    page.get_by_label("Select these").check()
    page.get_by_role("button", name="Remove 2").click()
    confirm = page.locator("dialog.confirm")
    expect(confirm.get_by_role("heading")).to_have_text("Remove 2 articles from the archive?")
    confirm.get_by_role("button", name="Keep").click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Remove 2").click()
    confirm.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator(".articles .none")).to_have_text("The archive is empty: add articles")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_have_count(2)
    undo.first.click()
    expect(titles(page)).to_have_text(["Ferry strike ends"])
    undo.last.click()
    expect(titles(page)).to_have_text(["Storks return", "Ferry strike ends", "Harbour bridge reopens"])
    expect(page.locator(".holdings")).to_contain_text("3 articles")


def test_an_undo_outlives_that_another_process_writes(open_page: OpenPage, url: str, archive_dir: Path) -> None:
    page = open_page(url)
    rows = open_articles(page)
    page.get_by_label("Select Storks return").check()
    page.get_by_role("button", name="Remove 1").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    with Archive.open(archive_dir) as other, other.writing():
        undo.click()
        expect(page.locator(".articles .problem:not(:empty)")).to_contain_text("someone else is writing")
    undo.click()
    expect(rows).to_have_count(3)


def test_what_another_user_removed_cannot_be_removed_again(open_page: OpenPage, url: str) -> None:
    pages = [open_page(url), open_page(url)]
    for page in pages:
        expect(open_articles(page)).to_have_count(3)
        page.get_by_label("Select Harbour bridge reopens").check()
    for page in pages:
        page.get_by_role("button", name="Remove 1").click()
        expect(page.locator(".articles .rows li")).to_have_count(2)
    expect(pages[0].locator(".articles .undos")).to_contain_text("Removed 1 article.")
    expect(pages[1].locator(".articles .report")).to_contain_text("no article with the id 'h1'")


def test_drops_files_anywhere(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    open_articles(page)
    dropped = page.evaluate_handle(
        """() => { const data = new DataTransfer();
        data.items.add(new File(["Owl seen at dusk\\n\\nAn owl was seen at dusk."], "owl.txt")); return data; }"""
    )
    page.dispatch_event(".articles .rows", "dragover", {"dataTransfer": dropped})
    expect(page.get_by_text("Drop the files to add them")).to_be_visible()
    page.dispatch_event(".articles .rows", "drop", {"dataTransfer": dropped})
    expect(page.get_by_text("Drop the files to add them")).to_be_hidden()
    expect(page.locator(".articles .report")).to_contain_text("Added 1,")


def test_an_address_that_gives_nothing_says_why(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    open_articles(page)
    box = page.get_by_label("Address of a page or feed")
    box.fill("file:///etc/passwd")
    box.press("Enter")
    expect(page.locator(".articles .report")).to_contain_text("no web address: 'file:///etc/passwd'")
    box.fill("http://nowhere.invalid/a http://nowhere.invalid/b")
    box.press("Enter")
    expect(page.locator(".articles .report")).to_have_text("Added 0, changed 0, unchanged 0, failed 2.")
    expect(page.locator(".articles .failed")).to_contain_text("http://nowhere.invalid/b: ")
    own = page.url.partition("#")[0]
    box.fill(own)
    box.press("Enter")
    expect(page.locator(".articles .failed")).to_have_text(
        f"{own}: it leads into a private network; dateline ingest --allow-private fetches from there"
    )


class Site(SimpleHTTPRequestHandler):
    """The files of a folder, told of to nobody."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A newspaper on loopback: a feed of two pages, and a third page."""
    folder = tmp_path / "site"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, directory=folder)) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        for name in ("lamps", "owls", "tides"):
            told = f"<p>{'The keeper counted them at dawn, as on each day of the year. ' * 8}</p>"
            page = f"<html><title>News of {name}</title><article><h1>News of {name}</h1>{told * 3}</article></html>"
            (folder / f"{name}.html").write_text(page)
        items = "".join(
            f"<item><title>News of {name}</title><link>{base}/{name}.html</link></item>" for name in ("lamps", "owls")
        )
        (folder / "feed.xml").write_text(f'<rss version="2.0"><channel><title>Post</title>{items}</channel></rss>')
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield base
        finally:
            server.shutdown()
            thread.join()


def test_adds_a_page_and_a_feed_by_address(
    open_page: OpenPage, serve_app: ServeApp, archive_dir: Path, site: str
) -> None:
    page = open_page(serve_app(create_app(archive_dir, private=True, reader="fast")))
    open_articles(page)
    box, report = page.get_by_label("Address of a page or feed"), page.locator(".articles .report")
    box.fill(f"{site}/tides.html")
    box.press("Enter")
    expect(report).to_have_text("Added 1, changed 0, unchanged 0, failed 0.")
    expect(titles(page)).to_have_text(["News of tides"])
    box.fill(f"{site}/feed.xml {site}/missing.html")
    box.press("Enter")
    expect(report).to_have_text("Added 2, changed 0, unchanged 0, failed 1.")
    expect(page.locator(".articles .failed")).to_contain_text(f"{site}/missing.html: ")
    expect(titles(page)).to_have_count(3)
    expect(titles(page).filter(has_text="lamps")).to_be_visible()
    expect(page.locator(".holdings")).to_contain_text("3 articles")


def test_adding_shows_how_far_it_is_and_stops(open_page: OpenPage, url: str, tmp_path: Path) -> None:
    many = tmp_path / "many.csv"
    many.write_text("title,text\n" + "".join(f"Title {n},{'The text of it. ' * 60}{n}\n" for n in range(3000)))
    page = open_page(url)
    open_articles(page)
    page.locator(".articles input[type=file]").set_input_files(many)
    expect(page.locator(".articles .doing")).to_have_text(
        re.compile(r"Reading 1 of 1: many.csv \(\d+ of 3,000 articles\)")
    )
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".articles .report")).to_contain_text("Stopped. Added ")
    expect(page.locator(".articles .work")).to_be_hidden()
    assert "Added 3000" not in page.locator(".articles .report").inner_text()


def test_many_articles_are_drawn_page_by_page(open_page: OpenPage, many_url: str) -> None:
    page = open_page(many_url, viewport=WIDE)
    rows = open_articles(page)
    expect(rows).to_have_count(ROWS_A_PAGE)
    expect(page.locator(".articles .range")).to_have_text("1 to 100 of 2,000")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".articles .range")).to_have_text("101 to 200 of 2,000")
    expect(rows).to_have_count(ROWS_A_PAGE)
    page.get_by_role("button", name="Previous").click()
    expect(page.locator(".articles .range")).to_have_text("1 to 100 of 2,000")
    page.get_by_label("Select these").check()
    page.get_by_role("button", name="Select all 2,000").click()
    expect(page.get_by_role("button", name="Remove 2,000")).to_be_enabled()
    page.get_by_label("Sort").select_option("By title")
    expect(titles(page).first).to_have_text("Title 0000")
    expect(page.get_by_role("button", name="Remove", exact=True)).to_be_disabled()


def test_the_picture_filters(open_page: OpenPage, many_url: str) -> None:
    page = open_page(many_url, viewport=WIDE)
    open_articles(page)
    count = page.locator(".articles .count")
    expect(page.locator(".articles .bar")).to_have_count(25)
    page.locator(".articles .bar").nth(3).click()
    expect(count).to_have_text("80 of 2,000 articles")
    expect(page.get_by_label("Since").last).to_have_value("2003")
    page.get_by_role("button", name="Outlet 03").click()
    expect(count).to_have_text(re.compile(r"^[56] of 2,000 articles$"))
    page.get_by_role("button", name="Remove the filter 2003").click()
    expect(count).to_have_text("143 of 2,000 articles")
    page.get_by_role("button", name="Clear all").last.click()
    page.get_by_role("button", name="50 without a date").click()
    expect(count).to_have_text("50 of 2,000 articles")
    page.get_by_text("As a table").click()
    table = page.get_by_role("region", name="Articles by date")
    expect(table.get_by_role("row")).to_have_count(27)  # its head, 25 years, no date
    table.get_by_role("button", name="2003").press("Enter")
    expect(count).to_have_text("80 of 2,000 articles")


def go_to(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus; fail when 60 of them do not lead there."""
    for _ in range(60):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused(timeout=1)


def test_everything_by_key_alone(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport=WIDE)
    go_to(page, page.get_by_role("tab", name="Articles"))
    page.keyboard.press("Enter")
    rows = page.locator(".articles .rows li")
    expect(rows).to_have_count(3)
    outlet = page.locator(".articles .outlet-bar", has_text="Gazette")
    go_to(page, outlet)
    page.keyboard.press("Enter")
    expect(titles(page)).to_have_text(["Storks return"])
    expect(outlet).to_be_focused()  # though it was drawn anew
    go_to(page, page.get_by_role("button", name="Remove the filter Gazette"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Search titles")).to_be_focused()
    page.keyboard.type("ferries")
    expect(titles(page)).to_have_text(["Ferry strike ends"])
    headline = titles(page).first
    go_to(page, headline)
    page.keyboard.press("Enter")
    reader = page.locator("dialog.reader")
    expect(reader.locator("mark.here")).to_have_text("ferries")
    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    expect(headline).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_label("Select Ferry strike ends")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".articles .undos")).to_contain_text("Removed 1 article.")
    expect(page.get_by_label("Search titles")).to_be_focused()
    go_to(page, page.get_by_role("button", name="Undo"))
    page.keyboard.press("Enter")
    expect(titles(page)).to_have_text(["Ferry strike ends"])
    go_to(page, page.get_by_label("Address of a page or feed"))
    page.keyboard.type("no address")
    page.keyboard.press("Enter")
    expect(page.locator(".articles .report")).to_contain_text("no web address")


# The rules for colours know no width, and those for widths no colours: two of the four show all of them.
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"])
def test_is_for_everyone(open_page: OpenPage, many_url: str, scheme: str, size: dict[str, int]) -> None:
    page = open_page(many_url, viewport=size, color_scheme=scheme, reduced_motion="reduce")
    open_articles(page)
    page.get_by_text("As a table").click()
    page.get_by_role("button", name="Outlet 03").click()
    expect(page.locator(".articles .chip").first).to_be_visible()
    found = Axe().run(page, context=".articles", options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
