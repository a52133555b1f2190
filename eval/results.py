"""Results on disk: a folder a run, named after the commit; in it, for each suite, rows and a summary.

`SUITE.jsonl` has one row a question (eval.suite.Row). `SUITE.json` has the figures, and what is needed to
explain and repeat them: commit, data hashes, model hashes, versions, seed, limit and machine.
"""

import hashlib
import json
import math
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.suite import SEED, Options, Result, Row
from ingest.errors import InputError
from ingest.processors import processors

__all__ = ["RESULTS", "SuiteRun", "load", "run_name", "save", "summary"]

RESULTS = Path("results")
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """A suite's results as they were saved: the summary, and the rows by id in their order."""

    summary: Mapping[str, Any]
    rows: Mapping[str, Row]


def run_name() -> str:
    """Return the commit's first twelve digits; where the working tree differs, '-changed-' and six of the changes'.

    'no-commit' outside a git checkout. Take it before a suite runs: someone may commit meanwhile.
    """
    commit = _git("rev-parse", "--short=12", "HEAD")
    if not commit:
        return "no-commit"
    changes = _git("status", "--porcelain") and _git("diff", "HEAD") + _git("status", "--porcelain")
    return f"{commit}-changed-{hashlib.sha256(changes.encode()).hexdigest()[:6]}" if changes else commit


def summary(name: str, commit: str, suite: str, result: Result, options: Options, seconds: float) -> dict[str, Any]:
    """Return the JSON object that a suite prints last: its figures and what they were measured with.

    `name` is the run's, and `commit` what `run_name` gave when the suite began: the same, if no name was given.
    """
    return {
        "suite": suite,
        "n": len(result.rows),
        "data": dict(result.data),
        **result.figures,
        "run": {
            "name": name,
            "commit": commit,
            "headline": result.headline,
            "lower_is_better": list(result.lower),
            "limit": options.limit,
            "archive": str(options.archive) if options.archive else None,
            "models": dict(result.models),
            "versions": _versions(result.packages),
            "seed": SEED,
            "processors": processors(),
            "machine": platform.machine(),
            "seconds": round(seconds, 1),
        },
    }


def save(folder: Path, summary: Mapping[str, Any], rows: tuple[Row, ...]) -> None:
    """Write a suite's rows and summary into the folder, in place of earlier ones of that suite.

    Raises:
        InputError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
        _replace(folder / f"{summary['suite']}.jsonl", lines)
        _replace(folder / f"{summary['suite']}.json", json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise InputError(f"cannot write results to {folder} ({error.strerror}); give another --results") from error


def load(folder: Path) -> dict[str, SuiteRun]:
    """Return the saved suites of a run by name, in order of name.

    `folder` is a run's folder, or its name (or the beginning of it that no other has) under results/.

    Raises:
        InputError: There is no such run, or a file of it is not what `save` writes.
    """
    found = _folder(folder)
    return {path.stem: _suite_run(path) for path in sorted(found.glob("*.json"))}


def _suite_run(path: Path) -> SuiteRun:
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
        with path.with_suffix(".jsonl").open(encoding="utf-8") as lines:
            rows = [Row(**json.loads(line)) for line in lines]
        by_id = {row.id: row for row in rows if _is_row(row)}
        if not (summary["suite"] == path.stem and _is_summary(summary) and len(by_id) == len(rows)):
            raise ValueError(path.stem)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(f"{path} is not a suite's results; run python -m eval {path.stem} again") from error
    return SuiteRun(summary, by_id)


def _is_summary(summary: Mapping[str, Any]) -> bool:
    made = summary["run"]
    return (
        isinstance(summary["data"], dict)
        and isinstance(made["headline"], str)
        and isinstance(made["lower_is_better"], list)
        and {"name", "limit", "archive", "models", "versions"} <= made.keys()
    )


def _is_row(row: Row) -> bool:
    """Whether a row's fields have their types; a trace may hold whatever the suite keeps, and an answer its text."""
    answer = row.trace.get("answer", {"text": "", "found": False})
    return (
        all(isinstance(text, str) for text in (row.id, row.part, row.question, answer["text"]))
        and isinstance(row.stage, str | None)
        and isinstance(row.gold, dict)
        and isinstance(answer["found"], bool)
        and all(isinstance(score, int | float) and math.isfinite(score) for score in row.scores.values())
    )


def _folder(given: Path) -> Path:
    if given.is_dir():
        return given
    if len(given.parts) == 1 and (RESULTS / given).is_dir():
        return RESULTS / given
    named = sorted(RESULTS.glob(f"{given}*")) if len(given.parts) == 1 else []
    if len(named) == 1:
        return named[0]
    known = ", ".join(path.name for path in sorted(RESULTS.glob("*"))) or "none yet"
    raise InputError(f"no results in {given}; give a folder or one of the runs in {RESULTS}/: {known}")


def _replace(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _versions(packages: tuple[str, ...]) -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in ("dateline", *packages)}}


def _git(*arguments: str) -> str:
    """What git says, or '' where there is no git or no checkout."""
    try:
        ended = subprocess.run(  # noqa: S603
            ["git", *arguments],  # noqa: S607
            cwd=_HERE,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""
