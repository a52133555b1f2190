"""What filters keep from being the answer is told, and only that."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.filters import Filters
from ingest.pipeline import add_articles
from qa.answer import ANSWER_THRESHOLD
from qa.assistant import Assistant
from qa.hidden import hidden_by, outside
from qa.reader import Reader
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
    answer, surer = asked(assistant, WITHIN), assistant.trace(QUESTION, filters=OUTSIDE).scored
    hidden = hidden_by(answer, surer, assistant.archive.article)
    assert hidden is not None
    assert "1,250" in hidden.text
    assert hidden.article.id in {article_id("find"), article_id("echo")}
    assert hidden.article.published is not None
    assert hidden.article.published >= "2011"


def test_only_a_clear_margin_is_told(assistant: Assistant) -> None:
    surer = assistant.trace(QUESTION, filters=OUTSIDE).scored
    best = surer[0].probability
    fetch = assistant.archive.article
    other = replace(asked(assistant, OUTSIDE), text="40", citations=())
    assert hidden_by(replace(other, confidence=best), surer, fetch) is None
    assert hidden_by(replace(other, confidence=best - 0.1), surer, fetch) is None
    assert hidden_by(replace(other, confidence=max(0.0, best - 0.3)), surer, fetch) is not None
    unsure = [replace(span, probability=ANSWER_THRESHOLD - 0.01) for span in surer]
    assert hidden_by(replace(other, found=False, confidence=0.0), unsure, fetch) is None


def test_the_same_value_elsewhere_is_not_told(assistant: Assistant) -> None:
    surer = assistant.trace(QUESTION, filters=OUTSIDE).scored
    answer = replace(asked(assistant, Filters(("Elsmere Echo",))), confidence=0.0)
    assert answer.found
    assert hidden_by(answer, surer, assistant.archive.article) is None
    shortened = replace(answer, text="1,250 crates of tea and more", citations=())
    assert hidden_by(shortened, surer, assistant.archive.article) is None


def test_nothing_is_told_of_removed_articles_summaries_or_nothing(assistant: Assistant) -> None:
    answer, surer = asked(assistant, WITHIN), assistant.trace(QUESTION, filters=OUTSIDE).scored
    assert hidden_by(answer, surer, lambda _: None) is None
    assert hidden_by(replace(answer, form="summary"), surer, assistant.archive.article) is None
    assert hidden_by(answer, [], assistant.archive.article) is None
