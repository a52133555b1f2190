"""What an engineer meets first: the names to import, the types that come with them, the commands."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

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
    heavy = "{'numpy', 'onnxruntime', 'chromadb', 'qa.read.reader'}"
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


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline in a copy of every room: setuptools leaves build/ where it works."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for room in ("ingest", "qa", "ui", "eval"):
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    flags = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
    run = python("-m", "pip", "wheel", *flags, "--wheel-dir", str(folder), str(source))
    assert run.returncode == 0, run.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_what_runs_and_nothing_else(wheel: Path) -> None:
    names = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = {
        path.relative_to(ROOT).as_posix()
        for room in ("ingest", "qa", "ui")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == {name for name in files if not name.startswith("qa/training/")}


@pytest.mark.slow
def test_the_wheel_answers_with_nothing_of_the_checkout(wheel: Path, tmp_path: Path) -> None:
    ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "mill.txt").write_text("Old mill burns\n\nThe old mill at Carrow burnt down on Tuesday night.")
    run = python("-c", FROM_A_WHEEL, cwd=tmp_path, PYTHONPATH=str(tmp_path / "site"))
    assert run.returncode == 0, run.stderr
    text, *files = run.stdout.splitlines()[-4:]
    assert "Tuesday night" in text
    assert [Path(file).relative_to(tmp_path / "site").parts[0] for file in files] == ["ingest", "qa", "ui"]


FROM_A_WHEEL = """
from pathlib import Path
import ingest, qa, ui
from ingest.archive import Archive
from ui.__main__ import main
assert main(["ingest", "mill.txt", "--archive", "archive"]) == 0
with Archive.open(Path("archive")) as archive:
    print(qa.Assistant(archive).ask("When did the old mill burn down?").text)
print(ingest.__file__, qa.__file__, ui.__file__, sep="\\n")
"""
