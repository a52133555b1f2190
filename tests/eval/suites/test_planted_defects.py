"""Defects planted in the way out: the comparison finds each, names its stage, and the gate fails.

The gold questions are really asked, of the real sample archive. What the reader says of a question and a passage is
remembered between the runs: it does not change, and reading is nearly all the time they take. The gate is held to all
the questions; a defect is planted before a hundred of them, which show it as well in half the time.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval import gate
from eval.compare import Comparison, compare
from eval.results import load, save, summary
from eval.run import main
from eval.suite import Options, Result
from eval.suites.gold import gold
from eval.suites.reader import reader
from ingest.passages import Passage, sentence_around
from qa.answer import compose as answer
from qa.answer.citations import cite
from qa.read.reader import Reader
from qa.retrieve import hybrid as retrieve
from qa.types import Citation, Span

pytestmark = pytest.mark.slow

Spans = list[list[Span]]
Judged = Callable[..., tuple[Comparison, list[gate.Drop]]]

PLANTED = 100  # questions asked with a defect, spread over the file


@pytest.fixture(scope="module")
def remembered() -> Iterator[None]:
    """`Reader.read`, with what it said before."""
    said: dict[tuple[str, int, str, str, str], list[Span]] = {}
    read = Reader.read

    def remember(
        self: Reader,
        question: str | Sequence[str],
        passages: Sequence[Passage],
        spans_per_passage: int = 3,
        titles: Sequence[str] = (),
    ) -> Spans:
        asked = [question] * len(passages) if isinstance(question, str) else question
        keys = [
            (self.name, spans_per_passage, text, passage.id, passage.text)
            for text, passage in zip(asked, passages, strict=True)
        ]
        new = [number for number, key in enumerate(keys) if key not in said]
        fresh = read(
            self,
            [asked[n] for n in new],
            [passages[n] for n in new],
            spans_per_passage,
            [titles[n] for n in new] if titles else (),
        )
        said.update(zip([keys[n] for n in new], fresh, strict=True))
        return [said[key] for key in keys]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reader, "read", remember)
        yield


@pytest.fixture(scope="module")
def ask(remembered: None, sample_dir: Path) -> Callable[[int | None], Result]:
    return lambda limit: gold(Options(archive=sample_dir, data=Path("none"), limit=limit))


@pytest.fixture(scope="module")
def sound(ask: Callable[[int | None], Result]) -> Result:
    return ask(None)


@pytest.fixture(scope="module")
def misread(ask: Callable[[int | None], Result], sound: Result) -> Result:
    """A run in which the reader's best spans are lost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reader, "read", without_the_best(Reader.read))
        return ask(PLANTED)


@pytest.fixture
def judged(ask: Callable[[int | None], Result], sound: Result, tmp_path: Path) -> Judged:
    """Save the sound run and another, run now if none is given; compare and gate them as the command line does."""

    def run(given: Result | None = None) -> tuple[Comparison, list[gate.Drop]]:
        result = given or ask(PLANTED)
        asked = {row.id for row in result.rows}
        same = replace(sound, rows=tuple(row for row in sound.rows if row.id in asked))
        assert len(same.rows) == len(asked) >= PLANTED
        for name, each in (("sound", same), ("other", result)):
            options = Options(None, Path("none"), None)
            save(tmp_path / name, summary(name, "no-commit", "gold", each, options, 1.0), each.rows)
        comparison = compare(load(tmp_path / "sound"), load(tmp_path / "other"))[0]
        return comparison, gate.check("gold", result, gate.updated("gold", same, {}, lower=False))

    return run


def worse(comparison: Comparison) -> set[str]:
    """The scores that fell by more than noise."""
    return {score.name for score in comparison.scores if score.better < 0 and score.difference.p < 0.05}


def failed(drops: Sequence[gate.Drop]) -> set[str]:
    return {drop.score for drop in drops if drop.failed}


def without_the_best(read: Callable[..., list[list[Span]]]) -> Callable[..., list[list[Span]]]:
    """The careful reader loses its best sentence of each passage; the fast one chooses the passages as ever."""

    def lost(reader: Reader, question: Any, passages: Sequence[Passage], *given: Any) -> list[list[Span]]:
        found = read(reader, question, passages, *given)
        if reader.name != "careful":
            return found
        return [
            [span for span in spans if not _in_the_sentence_of(spans[0], span, passage)]
            for passage, spans in zip(passages, found, strict=True)
        ]

    return lost


def _in_the_sentence_of(best: Span, span: Span, passage: Passage) -> bool:
    start, end = sentence_around(passage, best.start, best.end)
    return start < span.end and span.start < end


def test_two_identical_runs_do_not_differ(judged: Judged) -> None:
    comparison, drops = judged()
    assert comparison.verdict == "the same"
    assert comparison.changes == ()
    assert comparison.where is None
    assert drops == []


def test_the_readers_best_sentence_is_lost_in_reading(judged: Judged, misread: Result) -> None:
    comparison, drops = judged(misread)
    assert comparison.verdict == "worse"
    assert comparison.where == "not read"
    assert {"correct", "f1"} <= worse(comparison)
    assert {"read", "correct"} <= failed(drops)
    assert not {"retrieved", "rr", "exact"} & failed(drops)


def test_a_citation_off_by_one_is_a_wrong_citation(judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:

    def shifted(*given: Any) -> Citation:
        citation = cite(*given)
        return replace(citation, start=citation.start + 1, end=citation.end + 1)

    monkeypatch.setattr(answer, "cite", shifted)
    comparison, drops = judged()
    assert comparison.where == "wrong citation"
    assert "exact" in worse(comparison)
    assert failed(drops) == {"exact"}


def test_without_the_nearest_and_the_words_evidence_is_not_retrieved(
    judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    fuse = retrieve.fuse
    monkeypatch.setattr(retrieve, "fuse", lambda dense, keyword: fuse(dense[2:], []))
    comparison, drops = judged()
    assert comparison.verdict == "worse"
    assert comparison.where == "not retrieved"
    assert comparison.stages["not retrieved"][1] > comparison.stages["not retrieved"][0]
    assert "rr" in worse(comparison)
    assert "rr" in failed(drops)


def test_the_command_says_what_was_lost_and_where(
    judged: Judged, misread: Result, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judged(misread)
    assert main(["compare", str(tmp_path / "sound"), str(tmp_path / "other")]) == 0
    *told, last = capsys.readouterr().out.splitlines()
    assert json.loads(last)["suites"]["gold"]["verdict"] == "worse"
    assert told[0].startswith("gold: worse")
    assert "lost at: not read" in told[1]


def test_this_checkout_passes_the_gate(sound: Result) -> None:
    drops = gate.check("gold", sound, gate.load_floors())
    assert failed(drops) == set(), [drop.text for drop in drops]


def test_the_reader_passes_the_gate(shared: Path) -> None:
    result = reader(Options(None, shared / "data", gate.READER_SAMPLE))
    drops = gate.check("reader", result, gate.load_floors())
    assert failed(drops) == set(), [drop.text for drop in drops]
    # A reader that finds nothing: the gate must see it.
    broken = tuple(replace(row, scores=dict.fromkeys(row.scores, 0.0)) for row in result.rows)
    assert failed(gate.check("reader", replace(result, rows=broken), gate.load_floors())) == {"em", "f1", "prefers"}
