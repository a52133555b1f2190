"""The page where things are short: a full browser, a zoomed window, few colours, and no patience."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
TROOPS = "How many troops remain in Qasara?"
ZOOMED = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}  # 1440x900 at 200%


def ask(page: Page, question: str) -> None:
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_full_browser_says_that_nothing_is_kept_and_answers_all_the_same(
    open_page: OpenPage, sample_url: str
) -> None:
    page = open_page(sample_url)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": sample_url, "quotaSize": 1})
    ask(page, TROOPS)
    expect(page.locator("#chat .turn.answered .answer")).to_contain_text("4,100")
    expect(page.locator("#notices")).to_contain_text("storage is full")
    ask(page, "Who is Kestrel's chief executive?")
    expect(page.locator("#chat .turn.answered")).to_have_count(2)


def test_at_200_percent_everything_is_in_reach(open_page: OpenPage, sample_url: str) -> None:
    page = open_page(sample_url, **ZOOMED)
    assert fits(page)
    expect(page.get_by_role("heading", name="Dateline")).to_be_in_viewport()
    for count, question in enumerate((TROOPS, "What is the capital of Mongolia?"), 1):
        ask(page, question)
        expect(page.locator("#chat .turn.answered")).to_have_count(count)
        expect(page.locator("#chat .turn.answered").last.locator(".answer")).to_be_in_viewport()
        assert fits(page)
    page.locator("#chat .marker").first.click()
    expect(page.locator("dialog.reader mark.here").first).to_be_in_viewport()
    assert fits(page)
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator(".articles .rows li").first).to_be_visible()
    assert fits(page)


def test_the_masthead_is_whole_on_a_narrow_screen(open_page: OpenPage, sample_url: str) -> None:
    """Its dates take two lines there."""
    page = open_page(sample_url, viewport={"width": 320, "height": 640})
    masthead, name, holdings = (
        page.locator(found).bounding_box() for found in (".masthead", ".masthead h1", ".masthead .holdings")
    )
    assert masthead
    assert name
    assert holdings
    assert name["y"] > masthead["y"] >= 0
    assert holdings["y"] + holdings["height"] < masthead["y"] + masthead["height"]


def test_with_forced_colours_the_words_and_the_view_still_stand_out(open_page: OpenPage, sample_url: str) -> None:
    page = open_page(sample_url, forced_colors="active")
    ask(page, TROOPS)
    expect(page.locator("#sources mark").first).to_be_visible()
    style = "(node) => { const own = getComputedStyle(node); return [own.backgroundColor, own.textDecorationLine]; }"
    assert page.locator("#sources mark").first.evaluate(style)[0] != page.locator("body").evaluate(style)[0]
    assert page.get_by_role("tab", name="Ask").evaluate(style)[1] == "underline"
    assert page.get_by_role("tab", name="Articles").evaluate(style)[1] == "none"


def test_a_new_chat_during_an_answer_hears_nothing_of_it(open_page: OpenPage, sample_url: str) -> None:
    page = open_page(sample_url)
    ask(page, TROOPS)
    expect(page.locator("#chat .turn")).to_have_count(1)
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#chat .turn")).to_have_count(0)
    ask(page, "Who is Kestrel's chief executive?")
    expect(page.locator("#chat .turn.answered")).to_have_count(1)
    expect(page.locator("#chat .turn")).to_have_count(1)
    expect(page.locator("#chat .asked")).to_contain_text("Kestrel")
