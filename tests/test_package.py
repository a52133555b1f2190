"""What an engineer meets first: the names to import, the types that come with them, the commands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import qa
from qa import Answer, Assistant, Citation, Turn
from qa.assistant import Assistant as TheAssistant

ROOT = Path(__file__).parents[1]


def python(*arguments: str, cwd: Path = ROOT, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_four_names_are_enough_to_ask_and_to_read_the_answer(assistant: Assistant) -> None:
    assert qa.__all__ == ["Answer", "Assistant", "Citation", "Turn"]
    assert Assistant is TheAssistant
    answer = assistant.ask("Which company?", [Turn("Who runs the ferries?", "nobody yet")])
    assert isinstance(answer, Answer)
    assert all(isinstance(citation, Citation) for citation in (*answer.citations, *answer.nearest))


def test_a_name_that_is_not_there_is_told_as_python_tells_it() -> None:
    with pytest.raises(AttributeError, match="module 'qa' has no attribute 'Asistant'"):
        qa.Asistant  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'Asistant'"):
        from qa import Asistant  # noqa: F401


@pytest.mark.parametrize("module", ["qa", "ui.cli", "ui.__main__"])
def test_what_prints_a_help_does_not_import_what_answers_a_question(module: str) -> None:
    heavy = "{'numpy', 'onnxruntime', 'chromadb', 'qa.reader'}"
    run = python("-c", f"import sys, {module}; print(*sorted({heavy} & set(sys.modules)))")
    assert (run.returncode, run.stdout.strip()) == (0, "")


def test_python_m_ui_is_the_command(archive_dir: Path) -> None:
    told = python("-m", "ui", "--help").stdout
    assert told.startswith("usage: dateline ")
    wrong = python("-m", "ui", "articles", "--archive", str(archive_dir))
    assert wrong.returncode == 1
    assert str(archive_dir) in wrong.stderr
    assert wrong.stderr.count("\n") == 1


def test_the_packages_that_people_import_say_that_they_are_typed() -> None:
    for package in ("qa", "ingest"):
        assert (ROOT / package / "py.typed").read_bytes() == b""
