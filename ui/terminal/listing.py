"""The `articles` command: which articles, in which order, as lines or as JSON."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ingest.article import Article
from ui.terminal.lines import json_line, render_articles

if TYPE_CHECKING:
    from ingest.archive import Archive
    from ingest.filters import Filters

__all__ = ["ORDERS", "listed", "print_articles"]

_NO_DAY = "9999-99-99"
_ORDERS: dict[str, Callable[[Article], Any]] = {
    "oldest": lambda article: (article.published or _NO_DAY, article.title.casefold()),
    "title": lambda article: article.title.casefold(),
    "outlet": lambda article: (article.outlet or article.source).casefold(),
}
ORDERS = ("newest", *_ORDERS, "added")


def listed(archive: "Archive", filters: "Filters", words: str = "", order: str = "newest") -> Iterator[Article]:
    """Yield the articles that pass the filters and hold all `words` in title or text, upper and lower case alike.

    `order` is one of ORDERS; articles of one outlet come newest first, and those without a date
    last. "added" is by when their present words came in, the latest first. Memory holds one article
    at a time, and for an order other than the newest a key of each.
    """
    wanted = words.casefold().split()
    found = (article for article in archive.articles(filters) if _holds(article, wanted))
    if order == "newest":
        yield from found
        return
    added = {holding.id: holding.added or 0 for holding in archive.holdings()} if order == "added" else {}
    keys = [
        (-added[article.id] if order == "added" else _ORDERS[order](article), number, article.id)
        for number, article in enumerate(found)
        if order != "added" or article.id in added
    ]
    for *_, article_id in sorted(keys):
        if article := archive.article(article_id):  # None where another process has removed it meanwhile
            yield article


def print_articles(articles: Iterable[Article], *, as_json: bool, width: int | None) -> None:
    """Print articles as one JSON array, an article a line with its text, or as lines of columns."""
    if not as_json:
        for line in render_articles(articles, width=width):
            print(line)
        return
    opening = "["
    for article in articles:
        print(opening)
        print(json_line(asdict(article), sys.stdout.encoding), end="")
        opening = ","
    print("[]" if opening == "[" else "\n]")


def _holds(article: Article, wanted: list[str]) -> bool:
    if not wanted:
        return True
    told = f"{article.title}\n{article.text}".casefold()
    return all(word in told for word in wanted)
