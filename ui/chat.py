"""The Ask view: layout and wiring. What happens stands in conversation.py."""

from typing import Any

from ingest.errors import DatelineError
from qa.assistant import MAX_QUESTION_CHARACTERS, Assistant
from ui.conversation import Chat, asking, chat_view, close, open_question, resolve
from ui.library import Library
from ui.offline import gradio as gr
from ui.texts import text
from ui.theme import drawn

__all__ = ["ask_view"]

ANSWERS_AT_ONCE = 4  # Gradio's own default is 1; more than the processor's few cores only wait for it
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_AT_ONCE = {**_QUIET, "queue": False, "trigger_mode": "multiple"}  # by default Enter is deaf until the last one is done
_NO_FILTERS: dict[str, Any] = {"outlets": [], "since": "", "until": ""}


def ask_view(library: Library, assistant: Assistant, new: Any) -> tuple[Any, Any]:
    """Lay out and wire the view; `new` is the button for a new chat. Return the welcome and the filters."""

    def find_outlets(words: object) -> dict[str, Any]:
        return library.outlets(words)

    def check_filters(wanted: object) -> dict[str, Any]:
        return library.check_filters(wanted)

    state = gr.State(())
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk", min_width=0):
            welcome = drawn("welcome")
            chat = drawn("chat", [])
        drawn("sources")
        with gr.Column(elem_id="asking", min_width=0):
            box = gr.Textbox(
                elem_id="question",
                label="Your question",
                show_label=False,
                placeholder="Ask the articles",
                max_lines=6,
                max_length=MAX_QUESTION_CHARACTERS,
                submit_btn=True,
                autofocus=True,
                html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
            )
            wanted = drawn("filters", dict(_NO_FILTERS), server_functions=[find_outlets, check_filters])
    outputs = [state, chat, box]

    def ask_typed(question: str, chat: Chat, wanted: object) -> list[Any]:
        return _begin(library, chat, question, wanted)

    def ask_chosen(chat: Chat, wanted: object, chosen: gr.EventData) -> list[Any]:
        question = getattr(chosen, "question", None)
        unfiltered = getattr(chosen, "unfiltered", None) is True
        return _begin(library, chat, question if isinstance(question, str) else "", None if unfiltered else wanted)

    def answer(chat: Chat) -> list[Any]:
        return _show(resolve(chat, assistant.ask)) if open_question(chat) else [gr.skip()] * 3

    questions = [
        box.submit(ask_typed, [box, state, wanted], outputs, **_AT_ONCE),
        welcome.ask(ask_chosen, [state, wanted], outputs, **_AT_ONCE),
        chat.ask(ask_chosen, [state, wanted], outputs, **_AT_ONCE),
    ]
    answers = [
        question.success(
            answer,
            [state],
            outputs,
            concurrency_limit=ANSWERS_AT_ONCE,
            concurrency_id="answer",
            trigger_mode="multiple",  # by default a question is left waiting that follows a blank one too fast
            **_QUIET,
        )
        for question in questions
    ]
    for running in answers:
        running.failure(_fail, [state], outputs, queue=False, **_QUIET)
    box.stop(_stop, [state], outputs, cancels=answers, queue=False, **_QUIET)
    new.click(lambda: _show(()), None, outputs, cancels=answers, queue=False, **_QUIET)
    return welcome, wanted


def _begin(library: Library, chat: Chat, question: str, wanted: object) -> list[Any]:
    """Take a question, unless another still waits: then what was typed stays in the box.

    Filters that cannot be used are told in place of an answer.
    """
    if not question.strip() or open_question(chat):
        return [gr.skip()] * 3
    question = question[:MAX_QUESTION_CHARACTERS]
    try:
        chat = asking(chat, question, library.filters(wanted))
    except DatelineError as error:
        chat = close(asking(chat, question), str(error))
        return [chat, chat_view(chat), gr.Textbox(value="")]
    return [chat, chat_view(chat), gr.Textbox(value="", submit_btn=False, stop_btn=True)]


def _show(chat: Chat) -> list[Any]:
    return [chat, chat_view(chat), gr.Textbox(submit_btn=True, stop_btn=False)]


def _stop(chat: Chat) -> list[Any]:
    return _show(close(chat, "Stopped."))


def _fail(chat: Chat) -> list[Any]:
    return _show(close(chat, text("unexpected")))
