import pytest

from qa.question import StandAlone, expected_type, fits_type, form_of, search_terms, standalone
from qa.types import Turn


@pytest.mark.parametrize(
    ("before", "answer", "question", "expected"),
    [
        ("How many nurses work in Harlow?", "1,200", "and in Penrith?", "How many nurses work in Penrith?"),
        ("how many nurses work in Harlow?", None, "what about Penrith", "how many nurses work in Penrith?"),
        ("Who leads the union?", "Anna Dahl", "When was she elected?", "When was Anna Dahl elected?"),
        ("Who leads the union?", "Anna Dahl", "who replaced her?", "Who replaced Anna Dahl?"),
        ("Who leads the union?", "Anna Dahl", "what is her salary?", "What is Anna Dahl's salary?"),
        ("What did the tram line cost?", "41 million crowns", "Who paid for it?",
         "What did the tram line cost? Who paid for it?"),
        ("Who built the tram line?", "Harlow Works", "What came after that?",
         "Who built the tram line? What came after that?"),
        ("What did the tram line cost?", "41 million crowns", "Why?", "What did the tram line cost? Why?"),
        ("What did the tram line cost?", "41 million crowns", "When did the ferry to Aran sink?",
         "When did the ferry to Aran sink?"),
    ],
)  # fmt: skip
def test_a_follow_up_takes_what_is_missing(before: str, answer: str | None, question: str, expected: str) -> None:
    assert standalone(question, [Turn(before, answer)]).asked == expected


@pytest.mark.parametrize(
    "question",
    [
        "Are there any troops in Qasara?",
        "Who is the mayor that won the prize in Kestrel?",
        "Which one party won Harlow?",
    ],
)
def test_a_new_question_with_small_words_stands_alone(question: str) -> None:
    assert standalone(question, [Turn("What did the tram line cost?", "41 million")]).asked == question


def test_a_first_question_is_left_alone() -> None:
    assert standalone("  who   leads it? ", []) == StandAlone("who leads it?", "who leads it?")


def test_the_reader_is_not_asked_the_question_before() -> None:
    alone = standalone("Who paid for it?", [Turn("What did the tram line cost?", "41 million")])
    assert alone == StandAlone("What did the tram line cost? Who paid for it?", "Who paid for it?")


def test_a_turn_without_a_word_is_no_turn() -> None:
    assert standalone("and why?", [Turn("???", None)]).asked == "and why?"


def test_two_follow_ups_reach_back_to_the_first_question() -> None:
    history = [Turn("How many nurses work in Harlow?", "1,200"), Turn("And in Penrith?", "300")]
    assert standalone("and in Carlow?", history).asked == "How many nurses work in Carlow?"


def test_a_long_chat_and_hostile_turns_are_safe() -> None:
    """The new question is in what is searched for, as it stands, and of the chat no more than one question."""
    before, question = r"why \1 (in [A-Z?", r"and in \g<1>?"
    alone = standalone(question, [Turn(before, "x" * 5000)] * 300)
    for text in (alone.asked, alone.to_read):
        assert r"in \g<1>?" in text.lower()
        assert len(text) <= len(before) + 1 + len(question)
    swapped = standalone(question, [Turn(r"How many \1 work in Harlow?", r"\2")])
    assert swapped.asked == r"How many \1 work in \g<1>?"


def test_search_terms_leave_out_what_every_article_says() -> None:
    assert search_terms("How many of the U.S. troops were in O'Brien's camp?") == [
        "many",
        "u.s",
        "troops",
        "o'brien's",
        "camp",
    ]
    assert search_terms("what is it") == ["what", "is", "it"]
    assert search_terms("?!") == []


@pytest.mark.parametrize(
    ("question", "kind", "fitting", "unfitting"),
    [
        ("How many boats sank?", "number", "three dozen", "the boats"),
        ("how much did it cost", "number", "£4.2m", "a lot"),
        ("When did it open?", "date", "last Friday", "the bridge"),
        ("Who resigned?", "name", "Anna Dahl", "resigned"),
        ("Who resigned?", "name", "bishop McGrath", "CAIRO"),
        ("Why did it close?", "reason", "because of the storm", "the storm"),
        ("What caused the fire?", "reason", "a cable that had come loose", "cable"),
        ("What did it close?", None, "the door", None),
    ],
)
def test_the_type_of_answer_that_a_question_wants(
    question: str, kind: str | None, fitting: str, unfitting: str
) -> None:
    assert expected_type(question) == kind
    assert fits_type(fitting, kind)
    assert unfitting is None or not fits_type(unfitting, kind)


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("who runs the port", "span"),
        ("When did the strike begin?", "span"),
        ("how many people live there", "span"),
        ("how long did it take?", "span"),
        ("What did the minister say about royalties?", "span"),
        ("what was his name", "span"),
        ("which species is it", "span"),
        ("may 2024 turnout", "span"),
        ("could you tell me who won", "span"),
        ("Why did she step down?", "reason"),
        ("and why was it late", "reason"),
        ("how come the lights went out", "reason"),
        ("What caused the fire?", "reason"),
        ("what is the reason for the delay", "reason"),
        ("How did the thieves get in?", "reason"),
        ("how was the bridge built", "reason"),
        ("Did he win?", "sentence"),
        ("so is it open on sundays", "sentence"),
        ("Haven’t they been told?", "sentence"),
        ("may children come in", "sentence"),
        ("is there a reward and how much", "span"),
        ("did it fail, and if so why?", "reason"),
        ("list the islands", "list"),
        ("Name the three ministers", "list"),
        ("which countries offered help", "list"),
        ("What two teams were in the final?", "list"),
        ("what are the parties in the house", "list"),
        ("who were the victims", "list"),
        ("What happened at the museum?", "summary"),
        ("summarise the strike", "summary"),
        ("Can you summarize the talks?", "summary"),
        ("tell me about the bridge", "summary"),
        ("what is known about the mill", "summary"),
        ("and what do we know about the fire", "summary"),
        ("Give me an overview of the election", "summary"),
    ],
)
def test_the_form_that_a_question_calls_for(question: str, form: str) -> None:
    assert form_of(question) == form
