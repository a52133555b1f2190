"""The whole way out, on the sample archive with the real encoder and reader."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import Archive
from ingest.article import Article
from ingest.errors import InputError
from ingest.pipeline import add_articles
from ingest.sources import read_articles
from qa.answer.clarify import UNCLEAR
from qa.assistant import MAX_QUESTION_CHARACTERS, Assistant
from qa.read.reader import Reader
from qa.types import Answer, DatesAsked, Searched, Span, Turn

KUWAIT = "articles/us-iraq-military-presence.txt"


def assert_exact(answer: Answer, archive: Archive) -> None:
    places = [*answer.citations, *answer.nearest, *(c for other in answer.others for c in other.citations)]
    assert places
    for citation in places:
        article = archive.article(citation.article.id)
        assert article is not None
        assert article.text[citation.start : citation.end] == citation.quote
        assert article.text[citation.sentence_start : citation.sentence_end] == citation.sentence
        assert citation.sentence_start <= citation.start < citation.end <= citation.sentence_end


def test_the_reference_article_says_how_many_troops_remain(shared: Path, archive_dir: Path, careful: Reader) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, read_articles(str(shared / "articles")))
        answer = Assistant(archive, careful).ask("how many troops remain in Kuwait?")
        assert (answer.found, answer.text) == (True, "25,000")
        assert_exact(answer, archive)
        (citation,) = answer.citations
        assert citation.article.title == "US pushes for renewed military presence in Iraq"
        assert citation.article.published is None
        assert citation.article.source == "us-iraq-military-presence.txt"


GOLD = Path(__file__).parents[2] / "eval" / "gold" / "questions.jsonl"
QUESTIONS = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


@pytest.mark.slow
def test_every_citation_is_exact_on_every_question(assistant: Assistant) -> None:
    for record in QUESTIONS[::4]:
        history = [Turn(turn["question"], turn.get("answer")) for turn in record.get("history", [])]
        answer = assistant.ask(record["question"], history)
        assert answer.question == record["question"]
        assert 0 <= answer.confidence <= 1
        assert answer.found == bool(answer.citations)
        assert_exact(answer, assistant.archive)


def test_a_subject_the_archive_has_nothing_about_is_not_answered(assistant: Assistant) -> None:
    answer = assistant.ask("What is the boiling point of tungsten hexafluoride?")
    assert not answer.found
    assert answer.reason
    assert_exact(answer, assistant.archive)


@pytest.mark.slow
def test_threads_get_the_answers_that_one_gets(assistant: Assistant) -> None:
    questions = [record["question"] for record in QUESTIONS[:8]]
    alone = [assistant.ask(question).text for question in questions]
    with ThreadPoolExecutor(4) as pool:
        assert [answer.text for answer in pool.map(assistant.ask, questions)] == alone


@pytest.mark.parametrize("question", ["", "  ", "?!…", "___", "\u200b", "x" * (MAX_QUESTION_CHARACTERS + 1)])
def test_a_question_that_is_none_is_refused_in_one_line(assistant: Assistant, question: str) -> None:
    with pytest.raises(InputError) as caught:
        assistant.ask(question)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "question", ["x", "'; DROP TABLE articles; --", "\ud800 who?", "NEAR(", "كم عدد الجنود؟", "why " * 400, "😀 who"]
)
def test_any_other_question_has_an_answer_or_none(assistant: Assistant, question: str) -> None:
    assert isinstance(assistant.ask(question).found, bool)


def test_half_characters_in_the_chat_do_no_harm(assistant: Assistant) -> None:
    assert isinstance(assistant.ask("and then?", [Turn("who \ud800?", "\udfff")]).found, bool)


def test_an_empty_archive_says_so(archive_dir: Path, careful: Reader) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        answer = Assistant(archive, careful).ask("who won?")
    assert not answer.found
    assert answer.nearest == ()


def test_an_answer_is_json(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTIONS[0]["question"])
    keys = ["question", "asked", "found", "text", "confidence", "citations", "others", "nearest", "reason", "seconds"]
    keys += ["form", "as_of", "sources", "dates", "missing", "readings", "hidden", "writer", "sentences", "unwritten"]
    assert list(json.loads(json.dumps(answer.to_dict()))) == keys


def test_removed_articles_are_not_answered_from(archive_dir: Path, tmp_path: Path, careful: Reader) -> None:
    (tmp_path / "mill.txt").write_text("Old mill burns\n\nThe old mill at Carrow burnt down on Tuesday night.")
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, read_articles(str(tmp_path / "mill.txt")))
        assistant = Assistant(archive, careful)
        answer = assistant.ask("When did the old mill at Carrow burn down?")
        assert answer.found
        archive.remove([answer.citations[0].article.id])
        answer = assistant.ask("When did the old mill at Carrow burn down?")
        assert (answer.found, answer.nearest) == (False, ())


def test_a_question_that_fits_two_people_is_given_back(tmp_path: Path, careful: Reader) -> None:
    banker = "Police in Orr arrested the banker Arman Sel on Tuesday. He was arrested at 6 a.m. at home, they said."
    coach = "The coach Victor Lund was arrested in Penrith on 8 July. He was arrested after a search, a court heard."
    with Archive.open(tmp_path / "archive", create=True) as archive:
        add_articles(
            archive,
            [Article("banker", "Banker held in Orr", banker, "a"), Article("coach", "Coach detained", coach, "b")],
        )
        answer = Assistant(archive, careful).ask("when was he arrested?")
        assert (answer.found, answer.text, answer.missing) == (False, UNCLEAR, "unclear")
        asked = {reading.label: reading.question for reading in answer.readings}
        assert asked == {
            "Arman Sel": "When was Arman Sel arrested?",
            "Victor Lund": "When was Victor Lund arrested?",
        }
        assert Assistant(archive, careful).ask(asked["Victor Lund"]).text.endswith("8 July")


def test_days_asked_about_are_counted_from_now(tmp_path: Path, careful: Reader) -> None:
    with Archive.open(tmp_path / "archive", create=True) as archive:
        add_articles(
            archive,
            [
                Article("old", "Mill shuts", "The mill in Orr employs 40 people.", "a", None, "2019-03-05"),
                Article("new", "Mill opens", "The mill in Orr employs 90 people.", "b", None, "2020-03-05"),
            ],
        )
        assistant = Assistant(archive, careful)
        question = "How many people did the mill in Orr employ last year?"
        said = {year: assistant.ask(question, now=date(year, 6, 1)) for year in (2020, 2021)}
        assert [said[year].text.removesuffix(" people") for year in said] == ["40", "90"]
        assert said[2020].dates == DatesAsked("last year", "2019-01-01", "2019-12-31")
        assert assistant.ask("How many people does the mill in Orr employ?").text.startswith("90")


def test_what_it_was_before_is_another_value_than_it_is(tmp_path: Path, careful: Reader) -> None:
    with Archive.open(tmp_path / "archive", create=True) as archive:
        add_articles(
            archive,
            [
                Article("old", "Mill shuts", "The mill in Orr employs 40 people.", "a", None, "2019-03-05"),
                Article("new", "Mill opens", "The mill in Orr now employs 90 people.", "b", None, "2020-03-04"),
                Article(
                    "newer", "Mill is open", "The mill in Orr employs 90 people, it says.", "c", None, "2020-03-05"
                ),
            ],
        )
        assistant = Assistant(archive, careful)
        first = Turn("How many people does the mill in Orr employ?", "90")
        answer = assistant.ask("what was it before?", [first], now=date(2020, 6, 1))
        assert (answer.text.removesuffix(" people"), answer.as_of) == ("40", "2019-03-05")
        assert all("90" not in other.text for other in answer.others)


def test_it_says_what_it_reads_before_it_answers(assistant: Assistant) -> None:
    question = "How many Aldermark troops remain in Qasara?"
    searched, answer = assistant.steps(question)
    assert isinstance(searched, Searched)
    assert isinstance(answer, Answer)
    assert searched.asked == question
    ids = [article.id for article in searched.articles]
    assert len(set(ids)) == len(ids) > 1
    cited = [*answer.citations, *(citation for other in answer.others for citation in other.citations)]
    assert {citation.article.id for citation in cited} <= set(ids)
    assert 0 < searched.seconds <= answer.seconds.total
    assert searched.to_dict()["articles"][0]["title"] == searched.articles[0].title
    again = assistant.ask(question)
    assert replace(answer, seconds=again.seconds) == again


class Counting(Reader):
    """The shipped reader, which counts how often it is asked to read."""

    calls = 0

    def read(self, *asked: Any, **given: Any) -> list[list[Span]]:
        type(self).calls += 1
        return super().read(*asked, **given)


def test_who_stops_after_the_first_step_saves_the_reading(sample_archive: Archive) -> None:
    assistant = Assistant(sample_archive, Counting.load())
    steps = assistant.steps("How many Aldermark troops remain in Qasara?")
    assert isinstance(next(steps), Searched)
    steps.close()
    assert Counting.calls == 0
    assistant.ask("How many Aldermark troops remain in Qasara?")
    assert Counting.calls == 1


def test_a_question_that_cannot_be_asked_is_refused_at_the_first_step(assistant: Assistant) -> None:
    with pytest.raises(InputError, match="no question"):
        next(assistant.steps("?!"))
