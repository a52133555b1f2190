"""Archives of older formats, against one that the first format's code made (tests/ingest/archive/data/archive-v1.zip).

It holds a bridge of 20 July 1969 with an address and an outlet, a mill of March 2011, a comet without a date, and a
ferry of 29 February 2012 that waits for its vectors.
"""

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.archive.migrations import SCHEMA_VERSION
from ingest.article import Article, article_id
from ingest.errors import ArchiveError
from ingest.pipeline import add_articles

ROOT = Path(__file__).parents[3]
BRIDGE = Article(
    article_id("https://gazette.example/harbour"),
    "Harbour bridge reopens",
    "The harbour bridge reopened on Saturday. It had been shut for a year.\n\nThe repair cost 41 million crowns.",
    "news/harbour.txt",
    "https://gazette.example/harbour",
    "1969-07-20",
    "Brenn Gazette",
)
MILL = Article(
    article_id("/old/mill.txt"),
    "Fire at the mill",
    "The mill at Torvald burnt down in the storm. Nobody was hurt.",
    "mill.txt",
    None,
    "2011-03",
)
COMET = Article(article_id("/old/comet.txt"), "Comet", "A comet passed the moon on Friday night.", "comet.txt")
FERRY = Article(
    article_id("/old/ferry.txt"),
    "Ferry aground",
    "The ferry ran aground at Brenn with 12 people.",
    "ferry.txt",
    None,
    "2012-02-29",
    "Observer",
)


@pytest.fixture
def old(archive_dir: Path) -> Path:
    shutil.unpack_archive(Path(__file__).parent / "data" / "archive-v1.zip", archive_dir)
    return archive_dir


def ask_record(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "record.sqlite3")) as record:
        return record.execute(query).fetchall()


def test_an_old_archive_opens_with_all_it_had(old: Path) -> None:
    assert ask_record(old, "SELECT value FROM meta WHERE key = 'schema'") == [("1",)]
    with Archive.open(old) as archive:
        assert set(archive.articles()) == {BRIDGE, MILL, COMET, FERRY}
        assert archive.pending_count() == 1
        archive.index_pending()
        best, _ = archive.dense(archive.encoder.encode(["When did the harbour bridge reopen?"])[0], 5)[0]
        assert best.article_id == BRIDGE.id
        assert archive.vector_ids() == archive.passage_ids()
    assert ask_record(old, "SELECT value FROM meta WHERE key = 'schema'") == [(str(SCHEMA_VERSION),)]


def test_it_gets_what_a_new_archive_has(old: Path, tmp_path: Path) -> None:
    Archive.open(old).close()
    Archive.open(tmp_path / "new", create=True).close()
    names = "SELECT type, name, tbl_name FROM sqlite_master ORDER BY 1, 2"
    assert ask_record(old, names) == ask_record(tmp_path / "new", names)
    for table in ("articles", "feeds", "passages", "meta"):
        columns = f"SELECT name, type, pk FROM pragma_table_xinfo('{table}') ORDER BY name"
        assert ask_record(old, columns) == ask_record(tmp_path / "new", columns)


def test_an_archive_of_before_filters_gets_their_index(old: Path) -> None:
    with closing(sqlite3.connect(old / "record.sqlite3")) as record:
        record.execute("DROP INDEX articles_by_outlet")
    with Archive.open(old) as archive:
        assert archive.outlets()[0] in [("Brenn Gazette", 1), ("Observer", 1)]
    assert ask_record(old, "SELECT count(*) FROM sqlite_master WHERE name = 'articles_by_outlet'") == [(1,)]


def test_days_are_kept_as_seconds_too(old: Path) -> None:
    Archive.open(old).close()
    known = dict(ask_record(old, "SELECT id, epoch FROM articles"))
    days = {BRIDGE.id: datetime(1969, 7, 20, tzinfo=UTC), FERRY.id: datetime(2012, 2, 29, tzinfo=UTC)}
    assert known == {MILL.id: None, COMET.id: None} | {id_: int(day.timestamp()) for id_, day in days.items()}


