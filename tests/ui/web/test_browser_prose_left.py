"""What a reader does while an LLM writes outlasts the next sentence, and its words are told as what they are."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from tests.ui.web.test_browser_prose import SECOND, TRUE, ask, folder, writing

__all__ = ["folder"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
ServeApp = Callable[[FastAPI], str]


def test_the_next_sentence_undoes_nothing(open_page: OpenPage, serve_app: ServeApp, folder: Path) -> None:
    page = open_page(serve_app(writing(folder, f"{TRUE} {SECOND} {SECOND} {SECOND}", pause=3.0, letters=20)))
    turn = ask(page)
    expect(turn.locator(".waiting")).to_have_text("llama3.2 is writing…")
    turn.locator("details summary").first.click()
    turn.focus()
    page.keyboard.press("e")  # a question whose answer is on its way is not edited
    expect(turn.locator(".prose .part").first).to_be_visible()
    expect(turn.locator("details[open]")).to_have_count(1)
    expect(turn.locator("form.edit")).to_have_count(0)
    assert Axe().run(page).response["violations"] == []
    page.reload()  # the articles' own words were there already
    expect(page.locator("#chat .turn.answered .answer.short")).to_contain_text("14")


def test_its_words_are_told_and_copied_as_its_own(open_page: OpenPage, serve_app: ServeApp, folder: Path) -> None:
    page = open_page(serve_app(writing(folder, f"{TRUE} It has 99 boats. {SECOND}", pause=0.2, letters=60)))
    page.evaluate("""() => {
        const { say } = dateline;
        window.heard = [];
        dateline.say = (words) => { heard.push(words); say.call(dateline, words); };
    }""")
    page.evaluate("navigator.clipboard.writeText = (words) => { window.copied = words; return Promise.resolve(); }")
    turn = ask(page)
    turn.locator(".tools").wait_for()
    heard = page.evaluate("heard")
    assert [words for words in heard if TRUE in words] == heard[-1:]
    assert "Written by llama3.2" in heard[-1]
    assert ".. ." not in heard[-1]
    turn.get_by_role("button", name="Copy the answer with its sources").click()
    page.wait_for_function("window.copied")
    copied = page.evaluate("window.copied")
    assert "What the articles say:" in copied
    assert "say otherwise" not in copied  # the value that it gives is among them
