"""Standing questions as the page sees them: what changed, to watch one more, and to stop with a way back."""

import secrets
import threading
import time
from datetime import datetime
from typing import Any

from ingest.archive.watches import Given, Said, Watch
from ingest.errors import DatelineError, InputError
from ingest.filters import Filters
from qa.assistant import MAX_QUESTION_CHARACTERS, Assistant
from qa.watch.rounds import keep_watch
from ui.views.present import date_words
from ui.web.conversation import words_of
from ui.web.library import Library

__all__ = ["Standing"]

_HISTORY_SHOWN = 30  # answers of a question, the newest
_SECONDS_KEPT = 600.0
_MOST_KEPT = 100  # questions that somebody stopped watching and may have back


class Standing:
    """What the page needs of the standing questions. Safe for threads. What the browser sends may be anything."""

    def __init__(self, library: Library, assistant: Assistant) -> None:
        self._library = library
        self._assistant = assistant
        self._kept = assistant.archive.watches
        self._lock = threading.Lock()
        self._stopped: dict[str, tuple[float, Watch, tuple[Given, ...]]] = {}

    def news(self) -> dict[str, Any]:
        """Return the numbers of the newest changes, newest first, and the version of the articles.

        That is all that a page asks for again and again.
        """
        return {
            "numbers": [given.number for given in self._kept.told(100)],
            "watched": len(self._kept),
            "version": self._library.version(),
        }

    def list(self) -> dict[str, Any]:
        """Return the questions, those that changed last first, each with its answers, newest first."""
        watches = [(watch, self._kept.history(watch.id)) for watch in self._kept.all()]
        watches.sort(key=lambda one: -(one[1][-1].number if one[1] else 0))
        return {"watches": [_watch_view(watch, history) for watch, history in watches]}

    def add(self, sent: object) -> dict[str, Any]:
        """Watch a question, {"question", "filters"}; return {"name"}, or {"problem"}: why not."""
        fields = sent if isinstance(sent, dict) else {}
        question = " ".join(words_of(fields.get("question"), MAX_QUESTION_CHARACTERS + 1).split())
        try:
            filters = self._library.filters(fields.get("filters"))
            if any(watch.question == question and watch.filters == filters for watch in self._kept.all()):
                raise InputError("this question is watched already")
            watch, _ = keep_watch(self._assistant, question, name=self._name(question, filters), filters=filters)
        except DatelineError as error:
            return {"problem": str(error)}
        return {"name": watch.name}

    def stop(self, sent: object) -> dict[str, Any]:
        """Stop watching the question with an id; return {"undo"}: the word for `back`, for ten minutes."""
        removed = self._kept.remove(words_of(sent, 100))
        if removed is None:
            return {"problem": "this question is not watched any more"}
        word = secrets.token_urlsafe(16)
        with self._lock:
            now = time.monotonic()
            self._stopped = {key: one for key, one in self._stopped.items() if one[0] > now}
            while len(self._stopped) >= _MOST_KEPT:
                del self._stopped[next(iter(self._stopped))]
            self._stopped[word] = (now + _SECONDS_KEPT, *removed)
        return {"undo": word}

    def back(self, sent: object) -> dict[str, Any]:
        """Watch a question again that was stopped, with its history."""
        with self._lock:
            stopped = self._stopped.pop(words_of(sent, 100), None)
        try:
            if stopped is None or stopped[0] < time.monotonic():
                raise InputError("this question is not kept any more: ask it again and watch the answer")
            self._kept.put_back(*stopped[1:])
        except DatelineError as error:
            return {"problem": str(error)}
        return {}

    def _name(self, question: str, filters: Filters) -> str:
        """The question itself, with its filters where there are some: so it differs from others of the same words."""
        days = [day for day in (filters.since, filters.until) if day]
        within = f" ({', '.join([*filters.outlets, *days])})" if filters else ""
        most = 100 - min(len(within), 40)
        return (question if len(question) <= most else f"{question[: most - 3]}...") + within[:40]


def _watch_view(watch: Watch, history: list[Given]) -> dict[str, Any]:
    filters = watch.filters
    within = [*filters.outlets, *(f"{word} {date_words(day)}" for word, day in _days(filters))]
    pairs = zip(history, [None, *history[:-1]], strict=True) if history else ()
    rows = [_answer_view(given, before) for given, before in pairs][::-1]
    return {
        "id": watch.id, "question": watch.question, "filters": " · ".join(within),
        "answers": rows[:_HISTORY_SHOWN], "earlier": max(0, len(rows) - _HISTORY_SHOWN),
    }  # fmt: skip


def _days(filters: Filters) -> list[tuple[str, str]]:
    return [(word, day) for word, day in (("since", filters.since), ("until", filters.until)) if day]


def _answer_view(given: Given, before: Given | None) -> dict[str, Any]:
    places = {said.value: said for said in (*given.against[::-1], *given.said[::-1])}
    shown = list(given.said) if given.form == "list" else list(places.values())[::-1]
    return {
        "number": given.number,
        "kind": given.kind,
        "moment": datetime.fromtimestamp(given.moment).astimezone().isoformat(),
        "value": given.value,
        "date": date_words(given.as_of) if given.as_of else "",
        "before": before.value if before else None,
        "places": [_place_view(said) for said in shown[:6]],
    }


def _place_view(said: Said) -> dict[str, Any]:
    outlet = said.outlet or said.source
    return {
        "value": said.value, "sentence": said.sentence, "article": said.article, "start": said.start, "end": said.end,
        "title": said.title, "source": f"{outlet}, {date_words(said.published)}" if said.published else outlet,
    }  # fmt: skip
