import pytest

from qa.english.sentence_dates import SaidDate, Standing, as_of, held, said_dates, standing
from qa.types import DatesAsked
from tests.timing import processor_seconds

# A Saturday.
PUBLISHED = "2019-01-05"


def held_for(text: str, words: str, published: str | None) -> SaidDate | None:
    start = text.index(words)
    return held(text, (0, len(text)), (start, start + len(words)), published)


def day_of(text: str, words: str, published: str | None) -> str | None:
    start = text.index(words)
    return as_of(text, (0, len(text)), (start, start + len(words)), published)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("On Tuesday 12 guards left.", ("On Tuesday", "2019-01-01", "2019-01-01", "2019-01-01")),
        ("12 guards left yesterday.", ("yesterday", "2019-01-04", "2019-01-04", "2019-01-04")),
        ("Last month 12 guards left.", ("Last month", "2018-12-01", "2018-12-31", "2018-12")),
        ("12 guards left on Jan. 3.", ("on Jan. 3", "2019-01-03", "2019-01-03", "2019-01-03")),
        ("12 guards left on Dec. 31.", ("on Dec. 31", "2018-12-31", "2018-12-31", "2018-12-31")),
        ("12 guards stay until 20 January.", ("until 20 January", None, "2019-01-20", "2019-01-20")),
        ("12 guards left in July of last year.", ("in July of last year", "2018-07-01", "2018-07-31", "2018-07")),
        ("In March 1983, 12 guards left.", ("In March 1983", "1983-03-01", "1983-03-31", "1983-03")),
        ("Since 2003 she has had 12 guards.", ("Since 2003", "2003-01-01", None, "2003")),
        ("Until 1999 she had 12 guards.", ("Until 1999", None, "1999-12-31", "1999")),
        ("From 1962 to 1965 she had 12 guards.", ("From 1962 to 1965", "1962-01-01", "1965-12-31", "1965")),
        ("She had 12 guards (1962–65).", ("1962–65", "1962-01-01", "1965-12-31", "1965")),
        ("In the 1990s she had 12 guards.", ("In the 1990s", "1990-01-01", "1999-12-31", "1999")),
        ("After the 2003 flood she had 12 guards.", ("After the 2003", "2003-01-01", None, "2003")),
        ("She now has 12 guards.", ("now", "2019-01-05", "2019-01-05", "2019-01-05")),
    ],
)
def test_the_date_that_a_sentence_names(text: str, said: tuple[str, str | None, str | None, str]) -> None:
    before = "Harlow is calm. "
    (date,) = said_dates(before + text, len(before), len(before + text), PUBLISHED)
    assert (before + text)[date.start : date.end] == said[0]
    assert (date.since, date.until, date.as_of) == said[1:]


def test_all_the_dates_of_a_sentence_in_order_and_none_of_its_neighbours() -> None:
    text = "In 1950 he left. He came in 1962, led from May to July 1963 and left in 1971. In 1980 he died."
    start, end = text.index("He came"), text.index(" In 1980")
    assert [date.as_of for date in said_dates(text, start, end, None)] == ["1962", "1963-07", "1971"]


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("The bridge will open in October.", PUBLISHED),
        ("Okafor is expected to speak on Tuesday.", PUBLISHED),
        ("He left on Tuesday.", None),
        ("He left on Tuesday.", "2019"),
        ("He left yesterday.", "2019-01"),
        ("He left yesterday.", "soon"),
        ("He left yesterday.", "2019-02-30"),
        ("Grace Okafor (born 3 May 1952) left.", PUBLISHED),
        ("Grace Okafor (1926–2018) left.", PUBLISHED),
        ("It began at 1922 UTC.", PUBLISHED),
        ("Some 1,500 guards may march to Harlow with June Okafor.", PUBLISHED),
        ("It weighs 1030 kg.", PUBLISHED),
        ("He left on 31 February 2011.", PUBLISHED),
    ],
)
def test_what_names_no_day(text: str, published: str | None) -> None:
    assert said_dates(text, 0, len(text), published) == []


