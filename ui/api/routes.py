"""The routes for programs: is it up, ask, search, articles, how it does. Each error is one line: {"error": ...}."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import aclosing
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from python_multipart.exceptions import FormParserError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.archive import Archive
from ingest.errors import DatelineError, InputError
from ingest.filters import Filters, parse_day
from qa.answer.citations import article_ref
from qa.assistant import MAX_QUESTION_CHARACTERS
from qa.retrieve.hybrid import retrieve
from qa.types import Answer, Searched, Writing
from ui.api.catalogue import Catalogue, Order
from ui.api.docs import docs_page
from ui.api.metrics import Metrics
from ui.api.schemas import (
    MOST_ON_A_PAGE,
    ArticleList,
    Found,
    Problem,
    Question,
    Search,
    SearchResult,
    Wanted,
    WholeArticle,
    described,
    wanted_articles,
)
from ui.api.watches import watch_routes
from ui.asker import Asker, Busy, Step

__all__ = ["add_api", "tell_errors"]

_EVENTS = "text/event-stream"
_RETRY_AFTER = {"Retry-After": "5"}
_NOTHING = "there is nothing here: /docs says what there is"
_ABOUT = ("/healthz", "/metrics", "/docs")
_CANCELLING = ("/gradio_api/cancel", "/gradio_api/reset")
_ANY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request cannot be read, or names another server."},
    401: {"model": Problem, "description": "The token is missing or wrong."},
    403: {"model": Problem, "description": "The request comes from a page of another site."},
    404: {"model": Problem, "description": "There is no such thing."},
    405: {"model": Problem, "description": "The address takes other methods."},
    411: {"model": Problem, "description": "The request does not say how long it is."},
    413: {"model": Problem, "description": "The request is too large."},
    422: {"model": Problem, "description": "What was sent cannot be used."},
    503: {"model": Problem, "description": "Too many are asking, or the archive cannot be read: try again later."},
}
_ASKED: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Answer,
        "description": "The answer; that the articles do not say is one, too. With `Accept: text/event-stream` events:"
        " `searched` with the articles that are read, `writing` for what an LLM has written so far, then `answer`; or"
        " `error`.",
        "content": {_EVENTS: {"schema": {"type": "string"}}},
    }
}

_Limit = Query(ge=1, le=MOST_ON_A_PAGE)

T = TypeVar("T")


def add_api(app: FastAPI, asker: Asker, metrics: Metrics) -> None:
    """Add /healthz, /metrics, /docs and the routes below /v1."""
    archive = asker.assistant.archive
    routers = [
        _about(app, archive, metrics),
        _asking(asker, archive),
        _reading(archive),
        watch_routes(archive, _ERRORS),
    ]
    for router in (*routers, _nothing_else(routers)):
        app.include_router(router)
    app.add_middleware(_Heads)
    app.add_exception_handler(Exception, _defect)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(DatelineError, _cannot)


def tell_errors(page: FastAPI) -> None:
    """Let the page that is mounted behind tell errors of addresses in our way; its own script expects Gradio's."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _refused(request, error, detail=_is_gradios(request))

    async def not_valid(request: Request, error: Exception) -> Response:
        # Gradio's script cancels what was asked a moment ago before it was told its id, with an id of null.
        if request.url.path in _CANCELLING:
            return JSONResponse({"success": False})
        return _bad_request(request, error, detail=_is_gradios(request))

    page.add_middleware(_Plain)
    page.add_exception_handler(Exception, _defect)
    page.add_exception_handler(DatelineError, _cannot)
    page.add_exception_handler(KeyError, _no_event)
    page.add_exception_handler(FormParserError, _no_form)
    page.add_exception_handler(HTTPException, refused)
    page.add_exception_handler(RequestValidationError, not_valid)


def _is_gradios(request: Request) -> bool:
    return request.url.path.startswith("/gradio_api/")


class _Plain:
    """Tell as every error is told what a route refuses in plain text, as Gradio's upload does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told: list[bytes] = []
        status = 0

        async def send_told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start" and message["status"] >= 400:
                plain = Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")
                status = message["status"] if plain else 0
            if not status:
                await send(message)
            elif message["type"] == "http.response.body":
                told.append(message.get("body", b""))
                if not message.get("more_body"):
                    why = b"".join(told).decode("utf-8", "replace")
                    await _told(status, why, detail=True)(scope, receive, send)

        await self._app(scope, receive, send_told)


class _Heads:
    """Answer HEAD as GET, without the body, where programs ask; the page's own routes do so themselves."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        if scope["type"] == "http" and scope["method"] == "HEAD" and scope["path"].startswith(("/v1/", *_ABOUT)):
            await self._app({**scope, "method": "GET"}, receive, send_head)
        else:
            await self._app(scope, receive, send)


