"""What filters keep from being the answer is told, and only that."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.filters import Filters
from ingest.pipeline import add_articles
from qa.answer.aggregate import ANSWER_THRESHOLD, aggregate
from qa.answer.hidden import hidden_by, outside
from qa.answer.values import Value
from qa.assistant import Assistant
from qa.read.reader import Reader
from qa.types import Answer

QUESTION = "How many crates did divers find at Port Elsmere?"
OLD = "Fishermen at Port Elsmere complain of crates in their nets. Divers will be sent down, the harbour board said."
NEW = "Divers found 1,250 crates of tea at Port Elsmere, the harbour board said."
WITHIN = Filters((), None, "2010-12-31")
OUTSIDE = Filters((), "2011-01-01", None)


def article(name: str, text: str, published: str, outlet: str) -> Article:
    return Article(article_id(name), f"Crates at Port Elsmere, {name}", text, f"{name}.txt", None, published, outlet)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, careful: Reader) -> Iterator[Assistant]:
    with Archive.open(tmp_path_factory.mktemp("hidden") / "a", create=True) as archive:
        add_articles(
            archive,
            [
                article("complaint", OLD, "2010-05-01", "Quay Post"),
                article("find", NEW, "2011-05-01", "Quay Post"),
                article("echo", f"{NEW} It was the talk of the town.", "2011-05", "Elsmere Echo"),
            ],
        )
        yield Assistant(archive, careful)


def beyond(assistant: Assistant, probability: float | None = None) -> Value | None:
    """What leads among the articles that WITHIN leaves out, all of it so likely."""
    trace = assistant.trace(QUESTION, filters=OUTSIDE)
    given = [replace(e, probability=e.probability if probability is None else probability) for e in trace.evidence]
    return aggregate(trace.question, given).lead


def asked(assistant: Assistant, filters: Filters) -> Answer:
    return assistant.ask(QUESTION, filters=filters)


def test_outside_are_the_passages_that_do_not_count_best_first(assistant: Assistant) -> None:
    found = outside(assistant.archive, QUESTION, WITHIN)
    assert {c.passage.article_id for c in found} == {article_id("find"), article_id("echo")}
    assert found[0].score >= found[1].score
    assert outside(assistant.archive, QUESTION, WITHIN, 1) == found[:1]
    echo = outside(assistant.archive, QUESTION, Filters(("Quay Post",)))
    assert [c.passage.article_id for c in echo] == [article_id("echo")]
    assert outside(assistant.archive, QUESTION, Filters((), "2010-01-01", None)) == []


def test_what_would_have_been_the_answer_is_told(assistant: Assistant) -> None:
    hidden = hidden_by(asked(assistant, WITHIN), beyond(assistant))
    assert hidden is not None
    assert "1,250" in hidden.text
    assert hidden.article.id in {article_id("find"), article_id("echo")}
    assert hidden.article.published is not None
    assert hidden.article.published >= "2011"


def test_only_a_clear_margin_is_told(assistant: Assistant) -> None:
    surer = beyond(assistant)
    assert surer is not None
    best = surer.probability
    other = replace(asked(assistant, OUTSIDE), text="40", citations=())
    assert hidden_by(replace(other, confidence=best), surer) is None
    assert hidden_by(replace(other, confidence=best - 0.1), surer) is None
    assert hidden_by(replace(other, confidence=max(0.0, best - 0.3)), surer) is not None
    unsure = beyond(assistant, ANSWER_THRESHOLD - 0.01)
    assert hidden_by(replace(other, found=False, confidence=0.0), unsure) is None


def test_the_same_value_elsewhere_is_not_told(assistant: Assistant) -> None:
    surer = beyond(assistant)
    answer = replace(asked(assistant, Filters(("Elsmere Echo",))), confidence=0.0)
    assert answer.found
    assert hidden_by(answer, surer) is None
    shortened = replace(answer, text="1,250 crates of tea and more", citations=())
    assert hidden_by(shortened, surer) is None


def test_nothing_is_told_of_summaries_or_nothing(assistant: Assistant) -> None:
    answer = asked(assistant, WITHIN)
    assert hidden_by(replace(answer, form="summary"), beyond(assistant)) is None
    assert hidden_by(answer, None) is None
