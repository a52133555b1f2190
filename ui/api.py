"""The routes for programs: is it up, and ask."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from ingest.archive import Archive
from ingest.errors import DatelineError, InputError
from qa.assistant import MAX_QUESTION_CHARACTERS, Assistant
from qa.types import Turn

__all__ = ["add_api"]

_LONGEST_HISTORY = 100
_LONGEST_ANSWER = 20_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EarlierTurn(_Strict):
    """An earlier turn of the chat."""

    question: str = Field(max_length=MAX_QUESTION_CHARACTERS)
    answer: str | None = Field(None, max_length=_LONGEST_ANSWER)


class Question(_Strict):
    """A question, and the chat before it, oldest turn first."""

    question: str
    history: list[EarlierTurn] = Field([], max_length=_LONGEST_HISTORY)


def add_api(app: FastAPI, archive: Archive, assistant: Assistant) -> None:
    """Add GET /healthz and POST /v1/ask, and one line of JSON for whatever cannot be used."""
    routes = APIRouter()

    @routes.get("/healthz")
    def healthz() -> dict[str, Any]:
        """Say that the app is up and how many articles it holds."""
        return {"ok": True, "articles": len(archive)}

    @routes.post("/v1/ask", responses={422: {"description": "the question cannot be used"}})
    def ask(body: Question) -> dict[str, Any]:
        """Answer a question from the articles; that they do not say is an answer, too."""
        history = [Turn(turn.question, turn.answer) for turn in body.history]
        return assistant.ask(body.question, history).to_dict()

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
