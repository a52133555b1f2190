"""Connections to public addresses only, each request bounded in seconds and bytes.

A name is looked up once, all its addresses are checked, and one of those is connected to: a name that
leads elsewhere a moment later (DNS rebinding) is of no use. TLS still checks the name. Redirects and the
addresses that a feed names come through here like any other. No proxy is used: it would look names up itself.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import httpcore
import httpx

__all__ = ["Network", "NotFetched", "Resolve", "is_public", "look_up"]

_LONGEST = 120.0  # seconds for a whole answer, however steadily it drips
_MOST_BYTES = 25_000_000  # as they come: headers, packed body, padding between its pieces
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that is given out for the internet (RFC 4291)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # leads to the IPv4 address in its last 32 bits (RFC 6052)
# Tunnels and documentation, which older Pythons count as global: RFC 4380, 9637, 7526.
_NOWHERE = tuple(map(ipaddress.ip_network, ("2001::/32", "3fff::/20", "192.88.99.0/24")))

# A host's name and a port -> its addresses, as text. Raises OSError or UnicodeError.
Resolve = Callable[[str, int], Sequence[str]]


class NotFetched(Exception):
    """An address may not be connected to, or sends too much; the message is one line.

    `passing` says whether it may be otherwise later.
    """

    def __init__(self, message: str, *, passing: bool) -> None:
        super().__init__(message)
        self.passing = passing


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the system's order."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the internet's, whatever it is written into (RFC 6890).

    Private, loopback, link-local, shared (carrier's), multicast and reserved addresses are not; nor are
    those inside mapped, NAT64 and 6to4 addresses.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else None
        inner = inner or found.ipv4_mapped or found.sixtofour
        if not inner and found not in _UNICAST:
            return False
        found = inner or found
    nowhere = any(found.version == network.version and found in network for network in _NOWHERE)
    return found.is_global and not found.is_multicast and not nowhere


class Network(httpx.BaseTransport):
    """Takes httpx's requests to their hosts. For one thread: one request, and so one connection a host, at a time."""

    def __init__(
        self, *, private: bool = False, resolve: Resolve = look_up, dial: httpcore.NetworkBackend | None = None
    ) -> None:
        """Make a way to the network.

        Args:
            private: Whether addresses that are not public may be connected to.
            resolve: Finds the addresses of a name.
            dial: Connects to an address. None means the system's sockets.
        """
        self._backend = _Backend(private, resolve, dial or httpcore.SyncBackend())
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=20,
            max_keepalive_connections=10,
            keepalive_expiry=30,
            network_backend=self._backend,
        )

    def is_private(self, host: str) -> bool:
        """Return whether a host that was connected to has no public address."""
        return host in self._backend.private_hosts

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its answer is read within the bounds.

        Raises:
            NotFetched: The host's addresses are not public.
            httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError: As they say.
        """
        self._backend.allowance = _Allowance()
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Any:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Allowance:
    """What one request may still take."""

    def __init__(self) -> None:
        self._until = time.monotonic() + _LONGEST
        self._bytes = _MOST_BYTES

    def seconds(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise NotFetched(f"not complete after {_LONGEST:.0f} seconds; try again later", passing=True)
        return left if timeout is None else min(left, timeout)

    def spend(self, size: int) -> None:
        self._bytes -= size
        if self._bytes < 0:
            raise NotFetched(f"larger than {_MOST_BYTES:,} bytes; save the article and ingest the file", passing=False)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, private: bool, resolve: Resolve, dial: httpcore.NetworkBackend) -> None:
        self._private, self._resolve, self._dial = private, resolve, dial
        self.private_hosts: set[str] = set()
        self.allowance = _Allowance()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        error: Exception = httpcore.ConnectError("it has no address")
        for address in self._addresses(host, port):
            try:
                left = self.allowance.seconds(timeout)
                stream = self._dial.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                error = refused
            else:
                return _Stream(stream, self)
        raise error

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            found = self._resolve(host, port)
        except (OSError, ValueError):
            raise NotFetched("its host cannot be found; check the address and the connection", passing=True) from None
        if not all(map(is_public, found)):
            if not self._private:
                raise NotFetched(
                    "it leads into a private network; dateline ingest --allow-private fetches from there", passing=False
                )
            self.private_hosts.add(host)
        return found[:4]


class _Stream(httpcore.NetworkStream):
    """A connection whose requests are held to what they may take."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _Backend) -> None:
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, self._backend.allowance.seconds(timeout))
        self._backend.allowance.spend(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.allowance.seconds(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._backend.allowance.seconds(timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
