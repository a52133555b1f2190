"""The routes for programs: is it up, and ask."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from ingest.archive import Archive
from ingest.errors import DatelineError, InputError
from ingest.filters import Filters, parse_day
from qa.assistant import MAX_QUESTION_CHARACTERS, Assistant
from qa.types import Turn

__all__ = ["add_api"]

_LONGEST_HISTORY = 100
_LONGEST_ANSWER = 20_000
_MOST_OUTLETS = 100


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EarlierTurn(_Strict):
    """An earlier turn of the chat."""

    question: str = Field(max_length=MAX_QUESTION_CHARACTERS)
    answer: str | None = Field(None, max_length=_LONGEST_ANSWER)


class Wanted(_Strict):
    """The articles to answer from: their outlets (none for all), and their first and last publication day."""

    outlets: list[str] = Field(default=[], max_length=_MOST_OUTLETS)
    since: str | None = Field(default=None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    until: str | None = Field(default=None, description="YYYY, YYYY-MM or YYYY-MM-DD")


class Question(_Strict):
    """A question, the chat before it, oldest turn first, the articles that count, and the day it is asked on."""

    question: str
    history: list[EarlierTurn] = Field([], max_length=_LONGEST_HISTORY)
    filters: Wanted = Field(default_factory=Wanted)
    now: str | None = Field(default=None, description="YYYY-MM-DD; today where there is none")


def add_api(app: FastAPI, archive: Archive, assistant: Assistant) -> None:
    """Add GET /healthz and POST /v1/ask, and one line of JSON for whatever cannot be used."""
    routes = APIRouter()

    @routes.get("/healthz")
    def healthz(request: Request) -> dict[str, Any]:
        """Say that the app is up, and to who may know it how many articles it holds."""
        return {"ok": True, "articles": len(archive)} if getattr(request.state, "known", True) else {"ok": True}

    @routes.post("/v1/ask", responses={422: {"description": "the question cannot be used"}})
    def ask(body: Question) -> dict[str, Any]:
        """Answer a question from the articles; that they do not say is an answer, too."""
        history = [Turn(turn.question, turn.answer) for turn in body.history]
        filters = Filters.parse(body.filters.outlets, body.filters.since, body.filters.until, archive.outlets)
        now = None if body.now is None else parse_day("now", body.now)
        return assistant.ask(body.question, history, filters=filters, now=now).to_dict()

    app.include_router(routes)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(DatelineError, _refused)


def _bad_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "body"
    return JSONResponse({"error": f"{place}: {first['msg']}"}, status_code=422)


def _refused(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)}, status_code=422 if isinstance(error, InputError) else 503)
