"""What the browser sends becomes a question with its chat, and the question becomes replies."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.assistant import MAX_QUESTION_CHARACTERS, Assistant
from qa.types import Turn
from ui.asker import Asker
from ui.web.conversation import LONGEST_HISTORY, Asked, read_asked, replies
from ui.web.library import Library

QUESTION = "How many troops remain in Qasara?"


@pytest.fixture(scope="module")
def asker(fast_assistant: Assistant) -> Iterator[Asker]:
    asker = Asker(fast_assistant)
    yield asker
    asker.close()


def replied(asker: Asker, **fields: object) -> list[dict[str, Any]]:
    async def collect() -> list[dict[str, Any]]:
        asked = read_asked({"id": "t1", **fields})
        async with aclosing(replies(asked, asker, Library(asker.assistant.archive).filters)) as steps:
            return [step async for step in steps]

    return asyncio.run(collect())


def test_the_articles_to_be_read_come_before_the_answer(asker: Asker) -> None:
    searching, answered = replied(asker, question=f" {QUESTION} ")
    assert [(reply["id"], reply["state"]) for reply in (searching, answered)] == [
        ("t1", "searching"),
        ("t1", "answered"),
    ]
    read = {article["article"] for article in searching["searched"]["articles"]}
    assert {source["article"] for source in answered["answer"]["citations"]} <= read
    assert answered["answer"]["question"] == QUESTION


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"question": "?!"}, "no question in '?!'"),
        ({"question": "a" * (MAX_QUESTION_CHARACTERS + 500)}, "at most 2,000 are read"),
        ({"question": QUESTION, "now": "someday"}, "now 'someday' is no day"),
        ({"question": QUESTION, "filters": {"outlets": ["No Such Paper"]}}, "No Such Paper"),
        ({"question": QUESTION, "filters": {"since": "2011-99"}}, "2011-99"),
    ],
)
def test_what_cannot_be_used_is_told(asker: Asker, sent: dict[str, object], told: str) -> None:
    (reply,) = replied(asker, **sent)
    assert (reply["id"], reply["state"]) == ("t1", "problem")
    assert told in reply["problem"]


def test_filters_and_day_go_with_the_question(asker: Asker) -> None:
    whole = replied(asker, question=QUESTION)[-1]["answer"]
    cited = {source["outlet"] for source in whole["citations"]}
    outlet = next(name for name, _ in asker.assistant.archive.outlets() if name not in cited)
    filtered = replied(asker, question=QUESTION, filters={"outlets": [outlet]}, now="2026-01-31")[-1]["answer"]
    assert {source["outlet"] for key in ("citations", "nearest") for source in filtered[key]} == {outlet}
    assert [filtered["filters"], filtered["now"]] == [outlet, "2026-01-31"]


def test_the_chat_that_is_sent_completes_a_follow_up(asker: Asker) -> None:
    history = [{"question": "Who is Kestrel's chief executive?", "answer": "Paula Denholm"}]
    answer = replied(asker, question="How many people work for it?", history=history)[-1]["answer"]
    assert "Kestrel" in answer["searched"]


def test_of_a_long_chat_the_newest_turns_count() -> None:
    sent = [{"question": str(number), "answer": None} for number in range(LONGEST_HISTORY + 5)]
    asked = read_asked({"question": QUESTION, "history": sent})
    assert [asked.history[0], len(asked.history)] == [Turn("5"), LONGEST_HISTORY]


def test_turns_that_are_none_are_passed_over() -> None:
    sent = [None, 7, {"question": ""}, {"question": ["x"]}, {"question": "Who?", "answer": {"a": 1}}, {"answer": "x"}]
    assert read_asked({"question": QUESTION, "history": sent}).history == (Turn("Who?", None),)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "question", "history", "answer"]), inner),
    max_leaves=20,
)


@given(json_values)
def test_whatever_the_browser_sends_is_read(sent: object) -> None:
    asked = read_asked(sent)
    assert isinstance(asked, Asked)
    assert len(asked.question) <= MAX_QUESTION_CHARACTERS + 1
