"""Clients that are slow, or many: each has its time, and none keeps the others out."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import StreamingResponse

from ui.web import connections

pytestmark = pytest.mark.slow  # each waits for some seconds

ROOT = Path(__file__).parents[3]
ServeApp = Any  # of conftest.py
HALF = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A"
BODY = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"


@pytest.fixture
def address(serve_app: ServeApp, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    """An app that reads, echoes and streams, with a second for a head and two for a body."""
    monkeypatch.setattr(connections, "_HEAD_SECONDS", 1.0)
    monkeypatch.setattr(connections, "_BODY_SECONDS", 2.0)
    monkeypatch.setattr(connections, "_STALLED_SECONDS", 1.0)
    monkeypatch.setattr(connections, "_LOOK_SECONDS", 0.1)
    monkeypatch.setattr(connections, "_MOST_CONNECTIONS", 40)
    app = FastAPI()

    @app.get("/healthz")
    def healthz() -> dict[str, bool]:
        return {"ok": True}

    @app.post("/echo")
    async def echo(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @app.get("/slowly")
    async def slowly() -> dict[str, bool]:
        await asyncio.sleep(4)
        return {"ok": True}

    @app.get("/zeros")
    async def zeros() -> StreamingResponse:
        return StreamingResponse(iter([b"\0" * 1_000_000] * 200))

    host, _, port = serve_app(app).removeprefix("http://").partition(":")
    return host, int(port)


def connected(address: tuple[str, int], *sent: bytes, pause: float = 0.0) -> socket.socket:
    connection = socket.create_connection(address, timeout=15)
    for piece in sent:
        connection.sendall(piece)
        time.sleep(pause)
    return connection


def rest(connection: socket.socket) -> tuple[bytes, float]:
    """What comes until the server closes, and after how many seconds it does."""
    began, came = time.monotonic(), b""
    with closing(connection):
        while piece := connection.recv(1 << 16):
            came += piece
    return came, time.monotonic() - began


def error_in(answer: bytes) -> str:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/json" in head
    told = json.loads(body)
    assert set(told) == {"error"}
    return str(told["error"])


@pytest.mark.parametrize("begun", [b"", HALF, b"G"], ids=["nothing", "half a head", "a letter"])
def test_half_a_head_has_its_time(address: tuple[str, int], begun: bytes) -> None:
    answer, seconds = rest(connected(address, begun))
    assert seconds < 4
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert "did not arrive in time" in error_in(answer)


def test_a_head_that_trickles_has_no_longer(address: tuple[str, int]) -> None:
    connection = connected(address, HALF)
    with pytest.raises(OSError, match=r"reset|[Bb]roken"):  # noqa: PT012
        for _ in range(40):
            connection.sendall(b"a")
            time.sleep(0.1)
    connection.close()


def test_half_a_second_request_has_its_time(address: tuple[str, int]) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answer, seconds = rest(connected(address, whole, HALF, pause=0.3))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert seconds < 4


def test_a_body_has_its_time_and_more_while_it_comes(address: tuple[str, int]) -> None:
    answer, seconds = rest(connected(address, BODY, b"x" * 10))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert 1 < seconds < 5
    connection = connected(address, BODY)
    for _ in range(20):  # four seconds: slow, but it comes
        connection.sendall(b"x" * 5000)
        time.sleep(0.2)
    assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
    connection.close()


def test_an_answer_that_takes_long_is_waited_for(address: tuple[str, int]) -> None:
    assert httpx.get(f"http://{address[0]}:{address[1]}/slowly", timeout=20).json() == {"ok": True}


def test_an_answer_that_nobody_takes_is_given_up(address: tuple[str, int]) -> None:
    connection = connected(address, b"GET /zeros HTTP/1.1\r\nHost: localhost\r\n\r\n")
    time.sleep(4)
    came = 0
    with closing(connection):
        try:
            while piece := connection.recv(1 << 20):
                came += len(piece)
        except ConnectionResetError:
            pass
    assert came < 100_000_000


def test_bytes_that_are_no_request_are_told_so_as_all_errors(address: tuple[str, int]) -> None:
    answer, _ = rest(connected(address, b"NO REQUEST AT ALL\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert "no request" in error_in(answer)


def test_who_comes_when_it_is_full_takes_the_place_of_who_waits_longest(address: tuple[str, int]) -> None:
    with ExitStack() as stack:
        for number in range(200):
            stack.enter_context(closing(connected(address, HALF)))
            if number % 50 == 49:
                began = time.monotonic()
                assert httpx.get(f"http://{address[0]}:{address[1]}/healthz").json() == {"ok": True}
                assert time.monotonic() - began < 3


_LIMITED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 300))
sys.argv = ["dateline", "serve", "--port", "0", "--reader", "fast", "--archive", sys.argv[1]]
runpy.run_module("ui.cli", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def served(sample_dir: Path) -> Iterator[str]:
    """`dateline serve` in a process that may open 300 files, and begins with 100."""
    command = [
        sys.executable,
        "-P",
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{_LIMITED}",
        str(sample_dir),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        line = process.stdout.readline()
        yield line.removeprefix("Dateline is at ").partition("/ (")[0]
        process.terminate()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_half_requests_do_not_close_the_server_to_others(served: str) -> None:
    host, _, port = served.removeprefix("http://").partition(":")
    question = {"question": "How many Aldermark troops remain in Qasara?"}
    with httpx.Client(base_url=served, timeout=30) as one, ExitStack() as stack:
        assert one.get("/healthz").json()["ok"]
        for _ in range(400):
            stack.enter_context(closing(connected((host, int(port)), HALF)))
        began = time.monotonic()
        assert httpx.get(f"{served}/healthz", timeout=30).json()["ok"]
        assert httpx.post(f"{served}/v1/ask", json=question, timeout=30).status_code == 200
        assert time.monotonic() - began < 10
