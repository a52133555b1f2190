"""A chat is a value: what each step makes of it."""

from collections.abc import Sequence

import pytest

from ingest.errors import ArchiveError
from ingest.filters import Filters
from qa.assistant import Assistant
from qa.types import Answer, Turn
from ui.conversation import LONGEST_CHAT, Exchange, asking, chat_view, close, open_question, resolve

QUESTION = "How many troops remain in Qasara?"


def test_a_question_waits_then_is_answered(assistant: Assistant) -> None:
    waiting = asking((), f" {QUESTION} ")
    assert open_question(waiting) == QUESTION
    assert chat_view(waiting) == [{"state": "waiting", "question": QUESTION, "problem": None}]
    answered = resolve(waiting, assistant.ask)
    assert open_question(answered) is None
    assert chat_view(answered)[0]["state"] == "answered"


def test_what_cannot_be_asked_is_told_and_keeps_the_question(assistant: Assistant) -> None:
    (view,) = chat_view(resolve(asking((), "?!"), assistant.ask))
    assert (view["state"], view["question"]) == ("problem", "?!")
    assert "no question in '?!'" in view["problem"]


def test_earlier_answers_are_the_history_and_failures_are_not(assistant: Assistant) -> None:
    seen: list[Turn] = []

    def ask(question: str, history: Sequence[Turn], *, filters: Filters) -> Answer:
        seen[:] = history
        if question == "fails":
            raise ArchiveError("the archive is gone")
        return assistant.ask(question, history)

    chat = resolve(asking((), QUESTION), ask)
    answer = chat[0].answer
    assert answer is not None
    chat = resolve(asking(chat, "Who won the Nobel Prize in Literature in 2024?"), ask)
    chat = resolve(asking(chat, "fails"), ask)
    resolve(asking(chat, "And before?"), ask)
    assert seen == [Turn(QUESTION, answer.text), Turn("Who won the Nobel Prize in Literature in 2024?", None)]


def test_other_errors_are_defects_and_surface() -> None:
    def broken(question: str, history: Sequence[Turn], *, filters: Filters) -> Answer:
        raise KeyError(question)

    with pytest.raises(KeyError):
        resolve(asking((), QUESTION), broken)


def test_stopping_leaves_the_question() -> None:
    stopped = close(asking((), QUESTION), "Stopped.")
    assert chat_view(stopped) == [{"state": "problem", "question": QUESTION, "problem": "Stopped."}]
    assert close(stopped, "again") == stopped


def test_a_chat_has_an_end() -> None:
    chat: tuple[Exchange, ...] = ()
    for number in range(LONGEST_CHAT + 5):
        chat = close(asking(chat, str(number)), "Stopped.")
    assert [chat[0].question, len(chat)] == ["5", LONGEST_CHAT]


def test_filters_go_with_the_question_they_were_set_for(assistant: Assistant) -> None:
    (whole,) = chat_view(resolve(asking((), QUESTION), assistant.ask))
    cited = {source["outlet"] for source in whole["citations"]}
    outlet = next(name for name, _ in assistant.archive.outlets() if name not in cited)
    chat = resolve(asking((), QUESTION, Filters((outlet,))), assistant.ask)
    filtered, again = chat_view(resolve(asking(chat, QUESTION), assistant.ask))
    assert {source["outlet"] for key in ("citations", "nearest") for source in filtered[key]} == {outlet}
    assert {source["outlet"] for source in again["citations"]} == cited
    assert [filtered["filters"], again["filters"]] == [outlet, None]
