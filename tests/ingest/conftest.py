"""A web site on loopback, and an internet of a few names and addresses that lead to it."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore
import pytest


@dataclass
class Answer:
    data: bytes
    headers: dict[str, str]


class Site:
    """A server of the pages that were put on it; call it to put one and get its address.

    It tags every page and answers 304 to one who knows it. `asked` holds what was asked for, in order.
    """

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.headers.append({name.lower(): value for name, value in self.headers.items()})
                page = site.pages.get(self.path.partition("?")[0])
                status = int(page.headers.get("status", 200)) if page else 404
                data = page.data if page else b""
                tag = hashlib.sha256(data).hexdigest()[:8]
                if status == 200 and self.headers.get("if-none-match") == f'"{tag}"':
                    status, data = 304, b""
                self.send_response(status)
                for name, value in page.headers.items() if page else ():
                    if name != "status":
                        self.send_header(name, value)
                self.send_header("etag", f'"{tag}"')
                if status != 304:
                    self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = int(self.server.server_address[1])
        self.base = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def __call__(self, name: str, content: str | bytes = b"", **headers: str) -> str:
        if name:
            data = content if isinstance(content, bytes) else content.replace("{base}", self.base).encode()
            self.pages[f"/{name}"] = Answer(data, {key.replace("_", "-"): value for key, value in headers.items()})
        return f"{self.base}/{name}"


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()
    yield served
    served.server.shutdown()
    served.server.server_close()


@dataclass
class Internet(httpcore.NetworkBackend):
    """Names with their addresses, and which port of this machine each address leads to.

    A name's addresses are given out in turn, the last one for ever: so a name can lead elsewhere later.
    """

    names: dict[str, list[list[str]]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)

    def resolve(self, host: str, _: int) -> Sequence[str]:
        self.looked_up.append(host)
        if host not in self.names:
            raise OSError(f"no such host {host}")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect_tcp(self, host: str, port: int, *rest: Any, **more: Any) -> httpcore.NetworkStream:
        self.dialled.append(host)
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self.ports.get(host, port), *rest, **more)


@pytest.fixture
def internet() -> Internet:
    return Internet()
