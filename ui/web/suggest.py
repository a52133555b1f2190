"""What to ask next: questions about other facts of the articles that were cited, kept only if they are answered."""

import threading
import time
from collections.abc import Iterator

from ingest.errors import DatelineError
from ui.asker import Asker
from ui.web.conversation import words_of
from ui.web.examples import candidate_questions

__all__ = ["MOST_SUGGESTIONS", "Suggestions"]

MOST_SUGGESTIONS = 3
_QUESTIONS_TRIED = 3  # an answer takes about 0.1 s of both cores
_ARTICLES_LOOKED_AT = 5
_LONGEST_WAIT = 2.0  # seconds


class Suggestions:
    """Suggestions from an archive. Safe for threads.

    They never keep an answer waiting: while one is looked for, or other suggestions are, there are none.
    """

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._busy = threading.Lock()

    def after(self, sent: object) -> Iterator[list[str]]:
        """Yield the suggestions so far, after each that was found: at most three questions are asked.

        `sent` is {"articles": ids of the cited ones, best first, "asked": questions of the chat}, from the browser.
        """
        fields = sent if isinstance(sent, dict) else {}
        ids = [words_of(id_, 64) for id_ in _list(fields.get("articles"))[:_ARTICLES_LOOKED_AT]]
        asked = {_plain(words_of(question, 2_000)) for question in _list(fields.get("asked"))[-100:]}
        if not self._busy.acquire(blocking=False):
            return
        try:
            if not self._idle():
                return
            kept: list[str] = []
            for question in self._answered(dict.fromkeys(filter(None, ids)), asked):
                kept.append(question)
                yield list(kept)
        finally:
            self._busy.release()

    def _idle(self) -> bool:
        """Wait a little until no question is being answered: others may ask, and the page looks for its examples."""
        until = time.monotonic() + _LONGEST_WAIT
        while self._asker.in_flight and time.monotonic() < until:
            time.sleep(0.05)
        return not self._asker.in_flight

    def _answered(self, ids: dict[str, None], asked: set[str]) -> Iterator[str]:
        tried = 0
        for id_, question, expected in self._candidates(ids):
            if _plain(question) in asked:
                continue
            asked.add(_plain(question))
            if tried == _QUESTIONS_TRIED or self._asker.in_flight:
                return
            tried += 1
            if self._says(question, id_, expected):
                yield question

    def _candidates(self, ids: dict[str, None]) -> Iterator[tuple[str, str, str]]:
        for id_ in ids:
            article = self._asker.assistant.archive.article(id_)
            if article is not None:
                for question, expected in candidate_questions(article):
                    yield id_, question, expected

    def _says(self, question: str, id_: str, expected: str) -> bool:
        """Whether the archive answers as the sentence does from which the question was made."""
        try:
            answer = self._asker.ask(question, prose=False)
        except DatelineError:
            return False
        cited = {citation.article.id for citation in answer.citations}
        return answer.found and id_ in cited and (expected in answer.text or answer.text in expected)


def _plain(question: str) -> str:
    return " ".join(question.casefold().split()).rstrip("?")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
