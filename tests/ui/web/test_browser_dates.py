"""Dates, other values, readings and filters in the chat, in Chromium.

How an answer comes to hold them is tested in tests/qa: here some answers are prepared, and the page must show them.
Filters are those of the real assistant.
"""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from qa.types import (
    Answer,
    ArticleRef,
    Citation,
    DatesAsked,
    Hidden,
    Other,
    Reading,
    Relation,
    Seconds,
)
from tests.ui.assistants import Directed, Steps
from ui.web.app import app_over

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
ServeApp = Callable[[FastAPI], str]

KEEPER = "Who is the keeper of the lighthouse?"
HEIGHT = "How high is the lighthouse?"
ARTICLES = [
    Article("k1", "New keeper", "The keeper of the lighthouse is Ada Lindqvist.", "a", None, "2026-03-14", "Gazette"),
    Article("k2", "Keeper named", "The keeper of the lighthouse is Jon Vale.", "b", None, "2024-05-02", "Harbour Sun"),
    Article("k3", "A rival", "The keeper of the lighthouse is Petra Moss.", "c", None, "2026-03-14", "Tide <b>Times"),
    Article("k4", "Old ledger", "The keeper of the lighthouse is Old Brandt.", "d"),
    Article("k5", "Survey", "The lighthouse is 41 metres high, the survey found.", "e", None, "2025-11-03", "Gazette"),
]  # fmt: skip
BY_ID = {article.id: article for article in ARTICLES}


def reference(id_: str) -> ArticleRef:
    article = BY_ID[id_]
    return ArticleRef(id_, article.title, article.source, None, article.published, article.outlet)


def cited(number: int, id_: str, quote: str) -> Citation:
    text = BY_ID[id_].text
    start = text.index(quote)
    return Citation(number, reference(id_), quote, start, start + len(quote), text, 0, len(text))


def other(number: int, id_: str, quote: str, as_of: str | None, relation: Relation) -> Other:
    return Other(quote, BY_ID[id_].published, 0.5, (cited(number, id_, quote),), as_of, number, relation)


def found(question: str, id_: str, text: str, others: tuple[Other, ...] = (), **fields: object) -> Answer:
    answer = Answer(question, question, True, text, 0.9, (cited(1, id_, text),), others, (), None, Seconds(0, 0, 0))
    return replaced(answer, **fields)


def not_found(question: str, **fields: object) -> Answer:
    nearest = (cited(1, "k5", "41 metres"),)
    text = "The articles do not say."
    return replaced(Answer(question, question, False, text, 0.1, (), (), nearest, None, Seconds(0, 0, 0)), **fields)


def replaced(answer: Answer, **fields: object) -> Answer:
    known = {name: getattr(answer, name) for name in Answer.__slots__}
    return Answer(**{**known, **fields})


TIMELINE = found(
    "Who keeps it?",
    "k1",
    "Ada Lindqvist",
    (
        other(2, "k3", "Petra Moss", "2026-03-14", "disputed"),
        other(3, "k2", "Jon Vale", "2024", "earlier"),
        other(4, "k4", "Old Brandt", None, "undated"),
    ),
    as_of="2026-03-14",
    sources=3,
)
REWRITTEN = found(
    "And then?", "k2", "Jon Vale", asked="Who kept the lighthouse in May 2024?", as_of="2024-05-02",
    dates=DatesAsked("then", "2024-05-01", "2024-05-31"),
)  # fmt: skip
UNCLEAR = not_found(
    "When did she start?",
    missing="unclear",
    readings=(Reading("Ada <i>Lindqvist", KEEPER), Reading("the lighthouse", HEIGHT)),
)
OUTSIDE_DATES = not_found(
    "How high was it in 2011?", missing="dates", dates=DatesAsked("in 2011", "2011-01-01", "2011-12-31"),
    reason="The articles on it are of 2025.",
)  # fmt: skip
HIDDEN = found("Who, in the Weekly?", "k2", "Jon Vale", asked=KEEPER, hidden=Hidden("Ada Lindqvist", reference("k1")))
PREPARED = {answer.question: answer for answer in (TIMELINE, REWRITTEN, UNCLEAR, OUTSIDE_DATES, HIDDEN)}


class PreparedAssistant(Directed):
    """The real assistant, but for the questions above."""

    def direct(self, question: str, steps: Steps) -> Steps:
        if question in PREPARED:
            yield PREPARED[question]
        else:
            yield from steps


@pytest.fixture(scope="module")
def url(serve_unchanged: ServeApp, tmp_path_factory: pytest.TempPathFactory) -> str:
    archive = Archive.open(tmp_path_factory.mktemp("lighthouse") / "archive", create=True)  # the app closes it
    add_articles(archive, ARTICLES)
    return serve_unchanged(app_over(archive, PreparedAssistant(archive)))


