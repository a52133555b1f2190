"""Unclear questions of an invented archive with two arrests, two mergers and one strike."""

from collections.abc import Iterator

import pytest

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.pipeline import add_articles
from qa.answer.clarify import readings
from qa.assistant import Assistant
from qa.read.reader import Reader
from qa.types import Reading, Turn

ARTICLES = (
    (
        "Ferry captain held over sinking",
        "Captain Josef Marr was arrested in Kestrel on Tuesday. He had left the ferry's door open, police said.",
    ),
    (
        "Museum thief caught after a year",
        "Piet Oster was arrested in Harlow on Saturday. He had stolen the Bronze Heron, the prosecutor said.",
    ),
    (
        "Museum thief caught",  # another report of the same arrest
        "Police in Harlow said that Piet Oster was arrested on Saturday with the Bronze Heron.",
    ),
    (
        "Stenmark Works and Tolland Steel agree",
        "The merger of Stenmark Works and Tolland Steel was approved by the trade court on Friday.",
    ),
    (
        "Lindqvist Bank to join Aran Savings",
        "The merger of Lindqvist Bank and Aran Savings was approved by the finance ministry on Monday.",
    ),
    (
        "Dockers walk out",
        "The strike at the docks began on Wednesday, because Anna Dahl had refused the offer. She was elected in May.",
    ),
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, careful: Reader) -> Iterator[Assistant]:
    with Archive.open(tmp_path_factory.mktemp("unclear") / "archive", create=True) as archive:
        add_articles(archive, [Article(article_id(title), title, text, "wire") for title, text in ARTICLES])
        yield Assistant(archive, careful)


def read(assistant: Assistant, question: str, *history: Turn) -> tuple[Reading, ...]:
    return readings(question, history, assistant.trace(question, history).evidence, assistant.archive)


def test_two_people_are_two_readings_however_many_articles_report_them(assistant: Assistant) -> None:
    found = read(assistant, "when was he arrested?")
    assert {(reading.label, reading.question) for reading in found} == {
        ("Josef Marr", "When was Josef Marr arrested?"),
        ("Piet Oster", "When was Piet Oster arrested?"),
    }


def test_two_events_are_told_apart_by_their_headlines(assistant: Assistant) -> None:
    found = read(assistant, "who approved the merger?")
    assert {reading.label for reading in found} == {
        "Stenmark Works and Tolland Steel agree",
        "Lindqvist Bank to join Aran Savings",
    }
    for reading in found:
        assert reading.question == f"Who approved the merger? ({reading.label})"


def test_a_reading_that_is_asked_is_not_unclear_again(assistant: Assistant) -> None:
    for question in ("when was he arrested?", "who approved the merger?"):
        for reading in read(assistant, question):
            assert read(assistant, reading.question) == ()
            assert assistant.ask(reading.question).found


def test_a_reading_is_answered_from_the_article_that_it_names(assistant: Assistant) -> None:
    for reading in read(assistant, "when was the merger approved?"):
        assert assistant.ask(reading.question).citations[0].article.title == reading.label


@pytest.mark.parametrize(
    "question",
    [
        "When was Piet Oster arrested?",  # names whom it means
        "who approved the merger of Lindqvist Bank?",
        "when did the strike begin?",  # only one
        "when was she elected?",  # only one woman
        "who was arrested in Harlow?",
        "how many people live on the moon?",
        "why?",
        "who approved it in the end",  # no sentence that is read says 'end'
    ],
)
def test_a_clear_question_is_answered(assistant: Assistant, question: str) -> None:
    assert read(assistant, question) == ()


def test_in_a_chat_the_chat_decides(assistant: Assistant) -> None:
    assert read(assistant, "when was he arrested?", Turn("Who stole the Bronze Heron?", "Piet Oster")) == ()


def test_a_turn_without_an_answer_is_no_chat(assistant: Assistant) -> None:
    unanswered = Turn("when was he arrested?", None)
    assert len(read(assistant, "who approved the merger?", unanswered)) == 2
    assert read(assistant, "when was he arrested?", Turn("Where was Josef Marr born?", None)) == ()


def test_no_spans_are_no_readings(assistant: Assistant) -> None:
    assert readings("when was he arrested?", (), (), assistant.archive) == ()
