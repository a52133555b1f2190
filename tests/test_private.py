"""Nothing leaves the machine, and nothing is left on it but what is ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ASK = """
import socket, sys
def refuse(self, address, *rest):
    raise AssertionError(f"a connection to {address}")
socket.socket.connect = refuse
socket.getaddrinfo = lambda host, *rest, **more: refuse(None, host)
from ui.cli import main
assert main(["ingest", sys.argv[1], "--archive", sys.argv[2]]) == 0
assert main(["ask", "When did the mill burn down?", "--archive", sys.argv[2]]) == 0
import onnxruntime, qa.read.reader
"""


@pytest.mark.slow
def test_the_way_in_and_out_reach_nothing_and_leave_only_our_cache(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "mill.txt").write_text("Old mill burns\n\nThe old mill at Carrow burnt down on Tuesday night.")
    hidden = {"CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "XDG_DATA_HOME"}  # onnxruntime is quiet under CI
    environment = {name: value for name, value in os.environ.items() if name not in hidden} | {"HOME": str(home)}
    run = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path / "mill.txt"), str(tmp_path / "archive")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Tuesday night" in run.stdout
    assert "Loading weights" not in run.stderr  # transformers', while the encoder is exported
    left = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    assert left
    assert all(path.startswith(".cache/dateline/") for path in left), left


@pytest.mark.parametrize("module", ["ingest.encoder.encoder", "qa.read.reader", "qa.assistant", "ui.cli"])
def test_onnxruntime_is_told_before_it_is_imported(module: str) -> None:
    code = f"""
import sys, os
class Finder:
    def find_spec(self, name, *rest):
        if name == "onnxruntime":
            assert os.environ.get("ORT_DISABLE_TELEMETRY") == "1"
sys.meta_path.insert(0, Finder())
import {module}
"""
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, timeout=120)
