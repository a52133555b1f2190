"""What the record alone says of an archive: its articles, their passages by keyword, its feeds."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.archive.holdings import Found, Holding, Place, holdings, passages_at, places_of, word_counts
from ingest.archive.rows import ARTICLE, article_of
from ingest.archive.searching import COMMON, PASSAGE, STAYING, by_words, holds_word, passages_by_id
from ingest.archive.sqlite import NAME, FeedState, Record, within
from ingest.archive.watches import Watches
from ingest.article import Article, Facts
from ingest.filters import ALL_ARTICLES, Filters
from ingest.passages import Passage

__all__ = ["Catalogue"]


class Catalogue:
    """What can be asked of a record without an encoder or a vector index."""

    def __init__(self, record: Record) -> None:
        self._record = record

    @property
    def record(self) -> Record:
        """The record itself, for upkeep."""
        return self._record

    @property
    def watches(self) -> Watches:
        """The standing questions."""
        return Watches(self._record)

    def __len__(self) -> int:
        """Return the number of articles."""
        return int(self._record.rows(f"SELECT count(*) FROM articles WHERE id {STAYING}")[0][0])  # noqa: S608

    def passage_count(self) -> int:
        """Return the number of passages."""
        return int(self._record.rows("SELECT count(*) FROM passages")[0][0])

    def pending_count(self) -> int:
        """Return how many articles wait for the next writer, because one was stopped before the end."""
        return int(self._record.rows("SELECT count(*) FROM articles WHERE state <> 'indexed'")[0][0])

    def vector_count(self) -> int:
        """Return how many vectors there should be: one for each passage of the articles that wait for none."""
        return int(self._record.rows("SELECT coalesce(sum(vectors), 0) FROM articles WHERE state = 'indexed'")[0][0])

    def pending_batch(self, most: int) -> list[tuple[tuple[str, int], list[Passage]]]:
        """Return ((article id, vectors that may exist), its passages) of pending articles, about `most` passages."""
        batch: list[tuple[tuple[str, int], list[Passage]]] = []
        size = 0
        for id_, high in self._record.rows("SELECT id, vectors FROM articles WHERE state = 'pending' LIMIT 256"):
            own = self.passages_of(id_)
            if batch and size + len(own) > most:
                break
            batch.append(((id_, high), own))
            size += len(own)
        return batch

    def generation(self) -> int:
        """Return a number that grows with every change of the vector index, by any process."""
        return int(self._record.meta("generation"))

    def changes(self) -> int:
        """Return a number that grows with every change of articles, facts, copies or vectors, by any process."""
        return int(self._record.rows("SELECT coalesce(max(value + 0), 0) FROM meta WHERE key = 'changes'")[0][0])

    def articles(self, filters: Filters = ALL_ARTICLES) -> Iterator[Article]:
        """Yield the articles that count, newest first, those without a date last."""
        only, values = within(filters, "id")
        ids = self._record.rows(
            f"SELECT id FROM articles WHERE state <> 'removing'{only}"  # noqa: S608
            " ORDER BY published IS NULL, published DESC, title, id",
            values,
        )
        for (id_,) in ids:
            if article := self.article(id_):
                yield article

    def article(self, id_: str) -> Article | None:
        """Return the article with this id, or None."""
        rows = self._record.rows(f"SELECT {ARTICLE} FROM articles WHERE id = ? AND state <> 'removing'", (id_,))  # noqa: S608
        return article_of(rows[0]) if rows else None

    def facts_of(self, ids: Sequence[str]) -> dict[str, Facts]:
        """Return what is known of the articles with these ids, without their texts; unknown ids are passed over."""
        rows = self._record.rows(
            "SELECT id, title, source, url, published, outlet, story FROM articles"  # noqa: S608
            f" WHERE id IN ({','.join('?' * len(ids))}) AND state <> 'removing'",
            ids,
        )
        return {row[0]: Facts(*row) for row in rows}

    def copies_of(self, id_: str) -> list[str]:
        """Return the ids of the articles that are copies of the same story as this one, itself among them, by date.

        Nobody has looked for those of an article that waits: it is alone. An unknown id has none.
        """
        rows = self._record.rows(
            "SELECT id FROM articles WHERE (id = ?1 OR story = (SELECT story FROM articles WHERE id = ?1))"  # noqa: S608
            f" AND id {STAYING} ORDER BY published IS NULL, published, id",
            (id_,),
        )
        return [other for (other,) in rows] if (id_,) in rows else []

    def holdings(self) -> list[Holding]:
        """Return what it holds as a list, without the texts; newest first, those without a date last."""
        return holdings(self._record)

    def with_words(self, words: Sequence[str]) -> Found:
        """Return the articles that hold all words, the last as a beginning too, each with a passage's number."""
        return places_of(self._record, words)

    def passages_at(self, numbers: Sequence[int]) -> dict[str, Place]:
        """Return passages by their numbers, each under its article's id."""
        return passages_at(self._record, numbers)

    def word_counts(self, ids: Sequence[str]) -> dict[str, int]:
        """Return how many words articles have; of one over 100,000 characters, about how many."""
        return word_counts(self._record, ids)

    def outlets(self) -> list[tuple[str, int]]:
        """Return who published the articles (where that is unknown, the source), and how many each; most first."""
        return self._record.rows(
            f"SELECT {NAME}, count(*) FROM articles WHERE id {STAYING} GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
        )

    def placed_under(self, folder: Path) -> list[tuple[str, str]]:
        """Return (id, place) of the articles that were read from files in a folder and those in it, by place."""
        first = os.fsencode(folder.resolve() / "_")[:-1]  # with the separator at its end
        last = first[:-1] + bytes([first[-1] + 1])
        rows = self._record.rows(
            f"SELECT id, place FROM articles WHERE place > ? AND place < ? AND id {STAYING} ORDER BY place, id",  # noqa: S608
            (first, last),
        )
        return [(id_, os.fsdecode(place)) for id_, place in rows]

    def feed_state(self, url: str) -> FeedState | None:
        """Return what was kept of the feed at an address."""
        rows = self._record.rows(
            "SELECT etag, modified, checked, failures, wait, seen FROM feeds WHERE url = ?", (url,)
        )
        return FeedState(*rows[0]) if rows else None

    def keyword(
        self, terms: Sequence[str], limit: int, filters: Filters = ALL_ARTICLES, common: int = COMMON
    ) -> list[tuple[Passage, float]]:
        """Return up to `limit` passages with any of the terms and their BM25 score (higher is better), best first.

        Terms are words as they stand in a question; the index stems them. No terms find nothing. Those that stand in
        more than `common` passages do not count beside rarer ones, but where no passage that counts has one of these.
        """
        return by_words(self._record, terms, limit, filters, common)

    def holds_word(self, term: str) -> bool:
        """Return whether a passage has a word, as the index stems it."""
        return holds_word(self._record, term)

    def passage_ids(self) -> set[str]:
        """Return the ids of all passages in the record."""
        return {row[0] for row in self._record.rows("SELECT article_id || ':' || position FROM passages")}

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """Return the passages with these ids, in no order; those that are unknown are passed over."""
        return list(passages_by_id(self._record, ids).values())

    def passages_of(self, id_: str) -> list[Passage]:
        """Return the passages of an article in their order."""
        query = f"SELECT {PASSAGE} FROM passages WHERE article_id = ? ORDER BY position"  # noqa: S608
        return [Passage(*row) for row in self._record.rows(query, (id_,))]
