"""How a ranking is judged, by pytrec_eval through ir_measures."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import ir_measures

__all__ = ["CUTOFFS", "judge_rankings"]

CUTOFFS = (1, 5, 20)


def judge_rankings(
    ranked: Sequence[Sequence[str]], relevant: Sequence[AbstractSet[str]], cutoffs: Sequence[int] = CUTOFFS
) -> list[dict[str, float]]:
    """Return rr, recall@k for each cut-off, and ndcg@10 of each question's ranking, all in [0, 1].

    rr: one divided by the rank of the first relevant document, 0 where none is in the ranking.
    recall@k: 1 where a relevant document is among the first k, else 0. One is enough to answer from, so
    this is what open question answering calls recall (Karpukhin et al. 2020; trec_eval's `success`), not
    the share of all relevant documents.
    ndcg@10: with binary gains, over all relevant documents (Järvelin and Kekäläinen 2002).

    Args:
        ranked: The ids of each question's documents, best first, each once.
        relevant: The ids of the documents that are right for it, at least one.
        cutoffs: Of recall.

    Raises:
        ValueError: A question has no relevant document.
    """
    if not all(relevant):
        raise ValueError("a question without a relevant document cannot be judged")
    measures = {
        "rr": ir_measures.RR,
        **{f"recall@{k}": ir_measures.Success @ k for k in cutoffs},
        "ndcg@10": ir_measures.nDCG @ 10,
    }
    names = {str(measure): name for name, measure in measures.items()}
    right = [ir_measures.Qrel(str(n), id_, 1) for n, ids in enumerate(relevant) for id_ in sorted(ids)]
    # trec_eval orders by score, and ties by id: so a score that falls with every rank.
    run = [
        ir_measures.ScoredDoc(str(n), id_, float(-place))
        for n, ids in enumerate(ranked)
        for place, id_ in enumerate(ids)
    ]
    judged: list[dict[str, float]] = [dict.fromkeys(measures, 0.0) for _ in ranked]
    for found in ir_measures.pytrec_eval.iter_calc(list(measures.values()), right, run):
        judged[int(found.query_id)][names[str(found.measure)]] = float(found.value)
    return judged
