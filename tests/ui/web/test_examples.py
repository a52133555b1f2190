"""Example questions come from the articles' sentences, and only answered ones are shown."""

from collections import Counter

import pytest

from ingest.article import Article
from qa.assistant import Assistant
from tests.timing import processor_seconds
from ui.asker import Asker
from ui.web.examples import MOST_EXAMPLES, Examples, candidate_questions
from ui.web.library import Library


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
        ("Brightwater's chairman Lionel Bray resigned.", "Who is Brightwater's chairman?", "Lionel Bray"),
        ("So said Halvern Prime Minister Maja Tveter.", "Who is the Halvern Prime Minister?", "Maja Tveter"),
        ("Ana Brecht won the Marlow Prize for it.", "Who won the Marlow Prize?", "Ana Brecht"),
        ("Ana Brecht founded the Marlow Archive.", "Who founded the Marlow Archive?", "Ana Brecht"),
        ("The fire killed at least 12 people in Marlow.", "How many people were killed in Marlow?", "12"),
        ("On 3 May Marlow President Ana Ørsted left.", "Who is the Marlow President?", "Ana Ørsted"),
        ("Some 62% of voters in Marlow support a tax.", "What percentage of voters in Marlow support a tax?", "62%"),
        ("The Brey Bridge was opened in May 1987.", "When was the Brey Bridge opened?", "May 1987"),
        ("Ana Brecht was born in June.", "When was Ana Brecht born?", "June"),
        ("The Marlow Archive is based in New Brey.", "Where is the Marlow Archive based?", "New Brey"),
        ("The Marlow Senate approved a tax on houses.", "What did the Marlow Senate approve?", "a tax on houses"),
        ("Some 4,100 troops remain in Qasara today.", "How many troops remain in Qasara?", "4,100"),
        ("The Norrfjord Bridge will cost 41 million euros.", "How much does the Norrfjord Bridge cost?", "41 million"),
    ],
)
def test_questions_made_of_a_sentence(sentence: str, question: str, answer: str) -> None:
    article = Article("a1", "T", f"Something came before it. {sentence} Something came after it.", "t.txt")
    assert list(candidate_questions(article)) == [(question, answer)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Merrow, the commander, said so.",
        "26 pupils were coughing.",
        "The repair cost 41.",
        "So said Prime Minister Maja Tveter.",  # of where?
        "Former president Maja Tveter spoke.",
        "The agencies of the Halvern Union are based in Brey.",  # its agencies are
        "Police and Crime Commissioner Maja Tveter spoke.",  # half of a name
        "12 people linked to Marlow spoke.",
        "COVID-19 cases were rising in Marlow.",
        "In 2016 prisons were full in Marlow.",
        "Boeing 737 planes were grounded in Marlow.",
        "Fines of £500 pounds were paid in Marlow.",
        "Women in Marlow announced a strike for May.",
        "If the Marlow Senate approved a tax on houses, it would fall.",
        "Critics said Ana Brecht launched a strike in May.",
        "It is false that the Brey Bridge was opened in 1987.",
        "So said Health Minister Maja Tveter.",
        "So said the late Halvern President Maja Tveter.",
        "Halvern partly because President Maja Tveter left.",
        "So said Egyptian President Abdel Fattah al-Sisi.",
        "The Brey War cost 4,000 lives.",
        "The bombs injured 30 others in Marlow.",
        "Ana Brecht, 43, resigned.",
        "Some 62% of Marlow voters were for this plan.",  # which?
    ],
)
def test_none_that_would_mean_nothing_by_itself(sentence: str) -> None:
    assert list(candidate_questions(Article("a1", "T", sentence, "t.txt"))) == []


@pytest.mark.parametrize(
    "text",
    ["A" * 50_000, "Aa " * 16_000, "1" * 50_000, "The Aa " * 7_000, "5% of a " * 6_000, ("B-" * 20 + " ") * 1_200],
)
def test_huge_words_and_sentences_hold_nobody_up(text: str) -> None:
    article = Article("a1", "T", text, "t.txt")
    assert list(candidate_questions(article)) == []
    # 0.5 s; with words without an end 84 s for a single pattern
    assert processor_seconds(lambda: list(candidate_questions(article))) < 1.5


@pytest.mark.slow
def test_every_example_of_the_sample_is_answered(fast_assistant: Assistant) -> None:
    examples = Examples(Library(fast_assistant.archive), Asker(fast_assistant))
    assert examples.known() == []
    found = examples.find()
    assert 0 < len(found) <= MOST_EXAMPLES
    assert len(set(found)) == len(found)
    assert max(Counter(question.split()[0] for question in found).values()) <= 2
    assert all(fast_assistant.ask(question).found for question in found)
    assert examples.known() is found
