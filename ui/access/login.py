"""The login: in front of every route, with pages of our own that need no script."""

import base64
import hashlib
import html
from functools import cache
from http.cookies import CookieError, SimpleCookie
from string import Template
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.access.passwords import check_password
from ui.access.rules import Access
from ui.access.sessions import SESSION_SECONDS, Sessions, Throttle
from ui.views.theme import asset

__all__ = ["COOKIE", "add_login", "own_policy"]

COOKIE = "dateline_session"
_OPEN_PATHS = frozenset({"/login", "/healthz"})
_LARGEST_FORM = 20_000
_LONGEST_NEXT = 2000


def add_login(app: FastAPI, access: Access) -> None:
    """Add the pages /login and /logout where there are accounts, and let nobody past who is not known.

    With `access` open nothing is added. A stranger may reach /login and /healthz only. A program is known by
    `Authorization: Bearer TOKEN`, which opens what is meant for programs; a person by the session's cookie.
    """
    if not access.closed:
        return
    sessions = Sessions()
    if access.accounts:
        app.include_router(_pages(access, sessions, Throttle()))
    app.add_middleware(_Gate, access=access, sessions=sessions)


class _Gate:
    """Let a request pass when it is of somebody known."""

    def __init__(self, app: ASGIApp, access: Access, sessions: Sessions) -> None:
        self._app = app
        self._access = access
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known = self._known(scope)
        scope.setdefault("state", {})["known"] = known
        passes = known or scope["path"] in _OPEN_PATHS
        await (self._app if passes else _stranger(scope, self._access))(scope, receive, send)

    def _known(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        programs = _for_programs(scope["path"])
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if programs and scheme.lower() == "bearer" and self._access.knows(token.strip()):
            return True
        if not self._access.accounts:  # a token alone, on this machine: the page is open, the API is not
            return not programs
        return self._sessions.name(_cookie(headers)) is not None


def _for_programs(path: str) -> bool:
    return path.startswith("/v1/") or path in {"/mcp", "/mcp/", "/metrics", "/openapi.json", "/docs"}


def _stranger(scope: Scope, access: Access) -> Response:
    """Show a person the login, and tell a program what it lacks."""
    headers, path = Headers(scope=scope), scope["path"]
    reads = scope["method"] in {"GET", "HEAD"} and "text/html" in headers.get("accept", "")
    if access.accounts and reads:
        query = scope["query_string"].decode("latin-1")
        wanted = quote(path, safe="/") + (f"?{query}" if query else "")
        return RedirectResponse(f"/login?next={quote(wanted[:_LONGEST_NEXT], safe='')}", status_code=303)
    if _for_programs(path):
        told = "this needs the token: send the header Authorization: Bearer TOKEN"
        return JSONResponse({"error": told}, status_code=401, headers={"WWW-Authenticate": "Bearer"})
    return JSONResponse({"error": "this needs a login: open /login in a browser"}, status_code=401)


def _pages(access: Access, sessions: Sessions, throttle: Throttle) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/login")
    def login_page(next: str = "/") -> Response:
        return _login_page(next)

    @routes.post("/login")
    async def log_in(request: Request) -> Response:
        form = await _form(request)
        if form is None:
            return _login_page("/", problem="That was no login. Try again.", status=413)
        name, wanted = form.get("name", ""), form.get("next", "/")
        address = request.client.host if request.client else ""
        if seconds := throttle.wait(address, name):
            problem = f"Too many wrong tries. Wait {seconds} seconds and try again."
            page = _login_page(wanted, name, problem, status=429)
            page.headers["Retry-After"] = str(seconds)
            return page
        if not await run_in_threadpool(check_password, access.accounts, name, form.get("password", "")):
            return _login_page(wanted, name, "The name or the password is wrong.", status=401)
        throttle.succeeded(address, name)
        sessions.end(_cookie(request.headers))
        response = RedirectResponse(_own_path(wanted), status_code=303)
        response.set_cookie(
            COOKIE,
            sessions.begin(name),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="lax",  # strict would log people out who follow a link to an answer
            secure=request.url.scheme == "https",
        )
        return response

    @routes.get("/logout")
    def logout_page(request: Request) -> Response:
        name = sessions.name(_cookie(request.headers)) or ""
        return _page("logout", {"name": name})

    @routes.post("/logout")
    def log_out(request: Request) -> Response:
        sessions.end(_cookie(request.headers))
        response = RedirectResponse("/login", status_code=303)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=request.url.scheme == "https")
        return response

    return routes


async def _form(request: Request) -> dict[str, str] | None:
    """Return the fields of a form; None when it is too large. The guard has checked the Content-Length."""
    if int(request.headers.get("content-length", "0")) > _LARGEST_FORM:
        return None
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}


def _own_path(wanted: str) -> str:
    r"""Return a path of this app to go on to: of '//other.example' and '/\other.example' browsers make another host."""
    own = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and len(wanted) <= _LONGEST_NEXT
    return wanted if own and wanted.isascii() and wanted.isprintable() and "\\" not in wanted else "/"


def _cookie(headers: Headers) -> str | None:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")[:8000]).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _login_page(wanted: str, name: str = "", problem: str = "", status: int = 200) -> Response:
    wrong = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    alert = Template('<p class="alert" role="alert" id="problem">$problem</p>').substitute(problem=html.escape(problem))
    return _page(
        "login",
        {
            "title": f"{problem or 'Log in'} – Dateline".replace(". –", " –"),
            "next": _own_path(wanted),
            "name": name[:64],
        },
        {
            "alert": alert if problem else "",
            "name_state": wrong or " autofocus",
            "password_state": f"{wrong} autofocus" if problem else "",
        },
        status,
    )


def _page(name: str, texts: dict[str, str], fixed: dict[str, str] | None = None, status: int = 200) -> HTMLResponse:
    """Return one of our own pages; `texts` are escaped, `fixed` is HTML of this file."""
    escaped = {key: html.escape(text) for key, text in texts.items()}
    content = Template(asset(f"{name}.html")).substitute(escaped, style=asset("plain.css"), **(fixed or {}))
    return HTMLResponse(content, status, {**own_policy(), "Cache-Control": "no-store"})


@cache
def own_policy() -> dict[str, str]:
    """Nothing but the page's own style, and forms that come back here; these do need to say where they come from."""
    style = base64.b64encode(hashlib.sha256(asset("plain.css").encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{style}'; img-src data:; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )
    return {"Content-Security-Policy": policy, "Referrer-Policy": "same-origin"}
