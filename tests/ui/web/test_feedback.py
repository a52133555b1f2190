"""What people think of answers is kept beside the archive, whoever writes it, and comes back as gold candidates."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.archive import Archive
from ingest.article import Article
from ui.cli import main
from ui.terminal.judgements import gold_candidates, judgement_lines
from ui.web.feedback import Feedback, read_judgements

TEXT = "The light was repaired in May. Its keeper is Ada Lindqvist, the port said."
KEEPER = "Who is the keeper?"
START = TEXT.index("Ada")
PLACE = {"article": "k1", "sentence_start": 31, "start": START, "end": START + 13, "sentence_end": len(TEXT)}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive.open(tmp_path_factory.mktemp("light") / "archive", create=True)
    with archive.writing():
        archive.put(Article("k1", "New keeper", TEXT, "k.txt"))
    return archive


@pytest.fixture(autouse=True)
def _afresh(archive: Archive) -> None:
    (archive.folder / "feedback.jsonl").unlink(missing_ok=True)


def sent(**fields: object) -> dict[str, object]:
    whole = {"id": "t1", "verdict": "up", "question": KEEPER, "asked": KEEPER, "found": True, "text": "Ada Lindqvist"}
    return {**whole, "history": [], "places": [PLACE], **fields}


def test_a_right_answer_becomes_a_gold_candidate(archive: Archive) -> None:
    history = [{"question": "Was the light repaired?", "answer": "repaired in May"}]
    assert Feedback(archive).give(sent(history=history)) == {"problem": None}
    (candidate,) = gold_candidates(read_judgements(archive.folder))
    assert {key: candidate[key] for key in ("kind", "question", "history", "answers", "evidence", "answerable")} == {
        "kind": "who",
        "question": KEEPER,
        "history": history,
        "answers": ["Ada Lindqvist"],
        "evidence": [{"article": "New keeper", "sentence": "Its keeper is Ada Lindqvist, the port said."}],
        "answerable": True,
    }


def test_what_the_browser_says_of_an_article_is_read_in_the_archive_again(archive: Archive) -> None:
    forged = [
        {**PLACE, "sentence": "Invented.", "quote": "Invented"},
        {**PLACE, "article": "gone"},
        {**PLACE, "end": 10_000, "sentence_end": 10_000},
        {**PLACE, "start": -5},
        {**PLACE, "start": True},
        {**PLACE, "start": [31]},
        {**PLACE, "article": "\ud800"},
        "no place",
    ]
    Feedback(archive).give(sent(places=forged))
    (judgement,) = read_judgements(archive.folder)
    assert [(place["quote"], place["sentence"]) for place in judgement.evidence] == [
        ("Ada Lindqvist", "Its keeper is Ada Lindqvist, the port said.")
    ]


def test_the_last_judgement_of_a_turn_counts_and_can_be_taken_back(archive: Archive) -> None:
    feedback = Feedback(archive)
    feedback.give(sent())
    feedback.give(sent(verdict="down", reasons=["date", "invented"], words=" Old \u001b[31m news "))
    (judgement,) = read_judgements(archive.folder)
    assert (judgement.verdict, judgement.reasons, judgement.words) == ("down", ("date",), "Old \u001b[31m news")
    (candidate,) = gold_candidates([judgement])
    assert (candidate["answers"], candidate["answerable"]) == ([], None)
    feedback.give(sent(verdict="none"))
    assert read_judgements(archive.folder) == []
    assert list(judgement_lines([])) == ["no judgements yet: thumbs under an answer in the chat make them"]


@pytest.mark.parametrize(
    ("verdict", "reasons", "answerable"), [("up", [], False), ("down", ["missing"], True), ("down", ["words"], None)]
)
def test_a_refusal_that_was_judged(archive: Archive, verdict: str, reasons: list[str], answerable: bool | None) -> None:
    Feedback(archive).give(
        sent(found=False, places=[], verdict=verdict, reasons=reasons, text="The articles do not say.")
    )
    (candidate,) = gold_candidates(read_judgements(archive.folder))
    assert (candidate["answers"], candidate["answerable"]) == ([], answerable)


def test_a_torn_line_loses_only_itself(archive: Archive) -> None:
    feedback, path = Feedback(archive), archive.folder / "feedback.jsonl"
    feedback.give(sent(id="one"))
    with path.open("ab") as file:
        file.write(b'{"id": "torn", "verd')
    feedback.give(sent(id="two"))
    with path.open("ab") as file:
        file.write(b"\xff\xfe\n[]\nnull\n" + b"[" * 100_000 + b"\n")
    assert [judgement.id for judgement in read_judgements(archive.folder)] == ["one", "two"]


def test_two_processes_write_at_the_same_time(archive: Archive) -> None:
    code = """
import sys
from pathlib import Path
from ui.web.feedback import _append
for number in range(200):
    _append(Path(sys.argv[1]) / "feedback.jsonl", {"id": f"{sys.argv[2]}-{number}", "pad": "x" * 3000})
"""
    writers = [subprocess.Popen([sys.executable, "-c", code, str(archive.folder), name]) for name in ("a", "b")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    lines = (archive.folder / "feedback.jsonl").read_text().splitlines()
    assert {json.loads(line)["id"] for line in lines} == {f"{name}-{n}" for name in "ab" for n in range(200)}


def test_a_flood_is_held_up(archive: Archive) -> None:
    feedback = Feedback(archive)
    problems = [feedback.give(sent(id=str(number)))["problem"] for number in range(70)]
    assert problems[:60] == [None] * 60
    assert all("wait a minute" in str(problem) for problem in problems[60:])
    assert len(read_judgements(archive.folder)) == 60


def test_a_file_that_is_full_is_told(archive: Archive) -> None:
    path = archive.folder / "feedback.jsonl"
    with path.open("wb") as file:
        file.truncate(20_000_000)
    assert "is full (20 MB)" in str(Feedback(archive).give(sent())["problem"])
    assert path.stat().st_size == 20_000_000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*sent(), *PLACE, "reasons", "words"]), inner),
    max_leaves=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(json_values)
def test_whatever_the_browser_sends_is_judged_or_refused(archive: Archive, value: object) -> None:
    feedback = Feedback(archive)
    for whole in (value, sent(places=value), sent(reasons=value, words=value), sent(history=value)):
        assert set(feedback.give(whole)) == {"problem"}
    assert all(len(judgement.words) <= 1_000 for judgement in read_judgements(archive.folder))


def test_the_command_lists_and_exports(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    Feedback(archive).give(sent(verdict="down", reasons=["date"], words="\u001b[31mold"))
    assert main(["feedback", "--archive", str(archive.folder)]) == 0
    listed = capsys.readouterr().out
    assert KEEPER in listed
    assert "because: date, " in listed
    assert "\u001b" not in listed
    assert main(["feedback", "export", "--archive", str(archive.folder)]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "feedback-t1"


def test_no_judgements_are_no_error(tmp_path: Path) -> None:
    assert read_judgements(tmp_path) == []
