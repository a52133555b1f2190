"""Standing questions in Chromium: watched under an answer, told of without a reload, stopped and brought back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.pipeline import add_articles
from qa.assistant import Assistant
from ui.web.app import app_over

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
ServeApp = Callable[[FastAPI], str]

QUESTION = "How many people does the Torvald mill employ?"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 60_000  # milliseconds: the page looks every ten seconds, and the server reads meanwhile


def mill(day: str, people: int) -> Article:
    text = f"The Torvald mill employs {people} people, its owner said.\n\nIt has made paper since 1880."
    return Article(article_id(day), f"News of the mill, {day[:7]}", text, "mill.txt", None, day, "Brenn Gazette")


@pytest.fixture
def archive(archive_dir: Path) -> Archive:
    """An open archive, which the app closes."""
    archive = Archive.open(archive_dir, create=True)
    add_articles(archive, [mill("2021-05-03", 120)])
    return archive


@pytest.fixture
def url(archive: Archive, serve_app: ServeApp) -> str:
    return serve_app(app_over(archive, Assistant(archive, "fast")))


def watch(page: Page) -> None:
    """Ask the question, and watch it by the button under its answer."""
    box = page.get_by_label("Your question")
    box.fill(QUESTION)
    box.press("Enter")
    turn = page.locator("#chat .turn").last
    expect(turn).to_have_class(re.compile("answered"))
    turn.get_by_role("button", name="Watch this question").click()
    expect(page.locator("#notices")).to_contain_text("This question is watched", timeout=PATIENCE)


def watches(page: Page) -> Locator:
    """Go to the Watches view and return its questions."""
    page.get_by_role("tab", name="Watches").click()
    expect(page.locator(".watches .count")).not_to_be_empty()
    return page.locator(".watches .list > li")


def test_a_change_is_marked_without_a_reload_and_shown_with_both_values(
    open_page: OpenPage, url: str, archive: Archive
) -> None:
    page = open_page(url, viewport=WIDE)
    expect(watches(page)).to_have_count(0)
    page.get_by_role("tab", name="Ask").click()
    watch(page)
    page.get_by_role("button", name="Show watches").click()
    one = watches(page)
    expect(one).to_have_count(1)
    expect(one.locator(".value")).to_contain_text("120")
    expect(one).not_to_have_class(re.compile("has-news"))
    page.get_by_role("tab", name="Ask").click()
    add_articles(archive, [mill("2021-06-07", 95)])
    mark = page.get_by_role("button", name="1 answer changed")
    expect(mark).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".holdings")).to_have_text("2 articles · 3 May 2021 to 7 June 2021", timeout=PATIENCE)
    mark.click()
    expect(mark).to_be_hidden()
    expect(one.locator(".value")).to_contain_text("95")
    expect(one.locator(".news")).to_have_text(re.compile(r"new 120.* → 95.*: overtaken by a newer value"))
    one.get_by_text("2 answers so far").click()
    rows = one.locator("ol > li")
    expect(rows).to_have_count(2)
    expect(rows.first.locator("blockquote")).to_contain_text("The Torvald mill employs 95 people")
    rows.first.get_by_role("button", name="News of the mill, 2021-06").click()
    expect(page.locator("#reader")).to_contain_text("It has made paper since 1880")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(".holdings")).not_to_be_empty()
    expect(watches(page)).not_to_have_class(re.compile("has-news"))  # it was looked at
    expect(page.get_by_role("button", name="answer changed")).to_be_hidden()


def test_who_stops_watching_can_have_it_back_by_key_alone(open_page: OpenPage, url: str, archive: Archive) -> None:
    page = open_page(url, viewport=NARROW)
    watch(page)
    one = watches(page)
    expect(one).to_have_count(1)
    one.get_by_role("button", name=f"Stop watching: {QUESTION}").focus()
    page.keyboard.press("Enter")
    expect(one).to_have_count(0)
    expect(page.get_by_role("tab", name="Watches")).to_be_focused()
    assert archive.watches.all() == []
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(one).to_have_count(1)
    expect(one.get_by_role("button", name="Stop watching")).to_be_focused()
    assert [given.kind for given in archive.watches.history(archive.watches.all()[0].id)] == ["first"]


def test_the_same_question_is_not_watched_twice(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    watch(page)
    page.locator("#chat .turn").last.get_by_role("button", name="Watch this question").click()
    expect(page.locator("#notices")).to_contain_text("watched already", timeout=PATIENCE)


def test_the_address_of_a_feed_opens_the_article_at_the_words(open_page: OpenPage, url: str) -> None:
    article = mill("2021-05-03", 120)
    start = article.text.index("120")
    page = open_page(url, f"#article={article.id}&at={start}-{start + 10}")
    expect(page.locator("#reader mark")).to_have_text("120 people")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: OpenPage, url: str, archive: Archive, size: dict[str, int], scheme: str) -> None:
    page = open_page(url, viewport=size, color_scheme=scheme)
    watch(page)
    add_articles(archive, [mill("2021-06-07", 95)])
    expect(page.get_by_role("button", name="1 answer changed")).to_be_visible(timeout=PATIENCE)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    one = watches(page)
    one.get_by_text("2 answers so far").click()
    page.locator("#notices .tool").click()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
