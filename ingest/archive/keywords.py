"""The keyword index: SQLite's FTS5 over the passages, kept in step by triggers."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing

__all__ = ["KEYWORDS", "compare_keywords", "drop_keywords", "forget_damaged_keywords", "found_words", "make_keywords"]

_TOKENS = "tokenize='porter unicode61 remove_diacritics 2'"
KEYWORDS = (
    f"CREATE VIRTUAL TABLE keywords USING fts5 (title, text, content='passages', content_rowid='number', {_TOKENS})",
    "CREATE TRIGGER passage_added AFTER INSERT ON passages BEGIN"
    " INSERT INTO keywords (rowid, title, text) VALUES (new.number, new.title, new.text); END",
    "CREATE TRIGGER passage_gone AFTER DELETE ON passages BEGIN"
    " INSERT INTO keywords (keywords, rowid, title, text) VALUES ('delete', old.number, old.title, old.text); END",
)
_TRIGGERS = ("passage_added", "passage_gone")
_PARTS = ("data", "idx", "docsize", "config", "content")  # the tables that FTS5 keeps an index in


def compare_keywords(connection: sqlite3.Connection) -> None:
    """Compare the index with the passages, word by word; a record that cannot be written is copied for it.

    Raises:
        sqlite3.DatabaseError: They differ, the index cannot be read, or it does not follow the passages.
    """
    try:
        # With rank 1 FTS5 compares the index with the passages, word by word, and raises where they differ.
        connection.execute("INSERT INTO keywords (keywords, rank) VALUES ('integrity-check', 1)")
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_READONLY:
            raise
        copy = sqlite3.connect("")
        try:
            connection.backup(copy)
            copy.execute("INSERT INTO keywords (keywords, rank) VALUES ('integrity-check', 1)")
        finally:
            copy.close()
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    if missing := set(_TRIGGERS) - there:
        raise sqlite3.DatabaseError(f"no trigger {min(missing)}")


def drop_keywords(connection: sqlite3.Connection) -> None:
    """Drop the index, within the transaction that makes it again: nothing may be written without it."""
    for trigger in _TRIGGERS:
        connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    connection.execute("DROP TABLE IF EXISTS keywords")
    for part in _PARTS:
        connection.execute(f"DROP TABLE IF EXISTS keywords_{part}")


def make_keywords(connection: sqlite3.Connection) -> None:
    """Make the index of all passages; there is none."""
    for statement in KEYWORDS:
        connection.execute(statement)
    connection.execute("INSERT INTO keywords (keywords) VALUES ('rebuild')")


def forget_damaged_keywords(connection: sqlite3.Connection) -> None:
    """Take an index out of the schema that is too damaged for FTS5 to drop, outside a transaction.

    The triggers stay, so no passage can be written until the index is made again.
    """
    try:
        connection.execute("SELECT count(*) FROM keywords WHERE keywords MATCH 'a'")
    except sqlite3.DatabaseError:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'keywords' AND type = 'table'")
        connection.execute("PRAGMA writable_schema = RESET")


def found_words(texts: Sequence[tuple[str, str]], terms: Iterable[str]) -> dict[str, frozenset[int]]:
    """Return for each term the positions of those of some (title, text) that hold it, stemmed as the index stems.

    It looks at these texts alone, in memory: a thousand terms in a hundred passages take some hundredths of a second.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE few USING fts5 (title, text, {_TOKENS})")
        connection.executemany("INSERT INTO few (rowid, title, text) VALUES (?, ?, ?)", [
            (number, *text) for number, text in enumerate(texts)
        ])  # fmt: skip
        found = {}
        for term in dict.fromkeys(terms):
            quoted = '"' + term.replace('"', '""') + '"'
            rows = connection.execute("SELECT rowid FROM few WHERE few MATCH ?", (quoted,))
            found[term] = frozenset(number for (number,) in rows)
    return found
