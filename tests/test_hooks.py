"""The hooks for git: they are the project's checks, they find what they are for, and they fetch nothing."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / ".pre-commit-config.yaml"
HOOKS = {
    hook["id"]: hook for repo in yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"] for hook in repo["hooks"]
}
PROJECT = """
[tool.mypy]
strict = true
packages = ["room"]

[tool.pytest.ini_options]
addopts = "--strict-markers"
markers = ["slow: left out", "browser: left out"]
"""
SOUND = '"""Counts."""\n\n\ndef twice(number: int) -> int:\n    return 2 * number\n'
SLOW = "import pytest\n\n\n@pytest.mark.slow\ndef test_left_out() -> None:\n    raise AssertionError\n"

Run = Callable[[str], "subprocess.CompletedProcess[str]"]


def test_no_hook_is_anothers_and_none_has_an_environment_to_be_fetched() -> None:
    for repo in yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"]:
        assert repo["repo"] == "local"
    for hook in HOOKS.values():
        assert hook["language"] == "system"
        assert "additional_dependencies" not in hook


def test_they_run_what_make_runs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    made = {re.sub(r"^@\$\(BIN\)/", ".venv/bin/", line.strip()) for line in makefile.splitlines()}
    for hook in HOOKS.values():
        whole = {hook["entry"], f"{hook['entry']} ."}  # git gives the files that changed, make the whole tree
        assert whole & made, hook["entry"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the hooks of a stage on a small project of its own, which begins sound."""

    def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {"PRE_COMMIT_HOME": str(tmp_path / "home"), "HOME": str(tmp_path), "PRE_COMMIT_COLOR": "never"}
        return subprocess.run(
            arguments,
            cwd=tmp_path / "project",
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def hooks(stage: str) -> "subprocess.CompletedProcess[str]":
        assert command("git", "add", "room", "tests", ".pre-commit-config.yaml").returncode == 0
        return command(sys.executable, "-m", "pre_commit", "run", "--all-files", "--hook-stage", stage)

    for name, text in {"room/__init__.py": SOUND, "tests/test_slow.py": SLOW, "pyproject.toml": PROJECT}.items():
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text(text, encoding="utf-8")
    (tmp_path / "project" / "tests" / "test_quick.py").write_text("def test_quick() -> None:\n    pass\n")
    shutil.copy(CONFIG, tmp_path / "project")
    (tmp_path / "project" / ".venv").symlink_to(sys.prefix)
    assert command("git", "init", "--quiet").returncode == 0
    return hooks


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "text", "stage", "finder"),
    [
        ("room/__init__.py", SOUND.replace('"\n', '"\n\nimport os\n'), "pre-commit", "ruff"),
        ("room/__init__.py", SOUND.replace("\n\n\n", "\n"), "pre-commit", "ruff format"),
        ("room/__init__.py", SOUND.replace("-> int", "-> str"), "pre-commit", "mypy"),
        ("tests/test_quick.py", "def test_quick() -> None:\n    raise AssertionError\n", "pre-push", "fast tests"),
    ],
)
def test_each_finds_what_it_is_for(run: Run, tmp_path: Path, file: str, text: str, stage: str, finder: str) -> None:
    sound = run(stage)
    assert sound.returncode == 0, sound.stdout + sound.stderr
    (tmp_path / "project" / file).write_text(text, encoding="utf-8")
    found = run(stage)
    assert found.returncode == 1, found.stdout + found.stderr
    assert re.findall(r"^(.+?)\.+Failed$", found.stdout, re.MULTILINE) == [finder]