def ask(page: Page, question: str) -> Locator:
    """Ask, wait for what comes of it, and return that turn."""
    box = page.get_by_label("Your question")
    box.fill(question)
    return expect_turn(page, lambda: box.press("Enter"))


def expect_turn(page: Page, act: Callable[[], None]) -> Locator:
    turns = page.locator("#chat .turn")
    count = turns.count()
    act()
    expect(turns).to_have_count(count + 1)
    expect(turns.last).to_have_class(re.compile("answered|problem"))
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    return turns.nth(count)


def chips(page: Page) -> Locator:
    return page.get_by_role("list", name="Filters that are set").get_by_role("button")


def in_address(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", [1440, 390])
def test_timeline(open_page: OpenPage, url: str, width: int) -> None:
    page = open_page(url, viewport={"width": width, "height": 844}, reduced_motion="reduce")
    turn = ask(page, TIMELINE.question)
    expect(turn.locator(".byline")).to_have_text("as of 14 March 2026 · Gazette · 3 sources")
    section = turn.get_by_role("group", name="What the articles say, newest first")
    rows = section.get_by_role("list", name="By date, newest first").get_by_role("listitem")
    expect(rows.locator(".value")).to_have_text([re.compile(name) for name in ("Ada Lind", "Petra Moss", "Jon Vale")])
    expect(rows.locator(".when")).to_have_text(["14 March 2026", "14 March 2026", "2024"])
    expect(section.locator("[aria-current=true]")).to_have_text(re.compile("Ada Lindqvist.*The answer"))
    expect(rows.nth(1)).to_contain_text("On the same day others say")
    expect(rows.nth(1)).to_contain_text("Tide <b>Times · 2 sources")
    undated = section.get_by_role("list", name="Date unknown").get_by_role("listitem")
    expect(undated).to_contain_text("Old Brandt")

    said = rows.nth(2).locator("blockquote")
    expect(said).to_be_hidden()
    rows.nth(2).locator("summary").press("Enter")
    expect(said).to_contain_text("The keeper of the lighthouse is Jon Vale.")
    assert fits(page)
    marker = rows.nth(2).get_by_role("button", name="Source 3: Keeper named")
    marker.click()
    expect(page.get_by_role("dialog").locator("mark.here")).to_have_text("Jon Vale")
    page.keyboard.press("Escape")
    expect(marker).to_be_focused()


def test_axe_finds_nothing_in_two_timelines(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    for _ in range(2):
        ask(page, TIMELINE.question)
    expect(page.get_by_role("group", name="What the articles say, newest first")).to_have_count(2)
    found = Axe().run(page)
    assert [violation["id"] for violation in found.response["violations"]] == []


def test_one_value_is_one_line(open_page: OpenPage, url: str) -> None:
    turn = ask(open_page(url), REWRITTEN.question)
    expect(turn.locator(".answer")).to_contain_text("Jon Vale")
    expect(turn.locator(".timeline")).to_have_count(0)


def test_what_was_searched_for_can_be_changed_and_the_dates_are_said(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    turn = ask(page, REWRITTEN.question)
    expect(turn.locator(".quiet")).to_contain_text("Searched for: Who kept the lighthouse in May 2024?")
    expect(turn.locator(".quiet")).to_contain_text("Dates asked about: May 2024 (“then”)")
    turn.get_by_role("button", name="Change what is searched for").click()
    box = page.get_by_label("Your question")
    expect(box).to_be_focused()
    expect(box).to_have_value("Who kept the lighthouse in May 2024?")
    page.keyboard.type(" Please")  # at the end
    corrected = expect_turn(page, lambda: box.press("Enter"))
    expect(corrected.locator(".asked")).to_have_text("Who kept the lighthouse in May 2024? Please")


def test_says_which_dates_it_has_nothing_for(open_page: OpenPage, url: str) -> None:
    turn = ask(open_page(url), OUTSIDE_DATES.question)
    expect(turn.locator(".missing")).to_have_text("Nothing for these dates: 2011 (“in 2011”)")
    expect(turn.locator(".byline")).to_have_text("The articles on it are of 2025.")
    expect(turn.locator(".tools")).to_be_visible()
    expect(turn.get_by_text("Dates asked about")).to_have_count(0)


def test_asks_which_one_is_meant(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    which = ask(page, UNCLEAR.question).get_by_role("group", name="Which one do you mean?")
    expect(which.get_by_role("button")).to_have_text(["Ada <i>Lindqvist", "the lighthouse"])
    reading = which.get_by_role("button", name="Ada <i>Lindqvist")
    expect(reading).to_have_accessible_description(KEEPER)
    chosen = expect_turn(page, lambda: reading.press("Enter"))
    expect(chosen.locator(".asked")).to_have_text(KEEPER)
    expect(chosen.locator(".answer")).not_to_contain_text("do not say")


def test_filters_narrow_the_questions_from_then_on_and_are_kept(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    page.get_by_role("button", name="Outlets", exact=True).press("Enter")
    page.get_by_label("Find outlets").fill("tide")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.get_by_role("checkbox", name="Tide <b>Times 1 article").check()
    page.get_by_label("Find outlets").fill("")
    page.get_by_role("checkbox", name="Harbour Sun").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("checkbox")).to_have_count(0)
    page.get_by_label("Until", exact=True).fill("2025")
    page.get_by_label("Until", exact=True).press("Enter")
    expect(chips(page)).to_have_text([re.compile(label) for label in ("Tide <b>Times", "Harbour Sun", "Until 2025")])
    kept = {"outlet": ["Tide <b>Times", "Harbour Sun"], "until": ["2025"]}
    assert in_address(page) == kept

    turn = ask(page, KEEPER)
    expect(turn.locator(".answer")).to_contain_text("Jon Vale")
    expect(turn.locator(".quiet")).to_contain_text("Filtered: Tide <b>Times, Harbour Sun, until 31 December 2025")

    page = open_page(url, f"?{urlsplit(page.url).query}")  # as a reload, or who gets the link
    expect(chips(page)).to_have_count(3)
    expect(page.get_by_label("Until", exact=True)).to_have_value("2025")
    assert in_address(page) == kept
    expect(ask(page, KEEPER).locator(".answer")).to_contain_text("Jon Vale")

    chips(page).nth(1).press("Delete")
    expect(chips(page)).to_have_count(2)
    expect(chips(page).nth(1)).to_be_focused()
    page.get_by_role("button", name="Clear all").click()
    expect(chips(page)).to_have_count(0)
    expect(page.get_by_label("Until", exact=True)).to_have_value("")
    assert in_address(page) == {}
    expect(ask(page, KEEPER).get_by_text("Filtered")).to_have_count(0)


def test_asks_again_without_filters(open_page: OpenPage, url: str) -> None:
    page = open_page(url, "?outlet=Harbour+Sun")
    expect(chips(page)).to_have_count(1)
    turn = ask(page, HIDDEN.question)
    expect(turn.locator(".outside")).to_contain_text(
        "Outside your filters, New keeper (14 March 2026) says: Ada Lindqvist"
    )
    turn.get_by_role("button", name="New keeper").click()
    expect(page.get_by_role("dialog")).to_contain_text("The keeper of the lighthouse is Ada Lindqvist.")
    page.keyboard.press("Escape")
    whole = expect_turn(page, turn.get_by_role("button", name="Ask without filters").click)
    expect(whole.locator(".asked")).to_have_text(KEEPER)
    expect(whole.locator(".quiet")).not_to_contain_text("Filtered")
    expect(chips(page)).to_have_count(1)  # only that question was asked without

    nothing = ask(page, HEIGHT)
    expect(nothing.locator(".answer")).to_contain_text("do not say")
    expect(nothing.get_by_role("button", name="Ask without filters")).to_be_visible()


def test_wrong_dates_are_told_in_one_line_and_nothing_is_lost(open_page: OpenPage, url: str) -> None:
    page = open_page(url, "?outlet=Gazette&since=2026-13")
    line = page.locator("#filters [role=alert]")
    expect(line).to_contain_text("2026-13")
    expect(chips(page)).to_have_text([re.compile("Gazette"), re.compile("Since 2026-13")])
    turn = ask(page, KEEPER)
    expect(turn.locator(".problem")).to_contain_text("2026-13")
    page.get_by_label("Since", exact=True).fill("2026-03")
    page.get_by_label("Since", exact=True).press("Enter")
    expect(line).to_be_empty()
    again = expect_turn(page, turn.get_by_role("button", name="Ask again").click)
    expect(again.locator(".answer")).to_contain_text("Ada Lindqvist")
    assert in_address(page) == {"outlet": ["Gazette"], "since": ["2026-03"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_filters_fold_on_a_narrow_screen(open_page: OpenPage, url: str, scheme: str) -> None:
    page = open_page(url, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    outlets, fold = (page.get_by_role("button", name=name, exact=True) for name in ("Outlets", "Filters"))
    expect(outlets).to_be_hidden()
    fold.click()
    outlets.click()
    expect(page.get_by_role("checkbox")).to_have_count(4)
    for box in page.get_by_role("checkbox").all():
        box.check()
    expect(chips(page)).to_have_count(4)
    assert fits(page)
    page.get_by_label("Your question").focus()
    expect(outlets).to_be_hidden()
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_label("Your question")).to_be_in_viewport()
    assert fits(page)
