from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.article import Article, Facts
from ingest.passages import Passage
from qa.answer.abstain import WhyNot, abstain, explain_abstention, false_premise
from qa.answer.aggregate import Aggregate
from qa.answer.citations import cite
from qa.question.parse import Question
from qa.read.evidence import Evidence
from qa.retrieve.hybrid import Candidate
from qa.types import Citation
from tests.qa.making import candidate as made
from tests.qa.making import evidence
from tests.timing import processor_seconds

STORM = Article("a", "Storm", "The storm hit Orr. Nobody was hurt.", "a.txt")
NEAREST: Sequence[Citation] = (cite(1, Evidence.sentence_of(made(STORM), 0, 18)),)
Told = Callable[..., WhyNot]


def candidate(text: str) -> Candidate:
    return made(Article("a", "Storm", text, "a.txt"))


@pytest.fixture
def told(archive_dir: Path) -> Iterator[Told]:
    """Say why a question was not answered, of an archive that has these words."""
    with Archive.open(archive_dir, create=True) as archive:

        def tell(question: str, found: Sequence[Candidate], nearest: Sequence[Citation], *words: str) -> WhyNot:
            if words:
                archive.put(Article("words", "Words", " ".join(words), "w.txt"))
            return explain_abstention(Question.of(question), found, nearest, None, archive)

        yield tell


def test_a_word_that_no_article_has_is_named(told: Told) -> None:
    reason = told("who rules Zorvania and Quib?", [candidate("Orr")], NEAREST, "rules")
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
    told: Told, question: str, known: set[str], kind: str, unknown: str
) -> None:
    why, said = told(question, [candidate("Orr")], NEAREST, *known)
    assert why == kind
    assert said.endswith(unknown)
    assert ("no article has" in said.lower()) == bool(unknown)
    assert ("“Storm”" in said) == (kind == "fact")


def test_filters_that_leave_nothing_are_the_reason(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        archive.put(STORM)
        asked, nothing = Question.of("who was hurt?"), Aggregate(())
        assert abstain(asked, [], nothing, archive, filtered=True).missing == "filters"
        assert abstain(asked, [], nothing, archive).missing == "subject"
        read = Aggregate((evidence(STORM, "Nobody", 0.1),))
        assert abstain(asked, [made(STORM)], read, archive, filtered=True).missing == "fact"


def test_a_subject_without_the_fact_names_the_nearest_article(told: Told) -> None:
    kind, said = told("who was hurt in Orr?", [candidate(STORM.text)], NEAREST, "hurt", "Orr")
    assert (kind, "“Storm”" in said) == ("fact", True)


def test_an_empty_archive_has_nothing_on_the_subject(told: Told) -> None:
    nothing = ("subject", "The archive holds no article with any of these words or on this subject.")
    assert told("who was hurt?", [], ()) == nothing
    assert told("who was hurt?", [], (), "hurt") == nothing


def test_days_without_a_value_are_no_reason_where_no_other_day_has_one(told: Told) -> None:
    assert told("who was hurt in 2011?", [candidate("Orr")], NEAREST, "hurt")[0] == "fact"


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
    text = "The minister said so. " * 5000
    long = Candidate(Passage("a:0", "a", 0, 0, len(text), "Storm", text), Facts("a", "Storm"), 0.5, 0.5, 0.5)
    for question in ("Minister Brandt " * 125, "minister " * 222):
        assert false_premise(question, [long]) is None
        assert processor_seconds(lambda question=question: false_premise(question, [long])) < 0.5
