"""What stands between the network and the app: who may call, what is refused, what a page may load."""

from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.errors import InputError
from ui.uploads import MOST_FILE_BYTES

__all__ = ["check_host", "guard"]

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
_UPLOAD = "/gradio_api/upload"
_LOOPBACK_NAMES = ["localhost", "127.0.0.1", "::1"]


def check_host(host: str) -> None:
    """Raise InputError unless `host` is a name that only this machine can reach the app by."""
    if host not in _LOOPBACK_NAMES:
        raise InputError(
            f"will not listen on {host!r}: there is no login, so only this machine may ask; use --host 127.0.0.1"
        )


def guard(app: FastAPI) -> None:
    """Put the checks in front of every route of the app, those of Gradio included."""
    app.add_middleware(_Guard)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*_LOOPBACK_NAMES, "[::1]"], www_redirect=False)


class _Guard:
    """Refuse what `_refusal` names, drop the headers a proxy would set, add those a browser obeys."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = _refusal(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        scope["headers"] = [pair for pair in scope["headers"] if not _set_by_proxy(pair[0])]
        await (refusal or self._app)(scope, receive, send_with_headers)


def _refusal(scope: Scope) -> Response | None:
    headers, path = Headers(scope=scope), scope["path"]
    if any(part in path for part in _REFUSED):
        return PlainTextResponse("not here", status_code=404)
    if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        return None
    # A page of another site can make a browser post here; it cannot hide where it comes from.
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        return PlainTextResponse("only this app's own pages may do this", status_code=403)
    return _too_large(headers, MOST_FILE_BYTES + _LARGEST_BODY if path.startswith(_UPLOAD) else _LARGEST_BODY)


def _too_large(headers: Headers, limit: int) -> Response | None:
    """Judge a body by its Content-Length, which the server holds the sender to."""
    if "transfer-encoding" in headers:
        return PlainTextResponse("send a Content-Length", status_code=411)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > limit:
        return PlainTextResponse(f"at most {limit:,} bytes", status_code=413)
    return None


def _set_by_proxy(name: bytes) -> bool:
    return name == b"forwarded" or name.startswith((b"x-forwarded-", b"x-real-", b"x-original-"))
