"""`dateline ingest` that keeps in step: with a folder, and with feeds that a server on loopback changes."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from ingest.archive import Archive
from ui.cli import main

ROOT = Path(__file__).parents[3]


class Run(NamedTuple):
    status: int
    out: str
    err: str


Dateline = Callable[..., Run]


@pytest.fixture
def dateline(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Dateline:
    """The command `dateline ingest`, with an archive of the test's own."""

    def run(*arguments: str | Path) -> Run:
        capsys.readouterr()
        status = main(["ingest", *map(str, arguments), "--archive", str(tmp_path / "a")])
        return Run(status, *capsys.readouterr())

    return run


def story(name: str) -> str:
    return f"The {name} of Harrow Vale\n\nThe {name} of Harrow Vale burnt down on Tuesday, the council said.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for name in ("mill", "ferry", "bridge"):
        (folder / f"{name}.txt").write_text(story(name))
    return folder


# --- a folder


def test_sync_tells_what_it_did_and_what_it_did_not_dare(dateline: Dateline, folder: Path) -> None:
    assert dateline("--sync", folder) == (0, "added 3, changed 0, unchanged 0, failed 0, removed 0\n", "")
    (folder / "mill.txt").unlink()
    assert dateline("--sync", folder).out == "added 0, changed 0, unchanged 2, failed 0, removed 1\n"
    for name in ("ferry", "bridge"):
        (folder / f"{name}.txt").unlink()
    refused = dateline("--sync", folder)
    assert (refused.status, refused.out) == (1, "added 0, changed 0, unchanged 0, failed 0, removed 0\n")
    assert refused.err.startswith(f"dateline: 2 of the 2 articles that came from {folder} ")
    assert refused.err.endswith("--yes removes them\n")
    assert dateline("--sync", folder, "--yes").out.endswith("removed 2\n")


def test_a_dry_run_shows_and_does_nothing(dateline: Dateline, folder: Path, tmp_path: Path) -> None:
    plan = dateline("--sync", "--dry-run", folder)
    assert (plan.status, len(plan.out.splitlines())) == (0, 3)
    assert plan.out.startswith(f"add     {folder / 'bridge.txt'}  The bridge of Harrow Vale\n")
    assert not (tmp_path / "a").exists()
    dateline("--sync", folder)
    (folder / "mill.txt").unlink()
    assert dateline("--sync", "--dry-run", folder).out == f"remove  {folder / 'mill.txt'}  The mill of Harrow Vale\n"
    with Archive.open(tmp_path / "a") as archive:
        assert len(archive) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--sync", "nowhere"], "no such folder"),
        (["--sync", "https://d.example/feed"], "is no folder"),
        (["--dry-run", "news"], "--sync"),
        (["--yes", "news"], "--sync"),
        (["--every", "15m", "news"], "is no web address"),
        (["--every", "15m", "--sync", "news"], "give one of them"),
        (["--every", "10s", "https://d.example/feed"], "too often"),
        (["--since", "soon", "https://d.example/feed"], "soon"),
    ],
)
def test_flags_that_do_not_go_together(dateline: Dateline, arguments: list[str], words: str) -> None:
    run = dateline(*arguments)
    assert (run.status, run.out) == (1, "")
    assert (run.err.startswith("dateline: "), run.err.count("\n"), words in run.err) == (True, 1, True)


@pytest.mark.parametrize("time", ["15", "0m", "m", "-1m", "8d", "1.5h", "٣m", "99999999999999999999s"])
def test_a_time_that_is_none(dateline: Dateline, time: str) -> None:
    with pytest.raises(SystemExit) as left:
        dateline(f"--every={time}", "https://d.example/feed")
    assert left.value.code == 2


# --- feeds


class Feed:
    """A server of one feed, whose entries can be changed; `news` is set whenever it is asked for."""

    def __init__(self) -> None:
        self.items = ""
        feed = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = f"<rss version='2.0'><channel><title>Vale Courier</title>{feed.items}</channel></rss>".encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/feed"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def add(self, name: str) -> None:
        text = f"The {name} of Harrow Vale burnt down on Tuesday. " * 12
        self.items += f"<item><title>The {name}</title><guid>{name}</guid><description>{text}</description></item>"


@pytest.fixture
def feed() -> Iterator[Feed]:
    served = Feed()
    served.add("mill")
    yield served
    served.server.shutdown()
    served.server.server_close()


def test_a_private_address_needs_the_flag(dateline: Dateline, feed: Feed) -> None:
    refused = dateline(feed.url)
    assert (refused.status, "--allow-private" in refused.err, refused.err.count("\n")) == (1, True, 1)
    assert dateline(feed.url, "--allow-private").out == "added 1, changed 0, unchanged 0, failed 0\n"


@contextmanager
def heeded(number: signal.Signals) -> Iterator[None]:
    """Let a process that is started here obey a signal, though this one may have been started in the background."""
    before = signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(number, before)


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_feeds_are_followed_until_a_signal(feed: Feed, tmp_path: Path, end: signal.Signals) -> None:
    archive = tmp_path / "a"
    command = [sys.executable, "-m", "ui.cli", "ingest", feed.url, "--every", "1s", "--allow-private"]
    with (
        heeded(signal.SIGINT),
        subprocess.Popen(
            [*command, "--archive", str(archive)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as run,
    ):
        assert run.stdout
        try:
            first = run.stdout.readline()
            assert first.endswith("asked 1: added 1, changed 0, unchanged 0, failed 0\n")
            feed.add("ferry")
            while "added 1" not in (line := run.stdout.readline()):
                assert line  # it goes on
            assert line.endswith("asked 1: added 1, changed 0, unchanged 1, failed 0\n")
            with Archive.open(archive) as other, other.writing():  # free for others between rounds
                assert len(other) == 2
            run.send_signal(end)
            _, errors = run.communicate(timeout=60)
        finally:
            run.kill()
    assert run.returncode == 0
    assert errors == "dateline: stopped following; the same command goes on\n"
