"""A web address -> its bytes: bounded in time, size and redirects, from public addresses only, politely."""

import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpcore
import httpx

from ingest.web.network import Network, NotFetched, Resolve, look_up

__all__ = ["AGENT", "FetchError", "Fetched", "Fetcher"]

AGENT = "dateline"  # the name that a site's robots.txt may call us by
LARGEST = 20_000_000  # bytes, unpacked; the longest pages have 5 million
_SECONDS = 20.0  # for connecting, and between two pieces of an answer
_PAUSE = 1.0  # seconds between two requests to one public host, as crawlers keep
_LONGEST_PAUSE = 30.0  # what a robots.txt may ask for
_REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}
_LATER = {408, 425, 429, 500, 502, 503, 504}
_LONGEST_URL = 4000  # characters
_LONGEST_WAIT = 86_400  # seconds; a server that asks for more is asked once a day
_LONGEST_MARK = 1000  # characters of an ETag or a date, which are sent back


class FetchError(Exception):
    """An address gave nothing; the message is one line with the next step.

    Attributes:
        passing: Whether it may give something later.
        wait: For how many seconds its server asks to be left alone, at most a day; 0 where it does not.
    """

    def __init__(self, message: str, *, passing: bool = True, wait: int = 0) -> None:
        super().__init__(message)
        self.passing = passing
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: where it was in the end, its bytes, media type and declared charset.

    `etag` and `modified` are what its server wants back to say whether there is anything new.
    """

    url: str
    data: bytes
    media_type: str
    charset: str | None
    etag: str | None = None
    modified: str | None = None


class Fetcher:
    """Fetches one address after another, for one thread; use as a context manager."""

    def __init__(
        self, *, private: bool = False, resolve: Resolve = look_up, dial: httpcore.NetworkBackend | None = None
    ) -> None:
        """Make a fetcher; the arguments are those of `Network`."""
        self._network = Network(private=private, resolve=resolve, dial=dial)
        # From the environment httpx would take proxies, which look names up, and passwords (.netrc).
        self._client = httpx.Client(
            transport=self._network,
            trust_env=False,
            timeout=_SECONDS,
            headers={"user-agent": f"{AGENT} (article archive)", "accept-encoding": "gzip"},
        )
        self._asked: dict[bytes, float] = {}
        self._pauses: dict[bytes, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, url: str, etag: str | None = None, modified: str | None = None) -> Fetched | None:
        """Return what is at an address; None when it has not changed since the answer with these marks.

        Raises FetchError.
        """
        known = {"if-none-match": etag, "if-modified-since": modified}
        headers = {name: value for name, value in known.items() if value}
        for _ in range(_REDIRECTS + 1):
            asked = _checked(url)
            self._take_turn(asked.raw_host)
            try:
                with self._client.stream("GET", asked, headers=headers) as response:
                    if response.status_code == 304 and headers:
                        return None
                    if response.status_code not in _MOVED or "location" not in response.headers:
                        return _read(response)
                    url = _next(url, response.headers["location"])
            except NotFetched as error:
                raise FetchError(str(error), passing=error.passing) from None
            except (httpx.TimeoutException, httpcore.TimeoutException):
                raise FetchError(f"no answer in {_SECONDS:.0f} seconds; try again later") from None
            except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, httpx.InvalidURL) as error:
                raise FetchError(f"cannot be fetched ({_brief(error)}); check the address") from None
            except ValueError as error:  # a header or a host that cannot be written
                raise FetchError(f"cannot be fetched ({_brief(error)}); check the address", passing=False) from None
        raise FetchError(
            f"more than {_REDIRECTS} redirects; open it in a browser and give its last address", passing=False
        )

    def slow_down(self, url: str, pause: float) -> None:
        """Leave a longer pause between two requests to a host, in seconds; at most 30 are left."""
        self._pauses[httpx.URL(url).raw_host] = min(max(pause, _PAUSE), _LONGEST_PAUSE)

    def _take_turn(self, host: bytes) -> None:
        if host in self._asked and not self._network.is_private(host.decode("ascii")):
            time.sleep(max(0.0, self._asked[host] + self._pauses.get(host, _PAUSE) - time.monotonic()))
        self._asked[host] = time.monotonic()


def _checked(url: str) -> httpx.URL:
    try:
        asked = httpx.URL(url if len(url) <= _LONGEST_URL else "")
    except (httpx.InvalidURL, ValueError):
        asked = httpx.URL("")
    if asked.scheme not in {"http", "https"} or not asked.host:
        raise FetchError("not a web address; only http and https are fetched", passing=False)
    if asked.userinfo:
        raise FetchError("an address with a user name or password is not fetched; leave them out", passing=False)
    return asked


def _next(url: str, location: str) -> str:
    moved = urljoin(url, location)
    if url.lower().startswith("https:") and moved.lower().startswith("http:"):
        raise FetchError("it leads from https to http, where anybody may change it; give that address", passing=False)
    return moved


def _read(response: httpx.Response) -> Fetched:
    status = response.status_code
    if not response.is_success:
        raise FetchError(
            f"the server answers {status}; open it in a browser to check",
            passing=status in _LATER,
            wait=_wait(response.headers.get("retry-after", "")),
        )
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in {"identity", "gzip", "x-gzip", "deflate"}:
        raise FetchError(f"packed as {_brief(packing)}, which was not asked for; save the article as a file")
    pieces = response.iter_raw()
    data = _joined(pieces if packing == "identity" else _unpacked(pieces))
    return Fetched(
        str(response.url),
        data,
        response.headers.get("content-type", "").partition(";")[0].strip().lower(),
        response.charset_encoding,
        _mark(response.headers.get("etag")),
        _mark(response.headers.get("last-modified")),
    )


def _joined(pieces: Iterable[bytes]) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > LARGEST:
            raise FetchError(f"larger than {LARGEST:,} bytes; save the article and ingest the file", passing=False)
    return bytes(data)


def _unpacked(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """What gzip or zlib packed, a million bytes at a time: the largest bomb costs no more."""
    packer = zlib.decompressobj(wbits=47)
    try:
        for piece in pieces:
            rest = piece
            while rest and not packer.eof:
                yield packer.decompress(rest, 1 << 20)
                rest = packer.unconsumed_tail
        yield packer.flush()
    except zlib.error:
        raise FetchError("damaged on its way; try again later") from None
    if not packer.eof:
        raise FetchError("damaged on its way; try again later")


def _mark(value: str | None) -> str | None:
    usable = value and value.isascii() and value.isprintable() and len(value) <= _LONGEST_MARK
    return value if usable else None


def _wait(stated: str) -> int:
    """Retry-After in seconds: a number, or a date."""
    seconds = 0.0
    if stated.isascii() and stated.strip().isdecimal():
        seconds = float(stated[:12])
    else:
        with suppress(ValueError, TypeError):
            moment = parsedate_to_datetime(stated)
            seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return int(min(max(seconds, 0), _LONGEST_WAIT))


def _brief(error: object) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:120]
