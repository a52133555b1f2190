"""The record's file: SQLite in WAL mode, its tables, and what may go wrong with it."""

import errno
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.archive.copies import COPIES
from ingest.archive.keywords import KEYWORDS, compare_keywords, forget_damaged_keywords
from ingest.archive.migrations import (
    FEEDS,
    FILTERED,
    FOUND_BY,
    LATELY,
    SCHEMA_VERSION,
    SECONDS,
    WATCHES,
    bring_up,
    refuse_other_formats,
)
from ingest.encoder.encoder import Encoder
from ingest.errors import ArchiveError
from ingest.filters import Filters

__all__ = [
    "MAKE_ROOM",
    "NAME",
    "RECORD_FILE",
    "FeedState",
    "Record",
    "allowed",
    "create_record",
    "disk_is_full",
    "indexed_within",
    "record_errors",
    "within",
]

RECORD_FILE = "record.sqlite3"
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL, text TEXT NOT NULL, source TEXT NOT NULL,
    url TEXT, published TEXT, outlet TEXT,
    hash TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'indexed', 'removing')),
    vectors INTEGER NOT NULL,  -- vectors with an index below this may exist
    updated TEXT, author TEXT, section TEXT, language TEXT,
    place BLOB,  -- as the file system has it: a name may be no text
    epoch {SECONDS},
    added INTEGER,  -- when its present words came in, in seconds since 1970
    story TEXT  -- the smallest id of those that are copies of each other; NULL until they were looked for
) WITHOUT ROWID;
CREATE INDEX articles_by_state ON articles (state) WHERE state <> 'indexed';
CREATE INDEX articles_by_date ON articles (published DESC, title);
{FILTERED};
{";".join(FOUND_BY)};
{FEEDS};
{LATELY};
{";".join(COPIES)};
{";".join(WATCHES)};
CREATE TABLE passages (
    number INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id), position INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL,
    UNIQUE (article_id, position)
);
{";".join(KEYWORDS)};
"""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_LEAST_ROOM = 100_000  # bytes: SQLite's log and its index begin with 36 KB
MAKE_ROOM = "make room on it and run the same command again, nothing is lost"
_COUNT = "INSERT INTO meta VALUES ('changes', '1') ON CONFLICT (key) DO UPDATE SET value = value + 1"
NAME = "coalesce(nullif(outlet, ''), source)"


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of a feed that is followed.

    Attributes:
        etag: The tag that its server gave the last answer, sent back to ask whether there is news.
        modified: The same server's `Last-Modified`.
        checked: When it was last asked, in seconds since 1970.
        failures: How many times in a row it could not be read.
        wait: For how many seconds from `checked` it must be left alone.
        seen: The marks of the entries of its last answer that are dealt with, in a row: 16 hexadecimal digits each.
    """

    etag: str | None
    modified: str | None
    checked: int
    failures: int
    wait: int
    seen: str = ""


class Record:
    """One connection to a record, safe for threads: a transaction keeps the others out."""

    def __init__(self, folder: Path) -> None:
        """Open the record of the archive in a folder.

        Raises:
            ArchiveError: It cannot be read, or has the format of a newer version.
        """
        self._folder = folder
        self._lock = threading.RLock()
        with record_errors(folder):
            # What is write-protected is read as it is; None says that it is not.
            self._stamp = None if _writable(folder) else _stamp(folder)
            self._connection = _connect(folder, protected=self.protected)
            try:
                bring_up(self._connection, folder)
            except BaseException as error:
                self.close()
                if self.protected and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY:
                    raise ArchiveError(
                        f"the archive {folder} is of an older format and write-protected: open it once where it is not"
                    ) from error
                raise

    @property
    def protected(self) -> bool:
        """Whether it can only be read, because its folder or file is write-protected."""
        return self._stamp is not None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a query; return all its rows. Half a character among the values counts as U+FFFD: none is stored."""
        with self._lock, record_errors(self._folder):
            if self._stamp is not None and self._stamp != (stamp := _stamp(self._folder)):
                self._connection.close()  # somebody who may write has written
                self._connection, self._stamp = _connect(self._folder, protected=True), stamp
            try:
                return self._connection.execute(query, values).fetchall()
            except UnicodeEncodeError:
                whole = [_whole(value) if isinstance(value, str) else value for value in values]
                return self._connection.execute(query, whole).fetchall()

    def meta(self, key: str) -> str:
        """Return a fact about the archive: schema, encoder, encoder_fingerprint, generation."""
        return str(self.rows("SELECT value FROM meta WHERE key = ?", (key,))[0][0])

    def copy_to(self, file: Path) -> None:
        """Copy the record as it is at this moment into a file, while others read and write it."""
        with self._lock, record_errors(self._folder), closing(sqlite3.connect(file)) as copy:
            self._connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole

    def compare_keywords(self) -> None:
        """Raise an ArchiveError when the keyword index is not that of the passages."""
        with self._lock, record_errors(self._folder):
            compare_keywords(self._connection)

    def forget_damaged_keywords(self) -> None:
        """Let a keyword index that cannot even be dropped be made anew."""
        with self._lock, record_errors(self._folder):
            forget_damaged_keywords(self._connection)

    @contextmanager
    def transaction(self, *, counts: bool = True) -> Iterator[sqlite3.Connection]:
        """Change the record: all of it when the block ends, none of it when it raises.

        A change is counted (`Catalogue.changes`), unless it is none of the articles: then say so with `counts`.
        """
        with self._lock, record_errors(self._folder):
            self._connection.execute("BEGIN IMMEDIATE")
            before = self._connection.total_changes
            try:
                yield self._connection
                if counts and self._connection.total_changes > before:
                    self._connection.execute(_COUNT)
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    self._connection.execute("ROLLBACK")


def _whole(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _connect(folder: Path, *, protected: bool) -> sqlite3.Connection:
    place: str | Path = folder / RECORD_FILE
    if protected:
        # Without a log nobody writes: then SQLite needs no files beside the record, which it could not make.
        place = f"{(folder / RECORD_FILE).absolute().as_uri()}?{'mode=ro' if _stamp(folder)[0] else 'immutable=1'}"
    connection = sqlite3.connect(place, timeout=30, isolation_level=None, check_same_thread=False, uri=protected)
    try:
        _refuse_others_files(connection, folder)
        if not protected:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON")  # removed words do not stay on the disk
    except BaseException:
        connection.close()
        raise
    return connection


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and os.access(folder / RECORD_FILE, os.W_OK)


def _stamp(folder: Path) -> tuple[bool, int, int]:
    """Return what changes when somebody writes: whether there is a log, and the record's time and size."""
    log, record = folder / f"{RECORD_FILE}-wal", (folder / RECORD_FILE).stat()
    return log.is_file() and log.stat().st_size > 0, record.st_mtime_ns, record.st_size


