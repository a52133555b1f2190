"""The Articles view: the list, adding files, removing articles. What happens stands in library.py."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.errors import DatelineError
from ingest.pipeline import Report
from ui.library import Library
from ui.offline import gradio as gr
from ui.theme import drawn
from ui.uploads import FORMATS, MOST_FILE_BYTES, MOST_FILES, check_uploads

__all__ = ["articles_view"]

_numbers = itertools.count()
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def articles_view(library: Library, received_in: Path, opened: Any) -> Any:
    """Lay out and wire the view; `opened` is its tab. Return the component, whose change means new contents.

    Files that the browser sends arrive in `received_in`.
    """

    def list_articles(wanted: object) -> dict[str, Any]:
        return library.page(wanted)

    limits = {"formats": list(FORMATS), "bytes": MOST_FILE_BYTES, "files": MOST_FILES}
    view = drawn("articles", _now(library), server_functions=[list_articles], limits=limits)

    def add(sent: gr.EventData) -> Iterator[dict[str, Any]]:
        try:
            uploads = check_uploads(getattr(sent, "files", None), received_in)
            for done, report in enumerate(library.add(uploads), start=1):
                yield _now(library, done=done, files=len(uploads), report=_report_view(report))
        except DatelineError as error:
            yield _now(library, problem=str(error))

    def remove(sent: gr.EventData) -> dict[str, Any]:
        try:
            return _now(library, removed=library.remove(getattr(sent, "ids", None)))
        except DatelineError as error:
            return _now(library, problem=str(error))

    # One after the other: the archive has one writer.
    view.add_files(add, None, [view], concurrency_limit=1, concurrency_id="write", **_QUIET)
    view.remove_articles(remove, None, [view], concurrency_limit=1, concurrency_id="write", **_QUIET)
    opened.select(lambda: _now(library), None, [view], queue=False, **_QUIET)
    return view


def _now(library: Library, **news: Any) -> dict[str, Any]:
    """Return the news for the page. Each has its own number: the page hears only of values that differ."""
    return {"version": library.version(), "number": next(_numbers), **news}


def _report_view(report: Report) -> dict[str, Any]:
    return {
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "failed": [{"source": failure.source, "reason": failure.reason} for failure in report.failed],
    }
