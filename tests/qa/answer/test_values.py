from dataclasses import replace
from datetime import date

import pytest

from ingest.article import Article
from qa.answer.values import Value, differing, fitting, gather, leading, value_of
from qa.read.evidence import Evidence
from qa.types import DatesAsked
from tests.qa.making import evidence

SERIAL = iter(range(1000))
NOW = date(2023, 1, 1)


def place(
    words: str, published: str | None, probability: float = 0.6, sentence: str = "They said {} today."
) -> Evidence:
    """Return a place in an article of its own."""
    text = sentence.format(words)
    return evidence(Article(f"a{next(SERIAL)}", "Title", text, "a.txt", None, published), words, probability)


def values(*places: Evidence) -> list[Value]:
    return [value_of(group) for group in gather(sorted(places, key=lambda item: -item.probability))]


def test_equal_values_are_joined_and_counted_by_story() -> None:
    other = "The army put it at {} in its report to the house."
    (value,) = values(
        place("25,000", "2020-01-02"),
        place("25,000", "2020-01-03"),
        place("twenty-five thousand", "2020-02-03", sentence=other),
    )
    assert (value.as_of, len(value.stories), len(value.places)) == ("2020-02-03", 2, 3)


def test_the_newest_leads_and_the_others_follow_it() -> None:
    found = values(place("300", "2019-05-01", 0.7), place("500", "2021-05-01"), place("400", "2020-05-01"))
    lead = leading(found, NOW)
    assert (lead.text, lead.as_of) == ("500", "2021-05-01")
    told = differing(lead, found, 4, NOW)
    assert [(value.text, how) for value, how in told] == [("400", "earlier"), ("300", "earlier")]
    assert leading(found, NOW, DatesAsked("at first", None, None, first=True)).text == "300"
    assert leading(found, NOW, DatesAsked("now", None, None, latest=True)).text == "500"
    assert leading(found, NOW, DatesAsked("in 2019", "2019-01-01", "2019-12-31")).text == "300"


def test_a_value_is_for_a_day_asked_about_where_a_place_gives_it_for_one() -> None:
    later = place("13,500", "2025-03-04", 0.6, "There were {} before, the minister said.")
    places = [place("13,500", "2023-11-14", 0.9), later]
    assert value_of(places).as_of == "2025-03-04"
    assert value_of(places, DatesAsked("in 2023", "2023-01-01", "2023-12-31")).as_of == "2023-11-14"
    assert value_of(places, DatesAsked("in 2020", "2020-01-01", "2020-12-31")).as_of == "2025-03-04"


def test_a_value_of_another_sort_never_leads_nor_differs() -> None:
    length = place("2.8 kilometres", "2019-05-01", 0.7)
    found = values(length, place("3.6 billion marks", "2021-05-01"), place("40 percent", "2020-05-01"))
    assert leading(found, NOW).text == "2.8 kilometres"
    assert differing(leading(found, NOW), found, 4, NOW) == []


def test_by_how_much_is_no_answer_to_how_much_where_a_level_is_as_likely() -> None:
    more = place("45,000", "2025-11-03", 0.5, "She will be paid {} crowns more than her predecessor.")
    level = place("410,000 crowns", "2024-02-05", 0.4, "She is paid {}, or 40 more or less.")
    found = values(more, level)
    assert fitting(found, "number") == found[1:]
    assert fitting(found, "name") == found
    assert fitting(values(more), "number")[0].text == "45,000"
    unlikely = values(more, place("410,000 crowns", "2024-02-05", 0.2))
    assert fitting(unlikely, "number") == unlikely


def test_a_figure_leads_a_bound_that_is_about_as_likely() -> None:
    days = DatesAsked("in March", "2025-03-01", "2025-03-31")
    bound = place("7,000", "2025-03-04", 0.88, "The number has dropped below {}.")
    found = values(bound, place("7,200", "2025-03-04", 0.85))
    assert [value.is_bound for value in found] == [True, False]
    assert leading(found, NOW, days).text == "7,200"
    assert leading(values(bound, place("7,200", "2025-03-04", 0.5)), NOW, days).text == "7,000"


def test_a_part_is_no_count_where_a_count_is_as_likely() -> None:
    found = values(place("more than a quarter", "2023-11-14", 0.56), place("13,500", "2023-11-14", 0.5))
    assert [value.text for value in fitting(found, "count")] == ["13,500"]
    assert fitting(found, "number") == found


def test_money_and_words_are_no_count() -> None:
    found = values(place("212 million dinars", None, 0.9), place("the soldiers", None, 0.8), place("40", None, 0.3))
    assert [value.text for value in fitting(found, "count")] == ["40"]
    assert fitting(found[:2], "count") == []
    assert fitting(found, "number") == found


