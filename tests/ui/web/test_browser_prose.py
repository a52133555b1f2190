"""Answers in an LLM's words in Chromium: they come sentence by sentence, and what the articles do not say is struck."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from qa.assistant import Assistant
from tests.qa.prose.llms import Scripted
from ui.web.app import app_over

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
ServeApp = Callable[[FastAPI], str]

QUESTION = "How many ferries does the Vale Line run?"
ARTICLES = [
    Article("v1", "Vale Line adds ferries", "The Vale Line runs 14 ferries from Marlow, its director Ada Lindqvist"
            " said. It carried 310,000 people in all.", "a", None, "2026-03-14", "Gazette"),
    Article("v2", "Vale Line in numbers", "The Vale Line runs 11 ferries, the harbour office said on Monday.",
            "b", None, "2024-05-06", "Harbour Weekly"),
]  # fmt: skip
TRUE = "The Vale Line runs 14 ferries from Marlow."
SECOND = "It carried 310,000 people."
HOSTILE = "It has 99 <img src=x onerror=window.hacked=1> [boats](javascript:alert(1))."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "archive", create=True) as archive:
        add_articles(archive, ARTICLES)
    return tmp_path / "archive"


def writing(folder: Path, script: str | Exception, **wanted: Any) -> FastAPI:
    archive = Archive.open(folder)
    llm = Scripted(script=lambda _: script, asked=[], model="llama3.2", **wanted)
    return app_over(archive, Assistant(archive, "fast", llm, llm_seconds=30))


def ask(page: Page, question: str = QUESTION) -> Locator:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    return page.locator("#chat .turn").last


def test_sentences_come_one_by_one_and_what_is_not_said_is_struck(
    open_page: OpenPage, serve_app: ServeApp, folder: Path
) -> None:
    page = open_page(serve_app(writing(folder, f"{TRUE} {HOSTILE} {SECOND}", pause=0.25)))
    turn = ask(page)
    expect(turn.locator(".waiting")).to_have_text("llama3.2 is writing…")
    expect(turn.locator(".answer.short")).to_contain_text("14")  # the articles' own words, at once
    expect(turn.locator(".prose")).to_contain_text(TRUE)
    expect(turn.locator(".struck s")).to_have_count(1)
    expect(turn).to_have_class(re.compile("answered"), timeout=30_000)
    expect(turn.locator(".prose .part")).to_have_text([TRUE, SECOND])
    expect(turn.locator(".prose .marker")).to_have_count(2)
    expect(turn.locator(".waiting")).to_have_count(0)
    struck = turn.get_by_role("list", name="Not shown as true").get_by_role("listitem")
    expect(struck).to_contain_text("Not supported:")
    expect(struck.locator("s")).to_contain_text("<img src=x onerror=window.hacked=1>")
    expect(struck.locator(".why")).to_contain_text("99")
    expect(turn).to_contain_text("Written by llama3.2, checked sentence by sentence")
    expect(turn.locator(".timeline .leads")).to_have_count(0)
    expect(turn.locator(".timeline .value")).to_contain_text(["14", "11"])
    assert page.evaluate("window.hacked") is None
    turn.locator(".prose .marker").first.click()
    expect(page.locator("#reader mark").first).to_contain_text("The Vale Line runs")
    page.keyboard.press("Escape")
    assert Axe().run(page).response["violations"] == []
    page.reload()
    expect(page.locator("#chat .struck s")).to_have_count(1)
    page.evaluate("navigator.clipboard.writeText = (words) => { window.copied = words; return Promise.resolve(); }")
    page.get_by_role("button", name="Copy the answer with its sources").click()
    page.wait_for_function("window.copied")
    copied = page.evaluate("window.copied")
    assert TRUE in copied
    assert "Written by llama3.2" in copied
    assert "99" not in copied
    assert "img" not in copied


def test_a_summary_in_its_words_cannot_be_watched(open_page: OpenPage, serve_app: ServeApp, folder: Path) -> None:
    page = open_page(serve_app(writing(folder, f"{TRUE} {SECOND}")))
    expect(page.locator(".welcome .lead")).to_contain_text("llama3.2 puts the answers into words")
    turn = ask(page, "Tell me about the Vale Line")
    expect(turn.locator(".prose .part")).to_have_text([TRUE, SECOND])
    expect(turn).to_have_class(re.compile("answered"))
    expect(turn.get_by_role("button", name="Copy the answer with its sources")).to_be_visible()
    expect(turn.get_by_role("button", name="Watch this question")).to_have_count(0)


def test_while_a_follow_up_is_rephrased_nothing_is_said_to_be_read(
    open_page: OpenPage, serve_app: ServeApp, folder: Path
) -> None:
    page = open_page(serve_app(writing(folder, TRUE, pause=0.4)))
    expect(ask(page)).to_have_class(re.compile("answered"), timeout=30_000)
    page.evaluate("""() => { window.heard = [];
        new MutationObserver(() => window.heard.push(document.querySelector("#said").textContent))
            .observe(document.body, {subtree: true, childList: true, characterData: true}); }""")
    turn = ask(page, "and who directs it?")
    expect(turn).to_have_class(re.compile("answered"), timeout=30_000)
    expect(turn).to_contain_text("Ada Lindqvist")
    heard = page.evaluate("window.heard")
    assert any("Reading" in words for words in heard)
    assert not any("Reading 0" in words for words in heard)


def test_who_writes_is_chosen_by_keyboard_and_kept(open_page: OpenPage, serve_app: ServeApp, folder: Path) -> None:
    page = open_page(serve_app(writing(folder, TRUE)))
    own = page.get_by_role("group", name="Who answers").get_by_role("button", name="The articles’ own words")
    checked = page.get_by_role("button", name="llama3.2, checked")
    expect(checked).to_have_attribute("aria-pressed", "true")
    own.focus()
    page.keyboard.press("Enter")
    expect(own).to_have_attribute("aria-pressed", "true")
    expect(own).to_be_focused()
    turn = ask(page)
    expect(turn.locator(".answer.short")).to_contain_text("14")
    expect(turn).to_have_class(re.compile("answered"))
    expect(turn.locator(".prose")).to_have_count(0)
    page.reload()
    expect(own).to_have_attribute("aria-pressed", "true")
    checked.click()
    expect(ask(page).locator(".prose")).to_contain_text(TRUE)


def test_stopped_while_it_writes_the_articles_own_words_stay(
    open_page: OpenPage, serve_app: ServeApp, folder: Path
) -> None:
    page = open_page(serve_app(writing(folder, f"{TRUE} And so on, for long.", pause=1.0)))
    turn = ask(page)
    expect(turn.locator(".waiting")).to_have_text("llama3.2 is writing…")
    page.get_by_role("button", name="Stop").click()
    expect(turn).to_have_class(re.compile("answered"))
    expect(turn.locator(".answer.short")).to_contain_text("14")
    expect(turn.locator(".prose, .waiting, .problem")).to_have_count(0)
    again = ask(page, "How many people did the Vale Line carry?")
    expect(again.locator(".waiting, .answer").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_when_it_fails_a_line_says_so(open_page: OpenPage, serve_app: ServeApp, folder: Path, scheme: str) -> None:
    url = serve_app(writing(folder, ConnectionError("refused")))
    page = open_page(url, color_scheme=scheme, viewport={"width": 390, "height": 844})
    turn = ask(page)
    expect(turn.locator(".unwritten")).to_have_text("llama3.2 stopped: ConnectionError: refused")
    expect(turn.locator(".answer.short")).to_contain_text("14")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert Axe().run(page).response["violations"] == []


def test_without_an_llm_there_is_nothing_to_choose(open_page: OpenPage, serve_app: ServeApp, folder: Path) -> None:
    archive = Archive.open(folder)
    page = open_page(serve_app(app_over(archive, Assistant(archive, "fast"))))
    expect(page.get_by_role("group", name="Who answers")).to_have_count(0)
    turn = ask(page)
    expect(turn.locator(".answer.short")).to_contain_text("14")
    expect(turn.locator(".prose, .struck, .unwritten")).to_have_count(0)
