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


def test_a_subject_without_the_fact_names_the_nearest_article() -> None:
    kind, said = why_not("who was hurt in Orr?", [candidate(STORM.text)], NEAREST, lambda _: True)
    assert (kind, "“Storm”" in said) == ("fact", True)


def test_an_empty_archive_has_nothing_on_the_subject() -> None:
    assert why_not("who was hurt?", [], (), lambda _: True)[0] == "subject"


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
    ],
)
def test_an_office_that_the_articles_give_otherwise(question: str, text: str, said: str | None) -> None:
    assert false_premise(question, [candidate(text)]) == said
