"""Which passages the careful reader reads, and that either reader can be asked for."""

from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.article import Facts
from ingest.errors import ModelError
from ingest.passages import Passage
from qa.assistant import Assistant
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
    chosen = promising(fast, "Who bought the ferry to Skerry Island?", found)
    assert FEWEST <= len(chosen) < len(found)
    assert chosen[0] == found[-1]
    assert set(chosen) < set(found)


def test_few_passages_are_all_read_in_their_order(fast: Reader) -> None:
    found = candidates(*FILLER[: FEWEST - 1], ANSWER)
    assert promising(fast, "Who bought the ferry?", found) == found
    assert promising(fast, "Who bought the ferry?", []) == []


def test_passages_that_are_alike_are_read_together_up_to_a_bound(fast: Reader) -> None:
    found = candidates(*[ANSWER] * (MOST + 4))
    assert promising(fast, "Who bought the ferry?", found) == found[:MOST]


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
