"""Removed articles, kept for a while in memory, so that a removal can be undone. Nothing of them stays on the disk."""

import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.article import Article

__all__ = ["SECONDS_KEPT", "Removed"]

SECONDS_KEPT = 600.0
_MOST_CHARACTERS = 50_000_000  # of all that is kept: about 100 MB


@dataclass(frozen=True, slots=True)
class _Removal:
    articles: tuple[Article, ...]
    characters: int
    until: float


class Removed:
    """Removals that can still be undone, each by a word that only the page that removed knows. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, _Removal] = {}

    def keep(self, articles: Sequence[Article]) -> str | None:
        """Keep articles for ten minutes; return the word to have them back, or None where they are too many.

        The oldest removals make room.
        """
        characters = sum(len(article.text) for article in articles)
        if characters > _MOST_CHARACTERS:
            return None
        word = secrets.token_urlsafe(16)
        with self._lock:
            self._forget(_MOST_CHARACTERS - characters)
            self._kept[word] = _Removal(tuple(articles), characters, time.monotonic() + SECONDS_KEPT)
        return word

    def look_up(self, word: object) -> tuple[Article, ...] | None:
        """Return the articles of a removal, which stays kept; None when it is not, or not any more."""
        with self._lock:
            self._forget(_MOST_CHARACTERS)
            removal = self._kept.get(word) if isinstance(word, str) else None
            return removal.articles if removal else None

    def drop(self, word: object) -> None:
        """Forget a removal."""
        with self._lock:
            if isinstance(word, str):
                self._kept.pop(word, None)

    def _forget(self, room: int) -> None:
        now = time.monotonic()
        self._kept = {word: removal for word, removal in self._kept.items() if removal.until > now}
        while sum(removal.characters for removal in self._kept.values()) > room:
            del self._kept[next(iter(self._kept))]
