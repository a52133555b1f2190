"""The API, the checks in front of everything, and `dateline serve` itself."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient

from ingest.errors import InputError
from qa.assistant import MAX_QUESTION_CHARACTERS, Assistant
from ui.web.app import create_app, serve

pytestmark = pytest.mark.slow  # gradio takes seconds to import

QUESTION = "How many troops remain in Qasara?"


@pytest.fixture(scope="module")
def client(sample_dir: Path) -> Iterator[TestClient]:
    """The app with the fast reader."""
    with TestClient(create_app(sample_dir, reader="fast"), base_url="http://localhost:7860") as client:
        yield client


@pytest.fixture(scope="module")
def shipped(sample_dir: Path) -> Iterator[TestClient]:
    """The app as it is shipped."""
    with TestClient(create_app(sample_dir), base_url="http://localhost:7860") as client:
        yield client


def test_healthz(client: TestClient, assistant: Assistant) -> None:
    assert client.get("/healthz").json() == {"ok": True, "articles": len(assistant.archive)}


def test_ask_returns_the_answer_of_the_assistant(shipped: TestClient, assistant: Assistant) -> None:
    ours, theirs = shipped.post("/v1/ask", json={"question": QUESTION}).json(), assistant.ask(QUESTION).to_dict()
    del ours["seconds"], theirs["seconds"]
    assert ours == json.loads(json.dumps(theirs))
    cited = ours["citations"][0]
    article = assistant.archive.article(cited["article"]["id"])
    assert article is not None
    assert article.text[cited["start"] : cited["end"]] == cited["quote"]


def test_ask_takes_the_reader(shipped: TestClient, client: TestClient, assistant: Assistant) -> None:
    for app, reader in ((shipped, "fast"), (client, "careful")):
        answer = app.post("/v1/ask", json={"question": QUESTION, "reader": reader}).json()
        assert answer["confidence"] == assistant.ask(QUESTION, reader=reader).confidence
    assert client.post("/v1/ask", json={"question": QUESTION, "reader": "quick"}).status_code == 422


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


def test_not_found_is_an_answer(shipped: TestClient) -> None:
    response = shipped.post("/v1/ask", json={"question": "What is the capital of Mongolia?"})
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


def events(text: str) -> list[tuple[str, Any]]:
    """Server-sent events, by name, with what their data says."""
    pairs = [event.split("\n") for event in text.removesuffix("\n\n").split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]


def test_events_say_first_what_is_read_and_then_the_answer(client: TestClient, assistant: Assistant) -> None:
    response = client.post("/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    (first, searched), (second, answer) = events(response.text)
    assert (first, second) == ("searched", "answer")
    theirs = [step.to_dict() for step in assistant.steps(QUESTION, reader="fast")]
    for ours, step in zip((searched, answer), theirs, strict=True):
        del ours["seconds"], step["seconds"]
        assert ours == json.loads(json.dumps(step))
    refused = client.post("/v1/ask", json={"question": "?!"}, headers={"Accept": "text/event-stream"})
    assert (refused.status_code, list(refused.json())) == (422, ["error"])


def test_articles_page_by_page(client: TestClient, assistant: Assistant) -> None:
    every = [article.id for article in assistant.archive.articles()]
    for sort in ("newest", "oldest", "title"):
        seen: list[dict[str, Any]] = []
        query: dict[str, Any] = {"limit": 7, "sort": sort}
        while True:
            page = client.get("/v1/articles", params=query).json()
            assert page["matching"] == len(every)
            assert len(page["articles"]) <= 7
            seen += page["articles"]
            if page["next"] is None:
                break
            query["cursor"] = page["next"]
        assert sorted(article["id"] for article in seen) == sorted(every)
        assert all("text" not in article and "place" not in article for article in seen)
        days = [article["published"] for article in seen if article["published"]]
        titles = [article["title"].casefold() for article in seen]
        assert {"newest": days == sorted(days, reverse=True), "oldest": days == sorted(days)}.get(
            sort, titles == sorted(titles)
        )
        if sort != "title":
            known = [bool(article["published"]) for article in seen]
            assert known == sorted(known, reverse=True)  # those without a date come last


def test_articles_by_words_outlet_and_day(client: TestClient, assistant: Assistant) -> None:
    article = next(article for article in assistant.archive.articles() if article.outlet and article.published)
    query = {
        "words": article.title.upper(),
        "outlets": article.outlet,
        "since": article.published,
        "until": article.published,
    }
    assert article.id in [found["id"] for found in client.get("/v1/articles", params=query).json()["articles"]]
    assert client.get("/v1/articles", params={**query, "words": "zebra quagmire"}).json()["articles"] == []
    assert client.get("/v1/articles", params={**query, "until": "1900-01-01", "since": ""}).status_code == 422


def test_an_article_with_its_text(client: TestClient, assistant: Assistant) -> None:
    article = next(assistant.archive.articles())
    given = client.get(f"/v1/articles/{article.id}").json()
    assert "place" not in given
    assert given == {name: getattr(article, name) for name in given}
    assert {"text", "title", "outlet", "published"} <= set(given)
    missing = client.get("/v1/articles/nothing")
    assert (missing.status_code, missing.json()) == (
        404,
        {"error": "no article with the id 'nothing': GET /v1/articles lists them"},
    )


def test_search_gives_exact_places(client: TestClient, assistant: Assistant) -> None:
    by_address = client.get("/v1/search", params={"query": QUESTION, "limit": 5}).json()
    assert client.post("/v1/search", json={"query": QUESTION, "limit": 5}).json() == by_address
    assert len(by_address["passages"]) == 5
    scores = [passage["score"] for passage in by_address["passages"]]
    assert scores == sorted(scores, reverse=True)
    for passage in by_address["passages"]:
        article = assistant.archive.article(passage["article"]["id"])
        assert article is not None
        assert article.text[passage["start"] : passage["end"]] == passage["text"]
    outlet = by_address["passages"][0]["article"]["outlet"]
    within = client.post("/v1/search", json={"query": QUESTION, "filters": {"outlets": [outlet]}}).json()
    assert {passage["article"]["outlet"] for passage in within["passages"]} == {outlet}
    for body in (
        {"query": "?!"},
        {"query": "a" * 2001},
        {"query": "who", "limit": 101},
        {"query": "who", "filters": {"since": "x"}},
    ):
        refused = client.post("/v1/search", json=body)
        assert (refused.status_code, list(refused.json())) == (422, ["error"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/ask", 405),
        ("DELETE", "/v1/articles", 405),
        ("PUT", "/v1/search", 405),
        ("GET", "/v1/nothing", 404),
        ("POST", "/v1/articles/x/y", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/", 405),
        ("GET", "/mcp", 405),
        ("GET", "/v1/articles?limit=0", 422),
        ("GET", "/v1/articles?cursor=x", 422),
        ("GET", "/v1/articles?sort=best", 422),
        ("GET", "/v1/articles?outlets=Nobody", 422),
        ("GET", "/v1/search", 422),
    ],
)
def test_every_error_is_one_line(client: TestClient, method: str, path: str, status: int) -> None:
    response = client.request(method, path)
    assert (response.status_code, list(response.json())) == (status, ["error"])
    assert "\n" not in response.json()["error"]
    assert ("allow" in response.headers) == (status == 405)


def test_metrics_count_and_do_not_tell_what_was_asked(client: TestClient, assistant: Assistant) -> None:
    def figure(name: str) -> float:
        found = re.search(rf"^{re.escape(name)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    refused, answered = 'dateline_questions_total{outcome="refused"}', "dateline_question_seconds_count"
    before = figure(refused), figure(answered)
    client.post("/v1/ask", json={"question": "?!"})
    client.post("/v1/ask", json={"question": "Who mentioned quagmires in Qasara?"})
    assert (figure(refused), figure(answered)) == (before[0] + 1, before[1] + 1)
    assert figure("dateline_articles") == len(assistant.archive)
    assert figure("dateline_passages") == assistant.archive.passage_count()
    assert figure("dateline_questions_in_flight") == 0
    assert figure("process_resident_memory_bytes") > 100e6
    assert "quagmires" not in client.get("/metrics").text


def test_described_on_a_page_that_loads_nothing(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    paths = {"/healthz", "/metrics", "/v1/ask", "/v1/articles", "/v1/articles/{id}", "/v1/search"}
    paths |= {"/v1/watches", "/v1/watches/{id}", "/v1/watches.atom"}
    assert set(described["paths"]) == paths
    for methods in described["paths"].values():
        for operation in methods.values():
            assert operation["description"]
            for status, answer in operation["responses"].items():
                if status != "200":
                    assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    page = client.get("/docs")
    assert all(path in page.text for path in paths)
    assert "<script" not in page.text
    assert set(re.findall(r"https?://[^/]+", page.text)) == {str(client.base_url)}  # the example, to be pasted
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


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
    [
        ("http://localhost:7860", 200),
        ("http://evil.example", 403),
        ("null", 403),
        ("http://localhost:9999", 403),
        ("http://[x]", 403),
    ],
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
    root, temporary = Path(__file__).parents[3], tmp_path / "temporary"
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


HALF = b"\\ud83d"  # JSON can spell half a surrogate pair, nothing can store it
FIELDS = b'{"words":"%s","outlet":"%s","sort":"%s","outlets":["%s"],"since":"%s","article":"%s","ids":["%s"]}'


def one_line(answer: httpx.Response) -> str:
    told = answer.json()
    assert isinstance(told["error"], str)
    assert "\n" not in told["error"]
    assert told["error"]
    return str(told["error"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("search", b'{"query":"%s keeper"}'),
        ("search", b'{"query":"keeper","filters":{"outlets":["%s"]}}'),
        ("search", b'{"query":"keeper","filters":{"since":"%s"}}'),
        ("search", b'{"query":"keeper","%s":1}'),
        ("search", b'{"%s":"keeper"}'),
        ("ask", b'{"question":"who is %s?"}'),
        ("ask", b'{"question":"who?","now":"%s"}'),
        ("ask", b'{"question":"who?","history":[{"question":"who?","answer":"%s"}]}'),
        ("ask", b'{"question":"who?","history":[{"question":"%s"}]}'),
    ],
)
def test_half_a_character_is_one_line(client: TestClient, path: str, body: bytes) -> None:
    for half in (HALF, b"\\uDC00", b"\\ud83d\\ud83d"):
        answer = client.post(f"/v1/{path}", content=body % half, headers={"content-type": "application/json"})
        assert answer.status_code == 422
        assert len(one_line(answer)) < 200


def test_half_a_character_from_the_page_is_looked_for_and_not_found(client: TestClient) -> None:
    own = {
        name: component["id"]
        for component in client.get("/config").json()["components"]
        for name in component["props"].get("server_fns") or []
    }
    assert len(own) >= 7
    fields = FIELDS.replace(b"%s", HALF)
    for name, id_ in own.items():
        for data in (b'"%s"' % HALF, b'["%s"]' % HALF, fields, fields.replace(b'"since"', b'"id"')):
            body = b'{"session_hash":"a","component_id":%d,"fn_name":"%s","data":%s}' % (id_, name.encode(), data)
            answer = client.post(
                "/gradio_api/component_server", content=body, headers={"content-type": "application/json"}
            )
            assert answer.status_code == 200 or (answer.status_code == 422 and one_line(answer)), (name, data)


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/docs", "/v1/articles", "/v1/search?query=troops"])
def test_head_says_what_get_would(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    for method in ("PATCH", "DELETE", "TRACE"):
        answer = client.request(method, path)
        assert answer.status_code == 405
        assert "GET" in answer.headers["allow"]
        assert one_line(answer).startswith("this takes GET")


@pytest.mark.parametrize("path", ["/nothing", "/v1/nothing", "/gradio_api/nothing", "/assets/nothing.js", "/%ED%A0%BD"])
def test_what_is_not_there_is_one_line(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    one_line(answer)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"question":' + b"9" * 5000 + b"}", b"null", b"1"]
)
def test_a_body_that_cannot_be_read_is_one_line(client: TestClient, body: bytes) -> None:
    for path in ("/v1/ask", "/v1/search", "/gradio_api/queue/join", "/gradio_api/component_server"):
        answer = client.post(path, content=body, headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500
        one_line(answer)


def test_a_defect_is_one_line_too(sample_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("what the articles say")

    app = create_app(sample_dir, reader="fast")
    monkeypatch.setattr("ui.api.routes.retrieve", fail)
    with TestClient(app, base_url="http://localhost:7860", raise_server_exceptions=False) as client:
        answer = client.get("/v1/search?query=troops")
    assert answer.status_code == 500
    assert one_line(answer) == "this is a defect of dateline (ZeroDivisionError): the server's log says more"


@pytest.mark.parametrize(
    ("path", "said", "status"),
    [
        ("queue/join", {"json": {"data": [], "fn_index": 99999, "session_hash": "a"}}, 404),
        ("run/predict", {"json": {"data": [], "fn_index": 99999, "session_hash": "a"}}, 404),
        ("upload", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ("upload", {"content": b"x", "headers": {"Content-Type": f"multipart/form-data; boundary={'b' * 9999}"}}, 400),
        ("upload_progress?upload_id=x", {}, 404),
    ],
)
def test_what_others_than_the_page_ask_of_its_routes_is_one_line(
    client: TestClient, path: str, said: dict[str, Any], status: int
) -> None:
    response = client.request("POST" if said else "GET", f"/gradio_api/{path}", **said)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("application/json")
    assert response.json()["error"]
    assert "\n" not in response.json()["error"]


def test_an_event_that_another_program_calls_without_data_is_answered(client: TestClient) -> None:
    events = client.get("/config").json()["dependencies"]
    assert len(events) > 8
    for event in events:
        asked = {"data": [], "fn_index": event["id"], "session_hash": f"other{event['id']}"}
        answer = client.post("/gradio_api/run/predict", json=asked)
        assert answer.status_code == (200 if event["backend_fn"] else 500), answer.text  # Gradio's own of a script's
    told = client.post("/gradio_api/run/predict", json={"data": [], "fn_index": 0, "session_hash": "other"})
    assert "ask with words" in told.json()["data"][0]["problem"]