def _about(app: FastAPI, archive: Archive, metrics: Metrics) -> APIRouter:
    routes = APIRouter(responses={status: _ERRORS[status] for status in (400, 401, 503)})

    @routes.get("/healthz")
    def healthz(request: Request) -> dict[str, Any]:
        """Say that the server is up, and to who may know it how many articles it holds."""
        return {"ok": True, "articles": len(archive)} if getattr(request.state, "known", True) else {"ok": True}

    @routes.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    def figures() -> Response:
        """Say how the server does, in Prometheus' text format."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @routes.get("/docs", include_in_schema=False)
    def docs(request: Request) -> Response:
        return docs_page(app.openapi(), str(request.base_url))

    return routes


def _asking(asker: Asker, archive: Archive) -> APIRouter:
    routes = APIRouter(prefix="/v1", responses={status: _ERRORS[status] for status in _ERRORS if status != 404})

    @routes.post("/ask", response_model=Answer, responses=_ASKED)
    async def ask(body: Question, request: Request) -> Response:
        """Answer a question from the articles, in their own words, or those of the server's LLM held to theirs."""
        filters = await asyncio.to_thread(_filters, body.filters, archive)
        now = None if body.now is None else parse_day("now", body.now)
        history = [turn.turn() for turn in body.history]
        wanted: dict[str, Any] = {"filters": filters, "now": now, "reader": body.reader, "prose": body.prose}
        steps = asker.stream(body.question, history, **wanted)
        # Who leaves while the question waits is not answered; from the first event on, Starlette sees to it.
        first = await _unless_gone(request, anext(steps))
        if first is None:
            return Response(status_code=499)  # nobody hears it; nginx' number for who left
        if _EVENTS in request.headers.get("accept", ""):
            return StreamingResponse(_events(first, steps), media_type=_EVENTS, headers={"Cache-Control": "no-store"})
        last = await _unless_gone(request, _last(first, steps))
        return Response(status_code=499) if last is None else JSONResponse(last.to_dict())

    return routes


def _reading(archive: Archive) -> APIRouter:
    routes = APIRouter(prefix="/v1", responses={status: _ERRORS[status] for status in (400, 401, 405, 422, 503)})
    catalogue = Catalogue(archive)
    posted: dict[int | str, dict[str, Any]] = {status: _ERRORS[status] for status in (403, 411, 413)}

    @routes.get("/articles")
    def articles(
        wanted: Annotated[Wanted, Depends(wanted_articles)],
        words: str = "",
        sort: Order = "newest",
        limit: Annotated[int, _Limit] = 50,
        cursor: str | None = None,
    ) -> ArticleList:
        """List the articles whose title, outlet or author hold all words."""
        page = catalogue.page(words, _filters(wanted, archive), sort, limit, cursor)
        return ArticleList(
            articles=[described(article) for article in page.articles], matching=page.matching, next=page.next
        )

    @routes.get("/articles/{id}", responses={404: _ERRORS[404]})
    def article(id: str) -> WholeArticle:
        """Return an article with its text."""
        found = archive.article(id)
        if found is None:
            raise HTTPException(404, f"no article with the id {id[:40]!r}: GET /v1/articles lists them")
        return WholeArticle.whole(found)

    @routes.get("/search")
    def search_address(
        query: str, wanted: Annotated[Wanted, Depends(wanted_articles)], limit: Annotated[int, _Limit] = 12
    ) -> SearchResult:
        """Find the passages nearest to some words or a question, by meaning and by words."""
        return _found(archive, Search(query=query, filters=wanted, limit=limit))

    @routes.post("/search", responses=posted)
    def search(body: Search) -> SearchResult:
        """Find the passages nearest to some words or a question, by meaning and by words."""
        return _found(archive, body)

    return routes


