"""The prose suite: its planted faults are faults, and on some questions most of them are found."""

import random
from pathlib import Path

import pytest

from eval.suite import Options
from eval.suites.prose import prose
from eval.suites.prose_faults import FAULTS, faulty, retold

SENTENCE = "The port of Marlow was closed on Tuesday after 14 ferries (all of them old) sank, Ada Lindqvist said."


def test_true_retellings_say_less_and_nothing_else() -> None:
    first, *shorter = retold(SENTENCE)
    assert first == SENTENCE
    assert "The port of Marlow was closed on Tuesday after 14 ferries sank." in shorter
    assert retold("It rained.") == ["It rained."]


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_changes_one_place(kind: str) -> None:
    false = faulty(kind, SENTENCE, ["Bea Storm"], random.Random(1))
    assert false is not None
    assert false != SENTENCE
    expected = {
        "figure": {"14"},
        "date": {"Tuesday"},
        "name": {"Marlow", "Ada", "Lindqvist"},
        "negation": set(),
        "direction": {"after", "closed"},
        "roles": set(),
    }[kind]
    gone = set(SENTENCE.replace(",", "").split()) - set(false.replace(",", "").split())
    assert gone <= expected
    assert ("not" in false.split()) == (kind == "negation")


def test_a_sentence_without_a_place_for_it_gets_no_fault() -> None:
    assert [faulty(kind, "It rained.", [], random.Random(1)) for kind in FAULTS] == [None] * len(FAULTS)


@pytest.mark.slow
def test_most_faults_are_found_and_few_true_sentences_accused() -> None:
    result = prose(Options(None, Path("unused"), 40))
    figures = result.figures
    assert figures["sentences"] >= 40
    for kind in ("figure", "date", "name"):
        assert figures[kind]["found"]["value"] >= 0.8
    for kind in ("negation", "direction"):
        assert figures[kind]["found"]["value"] >= 0.6
    assert figures["true"]["accused"]["value"] <= 0.1
    assert {row.part for row in result.rows} == {"true", *FAULTS}
    assert figures["written"] is None
