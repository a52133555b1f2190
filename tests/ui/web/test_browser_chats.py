"""Chats in Chromium: kept in the browser, found again, edited, judged, taken out of the page, and used by keyboard."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from ui.web.app import create_app
from ui.web.feedback import read_judgements

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
ServeApp = Callable[[FastAPI], str]

KEEPER = "Who is the keeper of the lighthouse?"
HEIGHT = "How high is the lighthouse?"
STORKS = "How many storks were counted?"
ATTACK = "<img src=x onerror=window.hacked=1> **bold** [x](javascript:alert(1)) ${window.hacked=2}"
ARTICLES = [
    Article("k1", "New keeper", "The keeper of the lighthouse is Ada Lindqvist. She was chosen in May, the port said."
            " Jon Vale was elected mayor of Marlow.", "a", "https://gazette.example/keeper", "2026-03-14", "Gazette"),
    Article("k2", f"Survey {ATTACK}", "The lighthouse is 41 metres high, the survey found.", "b", "javascript:alert(1)",
            "2025-11-03", "Tide <b>Times"),
    Article("k3", "Storks return", "Volunteers counted 612 storks in May.", "c", None, "2025-05-09"),
    Article("k4", "عودة", "عدد القوارب في الميناء 45 قاربا، قال الميناء.", "d", None, "2025-05-09", "الميناء"),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chats") / "archive"


@pytest.fixture(scope="module")
def url(serve_unchanged: ServeApp, folder: Path) -> str:
    with Archive.open(folder, create=True) as archive:
        add_articles(archive, ARTICLES)
    return serve_unchanged(create_app(folder, reader="fast"))


def turns(page: Page) -> Locator:
    return page.locator("#chat .turn")


def ask(page: Page, question: str) -> Locator:
    count = turns(page).count()
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    expect(turns(page)).to_have_count(count + 1)
    return answered(page).nth(count)


def answered(page: Page) -> Locator:
    expect(page.locator("#chat .turn:not(.answered, .problem)")).to_have_count(0)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    return turns(page)


def reloaded(page: Page, count: int) -> None:
    """Wait until all turns are kept, and load the page again."""
    page.wait_for_function(KEPT, arg=count)
    page.reload()
    expect(page.get_by_label("Your question")).to_be_visible()


KEPT = """count => new Promise((resolve) => {
  const opened = indexedDB.open("dateline", 1);
  opened.onsuccess = () => {
    const all = opened.result.transaction("turns").objectStore("turns").getAll();
    all.onsuccess = () => {
      opened.result.close();
      resolve(all.result.filter((turn) => turn.state === "answered").length === count);
    };
  };
})"""

PUT = """({ chats, turns }) => new Promise((resolve) => {
  const opened = indexedDB.open("dateline", 1);
  opened.onsuccess = () => {
    const transaction = opened.result.transaction(["chats", "turns"], "readwrite");
    chats.forEach((chat) => transaction.objectStore("chats").put(chat));
    turns.forEach((turn) => transaction.objectStore("turns").put(turn));
    transaction.oncomplete = () => { opened.result.close(); resolve(); };
  };
})"""

ALL = """() => new Promise((resolve) => {
  const opened = indexedDB.open("dateline", 1);
  opened.onsuccess = () => {
    const all = opened.result.transaction("turns").objectStore("turns").getAll();
    all.onsuccess = () => { opened.result.close(); resolve(all.result); };
  };
})"""

TYPING = """async () => {
  const box = document.querySelector("#question textarea");
  const times = [];
  for (let index = 0; index < 20; index++) {
    const start = performance.now();
    box.value += "x";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.getBoundingClientRect();
    times.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  return times.sort((one, two) => one - two)[10];
}"""


def drawer(page: Page) -> Locator:
    page.get_by_role("button", name="Chats", exact=True).click()
    dialog = page.get_by_role("dialog", name="Chats")
    expect(dialog).to_be_visible()
    return dialog


def test_chats_survive_a_reload_and_are_renamed_found_deleted_and_brought_back(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    ask(page, KEEPER)
    page.get_by_role("button", name="New chat").click()
    expect(turns(page)).to_have_count(0)
    ask(page, STORKS)
    reloaded(page, 2)
    expect(turns(page)).to_have_count(1)
    expect(turns(page).locator(".answer")).to_contain_text("612")
    expect(page.locator("#sources .card mark").first).to_have_text("612")

    dialog = drawer(page)
    names = dialog.locator(".name")
    expect(names).to_have_text([STORKS, KEEPER])
    dialog.get_by_role("button", name=f"Rename {KEEPER}").click()
    dialog.get_by_label("New name").fill("The <b>light")
    dialog.get_by_label("New name").press("Enter")
    expect(names).to_have_text([STORKS, "The <b>light"])
    dialog.get_by_label("Search chats").fill("lindqvist KEEPER")  # what was said, not only the name
    expect(names).to_have_text(["The <b>light"])
    names.click()
    expect(turns(page).locator(".answer")).to_contain_text("Ada Lindqvist")
    expect(page.locator(".thread .title")).to_have_text("The <b>light")
    page.go_back()
    expect(turns(page).locator(".answer")).to_contain_text("612")

    dialog = drawer(page)
    dialog.get_by_role("button", name=f"Delete {STORKS}").click()
    expect(names).to_have_text(["The <b>light"])
    expect(turns(page)).to_have_count(0)  # it was open
    dialog.get_by_role("button", name="Undo").click()
    expect(names).to_have_text([STORKS, "The <b>light"])
    names.first.click()
    expect(turns(page).locator(".answer")).to_contain_text("612")


def test_a_question_in_the_middle_is_edited_and_brought_back(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    ask(page, KEEPER)
    ask(page, STORKS)
    turns(page).first.get_by_role("button", name="Edit the question").click()
    box = turns(page).first.get_by_label("Corrected question")
    expect(box).to_have_value(KEEPER)
    expect(turns(page).first.get_by_text("The 1 turn after it is dropped.")).to_be_visible()
    box.press("Escape")
    expect(turns(page).first.get_by_role("heading", name=KEEPER)).to_be_visible()
    turns(page).first.get_by_role("button", name="Edit the question").click()
    box.fill(HEIGHT)
    box.press("Enter")
    expect(turns(page)).to_have_count(1)
    expect(answered(page).locator(".answer")).to_contain_text("41 metres")
    page.get_by_role("button", name="Undo").click()
    expect(turns(page).locator(".asked")).to_have_text([KEEPER, STORKS])
    reloaded(page, 2)
    expect(turns(page).locator(".asked")).to_have_text([KEEPER, STORKS])


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_each_answer_is_brought_to_the_top(open_page: OpenPage, url: str, size: tuple[int, int]) -> None:
    page = open_page(url, viewport={"width": size[0], "height": size[1]})
    for question in (KEEPER, HEIGHT, STORKS, KEEPER, STORKS):
        turn = ask(page, question)
        expect(turn.locator(".asked")).to_be_in_viewport()
        expect(turn.locator(".answer")).to_be_in_viewport()


def test_two_tabs_do_not_overwrite_each_other(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    ask(page, KEEPER)
    page.wait_for_function(KEPT, arg=1)
    other = page.context.new_page()
    other.goto(page.url)
    expect(turns(other)).to_have_count(1)
    ask(other, STORKS)
    expect(turns(page).locator(".asked")).to_have_text([KEEPER, STORKS])
    ask(page, HEIGHT)
    expect(turns(other).locator(".asked")).to_have_text([KEEPER, STORKS, HEIGHT])
    reloaded(page, 3)
    expect(turns(page).locator(".asked")).to_have_text([KEEPER, STORKS, HEIGHT])


def test_nothing_begins_before_every_part_of_the_page_listens(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    page.evaluate("""() => {
      window.ready = [];
      dateline.listening("chats", "running", "sources").then(() => window.ready.push("drawn"));
      dateline.listening("chats", "late", "later").then(() => window.ready.push("late"));
    }""")
    page.evaluate("() => dateline.on('late', () => {})")
    assert page.evaluate("() => window.ready") == ["drawn"]
    page.evaluate("() => dateline.on('later', () => {})")
    assert page.evaluate("() => window.ready") == ["drawn", "late"]


def test_a_question_can_be_stopped_before_the_server_took_it(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    page.route("**/gradio_api/queue/join*", lambda _: None)  # it waits until nobody intercepts it
    box = page.get_by_label("Your question")
    box.fill(KEEPER)
    box.press("Enter")
    with page.expect_response("**/gradio_api/cancel") as cancelled:
        page.get_by_role("button", name="Stop").click()
    assert cancelled.value.ok
    expect(turns(page).locator(".problem")).to_have_text("Stopped.")
    page.unroute_all()
    expect(ask(page, STORKS).locator(".answer")).to_contain_text("612")


# The store answers once only when `go` is called, and a tab that is not there says that it went on with the chat.
SLOW_STORE = """chat => {
  const { turns } = dateline.store;
  dateline.store.turns = async (id) => {
    dateline.store.turns = turns;
    const its = await turns(id);
    await new Promise((resolve) => { window.go = resolve; });
    return its;
  };
  new BroadcastChannel("dateline").postMessage({ chat });
}"""


@pytest.mark.parametrize("when", ["on its way", "answered"])
def test_a_question_asked_while_another_tabs_turns_are_read_is_not_lost(
    open_page: OpenPage, url: str, when: str
) -> None:
    page = open_page(url)
    ask(page, KEEPER)
    page.wait_for_function(KEPT, arg=1)
    (first,) = page.evaluate(ALL)
    page.evaluate(SLOW_STORE, first["chat"])
    page.wait_for_function("() => !!window.go")
    if when == "on its way":
        page.route("**/gradio_api/queue/join*", lambda _: None)  # it waits until nobody intercepts it
    box = page.get_by_label("Your question")
    box.fill(STORKS)
    box.press("Enter")
    expect(turns(page)).to_have_count(2)
    if when == "answered":
        page.wait_for_function(KEPT, arg=2)
    page.evaluate(PUT, {"chats": [], "turns": [{**first, "id": "o1", "at": first["at"] + 1, "question": HEIGHT}]})
    page.evaluate("() => window.go()")
    page.unroute_all()
    expect(turns(page).locator(".asked")).to_have_text([KEEPER, HEIGHT, STORKS])
    expect(answered(page).nth(2).locator(".answer")).to_contain_text("612")


def test_what_is_planted_in_the_store_is_passed_over_piece_by_piece(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    ask(page, KEEPER)
    page.wait_for_function(KEPT, arg=1)
    (good,) = page.evaluate(ALL)
    chat = {"id": good["chat"], "title": ATTACK, "made": 1, "changed": 2}
    bad = [
        {**good, "id": "b1", "answer": {**good["answer"], "citations": "all", "text": 7}},
        {**good, "id": "b2", "answer": None},
        {"id": "b3", "chat": good["chat"]},
        {**good, "id": "b4", "at": "now"},
        {**good, "id": "b5", "question": "x" * 300_000},
    ]
    planted = [
        {**good, "id": "p1", "at": good["at"] + 1, "question": ATTACK, "state": "waiting", "answer": None},
        {**good, "id": "p2", "at": good["at"] + 2, "answer": {**good["answer"], "text": ATTACK, "timeline": ["?"]}},
    ]
    chats = [chat, {"id": "c2", "title": {"a": 1}, "made": 1, "changed": 1}, {"id": "c3"}]
    page.evaluate(PUT, {"chats": chats, "turns": [*bad, *planted]})
    page.reload()
    expect(turns(page)).to_have_count(3)
    expect(turns(page).nth(1).locator(".problem")).to_have_text("Stopped.")
    expect(turns(page).nth(2).locator(".answer")).to_contain_text(ATTACK)
    expect(drawer(page).locator(".name")).to_have_text([ATTACK])
    assert page.evaluate("window.hacked") is None
    page.keyboard.press("Escape")
    expect(ask(page, STORKS).locator(".answer")).to_contain_text("612")


def test_a_long_chat_stays_quick(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    ask(page, KEEPER)
    page.wait_for_function(KEPT, arg=1)
    (good,) = page.evaluate(ALL)
    many = [{**good, "id": f"t{number}", "at": good["at"] - 1000 + number} for number in range(99)]
    page.evaluate(PUT, {"chats": [], "turns": many})
    before = page.evaluate(TYPING)
    page.reload()
    expect(turns(page)).to_have_count(100)
    expect(page.get_by_label("Your question")).to_be_editable()
    page.get_by_label("Your question").focus()
    assert page.evaluate(TYPING) < 10 * before + 20  # milliseconds: both on this machine, as busy as it is
    page.get_by_label("Your question").fill("")
    box = page.get_by_label("Your question")
    box.fill(STORKS)
    box.press("Enter")
    expect(turns(page).last.locator(".answer")).to_contain_text("612")
    expect(turns(page)).to_have_count(100)  # the oldest made room


def test_nothing_is_sent_while_a_question_is_typed(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    expect(page.locator("#welcome .headline").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_label("Your question").press_sequentially("Who is the keeper", delay=5)
    expect(page.get_by_label("Your question")).to_have_value("Who is the keeper")
    assert sent == []


def test_an_answer_is_copied_with_its_sources(open_page: OpenPage, url: str) -> None:
    page = open_page(url, permissions=["clipboard-read", "clipboard-write"])
    ask(page, KEEPER).get_by_role("button", name="Copy the answer with its sources").click()
    expect(page.locator("#notices")).to_contain_text("Copied, with its sources.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{KEEPER}\n\nAda Lindqvist [1]\n\nas of 14 March 2026")
    assert "[1] The keeper of the lighthouse is Ada Lindqvist.\nNew keeper. Gazette, 14 March 2026" in copied
    assert "https://gazette.example/keeper" in copied
    ask(page, HEIGHT).get_by_role("button", name="Copy the answer with its sources").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('41 metres')")
    assert "javascript:alert(1)\n" not in page.evaluate("navigator.clipboard.readText()")


def test_a_link_asks_again_in_a_new_chat(open_page: OpenPage, url: str) -> None:
    page = open_page(url, "?until=2026", permissions=["clipboard-read", "clipboard-write"])
    expect(page.get_by_role("button", name="Remove the filter Until")).to_be_visible()
    ask(page, KEEPER).get_by_role("button", name="Copy a link that asks this again").click()
    expect(page.locator("#notices")).to_contain_text("Copied a link.")
    link = page.evaluate("navigator.clipboard.readText()")
    asked = parse_qs(urlsplit(link).query)
    assert asked["q"] == [KEEPER]
    assert asked["until"] == ["2026"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", asked["now"][0])
    other = open_page(url, f"?{urlsplit(link).query}")
    expect(answered(other).locator(".answer")).to_contain_text("Ada Lindqvist")
    expect(turns(other).get_by_text("Filtered: until 31 December 2026")).to_be_visible()
    assert "q" not in parse_qs(urlsplit(other.url).query)
    reloaded(other, 1)
    expect(turns(other)).to_have_count(1)  # it is kept, and not asked again


def test_a_chat_is_exported_with_its_citations(open_page: OpenPage, url: str, tmp_path: Path) -> None:
    page = open_page(url)
    ask(page, KEEPER)
    ask(page, HEIGHT)

    def saved(kind: str) -> str:
        page.locator(".exports summary").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        return path.read_text(encoding="utf-8")

    chat = json.loads(saved("JSON"))
    texts = {article.id: article.text for article in ARTICLES}
    cited = [citation for turn in chat["turns"] for citation in turn["citations"]]
    assert {citation["article"] for citation in cited} == {"k1", "k2"}
    for citation in cited:
        text = texts[citation["article"]]
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert text[citation["sentence_start"] : citation["sentence_end"]] == citation["sentence"]

    markdown = saved("Markdown")
    assert f"## {KEEPER}" in markdown
    assert "**Ada Lindqvist**" in markdown
    assert "\\<img src\\=x" in markdown
    assert "[x](javascript" not in markdown.replace("\\[x\\](", "")

    html = saved("Web page")
    exported = page.context.new_page()
    exported.set_content(html)
    expect(exported.locator("blockquote mark").first).to_have_text("Ada Lindqvist")
    expect(exported.get_by_text(ATTACK)).to_be_visible()
    expect(exported.locator("img, script, iframe")).to_have_count(0)
    assert exported.locator("a").evaluate_all("links => links.map((link) => link.href)") == [
        "https://gazette.example/keeper"
    ]


def test_a_thumb_with_its_reason_reaches_the_server(open_page: OpenPage, url: str, folder: Path) -> None:
    page = open_page(url)
    turn = ask(page, KEEPER)
    turn.get_by_role("button", name="This is right").click()
    expect(turn.get_by_role("button", name="This is right")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#notices")).to_contain_text("Noted")
    assert read_judgements(folder)[-1].verdict == "up"
    turn.get_by_role("button", name="This is wrong").press("Enter")
    expect(turn.get_by_role("checkbox").first).to_be_focused()
    turn.get_by_label("Out of date").check()
    turn.get_by_label("In your own words").fill("She left <b>in May")
    turn.get_by_role("button", name="Send").click()
    expect(turn.get_by_role("checkbox")).to_have_count(0)
    given = read_judgements(folder)[-1]
    assert (given.verdict, given.reasons, given.words) == ("down", ("date",), "She left <b>in May")
    assert [place["quote"] for place in given.evidence] == ["Ada Lindqvist"]
    reloaded(page, 1)
    expect(page.get_by_role("button", name="This is wrong")).to_have_attribute("aria-pressed", "true")


def test_what_is_suggested_is_answered(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    ask(page, KEEPER)
    suggested = page.get_by_role("group", name="Ask next").get_by_role("button")
    expect(suggested.first).to_be_visible()
    question = suggested.first.inner_text()
    suggested.first.click()
    expect(turns(page)).to_have_count(2)
    expect(answered(page).last.locator(".asked")).to_have_text(question)
    expect(turns(page).last.locator(".marker")).not_to_have_count(0)


def test_by_keyboard_alone(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    keys = page.keyboard
    page.mouse.click(2, 2)  # the box has the focus at first; from here on there is no mouse
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the question")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_label("Your question")).to_be_focused()
    for question in (KEEPER, STORKS):
        keys.type(question)
        keys.press("Enter")
        expect(page.get_by_label("Your question")).to_have_value("")
        answered(page)
        expect(page.get_by_label("Your question")).to_be_focused()
    expect(page.locator("#said")).to_contain_text("612. as of")
    keys.type("j/?")  # letters, while something is typed
    expect(page.get_by_label("Your question")).to_have_value("j/?")
    page.evaluate("document.activeElement.blur()")
    keys.press("k")
    keys.press("k")
    expect(turns(page).first).to_be_focused()
    keys.press("j")
    expect(turns(page).last).to_be_focused()
    keys.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_.get_by_text("Search chats")).to_be_visible()
    keys.press("Escape")
    expect(turns(page).last).to_be_focused()
    keys.press("s")
    expect(page.get_by_label("Search chats")).to_be_focused()
    keys.type("keeper")
    expect(page.locator(".drawer .name")).to_have_text([KEEPER])
    keys.press("Escape")
    if page.get_by_role("dialog", name="Chats").is_visible():  # the first Escape clears the search
        keys.press("Escape")
    expect(page.get_by_role("dialog", name="Chats")).to_be_hidden()
    keys.press("n")
    expect(turns(page)).to_have_count(0)
    expect(page.get_by_label("Your question")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    keys.press("?")
    help_.get_by_label("Single-key shortcuts").press("Space")
    keys.press("Escape")
    keys.press("?")
    expect(help_).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").press("Enter")
    expect(help_.get_by_label("Single-key shortcuts")).not_to_be_checked()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_axe_finds_nothing(open_page: OpenPage, url: str, size: tuple[int, int], scheme: str) -> None:
    viewport = {"width": size[0], "height": size[1]}
    page = open_page(url, viewport=viewport, color_scheme=scheme, reduced_motion="reduce")

    def check(view: str) -> None:
        results = Axe().run(page)
        found = [
            (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
            for violation in results.response["violations"]
        ]
        assert (view, found) == (view, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view

    check("welcome")
    turn = ask(page, KEEPER)
    turn.get_by_role("button", name="This is wrong").click()
    expect(turn.get_by_role("checkbox").first).to_be_focused()
    check("answer")
    ask(page, "كم عدد القوارب؟")
    turn.get_by_role("button", name="Edit the question").click()
    check("edit")
    page.keyboard.press("Escape")
    dialog = drawer(page)
    expect(dialog.locator(".name")).to_have_count(1)
    check("chats")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    check("keys")


def test_a_server_that_has_stopped_is_told_and_what_was_asked_is_kept(open_page: OpenPage, url: str) -> None:
    page = open_page(url).context.new_page()  # one whose console may tell of what cannot be reached
    page.goto(url)
    ask(page, KEEPER)
    page.route("**/*", lambda route: route.abort())
    page.get_by_label("Your question").fill(STORKS)
    page.get_by_label("Your question").press("Enter")
    expect(turns(page).last.locator(".problem")).to_contain_text("The answer did not come")
    page.unroute_all()
    page.reload()
    turns(page).last.get_by_role("button", name="Ask again").click()
    expect(turns(page)).to_have_count(3)
    expect(answered(page).last.locator(".answer")).to_contain_text("612")
