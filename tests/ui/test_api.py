"""The API, the checks in front of everything, and `dateline serve` itself."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient

from ingest.errors import InputError
from qa.assistant import MAX_QUESTION_CHARACTERS, Assistant
from ui.web import create_app, serve

pytestmark = pytest.mark.slow  # gradio takes seconds to import

QUESTION = "How many troops remain in Qasara?"


@pytest.fixture(scope="module")
def client(sample_dir: Path) -> Iterator[TestClient]:
    with TestClient(create_app(sample_dir), base_url="http://localhost:7860") as client:
        yield client


def test_healthz(client: TestClient, assistant: Assistant) -> None:
    assert client.get("/healthz").json() == {"ok": True, "articles": len(assistant.archive)}


def test_ask_returns_the_answer_of_the_assistant(client: TestClient, assistant: Assistant) -> None:
    ours, theirs = client.post("/v1/ask", json={"question": QUESTION}).json(), assistant.ask(QUESTION).to_dict()
    del ours["seconds"], theirs["seconds"]
    assert ours == json.loads(json.dumps(theirs))
    cited = ours["citations"][0]
    article = assistant.archive.article(cited["article"]["id"])
    assert article is not None
    assert article.text[cited["start"] : cited["end"]] == cited["quote"]


def test_ask_takes_the_chat_before(client: TestClient, assistant: Assistant) -> None:
    earlier = {"question": "Who is the chief executive of Kestrel?", "answer": "Paula Denholm"}
    answer = client.post("/v1/ask", json={"question": "How old is she?", "history": [earlier]}).json()
    assert answer["question"] == "How old is she?"
    assert answer["asked"] != answer["question"]


def test_ask_answers_within_filters(client: TestClient, assistant: Assistant) -> None:
    first = client.post("/v1/ask", json={"question": QUESTION}).json()["citations"][0]
    outlet, day = first["article"]["outlet"], first["article"]["published"]
    assert outlet
    assert day
    for filters in ({"outlets": [outlet]}, {"since": day, "until": day}, {"outlets": [], "since": day[:4]}):
        body = {"question": QUESTION, "filters": filters, "now": "2026-01-31"}
        answer = client.post("/v1/ask", json=body).json()
        assert first["article"] in [citation["article"] for citation in answer["citations"]]
    before = client.post("/v1/ask", json={"question": QUESTION, "filters": {"until": "1900"}}).json()
    assert (before["found"], before["citations"]) == (False, [])
    others = [name for name, _ in assistant.archive.outlets() if name != outlet]
    elsewhere = client.post("/v1/ask", json={"question": QUESTION, "filters": {"outlets": others}}).json()
    shown = [*elsewhere["citations"], *elsewhere["nearest"]]
    assert shown
    assert outlet not in [citation["article"]["outlet"] for citation in shown]


def test_not_found_is_an_answer(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": "What is the capital of Mongolia?"})
    assert (response.status_code, response.json()["found"]) == (200, False)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "question: Field required"),
        ({"question": 7}, "question: Input should be a valid string"),
        ({"question": "?!"}, "no question in '?!'"),
        ({"question": ""}, "no question in ''"),
        ({"question": "a" * (MAX_QUESTION_CHARACTERS + 1)}, "at most 2,000 are read"),
        ({"question": "who?", "top": 3}, "top: Extra inputs are not permitted"),
        ({"question": "who?", "history": [{"answer": "x"}]}, "history.0.question: Field required"),
        ({"question": "who?", "history": "x"}, "history: Input should be a valid list"),
        ({"question": "who?", "filters": {"outlet": "x"}}, "filters.outlet: Extra inputs are not permitted"),
        ({"question": "who?", "filters": {"outlets": "x"}}, "filters.outlets: Input should be a valid list"),
        ({"question": "who?", "filters": {"since": 2011}}, "filters.since: Input should be a valid string"),
        ({"question": "who?", "filters": {"outlets": ["x"] * 101}}, "filters.outlets: List should have at most 100"),
        ({"question": "who?", "filters": {"since": "2011-13"}}, "since '2011-13' is no date: give YYYY"),
        ({"question": "who?", "filters": {"since": "2012", "until": "2011"}}, "change the two dates round"),
        ({"question": "who?", "filters": {"outlets": ["Nobody's Gazette"]}}, 'from the outlet "Nobody\'s Gazette"'),
        ({"question": "who?", "now": "today"}, "now 'today' is no day: give YYYY-MM-DD"),
        ({"question": "who?", "now": 1700000000}, "now: Input should be a valid string"),
        ([], "body: Input should be"),
        ("who?", "body: Input should be"),
    ],
)
def test_bad_input_is_told_in_one_line(client: TestClient, body: object, told: str) -> None:
    response = client.post("/v1/ask", json=body)
    assert response.status_code == 422
    assert list(response.json()) == ["error"]
    assert told in response.json()["error"]
    assert "\n" not in response.json()["error"]


def test_broken_json_is_told_in_one_line(client: TestClient) -> None:
    response = client.post("/v1/ask", content=b"{", headers={"Content-Type": "application/json"})
    assert (response.status_code, list(response.json())) == (422, ["error"])


def test_described_without_pages_that_load_from_elsewhere(client: TestClient) -> None:
    assert {"/healthz", "/v1/ask"} <= set(client.get("/openapi.json").json()["paths"])
    assert {client.get(path).status_code for path in ("/docs", "/redoc")} == {404}


def test_headers_on_every_answer(client: TestClient) -> None:
    for path in ("/", "/healthz", "/nothing", "/gradio_api/file=/etc/passwd"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:7860", "192.168.1.4"]
)
def test_refuses_other_names_for_this_machine(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:7860", "[::1]:7860", "LOCALHOST:1"])
def test_answers_to_the_loopback_names(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://localhost:7860", 200), ("http://evil.example", 403), ("null", 403), ("http://localhost:9999", 403)],
)
def test_pages_of_other_sites_may_not_post(client: TestClient, origin: str, status: int) -> None:
    response = client.post("/v1/ask", json={"question": QUESTION}, headers={"Origin": origin})
    assert response.status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=https://evil.example/x",
        "/gradio_api/file%3Dhttps://evil.example/x",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../../pyproject.toml",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=https://evil.example/x",
        "/gradio_api/deep_link",
        "/monitoring",
        "/gradio_api/runs",
    ],
)
def test_fetches_nothing_and_hands_out_no_files(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_ignores_what_a_proxy_would_claim(client: TestClient) -> None:
    page = client.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert page.status_code == 200
    assert "evil.example" not in page.text


def test_refuses_bodies_that_are_too_large(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        yield b"{}"

    assert client.post("/v1/ask", content=b"x" * 1_000_001).status_code == 413
    assert client.post("/v1/ask", content=endless()).status_code == 411
    assert client.post("/gradio_api/upload", headers={"Content-Length": "60000000"}).status_code == 413


def test_a_taken_port_is_told_with_the_next_step(archive_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=rf"cannot listen on 127\.0\.0\.1 port {port} .*another --port"):
            serve(archive_dir, "127.0.0.1", port)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serves_from_the_terminal_until_it_is_stopped(
    archive_dir: Path, tmp_path: Path, ending: signal.Signals
) -> None:
    command = [sys.executable, "-m", "ui.cli", "serve", "--port", "0", "--archive", str(archive_dir)]
    root, temporary = Path(__file__).parents[2], tmp_path / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[3]
        assert urlsplit(url).hostname == "127.0.0.1"
        assert httpx.get(f"{url}healthz", timeout=60).json() == {"ok": True, "articles": 0}
        assert list(temporary.glob("dateline-*"))
        process.send_signal(ending)
        assert process.wait(30) in {0, 130, -signal.SIGTERM}
    assert not list(temporary.glob("dateline-*"))
