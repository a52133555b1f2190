"""What a page shows of an answer: the right words marked, nothing cut in the browser."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article
from qa.types import Answer, ArticleRef, Citation, Other, Seconds
from ui.present import answer_view, article_view, date_words, marked, outlet_words, safe_link

HARBOUR = ArticleRef("a1", "Bridge reopens", "bridge.txt", None, "2026-03-14", "Harbour Weekly")
UNDATED = ArticleRef("a2", "Bridge budget", "folder/budget.txt", None, None, None)


def citation(number: int, article: ArticleRef, before: str, quote: str, after: str) -> Citation:
    """A citation of a sentence that begins at offset 100 of its article."""
    start = 100 + len(before)
    sentence = before + quote + after
    return Citation(number, article, quote, start, start + len(quote), sentence, 100, 100 + len(sentence))


def answer(**changes: object) -> Answer:
    fields: dict[str, object] = {
        "question": "What did it cost?",
        "asked": "What did it cost?",
        "found": True,
        "text": "41 million",
        "confidence": 0.9,
        "citations": (citation(1, HARBOUR, "It cost ", "41 million", " euros."),),
        "others": (),
        "nearest": (),
        "reason": None,
        "seconds": Seconds(0.02, 0.06, 0.0849),
    }
    return Answer(**{**fields, **changes})  # type: ignore[arg-type]


def words(segments: list[dict[str, str | bool]], *, mark: bool) -> str:
    return "".join(str(segment["text"]) for segment in segments if segment["mark"] is mark)


@given(st.text(), st.integers(-5, 40), st.integers(-5, 40))
def test_segments_are_the_text_and_mark_its_slice(text: str, start: int, end: int) -> None:
    segments = marked(text, start, end)
    assert "".join(str(segment["text"]) for segment in segments) == text or start > end
    assert all(segment["text"] for segment in segments)
    if 0 <= start <= end:
        assert words(segments, mark=True) == text[start:end]


def test_marks_words_beyond_the_basic_plane_by_code_points() -> None:
    assert words(marked("𝒜🎉 was 5 km", 7, 8), mark=True) == "5"


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("2026-03-14", "14 March 2026"),
        ("2019-12-01", "1 December 2019"),
        (None, "date unknown"),
        ("2019-12", "2019-12"),
    ],
)
def test_dates_in_words(published: str | None, shown: str) -> None:
    assert date_words(published) == shown


def test_an_article_without_outlet_shows_where_it_came_from() -> None:
    assert (outlet_words(HARBOUR), outlet_words(UNDATED)) == ("Harbour Weekly", "folder/budget.txt")


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://harbour.example/a?b=1", "https://harbour.example/a?b=1"),
        ("http://harbour.example", "http://harbour.example"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//harbour.example", None),
        ("https://[harbour", None),
        ("https:", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url: str | None, link: str | None) -> None:
    assert safe_link(url) == link


def test_answer_with_its_source() -> None:
    view = answer_view(answer())
    assert (view["text"], view["byline"], view["seconds"]) == ("41 million", "Harbour Weekly, 14 March 2026", "0.08 s")
    (source,) = view["citations"]
    assert (source["number"], source["article"], source["date"]) == (1, "a1", "14 March 2026")
    assert (words(source["sentence"], mark=True), source["start"], source["end"]) == ("41 million", 108, 118)


def test_byline_counts_the_other_articles_once() -> None:
    one = citation(1, HARBOUR, "It cost ", "41 million", ".")
    two = citation(2, UNDATED, "In all ", "41 million", ".")
    again = citation(3, UNDATED, "So, ", "41 million", ".")
    assert (
        answer_view(answer(citations=(one, two, again)))["byline"]
        == "Harbour Weekly, 14 March 2026, and 1 more article"
    )


@pytest.mark.parametrize(("asked", "searched"), [("What did it cost? ", None), ("What did the bridge cost?",) * 2])
def test_says_what_was_searched_for_only_where_it_differs(asked: str, searched: str | None) -> None:
    assert answer_view(answer(asked=asked))["searched"] == searched


def test_other_values_with_date_and_outlets() -> None:
    cited = (citation(2, UNDATED, "Costs of ", "38 million", "."), citation(3, UNDATED, "The ", "38 million", "."))
    (other,) = answer_view(answer(others=(Other("38 million", None, 0.5, cited),)))["others"]
    assert (other["text"], other["date"], other["outlets"]) == ("38 million", "date unknown", "folder/budget.txt")
    assert [source["number"] for source in other["citations"]] == [2, 3]


def test_nothing_is_marked_in_the_nearest_passages() -> None:
    nearest = (citation(1, HARBOUR, "", "It cost a lot.", ""),)
    view = answer_view(
        answer(found=False, text="The articles do not say.", citations=(), nearest=nearest, reason="No sentence fits.")
    )
    assert (view["found"], view["reason"], view["byline"]) == (False, "No sentence fits.", None)
    (source,) = view["nearest"]
    assert words(source["sentence"], mark=False) == "It cost a lot."


def test_article_in_paragraphs_with_the_words_marked() -> None:
    article = Article(
        "a1", "Bridge", "First.\n\nIt cost 41.\nSecond line.\n\nLast.", "b.txt", "https://b.example/", None, None
    )
    start = article.text.index("41")
    view = article_view(article, start, start + 2)
    assert [words(p, mark=False) + words(p, mark=True) for p in view["paragraphs"]] == [
        "First.",
        "It cost .\nSecond line.41",
        "Last.",
    ]
    assert [words(p, mark=True) for p in view["paragraphs"]] == ["", "41", ""]
    assert (view["byline"], view["link"]) == ("b.txt, date unknown", "https://b.example/")


def test_a_quote_over_two_paragraphs_is_marked_in_both() -> None:
    view = article_view(Article("a1", "T", "One two\n\nthree four", "t.txt"), 4, 14)
    assert [words(p, mark=True) for p in view["paragraphs"]] == ["two", "three"]


def test_views_are_json() -> None:
    assert json.loads(json.dumps(answer_view(answer()))) == answer_view(answer())


@pytest.mark.parametrize("form", ["list", "summary"])
def test_items_and_sentences_are_parts_with_their_own_source(form: str) -> None:
    cited = (citation(1, HARBOUR, "It cost ", "41 million", "."), citation(2, UNDATED, "", "A <b>bold</b> claim.", ""))
    view = answer_view(answer(form=form, citations=cited))
    assert [part["text"] for part in view["parts"]] == ["41 million", "A <b>bold</b> claim."]
    assert [part["citations"][0]["number"] for part in view["parts"]] == [1, 2]
    assert [source["article"] for part in view["parts"] for source in part["citations"]] == ["a1", "a2"]
    assert view["byline"] == "Harbour Weekly, 14 March 2026, and 1 more article"


@pytest.mark.parametrize("form", ["span", "reason", "sentence"])
def test_other_forms_have_no_parts(form: str) -> None:
    assert answer_view(answer(form=form))["parts"] == []
    assert answer_view(answer(form="summary", found=False, citations=()))["parts"] == []


@pytest.mark.parametrize(("form", "marked_words"), [("list", "It cost."), ("sentence", ""), ("summary", "")])
def test_a_whole_sentence_is_not_marked_in_its_source(form: str, marked_words: str) -> None:
    (source,) = answer_view(answer(form=form, citations=(citation(1, HARBOUR, "", "It cost.", ""),)))["citations"]
    assert words(source["sentence"], mark=True) == marked_words
    assert (source["start"], source["end"]) == (100, 108)


def test_citations_of_one_sentence_are_one_source_with_every_quote_marked() -> None:
    sentence = "Ana, Ben and Cy came."
    cited = [
        Citation(n, HARBOUR, quote, 100 + sentence.index(quote), 100 + sentence.index(quote) + len(quote),
                 sentence, 100, 100 + len(sentence))
        for n, quote in ((1, "Ben"), (2, "Ana"))
    ]  # fmt: skip
    other = citation(3, UNDATED, "", "Dee", " stayed.")
    view = answer_view(answer(form="list", citations=(*cited, other)))
    assert [source["numbers"] for source in view["sources"]] == [[1, 2], [3]]
    assert view["sources"][0]["sentence"] == [
        {"text": "Ana", "mark": True},
        {"text": ", ", "mark": False},
        {"text": "Ben", "mark": True},
        {"text": " and Cy came.", "mark": False},
    ]
