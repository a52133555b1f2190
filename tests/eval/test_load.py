"""The load test against the real server: it asks by both ways, and counts what went wrong."""

import json
from pathlib import Path

import pytest

from eval.run import main
from ingest.archive import Archive

pytestmark = pytest.mark.slow


def test_people_ask_by_the_api_and_by_the_page(
    sample_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_READER", "fast")
    command = ["load", "--archive", str(sample_dir), "--users", "2", "--seconds", "1", "--pause", "0.1", "--json"]
    assert main(command) == 0
    figures = json.loads(capsys.readouterr().out)
    assert [run["way"] for run in figures["runs"]] == ["api", "page"]
    for run in figures["runs"]:
        assert run["errors"] == 0, run["first_error"]
        assert run["answers"] >= 2
        assert 0 < run["ms"]["p50"] <= run["ms"]["p95"] <= run["ms"]["max"] < 60_000
        assert min(run["memory_mb"][when] for when in ("begin", "half", "end")) > 100
        assert min(run["open_files"][when] for when in ("begin", "half", "end")) > 10
        assert run["cpu_s"] > 0


def test_an_archive_without_articles_is_told(archive_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Archive.open(archive_dir, create=True):
        pass
    assert main(["load", "--archive", str(archive_dir)]) == 1
    assert "holds no article to ask about" in capsys.readouterr().err
