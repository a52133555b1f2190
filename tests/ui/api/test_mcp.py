"""The MCP server, asked by the SDK's own client over loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from fastapi import FastAPI
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from qa.assistant import Assistant
from ui.access.rules import access_for
from ui.web.app import create_app

pytestmark = pytest.mark.slow  # gradio takes seconds to import

QUESTION = "How many troops remain in Qasara?"
TOKEN = "t0ken-of-this-test-0123456789"


@pytest.fixture(scope="module")
def url(sample_dir: Path, serve_unchanged: Callable[[FastAPI], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("token") / "token"
    file.write_text(TOKEN)
    return serve_unchanged(create_app(sample_dir, access_for("127.0.0.1", token_file=file)))


@asynccontextmanager
async def connected(url: str, token: str = TOKEN) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
    ):
        yield client


def call(url: str, tool: str, **arguments: object) -> Any:
    async def result() -> Any:
        async with connected(url) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(result())


def test_tools_say_what_they_take_and_give(url: str) -> None:
    async def listed() -> Any:
        async with connected(url) as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(listed())}
    assert set(tools) == {"ask", "open_article", "watches"}
    for tool in tools.values():
        assert tool.description
        assert tool.output_schema
        assert tool.annotations.read_only_hint


def test_ask_cites_exact_places_of_the_article_that_is_opened(url: str, assistant: Assistant) -> None:
    told = call(url, "ask", question=QUESTION).structured_content
    theirs = assistant.ask(QUESTION)
    assert (told["found"], told["text"], told["as_of"]) == (True, theirs.text, theirs.as_of)
    assert [cited["quote"] for cited in told["citations"]] == [cited.quote for cited in theirs.citations]
    for cited in told["citations"]:
        article = call(url, "open_article", article_id=cited["article_id"]).structured_content
        assert article["text"][cited["start"] : cited["end"]] == cited["quote"]
        assert "place" not in article


def test_ask_within_filters_and_when_nothing_is_found(url: str) -> None:
    told = call(url, "ask", question=QUESTION, until="1900").structured_content
    assert (told["found"], told["citations"]) == (False, [])
    assert told["reason"]


@pytest.mark.parametrize(
    ("tool", "arguments", "why"),
    [
        ("ask", {"question": "?!"}, "no question in"),
        ("ask", {"question": QUESTION, "since": "yesterday"}, "is no date"),
        ("ask", {"question": QUESTION, "outlets": ["Nobody's Gazette"]}, "no article is from the outlet"),
        ("open_article", {"article_id": "x"}, "no article with the id 'x'"),
    ],
)
def test_what_cannot_be_used_is_told_to_the_model(url: str, tool: str, arguments: dict[str, Any], why: str) -> None:
    result = call(url, tool, **arguments)
    assert result.is_error
    assert why in result.content[0].text


def test_nobody_comes_in_without_the_token_or_by_another_name(url: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
    known = {**headers, "Authorization": f"Bearer {TOKEN}"}
    assert httpx.post(f"{url}/mcp", json=body, headers=known).status_code == 200
    assert httpx.post(f"{url}/mcp", json=body, headers=headers).status_code == 401
    assert httpx.post(f"{url}/mcp", json=body, headers={**headers, "Authorization": "Bearer x"}).status_code == 401
    assert httpx.post(f"{url}/mcp", json=body, headers={**known, "Host": "evil.example"}).status_code == 400
    assert httpx.post(f"{url}/mcp", json=body, headers={**known, "Origin": "http://evil.example"}).status_code == 403


def test_watches_lists_the_standing_questions(url: str) -> None:
    assert call(url, "watches").structured_content == {"watches": [], "changes": []}
    assert call(url, "watches", after=-1).structured_content["changes"] == []
