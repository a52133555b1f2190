"""The web chat in Chromium, over the real assistant. Fixtures fail a test on other hosts and console errors."""

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from qa.types import Searched
from tests.ui.assistants import Directed, Steps
from ui.web.app import app_over, create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
ServeApp = Callable[[FastAPI], str]

TROOPS = "How many troops remain in Qasara?"
UNKNOWN = "What is the capital of Mongolia?"
HARBOUR = [
    Article("h1", "Harbour bridge reopens", "The repair of the bridge cost 41 million euros, the port said.", "b.txt"),
    Article("h2", "Storks return to the marsh", "Volunteers counted 612 storks in May.", "s.txt", None, "2026-05-09"),
]


@pytest.fixture
def harbour_dir(archive_dir: Path) -> Path:
    """An archive of two articles that a test may change."""
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, HARBOUR)
    return archive_dir


class HeldAssistant(Directed):
    """The real assistant, which reads when the test lets it."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(archive)
        self.asked = threading.Semaphore(0)
        self.may_answer = threading.Event()

    def direct(self, question: str, steps: Steps) -> Steps:
        for step in steps:
            yield step
            if isinstance(step, Searched):
                self.asked.release()
                assert self.may_answer.wait(60)


def turns(page: Page) -> Locator:
    return page.locator("#chat .turn")


def submit(page: Page, question: str) -> None:
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")


def ask(page: Page, question: str) -> Locator:
    """Ask, wait for what comes of it, and return that turn."""
    count = turns(page).count()
    submit(page, question)
    expect(turns(page)).to_have_count(count + 1)
    expect(turns(page).last).to_have_class(re.compile("answered|problem"))
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    return turns(page).nth(count)


def open_articles(page: Page) -> Locator:
    """Go to the Articles view and return its rows."""
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator(".articles .count")).not_to_be_empty()
    return page.locator(".articles .rows li")


def test_answer_with_its_sources(open_page: OpenPage, shipped_url: str) -> None:
    page = open_page(shipped_url)
    turn = ask(page, TROOPS)
    expect(turn.locator(".answer")).to_contain_text("4,100")
    expect(turn.locator(".byline")).to_contain_text("January 2026")
    sources = page.get_by_label("Sources", exact=True)
    expect(sources.get_by_role("heading", name="Sources")).to_be_visible()
    expect(sources.locator(".card mark").first).to_have_text("4,100")
    expect(sources.locator(".card blockquote").first).to_contain_text("which left 4,100 Aldermark troops in Qasara")
    expect(page.get_by_label("Your question")).to_have_value("")


def test_other_values_stand_beside_each_other_with_date_and_outlet(open_page: OpenPage, shipped_url: str) -> None:
    page = open_page(shipped_url)
    question = "How many Aldermark troops remain in Qasara?"
    values = ask(page, question).get_by_label("What the articles say, newest first").get_by_role("listitem")
    brandt = values.filter(has_text="7,200")
    expect(brandt.locator(".when")).to_have_text("February 2025")  # what the sentence says, in an article of March
    expect(brandt.locator(".meta").first).to_have_text("Meridian Wire")
    brandt.get_by_role("button", name="Source").click()
    expect(page.get_by_role("dialog").locator("mark.here")).to_have_text("7,200")


def test_marker_opens_the_article_at_the_words(open_page: OpenPage, sample_url: str) -> None:
    page = open_page(sample_url)
    marker = ask(page, TROOPS).locator(".answer").get_by_role("button", name="Source 1:")
    marker.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("mark.here")).to_have_text("4,100")
    expect(dialog.locator("mark.here")).to_be_in_viewport()
    expect(dialog.locator("p.cited")).to_contain_text("which left 4,100 Aldermark troops in Qasara")
    expect(dialog.get_by_role("link", name="Original")).to_have_attribute("href", re.compile("^https://"))
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(marker).to_be_focused()


def test_source_opens_the_article_by_keyboard(open_page: OpenPage, sample_url: str) -> None:
    page = open_page(sample_url)
    ask(page, TROOPS)
    source = page.locator("#sources .card").first.get_by_role("button")
    source.press("Enter")
    expect(page.get_by_role("dialog").locator("mark.here")).to_be_in_viewport()
    page.get_by_role("button", name="Close article").press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(source).to_be_focused()


def test_the_articles_do_not_say(open_page: OpenPage, shipped_url: str) -> None:
    page = open_page(shipped_url)
    turn = ask(page, UNKNOWN)
    expect(turn.locator(".answer")).to_contain_text("do not say")
    expect(turn.locator(".byline")).not_to_be_empty()
    expect(turn.locator(".marker")).to_have_count(0)
    expect(page.get_by_role("heading", name="Nearest passages")).to_be_visible()
    expect(page.locator("#sources .card")).not_to_have_count(0)
    expect(page.locator("#sources mark")).to_have_count(0)


def test_follow_up_says_what_was_searched_for(open_page: OpenPage, shipped_url: str) -> None:
    page = open_page(shipped_url)
    first = ask(page, "Who is Kestrel's chief executive?")
    expect(first.locator(".answer")).to_contain_text("Paula Denholm")
    second = ask(page, "How many people work for it?")
    expect(second.locator(".quiet")).to_contain_text("Searched for: ")
    expect(second.locator(".tools")).to_contain_text(re.compile(r"\d\.\d\d s"))
    expect(page.locator("#sources .for")).to_have_text("How many people work for it?")
    first.get_by_role("button", name="Show its sources").click()
    expect(page.locator("#sources .for")).to_have_text("Who is Kestrel's chief executive?")


def test_new_chat_clears_it(open_page: OpenPage, sample_url: str) -> None:
    page = open_page(sample_url)
    ask(page, TROOPS)
    open_articles(page)
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_role("heading", name="What do the articles say?")).to_be_visible()
    expect(turns(page)).to_have_count(0)
    expect(page.locator("#sources .card:visible")).to_have_count(0)
    turn = ask(page, "How many people work for it?")
    expect(turn.locator(".tools")).to_be_visible()
    expect(turn.get_by_text("Searched for")).to_have_count(0)


def test_example_is_asked_and_answered(open_page: OpenPage, shipped_url: str) -> None:
    page = open_page(shipped_url)
    example = page.locator("#welcome .example").first
    question = example.inner_text()
    example.click()
    expect(turns(page).last.get_by_role("heading", name=question)).to_be_visible()
    expect(turns(page).last.locator(".marker")).not_to_have_count(0)


def test_what_cannot_be_asked_is_told_and_nothing_is_lost(open_page: OpenPage, sample_url: str) -> None:
    page = open_page(sample_url)
    ask(page, TROOPS)
    turn = ask(page, "?!")
    expect(turn.locator(".problem")).to_contain_text("no question in '?!'")
    expect(turns(page).first.locator(".answer")).to_contain_text("4,100")
    turn.get_by_role("button", name="Ask again").click()
    expect(turns(page)).to_have_count(3)
    expect(turns(page).last).to_have_class(re.compile("problem"))  # Enter does nothing before it
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    submit(page, "   ")
    expect(ask(page, TROOPS).locator(".answer")).to_contain_text("4,100")
    expect(turns(page)).to_have_count(4)


def test_stop_then_ask_again(open_page: OpenPage, serve_app: ServeApp, harbour_dir: Path) -> None:
    assistant = HeldAssistant(Archive.open(harbour_dir))
    page = open_page(serve_app(app_over(assistant.archive, assistant)))
    submit(page, "How many storks were counted?")
    assert assistant.asked.acquire(timeout=20)
    expect(turns(page).last.get_by_text("Reading")).to_be_visible()
    expect(page.get_by_role("heading", name="Reading")).to_be_visible()
    expect(page.locator("#sources .card")).to_contain_text(["Storks return to the marsh"])
    page.get_by_role("button", name="Stop").click()
    expect(turns(page).last.locator(".problem")).to_have_text("Stopped.")
    assistant.may_answer.set()
    page.get_by_role("button", name="Ask again").click()
    expect(turns(page).last.locator(".answer")).to_contain_text("612")
    expect(turns(page).first.locator(".problem")).to_have_text("Stopped.")


def test_what_is_typed_while_an_answer_is_on_its_way_stays(
    open_page: OpenPage, serve_app: ServeApp, harbour_dir: Path
) -> None:
    assistant = HeldAssistant(Archive.open(harbour_dir))
    page = open_page(serve_app(app_over(assistant.archive, assistant)))
    submit(page, "How many storks were counted?")
    assert assistant.asked.acquire(timeout=20)
    submit(page, "How much did the repair of the bridge cost?")
    expect(turns(page)).to_have_count(1)
    assistant.may_answer.set()
    expect(turns(page).locator(".answer")).to_contain_text("612")
    box = page.get_by_label("Your question")
    expect(box).to_have_value("How much did the repair of the bridge cost?")
    box.press("Enter")
    expect(turns(page).last.locator(".answer")).to_contain_text("41 million")
    expect(turns(page)).to_have_count(2)


def test_two_users_are_answered_at_once_and_see_only_their_own(
    open_page: OpenPage, serve_app: ServeApp, harbour_dir: Path
) -> None:
    assistant = HeldAssistant(Archive.open(harbour_dir))
    url = serve_app(app_over(assistant.archive, assistant))
    one, two = open_page(url), open_page(url)
    submit(one, "How many storks were counted?")
    submit(two, "How much did the repair of the bridge cost?")
    assert assistant.asked.acquire(timeout=20)
    assert assistant.asked.acquire(timeout=20)  # neither waits for the other
    assistant.may_answer.set()
    expect(turns(one).locator(".answer")).to_contain_text("612")
    expect(turns(two).locator(".answer")).to_contain_text("41 million")
    expect(turns(one)).to_have_count(1)
    expect(turns(two)).to_have_count(1)


def test_empty_archive_says_how_to_begin(open_page: OpenPage, serve_app: ServeApp, archive_dir: Path) -> None:
    page = open_page(serve_app(create_app(archive_dir, reader="fast")))
    expect(page.get_by_role("heading", name="The archive is empty")).to_be_visible()
    expect(page.locator("#welcome code")).to_have_text(f"dateline ingest PATH --archive {archive_dir}")
    expect(ask(page, TROOPS).locator(".answer")).to_contain_text("do not say")
    page.get_by_role("button", name="New chat").click()
    page.get_by_role("button", name="Add articles here").click()
    expect(page.get_by_role("heading", name="Add articles")).to_be_visible()
    expect(page.locator(".articles .count")).to_have_text("0 articles")


def test_hostile_article_is_inert(open_page: OpenPage, serve_app: ServeApp, archive_dir: Path) -> None:
    attack = (
        "<img src=x onerror='window.hacked=1'><script>window.hacked=2</script>${window.hacked=3}"
        "{{constructor.constructor('window.hacked=4')()}}<iframe srcdoc='<script>parent.hacked=5</script>'></iframe>"
        "[x](javascript:window.hacked=6)</textarea></style></script><form action='https://evil.example'>"
    )
    article = Article(
        "x1",
        f"Lighthouse {attack}",
        f"The keeper of the lighthouse is Jon Vale {attack}, the port said. \u202eesrever\n\n{attack}",
        f"dir/{attack}.txt",
        "javascript:window.hacked=7",
        "2026-01-02",
        f"Gazette {attack}",
    )
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article])
    page = open_page(serve_app(create_app(archive_dir, reader="fast")))
    expect(page.locator("#welcome")).to_contain_text(attack)
    turn = ask(page, f"Who is the keeper of the lighthouse? {attack}")
    expect(turn.locator(".asked")).to_contain_text(attack)
    turn = ask(page, "Who is the keeper of the lighthouse?")
    card = page.locator("#sources .card").first
    expect(card).to_contain_text(attack)
    card.get_by_role("button").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_contain_text(attack)
    expect(dialog.locator(".text")).to_contain_text(attack)
    expect(dialog.get_by_role("link")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(open_articles(page)).to_contain_text([attack])
    assert page.evaluate("window.hacked") is None
    planted = ":is(#welcome, #chat, #sources, #reader, #articles) :is(img, script, iframe, form, textarea)"
    planted += ":not(.finding, .cited-as, .tools, .address)"  # our own
    expect(page.locator(planted)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_narrow_screen(open_page: OpenPage, sample_url: str, scheme: str) -> None:
    page = open_page(sample_url, viewport={"width": 390, "height": 844}, color_scheme=scheme, reduced_motion="reduce")
    turn = ask(page, TROOPS)
    fits = "document.documentElement.scrollWidth <= innerWidth"
    answer, sources = turn.bounding_box(), page.locator("#sources .card").first.bounding_box()
    assert answer
    assert sources
    assert sources["y"] >= answer["y"] + answer["height"]
    assert page.evaluate(fits)
    expect(page.get_by_label("Your question")).to_be_in_viewport()
    turn.locator(".answer").get_by_role("button", name="Source 1:").click()
    expect(page.get_by_role("dialog").locator("mark.here")).to_be_in_viewport()
    box = page.get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    page.keyboard.press("Escape")
    expect(open_articles(page)).not_to_have_count(0)
    assert page.evaluate(fits)


def test_wide_screen_has_the_sources_beside_the_answer(open_page: OpenPage, sample_url: str) -> None:
    page = open_page(sample_url, viewport={"width": 1440, "height": 900})
    turn = ask(page, TROOPS).bounding_box()
    source = page.locator("#sources .card").first.bounding_box()
    assert turn
    assert source
    assert source["x"] >= turn["x"] + turn["width"]


def test_follows_the_systems_colours(open_page: OpenPage, sample_url: str) -> None:
    def ground(scheme: str) -> int:
        page = open_page(sample_url, color_scheme=scheme)
        red = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
        return int(red)

    dark, light = ground("dark"), ground("light")
    assert (dark < 60, light > 200) == (True, True)


def test_a_summary_is_numbered_sentences_and_a_list_is_items_each_with_its_marker(
    open_page: OpenPage, sample_url: str
) -> None:
    page = open_page(sample_url)
    told = ask(page, "What happened on Sorrel Ridge?").locator("ol.parts > li")
    assert 3 <= told.count() <= 5
    listed = ask(page, "What are the islands where most people in the Skerries live?").locator("ul.parts > li")
    assert listed.count() >= 2
    for parts in (told, listed):
        for number in range(parts.count()):
            expect(parts.nth(number).get_by_role("button")).to_have_text(str(number + 1))
    words = told.first.locator(".part").inner_text()
    told.first.get_by_role("button").click()
    expect(page.locator("dialog.reader mark.here")).to_have_text(words)
