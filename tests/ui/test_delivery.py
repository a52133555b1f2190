"""What a browser is sent: compressed, and asked for once where its name changes with its content."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ui.web import create_app

pytestmark = pytest.mark.slow  # gradio takes seconds to import


@pytest.fixture(scope="module")
def client(sample_dir: Path) -> Iterator[TestClient]:
    with TestClient(create_app(sample_dir), base_url="http://localhost", headers={"Accept-Encoding": "gzip"}) as client:
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


def test_the_first_event_waits_for_no_library_of_plots() -> None:
    pytest.importorskip("matplotlib")
    event = "from gradio.utils import MatplotlibBackendMananger as Around\nwith Around(): pass"
    script = f"import sys\nimport ui.offline\n{event}\nprint('matplotlib.pyplot' in sys.modules)"
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.strip() == "False"
