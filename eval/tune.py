"""Fits what the way out is tuned by, on train sets only: `python -m eval.tune WHAT --data ../shared/data`.

fusion    recall of the right passage, for rank fusion and for convex combinations of both lists
common    in which part of the passages a word must stand to be left out of the keyword search
worth     how far below the best a passage is read
reading   how many passages the careful reader reads, and in which order they are taken
spans     how many spans of a passage go on, and how likely a reason is of which several are
chooser   which passages qa/retrieve/hybrid.py keeps, the weights of qa/read/score.py and the threshold of
          qa/answer/aggregate.py

All ask the questions of eval/data/train_sets.py of an archive of their articles.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.data.train_sets import NOW, Asked, build
from eval.scores.metrics import calibration_error
from eval.tune_retrieval import sweep_common, sweep_fusion, sweep_worth
from eval.tune_spans import asks_for_a_sentence, sweep_spans
from ingest.archive import Archive
from ingest.passages import sentence_around
from qa.answer.aggregate import ANSWER_THRESHOLD, LEAST_SHOWN
from qa.assistant import PASSAGES_READ
from qa.question.parse import Question
from qa.read.evidence import Marked
from qa.read.promising import FAST_WEIGHT, FEWEST, GAP, MOST, promising, read
from qa.read.reader import Reader, reader_folder
from qa.read.score import BIAS, FEATURES, WEIGHTS, features
from qa.retrieve.hybrid import REACH, Candidate, retrieve, worth_reading
from qa.training.metrics import best_f1, separation
from qa.types import ReaderName, Span

__all__ = ["main"]

_RETRIEVAL = {"fusion": sweep_fusion, "common": sweep_common, "worth": sweep_worth}
_RIGHT = 0.6  # F1 from which a span is right, as in the gold suite
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for a question, a row for each span.

    Attributes:
        features: Its values of FEATURES (spans, FEATURES).
        f1: Of its words (spans,).
        told: Whether an answer stands in its sentence (spans,).
        rank: Of its passage among those found, from 0 (spans,).
        behind: How far its passage's score is behind the best one's (spans,).
        answerable: Whether there is an answer.
        source: The set that the question is from.
    """

    features: Floats
    f1: Floats
    told: NDArray[np.bool_]
    rank: NDArray[np.int64]
    behind: Floats
    answerable: bool
    source: str

    def kept(self, spans: NDArray[np.bool_]) -> "Reading":
        """Return the reading of some of the spans."""
        return Reading(
            self.features[spans],
            self.f1[spans],
            self.told[spans],
            self.rank[spans],
            self.behind[spans],
            self.answerable,
            self.source,
        )


def gather(archive: Archive, asked: Sequence[Asked], reader: Reader) -> list[Reading]:
    """Read for each question.

    The fast reader reads PASSAGES_READ passages, those too that the product would not, and agreement is among all; the
    careful one reads what it reads in the product.
    """
    fast = Reader.load("fast") if reader.name == "careful" else None

    def one(a: Asked) -> Reading:
        question = Question.of(a.question, NOW)
        candidates = retrieve(archive, a.question, PASSAGES_READ)
        highest = candidates[0].score
        if fast:
            candidates = promising(fast, question, worth_reading(candidates))
        readings = read(reader, question, candidates)
        marked = Marked(reader.name, tuple(candidates), tuple(map(tuple, readings)))
        rows = [row for _, row in features(question, marked)]
        judged = [
            _judged(a, candidate, span) for candidate, own in zip(candidates, readings, strict=True) for span in own
        ]
        numbers = [number for number, spans in enumerate(readings) for _ in spans]
        return Reading(
            np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURES)),
            np.array([f1 for f1, _ in judged]),
            np.array([told for _, told in judged], dtype=bool),
            np.array(numbers, dtype=np.int64),
            np.array([highest - candidates[number].score for number in numbers]),
            bool(a.answers),
            a.source,
        )

    return [one(a) for a in asked]


