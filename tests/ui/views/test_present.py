"""What a page shows of an answer: the right words marked, nothing cut in the browser."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.filters import Filters
from qa.types import Answer, ArticleRef, Citation, DatesAsked, Hidden, Missing, Other, Reading, Relation, Seconds
from ui.views.present import (
    answer_view,
    date_words,
    dates_words,
    filter_words,
    marked,
    outlet_words,
    period_words,
    safe_link,
)

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
        ("2019-12", "December 2019"),
        ("2019", "2019"),
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


@pytest.mark.parametrize(
    ("as_of", "sources", "byline"),
    [
        (None, 1, "Harbour Weekly, 14 March 2026"),
        ("2026-03-14", 1, "as of 14 March 2026 · Harbour Weekly"),  # the article's own day is said once
        ("2025-02", 1, "as of February 2025 · Harbour Weekly, 14 March 2026"),
        ("2025", 3, "as of 2025 · Harbour Weekly, 14 March 2026 · 3 sources"),
    ],
)
def test_byline_says_as_of_when_and_by_how_many(as_of: str | None, sources: int, byline: str) -> None:
    assert answer_view(answer(as_of=as_of, sources=sources))["byline"] == byline


def test_byline_counts_stories_or_else_articles() -> None:
    cited = (citation(1, HARBOUR, "It cost ", "41 million", "."), citation(2, UNDATED, "In all ", "41 million", "."))
    assert answer_view(answer(citations=cited, sources=1))["byline"].endswith("14 March 2026, and 1 more article")
    assert answer_view(answer(citations=cited, sources=2))["byline"].endswith("14 March 2026 · 2 sources")


def other(text: str, as_of: str | None, relation: Relation, sources: int = 1) -> Other:
    return Other(text, as_of, 0.5, (citation(2, UNDATED, "It was ", text, "."),), as_of, sources, relation)


def rows(**changes: object) -> list[tuple[str, str | None]]:
    return [(row["text"], row["date"]) for row in answer_view(answer(**changes))["timeline"]]


def test_one_value_has_no_timeline() -> None:
    assert rows(as_of="2026-03-14") == []


def test_timeline_is_newest_first_with_the_answer_in_its_place() -> None:
    others = (
        other("45 million", "2026-05-02", "later"),
        other("39 million", "2026-03-14", "disputed"),
        other("38 million", "2024-11", "earlier"),
        other("36 million", "2024", "earlier"),
        other("12 million", None, "undated"),
    )
    assert rows(as_of="2026-03-14", others=others) == [
        ("45 million", "2 May 2026"),
        ("41 million", "14 March 2026"),
        ("39 million", "14 March 2026"),
        ("38 million", "November 2024"),
        ("36 million", "2024"),
        ("12 million", None),
    ]


def test_what_is_disputed_stands_under_the_answer_whatever_came_first() -> None:
    others = (other("38 million", "2026-03-14", "related"), other("39 million", "2026-03-14", "disputed"))
    view = answer_view(answer(as_of="2026-03-14", others=others))["timeline"]
    assert [row["text"] for row in view] == ["41 million", "39 million", "38 million"]
    assert [row["leads"] for row in view] == [True, False, False]
    assert [row["relation"] for row in view] == [None, "On the same day others say", "In the same range"]


def test_an_undated_answer_heads_the_undated() -> None:
    others = (other("39 million", "2025-03-14", "undated"), other("12 million", None, "undated"))
    assert rows(others=others) == [("39 million", "14 March 2025"), ("41 million", None), ("12 million", None)]


def test_a_row_names_its_outlets_its_sources_and_its_sentence() -> None:
    cited = (citation(2, UNDATED, "Costs of ", "38 million", "."), citation(3, HARBOUR, "The ", "38 million", "."))
    _, row = answer_view(
        answer(as_of="2026-03-14", others=(Other("38 million", None, 0.5, cited, "2025-01-02", 4, "earlier"),))
    )["timeline"]
    assert (row["outlets"], row["support"]) == ("folder/budget.txt, Harbour Weekly", "4 sources")
    assert [source["number"] for source in row["citations"]] == [2, 3]
    assert words(row["citations"][0]["sentence"], mark=True) == "38 million"


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2011-01-01", "2011-12-31", "2011"),
        ("2009-01-01", "2011-12-31", "2009 to 2011"),
        ("2024-02-01", "2024-02-29", "February 2024"),
        ("2024-02-01", "2024-02-28", "1 February 2024 to 28 February 2024"),
        ("2024-11-01", "2025-01-31", "November 2024 to January 2025"),
        ("2024-02-03", "2024-02-03", "3 February 2024"),
        ("2024-02-03", None, "since 3 February 2024"),
        (None, "9999-12-31", "until 31 December 9999"),
        ("9999-12-31", "9999-12-31", "31 December 9999"),
        (None, None, None),
    ],
)
def test_days_in_the_fewest_words(since: str | None, until: str | None, said: str | None) -> None:
    assert period_words(since, until) == said


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (DatesAsked("in 2011", "2011-01-01", "2011-12-31"), "2011 (“in 2011”)"),
        (DatesAsked("latest", None, None, latest=True), "the newest value (“latest”)"),
        (DatesAsked("at first, in 2011", "2011-01-01", "2011-12-31", first=True),
         "2011, the oldest value (“at first, in 2011”)"),
    ],
)  # fmt: skip
def test_the_dates_asked_about_with_the_words_they_came_from(dates: DatesAsked, said: str) -> None:
    assert dates_words(dates) == said
    assert answer_view(answer(dates=dates))["dates"] == said


def test_filters_in_words() -> None:
    assert filter_words(Filters()) is None
    filters = Filters(("Harbour Weekly", "Gazette"), "2011-01-01", "2011-12-31")
    assert filter_words(filters) == "Harbour Weekly, Gazette, 2011"
    assert answer_view(answer(), filters)["filters"] == "Harbour Weekly, Gazette, 2011"
    assert answer_view(answer())["filters"] is None


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("subject", "Nothing on this subject"),
        ("fact", "The subject is there, this fact is not"),
        ("dates", "Nothing for these dates: 2011 (“in 2011”)"),
        ("filters", "Nothing within your filters"),
        ("premise", "The articles say otherwise"),
        ("unclear", None),
        (None, None),
    ],
)
def test_says_in_a_few_words_what_is_missing(missing: Missing | None, said: str | None) -> None:
    asked = DatesAsked("in 2011", "2011-01-01", "2011-12-31")
    view = answer_view(answer(found=False, citations=(), missing=missing, dates=asked))
    assert view["missing"] == said
    assert view["dates"] == (None if missing == "dates" else "2011 (“in 2011”)")  # said once


def test_what_the_question_may_mean_and_what_filters_hid() -> None:
    view = answer_view(
        answer(readings=(Reading("Ana Brecht", "When was Ana Brecht held?"),), hidden=Hidden("45 million", HARBOUR))
    )
    assert view["readings"] == [{"label": "Ana Brecht", "question": "When was Ana Brecht held?"}]
    assert view["hidden"] == {"text": "45 million", "article": "a1", "title": "Bridge reopens", "date": "14 March 2026"}


def test_nothing_is_marked_in_the_nearest_passages() -> None:
    nearest = (citation(1, HARBOUR, "", "It cost a lot.", ""),)
    view = answer_view(
        answer(found=False, text="The articles do not say.", citations=(), nearest=nearest, reason="No sentence fits.")
    )
    assert (view["found"], view["reason"], view["byline"]) == (False, "No sentence fits.", None)
    (source,) = view["nearest"]
    assert words(source["sentence"], mark=False) == "It cost a lot."


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
