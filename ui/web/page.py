"""The page: masthead, the three views, and the reader that each opens an article in."""

import itertools
from pathlib import Path
from typing import Any

from ui.asker import Asker
from ui.views.offline import gradio as gr
from ui.views.theme import drawn
from ui.web.articles import articles_view
from ui.web.chat import ask_view
from ui.web.examples import Examples
from ui.web.library import Library
from ui.web.standing import Standing

__all__ = ["build_page"]

_QUIET: dict[str, Any] = {"queue": False, "api_visibility": "private", "show_progress": "hidden"}
MOST_WAITING = 64  # questions in the queue; the next one is told that the page is busy
# Gradio keeps something of each of its last 10,000 pages, which nobody reads: a page holds its own state. The server
# grew by 41 KB a page. One that is forgotten is taken for a new one, for 3 ms of processor time.
_MOST_PAGES = 128
_looks = itertools.count()  # the page hears only of values that differ


def build_page(library: Library, asker: Asker, received_in: Path, *, login: bool = False) -> Any:
    """Return the Gradio Blocks of the page. Files that the browser sends arrive in `received_in`.

    With `login` there is a way out to /logout.
    """
    examples = Examples(library, asker)
    standing = Standing(library, asker.assistant)

    # The page calls these by their names, each with one argument.
    def watch_news(_: object) -> dict[str, Any]:
        return standing.news()

    def keep_watch(sent: object) -> dict[str, Any]:
        return standing.add(sent)

    def list_watches(_: object) -> dict[str, Any]:
        return standing.list()

    def stop_watch(sent: object) -> dict[str, Any]:
        return standing.stop(sent)

    def watch_again(sent: object) -> dict[str, Any]:
        return standing.back(sent)

    def open_article(place: object) -> dict[str, Any] | None:
        return library.article(place)

    def cite_article(place: object) -> dict[str, str] | None:
        return library.citations(place)

    def overview() -> list[dict[str, Any]]:
        facts = library.overview()
        return [facts, {**facts, "examples": examples.known()}]

    def with_examples() -> dict[str, Any]:
        return {**library.overview(), "examples": examples.find()}

    with gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        masthead = drawn("masthead", login=login, server_functions=[watch_news, keep_watch])
        with gr.Tabs(elem_id="views") as tabs:
            with gr.Tab("Ask", id="ask"):
                welcome, filters = ask_view(library, asker)
            with gr.Tab("Articles", id="articles") as tab:
                articles = articles_view(library, received_in, tab)
            with gr.Tab("Watches", id="watches") as watches_tab:
                watches = drawn("watches", next(_looks), server_functions=[list_watches, stop_watch, watch_again])
                watches_tab.select(lambda: next(_looks), None, [watches], **_QUIET)
        drawn("chats")  # with what is told, in whichever view
        drawn("reader", server_functions=[open_article, cite_article])

        welcome.show_articles(lambda: gr.Tabs(selected="articles"), None, [tabs], **_QUIET)
        page.load(None, None, [filters], js="() => dateline.filtersKept()", **_QUIET)
        shown = page.load(overview, None, [masthead, welcome], **_QUIET)
        shown.then(with_examples, None, [welcome], api_visibility="private", show_progress="hidden")
        for knows in (articles, masthead):
            changed = knows.contents_changed(overview, None, [masthead, welcome], **_QUIET)
            changed.then(with_examples, None, [welcome], api_visibility="private", show_progress="hidden")
    page.queue(max_size=MOST_WAITING)
    page.state_session_capacity = _MOST_PAGES
    return page
