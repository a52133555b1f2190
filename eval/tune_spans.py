"""How many spans of a passage go on, and how far their union counts for a reason: `python -m eval.tune spans`."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from eval.data.train_sets import NOW, Asked
from eval.scores.metrics import calibration_error
from ingest.archive import Archive
from qa.answer.aggregate import ANSWER_THRESHOLD
from qa.answer.spans import to_answer_spans
from qa.assistant import PASSAGES_READ
from qa.question.forms import form_of
from qa.question.parse import Question
from qa.read.evidence import Marked
from qa.read.promising import promising, read
from qa.read.reader import Reader
from qa.read.score import rank
from qa.retrieve.hybrid import retrieve, worth_reading

__all__ = ["asks_for_a_sentence", "sweep_spans"]

_MOST = 20


def asks_for_a_sentence(question: str) -> bool:
    """Whether the answer is a clause or a sentence: 'why', 'how', yes or no."""
    return form_of(question) in ("reason", "sentence")


def sweep_spans(archive: Archive, asked: Sequence[Asked], reader: Reader) -> Iterator[dict[str, Any]]:
    """Yield for each number of spans and weight of their union what is answered, and how well it is calibrated.

    `right`: of the answerable, those answered of which the sentence has an answer. `near_misses` and `others`: of the
    questions without an answer, those answered all the same; of the others the paper is not in the archive.
    """
    fast = Reader.load("fast")
    marked = []
    for a in asked:
        question = Question.of(a.question, NOW)
        candidates = promising(fast, question, worth_reading(retrieve(archive, question.asked, PASSAGES_READ)))
        marked.append((a, question, candidates, read(reader, question, candidates, _MOST)))
    answerable = np.array([bool(a.answers) for a in asked])
    other = np.array(["not there" in a.source for a in asked])
    for count in (3, 6, 8, 10, _MOST):
        for union in (0.0, 0.15, 0.25, 0.5):
            rows = []
            for a, question, candidates, spans in marked:
                found = Marked(reader.name, tuple(candidates), tuple(tuple(own[:count]) for own in spans))
                best = next(iter(to_answer_spans(question, rank(question, found), union)), None)
                places = a.places(best.article.id) if best else ()
                told = any(p.start < best.sentence[1] and best.sentence[0] < p.end for p in places if best)
                rows.append((best.probability if best else 0.0, float(told)))
            chances, told_ = np.array(rows).T
            answered = chances >= ANSWER_THRESHOLD
            yield {
                "spans": count,
                "union": union,
                "n": [int(answerable.sum()), int((~answerable & ~other).sum()), int(other.sum())],
                "right": round(float((told_ * answered)[answerable].mean()), 3),
                "near_misses": round(float(answered[~answerable & ~other].mean()), 3),
                "others": round(float(answered[other].mean()), 3),
                "calibration_error": round(calibration_error(chances[~other].tolist(), told_[~other].tolist()), 3),
            }
