from itertools import pairwise

from ingest.article import Article
from qa.answer.summary import nearness, summarise
from qa.read.evidence import Evidence
from qa.retrieve.hybrid import Candidate
from tests.qa.making import candidate

FIRST = Article(
    "first", "Mill to close", "Orr Mill will close in May, its owner said. He was sad. The mill at Orr has 40 workers "
    "on two floors. It smelled of flour that day.", "a.txt", None, "2024-03-01",
)  # fmt: skip
LATER = Article(
    "later", "Mill stays open", "Orr Mill will stay open after all, the council said. A grant of 2 million crowns "
    "saves the mill and its workers. Trains to the south were late.", "b.txt", None, "2024-06-01",
)  # fmt: skip
COPY = Article(
    "copy", "Mill is open", "Orr Mill will stay open after all, the council has said. Swallows nest under its roof.",
    "c.txt", None, "2024-06-02",
)  # fmt: skip
UNDATED = Article("undated", "Orr", "Orr Mill was built by monks in the year 1402.", "d.txt")
OTHER = Article("other", "Tram line", "A tram line will be built along the coast to Harlow soon.", "e.txt")
ARTICLES = {article.id: article for article in (FIRST, LATER, COPY, UNDATED, OTHER)}


def candidates(**cosines: float) -> list[Candidate]:
    """The one passage of each article, in falling order of the cosine."""
    found = [candidate(ARTICLES[id_], cosine) for id_, cosine in cosines.items()]
    return sorted(found, key=lambda one: -one.score)


def told(question: str, **cosines: float) -> list[Evidence]:
    return summarise(question, candidates(**cosines))


def test_three_to_five_sentences_oldest_article_first_and_undated_last() -> None:
    found = told("what happened to Orr Mill", later=0.6, first=0.55, undated=0.5)
    assert 3 <= len(found) <= 5
    assert [item.article.id for item in found] == sorted(
        [item.article.id for item in found], key=["first", "later", "undated"].index
    )
    assert {item.article.id for item in found} == {"first", "later", "undated"}
    for one, following in pairwise(found):
        assert one.article.id != following.article.id or one.place < following.place
    assert len({item.text for item in found}) == len(found)


def test_sentences_that_lean_on_others_come_last() -> None:
    texts = [item.text for item in told("tell me about Orr Mill", later=0.6, first=0.55)]
    assert "Orr Mill will close in May, its owner said." in texts
    assert "Orr Mill will stay open after all, the council said." in texts
    assert "He was sad." not in texts


def test_a_copy_of_a_sentence_is_not_taken() -> None:
    texts = [item.text for item in told("tell me about Orr Mill", later=0.6, copy=0.58)]
    assert sum("will stay open after all" in text for text in texts) == 1


def test_an_article_on_something_else_is_not_drawn_on() -> None:
    found = told("tell me about Orr Mill", first=0.6, other=0.2)
    assert {item.article.id for item in found} == {"first"}


def test_nothing_near_is_no_summary() -> None:
    assert told("tell me about Orr Mill", first=0.3) == []
    assert told("tell me about Orr Mill") == []


def test_a_near_article_without_the_words_is_no_summary() -> None:
    assert told("tell me about the Harlow observatory telescope", first=0.5) == []


def test_nearness_is_between_0_and_1() -> None:
    assert nearness([]) == 0
    assert nearness(candidates(first=0.6, other=-0.1)) == 0.6
    assert nearness(candidates(other=-0.1)) == 0
