import pytest

from qa.english.equality import range_of, related, same_figures, same_story, same_value
from tests.timing import processor_seconds


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("25,000", "25,000 troops", True),
        ("25,000", "25000", True),
        ("25,000", "2,500", False),
        ("about 12", "12.5", False),
        ("41 million", "42 million", False),
        ("Daniel Okafor", "Okafor", True),
        ("Mr Okafor", "Daniel Okafor", True),
        ("The Herald", "herald", True),
        ("the", "a", False),
        ("1.25", "1,25", False),
        ("2.9 million", "2.9 billion", False),
        ("4.2m crowns", "4.2 million", True),
        ("5 percent", "5%", True),
        ("5 percent", "5", False),
        ("3 May 2024", "3 June 2024", False),
        ("Jan. 31", "January 31", True),
        ("no strike", "a strike", False),
        ("guilty", "not guilty", False),
        ("five", "five hundred", False),
        ("5 marks", "5 crowns", False),
        ("3 dead", "3 injured", False),
        ("about 25,000 troops", "25,000 troops", True),
        ("£4.2m", "4.2 million pounds", True),
        ("twenty-five thousand", "25,000", True),
        ("25 000", "25,000", True),
        ("$1bn", "1,000 million dollars", True),
        ("US$5 million", "five million dollars", True),
        ("$5", "£5", False),
        ("5 million", "5", False),
        ("half", "50%", True),
        ("50 per cent", "half", True),
        ("half a million", "500,000", True),
        ("two and a half million", "2.5m", True),
        ("two thirds", "2", False),
        ("the first half", "50%", False),
        ("a hundred and six", "106", True),
        ("one hundred and twenty-three thousand four hundred and five", "123,405", True),
        ("two dozen", "24", True),
        ("three", "3", True),
        ("no one", "1", False),
        ("3rd", "third", True),
        ("3rd", "3", False),
        ("-5 degrees", "5 degrees", False),
        ("minus 5", "-5", True),
        ("12 km", "12 kilometres", True),
        ("12 km", "12 miles", False),
        ("10:30", "10", False),
        ("2-1", "1-2", False),
        ("2-1", "2–1", True),
        ("Daniel Okafor", "Grace Okafor", False),
        ("President Okafor", "Daniel Okafor", True),
        ("King Street", "Queen Street", False),
        ("Secretary General", "Attorney General", False),
        ("D. Okafor", "Daniel Okafor", True),
        ("G. Okafor", "Daniel Okafor", False),
        ("José Brandt", "Jose Brandt", True),
        ("Okafor's", "Okafor", True),
        ("Okafor", "Okafor's wife", False),
        ("the company", "the company’s chairman", False),
        ("the guards", "the guards' wives", False),
        ("Helena Brandt", "Aldermark's Helena Brandt", True),
        ("Brandt", "Aldermark's Helena Brandt", True),
        ("Okafor's wife", "Daniel Okafor's wife", True),
        ("President Varn", "Vice President Varn", False),
        ("the minister", "the deputy minister", False),
        ("former mayor Ada Varn", "the former mayor Ada Varn", True),
        ("1990s", "1990", False),
        ("the 1990s", "1990s", True),
        ("the 1990s", "the 1980s", False),
        ("U.S. troops", "US troops", True),
        ("Theresa May", "May", True),
        ("3 May", "May 3", True),
        ("3 May", "3 May 2011", True),
        ("2011-05-03", "3 May 2011", True),
        ("Tuesday, May 3, 2011", "3rd of May 2011", True),
        ("3 May 2010", "3 May 2011", False),
        ("May", "in May", True),
        ("May 3 in Harlow", "Harlow", False),
        ("May 2011", "2011", False),
        ("in 2011", "2011", True),
        ("1962–65", "from 1962 to 1965", True),
        ("20,000 to 25,000", "between 20,000 and 25,000", True),
        ("20,000-25,000", "20,000 to 25,000 troops", True),
        ("20-25%", "20 to 25 per cent", True),
        ("$20-25m", "20 to 25 million dollars", True),
        ("20,000 to 25,000", "25,000", False),
        ("more than 20,000", "20,000", False),
        ("more than 20,000", "at least 20,000", True),
        ("no more than 5", "up to five", True),
        ("20,000 or more", "20,000", False),
    ],
)
def test_same_value(one: str, other: str, same: bool) -> None:
    assert same_value(one, other) is same
    assert same_value(other, one) is same


