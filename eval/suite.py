"""What a suite is given and what it gives: one row a question, and figures over the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from qa.read.reader import MODELS

__all__ = ["SEED", "Options", "Result", "Row", "spread"]

Item = TypeVar("Item")

# Of every random choice the evaluation makes: which questions a limit keeps, resampling, distractors.
SEED = 0


@dataclass(frozen=True, slots=True)
class Options:
    """What a suite may need.

    Attributes:
        archive: The archive to ask; None for a fresh one, made of the suite's own articles.
        data: The folder of test sets.
        limit: Use about this many questions, at least 1; None for the suite's default size.
        reader: The folder of the reader.
        llm: What names an LLM to write, as `dateline ask --llm` takes it; None for none.
    """

    archive: Path | None
    data: Path
    limit: int | None
    reader: Path = MODELS / "careful"
    llm: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One question: what was asked, what came of it, and how that is judged. All of it is JSON values.

    Attributes:
        id: Unique within the suite, and the same in every run.
        part: The part of the data it belongs to, such as 'test', 'unanswerable' or 'size 4'.
        question: As it is asked.
        gold: What is right: accepted answers, evidence, or whatever the data says.
        scores: Numbers that two runs are compared by; a figure is the mean of one over rows. A score that
            does not apply to a question is left out.
        stage: None for a question that went right, else where it was lost, or NOT_JUDGED (eval/scores/stages.py).
        trace: What was retrieved, read, answered and cited (eval/scores/stages.py makes it), or what the suite has of
            it.
    """

    id: str
    part: str
    question: str
    gold: Mapping[str, Any]
    scores: Mapping[str, float]
    stage: str | None
    trace: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What a suite returns.

    Attributes:
        data: Name of each data set or file -> SHA-256 of what was read of it.
        rows: One a question.
        figures: What the suite prints: JSON values; a mean with its interval is a dict of value, low and high.
        headline: The score that stands for the suite when two runs are compared.
        lower: Scores of which less is better; of all others more is.
        models: Name -> SHA-256 or fingerprint of the models that took part.
        packages: Installed packages whose version may move a figure.
    """

    data: Mapping[str, str]
    rows: tuple[Row, ...]
    figures: Mapping[str, Any]
    headline: str
    lower: tuple[str, ...] = ()
    models: Mapping[str, str] = field(default_factory=dict)
    packages: tuple[str, ...] = ()


def spread(items: Sequence[Item], limit: int | None) -> list[Item]:
    """Return `limit` of the items, evenly spread over the whole list, in order; all where there are no more."""
    if limit is None or limit >= len(items):
        return list(items)
    return [items[i * len(items) // limit] for i in range(limit)]