def _nothing_else(known: Sequence[APIRouter]) -> APIRouter:
    """Say of other addresses below /v1, and of other methods, what is wrong: Gradio is mounted behind and would not."""
    routes = APIRouter(include_in_schema=False)

    def nothing(request: Request) -> Response:
        near = [route for router in known for route in router.routes if isinstance(route, APIRoute)]
        here = [route for route in near if route.matches(request.scope)[0] != Match.NONE]
        allowed = {method for route in here for method in route.methods or ()}
        if allowed:
            raise HTTPException(405, f"this takes {', '.join(sorted(allowed))}", {"Allow": ", ".join(sorted(allowed))})
        raise HTTPException(404, _NOTHING)

    for path in ("/v1/{path:path}", *_ABOUT):
        routes.add_api_route(path, nothing, methods=_ANY_METHOD)
    return routes


def _filters(wanted: Wanted, archive: Archive) -> Filters:
    return Filters.parse(wanted.outlets, wanted.since, wanted.until, archive.outlets)


def _found(archive: Archive, search: Search) -> SearchResult:
    if not re.search(r"[^\W_]", search.query):
        raise InputError(f"no word in {search.query[:40]!r}: search with words")
    if len(search.query) > MAX_QUESTION_CHARACTERS:
        raise InputError(
            f"the query has {len(search.query):,} characters, at most {MAX_QUESTION_CHARACTERS:,} are read"
        )
    passages = []
    for candidate in retrieve(archive, search.query, search.limit, _filters(search.filters, archive)):
        passage = candidate.passage
        found = Found(
            article=article_ref(candidate.article),
            text=passage.text,
            start=passage.start,
            end=passage.end,
            score=candidate.score,
        )
        passages.append(found)
    return SearchResult(query=search.query, passages=passages)


async def _last(first: Step, steps: AsyncGenerator[Step, None]) -> Step:
    last = first
    async with aclosing(steps):
        async for step in steps:
            last = step
    return last


async def _events(first: Step, steps: AsyncGenerator[Step, None]) -> AsyncIterator[str]:
    """Yield server-sent events (the HTML standard, 9.2): a name and one line of JSON each."""
    async with aclosing(steps):
        yield _event(first)
        try:
            async for step in steps:
                yield _event(step)
        except DatelineError as error:
            yield f"event: error\ndata: {json.dumps({'error': str(error)})}\n\n"


def _event(step: Step) -> str:
    name = {Searched: "searched", Writing: "writing", Answer: "answer"}[type(step)]
    return f"event: {name}\ndata: {json.dumps(step.to_dict())}\n\n"


async def _unless_gone(request: Request, work: Awaitable[T]) -> T | None:
    """Return what comes of the work; None, and the work cancelled, when the client goes away before."""
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        for task in (working, gone):
            task.cancel()
        await asyncio.gather(working, gone, return_exceptions=True)


def _told(status: int, why: str, headers: Mapping[str, str] | None = None, *, detail: bool = False) -> Response:
    """Return an error as every error is told: in one line, without half characters, which no answer can carry.

    Gradio's script reads the `detail` of its own routes' errors.
    """
    line = " ".join(why.encode("utf-8", "replace").decode("utf-8").split())
    return JSONResponse({"error": line, "detail": line} if detail else {"error": line}, status, headers)


def _refused(_: Request, error: Exception, *, detail: bool = False) -> Response:
    assert isinstance(error, HTTPException)
    why = _NOTHING if error.detail == "Not Found" else str(error.detail)
    return _told(error.status_code, why, error.headers, detail=detail)


def _bad_request(_: Request, error: Exception, *, detail: bool = False) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "body"
    if first["type"] == "json_invalid":
        why = f"the body is no JSON ({first.get('ctx', {}).get('error', first['msg'])}, at character {place})"
    else:
        why = f"{place}: {first['msg'].removeprefix('Value error, ')}"
    return _told(422, why, detail=detail)


def _cannot(_: Request, error: Exception) -> Response:
    if isinstance(error, InputError):
        return _told(422, str(error))
    return _told(503, str(error), _RETRY_AFTER if isinstance(error, Busy) else {})


def _no_event(request: Request, error: Exception) -> Response:
    """Gradio looks an event up by the number that it was sent."""
    if not _is_gradios(request):
        raise error
    return _told(404, _NOTHING, detail=True)


def _no_form(_: Request, error: Exception) -> Response:
    return _told(400, f"the upload is damaged ({error}): send the files again", detail=True)


def _defect(_: Request, error: Exception) -> Response:
    """Starlette raises the error again after this, so it is logged."""
    return _told(500, f"this is a defect of dateline ({type(error).__name__}): the server's log says more")