def test_a_wire_copy_is_the_same_story_and_another_report_is_not() -> None:
    said = "The ferry sank off Aran on Monday with 41 people on board, the coast guard said."
    assert same_story(said, "The ferry sank off Aran on Monday with 41 people on board, the coast guard told us.")
    assert not same_story(said, "Coast guards said on Monday that 41 people were on the ferry when it sank near Aran.")


def test_same_figures_of_different_things() -> None:
    assert same_figures("3 dead", "3 injured")
    assert not same_figures("3 million", "3 billion")
    assert not same_figures("dead", "injured")


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("20,000 to 25,000", "25,000", True),
        ("20,000 to 25,000", "20,000 troops", True),
        ("20,000 to 25,000", "22,000", True),
        ("20,000 to 25,000", "30,000", False),
        ("20,000 to 25,000", "more than 20,000", True),
        ("between 20,000 and 25,000 troops", "20,000 tents", False),
        ("up to 25,000", "about 25,000", True),
        ("up to 25,000", "20,000", False),
        ("$20-25m", "$25m", True),
        ("$20-25m", "£25m", False),
        ("20-25%", "25", False),
        ("May 2011", "3 May 2011", True),
        ("May 2011", "3 June 2011", False),
        ("May 2011", "2011", True),
        ("25,000", "about 25,000", False),
        ("25,000", "22,000", False),
        ("Okafor", "Brandt", False),
    ],
)
def test_a_range_is_related_to_its_bounds_and_to_what_lies_within(one: str, other: str, are: bool) -> None:
    assert related(one, other) is are
    assert related(other, one) is are


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("20,000 to 25,000 troops", (20_000, 25_000)),
        ("20 to 25 million", (20_000_000, 25_000_000)),
        ("between five and ten", (5, 10)),
        ("up to 25,000", (None, 25_000)),
        ("no fewer than 12", (12, None)),
        ("25,000+", (25_000, None)),
        ("about 25,000", None),
        ("3 and 5", None),
        ("Okafor", None),
    ],
)
def test_bounds_of_a_range(text: str, bounds: tuple[float | None, float | None] | None) -> None:
    assert range_of(text) == bounds


def test_sixty_spans_are_compared_with_each_other_in_no_time() -> None:
    spans = [f"{number},000 guards" if number % 2 else f"{number}.5 million pounds" for number in range(60)]
    equal: list[bool] = []
    assert processor_seconds(lambda: equal.extend(same_value(one, other) for one in spans for other in spans)) < 0.2
    assert sum(equal) == 60


@pytest.mark.parametrize("piece", ["1 ", "1,", "five hundred ", "million ", "May 3 ", "a.", "1/", " ", "up to ", "9"])
def test_a_long_span_is_read_in_bounded_time(piece: str) -> None:
    assert processor_seconds(lambda: same_value(piece * (100_000 // len(piece)), "5")) < 0.2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("25,000 soldiers", "25,000 troops"),
        ("12 people dead", "12 killed"),
        ("12 deaths", "twelve people were killed"),
        ("40 wounded", "forty injured"),
        ("a third", "33%"),
        ("two thirds", "67 percent"),
        ("a third", "33.3 per cent"),
        ("1.5 km", "1,500 metres"),
        ("2.5 tonnes", "2,500 kilograms"),
        ("two weeks", "14 days"),
        ("90 minutes", "1.5 hours"),
        ("between 1 and 2 km", "1,000 to 2,000 metres"),
        ("300 houses", "300 homes"),
        ("1.5", "1.5 km"),
        ("2019", "the year 2019"),
        ("30 years", "30"),
    ],
)
def test_one_value_in_other_words_and_units(one: str, other: str) -> None:
    assert same_value(one, other)
    assert same_value(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 dead", "12 injured"),
        ("25,000 soldiers", "25,000 civilians"),
        ("a third", "34%"),
        ("33%", "33.3%"),
        ("a third", "30 percent"),
        ("1.5 km", "1.5 metres"),
        ("1.5 km", "15,000 metres"),
        ("2 square km", "2,000 metres"),
        ("two weeks", "two days"),
    ],
)
def test_other_things_and_other_units_are_other_values(one: str, other: str) -> None:
    assert not same_value(one, other)
    assert not same_value(other, one)
