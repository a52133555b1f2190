"""Near-identical copies of one story, as a news agency's customers print it: found at ingestion, kept, and known.

Candidates come from MinHash (Broder 1997; the datasketch library) in bands that a table of the record holds, so finding
them costs no memory that grows with the archive; each is then compared word by word. Copies are joined into a story,
whose id is the smallest of its articles'.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

__all__ = ["COPIES", "alike", "find_copies", "forget_copies", "forget_stories", "shingles"]

COPIES = (
    "CREATE TABLE bands (band INTEGER, article_id TEXT, PRIMARY KEY (band, article_id)) WITHOUT ROWID",
    "CREATE INDEX bands_by_article ON bands (article_id)",
    "CREATE TABLE copies (article_id TEXT, other TEXT, PRIMARY KEY (article_id, other)) WITHOUT ROWID",
    "CREATE INDEX articles_by_story ON articles (story)",
)

_WORDS = 3  # in a shingle
_LONGEST = 200_000  # characters that are looked at: a story is far shorter
# 72 numbers in 24 bands of 3: of pairs with half of their shingles in common 96% share a band, with a tenth 2%.
_BANDS, _ROWS = 24, 3
_SEED = 1
# The part of the shorter text's shingles that stand in the other. Of the 295 Wikinews articles of 2019 and 2020 no two
# of the 43,365 pairs reach 0.6; the nearest, at 0.58, are interviews with the same questions; 4 reach 0.5, 11 0.4.
# Of copies made of them are kept at 0.5 / 0.6 / 0.7: with an agency's line, another's introduction, or cut to two
# fifths 100 / 100 / 100%; every tenth word another 100 / 100 / 84%; every seventh 100 / 80 / 5%; an agency's line, an
# introduction, a third cut and 4% other words 100 / 97 / 78%. Of the last kind 96% share a band, of those cut to two
# fifths 79%, of those with every seventh word another 91%, of the others at least 98%. 2.7 ms an article.
_ALIKE = 0.6
_FEW = 20  # shingles; of so short a text nearly all must be the same
_ALIKE_FEW = 0.9
_A_BAND = 100  # of the articles of a band, so many are looked at: boilerplate gives bands to thousands
_COMPARED = 24  # of the candidates
_A_STORY = 3  # copies of one story that are confirmed; more would say nothing new


def shingles(text: str) -> set[str]:
    """Return all runs of three words of a text, without case and marks."""
    words = re.findall(r"\w+", text[:_LONGEST].casefold())
    if len(words) < _WORDS:
        return {" ".join(words)} if words else set()
    return {" ".join(words[n : n + _WORDS]) for n in range(len(words) - _WORDS + 1)}


def alike(one: set[str], other: set[str]) -> bool:
    """Whether two texts, as their shingles, are copies of one story: most of the shorter one stands in the other."""
    few = min(len(one), len(other))
    return few > 0 and len(one & other) >= (_ALIKE if few >= _FEW else _ALIKE_FEW) * few


def _band_keys(own: set[str]) -> list[int]:
    """Return the bands of a text, as its shingles: copies are likely to share one. 24 whole numbers of 64 bits."""
    from datasketch import MinHash  # with scipy: 0.6 s

    made = MinHash(num_perm=_BANDS * _ROWS, seed=_SEED)
    made.update_batch([shingle.encode("utf-8", "surrogatepass") for shingle in own])
    rows = np.asarray(made.hashvalues, dtype=np.uint64).reshape(_BANDS, _ROWS)
    keys = np.arange(1, _BANDS + 1, dtype=np.uint64)
    for column in rows.T:  # FNV-like; what falls together by chance is told apart by its words
        keys = (keys ^ column) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return [int(key) for key in keys.view(np.int64)]


def find_copies(connection: sqlite3.Connection, id_: str) -> None:
    """Find the copies of a stored article, and give it and them their story."""
    (text,) = connection.execute("SELECT text FROM articles WHERE id = ?", (id_,)).fetchone()
    own = shingles(text)
    keys = _band_keys(own)
    known = "SELECT other, story FROM copies JOIN articles ON id = other WHERE article_id = ?"
    confirmed = Counter(story or other for other, story in connection.execute(known, (id_,)))
    for other, words, story in _candidates(connection, id_, keys):
        if confirmed[story or other] < _A_STORY and alike(own, shingles(words)):
            confirmed[story or other] += 1
            connection.executemany("INSERT OR IGNORE INTO copies VALUES (?, ?)", [(id_, other), (other, id_)])
    connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, id_) for key in keys])
    story = min((id_, *+confirmed))
    connection.execute("UPDATE articles SET story = ? WHERE id = ?", (story, id_))
    connection.executemany("UPDATE articles SET story = ? WHERE story = ?", [(story, older) for older in +confirmed])


def forget_copies(connection: sqlite3.Connection, id_: str) -> None:
    """Take an article that is removed, or has other words, out of its story.

    Those that were its copies are looked at again; the rest of the story falls apart where only it held it together.
    """
    near = [other for (other,) in connection.execute("SELECT other FROM copies WHERE article_id = ?", (id_,))]
    connection.execute("DELETE FROM bands WHERE article_id = ?", (id_,))
    connection.execute("DELETE FROM copies WHERE article_id = ? OR other = ?", (id_, id_))
    query = "SELECT id FROM articles WHERE story = (SELECT story FROM articles WHERE id = ?) AND id <> ?"
    left = {other for (other,) in connection.execute(query, (id_, id_))}
    connection.execute("UPDATE articles SET story = NULL WHERE id = ?", (id_,))
    while left:
        together = _together(connection, left.pop())
        left -= together
        connection.executemany("UPDATE articles SET story = ? WHERE id = ?", [(min(together), i) for i in together])
    connection.executemany("UPDATE articles SET story = NULL WHERE id = ?", [(other,) for other in near])


def forget_stories(connection: sqlite3.Connection) -> None:
    """Forget what all articles were copies of, so that it is found anew."""
    for statement in ("DELETE FROM bands", "DELETE FROM copies", "UPDATE articles SET story = NULL"):
        connection.execute(statement)


def _together(connection: sqlite3.Connection, id_: str) -> set[str]:
    """Return an article and all that are copies of it, or of a copy of it."""
    found, ahead = {id_}, [id_]
    while ahead:
        rows = connection.execute("SELECT other FROM copies WHERE article_id = ?", (ahead.pop(),))
        new = {other for (other,) in rows} - found
        found |= new
        ahead += new
    return found


def _candidates(connection: sqlite3.Connection, id_: str, keys: Sequence[int]) -> Iterable[tuple[str, str, str | None]]:
    """Yield (id, text, story) of articles that share a band with this one, those that share most first."""
    query = "SELECT article_id FROM bands WHERE band = ? AND article_id <> ? LIMIT ?"
    shared = Counter(other for key in keys for (other,) in connection.execute(query, (key, id_, _A_BAND)))
    for other, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:_COMPARED]:
        yield from connection.execute(
            "SELECT id, text, story FROM articles WHERE id = ? AND state <> 'removing'", (other,)
        )
