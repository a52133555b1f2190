"""The reader suite: the shipped reader, or another, on XQuAD-32, paragraph by paragraph, without retrieval."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.metrics import bootstrap
from eval.questions import ReadingQuestion, load_xquad32
from eval.versions import versions
from qa.reader import Reader
from qa.training.metrics import best_accuracy, best_f1, exact_match, preferred, separation

if TYPE_CHECKING:
    from eval.run import Options

__all__ = ["Reading", "figures", "reader"]

# Below every score, for a passage in which nothing can be marked.
_NOTHING = -1e9


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader gave for one question.

    `em` and `f1` are SQuAD's, in [0, 1], for the best span of the question's own passage, whatever its
    score. `own` and `sibling` are the best scores in that passage and in its sibling.
    """

    em: float
    f1: float
    own: float
    sibling: float


def reader(options: "Options") -> dict[str, object]:
    """Read XQuAD-32, or its first `options.limit` questions, and return figures in percent."""
    test = load_xquad32(options.data)
    model = Reader.load(options.reader)
    readings = [read_question(model, question) for question in test.questions[: options.limit]]
    return {
        "suite": "reader",
        "data": "XQuAD-32",
        "sha256": test.sha256,
        "n": len(readings),
        "model_sha256": model.fingerprint,
        "unit": "percent",
        **figures(readings),
        "versions": versions("onnxruntime", "tokenizers", "numpy"),
    }


def read_question(model: Reader, question: ReadingQuestion) -> Reading:
    """Read the question's passage and its sibling, and judge the best span of the first."""
    own, sibling = model.read(question.text, [question.passage, question.sibling], 1)
    text = question.passage.text[own[0].start : own[0].end] if own else ""
    return Reading(
        exact_match(text, question.answers),
        best_f1(text, question.answers),
        own[0].score if own else _NOTHING,
        sibling[0].score if sibling else _NOTHING,
    )


def figures(readings: Sequence[Reading]) -> dict[str, object]:
    """Return em and f1 with 95% bootstrap intervals, and how well scores tell passages apart; in percent.

    prefers: the right passage scores above its sibling. separates: area under the ROC curve of scores in right
    passages and in siblings. best_threshold_accuracy: right passages and siblings told apart by the threshold
    that does it best on this very set, so an upper bound.
    """
    own = [reading.own for reading in readings]
    sibling = [reading.sibling for reading in readings]
    return {
        "em": _mean([reading.em for reading in readings]),
        "f1": _mean([reading.f1 for reading in readings]),
        "prefers": _mean([preferred([a], [b]) for a, b in zip(own, sibling, strict=True)]),
        "separates": round(100 * separation(own, sibling), 2),
        "best_threshold_accuracy": round(100 * best_accuracy(own, sibling), 2),
    }


def _mean(values: Sequence[float]) -> dict[str, float]:
    interval = bootstrap(values)
    return {
        "value": round(100 * interval.mean, 2),
        "low": round(100 * interval.low, 2),
        "high": round(100 * interval.high, 2),
    }
