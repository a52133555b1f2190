"""README states what the runs found, and nothing else."""

import json
import re
from pathlib import Path

import pytest

from eval.report.published import FIGURES, README, publish, render
from eval.results import SuiteRun
from ingest.errors import InputError


def published() -> dict[str, dict[str, object]]:
    figures: dict[str, dict[str, object]] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return figures


def test_readme_says_what_figures_json_says() -> None:
    text = README.read_text(encoding="utf-8")
    assert f"<!-- figures -->\n{render(published())}<!-- /figures -->" in text


def test_what_is_published_was_run_whole_at_a_commit() -> None:
    for name, figures in published().items():
        made = figures["run"]
        assert isinstance(made, dict)
        assert made["limit"] is None, name
        assert re.fullmatch("[0-9a-f]{12}", made["commit"]), name
        assert figures["data"], name


def test_publishing_writes_both_and_keeps_the_rest(tmp_path: Path) -> None:
    figures, readme = tmp_path / "figures.json", tmp_path / "README.md"
    readme.write_text("above\n<!-- figures -->\nold\n<!-- /figures -->\nbelow\n", encoding="utf-8")
    known = published()
    publish({"reader": SuiteRun(known["reader"], {})}, figures, readme)
    publish({"gold": SuiteRun(known["gold"], {})}, figures, readme)
    assert list(json.loads(figures.read_text(encoding="utf-8"))) == ["gold", "reader"]
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("above\n<!-- figures -->\n`python -m eval gold`")
    assert text.endswith("<!-- /figures -->\nbelow\n")
    assert "old" not in text.split("\n")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"limit": 20}, "--limit 20"),
        ({"commit": "0123456789ab-changed-012345"}, "commit the changes"),
        ({"commit": "no-commit"}, "commit the changes"),
        ({"archive": "mine"}, "without --archive"),
        ({"models": {"reader": "another"}}, "another reader"),
    ],
)
def test_a_run_that_is_not_the_products_is_not_published(tmp_path: Path, changed: dict[str, object], told: str) -> None:
    known = published()["reader"]
    run = known["run"]
    assert isinstance(run, dict)
    with pytest.raises(InputError, match=told):
        publish(
            {"reader": SuiteRun({**known, "run": {**run, **changed}}, {})},
            tmp_path / "figures.json",
            tmp_path / "README",
        )
    assert not (tmp_path / "figures.json").exists()


def test_nothing_is_published_of_no_run_or_into_no_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no suite"):
        publish({}, tmp_path / "figures.json", tmp_path / "README.md")
    (tmp_path / "README.md").write_text("no place here", encoding="utf-8")
    with pytest.raises(InputError, match="to write the figures between"):
        publish({"reader": SuiteRun(published()["reader"], {})}, tmp_path / "figures.json", tmp_path / "README.md")
    assert not (tmp_path / "figures.json").exists()
