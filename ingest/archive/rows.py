"""Articles as rows of the record."""

import hashlib
import os
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ingest.address import normal_url, page_identity, spellings
from ingest.article import Article, article_id
from ingest.passages import SPLITTER, Passage, split_passages

__all__ = [
    "ARTICLE",
    "article_of",
    "has_passages_of",
    "renew_passages",
    "retire_older",
    "store_article",
    "store_facts",
    "with_origin",
]

ARTICLE = "id, title, text, source, url, published, outlet, updated, author, section, language, place, story"
_FACTS = ("source", "url", "published", "outlet", "updated", "author", "section", "language", "place")


def article_of(row: Sequence[Any]) -> Article:
    """Return the article of a row that begins with the columns `ARTICLE`."""
    article = Article(*row[:13])
    return article if article.place is None else replace(article, place=os.fsdecode(article.place))


def has_passages_of(article: Article, stored: Article, digest: str) -> bool:
    """Whether what is stored has the words of an article, and its passages were cut by the present splitter.

    `digest` is the row's `hash`, which the first format made of words, facts and splitter.
    """
    return (article.title, article.text) == (stored.title, stored.text) and digest == _digest(stored)


def store_article(connection: sqlite3.Connection, article: Article, vectors: int) -> None:
    """Write an article and its passages in place of what there was of it; it waits for its vectors.

    Up to `vectors` vectors of the older article may exist.
    """
    passages = split_passages(article)
    connection.execute("DELETE FROM passages WHERE article_id = ?", (article.id,))
    connection.execute(
        f"INSERT OR REPLACE INTO articles ({ARTICLE}, hash, state, vectors, added)"  # noqa: S608
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, 'pending', ?, ?)",
        (
            *(article.id, article.title, article.text, *_facts(article), _digest(article)),
            *(max(len(passages), vectors), int(time.time())),
        ),
    )
    _store_passages(connection, passages)


def renew_passages(connection: sqlite3.Connection) -> None:
    """Cut all articles into passages again; write those of articles that have others."""
    connection.execute("DELETE FROM passages WHERE article_id NOT IN (SELECT id FROM articles)")
    ids = [id_ for (id_,) in connection.execute("SELECT id FROM articles ORDER BY id")]
    for id_ in ids:
        article = article_of(connection.execute(f"SELECT {ARTICLE} FROM articles WHERE id = ?", (id_,)).fetchone())  # noqa: S608
        passages = split_passages(article)
        stored = connection.execute(
            "SELECT position, start, end, CAST(title AS BLOB), CAST(text AS BLOB) FROM passages WHERE article_id = ?"
            " ORDER BY position",
            (id_,),
        ).fetchall()  # as bytes: damaged ones are no text
        if stored != [(p.index, p.start, p.end, p.title.encode(), p.text.encode()) for p in passages]:
            connection.execute("DELETE FROM passages WHERE article_id = ?", (id_,))
            _store_passages(connection, passages)
        connection.execute(
            "UPDATE articles SET hash = ?, vectors = max(vectors, ?) WHERE id = ?",
            (_digest(article), len(passages), id_),
        )


def _store_passages(connection: sqlite3.Connection, passages: Sequence[Passage]) -> None:
    connection.executemany(
        "INSERT INTO passages (article_id, position, start, end, title, text) VALUES (?, ?, ?, ?, ?, ?)",
        [(p.article_id, p.index, p.start, p.end, p.title, p.text) for p in passages],
    )


def with_origin(article: Article, stored: Article) -> Article:
    """Return an article as one that came from the web, if it did so first: its file may go without it."""
    if article.place is None or stored.place is not None or not normal_url(stored.source):
        return article
    return replace(article, source=stored.source, place=None)


def retire_older(connection: sqlite3.Connection, article: Article) -> bool:
    """Let go the articles of the same address that older versions told apart by its spelling; return if there were any.

    An article that got an id of its own beside another of its address is none of them.
    """
    if not article.url or article.id != article_id(page_identity(article.url)):
        return False
    urls = spellings(article.url)
    ids = {article_id(url) for url in urls} - {article.id}
    gone = connection.execute(
        "UPDATE articles SET state = 'removing' WHERE state <> 'removing'"  # noqa: S608
        f" AND id IN ({','.join('?' * len(ids))}) AND url IN ({','.join('?' * len(urls))})",
        (*ids, *urls),
    )
    return gone.rowcount > 0


def store_facts(connection: sqlite3.Connection, article: Article, stored: Article) -> bool:
    """Write what is known of an article whose words are stored; return whether any of it is news.

    Where it was found is none: a file ingested by itself, then with its folder, is the same article.
    """
    if article == stored:
        return False
    connection.execute(
        f"UPDATE articles SET ({', '.join(_FACTS)}, hash) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?",  # noqa: S608
        (*_facts(article), _digest(article), article.id),
    )
    return replace(article, source=stored.source, place=stored.place) != stored


def _facts(article: Article) -> tuple[str | bytes | None, ...]:
    *facts, place = (getattr(article, name) for name in _FACTS)
    return (*facts, None if place is None else os.fsencode(place))


def _digest(article: Article) -> str:
    parts = (article.title, article.text, article.url, article.published, article.outlet, SPLITTER)
    return hashlib.sha256("\0".join(part or "" for part in parts).encode("utf-8", "surrogatepass")).hexdigest()
