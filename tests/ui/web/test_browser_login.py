"""The login in Chromium: in, out again, and what axe-core says of our own plain pages."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from ui.access.rules import Access
from ui.web.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def url(sample_dir: Path, serve_unchanged: Callable[[FastAPI], str]) -> str:
    digest = hashlib.scrypt(PASSWORD.encode(), salt=b"8 or more", n=2**14, r=8, p=1, maxmem=2**26, dklen=32)
    hashed = f"scrypt$16384$8$1${base64.b64encode(b'8 or more').decode()}${base64.b64encode(digest).decode()}"
    return serve_unchanged(create_app(sample_dir, Access(accounts={"ann": hashed}), reader="fast"))


def look(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_in_by_the_login_and_out_by_the_page(browser: Browser, url: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    try:
        page = context.new_page()
        page.goto(f"{url}/?since=2025")
        look(page)
        page.get_by_label("Name").fill("ann")
        page.get_by_label("Password").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("wrong")
        look(page)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#filters .chip")).to_contain_text("2025")  # where it was going
        expect(page.locator(".holdings")).not_to_be_empty()
        look(page)
        page.goto(f"{url}/docs")
        look(page)
        page.goto(f"{url}/")
        page.get_by_role("link", name="Log out").click()
        expect(page.get_by_text("You are logged in as")).to_contain_text("ann")
        look(page)
        page.get_by_role("button", name="Log out").click()
        page.get_by_label("Password").wait_for()
        page.goto(f"{url}/")
        expect(page.get_by_label("Password")).to_be_visible()
    finally:
        context.close()


def test_without_a_login_there_is_no_way_out(browser: Browser, sample_url: str) -> None:
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(sample_url)
        page.get_by_role("button", name="New chat").wait_for()
        expect(page.get_by_role("link", name="Log out")).to_have_count(0)
    finally:
        context.close()
