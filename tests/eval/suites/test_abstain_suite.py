"""Confidence and refusals: figures by hand, single questions on articles written here, a few real ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.asking import assistant_over
from eval.data.test_sets import ChatTurn, Document, SentenceQuestion
from eval.scores.stages import NOT_JUDGED
from eval.suite import Options, Row
from eval.suites.abstain import (
    Case,
    abstain,
    ask,
    best_answer,
    clapnq_cases,
    confidence_figures,
    gold_cases,
    mtrag_cases,
)
from eval.suites.gold import load_gold
from qa.answer.aggregate import ANSWER_THRESHOLD
from qa.assistant import Assistant
from qa.types import Turn

OPTIONS = Options(None, Path("../shared/data"), None)
TEXT = "The Orra mill was built in 1712 by Hanna Falk . It grinds rye ."
MILL = Document("Orra mill", TEXT, ((0, 47), (48, 63)))
LAKE = Document("Lake Tern", "Lake Tern is 40 metres deep . Pike live in it .", ((0, 29), (30, 47)))


def rows_of(articles: Any, cases: list[Case]) -> list[Row]:
    with assistant_over(OPTIONS, articles) as assistant:
        return [ask(case, assistant) for case in cases]


def test_confidence_by_hand() -> None:
    # Falling: .9 right, .8 wrong (unanswerable), .6 right, .2 wrong (answerable). Risks 0, 1/2, 1/3, 1/2.
    found: Any = confidence_figures([0.9, 0.6, 0.2, 0.8], [1, 1, 0, 0], [True, True, True, False])
    assert found["curve"] == [[0.25, 0.0], [0.5, 0.5], [0.75, 0.3333], [1.0, 0.5]]
    assert found["area"] == pytest.approx((1 / 2 + 1 / 3 + 1 / 2) / 4, abs=1e-4)
    # one a bin: gaps .1, .4, .2, .8
    assert found["calibration_error"] == pytest.approx(1.5 / 4)
    # .8 of the unanswerable one is under .9 and over .6 and .2
    assert found["separation"] == pytest.approx(1 / 3, abs=1e-4)
    # 90% of three answerable are all three: reached at .2, and so by .8
    assert found["false_answer_at_90"]["value"] == 1.0


def test_ninety_percent_of_ten_are_nine() -> None:
    yes = [0.5 + n / 20 for n in range(10)]  # nine of them from .55
    found: Any = confidence_figures([*yes, 0.52, 0.55, 0.6, 0.1], [1.0] * 10 + [0.0] * 4, [True] * 10 + [False] * 4)
    assert found["false_answer_at_90"]["value"] == 0.5


def test_one_kind_alone_gives_no_comparison() -> None:
    for kind in (True, False):
        found = confidence_figures([0.9, 0.1], [1, 0], [kind, kind])
        assert (found["separation"], found["false_answer_at_90"]) == (None, None)


def test_a_long_curve_is_thinned_to_its_ends() -> None:
    found: Any = confidence_figures([n / 1000 for n in range(1000)], [1.0] * 1000, [True] * 1000)
    assert len(found["curve"]) == 100
    assert (found["curve"][0][0], found["curve"][-1][0]) == (0.001, 1.0)


def test_clapnq_is_right_where_a_gold_sentence_is_cited() -> None:
    asked = [
        SentenceQuestion("1", "who built the Orra mill", MILL, (frozenset({0}),)),
        SentenceQuestion("2", "who built the Orra mill", MILL, (frozenset({1}),)),
        SentenceQuestion("3", "who built the Orra mill", MILL, ()),
        SentenceQuestion("4", "what does an opera ticket in Valparaiso cost", LAKE, ()),
    ]
    right, wrong, false, refused = rows_of(*clapnq_cases(asked))
    assert right.scores == {"decision": 1.0, "right": 1.0, "best_right": 1.0, "false_refusal": 0.0}
    assert wrong.scores == {"decision": 1.0, "right": 0.0, "best_right": 0.0, "false_refusal": 0.0}
    assert false.scores == {"decision": 0.0, "right": 0.0, "best_right": 0.0, "false_answer": 1.0}
    assert refused.scores == {"decision": 1.0, "right": 1.0, "best_right": 0.0, "false_answer": 0.0}
    assert [right.stage, false.stage, refused.stage] == [None, "not in the archive", None]
    assert [row.part for row in (right, refused)] == ["clapnq answerable", "clapnq unanswerable"]
    assert refused.trace["answer"]["confidence"] < ANSWER_THRESHOLD <= right.trace["answer"]["confidence"]


def test_mtrag_is_asked_with_its_history_and_right_where_its_passage_is_cited() -> None:
    history = (Turn("What do you know about the Orra mill?", "It grinds rye."),)
    turns = [
        ChatTurn("a", "Who built it?", history, "answerable", (MILL, LAKE)),
        ChatTurn("b", "Who built it?", history, "answerable", (LAKE,)),
        ChatTurn("c", "Who built it?", history, "partial", ()),
    ]
    articles, cases = mtrag_cases(turns)
    assert len(articles) == 2
    right, other, partial = rows_of(articles, cases)
    assert right.trace["asked"] == "Who built Orra?"
    assert (right.scores["right"], other.scores["right"]) == (1.0, 0.0)
    assert (partial.part, partial.scores, partial.stage) == ("mtrag partial", {"answered": 1.0}, NOT_JUDGED)


def test_gold_is_right_where_the_gold_suite_says_so(assistant: Assistant) -> None:
    asked = [question for question in load_gold() if question.split == "dev"][:6]
    articles, cases = gold_cases(asked)
    assert len(articles) == len(assistant.archive)
    assert all(bool(case.places) == question.answerable for case, question in zip(cases, asked, strict=True))
    rows = [ask(case, assistant) for case in cases]
    assert ["false_refusal" in row.scores for row in rows] == [question.answerable for question in asked]
    word_for_word = [row for row in rows if row.trace["answer"]["text"] in row.gold["answers"]]
    assert word_for_word
    assert all(row.scores["right"] == row.scores["best_right"] == 1.0 for row in word_for_word)


def test_a_refused_question_has_a_best_answer(assistant: Assistant) -> None:
    trace = assistant.trace("Which dentist treated the opera singer of Valparaiso?")
    assert not trace.answer.found
    best = best_answer(trace)
    assert best is not None
    assert best.text == trace.evidence[0].text
    assert [c.quote for c in best.citations] == [best.text]
    found = assistant.trace("How many Aldermark troops remain in Qasara?")
    assert found.answer.found
    assert best_answer(found) == found.answer


@pytest.mark.slow
def test_a_few_real_questions(shared: Path) -> None:
    result = abstain(Options(None, shared / "data", 16))
    assert len(result.rows) == len({row.id for row in result.rows}) == 16
    figures: Any = result.figures
    assert json.loads(json.dumps(figures)) == figures
    judged = sum(figures[name]["n"] for name in ("clapnq", "mtrag", "gold"))
    assert judged == figures["all"]["n"] - sum("answered" in row.scores for row in result.rows)
    for row in result.rows:
        if "false_answer" in row.scores:
            assert row.scores["decision"] == row.scores["right"] == 1 - row.scores["false_answer"]
    assert sorted(result.data) == [
        "clapnq-dev-answerable.jsonl",
        "clapnq-dev-unanswerable.jsonl",
        "gold",
        "mtrag-un.jsonl",
    ]
