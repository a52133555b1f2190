"""Fits what the way out is tuned by, on train sets only: `python -m eval.tune fusion|chooser --data ../shared/data`.

fusion   recall of the right passage, for rank fusion and for convex combinations of both lists
chooser  the weights of qa/choose.py and the threshold of qa/answer.py

Both ask the questions of squad2-half-dev.json and covid-qa.json (SOURCES.md: train sets) of an archive
made of their articles: 16 of Wikipedia, 16 long papers, about 1,900 passages. The reader was never trained
on covid-qa. Nothing here reads a set marked TEST ONLY.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.metrics import best_f1
from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.passages import Passage
from ingest.pipeline import add_articles
from qa.choose import FEATURES, features
from qa.question import StandAlone, search_terms
from qa.reader import Reader
from qa.retrieve import DEPTH, fuse, retrieve

__all__ = ["main"]

_PASSAGES_READ = 12
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A train question: the set it is from, its article, and where its answers stand ((start, end), text)."""

    source: str
    article: str
    question: str
    answers: tuple[tuple[int, int, str], ...]


def squad_like(path: Path, titles: int, seed: int = 0) -> tuple[list[Article], list[Asked]]:
    """Read a file in SQuAD's format: an article for each title, its paragraphs joined; `titles` of them at most."""
    documents = json.loads(path.read_text(encoding="utf-8"))["data"]
    random.Random(seed).shuffle(documents)  # noqa: S311
    articles, asked = [], []
    for number, document in enumerate(documents[:titles]):
        title = str(document.get("title") or document["paragraphs"][0]["context"][:80].split("\n")[0]).replace("_", " ")
        id_ = article_id(f"{path.name}#{number}")
        text = ""
        for paragraph in document["paragraphs"]:
            start = len(text)
            text += paragraph["context"] + "\n\n"
            for item in paragraph["qas"]:
                spans = {(start + a["answer_start"], a["text"]) for a in item["answers"]}
                answers = tuple(sorted((at, at + len(words), words) for at, words in spans))
                asked.append(Asked(path.stem, id_, item["question"].strip(), answers))
        articles.append(Article(id_, title, text.rstrip("\n"), path.name))
    return articles, asked


def build(data: Path, archive: Archive, seed: int = 0) -> list[Asked]:
    """Fill the archive with the train articles; return 1,600 and 400 of their questions."""
    squad, squad_asked = squad_like(data / "squad2-half-dev.json", 100)
    covid, covid_asked = squad_like(data / "covid-qa.json", 16)
    add_articles(archive, [*squad, *covid])
    chance = random.Random(seed)  # noqa: S311
    chance.shuffle(squad_asked)
    chance.shuffle(covid_asked)
    return [*squad_asked[:1600], *covid_asked[:400]]


def holds(passage: Passage, asked: Asked) -> bool:
    """Whether an answer of the question stands in the passage, at its place."""
    return passage.article_id == asked.article and any(
        passage.start <= start and end <= passage.end for start, end, _ in asked.answers
    )