def _judged(asked: Asked, candidate: Candidate, span: Span) -> tuple[float, bool]:
    """Return the F1 of a span's words, and whether an answer stands in its sentence."""
    passage = candidate.passage
    places = asked.places(passage.article_id)
    words = passage.text[span.start - passage.start : span.end - passage.start]
    first, last = sentence_around(passage, span.start, span.end)
    told = any(first <= place.start and place.end <= last for place in places)
    return best_f1(words, [place.text for place in places]) if places else 0.0, told


def sweep_reading(archive: Archive, asked: Sequence[Asked], careful: Reader) -> Iterator[dict[str, Any]]:
    """Yield what is found and lost by how many passages the careful reader reads, and in which order; weight 0 is
    the retriever's.

    `read` is the mean number of passages. Of the answerable, `first` is how often the likeliest span's sentence tells
    and `any` how often a span's does. `kept` is the share that is read of the passages with a right span that would be
    shown.
    """
    fast = Reader.load("fast")
    weights, bias = np.array(WEIGHTS[careful.name]), BIAS[careful.name]
    # for each question: each passage's fused score, the fast reader's best score, and its spans' (chance, f1, told)
    table: list[tuple[list[float], list[float], list[list[tuple[float, float, bool]]]]] = []
    for a in asked:
        if not a.answers:
            continue
        question = Question.of(a.question, NOW)
        candidates = worth_reading(retrieve(archive, a.question, PASSAGES_READ))
        first = [spans[0].score if spans else -15.0 for spans in read(fast, question, candidates, 1)]
        marked = Marked(careful.name, tuple(candidates), tuple(map(tuple, read(careful, question, candidates))))
        valued = [
            (item, float(1 / (1 + np.exp(-(np.array(row) @ weights + bias)))))
            for item, row in features(question, marked)
        ]
        judged = [
            [(chance, *_judged(a, candidate, item.span)) for item, chance in valued if item.candidate is candidate]
            for candidate in candidates
        ]
        table.append(([candidate.score for candidate in candidates], first, judged))
    for weight in (0.0, 0.01, FAST_WEIGHT, 0.03, 0.05):
        for fewest, most, gap in (
            *((n, n, 0.0) for n in (3, 4, 5, 6, 8, PASSAGES_READ)),
            *((3, 8, gap) for gap in (0.2, 0.3, 0.5)),
            *((FEWEST, MOST, gap) for gap in (0.2, GAP, 0.4, 0.5)),
        ):
            passages = told = some = shown = kept = 0
            for scores, first, judged in table:
                promise = [score + weight * fast_score for score, fast_score in zip(scores, first, strict=True)]
                order = sorted(range(len(promise)), key=lambda n: -promise[n])
                near = sum(promise[n] >= promise[order[0]] - gap for n in order)
                order = order[: max(fewest, min(near, most))]
                spans = [span for n in order for span in judged[n]]
                good = {n for n, own in enumerate(judged) if any(c >= LEAST_SHOWN and f1 >= _RIGHT for c, f1, _ in own)}
                passages += len(order)
                told += max(spans)[2] if spans else 0
                some += any(span[2] for span in spans)
                shown, kept = shown + len(good), kept + len(good & set(order))
            yield {
                "weight": weight,
                "fewest": fewest,
                "most": most,
                "gap": gap,
                "read": round(passages / len(table), 2),
                "first": round(told / len(table), 3),
                "any": round(some / len(table), 3),
                "kept": round(kept / max(1, shown), 3),
            }


