"""The Ask view: layout and wiring. What happens to a question stands in conversation.py, the chat in the browser."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

from qa.assistant import MAX_QUESTION_CHARACTERS
from ui.asker import Asker
from ui.views.offline import gradio as gr
from ui.views.theme import drawn
from ui.web.conversation import read_asked, replies
from ui.web.feedback import REASONS, Feedback
from ui.web.library import Library
from ui.web.sending import sent
from ui.web.suggest import Suggestions

__all__ = ["ask_view"]

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_NO_FILTERS: dict[str, Any] = {"outlets": [], "since": "", "until": ""}


def ask_view(library: Library, asker: Asker) -> tuple[Any, Any]:
    """Lay out and wire the view. Return the welcome and the filters."""
    suggestions, feedback = Suggestions(asker), Feedback(library.archive)

    def find_outlets(words: object) -> dict[str, Any]:
        return library.outlets(words)

    def check_filters(wanted: object) -> dict[str, Any]:
        return library.check_filters(wanted)

    def judge(judgement: object) -> dict[str, str | None]:
        return feedback.give(judgement)

    async def answer(event: gr.EventData) -> AsyncIterator[dict[str, Any]]:
        async with aclosing(replies(read_asked(sent(event)), asker, library.filters)) as steps:
            async for step in steps:
                yield step

    def suggest(event: gr.EventData) -> Iterator[dict[str, Any]]:
        about = sent(event)
        for questions in suggestions.after(about):
            yield {"id": read_asked(about).id, "state": "suggestions", "questions": questions}

    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk", min_width=0):
            welcome = drawn("welcome", llm=asker.assistant.writer)
            chat = drawn("chat", server_functions=[judge], reasons=REASONS)
        drawn("sources")
        with gr.Column(elem_id="asking", min_width=0):
            drawn("question", longest=MAX_QUESTION_CHARACTERS, llm=asker.assistant.writer)
            wanted = drawn("filters", dict(_NO_FILTERS), server_functions=[find_outlets, check_filters])

    # By default the second event of a kind is deaf until the first is done, and what was stopped is not done at once.
    # How many are answered at once is for the Asker to say.
    answering = chat.ask(answer, None, [chat], concurrency_limit=None, trigger_mode="multiple", **_QUIET)
    answering.failure(None, None, None, js="() => { dateline.send('failed'); }", queue=False, **_QUIET)
    suggesting = chat.suggest(suggest, None, [chat], concurrency_limit=None, trigger_mode="multiple", **_QUIET)
    chat.stop(None, None, None, cancels=[answering], queue=False, **_QUIET)
    chat.hush(None, None, None, cancels=[suggesting], queue=False, **_QUIET)
    return welcome, wanted
