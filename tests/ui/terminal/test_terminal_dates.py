"""What a terminal shows of an answer's day, of other values, of what was understood and of what filters hid."""

import re
from dataclasses import replace
from typing import Any

import pytest

from qa.types import Answer, ArticleRef, Citation, DatesAsked, Hidden, Other, Reading, Relation, Seconds
from ui.terminal.lines import render_answer

QUESTION = "How many crates were found?"
ESCAPE = "\x1b[2J\x1b]0;title\x07\u202e"


def citation(number: int, quote: str, outlet: str | None, published: str | None = None) -> Citation:
    sentence = f"Divers found {quote} crates."
    article = ArticleRef(f"a{number}", f"Crates {number}", f"{number}.md", None, published, outlet)
    start = sentence.index(quote)
    return Citation(number, article, quote, start, start + len(quote), sentence, 0, len(sentence))


def other(number: int, text: str, relation: Relation, **more: Any) -> Other:
    cited = citation(number, text, more.pop("outlet", "The Courier"), more.get("published"))
    return Other(text, more.pop("published", None), 0.5, (cited,), relation=relation, **more)


def answer(**more: Any) -> Answer:
    cited = (citation(1, "1,250", "Quay Post", "2026-03-20"),)
    plain = Answer(QUESTION, QUESTION, True, "1,250", 0.9, cited, (), (), None, Seconds(0, 0, 0))
    return replace(plain, **more)


def unanswered(**more: Any) -> Answer:
    return replace(answer(citations=()), found=False, text="The articles do not say.", **more)


def blocks(answer: Answer, width: int = 80) -> list[str]:
    return render_answer(answer, width=width, styled=False).split("\n\n")


def test_an_answer_with_nothing_to_add_is_as_short_as_ever() -> None:
    assert blocks(answer())[0] == "1,250"
    assert blocks(answer(sources=1))[0] == "1,250"
    assert len(blocks(answer())) == 2


@pytest.mark.parametrize(
    ("as_of", "sources", "line"),
    [
        ("2026-03-14", 1, "as of 14 March 2026"),
        ("2026-03", 3, "as of March 2026 · 3 sources"),
        ("2026", 0, "as of 2026"),
        (None, 1200, "1,200 sources"),
    ],
)
def test_day_and_sources_stand_below_the_answer(as_of: str | None, sources: int, line: str) -> None:
    assert blocks(answer(as_of=as_of, sources=sources))[0] == f"1,250\n{line}"
    of_list = answer(as_of=as_of, sources=sources, form="list")
    assert blocks(of_list)[0] == f"- 1,250 [1]\n{line}"


def test_the_searched_question_is_shown_where_it_differs() -> None:
    assert blocks(answer(question="How many?"))[0] == f"1,250\nSearched for: {QUESTION}"
    assert blocks(answer(question=f" {QUESTION}\n"))[0] == "1,250"
    assert blocks(unanswered(question="How many?", reason="No."))[:2] == [
        f"The articles do not say.\nSearched for: {QUESTION}",
        "No.",
    ]


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        (DatesAsked("in 2011", "2011-01-01", "2011-12-31"), "2011 (“in 2011”)"),
        (DatesAsked("on Tuesday", "2011-03-01", "2011-03-01"), "1 March 2011 (“on Tuesday”)"),
        (DatesAsked("since May", "2011-05-01", None), "since 1 May 2011 (“since May”)"),
        (DatesAsked("before May", None, "2011-04-30"), "until 30 April 2011 (“before May”)"),
        (DatesAsked("latest", None, None, latest=True), "the newest value (“latest”)"),
        (DatesAsked("at first in 2011", "2011-01-01", None, first=True), "since 1 January 2011, the oldest value (“at"),
    ],
)
def test_the_days_asked_about_are_shown(dates: DatesAsked, shown: str) -> None:
    assert f"\nDates asked about: {shown}" in blocks(answer(dates=dates), width=100)[0]
    assert f"\nDates asked about: {shown}" in blocks(unanswered(dates=dates), width=100)[0]


