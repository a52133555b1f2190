import time
from collections.abc import Sequence

import pytest

from ingest.article import Article
from ingest.passages import Passage
from qa.citing import cite
from qa.missing import false_premise, why_not
from qa.retrieve import Candidate
from qa.types import Citation, DatesAsked


def candidate(text: str) -> Candidate:
    return Candidate(Passage("a:0", "a", 0, 0, len(text), "Storm", text), 0.5, 0.5, 0.5)


STORM = Article("a", "Storm", "The storm hit Orr. Nobody was hurt.", "a.txt")
NEAREST: Sequence[Citation] = (cite(1, STORM, (0, 18), (0, 18)),)


def test_a_word_that_no_article_has_is_named() -> None:
    reason = why_not("who rules Zorvania and Quib?", [candidate("Orr")], NEAREST, lambda word: word == "rules")
    assert reason == ("subject", "No article has the words “zorvania” or “quib”.")


@pytest.mark.parametrize(
    ("question", "known", "kind", "unknown"),
    [
        ("How much did Denn's trip cost?", {"denn", "trip", "cost"}, "fact", ""),
        ("How many ships were there in March 2011?", {"ships"}, "fact", ""),
        ("What did Denn eat for breakfast?", {"denn", "eat"}, "fact", "; no article has the word “breakfast”."),
        ("What did Denn’s cook fry?", {"cook", "fry"}, "subject", "No article has the word “denn”."),
        ("who fried breakfast?", set(), "subject", "No article has the words “fried” or “breakfast”."),
    ],
)
def test_a_missing_name_is_a_missing_subject_and_another_word_a_missing_fact(
    question: str, known: set[str], kind: str, unknown: str
) -> None:
    told, said = why_not(question, [candidate("Orr")], NEAREST, lambda word: word in known)
    assert told == kind
    assert said.endswith(unknown)
    assert ("no article has" in said.lower()) == bool(unknown)
    assert ("“Storm”" in said) == (kind == "fact")


def test_filters_that_leave_nothing_are_the_reason() -> None:
    assert why_not("who was hurt?", [], (), lambda _: True, filtered=True)[0] == "filters"
    assert why_not("who was hurt?", [candidate("Orr")], NEAREST, lambda _: True, filtered=True)[0] == "fact"


def test_a_subject_without_the_fact_names_the_nearest_article() -> None:
    kind, said = why_not("who was hurt in Orr?", [candidate(STORM.text)], NEAREST, lambda _: True)
    assert (kind, "“Storm”" in said) == ("fact", True)


def test_an_empty_archive_has_nothing_on_the_subject() -> None:
    nothing = ("subject", "The archive holds no article with any of these words or on this subject.")
    assert why_not("who was hurt?", [], (), lambda _: True) == nothing
    assert why_not("who was hurt?", [], (), lambda _: False) == nothing


def test_days_without_a_value_are_no_reason_where_no_other_day_has_one() -> None:
    asked = DatesAsked("in 2011", "2011-01-01", "2011-12-31")
    assert why_not("who was hurt?", [candidate("Orr")], NEAREST, lambda _: True, dates=asked)[0] == "fact"


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        (
            "when did President Okafor resign?",
            "Prime Minister Daniel Okafor spoke.",
            "The articles call Okafor prime minister, not president.",
        ),
        ("when did Minister Okafor resign?", "Prime Minister Okafor spoke.", None),
        ("when did President Okafor resign?", "Okafor spoke.", None),
        ("when did President Okafor resign?", "Mayor Okafor and President Okafor spoke.", None),
        ("when did President Okafor resign?", "Mayor Okafor said the president, Ada Okafor, spoke.", None),
        ("when did okafor resign?", "Mayor Okafor spoke.", None),
        (
            "When did president Ada Okafor's son resign?",
            "Mayor Okafor spoke.",
            "The articles call Okafor mayor, not president.",
        ),
        ("Who is the minister met Brandt?", "Mayor Brandt met the king. The mayor met the minister.", None),
        ("Who is the president of Qasara?", "The king of Qasara and the mayor of Orr spoke.", None),
        ("Who is prime minister now?", "The mayor now rules, the king now sleeps.", None),
        ("When did the president resign?", "The mayor resign? No, said the king.", None),
        ("When did Vice President Orr resign?", "Vice-President Orr resigned.", None),
    ],
)
def test_an_office_that_the_articles_give_otherwise(question: str, text: str, said: str | None) -> None:
    assert false_premise(question, [candidate(text)]) == said


def test_many_offices_in_a_question_cost_little() -> None:
    text = candidate("The minister said so. " * 5000)
    started = time.thread_time()
    assert false_premise("Minister Brandt " * 125, [text]) is None
    assert false_premise("minister " * 222, [text]) is None
    assert time.thread_time() - started < 1
