"""What stands between the network and the app: who may call, what is refused, what a page may load."""

import ipaddress
import re
from typing import TypeAlias

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.address import parted
from ui.access.rules import OPEN, Access, Network
from ui.web.uploads import MOST_FILE_BYTES

__all__ = ["guard"]

# Gradio's front end needs the two unsafe values: tried with 6.31, without them nothing is drawn.
_POLICY = "; ".join((
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "form-action 'self'",
    "base-uri 'self'",
))  # fmt: skip
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# Gradio routes that fetch from other hosts, hand out files or show its own tools. The page uses none.
_REFUSED = (
    "/file=", "/file/", "/proxy=", "/stream/", "/process_recording", "/vibe-", "/undo-vibe-",
    "/run-history", "/runs", "/deep_link", "/monitoring", "/custom_component", "/dev/",
)  # fmt: skip
_LARGEST_BODY = 1_000_000
_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]{2,45})\]|(?P<name>[A-Za-z0-9_.-]{1,253}))(?::[0-9]{1,5})?")
_UPLOAD = "/gradio_api/upload"
_PORT = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]{2,45})\]|(?P<four>[0-9.]{7,15}))(?::[0-9]{1,5})?")

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


def guard(app: FastAPI, access: Access = OPEN) -> None:
    """Put the checks in front of every route of the app, those of Gradio and the login included."""
    app.add_middleware(_Guard, access=access)


class _Guard:
    """Refuse what `_refusal` names, hear only the proxy that is trusted, add the headers that a browser obeys."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)  # our own plain pages have a stricter policy
            await send(message)

        scope = _behind_proxy(scope, self._access)
        refusal = _refusal(scope, self._access)
        await (refusal or self._app)(scope, receive, send_with_headers)


def _behind_proxy(scope: Scope, access: Access) -> Scope:
    """Return the request as the client made it, if the trusted proxy says so, and without such claims in any case."""
    headers = Headers(scope=scope)
    scope = {**scope, "headers": [pair for pair in scope["headers"] if not _set_by_proxy(pair[0])]}
    peer = _address(scope["client"][0]) if scope.get("client") else None
    if peer is None:
        return scope
    scope["client"] = (str(peer), scope["client"][1])
    if access.proxy is None or not _within(peer, access.proxy):
        return scope
    # Each proxy adds to the end of the list, in the same line or another; what stands before the last that is none of
    # ours, the client may have made up.
    hops = _said(headers, "x-forwarded-for")
    schemes = _said(headers, "x-forwarded-proto")
    ours = 0
    for hop in reversed(hops):
        address = _address(hop)
        if address is None:
            break
        scope["client"] = (str(address), 0)
        if not _within(address, access.proxy):
            break
        ours += 1
    # Proxies that add to the one list add to the other; one that writes it anew leaves a single word.
    at = -1 - ours if len(schemes) == len(hops) > ours else -1
    if schemes and (scheme := schemes[at].lower()) in {"http", "https"}:
        scope["scheme"] = scheme
    return scope


def _said(headers: Headers, name: str) -> list[str]:
    """The items of a header, whose lines count as one list (RFC 9110, 5.3)."""
    return [item.strip() for item in ",".join(headers.getlist(name)).split(",") if item.strip()]


def _within(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


def _address(text: str) -> Address | None:
    """Return an address as proxies and sockets write it: with a port, in brackets, IPv4 within IPv6."""
    written = _PORT.fullmatch(text.strip('"'))
    bare = (written["six"] or written["four"]) if written else text
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _refusal(scope: Scope, access: Access) -> Response | None:
    headers, path = Headers(scope=scope), scope["path"]
    if _host_name(headers) not in access.hosts:
        return _refuse(400, "this is no name of the server: dateline serve --allow-host NAME adds one")
    if any(part in path for part in _REFUSED):
        return _refuse(404, "not here")
    if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        return None
    # A page of another site can make a browser post here; it cannot hide where it comes from.
    origin = headers.get("origin")
    if origin is not None and parted(origin).netloc != headers.get("host"):
        return _refuse(403, "only this app's own pages may do this")
    return _too_large(headers, MOST_FILE_BYTES + _LARGEST_BODY if path.startswith(_UPLOAD) else _LARGEST_BODY)


def _too_large(headers: Headers, limit: int) -> Response | None:
    """Judge a body by its Content-Length, which the server holds the sender to."""
    if "transfer-encoding" in headers:
        return _refuse(411, "send a Content-Length")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > limit:
        return _refuse(413, f"at most {limit:,} bytes")
    return None


def _host_name(headers: Headers) -> str | None:
    """Return the one name or address that a request calls this server by, in small letters, without a port."""
    hosts = headers.getlist("host")
    named = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    return (named["six"] or named["name"]).lower() if named else None


def _refuse(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status)


def _set_by_proxy(name: bytes) -> bool:
    return name == b"forwarded" or name.startswith((b"x-forwarded-", b"x-real-", b"x-original-"))
