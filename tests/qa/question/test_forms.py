import pytest

from qa.english.words import search_terms
from qa.question.forms import asks_figure, expected_type, fits_type, form_of, is_time_sensitive


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
        ("How many boats sank?", "count", "three dozen", "the boats"),
        ("how many boats sank in 2024", "count", "3,000", "3 million dinars"),
        ("How many boats sank?", "count", "two in five", "40%"),
        ("how many million crowns did it cost", "number", "3 million crowns", "a lot"),
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


@pytest.mark.parametrize(
    "question",
    [
        "What was the death toll?",
        "What is the population?",
        "what's the population of Orrin",
        "What price?",
        "At what price was it sold?",
        "What toll will a car pay?",
        "Which percentage of the houses burned?",
        "What is the minister's salary?",
        "What was the number of guards in 2024?",
        "what did the tram line cost?",
    ],
)
def test_what_has_a_figure_for_its_value_asks_for_one_also_in_the_past(question: str) -> None:
    assert asks_figure(question)
    assert is_time_sensitive(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the toll road called?",
        "What was the cause of the price rise?",
        "What is the price commission?",
        "What cost him his office?",
        "Which number plate did the van have?",
        "What is the capital of Orrin?",
        "Who sets the rate?",
    ],
)
def test_what_only_has_such_a_word_in_it_asks_for_no_figure(question: str) -> None:
    assert not asks_figure(question)
