"""What is counted of the rooms, on modules written here."""

from pathlib import Path

from eval.rooms import calls_of, source_figures
from ingest.passages import sentence_spans

SOURCE = """import re

A = re.compile("a")


class Mill:
    def grind(self, corn, wheat=1, *, fine=False):
        return re.compile("b")
"""


def test_patterns_lines_and_arguments_are_counted_without_training(tmp_path: Path) -> None:
    (tmp_path / "training").mkdir()
    for name in ("mill.py", "training/fit.py"):
        (tmp_path / name).write_text(SOURCE, encoding="utf-8")
    assert source_figures(tmp_path) == {"patterns": 2, "lines": 8, "longest signature": 3}


def test_calls_are_noted_with_what_they_were_given() -> None:
    with calls_of(sentence_spans.__code__) as calls:
        sentence_spans("One. Two.")
    sentence_spans("Three.")
    assert calls[sentence_spans.__code__] == ["One. Two."]
