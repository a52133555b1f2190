"""Standing questions as rows of the record: the questions, what was answered when, and which articles came or went.

Three tables. `watches` has the questions. `watch_history` has a row for each time an answer changed, and is only ever
added to. `watch_news` has a row for each article that came, changed or went since the first question was kept: triggers
write it in the transaction that changes the article, so that no kill and no other program loses one. Its numbers grow,
so 'new to this question' is a comparison of numbers, not of clocks.
"""

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from ingest.archive.sqlite import Record
from ingest.errors import InputError
from ingest.filters import Filters

__all__ = ["Given", "Kind", "News", "Said", "Watch", "Watches"]

Kind = Literal["first", "appeared", "changed", "overtaken", "disputed", "disappeared"]
"""What became of an answer: it was there when the question was first asked; it is there now and was not; the value is
another, for the same day, an unknown one, or because its article changed; a newer value has taken its place; articles
give two values for one day, or the archive gives now one, now the other; nothing gives it any more."""

_LONGEST_NAME = 100
_MOST = 10_000  # questions in one archive
_WATCH = "id, name, question, outlets, since, until, made, vector, least, seen"
_GIVEN = "number, watch, kind, moment, value, as_of, form, places"
_SEQUENCE = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'watch_news'"
_CHANGES = "SELECT coalesce(max(value + 0), 0) FROM meta WHERE key = 'changes'"
_DONE = "SELECT coalesce(max(value + 0), 0) FROM meta WHERE key = 'watched'"


@dataclass(frozen=True, slots=True)
class Said:
    """Where an article gives a value, as it was when it was told: the article may be gone since.

    `quote` was the article's text from `start` to `end`, `sentence` that from `sentence_start` to `sentence_end`.
    `as_of` is the day for which it is said, YYYY, YYYY-MM or YYYY-MM-DD.
    """

    value: str
    quote: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    sentence_end: int
    as_of: str | None
    article: str
    title: str
    source: str
    outlet: str | None
    published: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Given:
    """One answer of a standing question's history.

    Attributes:
        number: Its place in the history of all questions; 0 before it is stored.
        watch: The question's id.
        kind: What became of the answer before it.
        moment: When it was first given, in seconds since 1970.
        value, as_of: The value and its day; the value is None when the answer disappeared.
        form: The answer's form, as of an Answer; '' when it disappeared.
        said: Where the value stands; for a list one place an item.
        against: Of a disputed answer, where the other values stand.
    """

    number: int
    watch: str
    kind: Kind
    moment: int
    value: str | None
    as_of: str | None
    form: str
    said: tuple[Said, ...]
    against: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """A standing question.

    Attributes:
        id: 16 hexadecimal digits.
        name: What people call it; unique in its archive.
        question: The question.
        filters: The articles that count.
        made: When it was made, in seconds since 1970.
        vector: The question's embedding, 32-bit floats of the archive's encoder.
        least: The cosine that a passage needs to be among those read for it; None until it was asked.
        seen: The number of the last news that its present answer takes into account.
    """

    id: str
    name: str
    question: str
    filters: Filters
    made: int
    vector: bytes
    least: float | None = None
    seen: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """What came in or went since the last round that was finished.

    Attributes:
        articles: Ids of articles that came, changed or went. Those that still wait for their vectors are left for the
            next round.
        up_to: The number of the last news that is among them or before.
    """

    articles: tuple[str, ...]
    up_to: int


