"""Follow-ups of an invented archive; what is expected is what a person would have asked instead."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.pipeline import add_articles
from qa.question.rewrite import StandAlone, resolve
from qa.types import Turn

ARTICLES = (
    (
        "Harlow dockers choose Anna Dahl to lead their union",
        "Anna Dahl was elected on Monday to lead the Harlow Dockers Union. She was elected by 412 votes to 300. Dahl,"
        " who is paid 48,000 crowns a year, said the strike would go on. She replaced Olaf Brandt, who fled to Carlow.",
    ),
    (
        "Tram line to Penrith opens after nine years",
        "The tram line from Harlow to Penrith opened on Friday. The tram line cost 41 million crowns, and the city"
        " council paid for it. It was built by Stenmark Works. Stenmark Works was founded in 1902.",
    ),
    (
        "Hospitals short of nurses",
        "In Harlow, 1,200 nurses work at two hospitals. In Penrith the hospital employs 300 nurses, the ministry said"
        " in 2003. In 2004 it had 280.",
    ),
    (
        "Ferry to Aran sinks in storm",
        "The ferry to Aran sank on Sunday with 40 people on board, because a door had been left open. Captain Josef"
        " Marr was arrested in Kestrel on Tuesday.",
    ),
    (
        "Mine in Qasara reopens",
        "The copper mine in Qasara reopened on Thursday. Its owner, the Lindqvist family, spent 7 million marks.",
    ),
)
OFFICE = (
    (
        "Oskar Denn sworn in as premier of Orrin",
        "Oskar Denn was sworn in as premier of Orrin on Monday. Denn replaced Lise Brandt. Denn promised lower fares"
        " and a new bridge. Oskar Denn will not resign before the vote, he said.",
    ),
    (
        "Premier of Orrin resigns over ferry contract",
        "Lise Brandt resigned on 3 May as premier of Orrin because her brother had been given a ferry contract.",
    ),
)
UNION = Turn("Who leads the dockers' union?", "Anna Dahl")
TRAM = Turn("What did the tram line cost?", "41 million crowns")
NURSES = Turn("How many nurses work in Harlow?", "1,200")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(tmp_path_factory.mktemp("chat") / "archive", create=True) as archive:
        add_articles(archive, [Article(article_id(title), title, text, "chat") for title, text in (*ARTICLES, *OFFICE)])
        yield archive


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (NURSES, "and in Penrith?", "How many nurses work in Penrith?"),
        (Turn("how many nurses work in harlow", "1,200"), "what about penrith", "how many nurses work in Penrith?"),
        (Turn("How many nurses did Penrith have in 2003?", "300"), "what about 2004",
         "How many nurses did Penrith have in 2004?"),
        (NURSES, "and for the night?", "How many nurses work in Harlow for the night?"),
        (UNION, "When was she elected?", "When was Anna Dahl elected?"),
        (UNION, "who did she replace?", "Who did Anna Dahl replace?"),
        (UNION, "what is her salary?", "What is Anna Dahl's salary?"),
        (Turn("Who did Anna Dahl replace?", "Olaf Brandt"), "where did he flee?", "Where did Olaf Brandt flee?"),
        (TRAM, "Who paid for it?", "Who paid for the tram line? (Penrith)"),
        (Turn("Who built the tram line?", "Stenmark Works"), "When was it founded?",
         "When was Stenmark Works founded?"),
        (Turn("When did the ferry to Aran sink?", "Sunday"), "why?", "Why did the ferry to Aran sink?"),
        (Turn("How much did the tram line cost?", "41 million crowns"), "why?", "Why did the tram line cost so much?"),
        (Turn("how many nurses did Penrith have in 2004?", "280"), "Why?",
         "Why did Penrith have in 2004 so many nurses?"),
        (Turn("How many people were held in Kestrel?", None), "and why?", "Why were so many people held in Kestrel?"),
        (Turn("How many nurses work in Harlow?", None), "why?", "Why? (How many nurses work in Harlow)"),
        (Turn("How many seals were counted?", "412"), "in which year?",
         "In which year? (How many seals were counted)"),
        (Turn("Who leads the museum?", "Ana Dahl"), "since when?", "Since when? (Ana Dahl leads the museum)"),
        (Turn("Who paid?", None), "and by whom?", "By whom? (Who paid)"),
        (Turn("When was he arrested?", None), "Josef Marr", "When was Josef Marr arrested?"),
        (Turn("When was he arrested?", None), "I mean nobody", "I mean nobody"),
        (Turn("what is his ship called", None), "and Captain Marr?", "What is Captain Marr's ship called?"),
        (Turn("who paid for the line?", None), "Penrith", "Who paid for the line? (Penrith)"),
        (TRAM, "Anna Dahl", "Anna Dahl"),
        (TRAM, "Why?", "Why? (What did the tram line cost)"),
        (TRAM, "When did the ferry to Aran sink?", "When did the ferry to Aran sink?"),
        (TRAM, "who was arrested in kestrel?", "who was arrested in kestrel?"),
    ],
)  # fmt: skip
def test_a_follow_up_takes_what_is_missing(archive: Archive, before: Turn, question: str, expected: str) -> None:
    assert resolve(question, [before], archive).asked == expected


@pytest.mark.parametrize("question", ["in which year?", "since when?", "why?"])
def test_the_question_that_is_shown_asks_the_same_when_it_is_asked_by_itself(archive: Archive, question: str) -> None:
    chat = resolve(question, [Turn("Who leads the museum?", "Ana Dahl")], archive)
    alone = resolve(chat.asked, [], archive)
    assert (alone.asked, alone.to_read) == (chat.asked, chat.to_read)


@pytest.mark.parametrize(
    "question",
    [
        "Are there any troops in Qasara?",
        "Who is the mayor that won the prize in Kestrel?",
        "Which one party won Harlow?",
        "Did Olaf Brandt say why he fled?",
        "what did the ministry say of its hospitals",
    ],
)
def test_a_question_with_a_subject_of_its_own_stands_alone(archive: Archive, question: str) -> None:
    assert resolve(question, [TRAM], archive).asked == question


SALARY = Turn("How much is Anna Dahl paid in Harlow?", "48,000 crowns")


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ([NURSES], "and in 2004?", "How many nurses work in Harlow in 2004?"),
        ([NURSES], "2004", "How many nurses work in Harlow in 2004?"),
        ([NURSES], "what about last year?", "How many nurses work in Harlow last year?"),
        ([NURSES], "how many were there in May 2003?", "How many nurses work in Harlow in May 2003?"),
        ([NURSES], "how was it in spring?", "How many nurses work in Harlow in spring?"),
        ([NURSES], "and at first?", "How many nurses work in Harlow at first?"),
        ([NURSES, Turn("and in 2004?", "280")], "and in March?", "How many nurses work in Harlow in March 2004?"),
        ([NURSES, Turn("and in 2004?", "280")], "and the year before?", "How many nurses work in Harlow in 2003?"),
        ([NURSES, Turn("and in 2004?", "280")], "two years later?", "How many nurses work in Harlow in 2006?"),
        ([NURSES, Turn("and in 2004?", "280")], "and before that?", "How many nurses work in Harlow before 2004?"),
        ([NURSES, Turn("and in 2004?", "280")], "and now?", "How many nurses work in Harlow now?"),
        ([NURSES, Turn("and in 2004?", "280")], "and in Penrith?", "How many nurses work in Penrith in 2004?"),
        ([NURSES, Turn("and in 2004?", "280")], "and in Penrith in 2003?", "How many nurses work in Penrith in 2003?"),
        ([NURSES, Turn("thanks!", None)], "Great. And in 2004?", "How many nurses work in Harlow in 2004?"),
        ([NURSES], "no, in Penrith", "How many nurses work in Penrith?"),
        ([NURSES], "the same for Penrith", "How many nurses work in Penrith?"),
        ([NURSES], "and according to the ministry?", "How many nurses work in Harlow according to the ministry?"),
        ([NURSES], "who said so?", "Who said how many nurses work in Harlow?"),
        ([SALARY], "and the night guard?", "How much is Anna Dahl paid in Harlow? The night guard?"),
        ([TRAM], "and the bridge?", "What did the bridge cost?"),
        ([Turn("Who is the mayor of Harlow?", None)], "no, I meant the mayor of Penrith",
         "Who is the mayor of Penrith?"),
        ([UNION], "who before her?", "Who leads the dockers' union before Anna Dahl?"),
        ([NURSES, TRAM], "back to the nurses: how many in 2004?", "How many nurses work in Harlow in 2004?"),
        ([NURSES], "thank you", "thank you"),
        ([NURSES, Turn("and in 2004?", "280")], "not 2004, 2003", "How many nurses work in Harlow in 2003?"),
        ([NURSES], "what will it be by the end of the year?",
         "How many nurses work in Harlow by the end of the year?"),
        ([NURSES], "was it more in 2004?", "Was it more in 2004? (How many nurses work in Harlow)"),
        ([NURSES], "When did the ferry to Aran sink in 2003?", "When did the ferry to Aran sink in 2003?"),
    ],
)  # fmt: skip
def test_an_ellipsis_changes_one_part_of_the_question_before(
    archive: Archive, before: list[Turn], question: str, expected: str
) -> None:
    assert resolve(question, before, archive, date(2006, 3, 10)).asked == expected


def test_an_outlet_of_the_archive_is_asked_for_what_it_says(tmp_path: Path) -> None:
    told = "The island of Orrin has 40 guards, the ministry said."
    with Archive.open(tmp_path / "archive", create=True) as archive:
        add_articles(archive, [Article(article_id("g"), "Fewer guards", told, "g", outlet="The Orrin Bell")])
        alone = resolve("and the Orrin Bell?", [Turn("How many guards are on Orrin?", "40")], archive)
        assert alone.asked == "How many guards are on Orrin according to The Orrin Bell?"


def test_the_other_one_is_of_another_article(tmp_path: Path) -> None:
    told = (
        ("Wex Bridge to open in May", "The Wex Bridge will open in May, the mayor said. It cost 40 million."),
        ("Crossing at Orrin nearly done", "The Orrin Bridge will open in autumn. The bridge has two lanes."),
        ("Pool of Lund closed", "The pool of Lund will open again in June, after repairs."),
    )
    with Archive.open(tmp_path / "archive", create=True) as archive:
        add_articles(archive, [Article(article_id(title), title, text, "told") for title, text in told])
        history = [Turn("When will the Wex Bridge open?", "in May")]
        for question in ("no, the other bridge", "No, I meant the other one", "and the other bridge?"):
            alone = resolve(question, history, archive)
            assert alone.to_read == "When will the bridge open?"
            assert alone.topic == "Crossing at Orrin nearly done"
        assert resolve("no, the other lighthouse", history, archive).topic is None


def test_what_was_before_counts_from_the_day_of_the_answer(tmp_path: Path) -> None:
    told = (
        ("Fewer guards", "The island of Orrin has 40 guards, the ministry said.", "2024-05-03"),
        ("Guards on Orrin", "In 2022 the island of Orrin had 95 guards, a report said.", "2023-02-01"),
    )
    with Archive.open(tmp_path / "archive", create=True) as archive:
        add_articles(archive, [Article(article_id(t), t, text, "guards", published=day) for t, text, day in told])
        now = Turn("How many guards are on Orrin?", "40")
        then = Turn("What was it before?", "95")
        first = resolve(then.question, [now], archive)
        assert first.asked == "How many guards are on Orrin before 3 May 2024?"
        assert resolve("and before that?", [now, then], archive).asked == "How many guards are on Orrin before 2022?"


def test_a_first_question_is_left_alone(archive: Archive) -> None:
    assert resolve("  who   leads it? ", [], archive) == StandAlone("who leads it?", "who leads it?")


def test_what_points_back_without_a_pronoun_gets_the_subject_in_brackets(archive: Archive) -> None:
    """The reader is asked the question itself."""
    alone = resolve("What else was said?", [UNION], archive)
    assert alone.to_read == "What else was said?"
    assert alone.asked.startswith("What else was said? (")
    assert "Anna Dahl" in alone.asked


def test_a_question_with_its_subject_in_brackets_is_taken_as_it_is(archive: Archive) -> None:
    """So what was shown can be corrected and asked again, in the same chat."""
    corrected = "How much did it cost? (Qasara mine)"
    assert resolve(corrected, [TRAM], archive) == StandAlone(corrected, "How much did it cost?", "Qasara mine")


def test_the_day_that_was_spoken_of_goes_along(archive: Archive) -> None:
    before = Turn("How many nurses did Penrith have in 2003?", "300")
    alone = resolve("what did the ministry say that year?", [before], archive)
    assert "in 2003?" in alone.to_read


def test_the_same_pronoun_stands_for_the_same_person(archive: Archive) -> None:
    history = [UNION, Turn("who did she replace?", "Olaf Brandt")]
    assert resolve("when was she elected?", history, archive).asked == "When was Anna Dahl elected?"
    assert resolve("where did he flee?", history, archive).asked == "Where did Olaf Brandt flee?"


def test_what_was_counted_is_meant_by_they(archive: Archive) -> None:
    assert resolve("who pays them?", [NURSES], archive).to_read == "Who pays the nurses?"


@pytest.mark.parametrize(
    "question",
    [
        "How many sailors left their homes in the storm?",
        "Who is the captain that lost his ship?",
        "what would it cost to close the harbour",
        "why is the sky blue",
    ],
)
def test_a_pronoun_that_stands_for_nothing_outside_takes_nothing(archive: Archive, question: str) -> None:
    assert resolve(question, [UNION], archive).asked == question


def test_a_turn_without_a_word_is_no_turn(archive: Archive) -> None:
    assert resolve("and why?", [Turn("???", None)], archive).asked == "and why?"


def test_two_follow_ups_reach_back_to_the_first_question(archive: Archive) -> None:
    history = [NURSES, Turn("And in Penrith?", "300")]
    assert resolve("and in Carlow?", history, archive).asked == "How many nurses work in Carlow?"


def test_an_unanswered_question_says_what_the_chat_is_about_now(archive: Archive) -> None:
    history = [UNION, Turn("Where was Josef Marr born?", None)]
    assert resolve("when was he arrested?", history, archive).asked == "When was Josef Marr arrested?"


def test_a_chat_that_the_archive_knows_nothing_of_is_resolved_by_its_words(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as empty:
        assert resolve("when was she elected?", [UNION], empty).asked == "When was Anna Dahl elected?"
        assert resolve("and in Penrith?", [NURSES], empty).asked == "How many nurses work in Penrith?"


def test_a_long_chat_and_hostile_turns_are_safe(archive: Archive) -> None:
    """The new question is in what is searched for, as it stands, and of the chat no more than one question."""
    before, question = r"why \1 (in [A-Z?", r"and in \g<1>?"
    alone = resolve(question, [Turn(before, "x" * 5000)] * 300, archive)
    for text in (alone.asked, alone.to_read):
        assert r"in \g<1>" in text.lower()
        assert len(text) <= len(before) + 1 + len(question)
    swapped = resolve(question, [Turn(r"How many \1 work in Harlow?", r"\2")], archive)
    assert swapped.asked == r"How many \1 work in \g<1>?"


def test_a_name_after_a_question_that_the_chat_made_clear_takes_the_place_of_its_name(archive: Archive) -> None:
    history = [UNION, Turn("When was she elected?", "Monday")]
    assert resolve("Olaf Brandt", history, archive).asked == "When was Olaf Brandt elected?"
    history = [Turn("When was he arrested?", None), Turn("Josef Marr", "Tuesday")]
    assert resolve("where?", history, archive).asked == "Where was Josef Marr arrested?"
    assert resolve("what did he do?", history, archive).asked == "What did Josef Marr do?"


def test_she_is_the_woman_named_earlier_and_not_the_man_whom_the_last_answers_are_about(archive: Archive) -> None:
    chat = [
        ("When did Lise Brandt resign?", "When did Lise Brandt resign?", "3 May"),
        ("who replaced her", "Who replaced Lise Brandt", "Oskar Denn"),
        ("when was he sworn in?", "When was Oskar Denn sworn in?", "Monday"),
        ("what did he promise?", "What did Oskar Denn promise?", "lower fares and a new bridge"),
        ("why did she resign?", "Why did Lise Brandt resign?", None),
    ]
    history: list[Turn] = []
    for question, meant, answer in chat:
        assert resolve(question, history, archive).asked == meant
        history.append(Turn(question, answer))
    history = [Turn("When did Lise Brandt resign?", "3 May"), Turn("Who is premier of Orrin?", "Oskar Denn")]
    history.append(Turn("when was he sworn in?", "Monday"))
    assert resolve("why did she resign?", history, archive).asked == "Why did Lise Brandt resign?"