def create_record(folder: Path, encoder: Encoder, facts: Mapping[str, str] | None = None) -> None:
    """Make an empty record in a folder, with more facts in its `meta`; it gets its name only when it is complete."""
    unfinished = folder / f"{RECORD_FILE}.new"
    unfinished.unlink(missing_ok=True)
    connection = sqlite3.connect(unfinished, isolation_level=None)
    try:
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [
                ("schema", str(SCHEMA_VERSION)),
                ("encoder", encoder.name),
                ("encoder_fingerprint", encoder.fingerprint),
                ("generation", "0"),
                *(facts or {}).items(),
            ],
        )
    finally:
        connection.close()
    unfinished.replace(folder / RECORD_FILE)


def allowed(filters: Filters) -> tuple[str, list[str]]:
    """Return SQL that selects the ids of the articles that count, all from one index, and its values."""
    tests, values = [], list(filters.outlets)
    if filters.outlets:
        tests.append(f"{NAME} IN ({','.join('?' * len(filters.outlets))})")
    # Cut to the length of what is known of the date, the day bounds a year or month that has it.
    if filters.since:
        tests.append("published >= substr(?, 1, length(published))")
        values.append(filters.since)
    if filters.until:
        tests.append("published <= substr(?, 1, length(published))")
        values.append(filters.until)
    return f"SELECT id FROM articles WHERE {' AND '.join(tests) or 'true'}", values  # noqa: S608


def within(filters: Filters, column: str) -> tuple[str, list[str]]:
    """Return SQL that goes after a condition to keep rows whose article counts, and its values; '' for all articles.

    `column` is the expression that has the article's id.
    """
    ids, values = allowed(filters)
    return (f" AND {column} IN ({ids})", values) if filters else ("", [])


def indexed_within(record: Record, filters: Filters) -> list[str]:
    """Return the ids of the passages that count and whose vectors are written; read while nobody writes vectors.

    The vector index is searched among these ids, so no date or outlet is kept twice. Measured with 100,000 random
    vectors of dimension 384, of which 50 are wanted and the filters allow 50% / 5% / 0.2%: this takes 34 / 6 / 2 ms
    and the search 43 / 17 / 56 ms, against 4 ms for one of all; what it finds is at least as near to an exact search.
    Chroma's `where` was slower at 20,000 (42 / 16 / 18 ms against 17 / 8 / 12) and needs the dates in the index.
    """
    only, values = within(filters, "article_id")
    rows = record.rows(
        "SELECT article_id || ':' || position FROM passages"  # noqa: S608
        f" WHERE article_id NOT IN (SELECT id FROM articles WHERE state <> 'indexed'){only}",
        values,
    )
    return [id_ for (id_,) in rows]


@contextmanager
def record_errors(folder: Path) -> Iterator[None]:
    """Turn what SQLite or the disk says into an ArchiveError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise ArchiveError(f"the archive {folder} {_trouble(folder, error)}") from error


def _trouble(folder: Path, error: sqlite3.Error | OSError) -> str:
    """What is wrong, and what mends it; never what the articles say, which SQLite quotes."""
    if disk_is_full(folder, error):
        return f"cannot be used, its disk is full: {MAKE_ROOM}"
    if isinstance(error, OSError):
        return f"cannot be used: {error.strerror or error}; name another"
    if str(error).startswith("Could not decode"):
        return (
            "has a stored text whose bytes are damaged: dateline check names the article, dateline restore brings a"
            " backup back into another folder"
        )
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
        return (
            f"cannot be used: {error}; dateline rebuild mends a damaged index, dateline restore brings a backup back"
            " into another folder"
        )
    return f"cannot be used: {error}; check its disk and permissions"


def disk_is_full(place: Path, error: BaseException | None = None) -> bool:
    """Return whether an error, or the disk of a place itself, says that there is no room left."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return True
    near = next((folder for folder in (place, *place.absolute().parents) if folder.is_dir()), None)
    # Of the files beside the record, SQLite says no more than that it cannot make or lengthen them.
    return near is not None and shutil.disk_usage(near).free < _LEAST_ROOM


def _refuse_others_files(connection: sqlite3.Connection, folder: Path) -> None:
    """Raise an ArchiveError for a file that is no record, before anything is written into it."""
    try:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        found = "another program's data" if tables else "empty"
        if {"articles", "meta"} <= tables:
            refuse_other_formats(connection, folder)
            return
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_NOTADB:
            raise
        found = "no SQLite file, or its head is damaged"
    raise ArchiveError(
        f"the archive {folder} cannot be used, its {RECORD_FILE} is {found}: name another folder with --archive;"
        " dateline restore brings a backup back into a new one"
    )
