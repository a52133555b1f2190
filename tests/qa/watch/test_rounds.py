"""Standing questions on a real archive with the real encoder and the fast reader: what is told, and only once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.errors import InputError
from ingest.filters import Filters
from ingest.pipeline import add_articles
from qa.assistant import Assistant
from qa.read.reader import Reader
from qa.watch.rounds import Told, ask_again, changes, keep_watch

QUESTION = "How many people work at the Torvald mill?"


def mill(day: str, sentence: str, outlet: str = "Brenn Gazette") -> Article:
    text = f"{sentence}\n\nThe mill stands on the river Brenn and has made paper since 1880."
    return Article(article_id(f"{outlet}/{day}"), "News of the Torvald mill", text, f"{day}.txt", None, day, outlet)


MAY = mill("2021-05-03", "The Torvald mill employs 120 people, its owner said on Monday.")
JUNE = mill("2021-06-07", "The Torvald mill now employs 95 people, its owner said on Monday.")
WEATHER = Article(
    article_id("rain"), "Rain", "It rained in Askvik for two hours on Friday.", "rain.txt", None, "2021-06-08"
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load("fast")


@pytest.fixture
def assistant(archive_dir: Path, reader: Reader) -> Iterator[Assistant]:
    with Archive.open(archive_dir, create=True) as archive:
        yield Assistant(archive, reader)


def add(assistant: Assistant, *articles: Article) -> list[Told]:
    add_articles(assistant.archive, articles)
    return again(assistant)


def again(assistant: Assistant, *, everything: bool = False) -> list[Told]:
    return list(ask_again(assistant.archive, lambda: assistant, everything=everything))


def kinds(assistant: Assistant) -> list[str]:
    (watch,) = assistant.archive.watches.all()
    return [given.kind for given in assistant.archive.watches.history(watch.id)]


def test_a_newer_value_overtakes_the_older_and_is_told_once(assistant: Assistant) -> None:
    add_articles(assistant.archive, [MAY])
    watch, answer = keep_watch(assistant, QUESTION)
    assert "120" in answer.text
    (told,) = add(assistant, JUNE)
    assert told.watch.id == watch.id
    assert told.now.kind == "overtaken"
    assert told.before is not None
    assert ("120" in str(told.before.value), "95" in str(told.now.value)) == (True, True)
    assert (told.before.as_of, told.now.as_of) == ("2021-05-03", "2021-06-07")
    said = told.now.said[0]
    assert JUNE.text[said.start : said.end] == said.quote
    assert (said.article, said.published, said.outlet) == (JUNE.id, "2021-06-07", "Brenn Gazette")
    assert again(assistant) == again(assistant, everything=True) == []
    (read,) = changes(assistant.archive, assistant.archive.watches.told(10))
    assert (read.watch.id, read.before, read.now) == (watch.id, told.before, told.now)


def test_an_answer_appears_and_disappears_with_its_article(assistant: Assistant) -> None:
    add_articles(assistant.archive, [WEATHER])
    _, answer = keep_watch(assistant, QUESTION)
    assert not answer.found
    assert [told.now.kind for told in add(assistant, MAY)] == ["appeared"]
    assistant.archive.remove([MAY.id])
    (told,) = again(assistant)
    assert (told.now.kind, told.now.value) == ("disappeared", None)
    assert again(assistant) == []
    assert [told.now.kind for told in add(assistant, MAY)] == ["appeared"]
    assert kinds(assistant) == ["appeared", "disappeared", "appeared"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The Torvald mill employs some 120 workers, the town council was told.",
        "A hundred and twenty people work at the Torvald mill, the union said.",
    ],
)
def test_other_words_for_the_same_value_are_no_change(assistant: Assistant, sentence: str) -> None:
    add_articles(assistant.archive, [MAY])
    keep_watch(assistant, QUESTION)
    assert add(assistant, mill("2021-06-07", sentence, "Observer")) == []
    assert kinds(assistant) == ["first"]


def test_an_older_article_that_comes_late_is_no_news(assistant: Assistant) -> None:
    add_articles(assistant.archive, [JUNE])
    keep_watch(assistant, QUESTION)
    assert add(assistant, MAY) == []


def test_two_values_of_one_day_are_disputed_once(assistant: Assistant) -> None:
    add_articles(assistant.archive, [MAY])
    keep_watch(assistant, QUESTION)
    other = mill("2021-05-03", "The Torvald mill employs 140 people, the union said on Monday.", "Observer")
    (told,) = add(assistant, other)
    assert told.now.kind == "disputed"
    assert {said.article for said in (*told.now.said, *told.now.against)} == {MAY.id, other.id}
    assert again(assistant, everything=True) == []
    assistant.archive.remove([other.id])
    assert [told.now.kind for told in again(assistant)] == ["changed"]
    assert again(assistant, everything=True) == []


def test_an_article_that_is_corrected_changes_the_answer_and_one_changed_back_in_time_does_not(
    assistant: Assistant,
) -> None:
    add_articles(assistant.archive, [MAY])
    keep_watch(assistant, QUESTION)
    corrected = replace(MAY, text=MAY.text.replace("120", "210"))
    add_articles(assistant.archive, [corrected])
    assert add(assistant, MAY) == []
    (told,) = add(assistant, corrected)
    assert (told.now.kind, "210" in str(told.now.value)) == ("changed", True)
    (told,) = add(assistant, MAY)
    assert (told.now.kind, "120" in str(told.now.value)) == ("changed", True)
    assert kinds(assistant) == ["first", "changed", "changed"]


def test_articles_outside_the_filters_change_nothing(assistant: Assistant) -> None:
    add_articles(assistant.archive, [MAY])
    keep_watch(assistant, QUESTION, filters=Filters(until="2021-05-31"))
    assert add(assistant, JUNE) == []


def test_a_round_that_cannot_matter_reads_nothing(assistant: Assistant) -> None:
    """With 12 passages nearer than the news and no word in common."""
    mills = [mill(f"2020-{month:02d}-01", f"The Torvald mill employs {month}00 people.") for month in range(1, 13)]
    add_articles(assistant.archive, mills)
    keep_watch(assistant, QUESTION)

    def nobody() -> Assistant:
        raise AssertionError("nothing is to be read")

    add_articles(assistant.archive, [WEATHER])
    assert list(ask_again(assistant.archive, nobody)) == []
    assert assistant.archive.watches.news().articles == ()


def test_what_is_not_a_question_with_a_value_is_refused_and_not_kept(assistant: Assistant) -> None:
    add_articles(assistant.archive, [MAY])
    with pytest.raises(InputError, match="summary"):
        keep_watch(assistant, "Summarise the news of the Torvald mill")
    with pytest.raises(InputError, match="no question"):
        keep_watch(assistant, "?!")
    keep_watch(assistant, QUESTION, name="mill")
    with pytest.raises(InputError, match="'mill' is watched already"):
        keep_watch(assistant, "Who owns the mill?", name=" mill ")
    assert [watch.name for watch in assistant.archive.watches.all()] == ["mill"]


def test_stopping_can_be_undone_and_leaves_nothing(assistant: Assistant) -> None:
    add_articles(assistant.archive, [MAY])
    watch, _ = keep_watch(assistant, QUESTION, name="mill")
    add(assistant, JUNE)
    kept = assistant.archive.watches
    history = kept.history(watch.id)
    removed = kept.remove(watch.id)
    assert removed is not None
    rows = assistant.archive.record.rows
    assert [rows(f"SELECT count(*) FROM {t}") for t in ("watches", "watch_history", "watch_news")] == [[(0,)]] * 3
    add_articles(assistant.archive, [mill("2021-07-05", "The Torvald mill employs 80 people, its owner said.")])
    kept.put_back(*removed)
    assert kept.history(watch.id) == history
    assert ["80" in str(told.now.value) for told in again(assistant)] == [True]
    assert kept.remove("0" * 16) is None
