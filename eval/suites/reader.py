"""The reader suite: the shipped reader, or another, on XQuAD-32, paragraph by paragraph, without retrieval."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.data.questions import ReadingQuestion, load_xquad32
from eval.scores.metrics import share
from eval.scores.stages import Stage
from eval.suite import Options, Result, Row, spread
from qa.read.reader import Reader
from qa.training.metrics import best_accuracy, best_f1, exact_match, preferred, separation

__all__ = ["Reading", "figures", "reader"]

# Below every score, for a passage in which nothing can be marked.
_NOTHING = -1e9
# F1 from which a span counts as right, for the stage alone.
_RIGHT = 0.6


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader gave for one question.

    `em` and `f1` are SQuAD's, in [0, 1], for the best span of the question's own passage, whatever its
    score. `text` are its words. `own` and `sibling` are the best scores in that passage and in its sibling.
    """

    text: str
    em: float
    f1: float
    own: float
    sibling: float


def reader(options: Options) -> Result:
    """Read XQuAD-32, or `options.limit` of its questions, and return figures in percent."""
    test = load_xquad32(options.data)
    model = Reader.load(options.reader)
    questions = spread(list(test.questions), options.limit)
    readings = [read_question(model, question) for question in questions]
    return Result(
        data=dict(test.sha256),
        rows=tuple(map(_row, questions, readings)),
        figures={"unit": "percent", **figures(readings)},
        headline="f1",
        models={"reader": model.fingerprint},
        packages=("onnxruntime", "tokenizers", "numpy"),
    )


def read_question(model: Reader, question: ReadingQuestion) -> Reading:
    """Read the question's passage and its sibling, and judge the best span of the first."""
    own, sibling = model.read(question.text, [question.passage, question.sibling], 1)
    text = question.passage.text[own[0].start : own[0].end] if own else ""
    return Reading(
        text,
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


def _row(question: ReadingQuestion, reading: Reading) -> Row:
    right = reading.f1 >= _RIGHT
    return Row(
        id=question.id,
        part="XQuAD-32",
        question=question.text,
        gold={"answers": list(question.answers), "passage": question.passage.text},
        scores={"em": reading.em, "f1": reading.f1, "prefers": preferred([reading.own], [reading.sibling])},
        stage=None if right else Stage.NOT_READ,
        trace={"text": reading.text, "own": round(reading.own, 3), "sibling": round(reading.sibling, 3)},
    )


def _mean(values: Sequence[float]) -> dict[str, float] | None:
    return share([100 * value for value in values], digits=2)
