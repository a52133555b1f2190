"""Example questions come from the articles' sentences, and only answered ones are shown."""

import pytest

from ingest.article import Article
from qa.assistant import Assistant
from ui.asker import Asker
from ui.examples import MOST_EXAMPLES, Examples, candidate_questions
from ui.library import Library


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "Maja Tveter, the transport minister of Halvern, said so.",
            "Who is the transport minister of Halvern?",
            "Maja Tveter",
        ),
        ("Lionel Bray, Brightwater's chairman, resigned.", "Who is Brightwater's chairman?", "Lionel Bray"),
        ("Yesterday, Ana Brecht was elected mayor of Marlow.", "Who was elected mayor of Marlow?", "Ana Brecht"),
        ("Ana Brecht won the Marlow Prize for it.", "Who won the Marlow Prize?", "Ana Brecht"),
        ("Some 4,100 troops remain in Qasara today.", "How many troops remain in Qasara?", "4,100"),
        ("The Norrfjord Bridge will cost 41 million euros.", "How much does the Norrfjord Bridge cost?", "41 million"),
    ],
)
def test_questions_made_of_a_sentence(sentence: str, question: str, answer: str) -> None:
    article = Article("a1", "T", f"Something came before it. {sentence} Something came after it.", "t.txt")
    assert list(candidate_questions(article)) == [(question, answer)]


@pytest.mark.parametrize(
    "sentence", ["Merrow, the commander, said so.", "26 pupils were coughing.", "The repair cost 41."]
)
def test_none_that_would_mean_nothing_by_itself(sentence: str) -> None:
    assert list(candidate_questions(Article("a1", "T", sentence, "t.txt"))) == []


@pytest.mark.slow
def test_every_example_of_the_sample_is_answered(assistant: Assistant) -> None:
    examples = Examples(Library(assistant.archive), Asker(assistant))
    assert examples.known() == []
    found = examples.find()
    assert 0 < len(found) <= MOST_EXAMPLES
    assert len(set(found)) == len(found)
    assert all(assistant.ask(question).found for question in found)
    assert examples.known() is found