def sweep_fusion(archive: Archive, asked: Sequence[Asked]) -> Iterator[dict[str, Any]]:
    """Yield recall@1, @5, @12 and MRR of the right passage for each way to fuse, on answerable questions."""
    answerable = [a for a in asked if a.answers]
    vectors = archive.encoder.encode([a.question for a in answerable])
    lists = [
        (archive.dense(v, DEPTH), archive.keyword(search_terms(a.question), DEPTH))
        for v, a in zip(vectors, answerable, strict=True)
    ]

    def figures(name: str, ranked: Sequence[Sequence[Passage]]) -> dict[str, Any]:
        ranks = np.array(
            [
                next((n for n, p in enumerate(passages, 1) if holds(p, a)), np.inf)
                for passages, a in zip(ranked, answerable, strict=True)
            ]
        )
        shares = {f"recall@{k}": round(float((ranks <= k).mean()), 4) for k in (1, 5, 12)}
        return {"fusion": name, "n": len(ranks), **shares, "mrr": round(float((1 / ranks).mean()), 4)}

    for k in (10, 60):
        ranked = []
        for both in lists:
            scores: dict[str, float] = {}
            passages = {p.id: p for found in both for p, _ in found}
            for found in both:
                for rank, (p, _) in enumerate(found, 1):
                    scores[p.id] = scores.get(p.id, 0) + 1 / (k + rank)
            ranked.append([passages[i] for i in sorted(scores, key=lambda i: -scores[i])])
        yield figures(f"rank fusion, k={k}", ranked)
    for weight in (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        yield figures(f"convex, dense {weight}", [[c.passage for c in fuse(*both, weight)] for both in lists])


def gather(archive: Archive, asked: Sequence[Asked]) -> list[tuple[Floats, Floats, bool]]:
    """Read the passages of each question; return its spans' (features, rightness as F1, whether it has an answer)."""
    reader = Reader.load()

    def one(a: Asked) -> tuple[Floats, Floats, bool]:
        candidates = retrieve(archive, a.question, _PASSAGES_READ)
        readings = reader.read(a.question, [c.passage for c in candidates])
        rows = [row for own in features(StandAlone(a.question, a.question), candidates, readings) for row in own]
        golds = [words for _, _, words in a.answers]
        right = []
        for candidate, spans in zip(candidates, readings, strict=True):
            for span in spans:
                offset = candidate.passage.start
                words = candidate.passage.text[span.start - offset : span.end - offset]
                same = candidate.passage.article_id == a.article
                right.append(best_f1(words, golds) if golds and same else 0.0)
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURES)), np.array(right), bool(golds)

    with ThreadPoolExecutor(2) as pool:
        return [row for row in pool.map(one, asked) if len(row[0])]


def fit_chooser(rows: Sequence[tuple[Floats, Floats, bool]]) -> tuple[Floats, float]:
    """Fit weights so that right spans win (softmax over a question's spans), then scale the winner to a probability.

    The first is Clark and Gardner (2018)'s shared normalisation with few features, the second
    Platt scaling on whether the winner is right (F1 of 0.6 or more), unanswerable questions included.
    """
    groups = [(x, right >= 0.6) for x, right, _ in rows if (right >= 0.6).any()]
    spans = np.vstack([x for x, _ in groups])
    good = np.concatenate([right for _, right in groups])
    starts = np.cumsum([0, *(len(x) for x, _ in groups[:-1])])
    sizes = [len(x) for x, _ in groups]

    def shares(scores: Floats) -> tuple[Floats, Floats]:
        """Return the softmax of scores within each question, and its logarithmic normaliser."""
        highest = np.repeat(np.maximum.reduceat(scores, starts), sizes)
        powers = np.exp(scores - highest)
        totals = np.add.reduceat(powers, starts)
        return powers / np.repeat(totals, sizes), np.log(totals) + highest[starts]

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = spans @ weights
        every, whole = shares(scores)
        only_good, part = shares(np.where(good, scores, -1e9))
        gradient = spans.T @ (every - only_good) / len(groups) + 0.002 * weights
        return float((whole - part).mean() + 0.001 * weights @ weights), gradient

    weights = minimize(loss, np.zeros(rows[0][0].shape[1]), jac=True, method="L-BFGS-B").x
    best = [int(np.argmax(x @ weights)) for x, _, _ in rows]
    scores = np.array([x[b] @ weights for (x, _, _), b in zip(rows, best, strict=True)])
    right = np.array([r[b] >= 0.6 for (_, r, _), b in zip(rows, best, strict=True)])

    def platt(parameters: Floats) -> float:
        logits = parameters[0] * scores + parameters[1]
        return float(np.logaddexp(0, np.where(right, -logits, logits)).mean())

    scale, bias = minimize(platt, np.array([1.0, 0.0]), method="L-BFGS-B").x
    return weights * scale, float(bias)


