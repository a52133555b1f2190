"""Answers in an LLM's words, through the turns of an Asker, the API, the terminal, and servers that fail."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi.testclient import TestClient

from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from qa.assistant import Assistant
from qa.types import Answer, Searched, Writing
from tests.qa.prose.llms import Scripted
from ui.asker import Asker
from ui.cli import main
from ui.views.present import answer_view, writing_view
from ui.web.app import app_over
from ui.web.conversation import read_asked

ServeApp = Callable[[FastAPI], str]

QUESTION = "How many ferries does the Vale Line run?"
TRUE = "The Vale Line runs 14 ferries."
ARTICLE = Article(
    "v1", "Vale Line adds ferries", "The Vale Line runs 14 ferries from Marlow, the port said.", "a", None, "2026-03-14"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prose") / "archive"
    with Archive.open(folder, create=True) as archive:
        add_articles(archive, [ARTICLE])
    return folder


def assistant(folder: Path, script: str | Exception, **wanted: Any) -> Assistant:
    llm = Scripted(script=lambda _: script, asked=[], **wanted)
    return Assistant(Archive.open(folder), "fast", llm, llm_seconds=5)


def asked_of(assistant: Assistant) -> int:
    llm: Any = assistant._writer
    return len(llm._llm.asked)


def test_each_sentence_is_told_once_and_the_answer_kept(folder: Path) -> None:
    one = assistant(folder, f"{TRUE} The Vale Line runs 14 ferries from Marlow.", pause=0.4, letters=30)
    with one.archive:
        asker = Asker(one)
        steps = list(asker.steps(QUESTION))
        assert [type(step) for step in steps] == [Searched, Writing, Writing, Writing, Answer]
        assert [len(step.sentences) for step in steps if isinstance(step, Writing)] == [0, 1, 2]
        known = list(asker.steps(QUESTION))
        assert [type(step) for step in known] == [Searched, Answer]
        assert isinstance(known[-1], Answer)
        assert isinstance(steps[-1], Answer)
        assert (known[-1].text, asked_of(one)) == (steps[-1].text, 1)
        assert asker.ask(QUESTION, prose=False).writer is None
        asker.close()


def test_what_the_page_is_told(folder: Path) -> None:
    one = assistant(folder, f"{TRUE} It has 99 boats. The Vale Line runs 14 ferries from Marlow.")
    with one.archive:
        steps = list(one.steps(QUESTION))
    writing = [writing_view(step) for step in steps if isinstance(step, Writing)]
    assert (writing[0]["writer"], writing[0]["parts"], writing[0]["struck"]) == ("scripted-1", [], [])
    assert (writing[0]["answer"]["text"], writing[0]["answer"]["written"]) == ("14", None)
    assert isinstance(steps[-1], Answer)
    view = answer_view(steps[-1])
    assert [part["text"] for part in view["parts"]] == [TRUE, "The Vale Line runs 14 ferries from Marlow."]
    assert [(one["text"], one["why"]) for one in view["struck"]] == [("It has 99 boats.", "no article says “99”")]
    assert view["written"] == "Written by scripted-1, checked sentence by sentence"
    assert (view["byline"], view["timeline"], view["unwritten"]) == (None, [], None)
    assert {segment["mark"] for source in view["sources"] for segment in source["sentence"]} == {False}


def test_who_answers_is_read_of_what_the_page_sends() -> None:
    assert [read_asked({"prose": sent}).prose for sent in (True, False, None, "false", 0)] == [
        True,
        False,
        True,
        True,
        True,
    ]


def test_what_failed_is_asked_for_again(folder: Path) -> None:
    one = assistant(folder, ConnectionError("refused"))
    with one.archive:
        asker = Asker(one)
        for count in (1, 2):
            answer = asker.ask(QUESTION)
            assert (answer.text, answer.unwritten) == ("14", "scripted-1 stopped: ConnectionError: refused")
            assert asked_of(one) == count
        asker.close()


def test_who_stops_while_it_writes_frees_the_turn(folder: Path) -> None:
    one = assistant(folder, f"{TRUE} And so on.", pause=2.0)
    with one.archive:
        asker = Asker(one)
        steps = asker.steps(QUESTION)
        assert isinstance(next(steps), Searched)
        assert isinstance(next(steps), Writing)
        steps.close()
        began = time.monotonic()
        while asker.in_flight:
            time.sleep(0.02)
            assert time.monotonic() - began < 2
        asker.close()


def test_the_api_tells_what_is_written(folder: Path) -> None:
    one = assistant(folder, TRUE)
    with TestClient(app_over(one.archive, one), base_url="http://localhost:7860") as client:
        accept = {"Accept": "text/event-stream"}
        told = client.post("/v1/ask", json={"question": QUESTION}, headers=accept).text
        events = [event.split("\n") for event in told.removesuffix("\n\n").split("\n\n")]
        assert [name for name, _ in events] == ["event: searched", "event: writing", "event: writing", "event: answer"]
        answer = json.loads(events[-1][1].removeprefix("data: "))
        assert (answer["text"], answer["writer"], answer["form"]) == (TRUE, "scripted-1", "span")
        (sentence,) = answer["sentences"]
        assert (sentence["text"], sentence["supported"], sentence["why"]) == (TRUE, True, None)
        own = client.post("/v1/ask", json={"question": QUESTION, "prose": False}).json()
        assert (own["text"], own["writer"], own["sentences"], own["unwritten"]) == ("14", None, [], None)


def llm_server(behaviour: str) -> FastAPI:
    """A server with OpenAI's API that goes wrong in some way, or does not."""
    app = FastAPI()

    @app.get("/healthz")
    def healthz() -> dict[str, bool]:
        return {"ok": True}

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        sent = await request.json()
        assert [message["role"] for message in sent["messages"]] == ["system", "user"]
        if behaviour == "refuses":
            return JSONResponse({"error": {"message": "no model of that name; key sk-test-12345678"}}, 404)

        async def events() -> AsyncIterator[str]:
            for word in TRUE.split(" "):
                yield event({"content": f"{word} "})
            if behaviour == "hangs":
                await asyncio.sleep(20)
            if behaviour == "breaks":
                yield "data: {nonsense\n\n"
            yield event({"content": "[1]"})
            yield "data: [DONE]\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    return app


