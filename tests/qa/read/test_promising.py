"""Which passages the careful reader reads, and that either reader can be asked for."""

from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.article import Article, Facts
from ingest.errors import ModelError
from ingest.passages import Passage
from ingest.pipeline import add_articles
from qa.assistant import Assistant
from qa.question.parse import Question
from qa.read import reader
from qa.read.promising import FEWEST, MOST, promising
from qa.read.reader import Reader
from qa.retrieve.hybrid import Candidate

QUESTION = "How many Aldermark troops remain in Qasara?"
FILLER = [
    "The harbour was quiet that morning, and a few gulls sat on the wall beside the nets.",
    "The council met in the evening and talked for an hour about the colour of the benches.",
    "Rain is expected in the hills, and the road over the pass may be closed for a day.",
    "The choir will sing in the old chapel, where the organ has been mended at last.",
    "A new bakery has opened near the station, and its owner hopes for many customers.",
    "The school's garden won a prize, which the children accepted with a song of their own.",
    "The library lends tools as well as books now, and a saw is what most people borrow.",
]
ANSWER = "The ferry to Skerry Island was bought by the cooper Anna Brand for 4,300 crowns in 1871."


def candidates(*texts: str) -> list[Candidate]:
    """The passages with fused scores that fall a little from each to the next."""
    return [
        Candidate(
            Passage(f"a{n}:0", f"a{n}", 0, 0, len(text), "News", text), Facts(f"a{n}", "News"), 0.5, 0.0, 0.5 - 0.01 * n
        )
        for n, text in enumerate(texts)
    ]


@pytest.fixture(scope="module")
def fast() -> Reader:
    return Reader.load("fast")


def test_a_passage_that_answers_is_read_though_it_was_found_last(fast: Reader) -> None:
    found = candidates(*FILLER, ANSWER)
    chosen = promising(fast, Question.of("Who bought the ferry to Skerry Island?"), found)
    assert FEWEST <= len(chosen) < len(found)
    assert chosen[0] == found[-1]
    assert set(chosen) < set(found)


def test_few_passages_are_all_read_in_their_order(fast: Reader) -> None:
    found = candidates(*FILLER[: FEWEST - 1], ANSWER)
    assert promising(fast, Question.of("Who bought the ferry?"), found) == found
    assert promising(fast, Question.of("Who bought the ferry?"), []) == []


def test_passages_that_are_alike_are_read_together_up_to_a_bound(fast: Reader) -> None:
    found = candidates(*[ANSWER] * (MOST + 4))
    assert promising(fast, Question.of("Who bought the ferry?"), found) == found[:MOST]


def test_a_question_says_which_reader_reads(sample_archive: Archive, assistant: Assistant) -> None:
    fast = Assistant(sample_archive, "fast")
    assert (assistant.reader.name, fast.reader.name) == ("careful", "fast")
    theirs, ours = fast.trace(QUESTION), assistant.trace(QUESTION, reader="fast")
    assert ours.evidence == theirs.evidence
    careful = assistant.trace(QUESTION)
    assert careful.evidence != theirs.evidence
    assert fast.trace(QUESTION, reader="careful").evidence == careful.evidence
    assert len(careful.candidates) <= MOST
    assert {c.passage.id for c in careful.candidates} <= {c.passage.id for c in theirs.candidates}


def test_a_damaged_fast_reader_shows_before_the_first_question(
    sample_archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "careful").symlink_to(reader.MODELS / "careful")
    monkeypatch.setattr(reader, "MODELS", tmp_path)
    with pytest.raises(ModelError, match="fast"):
        Assistant(sample_archive)


TUNNEL = {
    "2023-05-17": "Parliament voted for the Halle tunnel on Wednesday. It is to cost 2.1 billion marks.",
    "2024-10-02": "The auditor, who rarely speaks, said on Wednesday the Halle tunnel would cost 2.9 billion marks.",
    "2026-02-11": "The Halle tunnel will cost 3.6 billion marks, the third minister to build it told the house.",
}


@pytest.mark.parametrize(
    ("asked", "cost"), [("in October 2024", "2.9"), ("in 2023", "2.1"), ("in February 2026", "3.6")]
)
def test_an_article_of_the_days_asked_about_need_not_name_them(
    asked: str, cost: str, careful: Reader, archive_dir: Path
) -> None:
    articles = [Article(day, "Halle tunnel", text, f"{day}.txt", None, day) for day, text in TUNNEL.items()]
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, articles)
        answer = Assistant(archive, careful).ask(f"What does the Halle tunnel cost {asked}?")
    assert cost in answer.text
    assert answer.confidence > 0.5


@pytest.mark.parametrize(
    ("asked", "undated"),
    [
        ("What did the bridge cost in October 2024?", "What did the bridge cost?"),
        ("In 2023, how many troops were there?", "how many troops were there?"),
        ("Who led it between 2019 and 2021, and why?", "Who led it, and why?"),
        ("Who won the 2011 election?", "Who won the 2011 election?"),
        ("How many were there at first?", "How many were there at first?"),
    ],
)
def test_a_question_without_the_days_it_asks_about(asked: str, undated: str) -> None:
    assert Question.of(asked).undated == undated
