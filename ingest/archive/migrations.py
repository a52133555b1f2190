"""Archives of older formats become the present one, a step a format, all in one transaction."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from ingest.archive.copies import COPIES
from ingest.errors import ArchiveError

__all__ = [
    "FEEDS",
    "FILTERED",
    "FOUND_BY",
    "LATELY",
    "SCHEMA_VERSION",
    "SECONDS",
    "WATCHES",
    "bring_up",
    "refuse_other_formats",
]

SCHEMA_VERSION = 5

# The day an article was published, as seconds since 1970 in UTC; NULL where only its month or year is known. SQLite
# works it out, so it is right whichever version wrote the row.
SECONDS = (
    "INTEGER GENERATED ALWAYS AS (CASE WHEN published GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
    " THEN CAST(strftime('%s', published) AS INTEGER) END) VIRTUAL"
)
FILTERED = "CREATE INDEX IF NOT EXISTS articles_by_outlet ON articles (outlet, source, published)"
FOUND_BY = (
    "CREATE INDEX articles_by_epoch ON articles (epoch)",
    "CREATE INDEX articles_by_place ON articles (place) WHERE place IS NOT NULL",
)
FEEDS = (
    "CREATE TABLE feeds (url TEXT PRIMARY KEY, etag TEXT, modified TEXT,"
    " checked INTEGER, failures INTEGER, wait INTEGER, seen TEXT NOT NULL) WITHOUT ROWID"
)
LATELY = "CREATE INDEX articles_by_added ON articles (added)"
# Standing questions (ingest/archive/watches.py). The triggers note articles only while a question is watched.
_WATCHED = "EXISTS (SELECT 1 FROM watches)"
_NOTE = "BEGIN INSERT OR REPLACE INTO watch_news (article) VALUES (new.id); END"
WATCHES = (
    "CREATE TABLE watches (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, question TEXT NOT NULL,"
    " outlets TEXT NOT NULL, since TEXT, until TEXT, made INTEGER NOT NULL, vector BLOB NOT NULL, least REAL,"
    " seen INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE watch_history (number INTEGER PRIMARY KEY AUTOINCREMENT, watch TEXT NOT NULL, kind TEXT NOT NULL"
    " CHECK (kind IN ('first', 'appeared', 'changed', 'overtaken', 'disputed', 'disappeared')),"
    " moment INTEGER NOT NULL, value TEXT, as_of TEXT, form TEXT NOT NULL, places TEXT NOT NULL)",
    "CREATE INDEX watch_history_by_watch ON watch_history (watch, number)",
    "CREATE TABLE watch_news (number INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL UNIQUE)",
    f"CREATE TRIGGER article_came AFTER INSERT ON articles WHEN {_WATCHED} {_NOTE}",
    "CREATE TRIGGER article_dated AFTER UPDATE OF published, outlet, source ON articles"
    " WHEN (new.published IS NOT old.published OR new.outlet IS NOT old.outlet OR new.source IS NOT old.source)"
    f" AND {_WATCHED} {_NOTE}",
    "CREATE TRIGGER article_left AFTER UPDATE OF state ON articles"
    f" WHEN new.state = 'removing' AND old.state <> 'removing' AND {_WATCHED} {_NOTE}",
)


def _from_1(connection: sqlite3.Connection) -> None:
    for column in ("updated TEXT", "author TEXT", "section TEXT", "language TEXT", "place BLOB", f"epoch {SECONDS}"):
        connection.execute(f"ALTER TABLE articles ADD COLUMN {column}")
    for statement in (FILTERED, *FOUND_BY, FEEDS):  # the first format's earliest archives had no filters
        connection.execute(statement)


def _from_2(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE articles ADD COLUMN added INTEGER")  # of what is there already, nobody knows
    connection.execute(LATELY)


def _from_3(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE articles ADD COLUMN story TEXT")  # the next ingestion finds them
    for statement in COPIES:
        connection.execute(statement)


def _from_4(connection: sqlite3.Connection) -> None:
    for statement in WATCHES:
        connection.execute(statement)


_STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _from_1, 2: _from_2, 3: _from_3, 4: _from_4}


def bring_up(connection: sqlite3.Connection, folder: Path) -> None:
    """Bring the record of the archive in a folder to the present format; one that has it is not touched.

    Killed anywhere, it leaves the older format whole. Others may read meanwhile, and the older version may go on
    writing: the columns that it does not know stay NULL.

    Raises:
        ArchiveError: It is of a newer format, or of none.
        sqlite3.Error: It cannot be read or written.
    """
    if _version(connection, folder) == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for version in range(_version(connection, folder), SCHEMA_VERSION):  # another process may have been first
            _STEPS[version](connection)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(SCHEMA_VERSION),))
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def refuse_other_formats(connection: sqlite3.Connection, folder: Path) -> None:
    """Raise an ArchiveError for a record of a newer format, or of none."""
    _version(connection, folder)


def _version(connection: sqlite3.Connection, folder: Path) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    text = row[0] if row else None
    version = int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 10 else 0
    if version > SCHEMA_VERSION:
        raise ArchiveError(
            f"the archive {folder} has format {version}, this dateline reads up to {SCHEMA_VERSION}: update dateline"
        )
    if version < min(_STEPS):
        raise ArchiveError(f"the archive {folder} has no format that dateline knows ({text!r}): name another")
    return version