def event(delta: dict[str, str]) -> str:
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": None}
    whole = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(whole)}\n\n"


@pytest.mark.parametrize(
    ("behaviour", "line"),
    [
        ("writes", "Written by m, checked sentence by sentence"),
        ("refuses", "NotFoundError"),
        ("hangs", "it did not finish within 4 seconds"),
        ("breaks", "JSONDecodeError"),
    ],
)
def test_ask_with_a_server_on_this_machine(
    folder: Path, serve_app: ServeApp, capsys: pytest.CaptureFixture[str], behaviour: str, line: str
) -> None:
    url = serve_app(llm_server(behaviour))
    command = ["ask", QUESTION, "--archive", str(folder), "--reader", "fast", "--llm-seconds", "4"]
    assert main([*command, "--llm", f"openai-like:{url}/v1#m"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert line in told
    assert "14" in told.split("[1]")[0]
    assert "sk-test" not in told


def test_ask_where_no_server_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["ask", QUESTION, "--archive", str(folder), "--reader", "fast", "--json"]
    assert main([*command, "--llm", "openai-like:http://127.0.0.1:9/v1#m"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["text"], answer["writer"]) == ("14", None)
    assert answer["unwritten"].startswith("m stopped: ")


@pytest.mark.parametrize(
    ("llm", "line"),
    [
        ("llama3.2", "no LLM is named by 'llama3.2': give ollama:MODEL, openai-like:URL#MODEL or openai:MODEL"),
        ("ollama:", "no LLM is named by 'ollama:'"),
        ("openai-like:127.0.0.1#m", "no LLM is named by 'openai-like:127.0.0.1#m'"),
        ("openai-like:http://127.0.0.1:9/v1", "no LLM is named by"),
        ("openai:gpt-5", "openai:gpt-5 needs a key: put it into the environment as OPENAI_API_KEY"),
    ],
)
def test_what_names_no_llm_is_told_in_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, llm: str, line: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert main(["ask", QUESTION, "--archive", str(folder), "--llm", llm]) == 1
    told = capsys.readouterr()
    assert told.err.startswith(f"dateline: {line}")
    assert told.out == ""
