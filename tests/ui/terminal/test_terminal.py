"""What a terminal shows of an Answer, and what it never gets."""

import json
import re

import pytest

from ingest.article import Article
from qa.types import Answer, ArticleRef, Citation, Form, Other, Seconds
from ui.terminal.lines import clean, json_line, render_answer, render_articles

SENTENCE = "The harbour board said on Monday that 1,250 of the 3,000 crates had been found in the north basin."


def citation(number: int, quote: str, sentence: str = SENTENCE, **article: str | None) -> Citation:
    start = 100 + sentence.index(quote)
    ref = {"id": "a1", "title": "Crates adrift", "source": "crates.md", "url": None, "published": None, "outlet": None}
    return Citation(
        number=number,
        article=ArticleRef(**{**ref, **article}),  # type: ignore[arg-type]
        quote=quote,
        start=start,
        end=start + len(quote),
        sentence=sentence,
        sentence_start=100,
        sentence_end=100 + len(sentence),
    )


def answer(*citations: Citation, text: str = "1,250", others: tuple[Other, ...] = ()) -> Answer:
    return Answer("How many?", "How many?", True, text, 0.9, citations, others, (), None, Seconds(0, 0, 0))


def test_an_answer_shows_its_words_its_sentence_and_its_source() -> None:
    shown = render_answer(
        answer(citation(1, "1,250", outlet="Quay Post", published="2024-05-01")), width=200, styled=False
    )
    assert shown.splitlines() == [
        "1,250",
        "",
        "[1] The harbour board said on Monday that *1,250* of the 3,000 crates had been found in the north",
        "    basin.",
        "    Crates adrift",
        "    Quay Post, 2024-05-01",
    ]


def test_without_outlet_and_date_it_shows_the_source_and_says_so() -> None:
    shown = render_answer(answer(citation(1, "1,250")), width=80, styled=False)
    assert shown.endswith("    crates.md, date unknown")


def test_other_values_follow_with_their_dates() -> None:
    later = citation(2, "3,000", published="2024-06-01", title="All crates counted")
    shown = render_answer(
        answer(citation(1, "1,250"), others=(Other("3,000", "2024-06-01", 0.5, (later,)),)),
        width=80,
        styled=False,
    )
    tail = shown[shown.index("Other articles say otherwise:") :]
    assert "As of 1 June 2024: 3,000 (crates.md)" in tail
    assert "[2] " in tail
    assert "All crates counted" in tail


def test_not_found_gives_the_reason_and_the_nearest_places_unmarked() -> None:
    lost = Answer(
        "Why?",
        "Why?",
        False,
        "The articles do not say.",
        0.1,
        (),
        (),
        (citation(1, "1,250"),),
        "No sentence gives a cause.",
        Seconds(0, 0, 0),
    )
    shown = render_answer(lost, width=80, styled=False)
    assert shown.startswith("The articles do not say.\n\nNo sentence gives a cause.\n\nThe nearest places:\n\n[1] ")
    assert "*" not in shown


@pytest.mark.parametrize("width", [1, 40, 57, 80, 300])
def test_lines_fit_the_width(width: int) -> None:
    shown = render_answer(
        answer(citation(1, "1,250", title="Crates " * 30), text="word " * 50), width=width, styled=False
    )
    assert max(map(len, shown.splitlines())) <= min(max(width, 40), 100)


