"""What is accepted as an answer, and whether citations hold."""

from dataclasses import replace

import pytest

from eval.scores.judging import accepts, all_exact, cites
from eval.scores.stages import Place
from ingest.article import Article
from qa.types import Answer, ArticleRef, Citation, Other, Seconds

TEXT = "The ferry sank in 1921. Nobody drowned."
ARTICLE = Article("a" * 16, "Ferry", TEXT, "ferry.txt")
SENTENCE = TEXT.index("Nobody")


def cite(start: int, end: int, sentence: tuple[int, int]) -> Citation:
    ref = ArticleRef(ARTICLE.id, ARTICLE.title, ARTICLE.source, None, None, None)
    return Citation(1, ref, TEXT[start:end], start, end, TEXT[slice(*sentence)], *sentence)


def said(*citations: Citation, others: tuple[Other, ...] = ()) -> Answer:
    return Answer("When?", "When?", True, "1921", 0.9, citations, others, (), None, Seconds(0, 0, 0))


@pytest.mark.parametrize(
    ("answers", "text", "accepted"),
    [
        (["the Ferry"], "ferry", True),
        (["2.9 billion marks"], "2.1 billion marks", False),  # F1 is 2/3, the figure another
        (["2.9 billion marks"], "about 2.9 billion marks", True),
        (["Anna Berg"], "the engineer Anna Berg of Lund", True),  # stands in it; four more words
        (["Anna Berg"], "the engineer Anna Berg of Lund said on Monday evening", False),  # seven more
        (["1921"], "21", False),
        (["1921", "the twenties"], "Twenties", True),
        ([], "1921", False),
    ],
)
def test_accepts(answers: list[str], text: str, accepted: bool) -> None:
    assert accepts(answers, text) is accepted


def test_a_cited_sentence_that_touches_the_place_is_cited() -> None:
    answer = said(cite(18, 22, (0, 23)))
    assert cites(answer, [Place(ARTICLE.id, 22, 30)])
    assert not cites(answer, [Place(ARTICLE.id, SENTENCE, len(TEXT)), Place("b" * 16, 0, 23)])


def test_what_is_cited_for_another_value_is_not_cited_for_the_answer() -> None:
    other = Other("Nobody", None, 0.5, (cite(SENTENCE, SENTENCE + 6, (SENTENCE, len(TEXT))),))
    assert not cites(said(cite(18, 22, (0, 23)), others=(other,)), [Place(ARTICLE.id, SENTENCE, len(TEXT))])


def test_one_citation_off_by_one_is_not_exact() -> None:
    good = cite(18, 22, (0, 23))
    bad = Other("1921", None, 0.5, (replace(good, start=good.start + 1),))
    assert all_exact(said(good), lambda _: ARTICLE)
    assert not all_exact(said(good, others=(bad,)), lambda _: ARTICLE)
    assert not all_exact(said(good), lambda _: None)