@pytest.mark.parametrize(
    ("text", "words", "day"),
    [
        ("Okafor led Harlow from 1962 to 1965, and Brandt from 1965 to 1971.", "Okafor", "1965"),
        ("Okafor led Harlow from 1962 to 1965, and Brandt from 1965 to 1971.", "Brandt", "1971"),
        ("He played for Harlow (1962–65), Penrith (1966-70) and Aran.", "Harlow", "1965"),
        ("He played for Harlow (1962–65), Penrith (1966-70) and Aran.", "Penrith", "1970"),
        ("In 2003 it had 50 and in 2005 30 beds.", "50", "2003"),
        ("In 2003 it had 50 and in 2005 30 beds.", "30", "2005"),
        ("In 2011, Okafor left, and Brandt took over.", "Brandt", "2011"),
        ("In 2011 Okafor led, but Brandt now leads.", "Brandt", PUBLISHED),
        ("Okafor led it in 2011, but the town has 4,000 people.", "4,000", PUBLISHED),
        ("Okafor led it in 2011, but the town has 4,000 people.", "Okafor", "2011"),
        ("In the 2011 census 4,200 people were counted.", "4,200", "2011"),
        ("Under the 2011 law a house may hold 12 people.", "12", PUBLISHED),
        ("The school, founded in 1960, has 500 pupils.", "500", PUBLISHED),
        ("Born on 3 May 1952, Okafor leads Harlow.", "Okafor", PUBLISHED),
        ("The school was founded in 1960 in Harlow.", "Harlow", "1960"),
        ("Okafor has led Harlow since 2003.", "Okafor", PUBLISHED),
        ("12 people have died this year.", "12", PUBLISHED),
        ("It wants to house 500 by 2030.", "500", "2030"),
        ("By 2025 bread will cost 5 crowns.", "5 crowns", "2025"),
        ("Harlow will have 2,000 guards by May 2020.", "2,000", "2020-05"),
        ("Okafor will lead Harlow from 2021.", "Okafor", "2021"),
        ("A ride will cost 3 crowns from 1 February.", "3 crowns", "2019-02-01"),
        ("It has 500 beds and will have 700 by 2030.", "500", PUBLISHED),
        ("It has 500 beds and will have 700 by 2030.", "700", "2030"),
        ("The 4,100 guards there will leave by 2030.", "4,100", PUBLISHED),
        ("In 2030 the lease ends, but the town has 4,000 people.", "4,000", PUBLISHED),
        ("By January Harlow had 500 guards.", "500", PUBLISHED),
        ("It will have 500 guards by the end of 2019.", "500", "2019-12-31"),
        ("Mayor Okafor will open the bridge in 2030.", "Okafor", PUBLISHED),
        ("Mayor Okafor said the bridge will open in 2030.", "Okafor", PUBLISHED),
        ("Okafor, whose term ends in 2030, is mayor.", "Okafor", PUBLISHED),
        ("By 2030 Harlow will be led by Okafor.", "Okafor", "2030"),
        ("By 2030 half of the bread will cost five crowns.", "five crowns", "2030"),
        ("Okafor stays mayor until 2030.", "Okafor", PUBLISHED),
        ("It housed 500 by 2010.", "500", "2010"),
        ("It has 900 bats, more than in 2012, when it had 214.", "214", "2012"),
        ("It had 214, which was the highest in 2012.", "214", "2012"),
        ("It had 98 bats in 2014 and 135 bats when the count began in 2013.", "135", "2013"),
        ("It had 98 bats in 2014 and 135 bats when the count began in 2013.", "98", "2014"),
        ("Okafor, which in 2012 had 214, is a town.", "Okafor", PUBLISHED),
        ("She left on 3 May 2011.", "3 May 2011", PUBLISHED),
        ("She left Harlow.", "Harlow", PUBLISHED),
    ],
)
def test_the_day_for_which_a_sentence_says_a_value(text: str, words: str, day: str) -> None:
    assert day_of(text, words, PUBLISHED) == day


def test_without_a_publication_date_the_sentence_alone_says_when() -> None:
    assert day_of("Okafor has led Harlow since 2003.", "Okafor", None) == "2003"
    assert day_of("The 2011 census counted 4,200 people.", "4,200", None) == "2011"
    assert day_of("She left on Tuesday.", "She", None) is None
    assert held_for("She left Harlow.", "Harlow", None) is None


def test_what_goes_on_goes_on_to_the_article() -> None:
    date = held_for("Okafor has led Harlow since 2003.", "Okafor", PUBLISHED)
    assert date
    assert (date.since, date.until) == ("2003-01-01", PUBLISHED)
    whole = held_for("She left Harlow.", "Harlow", "2019")
    assert whole
    assert (whole.since, whole.until, whole.as_of, whole.start) == ("2019-01-01", "2019-12-31", "2019", whole.end)


def test_which_says_from_when_the_figure_before_it_held() -> None:
    text = "A ride costs 2.80, up from 2.40, which had been the price since 2014."
    start = text.index("2.40")
    days = held(text, (0, len(text)), (start, start + 4), PUBLISHED)
    assert days is not None
    assert (days.since, days.until) == ("2014-01-01", PUBLISHED)
    start = text.index("2.80")
    now = held(text, (0, len(text)), (start, start + 4), PUBLISHED)
    assert now is not None
    assert now.since == PUBLISHED


def test_a_plan_begins_after_the_article() -> None:
    date = held_for("By 2025 bread will cost 5 crowns.", "5 crowns", "2022-07-07")
    assert date
    assert (date.since, date.until) == ("2025-01-01", "2025-12-31")
    assert standing(date, DatesAsked("in 2022", "2022-01-01", "2022-12-31")) == "after"


@pytest.mark.parametrize(
    ("text", "since", "until", "how"),
    [
        ("Okafor led it in May 2011.", "2011-01-01", "2011-12-31", "inside"),
        ("Okafor led it in 2011.", "2011-01-01", "2011-12-31", "inside"),
        ("Okafor led it from 2003 to 2015.", "2011-01-01", "2011-12-31", "covers"),
        ("Okafor led it from 2003 to 2011.", "2010-06-01", "2012-12-31", "overlaps"),
        ("Okafor led it in 2003.", "2011-01-01", None, "before"),
        ("Okafor led it until 2003.", None, "2010-12-31", "inside"),
        ("Okafor led it in 2003.", None, "2002-12-31", "after"),
        ("Okafor has led it since 2003.", "2011-01-01", "2011-12-31", "covers"),
        ("Okafor has led it.", None, None, "inside"),
    ],
)
def test_how_the_days_said_stand_to_those_asked(text: str, since: str | None, until: str | None, how: Standing) -> None:
    date = held_for(text, "Okafor", PUBLISHED)
    assert date
    assert standing(date, DatesAsked("", since, until)) == how


@pytest.mark.parametrize("piece", ["in 2011 and ", "2011 ", "((", "will ", " ", "May 1, ", "a", "from 2011 to "])
def test_a_sentence_of_100_kb_is_read_in_bounded_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))

    def read() -> None:
        said_dates(text, 0, len(text), PUBLISHED)
        as_of(text, (0, len(text)), (50_000, 50_010), PUBLISHED)

    assert processor_seconds(read) < 0.3
