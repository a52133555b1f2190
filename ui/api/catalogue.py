"""The list of articles as programs see it: words, filters, an order, page by page."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from ingest.archive import Archive
from ingest.article import Article
from ingest.errors import InputError
from ingest.filters import Filters

__all__ = ["Catalogue", "Order", "Page"]

Order: TypeAlias = Literal["newest", "oldest", "title"]
_LONGEST_WORDS = 200

# Articles without a date come last in either direction.
_KEYS: dict[Order, Callable[[Article], Any]] = {
    "newest": lambda article: (article.published is not None, article.published or ""),
    "oldest": lambda article: (article.published is None, article.published or ""),
    "title": lambda article: article.title.casefold(),
}


@dataclass(frozen=True, slots=True)
class Page:
    """Articles without their texts, how many match in all, and the cursor for the next page."""

    articles: Sequence[Article]
    matching: int
    next: str | None


class Catalogue:
    """The articles of an archive without their texts, read again only when it has changed. Safe for threads."""

    def __init__(self, archive: Archive) -> None:
        """List the articles of this archive."""
        self._archive = archive
        self._lock = threading.Lock()
        self._listed: list[Article] = []
        self._of: int | None = None

    def page(self, words: str, filters: Filters, order: Order, limit: int, cursor: str | None) -> Page:
        """Return up to `limit` articles whose title, outlet or author hold all words, after the one at the cursor.

        Raises InputError when there are too many words, or the cursor's article is not among them any more.
        """
        if len(words) > _LONGEST_WORDS:
            raise InputError(f"{len(words)} characters to look for, at most {_LONGEST_WORDS} are: shorten them")
        wanted = words.casefold().split()
        found = [article for article in self._current() if filters.allow(article) and _holds(article, wanted)]
        found.sort(key=lambda article: (article.title.casefold(), article.id))
        found.sort(key=_KEYS[order], reverse=order == "newest")
        first = 0
        if cursor is not None:
            first = next((n for n, article in enumerate(found, start=1) if article.id == cursor), 0)
            if not first:
                raise InputError(f"the cursor {cursor[:40]!r} is of no article in this list: begin without one")
        articles = found[first : first + limit]
        more = first + limit < len(found)
        return Page(articles, len(found), articles[-1].id if more else None)

    def _current(self) -> list[Article]:
        with self._lock:
            state = self._archive.changes()
            if state != self._of:
                self._listed = [replace(article, text="") for article in self._archive.articles()]
                self._of = state
            return self._listed


def _holds(article: Article, words: Sequence[str]) -> bool:
    searched = "\n".join((article.title, article.outlet or article.source, article.author or "")).casefold()
    return all(word in searched for word in words)
