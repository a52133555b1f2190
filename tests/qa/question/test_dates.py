import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.question.dates import dates_asked
from tests.timing import processor_seconds

# A Sunday.
NOW = datetime.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("in 2011", "2011-01-01", "2011-12-31"),
        ("in March 2011", "2011-03-01", "2011-03-31"),
        ("in February of 2012", "2012-02-01", "2012-02-29"),
        ("on 3 May 2011", "2011-05-03", "2011-05-03"),
        ("on the 3rd of May 2011", "2011-05-03", "2011-05-03"),
        ("on May 3, 2011", "2011-05-03", "2011-05-03"),
        ("on Tuesday, May 3, 2011", "2011-05-03", "2011-05-03"),
        ("on 2011-05-03", "2011-05-03", "2011-05-03"),
        ("in the year 1066", "1066-01-01", "1066-12-31"),
        ("in March", "2026-03-01", "2026-03-31"),
        ("in December", "2025-12-01", "2025-12-31"),
        ("on 24 November", "2025-11-24", "2025-11-24"),
        ("last March", "2026-03-01", "2026-03-31"),
        ("last November", "2025-11-01", "2025-11-30"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("last Sunday", "2026-11-15", "2026-11-15"),
        ("yesterday", "2026-11-21", "2026-11-21"),
        ("the day before yesterday", "2026-11-20", "2026-11-20"),
        ("two months ago", "2026-09-01", "2026-09-30"),
        ("ten years ago", "2016-01-01", "2016-12-31"),
        ("a few days ago", "2026-11-16", "2026-11-22"),
        ("last night", "2026-11-21", "2026-11-21"),
        ("on Friday morning", "2026-11-20", "2026-11-20"),
        ("in the first week of May 2011", "2011-05-01", "2011-05-31"),
        ("on the night of 3 May 2011", "2011-05-03", "2011-05-03"),
        ("in 2001, 2003 and 2005", "2001-01-01", "2005-12-31"),
        ("in 2010/11", "2010-01-01", "2011-12-31"),
        ("in the past three years", "2023-11-22", "2026-11-22"),
        ("since Tuesday", "2026-11-17", None),
        ("since 2019", "2019-01-01", None),
        ("from 1990 to the present", "1990-01-01", None),
        ("from 2010 onwards", "2010-01-01", None),
        ("after 2005", "2006-01-01", None),
        ("before 2005", None, "2004-12-31"),
        ("before March 2005", None, "2005-02-28"),
        ("until March 2005", None, "2005-03-31"),
        ("by 2010", None, "2010-12-31"),
        ("between 2003 and 2005", "2003-01-01", "2005-12-31"),
        ("between March and May 2011", "2011-03-01", "2011-05-31"),
        ("from 3 to 5 May 2011", "2011-05-03", "2011-05-05"),
        ("from 1962 to 1965", "1962-01-01", "1965-12-31"),
        ("from Jan 1962 to Mar 1965", "1962-01-01", "1965-03-31"),
        ("from 1962 to Mar 1962", "1962-01-01", "1962-03-31"),
        ("in 1962-65", "1962-01-01", "1965-12-31"),
        ("in 2011 and 2012", "2011-01-01", "2012-12-31"),
        ("in the 1990s", "1990-01-01", "1999-12-31"),
        ("in the late 1980s", "1986-01-01", "1989-12-31"),
        ("in early 2004", "2004-01-01", "2004-04-30"),
        ("in the second half of 2004", "2004-07-01", "2004-12-31"),
        ("in the first quarter of 2012", "2012-01-01", "2012-03-31"),
        ("in the 19th century", "1801-01-01", "1900-12-31"),
        ("in the summer of 2012", "2012-01-01", "2012-12-31"),
        ("as of May", None, "2026-05-31"),
        ("as of 2010", None, "2010-12-31"),
        ("in may 2011", "2011-05-01", "2011-05-31"),
    ],
)
def test_days_asked_about(words: str, since: str | None, until: str | None) -> None:
    dates = dates_asked(f"How many guards lived in Harlow {words}?", NOW)
    assert dates
    assert (dates.words, dates.since, dates.until) == (words, since, until)
    first = dates_asked(f"{words[0].upper()}{words[1:]}, how many guards lived in Harlow?", NOW)
    assert first
    assert (first.since, first.until) == (since, until)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("What is the latest death toll?", "latest"),
        ("What was the most recent estimate?", "most recent"),
        ("Who currently leads Harlow?", "currently"),
        ("Who is mayor now?", "now"),
        ("Who is mayor today?", "today"),
        ("What do tickets cost these days?", "these days"),
        ("Is Okafor still mayor?", "still"),
        ("What is today's exchange rate?", "today"),
    ],
)
def test_the_newest_is_asked_for(asked: str, words: str) -> None:
    dates = dates_asked(asked, NOW)
    assert dates
    assert (dates.since, dates.until, dates.latest, dates.first) == (None, None, True, False)
    assert dates.words == words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("How many guards were at first in Harlow?", "at first"),
        ("How many guards were originally planned?", "originally"),
        ("What did it initially cost?", "initially"),
        ("How many were first reported dead?", "first"),
        ("What was the first estimate?", "first"),
    ],
)
def test_the_oldest_is_asked_for(asked: str, words: str) -> None:
    dates = dates_asked(asked, NOW)
    assert dates
    assert (dates.since, dates.until, dates.latest, dates.first) == (None, None, False, True)
    assert dates.words == words


