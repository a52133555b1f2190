"""What counts as a change, on answers made by hand: values, days, what is new, and what still stands."""

from dataclasses import replace

import pytest

from ingest.archive.watches import Given, Said
from qa.types import Answer, ArticleRef, Citation, DatesAsked, Other, Relation, Seconds
from qa.watch.verdict import verdict


def cited(value: str, article: str, day: str | None) -> Citation:
    sentence = f"There are {value}."
    ref = ArticleRef(article, f"Title of {article}", "x.txt", None, day, "Gazette")
    return Citation(1, ref, value, 10, 10 + len(value), sentence, 0, len(sentence), day)


def answer(value: str | None, article: str = "a", day: str | None = "2021-05-03", *others: Other) -> Answer:
    found = value is not None
    return Answer(
        "How many?",
        "How many?",
        found,
        value or "The articles do not say.",
        0.8,
        (cited(value, article, day),) if value is not None else (),
        others,
        (),
        None,
        Seconds(0, 0, 0),
        as_of=day if found else None,
        sources=1,
    )


def other(value: str, article: str, day: str, relation: Relation) -> Other:
    return Other(value, day, 0.5, (cited(value, article, day),), day, 1, relation)


def told(last: Given | None, now: Answer, *fresh: str, gone: tuple[str, ...] = ()) -> Given | None:
    def stands(said: Said) -> bool:
        return said.article not in gone

    return verdict(last, now, frozenset(fresh), stands)


def given(now: Answer) -> Given:
    row = told(None, now, "a")
    assert row is not None
    return replace(row, number=1, watch="w")


FIRST = given(answer("120 people"))


def test_the_first_answer_appears() -> None:
    assert FIRST.kind == "appeared"
    assert (FIRST.value, FIRST.as_of, FIRST.said[0].quote) == ("120 people", "2021-05-03", "120 people")
    assert told(None, answer(None)) is None


@pytest.mark.parametrize("words", ["120", "some 120 people", "one hundred and twenty people"])
def test_other_words_and_another_article_are_no_change(words: str) -> None:
    assert told(FIRST, answer(words, "b", "2021-06-07"), "b") is None


@pytest.mark.parametrize(
    ("now", "fresh", "gone", "kind"),
    [
        (answer("95 people", "b", "2021-06-07"), ("b",), (), "overtaken"),
        (answer("95 people", "b", "2021-06-07"), (), (), "overtaken"),  # read only now, though it was there
        (answer("95 people", "b", "2021"), ("b",), (), "disputed"),  # of the same year, as far as is known
        (answer("95 people", "b", None), ("b",), (), "changed"),
        (answer("95 people", "b", "2021-05-03"), ("b",), (), "disputed"),
        (answer("95 people", "b", "2020-01-01"), ("b",), (), None),  # an older article that came late
        (answer("95 people", "b", "2020-01-01"), (), ("a",), "changed"),  # what is left says so
        (answer("95 people", "a", "2021-05-03"), ("a",), ("a",), "changed"),  # the article was corrected
        (answer(None), (), ("a",), "disappeared"),
        (answer(None), ("b",), (), None),  # the sentence still stands: the reader is less sure
        (replace(answer(None), missing="premise"), ("b",), (), "disappeared"),
    ],
)
def test_what_becomes_of_an_answer(
    now: Answer, fresh: tuple[str, ...], gone: tuple[str, ...], kind: str | None
) -> None:
    row = told(FIRST, now, *fresh, gone=gone)
    assert (row and row.kind) == kind
    if row and kind == "disappeared":
        assert (row.value, row.said) == (None, ())


def test_an_older_value_is_one_where_the_question_asks_about_the_past() -> None:
    dates = DatesAsked("in 2020", "2020-01-01", "2020-12-31")
    now = replace(answer("95 people", "b", "2020-01-01"), dates=dates)
    row = told(FIRST, now, "b")
    assert row is not None
    assert row.kind == "disputed"


def test_two_old_values_in_turn_are_told_once_as_disputed() -> None:
    one, two = answer("120 people"), answer("95 people", "b", "2021-05-03")
    row = told(FIRST, two)
    assert row is not None
    assert (row.kind, row.value, [said.value for said in row.against]) == ("disputed", "95 people", ["120 people"])
    row = replace(row, number=2)
    assert told(row, one) is None
    assert told(row, two) is None
    three = told(row, answer("80 people", "c", "2021-05-03"), "c")
    assert three is not None
    assert {said.value for said in three.against} == {"95 people", "120 people"}
    assert told(replace(three, number=3), one) is None


def test_a_dispute_is_told_when_it_begins_and_when_it_is_over() -> None:
    rival = other("140 people", "b", "2021-05-03", "disputed")
    begun = told(FIRST, answer("120 people", "a", "2021-05-03", rival), "b")
    assert begun is not None
    assert (begun.kind, [said.value for said in begun.against]) == ("disputed", ["140 people"])
    begun = replace(begun, number=2)
    assert told(begun, answer("120 people", "a", "2021-05-03", rival), "b") is None
    assert told(begun, answer("120 people")) is None  # less sure of the other today, and it still stands
    over = told(begun, answer("120 people"), gone=("b",))
    assert over is not None
    assert (over.kind, over.against) == ("changed", ())
    newer = told(begun, answer("95 people", "c", "2021-06-07"), "c")
    assert newer is not None
    assert (newer.kind, newer.against) == ("overtaken", ())


def test_an_earlier_value_beside_the_answer_is_no_dispute() -> None:
    assert told(FIRST, answer("120 people", "a", "2021-05-03", other("140", "b", "2020-01-01", "earlier")), "b") is None


def listing(*items: tuple[str, str]) -> Answer:
    citations = tuple(cited(value, article, "2021-05-03") for value, article in items)
    return replace(answer(", ".join(value for value, _ in items)), form="list", citations=citations)


def test_a_list_changes_with_its_items_and_not_with_their_order() -> None:
    last = given(listing(("Askvik", "a"), ("Storr", "b")))
    assert told(last, listing(("Storr", "b"), ("Askvik", "a"))) is None
    assert told(last, listing(("Askvik", "a"))) is None  # nothing is gone
    row = told(last, listing(("Askvik", "a")), gone=("b",))
    more = told(last, listing(("Askvik", "a"), ("Storr", "b"), ("Brenn", "c")), "c")
    assert (row and row.kind, more and more.kind) == ("changed", "changed")


def test_a_summary_is_no_value() -> None:
    assert told(None, replace(answer("It rained."), form="summary")) is None
