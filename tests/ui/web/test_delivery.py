"""What a browser is sent: compressed, and asked for once where its name changes with its content."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Mount

from ui.views.offline import gradio as gr
from ui.web.app import create_app

pytestmark = pytest.mark.slow  # gradio takes seconds to import


@pytest.fixture(scope="module")
def app(sample_dir: Path) -> FastAPI:
    return create_app(sample_dir, reader="fast")


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost", headers={"Accept-Encoding": "gzip"}) as client:
        yield client


def test_the_page_is_compressed_and_asked_for_each_time(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-encoding"] == "gzip"
    assert int(page.headers["content-length"]) < len(page.content) / 3
    assert "immutable" not in page.headers.get("cache-control", "")


def test_scripts_and_styles_are_kept_for_good(client: TestClient) -> None:
    named = re.findall(r'(?:src|href)="\./(assets/[^"]+\.(?:js|css))"', client.get("/").text)
    assert len(named) >= 2
    for path in named:
        assert "immutable" in client.get(f"/{path}").headers["cache-control"]
    assert "cache-control" not in client.get("/assets/nothing-AAAAAAAA.js").headers  # what is missing now may come


def test_events_are_not_held_back_to_be_compressed(client: TestClient) -> None:
    asked = {"question": "How many troops remain in Qasara?"}
    stream = client.post("/v1/ask", json=asked, headers={"Accept": "text/event-stream"})
    assert "content-encoding" not in stream.headers
    assert stream.text.count("event: ") == 2


def test_what_is_kept_of_pages_is_bounded(app: FastAPI, client: TestClient) -> None:
    config = client.get("/config").json()
    event = next(event for event in config["dependencies"] if [target[1] for target in event["targets"]] == ["ask"])
    asked = {"data": [], "fn_index": event["id"], "trigger_id": event["targets"][0][0], "event_data": {"sent": {}}}
    for number in range(200):
        client.post("/gradio_api/queue/join", json={**asked, "session_hash": f"page{number}"}).raise_for_status()
    page = app.router.routes[-1]
    assert isinstance(page, Mount)
    assert isinstance(page.app, gr.routes.App)
    assert 0 < len(page.app.state_holder.session_data) < 150


def test_the_first_event_waits_for_no_library_of_plots() -> None:
    pytest.importorskip("matplotlib")
    event = "from gradio.utils import MatplotlibBackendMananger as Around\nwith Around(): pass"
    script = f"import sys\nimport ui.views.offline\n{event}\nprint('matplotlib.pyplot' in sys.modules)"
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.strip() == "False"
