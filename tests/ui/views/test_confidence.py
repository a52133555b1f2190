"""Words for how sure an answer is promise no more than was measured."""

from dataclasses import replace

import pytest

from qa.types import Answer, ArticleRef, Citation, Other, Seconds
from ui.views.confidence import confidence_view


def cited(number: int, article: str) -> Citation:
    return Citation(number, ArticleRef(article, "Title", "a.txt", None, None, None), "41", 4, 6, "It is 41.", 0, 9)


ANSWER = Answer("How high?", "How high?", True, "41", 0.75, (cited(1, "a"),), (), (), None, Seconds(0, 0, 0), sources=1)


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(0.95, "Likely"), (0.6, "Likely"), (0.59, "Possibly"), (0.4, "Possibly"), (0.39, "Doubtful"), (0.0, "Doubtful")],
)
def test_the_estimate_becomes_a_word(confidence: float, words: str) -> None:
    view = confidence_view(replace(ANSWER, confidence=confidence))
    assert view
    assert view["words"] == words
    assert f"{round(100 * confidence)} in 100" in view["number"]


def test_what_it_rests_on() -> None:
    def rests(answer: Answer) -> str:
        view = confidence_view(answer)
        assert view
        return view["rests"]

    two = (cited(1, "a"), cited(2, "b"))
    other = Other("43", None, 0.4, (cited(3, "c"),))
    assert rests(ANSWER) == "one article says so"
    assert rests(replace(ANSWER, citations=two)) == "one story says so, printed more than once"
    assert rests(replace(ANSWER, citations=two, sources=2)) == "two independent articles say so"
    assert rests(replace(ANSWER, sources=1200)) == "1,200 independent articles say so"
    assert rests(replace(ANSWER, others=(other,))) == "one article says so; another value is given elsewhere"
    assert rests(replace(ANSWER, others=(replace(other, relation="disputed"), other))) == (
        "one article says so, but others disagree on the same day"
    )


@pytest.mark.parametrize("form", ["list", "summary"])
def test_lists_and_summaries_have_no_chance_of_being_right(form: str) -> None:
    view = confidence_view(replace(ANSWER, form=form))  # type: ignore[arg-type]
    assert view
    assert (view["words"], view["number"]) == ("", "")
    assert "one article" in view["rests"]


def test_a_refusal_has_no_confidence() -> None:
    assert confidence_view(replace(ANSWER, found=False)) is None
