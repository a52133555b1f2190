"""What is kept of standing questions: through a kill, by two writers at once, in a backup, in an old archive."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.archive.backup import backup, restore
from ingest.archive.check import check
from ingest.article import Article, article_id
from ingest.pipeline import add_articles
from qa.assistant import Assistant
from qa.read.reader import Reader
from qa.watch.rounds import ask_again, keep_watch

ROOT = Path(__file__).parents[3]
OLD = ROOT / "tests" / "ingest" / "archive" / "data" / "archive-v1.zip"


def news(number: int, day: str) -> list[Article]:
    sentences = (
        f"The Torvald mill employs {number} people, its owner said.",
        f"The ferry Marisol carries {number + 5} passengers, the coast guard said.",
    )
    return [
        Article(article_id(f"{place}/{day}"), f"News of the {place}", text, f"{day}.txt", None, day)
        for place, text in zip(("mill", "ferry"), sentences, strict=True)
    ]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load("fast")


@pytest.fixture
def watched(archive_dir: Path, reader: Reader) -> Path:
    """An archive with two questions; what changes both answers has come in and nobody has asked again."""
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, news(120, "2021-05-03"))
        assistant = Assistant(archive, reader)
        keep_watch(assistant, "How many people does the Torvald mill employ?", name="mill")
        keep_watch(assistant, "How many passengers does the ferry Marisol carry?", name="ferry")
        add_articles(archive, news(95, "2021-06-07"))
    return archive_dir


def values(archive: Archive, name: str) -> list[str | None]:
    watch = archive.watches.find(name)
    assert watch is not None
    return [given.value and given.value.split()[0] for given in archive.watches.history(watch.id)]


KILLED = """
import os, signal, sys
from pathlib import Path
from ingest.archive import Archive
from qa.assistant import Assistant
from qa.watch.rounds import ask_again
archive = Archive.open(Path(sys.argv[1]))
assistant, asked = Assistant(archive, "fast"), []
def next_assistant():
    asked.append(1)
    if len(asked) > 1 and sys.argv[2] == "asking":  # the first answer is kept, the second question not asked
        os.kill(os.getpid(), signal.SIGKILL)
    return assistant
told = list(zip(range(2), ask_again(archive, next_assistant)))
os.kill(os.getpid(), signal.SIGKILL)  # both are kept, and nobody noted that the round is over
"""


@pytest.mark.parametrize("moment", ["asking", "settling"])
def test_a_round_that_is_killed_is_finished_by_the_next_and_tells_nothing_twice(
    watched: Path, reader: Reader, moment: str
) -> None:
    run = subprocess.run([sys.executable, "-c", KILLED, str(watched), moment], cwd=ROOT, timeout=120, check=False)
    assert run.returncode == -signal.SIGKILL
    with Archive.open(watched) as archive:
        assert len(archive.watches.told(10)) == (1 if moment == "asking" else 2)
        rest = list(ask_again(archive, lambda: Assistant(archive, reader)))
        assert len(rest) == (1 if moment == "asking" else 0)
        assert (values(archive, "mill"), values(archive, "ferry")) == (["120", "95"], ["125", "100"])
        assert archive.watches.news().articles == ()


ASKS = """
import sys
from pathlib import Path
from ingest.archive import Archive
from qa.assistant import Assistant
from qa.watch.rounds import ask_again
with Archive.open(Path(sys.argv[1])) as archive:
    assistant = Assistant(archive, "fast")
    print("ready", flush=True)
    input()
    for told in ask_again(archive, lambda: assistant):
        print(told.watch.name)
"""


def test_two_that_ask_at_once_tell_each_change_once(watched: Path) -> None:
    command = [sys.executable, "-c", ASKS, str(watched)]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [name for process in both for name in process.communicate(timeout=120)[0].split()]
    assert sorted(told) == ["ferry", "mill"]
    with Archive.open(watched) as archive:
        assert (values(archive, "mill"), values(archive, "ferry")) == (["120", "95"], ["125", "100"])


def test_an_answer_to_an_archive_that_has_changed_meanwhile_is_not_kept(watched: Path, reader: Reader) -> None:
    with Archive.open(watched) as archive:
        kept = archive.watches
        watch = kept.find("mill")
        assert watch is not None
        at, last = kept.moment(), kept.history(watch.id)[-1]
        add_articles(archive, news(80, "2021-07-05"))
        assert not kept.keep(watch, at, 0.5, last, last)
        assert kept.keep(watch, kept.moment(), 0.5, last, None)
        assert not kept.keep(watch, kept.moment(), 0.5, None, None)  # another has added to the history
        assert kept.history(watch.id) == [last]
        kept.remove(watch.id)
        assert not kept.keep(watch, kept.moment(), 0.5, None, last)
        assert kept.history(watch.id) == []


def test_a_backup_has_questions_and_history_and_what_is_not_asked_about_yet(
    watched: Path, tmp_path: Path, reader: Reader
) -> None:
    with Archive.open(watched) as archive:
        backup(archive, tmp_path / "backup.zip")
        before = archive.watches.all(), archive.watches.latest()
    restore(tmp_path / "backup.zip", tmp_path / "restored")
    with Archive.open(tmp_path / "restored") as archive:
        assert (archive.watches.all(), archive.watches.latest()) == before
        assert len(list(ask_again(archive, lambda: Assistant(archive, reader)))) == 2
        assert check(archive) == []


def test_rebuilding_is_no_news(watched: Path, reader: Reader) -> None:
    with Archive.open(watched) as archive:
        list(ask_again(archive, lambda: Assistant(archive, reader)))
        archive.rebuild()
        assert archive.watches.news().articles == ()


def test_an_archive_of_the_first_format_can_be_watched(tmp_path: Path, reader: Reader) -> None:
    shutil.unpack_archive(OLD, tmp_path / "old")
    with Archive.open(tmp_path / "old") as archive:
        _, answer = keep_watch(Assistant(archive, reader), "How many crowns did the repair of the bridge cost?")
        assert "41" in answer.text


def test_what_waits_for_its_vectors_is_left_for_the_next_round(watched: Path) -> None:
    with Archive.open(watched) as archive:
        early = archive.watches.news()
        (waiting, *_) = news(80, "2021-07-05")
        archive.put(waiting)
        assert archive.watches.news() == early
        archive.index_pending()
        assert archive.watches.news().articles == (*early.articles, waiting.id)
