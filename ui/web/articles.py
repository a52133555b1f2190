"""The Articles view: the list, adding, removing. What happens stands in library.py and adding.py."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ingest.errors import DatelineError
from ui.views.offline import gradio as gr
from ui.views.theme import drawn
from ui.web.adding import MOST_ADDRESSES, Progress, addresses_of
from ui.web.library import Library
from ui.web.sending import sent
from ui.web.uploads import FORMATS, MOST_FILE_BYTES, MOST_FILES, check_uploads

__all__ = ["articles_view"]

ADDING_AT_ONCE = 4  # people; the archive has one writer, but reading takes longer
_FAILURES_SHOWN = 200
_numbers = itertools.count()
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def articles_view(library: Library, received_in: Path, opened: Any) -> Any:
    """Lay out and wire the view; `opened` is its tab. Return the component; its `contents_changed` means new contents.

    Files that the browser sends arrive in `received_in`.
    """

    def list_articles(wanted: object) -> dict[str, Any]:
        return library.page(wanted)

    def list_ids(wanted: object) -> list[str]:
        return library.matching_ids(wanted)

    def cancel_adding(job: object) -> None:
        library.adding.cancel(str(job)[:100])

    limits = {"formats": list(FORMATS), "bytes": MOST_FILE_BYTES, "files": MOST_FILES, "addresses": MOST_ADDRESSES}
    view = drawn("articles", _now(library), server_functions=[list_articles, list_ids, cancel_adding], limits=limits)

    def add_files(event: gr.EventData) -> Iterator[dict[str, Any]]:
        job = _job(event)
        yield from _told(
            library, job, lambda: library.adding.files(check_uploads(sent(event, "files"), received_in), job)
        )

    def add_addresses(event: gr.EventData) -> Iterator[dict[str, Any]]:
        job = _job(event)
        yield from _told(library, job, lambda: library.adding.addresses(addresses_of(sent(event, "addresses")), job))

    def restore(event: gr.EventData) -> Iterator[dict[str, Any]]:
        yield from _told(library, _job(event), lambda: library.restore(sent(event, "undo")), restored=True)

    def remove(event: gr.EventData) -> dict[str, Any]:
        try:
            removed, undo = library.remove(sent(event, "ids"))
            return _now(library, removed=removed, undo=undo)
        except DatelineError as error:
            return _now(library, problem=str(error))

    together = {"concurrency_limit": ADDING_AT_ONCE, "concurrency_id": "write", "trigger_mode": "multiple"}
    for event, happens in (
        (view.add_files, add_files),
        (view.add_addresses, add_addresses),
        (view.restore_articles, restore),
        (view.remove_articles, remove),
    ):
        event(happens, None, [view], **together, **_QUIET)
    opened.select(lambda: _now(library), None, [view], queue=False, **_QUIET)
    return view


def _told(library: Library, job: str, start: Callable[[], Iterator[Progress]], **news: Any) -> Iterator[dict[str, Any]]:
    """Yield the news of a job to the page that started it."""
    progress = None
    try:
        for progress in start():
            yield _now(library, job=job, progress=_progress_view(progress))
    except DatelineError as error:
        yield _now(library, job=job, problem=str(error))
        return
    if progress is not None:
        yield _now(library, job=job, report=_report_view(progress), **news)


def _job(event: gr.EventData) -> str:
    return str(sent(event, "job") or "")[:100]


def _now(library: Library, **news: Any) -> dict[str, Any]:
    """Return the news for the page. Each has its own number: the page hears only of values that differ."""
    return {"version": library.version(), "number": next(_numbers), **news}


def _progress_view(progress: Progress) -> dict[str, Any]:
    return {
        "item": progress.item,
        "items": progress.items,
        "name": progress.name[:200],
        "read": progress.read,
        "of": progress.of,
        "failed": len(progress.report.failed),
    }


def _report_view(progress: Progress) -> dict[str, Any]:
    report = progress.report
    shown = report.failed[:_FAILURES_SHOWN]
    return {
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "failures": len(report.failed),
        "failed": [{"source": failure.source[:500], "reason": failure.reason[:1000]} for failure in shown],
        "stopped": progress.stopped,
    }
