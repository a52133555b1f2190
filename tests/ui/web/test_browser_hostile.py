"""An archive made to attack the page, in Chromium: nothing runs, nothing breaks, nothing leaves the machine.

The fixtures fail each test on a request to another host, a script error or a console error.
"""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from ingest.archive import Archive
from ingest.article import Article
from ui.web.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
ServeApp = Callable[[FastAPI], str]

ATTACK = (
    "<img src=x onerror='window.hacked=1'><script>window.hacked=2</script>${window.hacked=3}"
    "{{constructor.constructor('window.hacked=4')()}}{{{x}}}<iframe srcdoc='<script>parent.hacked=5</script>'></iframe>"
    "[x](javascript:window.hacked=6) ![y](https://evil.example/y) `</textarea></style></script>"
    "<form action='https://evil.example'><a href='https://evil.example'>z</a> @misc{x, url={https://evil.example}}"
)
TURNS = "\u202egnirts\u2066\u200f\u061c"
URLS = ["javascript:window.hacked=7", "data:text/html,<script>window.hacked=8</script>", "//evil.example", " https://[",
        "https://ok.example/'\"><img src=x onerror=window.hacked=9>"]  # fmt: skip


def article(number: int, mark: str, url: str | None = None) -> Article:
    """An article all of whose facts hold the mark."""
    text = f"The keeper {mark} is Jon Vale.\n\n{mark}"
    return Article(f"{mark[:40]}{number}", f"Lighthouse {mark}", text, f"dir/{mark}", url,
                   "2026-01-02", f"Gazette {mark}", "2026-01-03", mark, mark, mark[:20])  # fmt: skip


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, serve_unchanged: ServeApp) -> str:
    folder = tmp_path_factory.mktemp("hostile") / "archive"
    marks = [
        ATTACK,
        TURNS,
        "w" * 1_000_000,
        "\x00\x07\x1b[31m\x7f\u2028",
        "'\";\n--\r\n\t",
        "__proto__",
        "%s%n../../etc/passwd",
    ]
    with Archive.open(folder, create=True) as archive, archive.writing():
        for number, mark in enumerate(marks):
            archive.put(article(number, mark))
        for number, address in enumerate(URLS, start=20):
            archive.put(article(number, ATTACK[:200] + str(number), address))
    return serve_unchanged(create_app(folder, reader="fast"))


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", [390, 1440])
def test_every_article_opens_as_text(open_page: OpenPage, url: str, width: int) -> None:
    page = open_page(url, viewport={"width": width, "height": 844}, reduced_motion="reduce")
    page.get_by_role("tab", name="Articles").click()
    headlines = page.locator(".articles .rows .headline")
    expect(headlines).to_have_count(12)
    assert fits(page)
    page.get_by_text("As a table").click()
    reader = page.locator("dialog.reader")
    links = set()
    for number in range(12):
        headlines.nth(number).click()
        expect(reader.locator("h2")).to_contain_text("Lighthouse")
        expect(reader.locator(".text p").first).to_contain_text("The keeper")
        reader.get_by_role("button", name="Cite").click()
        expect(reader.locator(".cited-as")).not_to_have_value("")
        assert fits(page)
        links |= set(reader.get_by_role("link").evaluate_all("all => all.map((a) => a.getAttribute('href'))"))
        reader.get_by_role("button", name="Close article").click()
        expect(reader).to_be_hidden()
    assert links == {URLS[-1]}  # the one that is a web address, as an attribute
    assert page.evaluate("window.hacked") is None
    ours = ":not(.finding, .cited-as, .tools, .address)"
    planted = f":is(#reader, #articles) :is(img, script, iframe, form, textarea, style, [onerror]){ours}"
    expect(page.locator(planted)).to_have_count(0)


def test_what_is_found_chosen_and_filtered_is_text(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport={"width": 390, "height": 844})
    page.get_by_role("tab", name="Articles").click()
    rows = page.locator(".articles .rows li")
    expect(rows).to_have_count(12)
    words = page.get_by_label("Search titles")
    for typed, count in (("${window.hacked=3}", 6), ('" OR * NEAR(', 0), ("\u202e", 1), ("keeper is", 12)):
        words.fill(typed)
        expect(rows).to_have_count(count)
        assert fits(page)
    words.fill("")
    expect(rows).to_have_count(12)
    page.locator(".articles .outlet-bar").first.click()
    expect(page.locator(".articles .chip").first).to_be_visible()
    assert fits(page)
    assert page.evaluate("window.hacked") is None


def test_turned_text_does_not_turn_ours(open_page: OpenPage, url: str) -> None:
    """The date stands right of the outlet, and reads left to right, in the row of a title that turns everything."""
    page = open_page(url, viewport={"width": 1440, "height": 900})
    page.get_by_role("tab", name="Articles").click()
    page.get_by_label("Search titles").fill("\u202e")
    row = page.locator(".articles .rows li")
    expect(row).to_have_count(1)
    for part in ("headline", "outlet", "date"):
        isolated = row.locator(f".{part}").evaluate("node => getComputedStyle(node).unicodeBidi")
        assert isolated in {"isolate", "isolate-override", "plaintext"}, part
    outlet, day = row.locator(".outlet").bounding_box(), row.locator(".date").bounding_box()
    assert outlet
    assert day
    assert outlet["x"] + outlet["width"] <= day["x"]
    expect(row.locator(".date")).to_have_text("2 January 2026")
