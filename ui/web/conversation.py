"""What the page asks, and what it hears: a request that a browser sent becomes the steps of an answer.

The chat itself lies in the browser. With each question it sends the turns before it, as POST /v1/ask takes them; all
of it is checked here again.
"""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.errors import DatelineError
from ingest.filters import Filters, parse_day
from qa.assistant import MAX_QUESTION_CHARACTERS
from qa.types import Searched, Turn, Writing
from ui.asker import Asker
from ui.views.present import answer_view, searched_view, writing_view

__all__ = ["LONGEST_HISTORY", "Asked", "read_asked", "replies", "words_of"]

LONGEST_HISTORY = 100  # turns, as POST /v1/ask takes them
_LONGEST_ANSWER = 20_000  # characters
_LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page sends it. `id` is the page's own name for the turn, and comes back with each reply."""

    id: str
    question: str
    history: tuple[Turn, ...] = ()
    filters: object = None  # as the browser sent them: checked when they are used
    now: str | None = None
    prose: bool = True


def read_asked(sent: object) -> Asked:
    """Return what the browser sent, {"id", "question", "history": [{"question", "answer"}], "filters", "now",
    "prose"}.

    It may be anything: what is not of this shape counts as nothing, a text that is too long is cut. The question keeps
    one character more than the assistant takes, so that it is refused rather than answered in part.
    """
    fields = sent if isinstance(sent, dict) else {}
    turns = fields.get("history")
    return Asked(
        id=words_of(fields.get("id"), _LONGEST_ID),
        question=words_of(fields.get("question"), MAX_QUESTION_CHARACTERS + 1).strip(),
        history=tuple(_turns(turns[-LONGEST_HISTORY:])) if isinstance(turns, list) else (),
        filters=fields.get("filters"),
        now=words_of(fields.get("now"), 40) or None,
        prose=fields.get("prose") is not False,
    )


def words_of(value: object, most: int) -> str:
    """Return a text from the browser, cut at `most` characters, without half ones; '' for anything else."""
    return value[:most].encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


async def replies(
    asked: Asked, asker: Asker, filters: Callable[[object], Filters]
) -> AsyncGenerator[dict[str, Any], None]:
    """Yield what the page draws: what is about to be read, then the answer, or in their place why there is none.

    Between the two comes what an LLM has written, once more for each sentence. Each has the turn's `id` and its
    `state`: searching, writing, answered or problem. `filters` reads those of the browser and
    raises InputError. Closing the iterator gives the question up.
    """
    try:
        wanted = filters(asked.filters)
        now = parse_day("now", asked.now) if asked.now else date.today()
        stream = asker.stream(asked.question, asked.history, filters=wanted, now=now, prose=asked.prose)
        async with aclosing(stream) as steps:
            async for step in steps:
                if isinstance(step, Searched):
                    yield {"id": asked.id, "state": "searching", "searched": searched_view(step)}
                elif isinstance(step, Writing):
                    yield {
                        "id": asked.id,
                        "state": "writing",
                        "writing": {**writing_view(step, wanted), "now": now.isoformat()},
                    }
                else:
                    view = {**answer_view(step, wanted), "now": now.isoformat()}
                    yield {"id": asked.id, "state": "answered", "answer": view}
    except DatelineError as error:
        yield {"id": asked.id, "state": "problem", "problem": str(error)}


def _turns(sent: list[Any]) -> Iterator[Turn]:
    for turn in sent:
        fields = turn if isinstance(turn, dict) else {}
        if question := words_of(fields.get("question"), MAX_QUESTION_CHARACTERS).strip():
            yield Turn(question, words_of(fields.get("answer"), _LONGEST_ANSWER) or None)
