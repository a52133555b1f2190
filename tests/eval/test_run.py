"""The evaluation's command line, on tiny data made here and on a small real archive."""

import json
from pathlib import Path

import pytest

from eval.data.questions import load_xquad32
from eval.run import SUITES, main, table
from eval.suites.reader import Reading, figures
from eval.suites.speed import archive_questions, slices
from ingest.article import Article
from ingest.errors import InputError


def squad(title: str, *paragraphs: tuple[str, str, str]) -> dict[str, object]:
    return {
        "title": title,
        "paragraphs": [
            {"context": context, "qas": [{"question": q, "answers": [{"text": a, "answer_start": context.index(a)}]}]}
            for context, q, a in paragraphs
        ],
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two test articles, one of which readers were trained on."""
    tower = squad(
        "Tower",
        ("The tower was built in 1512 by monks.", "When was the tower built?", "1512"),
        ("Its bell weighs 800 kilograms.", "How much does the bell weigh?", "800 kilograms"),
    )
    seen = squad("Seen", ("The mill burned in 1700.", "When did the mill burn?", "1700"))
    (tmp_path / "xquad-en.json").write_text(json.dumps({"data": [seen, tower]}), encoding="utf-8")
    (tmp_path / "squad2-half-dev.json").write_text(json.dumps({"data": [seen]}), encoding="utf-8")
    return tmp_path


@pytest.fixture
def into(tmp_path: Path) -> tuple[str, str]:
    """Flags that keep a run's results out of the project."""
    return ("--results", str(tmp_path / "results"))


def test_xquad32_leaves_out_what_readers_were_trained_on(data: Path) -> None:
    questions = load_xquad32(data).questions
    assert [question.text for question in questions] == ["When was the tower built?", "How much does the bell weigh?"]
    assert questions[0].sibling == questions[1].passage
    assert questions[1].sibling == questions[0].passage


def test_xquad32_has_32_titles(shared: Path) -> None:
    questions = load_xquad32(shared / "data").questions
    assert len({question.passage.article_id for question in questions}) == 32


def test_the_reader_suite_prints_one_json_line(
    into: tuple[str, str], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reader", *into, "--data", str(data), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["n"] == 2
    assert len(figures["data"]["xquad-en.json"]) == 64
    assert figures["run"]["limit"] is None
    assert figures["em"]["value"] == 100.0
    assert figures["prefers"]["value"] == 100.0


def test_the_reader_suite_judges_the_folder_it_is_given(
    into: tuple[str, str], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reader", *into, "--data", str(data), "--reader", str(tmp_path / "none")]) == 1
    assert "none" in capsys.readouterr().err


def test_without_json_a_table_comes_first(
    into: tuple[str, str], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reader", *into, "--data", str(data), "--limit", "1"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert json.loads(last)["n"] == 1
    assert any(line.split() == ["n", "1"] for line in lines)


def test_missing_data_is_one_line(into: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reader", *into, "--data", str(tmp_path / "none"), "--json"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert "--data" in err


def test_data_of_another_format_is_told(data: Path) -> None:
    (data / "xquad-en.json").write_text('{"data": [1]}', encoding="utf-8")
    with pytest.raises(InputError, match="SQuAD's format"):
        load_xquad32(data)


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["reader", "--limit", "0"], ["reader", "--limit", "many"]])
def test_wrong_flags_leave_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2


def test_every_suite_is_there() -> None:
    assert {"gold", "reader", "speed"} <= SUITES.keys()


def test_figures_by_hand() -> None:
    found = figures([Reading("a", 1.0, 1.0, 4.0, 1.0), Reading("b", 0.0, 0.5, -2.0, 3.0)])
    assert isinstance(found["em"], dict)
    assert isinstance(found["f1"], dict)
    assert isinstance(found["prefers"], dict)
    assert found["em"]["value"] == 50.0
    assert found["f1"]["value"] == 75.0
    assert found["prefers"]["value"] == 50.0
    # pairs: 4>1, 4>3, -2<1, -2<3; a threshold at 4 keeps one of two and rejects both others
    assert found["separates"] == 50.0
    assert found["best_threshold_accuracy"] == 75.0


def test_table_shows_intervals_and_gaps() -> None:
    lines = list(table({"n": 3, "em": {"value": 1.0, "low": 0.5, "high": 2.0}, "deep": {"ratio": None}}))
    assert [line.split(maxsplit=1) for line in lines] == [["n", "3"], ["em", "1.0 [0.5, 2.0]"], ["deep.ratio", "-"]]


def test_questions_come_from_all_articles() -> None:
    first = Article("1" * 16, "One", "A dog barked. A cat ran.", "one.txt")
    second = Article("2" * 16, "Two", "Rain fell.", "two.txt")
    assert archive_questions([first, second], 4) == ["A dog barked.?", "Rain fell.?", "A cat ran.?", "A dog barked.?"]
    assert archive_questions([], 4) == []


def test_slices_have_their_length() -> None:
    passages = slices([Article("1" * 16, "One", "one two three four five", "one.txt")], 3, 4)
    assert [passage.text for passage in passages] == ["one two three four", "five one two three", "four five one two"]


@pytest.mark.slow
def test_the_speed_suite_measures_a_real_archive(
    into: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["speed", *into, "--limit", "2", "--data", str(tmp_path / "data"), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert 0 < figures["ask_ms"]["p50"] <= figures["ask_ms"]["p95"]
    assert 0 < figures["fast_ms"]["p50"] < figures["ask_ms"]["p50"]
    assert len(figures["cold_s"]["runs"]) == 3
    assert figures["memory_mb"]["cold"] > 0
    assert figures["read"]["ratio"] is None
    assert "reader" in figures["read"]["ratio_missing"]


@pytest.mark.slow
def test_speed_of_an_archive_that_is_not_there(
    into: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["speed", *into, "--archive", str(tmp_path / "none"), "--json"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
