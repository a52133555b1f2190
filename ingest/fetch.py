"""A web address -> its bytes: bounded in time, size and redirects, and never into a private network.

Only the host that the user typed may be a private one. Where a feed or a redirect points elsewhere, the
address is resolved first and refused unless it is public, so that a hostile feed cannot read the router's
or a local service's pages into the archive. (A name that resolves differently a moment later is not
caught.)
"""

import ipaddress
import socket
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

__all__ = ["FetchError", "Fetched", "fetch", "fetcher"]

_LARGEST = 20_000_000  # bytes, unpacked; the longest pages have 5 million
_SECONDS = 20.0  # for connecting, and between two pieces of an answer
_LONGEST = 120.0  # seconds for all of an answer, however steadily it drips
_REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that is given out for the internet (RFC 4291)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # leads to the IPv4 address in its last 32 bits (RFC 6052)


class FetchError(Exception):
    """An address gave nothing; the message is one line with the next step."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: where it was in the end, its bytes, media type and declared charset."""

    url: str
    data: bytes
    media_type: str
    charset: str | None


def fetcher() -> httpx.Client:
    """Return a client for `fetch`, to be used as a context manager."""
    return httpx.Client(timeout=_SECONDS, follow_redirects=False, headers={"user-agent": "dateline (article archive)"})


def fetch(client: httpx.Client, url: str, typed: str) -> Fetched:
    """Return what is at `url`. `typed` is the address the user gave; its host alone may be private.

    Raises FetchError.
    """
    for _ in range(_REDIRECTS + 1):
        _refuse_private(url, typed)
        try:
            with client.stream("GET", url) as response:
                if response.status_code not in _MOVED or "location" not in response.headers:
                    return _read(response)
                url = urljoin(url, response.headers["location"])
        except httpx.TimeoutException:
            raise FetchError(f"no answer in {_SECONDS:.0f} seconds; try again later") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise FetchError(f"cannot be fetched ({_brief(error)}); check the address") from None
    raise FetchError(f"more than {_REDIRECTS} redirects; open it in a browser and give its last address")


def _read(response: httpx.Response) -> Fetched:
    if not response.is_success:
        raise FetchError(f"the server answers {response.status_code}; open it in a browser to check")
    data, until = bytearray(), time.monotonic() + _LONGEST
    for piece in response.iter_bytes():
        data += piece
        if len(data) > _LARGEST:
            raise FetchError(f"larger than {_LARGEST:,} bytes; save the article and ingest the file")
        if time.monotonic() > until:
            raise FetchError(f"not complete after {_LONGEST:.0f} seconds; try again later")
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Fetched(str(response.url), bytes(data), media_type, response.charset_encoding)


def _refuse_private(url: str, typed: str) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        if parts.scheme not in {"http", "https"} or not host:
            raise FetchError("not a web address; only http and https are fetched")
        if host == urlsplit(typed).hostname:
            return
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        raise FetchError("its host cannot be found; check the address and the connection") from None
    if not all(_public(str(address[4][0])) for address in found):
        raise FetchError("it leads into a private network, where only an address that you type is fetched")


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else None
        inner = inner or found.ipv4_mapped or found.sixtofour
        if not inner and found not in _UNICAST:
            return False
        found = inner or found
    return found.is_global and not found.is_multicast


def _brief(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:120]
