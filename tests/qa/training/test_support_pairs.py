"""Statements that say the same, and statements with one thing exchanged."""

import random
import re

from qa.training.sources import Question
from qa.training.support_pairs import FAULTS, answered, exchanged, negated, pairs, retellings, reworded, swapped

SENTENCE = "In March, the port of Marlow was not closed after the storm (the worst in years), Ada Lindqvist said."
PASSAGE = (
    f"Ships waited outside for two days. {SENTENCE} It rose to the third place among the ports of the north."
    " No ship was lost, and the harbour office paid for all repairs. Jon Vale wrote the report for the Vale Line."
)


def test_a_reworded_sentence_keeps_its_not_and_its_names() -> None:
    told = {reworded(SENTENCE, random.Random(seed)) for seed in range(40)}
    assert len(told) > 5
    for one in told:
        assert "not closed" in one or "n't closed" in one
        assert "after the storm" in one
        assert one.endswith(".")
        assert one[0].isupper()


def test_a_negation_is_taken_out_or_put_in() -> None:
    assert negated(SENTENCE, random.Random(0)) == SENTENCE.replace(" not", "")
    put_in = {negated("The port was closed.", random.Random(seed)) for seed in range(20)}
    assert put_in == {"The port was not closed.", "The port wasn't closed.", "The port was never closed."}
    assert negated("Storks everywhere!", random.Random(0)) is None


def test_names_are_exchanged() -> None:
    assert swapped("On Sunday Ada Lindqvist sued Jon Vale.") == "On Sunday Jon Vale sued Ada Lindqvist."
    assert swapped("The harbour was closed.") is None


def test_a_question_becomes_a_statement() -> None:
    assert answered("Who was elected mayor of Marlow?", "Jon Vale") == "Jon Vale was elected mayor of Marlow."
    assert answered("What song did Jon Vale write?", "a shanty") is None
    assert answered("When was the port closed?", "in March") is None


def test_pairs_hold_both_labels_and_absent_sentences_are_gone() -> None:
    asked = [
        Question("own", "Marlow", question, PASSAGE, ((PASSAGE.index(name), PASSAGE.index(name) + len(name)),))
        for question, name in (
            ("Who wrote the report for the Vale Line?", "Jon Vale"),
            ("Who said that it was the worst storm?", "Ada Lindqvist"),
        )
    ]
    made = [pair for seed in range(30) for _, pair in pairs(asked, seed)]
    assert {pair.kind for pair in made} >= {"true", "negation", "absent"}
    assert {pair.kind for pair in made} <= {"true", *FAULTS}
    assert all(pair.carried == (pair.kind == "true") for pair in made)
    for pair in made:
        if pair.kind == "absent":
            assert pair.statement[:30] not in pair.passage


def test_simpler_words_stand_beside_the_sentences_they_retell() -> None:
    hard = ["Storks returned in May. The port of Marlow reopened on Tuesday after a closure of two days. It rained."]
    simple = ["The port of Marlow opened again on Tuesday after two days."]
    true, *false = retellings([hard, simple], 1)
    assert (true.statement, true.carried) == (simple[0], True)
    assert "a closure of two days" in true.passage
    assert [pair.carried for pair in false] == [False]
    assert false[0].passage == true.passage
    assert false[0].statement != true.statement


def test_without_a_word_to_exchange_nothing_is_made() -> None:
    assert exchanged("It rained.", re.compile("rose"), {"rose": ["fell"]}, random.Random(0)) is None
    assert exchanged("It rose.", re.compile("rose"), {"rose": ["fell"]}, random.Random(0)) == "It fell."