def test_a_scale_is_no_unit() -> None:
    found = values(place("244 thousand cases", "2020-04-05", 0.7), place("over 1.6 million", "2020-05-27"))
    assert leading(found, NOW).text == "over 1.6 million"


@pytest.mark.parametrize("share", ["30%", "more than a quarter", "half"])
def test_a_share_and_a_count_are_of_different_sorts(share: str) -> None:
    found = values(place("one million", "2019-05-01", 0.7), place(share, "2021-05-01"), place("half a million", "2018"))
    assert leading(found, NOW).text == "one million"
    assert [value.text for value, _ in differing(found[0], found, 4, NOW)] == ["half a million"]


@pytest.mark.parametrize(
    ("one", "day", "other", "other_day", "how"),
    [
        ("300", "2020-05-01", "400", "2020-05-01", "disputed"),
        ("300", "2020-05-01", "400", None, "undated"),
        ("300", "2020-05-01", "250 to 300", "2019-05-01", "related"),
        ("300", "2020-05-01", "400", "2021-05-01", "later"),
    ],
)
def test_how_another_value_stands_to_the_answer(
    one: str, day: str | None, other: str, other_day: str | None, how: str
) -> None:
    found = values(place(one, day, 0.9), place(other, other_day, 0.2))
    assert [relation for _, relation in differing(found[0], found, 4, NOW)] == [how]


def test_a_value_without_a_known_day_leads_where_it_is_the_likeliest() -> None:
    found = values(place("300", None, 0.9), place("400", "2020-05-01", 0.6))
    assert leading(found, NOW).text == "300"


def test_what_its_own_passage_gives_a_likelier_value_than_neither_leads_nor_dates() -> None:
    old, new = place("41", "2022-09-08", 0.7), place("187", "2022-09-10", 0.8)
    again = replace(place("41", "2022-09-10", 0.6), first=False)  # 'four times the first count of 41'
    found = values(old, new, again)
    assert [(value.text, value.as_of) for value in found] == [("187", "2022-09-10"), ("41", "2022-09-08")]
    beside = replace(place("44", "2022-09-12", 0.6), first=False)
    assert leading(values(new, beside), NOW).text == "187"
    assert leading(values(new, replace(beside, first=True)), NOW).text == "44"


def test_a_plan_never_leads() -> None:
    now = place("3 crowns", "2022-01-01", 0.6, "Bread costs {} a loaf.")
    plan = place("5 crowns", "2022-07-07", 0.6, "By 2025 bread will cost {} a loaf.")
    found = values(now, plan)
    assert leading(found, NOW).text == "3 crowns"
    assert differing(leading(found, NOW), found, 4, NOW) == []


def test_what_was_planned_for_a_day_that_is_over_leads_from_then_on() -> None:
    now = place("3 crowns", "2022-01-01", 0.6, "Bread costs {} a loaf.")
    found = values(now, place("5 crowns", "2022-07-07", 0.6, "By 2025 bread will cost {} a loaf."))
    lead = leading(found, date(2026, 2, 1))
    assert (lead.text, lead.as_of) == ("5 crowns", "2025")
    assert [(value.text, how) for value, how in differing(lead, found, 4, NOW)] == [("3 crowns", "earlier")]


def test_a_newer_value_that_is_half_as_likely_leads_whatever_an_answer_needs() -> None:
    found = values(place("Jane Farrow", "2019-05-01", 0.3), place("Ada Bell", "2021-05-01", 0.2))
    assert leading(found, NOW).text == "Ada Bell"
    assert leading(values(place("Jane Farrow", "2019-05-01", 0.5), place("Ada Bell", "2021-05-01", 0.2)), NOW).text == (
        "Jane Farrow"
    )


def test_as_of_a_day_asks_for_the_newest_until_then() -> None:
    found = values(place("300", "2019-05-01"), place("400", "2020-04-01", 0.5), place("500", "2021-05-01", 0.5))
    assert leading(found, NOW, DatesAsked("as of May 2020", None, "2020-05-31", latest=True)).text == "400"


def test_articles_of_one_day_that_differ_are_disputed_whatever_weekday_they_name() -> None:
    found = values(
        place("3.1 million", "2021-06-10", 0.9, "The auditors found on Tuesday that it cost {}."),
        place("3.6 million", "2021-06-10", 0.5, "It cost {}, the mayor said."),
    )
    lead = leading(found, NOW)
    assert [relation for _, relation in differing(lead, found, 4, NOW)] == ["disputed"]
