from ingest.article import Article
from ingest.passages import Passage, split_passages
from qa.answer import NOT_FOUND, compose
from qa.choose import Scored
from qa.retrieve import Candidate
from qa.types import Answer, Citation, Seconds, Span

HOUSE_TEXT = "It rained. The base holds 900 soldiers, the army said. Talks go on."
NOTE_TEXT = "The army spoke. By May the base held 1,400 soldiers and 20 dogs."
HOUSE = Article("house", "Base shrinks", HOUSE_TEXT, "a.txt", None, "2025-03-01", "The Herald")
NOTE = Article("note", "Base grows", NOTE_TEXT, "b.txt", None, "2025-05-02", "The Courier")
COPY = Article("copy", "Base shrinks again", "Some 900 soldiers are at the base.", "c.txt", None, None, None)
ARTICLES = {article.id: article for article in (HOUSE, NOTE, COPY)}
SECONDS = Seconds(0.1, 0.2, 0.3)


def passage(article: Article) -> Passage:
    (only,) = split_passages(article)
    return only


def scored(article: Article, words: str, probability: float) -> Scored:
    start = article.text.index(words)
    span = Span(passage(article).id, start, start + len(words), 1.0)
    return Scored(span, words, Candidate(passage(article), 0.5, 0.5, 0.5), probability)


def answer(*items: Scored) -> Answer:
    candidates = [item.candidate for item in items]
    return compose("how many?", "how many?", items, candidates, ARTICLES.get, SECONDS)


def cited(found: Answer) -> list[Citation]:
    return [*found.citations, *(c for other in found.others for c in other.citations), *found.nearest]


def assert_exact(found: Answer) -> None:
    for citation in cited(found):
        text = ARTICLES[citation.article.id].text
        assert text[citation.start : citation.end] == citation.quote
        assert text[citation.sentence_start : citation.sentence_end] == citation.sentence
        assert citation.sentence_start <= citation.start < citation.end <= citation.sentence_end
    assert [citation.number for citation in cited(found)] == list(range(1, len(cited(found)) + 1))


def test_the_answer_is_the_words_of_its_citation() -> None:
    found = answer(scored(HOUSE, "900", 0.9))
    assert (found.found, found.text, found.confidence, found.reason) == (True, "900", 0.9, None)
    (citation,) = found.citations
    assert citation.sentence == "The base holds 900 soldiers, the army said."
    assert (citation.article.title, citation.article.published, citation.article.outlet) == (
        "Base shrinks",
        "2025-03-01",
        "The Herald",
    )
    assert_exact(found)


def test_equal_values_are_one_answer_with_several_citations() -> None:
    found = answer(scored(HOUSE, "900", 0.9), scored(COPY, "900 soldiers", 0.8))
    assert [citation.quote for citation in found.citations] == ["900", "900 soldiers"]
    assert found.others == ()
    assert_exact(found)


def test_different_values_are_kept_apart_with_their_dates() -> None:
    found = answer(scored(HOUSE, "900", 0.9), scored(NOTE, "1,400", 0.8))
    assert found.text == "900"
    (other,) = found.others
    assert (other.text, other.published, other.confidence) == ("1,400", "2025-05-02", 0.8)
    assert_exact(found)


def test_others_come_newest_first_and_undated_last() -> None:
    old = Article("old", "Base", "The base held 77 soldiers.", "o.txt", None, "2020-01-01")
    undated = Article("undated", "Base", "The base held 55 soldiers.", "u.txt")
    ARTICLES.update({old.id: old, undated.id: undated})
    found = answer(
        scored(HOUSE, "900", 0.9), scored(undated, "55", 0.85), scored(old, "77", 0.8), scored(NOTE, "1,400", 0.7)
    )
    assert [other.published for other in found.others] == ["2025-05-02", "2020-01-01", None]
    assert_exact(found)


def test_words_and_another_value_of_the_same_article_are_no_other_answer() -> None:
    found = answer(scored(NOTE, "1,400", 0.9), scored(NOTE, "20", 0.8), scored(HOUSE, "the army", 0.8))
    assert found.others == ()


def test_below_the_threshold_the_articles_do_not_say() -> None:
    found = answer(scored(HOUSE, "900", 0.05), scored(NOTE, "1,400", 0.04))
    assert (found.found, found.text, found.citations, found.others) == (False, NOT_FOUND, (), ())
    assert found.confidence == 0.05
    assert found.reason is not None
    assert "Base shrinks" in found.reason
    assert [near.quote for near in found.nearest] == [
        "The base holds 900 soldiers, the army said.",
        "By May the base held 1,400 soldiers and 20 dogs.",
    ]
    assert_exact(found)


def test_an_empty_archive_does_not_say_either() -> None:
    found = answer()
    assert (found.found, found.nearest, found.confidence) == (False, (), 0.0)
    assert found.reason


def test_an_article_removed_or_changed_meanwhile_is_not_cited() -> None:
    gone = Article("gone", "Gone", "The base holds 12 soldiers.", "g.txt")
    assert not answer(scored(gone, "12", 0.9)).found
    ARTICLES["gone"] = Article("gone", "Gone", "Now the base holds 13 soldiers.", "g.txt")
    assert not answer(scored(gone, "12", 0.9)).found
    del ARTICLES["gone"]


def test_a_copy_of_the_story_is_not_a_second_source() -> None:
    ARTICLES["wire"] = Article(
        "wire", "Base", HOUSE_TEXT.replace("holds", "now holds"), "w.txt", None, None, "The Mail"
    )
    found = answer(scored(HOUSE, "900", 0.9), scored(ARTICLES["wire"], "900", 0.8), scored(COPY, "900", 0.7))
    assert [citation.article.id for citation in found.citations] == ["house", "copy"]
    assert_exact(found)


def test_a_sentence_gives_one_other_value() -> None:
    found = answer(scored(HOUSE, "900", 0.9), scored(NOTE, "1,400", 0.8), scored(NOTE, "1,400 soldiers and 20", 0.7))
    assert [other.text for other in found.others] == ["1,400"]


def test_the_same_figure_of_something_else_is_no_rival() -> None:
    ARTICLES["dogs"] = Article("dogs", "Dogs", "The base keeps 900 dogs.", "d.txt")
    found = answer(scored(HOUSE, "900 soldiers", 0.9), scored(ARTICLES["dogs"], "900 dogs", 0.8))
    assert (len(found.citations), found.others) == (1, ())
