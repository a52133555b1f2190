"""Fits what the way out is tuned by, on train sets only: `python -m eval.tune fusion|chooser --data ../shared/data`.

fusion   recall of the right passage, for rank fusion and for convex combinations of both lists
chooser  which passages qa/retrieve.py keeps, the weights of qa/choose.py and the threshold of qa/answer.py

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

from eval.metrics import calibration_error
from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.passages import Passage, sentence_around
from ingest.pipeline import add_articles
from qa.answer import ANSWER_THRESHOLD, LEAST_SHOWN
from qa.asked_dates import dates_asked
from qa.assistant import PASSAGES_READ
from qa.choose import BIAS, FEATURES, WEIGHTS, features
from qa.followups import StandAlone
from qa.question import search_terms
from qa.reader import READER_MODEL, Reader
from qa.retrieve import DEPTH, REACH, fuse, retrieve
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
    """Read PASSAGES_READ passages of each question, those too that the product would not; agreement is among all."""

    def one(a: Asked) -> Reading:
        alone = StandAlone(a.question, a.question)
        dates = dates_asked(a.question, _NOW)
        candidates = retrieve(archive, a.question, PASSAGES_READ)
        readings = reader.read(a.question, [c.passage for c in candidates])
        rows = [row for own in features(alone, candidates, readings, dates) for row in own]
        golds = [words for _, _, words in a.answers]
        f1, told, rank, behind = [], [], [], []
        for number, (candidate, spans) in enumerate(zip(candidates, readings, strict=True)):
            passage = candidate.passage
            for span in spans:
                words = passage.text[span.start - passage.start : span.end - passage.start]
                same = passage.article_id == a.article
                first, last = sentence_around(passage, span.start, span.end)
                f1.append(best_f1(words, golds) if golds and same else 0.0)
                told.append(same and any(first <= start and end <= last for start, end, _ in a.answers))
                rank.append(number)
                behind.append(candidates[0].score - candidate.score)
        table = np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURES))
        return Reading(
            table, np.array(f1), np.array(told, dtype=bool), np.array(rank), np.array(behind), bool(golds), a.source
        )

    return [one(a) for a in asked]


def sweep_reach(rows: Sequence[Reading]) -> Iterator[dict[str, Any]]:
    """Yield what is read and what is lost by how far behind the best a passage may be, of at most 12 and at most 8.

    `kept_right`: of the questions that a span answers and that would be answered rightly or show it beside, those that
    still would; `kept_shown`, of the passages that lead or show a value.
    """
    weights = np.array(WEIGHTS)
    chances = [1 / (1 + np.exp(-(row.features @ weights + BIAS))) for row in rows]
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


def fitted(rows: Sequence[Reading], columns: Sequence[str]) -> tuple[Floats, float]:
    """Return the weights of FEATURES and the bias that make the best span's score the log-odds of being told.

    Told is that an answer stands in the span's sentence. Only `columns` are fitted, the others keep their weight. The
    best span depends on the weights, so they are fitted three times over (logistic regression, a little ridge).
    """
    free = [FEATURES.index(name) for name in columns]
    weights, bias = np.array(WEIGHTS), BIAS
    for _ in range(3):
        best = winners(rows, weights)
        table = np.array([row.features[b] for row, b in zip(rows, best, strict=True)])
        told = np.array([row.told[b] for row, b in zip(rows, best, strict=True)])
        fixed = table @ weights - table[:, free] @ weights[free]
        spread = table[:, free].std(0) + 1e-9
        inputs = np.column_stack([table[:, free] / spread, np.ones(len(rows))])

        def loss(parameters: Floats, fixed: Floats = fixed, inputs: Floats = inputs, told: Floats = told) -> float:
            logits = fixed + inputs @ parameters
            ridge = float((parameters[:-1] ** 2).sum()) / (2 * len(told))
            return float(np.logaddexp(0, np.where(told, -logits, logits)).mean()) + ridge

        found = minimize(loss, np.zeros(len(free) + 1), method="L-BFGS-B").x
        weights[free], bias = found[:-1] / spread, float(found[-1])
    return weights, bias


def sweep_chooser(rows: Sequence[Reading]) -> Iterator[dict[str, Any]]:
    """Yield what the features are worth, fitted on nine tenths of the questions and judged on the tenth."""
    for columns in (("reader", "cosine", "keyword", "days"), ("reader", "cosine", "keyword", "fits", "days")):
        scores, best = np.zeros(len(rows)), np.zeros(len(rows), dtype=int)
        for part in range(10):
            weights, bias = fitted([row for n, row in enumerate(rows) if n % 10 != part], columns)
            for n in range(part, len(rows), 10):
                best[n] = np.argmax(rows[n].features @ weights)
                scores[n] = rows[n].features[best[n]] @ weights + bias
        told = np.array([row.told[b] for row, b in zip(rows, best, strict=True)])
        right = np.array([row.f1[b] >= _RIGHT for row, b in zip(rows, best, strict=True)])
        answerable = np.array([row.answerable for row in rows])
        chance = 1 / (1 + np.exp(-scores))
        weights, bias = fitted(rows, columns)
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


def sweep_days(rows: Sequence[Reading]) -> Iterator[dict[str, Any]]:
    """Yield what the weight of `days` is worth: right spans that come first, and what is answered."""
    for weight in (0.0, 1.0, 1.5, 2.0, 2.5, 3.0):
        yield {"days": weight, **judge(rows, np.array([*WEIGHTS[:-1], weight]), BIAS)}


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
            for row in sweep_reach(rows):
                print(json.dumps(row))
            rows = [kept for row in rows if len((kept := row.kept(row.behind <= REACH)).f1)]
            for row in sweep_chooser(rows):
                print(json.dumps(row))
            for row in sweep_days([row for row in rows if row.source.startswith("timeqa")]):
                print(json.dumps(row))
            for source in sorted({row.source for row in rows}):
                own = [row for row in rows if row.source == source]
                print(json.dumps({"set": source, **judge(own, np.array(WEIGHTS), BIAS)}))


if __name__ == "__main__":
    main()