@pytest.mark.parametrize(
    "question",
    [
        "Who was the first man on the moon?",
        "Who won first prize?",
        "Who was first reported dead?",
        "What is her last name?",
        "What did the May report say?",
        "What did the 9 June 2019 report say?",
        "What was the unemployment rate for March 2011?",
        "What did Theresa May say about June Okafor?",
        "What may happen in Harlow?",
        "How was power restored in 2000 villages?",
        "How many ships of 1500 to 1800 tonnes were built?",
        "Were ships built from 1500 to 1800 tonnes?",
        "Did the toll rise by 2000?",
        "Who won the 2011 election?",
        "Who won the 2010 World Cup?",
        "Which of the 1990s bands survived?",
        "When did the strike begin?",
        "In what year did Okafor die?",
        "Who wrote 1984?",
        "Who writes for Harlow Today?",
        "Who directed Apocalypse Now?",
        "How did the march in Harlow end?",
        "Who painted the still life?",
        "What happened on 31 February?",
        "Who left Harlow at first light?",
        "Who ruled Harlow in 1250 BC?",
        "Who ruled Harlow in 1250 BCE?",
        "Who ruled Harlow between 1300 and 1250 B.C.?",
        "When did Harlow win other than in 2011?",
        "Who led Harlow except in 2011?",
        "",
        " ?",
    ],
)
def test_a_question_that_names_no_day(question: str) -> None:
    assert dates_asked(question, NOW) is None


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Who was prime minister before the election of 2005?", None, "2005-12-31"),
        ("Who was prime minister after the 2005 election?", "2005-01-01", None),
        ("Who ran the club before Okafor left in 2005?", None, "2005-12-31"),
    ],
)
def test_of_an_event_the_day_is_unknown(question: str, since: str, until: str) -> None:
    dates = dates_asked(question, NOW)
    assert dates
    assert (dates.since, dates.until) == (since, until)


@pytest.mark.parametrize("question", ["What about 2004?", "And in 2004?", "How about in 2004?", "How many in 2004?"])
def test_nothing_but_a_date(question: str) -> None:
    dates = dates_asked(question, NOW)
    assert dates
    assert (dates.since, dates.until) == ("2004-01-01", "2004-12-31")


def test_several_dates_meet_and_of_contradicting_ones_the_range_is_taken() -> None:
    dates = dates_asked("In 2011, how many guards were there since March 2011?", NOW)
    assert dates
    assert (dates.since, dates.until) == ("2011-03-01", "2011-12-31")
    dates = dates_asked("Who led the ship that burned on May 6, 1944 off Harlow from 1941 to 1943?", NOW)
    assert dates
    assert (dates.since, dates.until) == ("1941-01-01", "1943-12-31")


def test_may_in_small_letters_before_a_year_is_the_month() -> None:
    dates = dates_asked("harlow guards may 2011", NOW)
    assert dates
    assert (dates.words, dates.since, dates.until) == ("may 2011", "2011-05-01", "2011-05-31")


def test_two_bounds_are_both_kept() -> None:
    dates = dates_asked("How many died before 2005 and after 2001?", NOW)
    assert dates
    assert (dates.since, dates.until) == ("2002-01-01", "2004-12-31")


def test_the_year_in_which_a_thing_was_made_is_not_asked_about_beside_another() -> None:
    dates = dates_asked("Who owned the mill built in 1960 from 1960 to 1982?", NOW)
    assert dates
    assert (dates.since, dates.until) == ("1960-01-01", "1982-12-31")
    alone = dates_asked("Which mills were built in 1960?", NOW)
    assert alone
    assert alone.since == "1960-01-01"


@given(
    st.lists(
        st.sampled_from(
            "in 2011 31 May the of from to and last , . ' - 1990s Tuesday now first 0 99 ago week by".split()
        )
        | st.text(max_size=5),
        max_size=40,
    ),
    st.dates(),
)
@settings(max_examples=200, deadline=None)
def test_no_question_raises(words: list[str], now: datetime.date) -> None:
    question = " ".join(words)
    dates = dates_asked(question, now)
    assert dates is None or dates.since is None or dates.until is None or dates.since <= dates.until


@pytest.mark.parametrize(
    "piece", ["in ", "2011 ", "in 2011 ", "from 2011 to ", "May ", " ", "the ", "1-", "last ", "a"]
)
def test_a_long_question_takes_no_longer_than_its_length(piece: str) -> None:
    question = piece * (2000 // len(piece))
    dates_asked(question, NOW)
    assert processor_seconds(lambda: dates_asked(question, NOW)) < 0.2


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How much is a ticket on Friday?", "on Friday"),
        ("when does the office open on Monday morning?", "on Monday morning"),
        ("Until when is the pool open in July?", "in July"),
        ("what does the boat cost on 1 May?", "on 1 May"),
    ],
)
def test_what_comes_again_sets_no_bound_where_one_asks_how_it_always_is(question: str, words: str) -> None:
    asked = dates_asked(question, datetime.date(2026, 3, 10))
    assert asked is not None
    assert (asked.words, asked.bounded) == (words, False)


@pytest.mark.parametrize(
    "question", ["What did the council decide on Friday?", "Who was hurt in July?", "Who has it hired since Monday?"]
)
def test_what_has_happened_has_its_day(question: str) -> None:
    asked = dates_asked(question, datetime.date(2026, 3, 10))
    assert asked is not None
    assert asked.bounded
