"""Sweeps of what is retrieved and read, over train questions: `python -m eval.tune fusion|common|worth`."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from eval.data.train_sets import Asked, holds
from ingest.archive import Archive
from ingest.passages import Passage
from qa.assistant import PASSAGES_READ
from qa.english.words import search_terms
from qa.read.promising import FEWEST
from qa.retrieve.hybrid import DEPTH, REACH, fuse, retrieve, worth_reading

__all__ = ["sweep_common", "sweep_fusion", "sweep_worth"]

_SHARES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
_TENTHS = (0.05, 0.1, 0.25, 0.5)


def sweep_fusion(archive: Archive, asked: Sequence[Asked]) -> Iterator[dict[str, Any]]:
    """Yield recall@1, @5, @12 and MRR of the right passage for each way to fuse, on answerable questions.

    The last row has quantiles of the cosine of the passages that answer and are among the nearest DEPTH.
    """
    answerable = [a for a in asked if a.answers]
    vectors = archive.encoder.encode([a.question for a in answerable])
    lists = [
        (archive.dense(v, DEPTH), archive.keyword(search_terms(a.question), DEPTH))
        for v, a in zip(vectors, answerable, strict=True)
    ]

    def figures(name: str, ranked: Sequence[Sequence[Passage]]) -> dict[str, Any]:
        return {"fusion": name, **_recall(ranked, answerable)}

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
    cosines = [cosine for (dense, _), a in zip(lists, answerable, strict=True) for p, cosine in dense if holds(p, a)]
    yield {
        "cosine of the passages that answer": dict(zip(_TENTHS, np.quantile(cosines, _TENTHS).round(3), strict=True))
    }


def sweep_common(archive: Archive, asked: Sequence[Asked]) -> Iterator[dict[str, Any]]:
    """Yield recall and MRR, on answerable questions, where words in more than a share of the passages do not count.

    `keyword` is of the keyword list alone, the others of both lists fused.
    """
    answerable = [a for a in asked if a.answers]
    vectors = archive.encoder.encode([a.question for a in answerable])
    dense = [archive.dense(vector, DEPTH) for vector in vectors]
    for share in _SHARES:
        common = round(share * archive.passage_count())
        keyword = [archive.keyword(search_terms(a.question), DEPTH, common=common) for a in answerable]
        fused = [[c.passage for c in fuse(*both)] for both in zip(dense, keyword, strict=True)]
        alone = _recall([[passage for passage, _ in found] for found in keyword], answerable)
        yield {"common": share, **_recall(fused, answerable), "keyword": alone["mrr"]}


def _recall(ranked: Sequence[Sequence[Passage]], asked: Sequence[Asked]) -> dict[str, Any]:
    ranks = np.array(
        [
            next((n for n, p in enumerate(passages, 1) if holds(p, a)), np.inf)
            for passages, a in zip(ranked, asked, strict=True)
        ]
    )
    shares = {f"recall@{k}": round(float((ranks <= k).mean()), 4) for k in (1, 5, 12)}
    return {"n": len(ranks), **shares, "mrr": round(float((1 / ranks).mean()), 4)}


def sweep_worth(archive: Archive, asked: Sequence[Asked]) -> Iterator[dict[str, Any]]:
    """Yield for each bound on what is read how many passages are, and for which part of the questions one answers.

    `careful` counts them up to FEWEST a question: so many the careful reader reads at least, where there are more.
    """
    answerable = [(a, retrieve(archive, a.question, PASSAGES_READ)) for a in asked if a.answers]
    for reach, near, first in (
        *((reach, -1.0, 0) for reach in (2.0, 0.2, 0.25, 0.3)),
        *((REACH, near, 0) for near in (0.02, 0.05, 0.08)),
        *((REACH, -1.0, first) for first in (3, 4, 5, 6)),
    ):
        read = [
            (a, max(candidates[:first], worth_reading(candidates, reach, near), key=len))
            for a, candidates in answerable
        ]
        yield {
            "reach": reach,
            "near": near,
            "first": first,
            "questions": len(read),
            "passages": round(float(np.mean([len(kept) for _, kept in read])), 2),
            "careful": round(float(np.mean([min(FEWEST, len(kept)) for _, kept in read])), 2),
            "answered": round(float(np.mean([any(holds(c.passage, a) for c in kept) for a, kept in read])), 4),
        }
