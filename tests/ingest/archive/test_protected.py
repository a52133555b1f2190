"""Archives that cannot be written: behind permissions, and on a full disk."""

import json
import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.archive.check import check
from ingest.article import Article, article_id
from ingest.pipeline import add_articles

ROOT = Path(__file__).parents[3]
TEXT = "The repair of the harbour bridge cost 41 million crowns. It had been shut for a year."
BRIDGE = Article(article_id("bridge"), "Bridge reopens", TEXT, "bridge.txt", None, "2024-02-29", "Brenn Gazette")


def as_one_whom_permissions_bind() -> list[str]:
    """What to begin a command with: root passes over permissions, unless it gives that power up."""
    if os.geteuid():
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root without setpriv passes over permissions")
    return [setpriv, "--bounding-set", "-dac_override,-dac_read_search"]


def dateline(*arguments: str | Path, bound: bool = True, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [*(as_one_whom_permissions_bind() if bound else []), sys.executable, "-m", "ui.cli", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=limited,
    )


@pytest.fixture
def protected(archive_dir: Path) -> Iterator[Path]:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [BRIDGE])
    paths = [archive_dir, *archive_dir.rglob("*")]
    for path in paths:
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    yield archive_dir
    for path in paths:
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


def files(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(p.relative_to(folder)): (p.stat().st_size, p.stat().st_mtime_ns) for p in folder.rglob("*")}


@pytest.mark.slow
def test_a_write_protected_archive_is_asked_listed_and_checked(protected: Path, tmp_path: Path) -> None:
    before = files(protected)
    asked = dateline("ask", "--reader", "fast", "What did the repair of the bridge cost?", "--archive", protected)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "41 million crowns" in asked.stdout
    listed = dateline("articles", "--archive", protected)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert BRIDGE.id in listed.stdout
    checked = dateline("check", "--archive", protected)
    assert (checked.returncode, checked.stderr) == (0, "")
    (tmp_path / "new.txt").write_text("The mill burnt down in the storm on Friday night.")
    for command in (["ingest", tmp_path / "new.txt"], ["remove", BRIDGE.id], ["rebuild"]):
        refused = dateline(*command, "--archive", protected)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.splitlines()[-1].startswith(
            f"dateline: the archive {protected} cannot be used: Permission"
        )
        assert refused.stderr.count("dateline:") == 1
    assert files(protected) == before


READER = """
import sys
from pathlib import Path
from ingest.archive import Archive
with Archive.open(Path(sys.argv[1])) as archive:
    assert archive.record.protected
    for line in sys.stdin:
        print(len(archive), len(archive.keyword(["mill"], 5)), flush=True)
"""


@pytest.mark.slow
def test_one_who_may_only_read_sees_what_another_writes(protected: Path) -> None:
    """The folder is another's, who may write: what they add is read, while they have it open and afterwards."""
    if os.geteuid():
        pytest.skip("needs root, to be the one who may write")
    mill = Article(article_id("mill"), "Fire", "The mill burnt down in the storm on Friday night.", "mill.txt")
    command = [*as_one_whom_permissions_bind(), sys.executable, "-c", READER, str(protected)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None

        def said() -> str:
            reader.stdin.write("?\n")
            reader.stdin.flush()
            return reader.stdout.readline().strip()

        assert said() == "1 0"
        with closing(sqlite3.connect(protected / "record.sqlite3", isolation_level=None)) as writer:
            writer.execute("PRAGMA wal_autocheckpoint = 0")
            writer.execute(
                "INSERT INTO articles (id, title, text, source, hash, state, vectors)"
                " VALUES (?, ?, ?, ?, '', 'pending', 0)",
                (mill.id, mill.title, mill.text, mill.source),
            )
            assert said() == "2 0"
            writer.execute(
                "INSERT INTO passages (article_id, position, start, end, title, text) VALUES (?, 0, 0, ?, ?, ?)",
                (mill.id, len(mill.text), mill.title, mill.text),
            )
            assert said() == "2 1"
        assert said() == "2 1"
        reader.stdin.close()


@pytest.mark.slow
def test_vectors_never_go_into_the_copy_of_a_protected_index(archive_dir: Path, tmp_path: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [BRIDGE])
    index = archive_dir / "chroma" / "chroma.sqlite3"
    index.chmod(0o444)
    (tmp_path / "ferry.txt").write_text("The ferry to Ostrel was held for two days by the fog.")
    refused = dateline("ingest", tmp_path / "ferry.txt", "--archive", archive_dir)
    index.chmod(0o644)
    assert refused.returncode == 1
    assert f"{archive_dir / 'chroma'} is write-protected: change its permissions" in refused.stderr
    with Archive.open(archive_dir) as archive:
        assert archive.pending_count() == 1
        add_articles(archive, [])
        assert check(archive, apart=False) == []
        assert len(archive) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("articles", "limit", "meets_it"),
    [([], 90_000, "the vector index"), ([BRIDGE], 90_000, "the archive")],
)
def test_a_full_disk_is_one_line_and_loses_nothing(
    archive_dir: Path, tmp_path: Path, articles: list[Article], limit: int, meets_it: str
) -> None:
    """No file may grow past a limit, as on a full disk: which store meets it first depends on what is there."""
    texts = [" ".join(f"Report {n} says {k} things about Torvald." for k in range(100)) for n in range(24)]
    news = tmp_path / "news.jsonl"  # that name their language: the library that tells it writes a file of its own
    news.write_text("\n".join(json.dumps({"text": text, "language": "en", "id": n}) for n, text in enumerate(texts)))
    with Archive.open(archive_dir, create=True) as archive:
        if articles:
            add_articles(archive, articles)
    stopped = dateline("ingest", news, "--archive", archive_dir, bound=False, limit=limit)
    assert stopped.returncode == 1
    (line,) = [line for line in stopped.stderr.splitlines() if line.startswith("dateline:")]
    assert line.startswith(f"dateline: {meets_it} {archive_dir}")
    assert "cannot be used" in line
    assert "Traceback" not in stopped.stderr
    with Archive.open(archive_dir) as archive:
        assert set(articles) <= set(archive.articles())
    again = dateline("ingest", news, "--archive", archive_dir, bound=False)
    assert (again.returncode, "failed 0" in again.stdout) == (0, True)
    with Archive.open(archive_dir) as archive:
        assert check(archive, sample=20) == []
        assert {a.text for a in archive.articles()} == {*texts, *(a.text for a in articles)}


@pytest.mark.slow
def test_no_room_for_temporary_files_is_said_as_that(archive_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "bridge.txt").write_text(TEXT)  # whose language is told by a model that is unpacked to a file
    with Archive.open(archive_dir, create=True):
        pass
    stopped = dateline("ingest", tmp_path / "bridge.txt", "--archive", archive_dir, bound=False, limit=300_000)
    assert stopped.returncode == 1
    assert "bridge.txt: cannot be read (File too large); make room in " in stopped.stderr
    again = dateline("ingest", tmp_path / "bridge.txt", "--archive", archive_dir, bound=False)
    assert (again.returncode, again.stderr) == (0, "")
