"""The shipped check, on sentences of our own: what is turned round is noticed, what is only said otherwise is not."""

import shutil
from pathlib import Path

import pytest

from ingest.article import Article
from ingest.errors import ModelError
from qa.prose import support
from qa.prose.check import check as checked
from qa.prose.sentences import Drafted
from qa.prose.sources import Source
from qa.prose.support import Support
from tests.qa.making import candidate

PASSAGE = (
    "The port of Marlow reopened on Tuesday after two days. Ada Lindqvist, who runs the Vale Line, sued the harbour"
    " office over the closure, and Jon Vale defended it. The price of a ticket rose in May and has not fallen since."
)
CARRIED = [
    "The port of Marlow reopened after two days.",
    "Ada Lindqvist runs the Vale Line.",
    "Ada Lindqvist sued the harbour office.",
    "Jon Vale defended the closure.",
    "The price of a ticket has not fallen since May.",
    "The price of a ticket increased in May.",
    "Tickets became dearer in May.",
    "The Vale Line is run by Ada Lindqvist.",
    "The port reopened on Tuesday.",
    "Ticket prices rose in May.",
]
TURNED = [
    "The port of Marlow did not reopen on Tuesday.",
    "The port of Marlow was never reopened after two days.",
    "Ada Lindqvist does not run the Vale Line.",
    "Ada Lindqvist did not sue the harbour office over the closure.",
    "Jon Vale did not defend it.",
    "The price of a ticket fell in May.",
    "The price of a ticket has fallen since.",
    "The price of a ticket did not rise in May.",
    "The price of a ticket never rose in May.",
    "The port has not reopened.",
]


@pytest.fixture(scope="module")
def check() -> Support:
    return Support.load()


def test_what_the_sentences_carry_is_mostly_left(check: Support) -> None:
    assert sum(check.of(statement, [PASSAGE]) >= check.threshold for statement in CARRIED) >= 8


def test_what_is_turned_round_is_mostly_noticed(check: Support) -> None:
    source = Source(1, candidate(Article("m1", "Marlow", PASSAGE, "a", None, "2026-03-14")))
    faults = [checked(Drafted(statement, (1,)), [source], check).fault for statement in TURNED]
    assert sum(fault is not None for fault in faults) >= 7


def test_one_passage_of_several_is_enough(check: Support) -> None:
    alone = check.of(CARRIED[0], [PASSAGE])
    assert check.of(CARRIED[0], ["Storks were counted in May.", PASSAGE]) >= alone
    assert check.of(CARRIED[0], []) == 0.0


def test_long_and_odd_texts_are_read(check: Support) -> None:
    assert 0 <= check.of("word " * 3000, ["\ud800 " + "word " * 3000]) <= 1
    assert 0 <= check.of("", [""]) <= 1


def test_a_damaged_model_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(Path(support.__file__).parent / "support_model", folder)
    (folder / "model.onnx").write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"model\.onnx is damaged"):
        Support.load(folder)
    with pytest.raises(ModelError, match=r"config\.json cannot be read"):
        Support.load(tmp_path / "nowhere")