def sweep_reach(rows: Sequence[Reading], name: ReaderName) -> Iterator[dict[str, Any]]:
    """Yield what is read and what is lost by how far behind the best a passage may be, of at most 12 and at most 8.

    `kept_right`: of the questions that a span answers and that would be answered rightly or show it beside, those that
    still would; `kept_shown`, of the passages that lead or show a value.
    """
    weights = np.array(WEIGHTS[name])
    chances = [1 / (1 + np.exp(-(row.features @ weights + BIAS[name]))) for row in rows]
    for most in (PASSAGES_READ, 8):
        for reach in (0.15, 0.18, 0.2, 0.22, 0.25, 0.3, 2.0):
            read, right, kept_right, shown, kept_shown = [], 0, 0, 0, 0
            for row, chance in zip(rows, chances, strict=True):
                kept = (row.behind <= reach) & (row.rank < most)
                read.append(len(set(row.rank[kept])))
                good = (row.f1 >= _RIGHT) & (chance >= LEAST_SHOWN)
                right, kept_right = right + good.any(), kept_right + (good & kept).any()
                shown += len(set(row.rank[chance >= LEAST_SHOWN]))
                kept_shown += len(set(row.rank[(chance >= LEAST_SHOWN) & kept]))
            yield {
                "most": most,
                "reach": reach,
                "read": round(float(np.mean(read)), 2),
                "kept_right": round(float(kept_right / max(1, right)), 4),
                "kept_shown": round(kept_shown / max(1, shown), 4),
            }


def winners(rows: Sequence[Reading], weights: Floats) -> list[int]:
    """Return each question's best span."""
    return [int(np.argmax(row.features @ weights)) for row in rows]


def fitted(rows: Sequence[Reading], columns: Sequence[str], name: ReaderName) -> tuple[Floats, float]:
    """Return the weights of FEATURES and the bias that make the best span's score the log-odds of being told.

    Told is that an answer stands in the span's sentence. Only `columns` are fitted, the others weigh nothing. The best
    span depends on the weights, so they are fitted three times over (logistic regression, a little ridge).
    """
    free = [FEATURES.index(name) for name in columns]
    weights, bias = (
        np.array([w if n in columns else 0.0 for n, w in zip(FEATURES, WEIGHTS[name], strict=True)]),
        BIAS[name],
    )
    for _ in range(3):
        best = winners(rows, weights)
        table = np.array([row.features[b] for row, b in zip(rows, best, strict=True)])
        told = np.array([row.told[b] for row, b in zip(rows, best, strict=True)])
        spread = table[:, free].std(0) + 1e-9
        inputs = np.column_stack([table[:, free] / spread, np.ones(len(rows))])

        def loss(parameters: Floats, inputs: Floats = inputs, told: Floats = told) -> float:
            logits = inputs @ parameters
            ridge = float((parameters[:-1] ** 2).sum()) / (2 * len(told))
            return float(np.logaddexp(0, np.where(told, -logits, logits)).mean()) + ridge

        found = minimize(loss, np.zeros(len(free) + 1), method="L-BFGS-B").x
        weights[free], bias = found[:-1] / spread, float(found[-1])
    return weights, bias


def sweep_chooser(rows: Sequence[Reading], name: ReaderName) -> Iterator[dict[str, Any]]:
    """Yield what the features are worth, fitted on nine tenths of the questions and judged on the tenth."""
    for columns in (
        ("reader",),
        ("reader", "days"),
        ("reader", "cosine", "days"),
        ("reader", "cosine", "agreement", "days"),
        ("reader", "cosine", "keyword", "days"),
        ("reader", "cosine", "keyword", "fits", "agreement", "days"),
    ):
        scores, best = np.zeros(len(rows)), np.zeros(len(rows), dtype=int)
        for part in range(10):
            weights, bias = fitted([row for n, row in enumerate(rows) if n % 10 != part], columns, name)
            for n in range(part, len(rows), 10):
                best[n] = np.argmax(rows[n].features @ weights)
                scores[n] = rows[n].features[best[n]] @ weights + bias
        told = np.array([row.told[b] for row, b in zip(rows, best, strict=True)])
        right = np.array([row.f1[b] >= _RIGHT for row, b in zip(rows, best, strict=True)])
        answerable = np.array([row.answerable for row in rows])
        chance = 1 / (1 + np.exp(-scores))
        weights, bias = fitted(rows, columns, name)
        yield {
            "fitted": columns,
            "right_span_first": round(float(right[answerable].mean()), 3),
            "right_sentence_first": round(float(told[answerable].mean()), 3),
            "auc_answerable": round(separation(scores[answerable].tolist(), scores[~answerable].tolist()), 3),
            "told_auc": round(separation(scores[told].tolist(), scores[~told].tolist()), 3),
            "calibration_error": round(calibration_error(chance.tolist(), told.astype(float).tolist()), 3),
            "weights": [round(float(weight), 2) for weight in weights],
            "bias": round(bias, 2),
        }


