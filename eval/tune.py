"""Fits what the way out is tuned by, on train sets only: `python -m eval.tune fusion|chooser --data ../shared/data`.

fusion   recall of the right passage, for rank fusion and for convex combinations of both lists
chooser  the weights of qa/choose.py and the threshold of qa/answer.py

Both ask questions of squad2-half-dev.json (half of SQuAD 2.0's dev set, from chrischute/squad), covid-qa.json
(deepset-ai/COVID-QA) and timeqa-human-train.json (wenhuchen/Time-Sensitive-QA) of an archive made of their
articles: 16 of Wikipedia, 16 long papers, 40 long Wikipedia pages. All three are kept for training and fitting.
Of squad2-half-dev only four titles are asked about, which qa/training leaves out; the baseline reader saw them.
None of the test sets that qa/training/overlap.py lists is read.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.passages import Passage
from ingest.pipeline import add_articles
from qa.asked_dates import dates_asked
from qa.assistant import PASSAGES_READ
from qa.choose import BIAS, FEATURES, WEIGHTS, features
from qa.followups import StandAlone
from qa.question import search_terms
from qa.reader import READER_MODEL, Reader
from qa.retrieve import DEPTH, fuse, retrieve
from qa.training.metrics import best_f1, separation
from qa.training.overlap import TestText, test_texts
from qa.training.sources import CALIBRATION_TITLES

__all__ = ["PAGES", "dated", "main"]

_PAPERS, PAGES = 16, 40
_NOW = date(2021, 1, 1)  # when timeqa's questions were written, about
_RIGHT = 0.6  # F1 from which a span is right, as in the gold suite
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


def dated(path: Path, pages: int, tests: TestText) -> tuple[list[Article], list[Asked]]:
    """Read TimeQA's train set: an article for each of the first pages, paragraphs joined by blank lines.

    A page of which a test set holds a paragraph or a question is left out.
    """
    articles: list[Article] = []
    asked: list[Asked] = []
    for page in json.loads(path.read_text(encoding="utf-8")):
        if len(articles) == pages:
            break
        if any(map(tests.has_passage, page["paras"])) or any(tests.has_question(q) for q, _ in page["questions"]):
            continue
        id_ = article_id(f"{path.name}#{page['index']}")
        starts = [0]
        for paragraph in page["paras"]:
            starts.append(starts[-1] + len(paragraph) + 2)
        articles.append(Article(id_, page["paras"][0][:200], "\n\n".join(page["paras"]), path.name))
        for question, marked in page["questions"]:
            answers = ((starts[a["para"]] + a["from"], starts[a["para"]] + a["end"], a["answer"]) for a in marked)
            asked.append(Asked(path.stem, id_, str(question).strip(), tuple(sorted(a for a in answers if a[2]))))
    return articles, asked


def build(data: Path, archive: Archive, seed: int = 0) -> list[Asked]:
    """Fill the archive with the train articles; return the questions, shuffled.

    Of squad2-half-dev only the four titles that readers are not trained on are asked about: a reader is surer of
    what it has learned. covid-qa's papers beyond the first 16 are not in the archive: 150 of their questions have no
    answer there, though its subject is theirs.
    """
    squad, squad_asked = squad_like(data / "squad2-half-dev.json", 100)
    covid, covid_asked = squad_like(data / "covid-qa.json", 1000)
    kept = {article.id for article in covid[:_PAPERS]}
    missing = [a for a in covid_asked if a.article not in kept]
    strange = [replace(a, source="covid-qa, papers not there", answers=()) for a in missing]
    pages, dated_asked = dated(data / "timeqa-human-train.json", PAGES, TestText(test_texts(data)))
    add_articles(archive, [*squad, *covid[:_PAPERS], *pages])
    chance = random.Random(seed)  # noqa: S311
    untrained = {article.id for article in squad if article.title.replace(" ", "_") in CALIBRATION_TITLES}
    asked = [
        *chance.sample([a for a in squad_asked if a.article in untrained], 1000),
        *[a for a in covid_asked if a.article in kept],
        *chance.sample(strange, 150),
        *dated_asked,
    ]
    chance.shuffle(asked)
    return asked


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


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for a question: features (spans, FEATURES), F1 (spans,), and whether there is an answer."""

    features: Floats
    f1: Floats
    answerable: bool