def judge(rows: Sequence[tuple[Floats, Floats, bool]], weights: Floats, bias: float) -> dict[str, Any]:
    """Say how often the winner is right, and what each threshold would cost."""
    logits = [x @ weights + bias for x, _, _ in rows]
    best = [int(np.argmax(values)) for values in logits]
    probability = np.array([1 / (1 + np.exp(-values[b])) for values, b in zip(logits, best, strict=True)])
    right = np.array([r[b] >= 0.6 for (_, r, _), b in zip(rows, best, strict=True)])
    answerable = np.array([has for _, _, has in rows])
    reachable = np.array([(r >= 0.6).any() for _, r, _ in rows])
    bins = np.clip((probability * 10).astype(int), 0, 9)
    error = sum(abs(probability[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins))
    order = np.argsort(-probability)
    coverage = np.arange(1, len(right) + 1)
    thresholds = {
        f"{t:.2f}": {
            "answered": round(float((probability[answerable] >= t).mean()), 3),
            "false_answers": round(float((probability[~answerable] >= t).mean()), 3) if (~answerable).any() else None,
            "right_of_answered": round(float(right[probability >= t].mean()), 3) if (probability >= t).any() else None,
        }
        for t in np.arange(0.1, 0.71, 0.05)
    }
    return {
        "n": len(rows),
        "right_span_among_readings": round(float(reachable[answerable].mean()), 3),
        "right_span_first": round(float(right[answerable].mean()), 3),
        "calibration_error": round(float(error), 3),
        "area_under_risk_coverage": round(float((np.cumsum(~right[order]) / coverage).mean()), 3),
        "thresholds": thresholds,
    }


def cross_validated(
    rows: Sequence[tuple[Floats, Floats, bool]], asked: Sequence[Asked], folds: int = 4
) -> dict[str, Any]:
    """Fit on all articles but a fold's and judge on these; return the judgement of all folds' averages by weights."""
    names = sorted({a.article for a in asked})
    fold_of = {name: n % folds for n, name in enumerate(names)}
    judged: list[dict[str, Any]] = []
    for fold in range(folds):
        train = [row for row, a in zip(rows, asked, strict=True) if fold_of[a.article] != fold]
        test = [row for row, a in zip(rows, asked, strict=True) if fold_of[a.article] == fold]
        judged.append(judge(test, *fit_chooser(train)))
    total = sum(j["n"] for j in judged)
    keys = ("right_span_first", "calibration_error", "area_under_risk_coverage")
    return {key: round(sum(j[key] * j["n"] for j in judged) / total, 3) for key in keys}


def main() -> None:
    """Run a sweep and print it, a JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["fusion", "chooser"])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--archive", type=Path, help="where to keep the archive of train articles between runs")
    parser.add_argument("--limit", type=int, default=2000, help="questions at most")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.archive or Path(temporary) / "archive"
        with Archive.open(folder, create=True) as archive:
            asked = build(options.data, archive)
            random.Random(1).shuffle(asked)  # noqa: S311
            asked = asked[: options.limit]
            if options.what == "fusion":
                for row in sweep_fusion(archive, asked):
                    print(json.dumps(row))
                return
            rows = gather(archive, asked)
            weights, bias = fit_chooser(rows)
            print(
                json.dumps(
                    {"weights": dict(zip(FEATURES, np.round(weights, 3).tolist(), strict=True)), "bias": round(bias, 3)}
                )
            )
            print(json.dumps({"held out": cross_validated(rows, asked)}))
            for source in sorted({a.source for a in asked}):
                own = [row for row, a in zip(rows, asked, strict=True) if a.source == source]
                print(json.dumps({"set": source, **judge(own, weights, bias)}))
            for left_out in range(len(FEATURES)):
                kept = [(np.delete(x, left_out, 1), r, has) for x, r, has in rows]
                print(json.dumps({"without": FEATURES[left_out], **without(kept)}))


def without(rows: Sequence[tuple[Floats, Floats, bool]]) -> dict[str, Any]:
    """Say what the chooser is worth with fewer features."""
    judged = judge(rows, *fit_chooser(rows))
    return {key: judged[key] for key in ("right_span_first", "area_under_risk_coverage")}


if __name__ == "__main__":
    main()
