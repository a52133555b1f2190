"""A browser, the real app on a real port, and pages that may not misbehave."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from ui.web.app import create_app
from ui.web.connections import server_config

expect.set_options(timeout=20_000)

OpenPage = Callable[..., Page]
# What Gradio's client says of a stream (suggestions still being looked for) that ends because the page is left.
CUT_SHORT = (
    "AbortError: signal is aborted without reason",
    "AbortError: BodyStreamBuffer was aborted",
    "Unexpected error Connection errored out.",
)
ServeApp = Callable[[FastAPI], str]


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve the app on a free port and yield its address once it answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(server_config(app, stopping_seconds=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            httpx.get(f"{url}/healthz", timeout=60).raise_for_status()  # waits in the listener's queue until then
            yield url
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def serve_app() -> Iterator[ServeApp]:
    """Serve an app until the test ends; return its address."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(serving(app))


@pytest.fixture(scope="module")
def serve_unchanged() -> Iterator[ServeApp]:
    """As `serve_app`, for an app that all tests of a file use and none changes."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(serving(app))


@pytest.fixture(scope="session")
def sample_url(sample_dir: Path) -> Iterator[str]:
    """The app over the sample articles, read by the fast reader; do not change them."""
    with serving(create_app(sample_dir, reader="fast")) as url:
        yield url


@pytest.fixture(scope="session")
def shipped_url(sample_dir: Path) -> Iterator[str]:
    """As `sample_url`, with everything as shipped: the careful reader reads."""
    with serving(create_app(sample_dir)) as url:
        yield url


@pytest.fixture
def open_page(browser: Browser, serve_app: ServeApp) -> Iterator[OpenPage]:
    """Open an address as a user of its own; fail on other hosts, script errors and console errors.

    It needs `serve_app` only so that pages are closed before their server is.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []
    cut: list[str] = []  # forgiven where the page is left next, or was left just now and the message came late
    left = 0.0

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            own = message.text.startswith(CUT_SHORT)
            if not (own and time.monotonic() - left < 2):
                (cut if own else wrong).append(f"console {message.type}: {message.text}")

    def leave(_: object) -> None:
        nonlocal left
        left = time.monotonic()
        cut.clear()

    def open_(url: str, query: str = "", **settings: object) -> Page:
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        own = (f"{url}/", "data:", "blob:")
        page.on("request", lambda request: request.url.startswith(own) or wrong.append(f"request to {request.url}"))
        page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
        page.on("console", heard)
        page.on("framenavigated", leave)
        page.goto(f"{url}/{query}")
        page.get_by_label("Your question").wait_for()
        expect(page.locator(".holdings")).not_to_be_empty()
        return page

    yield open_
    wrong += cut
    for context in contexts:
        context.close()
    assert wrong == []
