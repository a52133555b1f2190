"""Drops training questions that a test set also holds, by question or by passage."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from qa.training.sources import Question, load_xquad32

__all__ = ["TEST_ONLY", "TestText", "drop_overlap", "test_texts"]

TEST_ONLY = (  # and XQuAD-32, a part of its file
    "clapnq-dev-answerable.jsonl",
    "clapnq-dev-unanswerable.jsonl",
    "mtrag-un.jsonl",
    "ramdocs.jsonl",
    "timeqa-human-test.json",
    "cast-2019-resolved.tsv",
    "cast-2020.json",
)
# Eight words in a row are rarely shared by chance; a passage is taken for the same text when half of its
# eight-word runs stand in one test set's texts, so that a shared quotation alone does not count.
RUN = 8
SHARED = 0.5


class TestText:
    """What the test sets contain: whole strings, and every run of eight words."""

    __test__ = False  # pytest would take it for a test case

    def __init__(self, texts: Iterable[str]) -> None:
        self.strings: set[str] = set()
        self.runs: set[int] = set()
        for text in texts:
            words = _words(text)
            self.strings.add(" ".join(words))
            self.runs.update(_runs(words))

    def has_question(self, text: str) -> bool:
        """Whether a string of the test sets equals `text`, case and punctuation aside."""
        return " ".join(_words(text)) in self.strings

    def has_passage(self, text: str) -> bool:
        """Whether half of the eight-word runs of `text` stand in the test sets."""
        runs = _runs(_words(text))
        return bool(runs) and sum(run in self.runs for run in runs) >= SHARED * len(runs)


def test_texts(data: Path) -> Iterator[str]:
    """Questions and passages of XQuAD-32, and every string in the TEST_ONLY files."""
    for question in load_xquad32(data):
        yield question.text
        yield question.passage
    for name in TEST_ONLY:
        for value in _values(data / name):
            yield from _strings(value)


test_texts.__test__ = False  # type: ignore[attr-defined]


def drop_overlap(questions: Sequence[Question], tests: TestText) -> tuple[list[Question], dict[str, int]]:
    """Questions that share neither wording nor passage with the tests, and how many were dropped of each set."""
    shared = {passage: tests.has_passage(passage) for passage in {q.passage for q in questions}}
    kept: list[Question] = []
    dropped: dict[str, int] = {}
    for question in questions:
        if shared[question.passage] or tests.has_question(question.text):
            dropped[question.source] = dropped.get(question.source, 0) + 1
        else:
            kept.append(question)
    return kept, dropped


def _values(path: Path) -> Iterator[Any]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        yield json.loads(text)
    elif path.suffix == ".jsonl":
        yield from (json.loads(line) for line in text.splitlines() if line)
    else:
        yield [line.split("\t") for line in text.splitlines()]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _runs(words: Sequence[str]) -> set[int]:
    return {hash(tuple(words[i : i + RUN])) for i in range(len(words) - RUN + 1)}