def test_when_words_came_in_is_known_from_now_on(old: Path) -> None:
    before = int(time.time())
    with Archive.open(old) as archive:
        archive.put(replace(MILL, text=MILL.text + " It rained."))
    added = dict(ask_record(old, "SELECT id, added FROM articles"))
    assert [added[article.id] for article in (BRIDGE, COMET, FERRY)] == [None] * 3
    assert before <= int(str(added[MILL.id])) <= time.time()


def test_facts_that_the_old_format_did_not_know_are_news_and_cost_no_embedding(old: Path) -> None:
    with Archive.open(old) as archive:
        archive.index_pending()
        assert add_articles(archive, [replace(MILL, source="elsewhere/mill.txt", place="/old/mill.txt")]).unchanged == 1
        told = replace(BRIDGE, author="Ada Torvald", section="Local", language="en", updated="1969-07-21")
        assert archive.put(told) == "changed"
        assert archive.pending_count() == 0
        assert archive.put(told) == "unchanged"
        assert archive.article(BRIDGE.id) == told
        assert archive.put(replace(told, text=told.text + " It is green.")) == "changed"
        assert archive.pending_count() == 1


@pytest.mark.parametrize(
    ("version", "says"),
    [
        (
            str(SCHEMA_VERSION + 1),
            f"has format {SCHEMA_VERSION + 1}, this dateline reads up to {SCHEMA_VERSION}: update",
        ),
        ("0", "has no format that dateline knows"),
        ("next", "has no format that dateline knows"),
        (None, "has no format that dateline knows"),
    ],
)
def test_other_formats_are_refused_in_one_line_and_left_alone(old: Path, version: str | None, says: str) -> None:
    with closing(sqlite3.connect(old / "record.sqlite3", isolation_level=None)) as record:
        record.execute("DELETE FROM meta WHERE key = 'schema'")
        if version is not None:
            record.execute("INSERT INTO meta VALUES ('schema', ?)", (version,))
    before = ask_record(old, "SELECT sql FROM sqlite_master ORDER BY name")
    with pytest.raises(ArchiveError, match=says) as raised:
        Archive.open(old)
    assert "\n" not in str(raised.value)
    assert ask_record(old, "SELECT sql FROM sqlite_master ORDER BY name") == before


# The migration's last step is done, its transaction is not committed.
KILLED = """
import os, signal, sys
from pathlib import Path
from ingest.archive import migrations
from ingest.archive.sqlite import Record
LAST = max(migrations._STEPS)
def killed(connection, whole=migrations._STEPS[LAST]):
    whole(connection)
    os.kill(os.getpid(), signal.SIGKILL)
migrations._STEPS[LAST] = killed
Record(Path(sys.argv[1]))
"""


def test_a_migration_that_is_killed_leaves_the_old_format(old: Path) -> None:
    with closing(sqlite3.connect(old / "record.sqlite3")) as reader:
        killed = subprocess.run([sys.executable, "-c", KILLED, str(old)], cwd=ROOT, timeout=60, check=False)
        assert killed.returncode == -signal.SIGKILL
        assert reader.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == ("1",)
        assert len(reader.execute("SELECT * FROM articles LIMIT 1").description) == 10
        with Archive.open(old) as archive:  # beside a process that reads
            assert len(archive) == 4
        # What the first format's code asks goes on to be answered, and what it writes is found.
        assert reader.execute("SELECT title FROM articles WHERE id = ?", (COMET.id,)).fetchone() == ("Comet",)
        reader.execute("UPDATE articles SET published = '2020-01-02' WHERE id = ?", (COMET.id,))
        reader.commit()
    with Archive.open(old) as archive:
        assert archive.article(COMET.id) == replace(COMET, published="2020-01-02")
    assert ask_record(old, f"SELECT epoch FROM articles WHERE id = '{COMET.id}'") == [
        (int(datetime(2020, 1, 2, tzinfo=UTC).timestamp()),)
    ]


def test_two_that_open_an_old_archive_at_once_bring_it_up_once(old: Path) -> None:
    opened = "import sys; from pathlib import Path; from ingest.archive.sqlite import Record; Record(Path(sys.argv[1]))"
    both = [subprocess.Popen([sys.executable, "-c", opened, str(old)], cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    with Archive.open(old) as archive:
        assert len(archive) == 4