def test_other_values_stand_by_what_they_are_to_the_answer() -> None:
    others = (
        other(2, "900", "later", as_of="2026-04-02", published="2026-04-03", sources=2),
        other(3, "1,300", "disputed", as_of="2026-03-14"),
        other(4, "350", "earlier", published="2025-12-31", outlet=None),
        other(5, "more than a thousand", "related", as_of="2026-03"),
        other(6, "12", "undated"),
    )
    shown = blocks(answer(as_of="2026-03-14", others=others))
    sources = {n: block for n in range(2, 7) for block in shown if block.startswith(f"[{n}]")}
    assert shown[2:] == [
        "On the same day others say:",
        "As of 14 March 2026: 1,300 (The Courier)",
        sources[3],
        "Other articles say otherwise:",
        "As of 2 April 2026: 900 (The Courier, 2 sources)",
        sources[2],
        "As of 31 December 2025: 350 (4.md)",
        sources[4],
        "Date unknown: 12 (The Courier)",
        sources[6],
        "Related:",
        "As of March 2026: more than a thousand (The Courier)",
        sources[5],
    ]


def test_an_outlet_of_several_citations_is_named_once() -> None:
    cited = tuple(citation(n, "900", outlet) for n, outlet in ((2, "Echo"), (3, "Post"), (4, "Echo")))
    shown = blocks(answer(others=(Other("900", None, 0.5, cited, "2020", 3, "earlier"),)))
    assert "As of 2020: 900 (Echo, Post, 3 sources)" in shown


def test_readings_are_numbered_with_the_question_to_ask() -> None:
    readings = (
        Reading("Ilse Torvald", "When was Ilse Torvald arrested?"),
        Reading("Jonas Torvald, mayor", "When was Jonas Torvald arrested?"),
    )
    shown = blocks(unanswered(readings=readings, missing="unclear", reason="Two people fit."))
    assert shown == [
        "The articles do not say.",
        "Two people fit.",
        "1. Ilse Torvald\n   When was Ilse Torvald arrested?\n"
        "2. Jonas Torvald, mayor\n   When was Jonas Torvald arrested?",
    ]


def test_what_filters_hid_comes_last() -> None:
    article = citation(2, "900", "Echo", "2026-04-02").article
    hidden = Hidden("900", article)
    note = "Outside your filters, Crates 2 (2 April 2026) says: 900"
    assert blocks(answer(hidden=hidden))[-1] == note
    assert blocks(unanswered(hidden=hidden, nearest=(citation(1, "1", "Post"),)))[-1] == note
    unknown = Hidden("900", replace(article, published=None))
    assert blocks(answer(hidden=unknown))[-1] == note.replace("2 April 2026", "date unknown")


def everything(text: str) -> Answer:
    """An answer of which each new part holds the text."""
    article = ArticleRef("a9", text, text, None, "2026", text)
    cited = replace(citation(2, "900", None), article=article)
    return answer(
        question="How many?",
        asked=f"How many {text}?",
        as_of="2026-03-14",
        sources=2,
        dates=DatesAsked(text, "2026-01-01", None),
        others=(Other(text, None, 0.5, (cited,), relation="disputed"),),
        readings=(Reading(text, text),),
        hidden=Hidden(text, article),
    )


def test_nothing_of_it_reaches_the_terminal_raw() -> None:
    hostile = f"cra{ESCAPE}\x07\rtes"
    assert blocks(everything(hostile)) == blocks(everything("cra tes"))
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", render_answer(everything(hostile), width=80, styled=False)
    )


@pytest.mark.parametrize("width", [1, 40, 57, 300])
def test_lines_fit_the_width(width: int) -> None:
    for styled in (False, True):
        shown = render_answer(everything("many words " * 30), width=width, styled=styled)
        plain = re.sub(r"\x1b\[\d+m", "", shown)
        assert max(map(len, plain.splitlines())) <= min(max(width, 40), 100)
