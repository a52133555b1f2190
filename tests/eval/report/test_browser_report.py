"""The report in Chromium, narrow and wide, light and dark."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.eval.report.reports import HOSTILE, full_run, row, suite, written

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of two runs, of which the second has a hostile miss more."""
    folder = tmp_path_factory.mktemp("report")
    first = full_run()
    long = "unbroken" * 60
    bad = [row(f"q{n}", right=False, text=f"{HOSTILE} {long}", sure=0.9) for n in range(6)]
    written(folder, first, {**first, "gold": suite("gold", bad, first["gold"].summary["all"])})
    return folder / "report.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_in_a_browser(browser: Browser, page_file: Path, width: int, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.goto(page_file.as_uri())
    for summary in page.locator("summary").all():
        if not summary.evaluate("node => node.parentElement.open"):
            summary.click()
    assert heard == [page_file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert _too_wide(page, width) == []
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == {"light": "rgb(250, 248, 243)", "dark": "rgb(22, 20, 18)"}[scheme]
    assert page.get_by_role("img", name=re.compile("Risk-coverage curves")).is_visible()
    context.close()


def _too_wide(page: Page, width: int) -> list[str]:
    """Elements that reach beyond the window, but for what stands in a box that scrolls by itself."""
    found: list[str] = page.evaluate(
        """width => [...document.querySelectorAll("body *")]
            .filter(node => !node.closest(".scroll, svg") && node.getBoundingClientRect().right > width + 1)
            .map(node => node.outerHTML.slice(0, 80))""",
        width,
    )
    return found
