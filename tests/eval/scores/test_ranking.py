"""Ranking measures against ranks worked by hand, and against scikit-learn."""

import math
from random import Random

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from eval.scores.ranking import judge_rankings


def test_one_relevant_document_at_rank_three() -> None:
    (judged,) = judge_rankings([["a", "b", "c", "d"]], [{"c"}])
    assert judged == pytest.approx(
        {"rr": 1 / 3, "recall@1": 0, "recall@5": 1, "recall@20": 1, "ndcg@10": 1 / math.log2(4)}
    )


def test_one_of_two_relevant_documents_is_enough_for_recall_but_not_for_ndcg() -> None:
    (judged,) = judge_rankings([["a", "b"]], [{"a", "elsewhere"}], [1])
    assert judged == pytest.approx({"rr": 1, "recall@1": 1, "ndcg@10": 1 / (1 + 1 / math.log2(3))})


def test_the_order_given_counts_whatever_the_ids() -> None:
    """trec_eval breaks ties by id: were all scores one, 'z' would come first."""
    assert [j["rr"] for j in judge_rankings([["a", "z"], ["z", "a"]], [{"z"}, {"z"}])] == [0.5, 1.0]


def test_cut_offs_are_inclusive_and_what_is_below_still_has_a_rank() -> None:
    ids = [str(n) for n in range(30)]
    fifth, sixth, last = judge_rankings([ids] * 3, [{"4"}, {"5"}, {"29"}])
    assert (fifth["recall@5"], sixth["recall@5"]) == (1, 0)
    assert (last["recall@20"], last["ndcg@10"]) == (0, 0)
    assert last["rr"] == pytest.approx(1 / 30)


def test_nothing_found_is_zero_and_keeps_its_place_among_the_questions() -> None:
    nothing, wrong, right = judge_rankings([[], ["a"], ["b"]], [{"b"}] * 3)
    assert set(nothing.values()) == set(wrong.values()) == {0.0}
    assert set(right.values()) == {1.0}


def test_a_question_without_a_relevant_document_is_refused() -> None:
    with pytest.raises(ValueError, match="without a relevant document"):
        judge_rankings([["a"]], [set()])


def test_ndcg_is_scikit_learns() -> None:
    chance = Random(7)
    ids = [str(n) for n in range(25)]
    ranked = [chance.sample(ids, 25) for _ in range(40)]
    relevant = [set(chance.sample(ids, chance.randint(1, 12))) for _ in range(40)]
    for judged, order, right in zip(judge_rankings(ranked, relevant), ranked, relevant, strict=True):
        gains = np.array([[float(id_ in right) for id_ in order]])
        assert judged["ndcg@10"] == pytest.approx(ndcg_score(gains, -np.arange(25.0)[None, :], k=10))
