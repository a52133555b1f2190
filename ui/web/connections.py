"""How long a client may take, and how many may be connected: half a request must not keep the others out.

uvicorn closes a connection that rests between two requests, but waits for ever for the rest of one that has begun.
"""

import asyncio
import contextlib
import json
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.auto import AutoHTTPProtocol

__all__ = ["server_config"]

_HEAD_SECONDS = 10.0  # for the head of a request, however it trickles
_BODY_SECONDS = 30.0  # for its body, and
_BYTES_A_SECOND = 20_000  # a second more for each so many bytes that came
_STALLED_SECONDS = 60.0  # in which nothing of an answer is taken
_LOOK_SECONDS = 1.0
_MOST_CONNECTIONS = 2000
_AT_ONCE = 100  # connections that are taken in before anything else is done
_MOST_FILES = 65_536
_OWN_FILES = 150  # that the archive, the models and the log take; 60 were counted
_INVALID = "this is no request that can be read"
_TOO_SLOW = "the request did not arrive in time: send it again"


def server_config(app: FastAPI, *, stopping_seconds: int = 3) -> uvicorn.Config:
    """Return uvicorn's settings for the app, with as many open files allowed as the system lets us have.

    Over 2,000 connections, or as many as files may be open, the one goes whose request has been on its way longest.
    """
    room = _Room(max(20, min(_MOST_CONNECTIONS, _raise_file_limit() - _OWN_FILES)))

    def protocol(**settings: Any) -> asyncio.Protocol:
        return _Timed(AutoHTTPProtocol(**settings), room)

    return uvicorn.Config(
        app,
        http=protocol,  # type: ignore[arg-type] # it is called, as a class would be
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        ws="none",
        backlog=_AT_ONCE,
        timeout_graceful_shutdown=stopping_seconds,
    )


def _raise_file_limit() -> int:
    """Let this process open as many files as it may; return how many."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return _MOST_FILES
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (_MOST_FILES, 10_240):  # macOS takes no more than the latter
        bounded = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        if bounded > resource.getrlimit(resource.RLIMIT_NOFILE)[0]:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (bounded, most))
    now = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _MOST_FILES if now == resource.RLIM_INFINITY else now


class _Room:
    """The connections of one server."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.all: set[_Timed] = set()

    def enter(self, connection: "_Timed") -> None:
        """Take a connection in; where there are too many, another that waits for its client goes."""
        self.all.add(connection)
        if len(self.all) > self.most:
            waiting = [one for one in self.all if one.waits and one is not connection]
            min(waiting, key=lambda one: one.since, default=connection).abort()


class _Timed(asyncio.Protocol):
    """uvicorn's protocol, with an eye on the clock."""

    def __init__(self, inner: Any, room: _Room) -> None:
        self._inner = inner
        self._inner.send_400_response = self._invalid
        self._room = room
        self._loop: asyncio.AbstractEventLoop = inner.loop
        self._transport: Any = None
        self._asked: object = None  # uvicorn's record of the request that is on its way
        self._received = 0  # bytes since `since`
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self.waits = True  # for something from the client
        self.since = self._loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._inner.connection_made(transport)
        self._room.enter(self)
        self._timer = self._loop.call_later(_LOOK_SECONDS, self._look)

    def data_received(self, data: bytes) -> None:
        self._inner.data_received(data)
        asked, waits = self._state()
        if (asked, waits) != (self._asked, self.waits):
            self._asked, self.waits, self.since, self._received = asked, waits, self._loop.time(), 0
        else:
            self._received += len(data)

    def eof_received(self) -> None:
        self._inner.eof_received()

    def connection_lost(self, error: Exception | None) -> None:
        self._room.all.discard(self)
        for timer in (self._timer, self._stalled):
            if timer:
                timer.cancel()
        self._inner.connection_lost(error)

    def pause_writing(self) -> None:
        self._inner.pause_writing()
        self._stalled = self._loop.call_later(_STALLED_SECONDS, self.abort)

    def resume_writing(self) -> None:
        if self._stalled:
            self._stalled.cancel()
        self._inner.resume_writing()

    def abort(self) -> None:
        """Let go of the client at once."""
        self.waits = False
        self._room.all.discard(self)
        self._transport.abort()

    def _state(self) -> tuple[object, bool]:
        """The request whose body is on its way, None for a head that is; and whether anything is."""
        cycle = self._inner.cycle
        if cycle is None or cycle.response_complete:
            return None, True
        return cycle, bool(cycle.more_body)

    def _look(self) -> None:
        """Let go of who takes too long; else look again."""
        asked, self.waits = self._state()
        allowed = _HEAD_SECONDS if asked is None else _BODY_SECONDS + self._received / _BYTES_A_SECOND
        if self._transport.is_closing():  # and our last words are not taken
            self._transport.abort()
        elif self._inner.flow.read_paused:  # it is we who do not read
            self.since = self._loop.time()
        elif self.waits and asked is self._asked and self._loop.time() - self.since > allowed:
            if asked is None or not self._inner.cycle.response_started:
                self._transport.write(_plain_error(408, "Request Timeout", _TOO_SLOW))
            self._transport.close()
        self._timer = self._loop.call_later(_LOOK_SECONDS, self._look)

    def _invalid(self, _: str) -> None:
        """What uvicorn says of bytes that are no request, as all our errors are told."""
        self._transport.write(_plain_error(400, "Bad Request", _INVALID))
        self._transport.close()


def _plain_error(status: int, phrase: str, why: str) -> bytes:
    body = json.dumps({"error": why})
    head = f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return f"{head}connection: close\r\n\r\n{body}".encode("ascii")
