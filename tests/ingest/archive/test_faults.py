"""Ingestion killed at fifty random points, with edits, additions and removals between; each store broken in turn."""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.archive.check import check
from ingest.article import Article, article_id
from ingest.pipeline import add_articles

ROOT = Path(__file__).parents[3]
KILLS = 50
NAMES = [f"report {number}" for number in range(14)]

# A process that has imported what ingestion needs, and forks one that ingests for each line that it reads: killed after
# `wait` seconds, or let go to its end and then checked. It opens no archive itself: threads do not survive a fork.
FORKER = """
import json, os, signal, sys, time
from pathlib import Path
from ingest.archive import archive as module
from ingest.archive import chroma as vectors
from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from ingest.archive.check import check
import datasketch, onnxruntime, tokenizers
module._PASSAGES_A_WRITE = 6
def ingest(folder, asked):
    with Archive.open(folder, create=True) as archive:
        add_articles(archive, [Article(**a) for a in asked["articles"]])
        known = {a.id for a in archive.articles()}
        archive.remove(sorted(known & set(asked["gone"])))
        if asked["wait"] is not None:
            return
        told = [[f.problem, f.remedy] for f in check(archive, apart=False)]
        held = {a.id: a.text for a in archive.articles()}
        print(json.dumps({"findings": told, "held": held}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    started = time.monotonic()
    child = os.fork()
    if not child:
        ingest(Path(sys.argv[1]), asked)
        os._exit(0)
    killed = False
    if asked["wait"] is not None:
        while time.monotonic() - started < asked["wait"] and os.waitpid(child, os.WNOHANG) == (0, 0):
            time.sleep(0.002)
        else:
            try:
                os.kill(child, signal.SIGKILL)
                killed = os.waitpid(child, 0)[1] == signal.SIGKILL
            except (ProcessLookupError, ChildProcessError):
                pass
        print(json.dumps({"killed": killed}), flush=True)
    else:
        os.waitpid(child, 0)
        print(json.dumps({"took": time.monotonic() - started}), flush=True)
"""


def text_of(name: str, version: int, sentences: int) -> str:
    return " ".join(f"The {name} in its version {version} says {n} things about Torvald." for n in range(sentences))


def changed(truth: dict[str, str], gone: set[str], drawn: random.Random, version: int) -> None:
    """Add, edit and remove some articles of what the archive must hold."""
    for name in drawn.sample(NAMES, 4):
        if name in truth and drawn.random() < 0.35:
            del truth[name]
            gone.add(name)
        else:
            truth[name] = text_of(name, version, drawn.choice((1, 3, 12, 30)))
            gone.discard(name)


def asked(truth: dict[str, str], gone: set[str], wait: float | None) -> str:
    articles = [{"id": article_id(n), "title": n, "text": text, "source": n} for n, text in truth.items()]
    return json.dumps({"articles": articles, "gone": [article_id(n) for n in sorted(gone)], "wait": wait}) + "\n"


def forker(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", FORKER, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_ingestion_killed_anywhere_loses_nothing(archive_dir: Path) -> None:
    drawn = random.Random(7)
    truth: dict[str, str] = {}
    gone: set[str] = set()
    killed = 0
    with forker(archive_dir) as process:

        def say(line: str) -> dict[str, object]:
            process.stdin.write(line)
            process.stdin.flush()
            said: dict[str, object] = json.loads(process.stdout.readline())
            return said

        def verify() -> float:
            held = say(asked(truth, gone, None))
            assert held == {"findings": [], "held": {article_id(name): text for name, text in truth.items()}}
            took = json.loads(process.stdout.readline())["took"]
            assert isinstance(took, float)
            return took

        changed(truth, gone, drawn, 0)
        verify()
        changed(truth, gone, drawn, 1)
        took = verify()
        for round_ in range(2, 4 * KILLS):
            changed(truth, gone, drawn, round_)
            killed += say(asked(truth, gone, drawn.uniform(0, took)))["killed"] is True
            took = (took + verify()) / 2
            if killed == KILLS:
                break
    assert killed == KILLS
    with Archive.open(archive_dir) as archive:
        assert check(archive, sample=20) == []


ARTICLES = {name: text_of(name, 0, 12) for name in NAMES[:5]}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose write-ahead log was not yet written back, as a kill leaves it."""
    folder = tmp_path_factory.mktemp("made") / "archive"
    with Archive.open(folder, create=True) as archive:
        add_articles(archive, [Article(article_id(n), n, text, n) for n, text in list(ARTICLES.items())[:2]])
    with Archive.open(folder) as archive:
        add_articles(archive, [Article(article_id(n), n, text, n) for n, text in ARTICLES.items()])
        archive.remove([article_id(NAMES[0])])
        shutil.copytree(folder, folder.parent / "left")
    assert (folder.parent / "left" / "record.sqlite3-wal").stat().st_size > 0
    return folder.parent / "left"


BROKEN = {
    "log": ["record.sqlite3-wal", "record.sqlite3-shm"],
    "index of the log": ["record.sqlite3-shm"],
    "vectors": ["chroma"],
    "vectors' database": ["chroma/chroma.sqlite3"],
    "log and vectors": ["record.sqlite3-wal", "chroma"],
}


@pytest.mark.slow
@pytest.mark.parametrize("broken", BROKEN)
def test_a_store_that_is_gone_comes_back(made: Path, archive_dir: Path, broken: str) -> None:
    shutil.copytree(made, archive_dir)
    for name in BROKEN[broken]:
        path = archive_dir / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    truth = {article_id(n): text for n, text in ARTICLES.items() if n != NAMES[1]}
    with Archive.open(archive_dir) as archive:
        add_articles(archive, [Article(article_id(n), n, ARTICLES[n], n) for n in ARTICLES if n != NAMES[1]])
        archive.remove([a.id for a in archive.articles() if a.id not in truth])
        if check(archive, apart=False):  # a log that is gone takes removals back that the vectors have seen
            assert {finding.remedy for finding in check(archive, apart=False)} == {"dateline rebuild"}
            archive.rebuild()
        assert check(archive, apart=False) == []
        assert {a.id: a.text for a in archive.articles()} == truth
