"""Ctrl-C during `dateline ingest`: one line, at once; nothing lost; the same command goes on."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from ingest.archive import Archive

ROOT = Path(__file__).parents[2]
ARTICLES = 300


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("news") / "news.jsonl"
    lines = [
        {"title": f"Bridge {n}", "url": f"https://gazette.example/{n}", "text": f"Bridge {n} was shut in winter. " * 30}
        for n in range(ARTICLES)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def start(news: Path, archive: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "ingest", str(news), "--archive", str(archive)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )


def indexed(archive: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{archive / 'record.sqlite3'}?mode=ro", uri=True, timeout=30)) as record:
            return int(record.execute("SELECT count(*) FROM articles WHERE state = 'indexed'").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 64])
def test_ctrl_c_is_one_line_and_the_next_run_goes_on(news: Path, tmp_path: Path, after: int) -> None:
    archive = tmp_path / "archive"
    process = start(news, archive)
    while not (archive / "record.sqlite3").exists() or indexed(archive) < after:
        assert process.poll() is None
        os.sched_yield()
    process.send_signal(signal.SIGINT)
    sent = time.monotonic()
    out, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (out, told) == ("", "dateline: stopped\n")
    assert time.monotonic() - sent < 20  # on a busy machine; alone it is a fraction of a second
    before = indexed(archive)
    assert after <= before < ARTICLES
    out, told = start(news, archive).communicate(timeout=120)
    assert told == ""
    assert "failed 0" in out
    with Archive.open(archive) as opened:
        assert len(opened) == ARTICLES
        assert opened.pending_count() == 0
        assert opened.vector_ids() == opened.passage_ids()