@pytest.mark.parametrize("quote", ["The", "1,250 of the 3,000 crates had been found", "basin.", SENTENCE])
def test_underlining_covers_the_quote_and_nothing_else_also_over_lines(quote: str) -> None:
    shown = render_answer(answer(citation(1, quote)), width=44, styled=True)
    underlined = re.findall(r"\x1b\[4m(.*?)\x1b\[0m", shown)
    assert " ".join(underlined) == quote
    plain = re.sub(r"\x1b\[\d+m", "", shown)
    assert " ".join(plain.split()).count(SENTENCE) == 1
    assert max(map(len, plain.splitlines())) <= 44


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;file:///etc\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;never ended, 12 dead", "0;never ended, 12 dead"),
        ("\x9b2Jgone", "gone"),
        ("one\ntwo\r\n\tthree\x85four", "one two three four"),
        ("bell\x07 null\x00 del\x7f", "bell null del"),
        ("a\u202etxt.exe\u202c", "atxt.exe"),
        ("\x1b", ""),
        ("\x1bcreset", "reset"),
        ("naïve – 東京 🙂", "naïve – 東京 🙂"),
    ],
)
def test_clean_leaves_one_line_that_a_terminal_does_not_obey(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_hostile_words_reach_the_terminal_neither_in_the_quote_nor_around_it() -> None:
    sentence = "Be\x1b[2Jfore the 1\x1b[31m2\x1b[0m crates \x9b6n after."
    hostile = citation(
        1, "1\x1b[31m2\x1b[0m", sentence, title="T\x1b]0;x\x07itle", outlet="Q\x1bc\x00P", published="2024-05-01"
    )
    shown = render_answer(answer(hostile, text="1\x1b[31m2\x1b[0m"), width=80, styled=False)
    assert shown == "12\n\n[1] Before the *12* crates after.\n    Title\n    QP, 2024-05-01"


def test_json_is_one_line_that_reads_back_and_holds_nothing_a_terminal_obeys() -> None:
    record = {"text": "é\x1b[31m\x9b2J\u202e\n\x7f 東京"}
    for encoding in ("utf-8", "ascii"):
        line = json_line(record, encoding)
        assert json.loads(line) == record
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", line)
        line.encode(encoding)


def article(**fields: str | None) -> Article:
    whole = {"id": "0123456789abcdef", "title": "Crates adrift", "text": "x", "source": "crates.md", **fields}
    return Article(**whole)  # type: ignore[arg-type]


def test_articles_stand_in_columns() -> None:
    lines = render_articles(
        [article(published="2024-05-01", outlet="Quay Post"), article(title="A", id="fedcba9876543210")], width=None
    )
    assert lines == [
        "2024-05-01  Quay Post  Crates adrift  0123456789abcdef",
        "unknown     crates.md  A              fedcba9876543210",
    ]


def test_long_titles_are_cut_to_the_terminal_and_only_there() -> None:
    long = article(title="crates " * 40, outlet="The Quay Post " * 5)
    (line,) = render_articles([long], width=80)
    assert len(line) == 80
    assert line.endswith("…  0123456789abcdef")
    (whole,) = render_articles([long], width=None)
    assert "crates " * 39 in whole


def test_no_articles_no_lines() -> None:
    assert render_articles([], width=80) == []


HOSTILE = "Then \x1b[31mred\x1b[0m boats came."


def of_form(form: Form, *citations: Citation, text: str = "unused") -> Answer:
    return Answer("What?", "What?", True, text, 0.9, citations, (), (), None, Seconds(0, 0, 0), form)


def test_a_summary_is_its_sentences_numbered_with_their_sources() -> None:
    first = citation(1, SENTENCE, outlet="Quay Post", published="2024-05-01")
    second = citation(2, HOSTILE, HOSTILE, title="Boats\x1b[2J at sea")
    assert render_answer(of_form("summary", first, second), width=80, styled=False).splitlines() == [
        "1. The harbour board said on Monday that 1,250 of the 3,000 crates had been",
        "   found in the north basin. [1]",
        "2. Then red boats came. [2]",
        "",
        "[1] Crates adrift",
        "    Quay Post, 2024-05-01",
        "[2] Boats at sea",
        "    crates.md, date unknown",
    ]


def test_a_list_is_its_items_each_with_its_sentence() -> None:
    listed = of_form("list", citation(1, "harbour board"), citation(2, "crates"))
    assert render_answer(listed, width=80, styled=False).splitlines() == [
        "- harbour board [1]",
        "- crates [2]",
        "",
        "[1] [2]",
        "    The *harbour board* said on Monday that 1,250 of the 3,000 *crates* had been",
        "    found in the north basin.",
        "    Crates adrift",
        "    crates.md, date unknown",
    ]


def test_items_of_two_sentences_have_a_source_each_and_all_are_underlined() -> None:
    boats = "Then boats came."
    listed = of_form("list", citation(1, "crates"), citation(2, "boats", boats), citation(3, "harbour board"))
    shown = render_answer(listed, width=44, styled=True)
    assert re.findall(r"\x1b\[4m(.*?)\x1b\[0m", shown) == ["harbour board", "crates", "boats"]
    plain = re.sub(r"\x1b\[\d+m", "", shown)
    assert [line for line in plain.splitlines() if line.startswith("[")] == ["[1] [3]", f"[2] {boats}"]
    assert max(map(len, plain.splitlines())) <= 44


def test_parts_are_bold_line_by_line_and_fit_the_width() -> None:
    shown = render_answer(of_form("summary", citation(1, SENTENCE)), width=44, styled=True)
    plain = re.sub(r"\x1b\[\d+m", "", shown)
    assert max(map(len, plain.splitlines())) <= 44
    for line in shown.split("\n\n")[0].splitlines():
        assert line.count("\x1b[1m") == line.count("\x1b[0m") == 1


def test_a_deciding_sentence_is_shown_once() -> None:
    shown = render_answer(of_form("sentence", citation(1, SENTENCE), text=SENTENCE), width=60, styled=False)
    assert " ".join(shown.split()) == f"{SENTENCE} [1] Crates adrift crates.md, date unknown"
