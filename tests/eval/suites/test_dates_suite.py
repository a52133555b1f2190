"""The value of the date asked for, on a page written here and on a few real questions."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.data.test_sets import DatedPage, DatedQuestion, Document
from eval.suite import Options
from eval.suites.dates import dates, scores_of
from ingest.errors import InputError
from qa.types import Answer, Other, Seconds

FIRST = DatedQuestion("1", "Where did she work in 1951?", ("Lund University",), ((0, 15),))
LATER = DatedQuestion("2", "Where did she work in 1960?", ("Orra Institute", "the Institute"), ((20, 34),))
NEVER = DatedQuestion("3", "Where did she work in 1999?", (), ())
PAGE = DatedPage(Document("Ada", "Lund University ... Orra Institute"), (FIRST, LATER, NEVER))


def said(text: str, *others: str, found: bool = True) -> Answer:
    beside = tuple(Other(other, None, 0.5, ()) for other in others)
    return Answer("Where?", "Where?", found, text, 0.9, (), beside, (), None, Seconds(0, 0, 0))


def test_the_value_of_the_date() -> None:
    assert scores_of(PAGE, FIRST, said("Lund University")) == {
        "correct": 1.0,
        "em": 1.0,
        "f1": 1.0,
        "stale": 0.0,
        "shown": 1.0,
        "refused": 0.0,
    }


def test_the_value_of_another_date_is_stale() -> None:
    scores = scores_of(PAGE, LATER, said("Lund University", "Orra Institute"))
    assert (scores["correct"], scores["stale"], scores["shown"]) == (0.0, 1.0, 1.0)
    # 'Orra Institute' and 'University Orra Institute of physics': 2 of 2 and 2 of 5 words shared, F1 4/7
    scores = scores_of(PAGE, LATER, said("University Orra Institute of physics"))
    assert (scores["correct"], scores["em"], scores["f1"]) == (1.0, 0.0, pytest.approx(4 / 7))


def test_a_wrong_value_is_not_stale_and_a_refusal_is_neither() -> None:
    wrong = scores_of(PAGE, FIRST, said("Copenhagen"))
    assert (wrong["correct"], wrong["stale"], wrong["shown"], wrong["refused"]) == (0.0, 0.0, 0.0, 0.0)
    refused = scores_of(PAGE, FIRST, said("Lund University does not say.", found=False))
    assert refused == {"correct": 0.0, "em": 0.0, "f1": 0.0, "stale": 0.0, "shown": 0.0, "refused": 1.0}


def test_a_question_without_an_answer() -> None:
    assert scores_of(PAGE, NEVER, said("Lund University")) == {"false_answer": 1.0}
    assert scores_of(PAGE, NEVER, said("Not said.", found=False)) == {"false_answer": 0.0}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    paragraphs = [
        "Ada Falk",
        "Ada Falk was a chemist . She was employed by Lund University from 1950 to 1955 .",
        "Her cousin kept bees .",
    ]
    start = paragraphs[1].index("Lund")
    marked = {"para": 1, "from": start, "end": start + len("Lund University"), "answer": "Lund University"}
    questions = [
        ["Which university employed Ada Falk from 1950 to 1955?", [marked]],
        ["What does an opera ticket in Valparaiso cost in 2014?", [{"para": 0, "from": 0, "end": 0, "answer": ""}]],
        ["What does an opera ticket in Valparaiso cost in 2015?", [marked]],
    ]
    page = {"index": "/wiki/Ada#P108", "type": "P108", "link": "/wiki/Ada", "questions": questions, "paras": paragraphs}
    (tmp_path / "timeqa-human-test.json").write_text(json.dumps([page]), encoding="utf-8")
    return tmp_path


def test_a_small_run(data: Path) -> None:
    result = dates(Options(None, data, None))
    employed, unanswerable, refused = result.rows
    assert [row.id for row in result.rows] == [f"timeqa:/wiki/Ada#P108:{n}" for n in (1, 2, 3)]
    assert employed.scores["correct"] == employed.scores["retrieved"] == 1.0
    assert unanswerable.scores == {"false_answer": 0.0}
    assert (refused.scores["refused"], refused.scores["retrieved"]) == (1.0, 1.0)
    assert [row.stage for row in result.rows[:2]] == [None, None]
    assert refused.stage in {"not read", "wrongly refused"}
    # 'Ada Falk' and a blank line are 10 characters
    sentence = "Ada Falk was a chemist . She was employed by "
    assert employed.gold["places"] == [[10 + len(sentence), 10 + len(sentence) + len("Lund University")]]
    figures: Any = result.figures
    assert figures["articles"] == 1
    assert figures["answerable"]["correct"]["value"] == 0.5
    assert figures["answerable"]["refused"]["value"] == 0.5
    assert figures["when_retrieved"]["n"] == 2
    assert figures["unanswerable"] == {"n": 1, "false_answer": {"value": 0.0, "low": 0.0, "high": 0.0}}
    assert figures["stages"] == {refused.stage: 1}
    assert json.loads(json.dumps(figures)) == figures


def test_a_limit_is_on_questions(data: Path) -> None:
    assert len(dates(Options(None, data, 2)).rows) == 2


def test_no_data_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"timeqa-human-test\.json"):
        dates(Options(None, tmp_path, None))


@pytest.mark.slow
def test_a_few_real_questions(shared: Path) -> None:
    result = dates(Options(None, shared / "data", 2))
    assert len(result.rows) == len({row.id for row in result.rows}) == 2
    for row in result.rows:
        if row.part == "unanswerable":
            assert list(row.scores) == ["false_answer"]
        else:
            assert row.scores["correct"] + row.scores["stale"] + row.scores["refused"] <= 1
            assert row.scores["correct"] <= row.scores["shown"]
