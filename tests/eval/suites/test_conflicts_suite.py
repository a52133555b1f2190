"""Values shown against right and planted ones, on documents written here and on a few real questions."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.suite import Options
from eval.suites.conflicts import conflicts, shown_values
from ingest.errors import InputError
from qa.types import Answer, Other, Seconds


def answer(first: str, *others: str, found: bool = True) -> Answer:
    beside = tuple(Other(text, None, 0.5, ()) for text in others)
    return Answer("How many?", "How many?", found, first, 0.9, (), beside, (), None, Seconds(0, 0, 0))


def test_values_beside_the_answer_are_shown_too() -> None:
    right, planted = shown_values(answer("3,559 people", "10,000", "blue"), ["3,559 people", "900"], ["10,000 people"])
    assert (right, planted) == (["3,559 people"], ["10,000 people"])


def test_a_refusal_shows_nothing() -> None:
    assert shown_values(answer("The articles do not say.", found=False), ["articles"], ["say"]) == ([], [])


def test_words_that_two_values_accept_belong_to_the_nearer_one() -> None:
    """The F1 of 'football' with 'American football' is 2/3, which is enough for it."""
    right, wrong = ["American football"], ["football"]
    assert shown_values(answer("football"), right, wrong) == ([], ["football"])
    assert shown_values(answer("American football"), right, wrong) == (["American football"], [])
    assert shown_values(answer("football"), ["football"], ["Football"]) == (["football"], [])
    assert shown_values(answer("football"), right, ["golf"]) == (["American football"], [])


def record(question: str, gold: list[str], wrong: list[str], *documents: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "question": question,
        "documents": [{"text": text, "type": kind, "answer": said} for text, kind, said in documents],
        "disambig_entity": [],
        "gold_answers": gold,
        "wrong_answers": wrong,
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    records = [
        record(
            "When was the Orra mill built?",
            ["1712", "1745"],
            [],
            ("The Orra mill was built in 1712 .", "correct", "1712"),
            ("Bread of rye keeps for weeks .", "noise", "unknown"),
        ),
        record(
            "How deep is Lake Tern?",
            ["40 metres"],
            ["95 metres", "40 metres"],
            ("Lake Tern is 95 metres deep .", "misinfo", "95 metres"),
        ),
        record(
            "Who designed the Hallin tower?",
            ["Hanna Falk"],
            [],
            ("The Hallin tower was designed by Hanna Falk .", "correct", "Hanna Falk"),
        ),
    ]
    (tmp_path / "ramdocs.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return tmp_path


def test_a_small_run(data: Path) -> None:
    result = conflicts(Options(None, data, None))
    mill, lake, tower = result.rows
    # one of two values; no document has the other
    assert mill.scores == {
        "surfaced": 0.5,
        "first_right": 1.0,
        "refused": 0.0,
        "retrieved": 0.5,
        "surfaced_when_retrieved": 1.0,
    }
    assert mill.stage == "not in the archive"
    # one of one planted value: the other is a right value as well
    assert lake.scores == {"surfaced": 0.0, "first_right": 0.0, "refused": 0.0, "retrieved": 0.0, "misinformed": 1.0}
    assert (tower.scores["surfaced"], tower.stage) == (1.0, None)
    assert [row.part for row in result.rows] == [
        "1 noise, 0 misinformation",
        "0 noise, 1 misinformation",
        "0 noise, 0 misinformation",
    ]
    figures: Any = result.figures
    assert figures["articles"] == 4
    assert figures["surfaced"]["value"] == 0.5
    assert figures["misinformed"]["value"] == 1.0
    assert [figures["by_noise"][key]["n"] for key in ("0", "1", "2", "3 or more")] == [2, 1, 0, 0]
    assert figures["by_misinformation"]["1"]["surfaced"]["value"] == 0.0
    assert figures["stages"] == {"not in the archive": 2}
    assert json.loads(json.dumps(figures)) == figures


def test_no_data_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ramdocs\.jsonl"):
        conflicts(Options(None, tmp_path, None))


@pytest.mark.slow
def test_a_few_real_questions(shared: Path) -> None:
    result = conflicts(Options(None, shared / "data", 3))
    assert len(result.rows) == len({row.id for row in result.rows}) == 3
    for row in result.rows:
        assert 0 <= row.scores["surfaced"] <= 1
        assert row.scores["retrieved"] == 0 or "surfaced_when_retrieved" in row.scores
        assert ("misinformed" in row.scores) == bool(row.gold["planted"])
        assert row.scores["first_right"] == 0 or row.scores["surfaced"] > 0