def gather(archive: Archive, asked: Sequence[Asked], reader: Reader) -> list[Reading]:
    """Read the passages of each question."""

    def one(a: Asked) -> Reading:
        alone = StandAlone(a.question, a.question)
        dates = dates_asked(a.question, _NOW)
        candidates = retrieve(archive, a.question, PASSAGES_READ)
        readings = reader.read(a.question, [c.passage for c in candidates])
        rows = [row for own in features(alone, candidates, readings, dates) for row in own]
        golds = [words for _, _, words in a.answers]
        f1 = []
        for candidate, spans in zip(candidates, readings, strict=True):
            for span in spans:
                offset = candidate.passage.start
                words = candidate.passage.text[span.start - offset : span.end - offset]
                same = candidate.passage.article_id == a.article
                f1.append(best_f1(words, golds) if golds and same else 0.0)
        return Reading(np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURES)), np.array(f1), bool(golds))

    return [one(a) for a in asked]


def winners(rows: Sequence[Reading], weights: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the score of each question's best span, and whether it is right: F1 of 0.6 or more."""
    best = [int(np.argmax(row.features @ weights)) for row in rows]
    scores = np.array([row.features[b] @ weights for row, b in zip(rows, best, strict=True)])
    return scores, np.array([row.f1[b] >= _RIGHT for row, b in zip(rows, best, strict=True)])


def scale(scores: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the factor and the bias that make scores the log-odds of being right (Platt 1999)."""

    def loss(parameters: Floats) -> float:
        logits = parameters[0] * scores + parameters[1]
        return float(np.logaddexp(0, np.where(right, -logits, logits)).mean())

    factor, bias = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B").x
    return float(factor), float(bias)


def sweep_chooser(rows: Sequence[Reading]) -> Iterator[dict[str, Any]]:
    """Yield what weights of cosine and keyword score are worth, to a reader's weight of 1."""
    answerable = np.array([row.answerable for row in rows])
    for cosine in (0.0, 3.0, 10.0, 20.0):
        for keyword in (0.0, 3.3, 6.6):
            scores, right = winners(rows, np.array([1.0, cosine, keyword, 3.3, 1.0, 7.0]))
            factor, bias = scale(scores, right)
            yield {
                "cosine": cosine,
                "keyword": keyword,
                "right_span_first": round(float(right[answerable].mean()), 3),
                "auc_answerable": round(separation(scores[answerable].tolist(), scores[~answerable].tolist()), 3),
                "right_auc": round(separation(scores[right].tolist(), scores[~right].tolist()), 3),
                "factor": round(factor, 3),
                "bias": round(bias, 3),
            }


def sweep_days(rows: Sequence[Reading]) -> Iterator[dict[str, Any]]:
    """Yield what the weight of `days` is worth: right spans that come first, and what is answered."""
    for weight in (0.0, 1.0, 1.5, 2.0, 2.5, 3.0):
        yield {"days": weight, **judge(rows, np.array([*WEIGHTS[:-1], weight]), BIAS)}


def judge(rows: Sequence[Reading], weights: Floats, bias: float) -> dict[str, Any]:
    """Say how often the winner is right, and what each threshold would cost."""
    scores, right = winners(rows, weights)
    probability = 1 / (1 + np.exp(-(scores + bias)))
    answerable = np.array([row.answerable for row in rows])
    bins = np.clip((probability * 10).astype(int), 0, 9)
    error = sum(abs(probability[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins))
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
        "right_span_among_readings": round(float(np.mean([(r.f1 >= _RIGHT).any() for r in rows if r.answerable])), 3),
        "right_span_first": round(float(right[answerable].mean()), 3),
        "calibration_error": round(float(error), 3),
        "thresholds": thresholds,
    }


def main() -> None:
    """Run a sweep and print it, a JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["fusion", "chooser"])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--archive", type=Path, help="where to keep the archive of train articles between runs")
    parser.add_argument("--reader", type=Path, default=READER_MODEL, help="a reader's folder")
    parser.add_argument("--limit", type=int, default=1400, help="questions at most")
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
            rows = gather(archive, asked, Reader.load(options.reader))
            for row in sweep_chooser(rows):
                print(json.dumps(row))
            for row in sweep_days([r for r, a in zip(rows, asked, strict=True) if a.source.startswith("timeqa")]):
                print(json.dumps(row))
            for source in sorted({a.source for a in asked}):
                own = [row for row, a in zip(rows, asked, strict=True) if a.source == source]
                print(json.dumps({"set": source, **judge(own, np.array(WEIGHTS), BIAS)}))


if __name__ == "__main__":
    main()
