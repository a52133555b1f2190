"""The article beside or over the chat, in Chromium: at the words, from citation to citation, found in, cited."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from qa.types import Answer, ArticleRef, Citation, Other, Seconds
from tests.ui.assistants import Directed, Steps
from ui.web.app import app_over

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
ServeApp = Callable[[FastAPI], str]

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
COST = "What did the bridge cost?"
LENGTH = "How long is the bridge?"
FILLER = "\n\n".join(f"Paragraph {number} tells of the harbour and its tides." for number in range(60))
LONG = f"{FILLER}\n\nThe bridge cost 41 million euros.\n\n{FILLER}\n\nIt is 812 metres long."
LAMPS = " ".join(f"Lamp {number} on the quay was lit by the keeper." for number in range(20))
BUDGET = "The budget of the bridge was 38 million euros."
ARTICLES = [
    Article("a1", "Bridge reopens", LONG, "b.txt", "https://harbour.example/bridge", "2026-03-14", "Harbour Weekly"),
    Article("a2", "Bridge budget", BUDGET, "c.txt", "javascript:alert(1)", "2025-01-02"),
    Article("c1", "The lamps of the quay", LAMPS, "g.txt", None, "2026-02-01", "Harbour Weekly"),
    Article("c2", "Lamps lit on the quay", LAMPS, "h.txt", None, "2026-02-02", "Halvern Post"),
    Article("c3", "Quay lamps", LAMPS, "i.txt", None, "2026-02-03", "Coast Courier"),
    Article("a3", "الجسر مفتوح", "BBC: بلغت تكلفة الجسر 45 مليون يورو. قال الميناء ذلك يوم السبت.", "d.txt"),
    Article("big", "Long read", ("lorem ipsum " * 4 + "\n\n") * 20_000 + "The end of it.", "e.txt"),
    Article("word", "One word", "x" * 1_000_000, "f.txt"),
]  # fmt: skip
BY_ID = {article.id: article for article in ARTICLES}


def cited(number: int, id_: str, quote: str) -> Citation:
    article = BY_ID[id_]
    start = article.text.index(quote)
    end = start + len(quote)
    ref = ArticleRef(id_, article.title, article.source, article.url, article.published, article.outlet)
    return Citation(number, ref, quote, start, end, quote, start, end)


def answer(question: str, *found: Citation, others: tuple[Other, ...] = ()) -> Answer:
    return Answer(question, question, True, found[0].quote, 0.9, found, others, (), None, Seconds(0, 0, 0))


class Prepared(Directed):
    """The real assistant, but for questions whose answers are prepared: here it is shown what they cite."""

    def direct(self, question: str, steps: Steps) -> Steps:
        budget = Other("38 million", "2025-01-02", 0.5, (cited(2, "a2", "38 million"),))
        arabic = Other("45", None, 0.5, (cited(3, "a3", "45 مليون"),))
        if question == COST:
            yield answer(question, cited(1, "a1", "41 million"), others=(budget, arabic))
        elif question == LENGTH:
            yield answer(question, cited(1, "a1", "812 metres"))
        else:
            yield from steps


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, serve_unchanged: ServeApp) -> str:
    archive = Archive.open(tmp_path_factory.mktemp("reader") / "archive", create=True)
    add_articles(archive, ARTICLES[:6])
    with archive.writing():
        for article in ARTICLES[6:]:
            archive.put(article)  # embedding a megabyte takes a minute
    return serve_unchanged(app_over(archive, Prepared(archive)))


def ask(page: Page, question: str) -> Locator:
    box = page.get_by_label("Your question")
    count = page.locator("#chat .turn").count()
    box.fill(question)
    box.press("Enter")
    turn = page.locator("#chat .turn").nth(count)
    expect(turn.locator(".marker").first).to_be_visible()
    return turn


def open_first(page: Page, question: str = COST) -> Locator:
    """Ask, open the article at the first marker, and return the reader."""
    ask(page, question).locator(".marker").first.click()
    reader = page.locator("dialog.reader")
    expect(reader.locator("mark.here")).to_be_in_viewport()
    return reader


def test_beside_the_chat_on_a_wide_screen(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport=WIDE)
    reader = open_first(page)
    expect(reader.locator("mark.here")).to_have_text("41 million")
    expect(reader.locator("p.cited")).to_have_text("The bridge cost 41 million euros.")
    panel, turn = reader.bounding_box(), page.locator("#chat .turn").bounding_box()
    assert panel
    assert turn
    assert turn["x"] + turn["width"] <= panel["x"]
    ask(page, LENGTH)  # the chat stays usable
    expect(reader.locator("mark.here")).to_have_text("41 million")
    page.locator("#chat .turn").nth(1).locator(".marker").first.click()
    expect(reader.locator("mark.here")).to_have_text("812 metres")
    expect(reader.locator("mark.also")).to_have_text("41 million")  # cited elsewhere in the chat
    expect(reader.locator(".step")).to_have_text("Citation 1 of 1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_over_the_chat_on_a_narrow_one_and_back(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport=NARROW, reduced_motion="reduce")
    reader = open_first(page)
    assert reader.bounding_box() == {"x": 0, "y": 0, **NARROW}
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.set_viewport_size(WIDE)
    expect(reader).to_have_class(re.compile("beside"))
    expect(reader.locator("mark.here")).to_be_in_viewport()
    page.set_viewport_size(NARROW)
    page.wait_for_function("document.querySelector('dialog.reader').matches(':modal')")
    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    expect(page.locator("#chat .marker").first).to_be_focused()


def test_takes_no_focus_once_it_is_closed(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport=WIDE)
    open_first(page)
    went_on = """async () => {  // the browser tells of what was closed only after the next key was pressed
        const dialog = document.querySelector("dialog.reader"), box = document.querySelector("#question textarea");
        const told = new Promise((done) => dialog.addEventListener("close", done));
        dialog.querySelector(".close").click();
        const back = document.activeElement.matches("#chat .marker");
        box.focus();
        await told;
        return [back, document.activeElement === box];
    }"""
    assert page.evaluate(went_on) == [True, True]


def test_closes_by_escape_when_nothing_has_the_focus(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport=NARROW)
    reader = open_first(page)
    find = reader.get_by_role("button", name="Find")
    find.click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(find).to_have_attribute("aria-expanded", "false")
    expect(reader).to_be_visible()
    find.click()
    page.evaluate("document.activeElement.blur()")
    for _ in range(2):  # the second time the browser does not ask
        page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    expect(page.locator("#chat .marker").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(reader.locator("mark.here")).to_be_in_viewport()
    expect(find).to_have_attribute("aria-expanded", "false")


def test_from_citation_to_citation_by_key_and_by_button(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport=WIDE)
    reader = open_first(page)
    step, here = reader.locator(".step"), reader.locator("mark.here")
    expect(step).to_have_text("Citation 1 of 3")
    expect(reader.get_by_role("button", name="Previous citation")).to_be_disabled()
    page.keyboard.press("n")
    expect(step).to_have_text("Citation 2 of 3")
    expect(reader.get_by_role("heading", name="Bridge budget")).to_be_visible()
    expect(here).to_have_text("38 million")
    expect(reader.get_by_role("link")).to_have_count(0)  # javascript: is no address
    reader.get_by_role("button", name="Next citation").click()
    expect(here).to_have_text("45 مليون")
    expect(reader.locator(".text")).to_have_attribute("dir", "rtl")
    page.keyboard.press("n")
    expect(step).to_have_text("Citation 3 of 3")
    page.keyboard.press("p")
    page.keyboard.press("p")
    expect(here).to_have_text("41 million")
    link = reader.get_by_role("link", name="Original page")
    expect(link).to_have_attribute("href", "https://harbour.example/bridge")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    page.keyboard.press("Escape")
    expect(page.locator("#chat .marker").first).to_be_focused()


def test_copies_a_citation(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport=WIDE, permissions=["clipboard-read", "clipboard-write"])
    reader = open_first(page)
    reader.get_by_role("button", name="Cite").click()
    for form, said in (("Plain", "“41 million” — Bridge reopens, Harbour Weekly, 14 March 2026"),
                       ("Markdown", "> 41 million\n>\n> — [Bridge reopens](<https://harbour.example/bridge>)"),
                       ("BibTeX", "title = {{Bridge reopens}}")):  # fmt: skip
        reader.get_by_role("button", name=form).click()
        expect(reader.locator(".cited-as")).to_have_value(re.compile(re.escape(said)))
        reader.get_by_role("button", name="Copy").click()
        expect(reader.locator(".copied")).to_have_text("Copied")
        assert said in page.evaluate("navigator.clipboard.readText()")
    page.keyboard.press("Escape")
    expect(reader.locator(".citing")).to_be_hidden()
    expect(reader).to_be_visible()


def test_leads_to_the_other_articles_of_the_same_story(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport=WIDE)
    reader = open_first(page)
    expect(reader.locator(".copies")).to_be_hidden()
    page.evaluate("dateline.openArticle({ article: 'c1', start: 0, end: 0 }, null)")
    copies = reader.locator(".copies")
    expect(copies).to_contain_text("The same story in 2 more articles")
    expect(copies.get_by_role("listitem")).to_have_text(
        ["Halvern Post 2 February 2026", "Coast Courier 3 February 2026"]
    )
    copies.get_by_role("button", name="Coast Courier").press("Enter")
    expect(reader.get_by_role("heading", name="Quay lamps")).to_be_visible()
    expect(reader.locator(".page")).to_be_focused()
    expect(copies.get_by_role("listitem").first).to_have_text("Harbour Weekly 1 February 2026")


def test_finds_words_in_the_article(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport=WIDE)
    reader = open_first(page)
    page.keyboard.press("f")
    box, hits = reader.get_by_role("searchbox"), reader.locator(".hits")
    expect(box).to_be_focused()
    box.fill("COST 41 million EUROS")  # over the marked words
    expect(hits).to_have_text("1 of 1")
    box.fill("paragraph 59")
    expect(hits).to_have_text("1 of 2")
    expect(reader.get_by_text("Paragraph 59 tells").first).to_be_in_viewport()
    box.press("Enter")
    expect(hits).to_have_text("2 of 2")
    expect(reader.get_by_text("Paragraph 59 tells").last).to_be_in_viewport()
    box.fill("(.*")
    expect(hits).to_have_text("Not in this article")
    box.press("Escape")
    expect(reader.get_by_role("button", name="Find", exact=True)).to_be_focused()


@pytest.mark.parametrize("id_", ["big", "word"])
def test_what_is_around_the_words_of_a_huge_article_is_drawn_first(open_page: OpenPage, url: str, id_: str) -> None:
    page = open_page(url, viewport=NARROW)
    middle = len(BY_ID[id_].text) // 2
    letters = page.evaluate(
        """([article, start]) => new Promise((told) => {
            const text = document.querySelector("dialog.reader .text");
            const drawn = () => text.querySelector("mark.here") && told(text.textContent.length);
            new MutationObserver(drawn).observe(text, { childList: true, subtree: true });
            dateline.openArticle({ article, start, end: start + 5 }, null);
        })""",
        [id_, middle],
    )
    expect(page.locator("mark.here").first).to_be_in_viewport()
    assert letters < len(BY_ID[id_].text) / 5
    body = "document.querySelector('dialog.reader .text').textContent.length"
    page.wait_for_function(f"{body} > {len(BY_ID[id_].text) * 0.9}")  # the rest follows
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_prints_the_article_alone(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport=WIDE)
    reader = open_first(page)
    page.emulate_media(media="print")
    expect(reader.locator("h2")).to_be_visible()
    expect(page.locator("#views")).to_be_hidden()
    expect(reader.locator(".bar")).to_be_hidden()
    shown = page.evaluate("document.querySelector('dialog.reader').getBoundingClientRect().height")
    assert shown > 3000  # all of it, not what a screen holds


# The rules for colours know no width, and those for widths no colours: two of the four show all of them.
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"])
def test_is_for_everyone(open_page: OpenPage, url: str, scheme: str, size: dict[str, int]) -> None:
    page = open_page(url, viewport=size, color_scheme=scheme, reduced_motion="reduce")
    reader = open_first(page)
    reader.get_by_role("button", name="Cite").click()
    expect(reader.locator(".cited-as")).not_to_have_value("")
    reader.get_by_role("button", name="Find", exact=True).click()
    found = Axe().run(page, context="dialog.reader", options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
