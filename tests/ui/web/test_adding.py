"""What is added from the page: files and addresses, told of while they are read, and stopped."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.errors import InputError
from ui.web.adding import MOST_ADDRESSES, Adding, addresses_of
from ui.web.uploads import Upload


@pytest.fixture
def adding(archive_dir: Path) -> Iterator[Adding]:
    with Archive.open(archive_dir, create=True) as archive:
        yield Adding(archive, threading.Lock())


def send(folder: Path, name: str, text: str) -> Upload:
    path = folder / f"received-{len(list(folder.iterdir()))}"
    path.write_text(text)
    return Upload(path, name)


def rows(count: int) -> str:
    return "title,text\n" + "".join(f"Title {number},The text number {number}.\n" for number in range(count))


def test_an_upload_sent_again_replaces_itself(adding: Adding, tmp_path: Path, archive_dir: Path) -> None:
    def counts(text: str, name: str = "tram.txt") -> tuple[int, int, int, int]:
        *_, last = adding.files([send(tmp_path, name, text)], "job")
        report = last.report
        return report.added, report.changed, report.unchanged, len(report.failed)

    assert counts("Tram to the airport\n\nIt costs 120 million.") == (1, 0, 0, 0)
    assert counts("Tram to the airport\n\nIt costs 120 million.") == (0, 0, 1, 0)
    assert counts("Tram to the airport\n\nIt costs 130 million.") == (0, 1, 0, 0)
    assert counts("Tram to the airport\n\nIt costs 130 million.", "other.txt") == (1, 0, 0, 0)
    assert list((archive_dir / "uploads").iterdir()) == []


def test_a_bad_file_does_not_stop_the_others(adding: Adding, tmp_path: Path) -> None:
    uploads = [send(tmp_path, "../evil.txt", "x"), send(tmp_path, "tram.txt", "Tram\n\nIt runs.")]
    *_, last = adding.files(uploads, "job")
    assert (last.report.added, last.items) == (1, 2)
    (failure,) = last.report.failed
    assert failure.source == "evil.txt"
    assert "its name cannot be used" in failure.reason


def test_a_page_made_to_hang_costs_this_process_nothing(adding: Adding, tmp_path: Path) -> None:
    hostile = f"<p>{'<b>word</b>' * 200_000} Volunteers counted 612 storks.</p><p {'a=1 ' * 100_000}>x</p>"
    began = time.process_time()
    uploads = [send(tmp_path, "storks.html", hostile), send(tmp_path, "tram.txt", "Tram\n\nIt runs.")]
    job = adding.files(uploads, "job")
    step = next(job)
    while step.item == 1 and not step.read:
        step = next(job)
    assert time.process_time() - began < 6  # most of it is the embedding of 200,000 words, where it could be read
    adding.cancel("job")
    *_, last = job
    assert last.stopped


def test_says_how_far_it_is(adding: Adding, tmp_path: Path) -> None:
    uploads = [send(tmp_path, "many.csv", rows(70)), send(tmp_path, "one.txt", "Tram\n\nIt runs.")]
    told = [(step.item, step.items, step.name, step.read, step.of) for step in adding.files(uploads, "job")]
    assert told == [
        (1, 2, "many.csv", 0, 70), (1, 2, "many.csv", 32, 70), (1, 2, "many.csv", 64, 70), (1, 2, "many.csv", 70, 70),
        (2, 2, "one.txt", 0, 1), (2, 2, "one.txt", 1, 1), (2, 2, "", 0, None),
    ]  # fmt: skip


def test_stops_where_it_is_told_to_and_keeps_what_it_has(adding: Adding, tmp_path: Path, archive_dir: Path) -> None:
    uploads = [send(tmp_path, "many.csv", rows(70)), send(tmp_path, "one.txt", "Tram\n\nIt runs.")]
    steps = []
    for step in adding.files(uploads, "mine"):
        steps.append(step)
        if step.read == 32:
            adding.cancel("mine")
    assert (steps[-1].stopped, steps[-1].report.added) == (True, 32)
    assert list((archive_dir / "uploads").iterdir()) == []
    *_, again = adding.files([send(tmp_path, "one.txt", "Tram\n\nIt runs.")], "mine")  # a job is forgotten with its end
    assert (again.stopped, again.report.added) == (False, 1)


def test_two_people_add_at_once_but_not_one_name(adding: Adding, tmp_path: Path) -> None:
    one = adding.files([send(tmp_path, "many.csv", rows(40))], "one")
    two = adding.files([send(tmp_path, "other.csv", rows(40))], "two")
    same = adding.files([send(tmp_path, "many.csv", rows(40))], "same")
    next(one)
    next(two)
    *_, refused = same
    assert "someone else is adding a file of this name" in refused.report.failed[0].reason
    assert [[*job][-1].report.added for job in (one, two)] == [40, 40]


def test_a_second_process_that_writes_is_said_in_one_line(adding: Adding, tmp_path: Path, archive_dir: Path) -> None:
    with Archive.open(archive_dir) as other, other.writing():
        *_, last = adding.files([send(tmp_path, "tram.txt", "Tram\n\nIt runs.")], "job")
    assert "someone else is writing" in last.report.failed[0].reason
    *_, last = adding.files([send(tmp_path, "tram.txt", "Tram\n\nIt runs.")], "job")
    assert last.report.added == 1


def test_addresses_are_those_of_web_pages() -> None:
    assert addresses_of(" https://a.example/x\nHTTP://b.example https://a.example/x ") == [
        "https://a.example/x",
        "HTTP://b.example",
    ]


@pytest.mark.parametrize(
    "typed", ["", None, 7, "file:///etc/passwd", "/etc/passwd", "ftp://a.example", "https://a.example " + "x" * 3000]
)
def test_nothing_else_is_an_address(typed: object) -> None:
    with pytest.raises(InputError):
        addresses_of(typed)
    with pytest.raises(InputError, match=f"between 1 and {MOST_ADDRESSES}"):
        addresses_of(" ".join(f"https://a.example/{number}" for number in range(MOST_ADDRESSES + 1)))


def test_a_page_that_cannot_be_fetched_is_a_failure(adding: Adding) -> None:
    *_, last = adding.addresses(["http://nowhere.invalid/a"], "job")
    assert (last.report.added, last.report.failed[0].source) == (0, "http://nowhere.invalid/a")