class Watches:
    """The standing questions of an archive. Safe for threads and for several processes."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def __len__(self) -> int:
        return int(self._record.rows("SELECT count(*) FROM watches")[0][0])

    def all(self) -> list[Watch]:
        """Return all, by name."""
        return [_watch(row) for row in self._record.rows(f"SELECT {_WATCH} FROM watches ORDER BY name, id")]  # noqa: S608

    def find(self, name: str) -> Watch | None:
        """Return the one with this name or id, or None."""
        rows = self._record.rows(f"SELECT {_WATCH} FROM watches WHERE name = ?1 OR id = ?1 ORDER BY id = ?1", (name,))  # noqa: S608
        return _watch(rows[0]) if rows else None

    def add(self, question: str, name: str, filters: Filters, vector: bytes) -> Watch:
        """Keep a question that nobody has asked yet.

        Raises:
            InputError: The name is taken, empty or too long, or there are too many questions.
        """
        name = " ".join(name.split())
        if not name or len(name) > _LONGEST_NAME:
            raise InputError(f"no name: {name[:40]!r}; give 1 to {_LONGEST_NAME} characters with --name")
        with self._record.transaction(counts=False) as connection:
            (count,) = connection.execute("SELECT count(*) FROM watches").fetchone()
            if count >= _MOST:
                raise InputError(f"{count:,} questions are watched, no more can be: remove some first")
            if connection.execute("SELECT 1 FROM watches WHERE name = ?", (name,)).fetchone():
                raise InputError(f"a question with the name {name!r} is watched already: give another with --name")
            (seen,) = connection.execute(_SEQUENCE).fetchone()
            watch = Watch(secrets.token_hex(8), name, question, filters, int(time.time()), vector, None, seen)
            _insert(connection, watch)
        return watch

    def remove(self, id_: str) -> tuple[Watch, tuple[Given, ...]] | None:
        """Stop watching a question; return it with its history, for `put_back`. None when there is none."""
        watch, history = self.find(id_), tuple(self.history(id_))
        with self._record.transaction(counts=False) as connection:
            connection.execute("DELETE FROM watch_history WHERE watch = ?", (id_,))
            connection.execute("DELETE FROM watches WHERE id = ?", (id_,))
            if not connection.execute("SELECT 1 FROM watches LIMIT 1").fetchone():
                connection.execute("DELETE FROM watch_news")
        return (watch, history) if watch else None

    def put_back(self, watch: Watch, history: Sequence[Given]) -> None:
        """Undo `remove`: what came in or went meanwhile is asked about in the next round.

        Raises:
            InputError: Its name has been given to another question since.
        """
        with self._record.transaction(counts=False) as connection:
            if connection.execute(
                "SELECT 1 FROM watches WHERE name = ? AND id <> ?", (watch.name, watch.id)
            ).fetchone():
                raise InputError(f"another question has got the name {watch.name!r} meanwhile: remove that one first")
            # Nobody noted what came while there was no question: without a `least` the next round asks it.
            _insert(connection, replace(watch, least=None))
            connection.executemany(
                f"INSERT OR IGNORE INTO watch_history ({_GIVEN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                [(given.number, *_given_row(given)) for given in history],
            )

    def history(self, id_: str) -> list[Given]:
        """Return the answers of a question, oldest first."""
        query = f"SELECT {_GIVEN} FROM watch_history WHERE watch = ? ORDER BY number"  # noqa: S608
        return [_given(row) for row in self._record.rows(query, (id_,))]

    def latest(self) -> dict[str, Given]:
        """Return the newest answer of each question that has one, by its id."""
        query = (
            f"SELECT {_GIVEN} FROM watch_history WHERE number IN"  # noqa: S608
            " (SELECT max(number) FROM watch_history GROUP BY watch)"
        )
        return {given.watch: given for given in map(_given, self._record.rows(query))}

    def told(self, most: int, after: int = 0) -> list[Given]:
        """Return up to `most` answers that were changes, with a number above `after`, newest first."""
        query = (
            f"SELECT {_GIVEN} FROM watch_history WHERE kind <> 'first' AND number > ?"  # noqa: S608
            " ORDER BY number DESC LIMIT ?"
        )
        return [_given(row) for row in self._record.rows(query, (after, most))]

    def before(self, given: Given) -> Given | None:
        """Return the answer before one, or None."""
        query = f"SELECT {_GIVEN} FROM watch_history WHERE watch = ? AND number < ? ORDER BY number DESC LIMIT 1"  # noqa: S608
        rows = self._record.rows(query, (given.watch, given.number))
        return _given(rows[0]) if rows else None

    def news(self) -> News:
        """Return what came in or went since the last round that was finished."""
        rows = self._record.rows(
            f"SELECT number, article, coalesce(state = 'pending', 0) FROM watch_news LEFT JOIN articles ON id = article"  # noqa: S608
            f" WHERE number > ({_DONE}) ORDER BY number"
        )
        ready = [(number, article) for number, article, waits in rows if not waits]
        first = next((number for number, _, waits in rows if waits), None)
        up_to = first - 1 if first else (rows[-1][0] if rows else 0)
        return News(tuple(article for _, article in ready), up_to)

    def fresh(self, after: int) -> frozenset[str]:
        """Return the ids of the articles that came, changed or went after a number."""
        rows = self._record.rows("SELECT article FROM watch_news WHERE number > ?", (after,))
        return frozenset(article for (article,) in rows)

    def settle(self, up_to: int) -> None:
        """Note that a round is finished: what came up to a number has been asked about."""
        if up_to:
            with self._record.transaction(counts=False) as connection:
                connection.execute(
                    "INSERT INTO meta VALUES ('watched', ?1)"
                    " ON CONFLICT (key) DO UPDATE SET value = max(value + 0, ?1)",
                    (up_to,),
                )

    def moment(self) -> tuple[int, int]:
        """Return what tells whether anything has changed: the number of the last news, and that of changes."""
        ((sequence, changes),) = self._record.rows(f"SELECT ({_SEQUENCE}), ({_CHANGES})")
        return int(sequence), int(changes)

    def keep(self, watch: Watch, at: tuple[int, int], least: float, last: Given | None, given: Given | None) -> bool:
        """Note that a question was asked, and what changed, all or nothing.

        Args:
            watch: The question, as it was read before it was asked.
            at: The `moment` before it was asked.
            least: As of the Watch.
            last: The newest answer before, from which the change was worked out.
            given: The answer, if it is a change.

        Returns:
            Whether it was kept. Not when the archive or the question's history has changed since, or the question is
            not watched any more: then the answer may be out of date, and is to be asked again.
        """
        with self._record.transaction(counts=False) as connection:
            (number,) = connection.execute(
                "SELECT coalesce(max(number), 0) FROM watch_history WHERE watch = ?", (watch.id,)
            ).fetchone()
            (changes,) = connection.execute(_CHANGES).fetchone()
            known = connection.execute("SELECT 1 FROM watches WHERE id = ?", (watch.id,)).fetchone()
            if not known or number != (last.number if last else 0) or changes != at[1]:
                return False
            connection.execute("UPDATE watches SET least = ?, seen = ? WHERE id = ?", (least, at[0], watch.id))
            if given:
                connection.execute(
                    "INSERT INTO watch_history (watch, kind, moment, value, as_of, form, places)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    _given_row(given),
                )
        return True


def _insert(connection: Any, watch: Watch) -> None:
    filters = watch.filters
    connection.execute(
        f"INSERT OR REPLACE INTO watches ({_WATCH}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            *(watch.id, watch.name, watch.question, json.dumps(filters.outlets), filters.since, filters.until),
            *(watch.made, watch.vector, watch.least, watch.seen),
        ),
    )


def _watch(row: Sequence[Any]) -> Watch:
    id_, name, question, outlets, since, until, *rest = row
    return Watch(id_, name, question, Filters(tuple(json.loads(outlets)), since, until), *rest)


def _given_row(given: Given) -> tuple[object, ...]:
    places = json.dumps([[list(asdict(said).values()) for said in side] for side in (given.said, given.against)])
    return given.watch, given.kind, given.moment, given.value, given.as_of, given.form, places


def _given(row: Sequence[Any]) -> Given:
    number, watch, kind, moment, value, as_of, form, places = row
    said, against = (tuple(Said(*place) for place in side) for side in json.loads(places))
    return Given(number, watch, kind, moment, value, as_of, form, said, against)
