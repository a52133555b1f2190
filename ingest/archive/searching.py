"""The passages nearest to a question by meaning and by words, in an archive of any size.

What is asked of the record here reads the passages and their indexes alone: an article's row has its text before its
state, so that a condition on it reads past all texts, 140 ms of 10,000 articles.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.archive.sqlite import Record, allowed, indexed_within, within
from ingest.filters import Filters
from ingest.passages import Passage

if TYPE_CHECKING:
    from ingest.archive.chroma import VectorIndex

__all__ = ["COMMON", "PASSAGE", "STAYING", "by_meaning", "by_words", "holds_word", "passages_by_id"]

PASSAGE = "article_id || ':' || position, article_id, position, start, end, passages.title, passages.text"
# By index: where only a condition on `state` says it, each article's row is read: 340 ms, not 6.
STAYING = "NOT IN (SELECT id FROM articles WHERE state <> 'indexed' AND state = 'removing')"
_INDEXED = "article_id NOT IN (SELECT id FROM articles WHERE state <> 'indexed')"
# Of all vectors the nearest so many are looked through for those within filters, where enough of them may be.
_WIDE = 1_000
# A word in more passages than this does not count beside rarer ones: to score a passage takes 4 µs. In an archive of
# 100,000 passages, beside other work, a search by words took 47 ms (p50), 75 with 10,000 and 99 without a limit.
# `python -m eval.tune common`, 616 train questions over 9,698 passages, where words in more than a share of them
# do not count: recall of the right passage at 1 / 5 / 12 and MRR of both lists, MRR of the keyword list alone:
#   all count   .633 / .901 / .953   .750   .712      above .05  .628 / .899 / .955   .747   .708
#   above .2    .633 / .901 / .953   .750   .712      above .02  .622 / .909 / .955   .744   .695
#   above .1    .633 / .901 / .953   .750   .712      above .01  .602 / .880 / .942   .725   .654
# So nothing is lost at 100,000 passages, and a point of recall at 500,000.
COMMON = 5_000


def by_meaning(
    record: Record, index: "VectorIndex", vector: NDArray[np.float32], limit: int, filters: Filters
) -> list[tuple[Passage, float]]:
    """Do what `Archive.dense` does, as the filters allow much or little.

    Measured with 100,000 vectors of which 50 are wanted, beside a training, within filters that allow 50% / 6.5% /
    1.7% / .5%: the nearest 1,000 of all take 15 ms, of which 500 / 65 / 17 / 5 count; the ids of those that count
    164 / 27 / 12 / 8 ms, and Chroma's search among them 148 / 39 / 81 / 141 ms.
    """
    if filters and _share_within(record, filters) * _WIDE >= 2 * limit:
        wide = index.search(vector, _WIDE)
        only, values = within(filters, "article_id")
        passages = passages_by_id(record, [id_ for id_, _ in wide], f"{_INDEXED}{only}", values)
        if len(passages) >= limit:
            return [(passages[id_], cosine) for id_, cosine in wide if id_ in passages][:limit]
    found = index.search(vector, limit, indexed_within(record, filters) if filters else None)
    passages = passages_by_id(record, [id_ for id_, _ in found], _INDEXED)
    return [(passages[id_], cosine) for id_, cosine in found if id_ in passages]


def by_words(
    record: Record, terms: Sequence[str], limit: int, filters: Filters, common: int
) -> list[tuple[Passage, float]]:
    """Do what `Catalogue.keyword` does."""
    words = [_quoted(term) for term in terms if term.strip()]
    rare = _rare(record, words, common)
    found = _with_any(record, rare, limit, filters)
    return found if found or len(rare) == len(words) else _with_any(record, words, limit, filters)


def holds_word(record: Record, term: str) -> bool:
    """Return whether a passage has a word, as the index stems it."""
    return _count(record, _quoted(term), 1) > 0


def passages_by_id(
    record: Record, ids: Sequence[str], condition: str = "true", values: Sequence[str] = ()
) -> dict[str, Passage]:
    """Return the passages with these ids that meet a condition; those that are unknown are passed over."""
    keys = [(id_.rpartition(":")[0], int(id_.rpartition(":")[2])) for id_ in ids]
    if not keys:
        return {}
    # CROSS JOIN: SQLite 3.40 reads every article or passage where it may choose the order.
    rows = record.rows(
        f"WITH wanted (id, place) AS (VALUES {','.join(['(?, ?)'] * len(keys))})"  # noqa: S608
        f" SELECT {PASSAGE} FROM wanted CROSS JOIN passages"
        f" ON article_id = wanted.id AND position = place WHERE {condition}",
        [*(part for key in keys for part in key), *values],
    )
    return {row[0]: Passage(*row) for row in rows}


def _share_within(record: Record, filters: Filters) -> float:
    """Return which part of the articles count, in [0, 1]."""
    ids, values = allowed(filters)
    ((count, whole),) = record.rows(f"SELECT (SELECT count(*) FROM ({ids})), count(*) FROM articles", values)  # noqa: S608
    return float(count / max(1, whole))


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _rare(record: Record, words: Sequence[str], common: int) -> Sequence[str]:
    """Return the words that stand in at most `common` passages; where there is none, the rarest."""
    if rare := [word for word in words if _count(record, word, common + 1) <= common]:
        return rare
    return [min(words, key=lambda word: _count(record, word))] if words else []


def _count(record: Record, word: str, most: int = -1) -> int:
    """Return how many passages have a word, counted up to `most`."""
    query = "SELECT count(*) FROM (SELECT 1 FROM keywords WHERE keywords MATCH ? LIMIT ?)"
    return int(record.rows(query, (word, most))[0][0])


def _with_any(record: Record, words: Sequence[str], limit: int, filters: Filters) -> list[tuple[Passage, float]]:
    if not words:
        return []
    only, values = within(filters, "(SELECT article_id FROM passages WHERE number = keywords.rowid)")
    rows = record.rows(
        f"SELECT {PASSAGE}, -found.score FROM"  # noqa: S608
        " (SELECT rowid, bm25(keywords) AS score FROM keywords"
        f" WHERE keywords MATCH ?{only} ORDER BY rank LIMIT ?) AS found"
        f" JOIN passages ON number = found.rowid WHERE article_id {STAYING} ORDER BY found.score, number",
        (" OR ".join(words), *values, limit),
    )
    return [(Passage(*row[:-1]), float(row[-1])) for row in rows]