def sweep_days(rows: Sequence[Reading], name: ReaderName) -> Iterator[dict[str, Any]]:
    """Yield what the weight of `days` is worth: right spans that come first, and what is answered."""
    for weight in (0.0, 1.0, 1.5, 2.0, 2.5, 3.0):
        yield {"days": weight, **judge(rows, np.array([*WEIGHTS[name][:-1], weight]), BIAS[name])}


def judge(rows: Sequence[Reading], weights: Floats, bias: float) -> dict[str, Any]:
    """Say how often the winner is right, by words and by sentence, and what each threshold would cost (by sentence)."""
    best = winners(rows, weights)
    scores = np.array([row.features[b] @ weights for row, b in zip(rows, best, strict=True)])
    right = np.array([row.f1[b] >= _RIGHT for row, b in zip(rows, best, strict=True)])
    told = np.array([row.told[b] for row, b in zip(rows, best, strict=True)])
    probability = 1 / (1 + np.exp(-(scores + bias)))
    answerable = np.array([row.answerable for row in rows])
    thresholds = {
        f"{t:.2f}": {
            "answered": round(float((probability[answerable] >= t).mean()), 3),
            "false_answers": round(float((probability[~answerable] >= t).mean()), 3) if (~answerable).any() else None,
            "right_of_answered": round(float(told[probability >= t].mean()), 3) if (probability >= t).any() else None,
        }
        for t in sorted({*np.arange(0.1, 0.71, 0.05).round(2).tolist(), ANSWER_THRESHOLD})
    }
    return {
        "n": len(rows),
        "right_span_among_readings": round(float(np.mean([(r.f1 >= _RIGHT).any() for r in rows if r.answerable])), 3),
        "right_span_first": round(float(right[answerable].mean()), 3),
        "right_sentence_first": round(float(told[answerable].mean()), 3),
        "calibration_error": round(calibration_error(probability.tolist(), told.astype(float).tolist()), 3),
        "thresholds": thresholds,
    }


def main() -> None:
    """Run a sweep and print it, a JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["fusion", "common", "worth", "reading", "spans", "chooser"])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--archive", type=Path, help="where to keep the archive of train articles between runs")
    parser.add_argument("--reader", type=reader_folder, default="careful", help="careful, fast, or a reader's folder")
    parser.add_argument("--limit", type=int, default=1400, help="questions at most")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.archive or Path(temporary) / "archive"
        with Archive.open(folder, create=True) as archive:
            asked = build(options.data, archive, wanted=asks_for_a_sentence if options.what == "spans" else None)
            random.Random(1).shuffle(asked)  # noqa: S311
            asked = asked[: options.limit]
            if options.what in _RETRIEVAL:
                for row in _RETRIEVAL[options.what](archive, asked):
                    print(json.dumps(row))
                return
            reader = Reader.load(options.reader)
            if options.what in ("reading", "spans"):
                sweep = sweep_reading if options.what == "reading" else sweep_spans
                for row in sweep(archive, asked, reader):
                    print(json.dumps(row))
                return
            rows = gather(archive, asked, reader)
            if reader.name == "fast":
                for row in sweep_reach(rows, reader.name):
                    print(json.dumps(row))
                rows = [row.kept(row.behind <= REACH) for row in rows]
            rows = [row for row in rows if len(row.f1)]
            for row in sweep_chooser(rows, reader.name):
                print(json.dumps(row))
            for row in sweep_days([row for row in rows if row.source.startswith("timeqa")], reader.name):
                print(json.dumps(row))
            for source in sorted({row.source for row in rows}):
                own = [row for row in rows if row.source == source]
                weights, bias = np.array(WEIGHTS[reader.name]), BIAS[reader.name]
                print(json.dumps({"set": source, **judge(own, weights, bias)}))
            print(json.dumps({"set": "all", **judge(rows, weights, bias)}))


if __name__ == "__main__":
    main()
