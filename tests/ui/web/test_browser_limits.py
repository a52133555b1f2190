"""In Chromium: what is too long says so and is kept, and a button that has nothing left to stop does nothing."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from ui.web.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
ServeApp = Callable[[FastAPI], str]

STORKS = "How many storks were counted?"
LONG = f"{STORKS} " + "And the year before, on the roofs of Marlow? " * 120
PASTE = """words => {
  const data = new DataTransfer();
  data.setData("text/plain", words);
  const box = document.activeElement;
  if (box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))) {
    document.execCommand("insertText", false, words);
  }
}"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, serve_unchanged: ServeApp) -> str:
    folder = tmp_path_factory.mktemp("limits") / "archive"
    with Archive.open(folder, create=True) as archive:
        words = "Volunteers counted 612 storks in May, the society said."
        add_articles(archive, [Article("s", "Storks return", words, "s", None, "2025-05-09")])
    return serve_unchanged(create_app(folder, reader="fast"))


def pasted(page: Page, words: str) -> None:
    box = page.get_by_label("Your question")
    box.click()
    page.evaluate(PASTE, words)


@pytest.mark.parametrize("width", [390, 1440])
def test_a_pasted_question_of_5000_letters_is_kept_whole_and_told(
    open_page: OpenPage, url: str, width: int, tmp_path: Path
) -> None:
    page = open_page(url, viewport={"width": width, "height": 844})
    box, told = page.get_by_label("Your question"), page.locator("#question-over")
    expect(told).to_be_hidden()
    pasted(page, LONG)
    expect(box).to_have_value(LONG)
    expect(told).to_contain_text(f"{len(LONG.strip()):,} characters are too many: a question has at most 2,000.")
    expect(told).to_contain_text("Nothing was cut")
    expect(box).to_have_attribute("aria-invalid", "true")
    page.screenshot(path=tmp_path / f"too-long-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box.press("Enter")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#chat .turn")).to_have_count(0)
    expect(box).to_have_value(LONG)
    box.fill(STORKS)
    expect(told).to_be_hidden()
    box.press("Enter")
    expect(page.locator("#chat .answer")).to_contain_text("612")


def test_the_limit_counts_what_a_reader_would(open_page: OpenPage, url: str) -> None:
    """2,000 emoji are 4,000 of JavaScript's units and 2,000 of the server's."""
    page = open_page(url)
    pasted(page, "🐦" * 2000)
    expect(page.locator("#question-over")).to_be_hidden()
    pasted(page, "🐦")
    expect(page.locator("#question-over")).to_contain_text("2,001 characters")


def test_a_question_that_is_edited_and_one_in_a_link_are_kept_too(open_page: OpenPage, url: str) -> None:
    page = open_page(url, f"?q={quote(LONG)}")
    expect(page.get_by_label("Your question")).to_have_value(LONG.strip())
    expect(page.locator("#question-over")).to_contain_text("too many")
    page.get_by_label("Your question").fill(STORKS)
    page.get_by_label("Your question").press("Enter")
    turn = page.locator("#chat .turn")
    expect(turn.locator(".answer")).to_contain_text("612")
    turn.get_by_role("button", name="Edit").click()
    page.get_by_label("Corrected question").fill(LONG)
    expect(turn.locator(".over")).to_contain_text("too many")
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_label("Corrected question")).to_have_value(LONG)
    page.get_by_label("Corrected question").fill(STORKS)
    page.get_by_role("button", name="Ask again").click()
    expect(turn.locator(".answer")).to_contain_text("612")


def test_addresses_that_are_too_many_are_told_not_cut(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    page.get_by_role("tab", name="Articles").click()
    many = " ".join(f"https://news.example/{'a' * 400}/{number}" for number in range(60))
    page.locator(".articles .address input").fill(many)
    page.locator(".articles .address button").click()
    expect(page.locator(".articles .report .problem")).to_contain_text("between 1 and 50 addresses")


@pytest.mark.parametrize("times", [1, 3])
def test_stop_with_nothing_in_flight_does_nothing(open_page: OpenPage, url: str, times: int, tmp_path: Path) -> None:
    """The page's own script clicks: what it would stop may end between the look and the press."""
    page = open_page(url)
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator(".articles .rows li").first).to_be_visible()
    for _ in range(times):
        page.evaluate("document.querySelector('.articles .stop').click()")
        page.evaluate("dateline.send('stop')")
    (tmp_path / "mill.txt").write_text("Mill burns\n\nThe mill of Marlow burnt down on Friday.")
    page.locator(".articles input[type=file]").set_input_files(tmp_path / "mill.txt")
    expect(page.locator(".articles .report")).to_contain_text(" failed 0")
    for _ in range(times):
        page.evaluate("document.querySelector('.articles .stop').click()")
    page.get_by_role("tab", name="Ask").click()
    page.get_by_label("Your question").fill(STORKS)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator("#chat .answer")).to_contain_text("612")
    for _ in range(times):
        page.evaluate("dateline.send('stop')")
    expect(page.locator("#chat .answer")).to_contain_text("612")


def test_stop_pressed_twice_before_the_server_heard_of_the_question(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    page.route("**/gradio_api/queue/join*", lambda _: None)  # it waits until nobody intercepts it
    page.get_by_label("Your question").fill(STORKS)
    page.get_by_label("Your question").press("Enter")
    stop = page.get_by_role("button", name="Stop")
    stop.dblclick()
    expect(page.locator("#chat .turn .problem")).to_have_text("Stopped.")
    page.unroute_all()
    page.evaluate("dateline.send('stop')")
