"""Runs on disk, compared with each other, and gated."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from eval import gate
from eval.compare import compare, compare_suite, lines, to_json
from eval.results import SuiteRun, load, run_name, save, summary
from eval.run import main
from eval.suite import Options, Result, Row, spread
from ingest.errors import InputError

OPTIONS = Options(None, Path("none"), None)


def row(number: int, right: bool, stage: str | None = None, **scores: float) -> Row:
    said = {"answer": {"text": "yes" if right else "no", "found": True}}
    return Row(f"q{number}", "all", f"question {number}?", {}, {"correct": float(right), **scores}, stage, said)


def result(rows: list[Row], data: str = "0" * 64) -> Result:
    return Result({"set": data}, tuple(rows), {"deep": {"n": len(rows)}}, "correct", ("slow",))


def run(rows: list[Row], data: str = "0" * 64) -> SuiteRun:
    made = result(rows, data)
    return SuiteRun(summary("a-run", "no-commit", "gold", made, OPTIONS, 1.0), {r.id: r for r in rows})


def suites(one: SuiteRun) -> Mapping[str, SuiteRun]:
    return {"gold": one}


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    rows = [row(1, True), row(2, False, "not read", slow=0.25)]
    made = result(rows)
    save(tmp_path / "run", summary("a-run", "no-commit", "gold", made, OPTIONS, 2.0), made.rows)
    loaded = load(tmp_path / "run")
    assert list(loaded) == ["gold"]
    assert list(loaded["gold"].rows.values()) == rows
    told = loaded["gold"].summary
    assert (told["n"], told["deep"]["n"], told["data"]) == (2, 2, {"set": "0" * 64})
    assert told["run"]["headline"] == "correct"
    assert told["run"]["seed"] == 0


def test_the_run_is_named_after_the_commit() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}(-changed-[0-9a-f]{6})?|no-commit", run_name())


def test_a_run_that_is_not_there_and_a_broken_one_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no results in"):
        load(tmp_path / "none")
    (tmp_path / "gold.json").write_text('{"suite": "gold"}', encoding="utf-8")
    with pytest.raises(InputError, match="run python -m eval gold again"):
        load(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        '{"scores": null}',
        '{"scores": {"correct": "1"}}',
        '{"scores": {"correct": NaN}}',
        '{"stage": []}',
        '{"trace": {"answer": {}}}',
        '{"trace": []}',
        '{"id": 5}',
        "[]",
        "[" * 100_000,
    ],
)
def test_a_row_that_is_no_row_is_told(tmp_path: Path, line: str) -> None:
    made = result([row(1, True)])
    save(tmp_path, summary("a-run", "no-commit", "gold", made, OPTIONS, 1.0), made.rows)
    kept = json.loads((tmp_path / "gold.jsonl").read_text(encoding="utf-8"))
    broken = json.dumps({**kept, **json.loads(line)}) if line.startswith("{") else line
    (tmp_path / "gold.jsonl").write_text(broken, encoding="utf-8")
    with pytest.raises(InputError, match="run python -m eval gold again"):
        load(tmp_path)


def test_results_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    made = result([row(1, True)])
    with pytest.raises(InputError, match="give another --results"):
        save(tmp_path / "file", summary("a-run", "no-commit", "gold", made, OPTIONS, 1.0), made.rows)


def test_spread_keeps_order_and_ends() -> None:
    assert spread(list(range(10)), 5) == [0, 2, 4, 6, 8]
    assert spread([1, 2], 5) == [1, 2]


def test_a_drop_is_found_with_its_questions_and_its_stage() -> None:
    before = [row(n, True) for n in range(30)]
    after = [row(n, n >= 10, None if n >= 10 else "wrongly refused") for n in range(30)]
    found = compare(suites(run(before)), suites(run(after)))[0]
    assert found.verdict == "worse"
    assert found.where == "wrongly refused"
    assert found.stages == {"wrongly refused": (0, 10)}
    assert [change.id for change in found.changes] == [f"q{n}" for n in range(10)]
    assert found.changes[0].said == ("yes", "no")
    back = compare(suites(run(after)), suites(run(before)))[0]
    assert (back.verdict, back.where) == ("better", None)


def test_one_question_is_noise() -> None:
    before = [row(n, True) for n in range(30)]
    after = [*before[:-1], row(29, False, "not read")]
    found = compare(suites(run(before)), suites(run(after)))[0]
    assert found.verdict == "no more than noise"
    assert len(found.changes) == 1


def test_less_is_better_where_the_suite_says_so() -> None:
    before = [row(n, True, slow=1.0) for n in range(20)]
    after = [row(n, True, slow=2.0) for n in range(20)]
    found = compare_suite("gold", run(before), run(after))
    assert {score.name: score.better for score in found.scores} == {"correct": 0, "slow": -1}


def test_p_of_a_suite_is_adjusted_for_the_others() -> None:
    before = [row(n, True) for n in range(40)]
    after = [row(n, n >= 6, "not read" if n < 6 else None) for n in range(40)]
    alone = compare({"a": run(before)}, {"a": run(after)})[0]
    three = compare({k: run(before) for k in "abc"}, {k: run(after) for k in "abc"})[0]
    assert alone.p == pytest.approx(2 / 2**6, rel=0.2)
    assert three.p == pytest.approx(3 * alone.p)
    assert (alone.verdict, three.verdict) == ("worse", "no more than noise")


def test_other_data_are_not_compared() -> None:
    found = compare(suites(run([row(1, True)])), suites(run([row(1, True)], data="1" * 64)))[0]
    assert found.verdict == "not compared"
    assert "the data differ: set" in next(lines([found]))
    apart = compare(suites(run([row(1, True)])), suites(run([row(2, True)])))[0]
    assert apart.refused == "no question is in both"


def test_compare_prints_json_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = result([row(1, True)])
    for name in ("a", "b"):
        save(tmp_path / name, summary("a-run", "no-commit", "gold", made, OPTIONS, 1.0), made.rows)
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    *told, last = capsys.readouterr().out.splitlines()
    assert json.loads(last)["suites"]["gold"]["verdict"] == "the same"
    assert told[0] == "gold: the same, adjusted p 1.0000"
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "c")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_to_json_is_json() -> None:
    found = compare(suites(run([row(1, True)])), suites(run([row(1, False, "not read")])))
    assert json.loads(json.dumps(to_json(found)))["suites"]["gold"]["changes"][0]["second"] == "not read"


GUARDED = {
    "follow_up": 1.0,
    "surfaced": 1.0,
    "exact": 1.0,
    "f1": 1.0,
    "sentence": 1.0,
    "retrieved": 1.0,
    "rr": 1.0,
    "read": 1.0,
    "refused": 0.0,
}


def gated(right: int, of: int = 100, data: str = "0" * 64) -> Result:
    rows = [row(n, n < right, **GUARDED, answered=0.0) for n in range(of)]
    return replace(result(rows, data), lower=("refused", "answered"))


def test_the_gate_lets_noise_and_gains_pass_and_stops_a_drop() -> None:
    floors = gate.updated("gold", gated(80), {}, lower=False)
    assert gate.check("gold", gated(80), floors) == []
    assert gate.check("gold", gated(95), floors) == []
    small = gate.check("gold", gated(79), floors)
    assert [(drop.score, drop.failed) for drop in small] == [("correct", False)]
    large = gate.check("gold", gated(60), floors)
    assert [(drop.score, drop.failed) for drop in large] == [("correct", True)]
    assert "FAILED" in large[0].text
    assert "0.8000 -> 0.6000" in large[0].text


def test_more_refusals_are_a_drop() -> None:
    floors = gate.updated("gold", gated(80), {}, lower=False)
    rows = [replace(r, scores={**r.scores, "refused": 1.0}) if n < 30 else r for n, r in enumerate(gated(80).rows)]
    drops = gate.check("gold", replace(gated(80), rows=tuple(rows)), floors)
    assert [(drop.score, drop.failed) for drop in drops] == [("refused", True)]


def test_floors_rise_and_are_lowered_only_when_asked() -> None:
    floors = gate.updated("gold", gated(80), {}, lower=False)
    assert gate.updated("gold", gated(60), floors, lower=False)["gold"]["scores"]["correct"]["floor"] == 0.8
    assert gate.updated("gold", gated(60), floors, lower=True)["gold"]["scores"]["correct"]["floor"] == 0.6
    assert gate.updated("gold", gated(90), floors, lower=False)["gold"]["scores"]["correct"]["floor"] == 0.9


def test_floors_of_other_data_judge_nothing() -> None:
    floors = gate.updated("gold", gated(80), {}, lower=False)
    with pytest.raises(InputError, match="gate --update"):
        gate.check("gold", gated(80, data="1" * 64), floors)
    with pytest.raises(InputError, match="gate --update"):
        gate.check("gold", gated(80, of=99), floors)
    with pytest.raises(InputError, match="--lower"):
        gate.updated("gold", gated(60, data="1" * 64), floors, lower=False)
    anew = gate.updated("gold", gated(60, data="1" * 64), floors, lower=True)
    assert anew["gold"]["scores"]["correct"]["floor"] == 0.6
    better = gate.updated("gold", gated(90, data="1" * 64), floors, lower=False)
    assert better["gold"]["scores"]["correct"]["floor"] == 0.9


def test_nothing_guarded_may_be_missing_from_the_floors() -> None:
    floors = gate.updated("gold", gated(80), {}, lower=False)
    pinned = floors["gold"]
    some = {name: score for name, score in pinned["scores"].items() if name != "read"}
    wide = {**pinned["scores"], "correct": {**pinned["scores"]["correct"], "allowance": 0.5}}
    for broken in ({}, {"gold": {**pinned, "scores": some}}, {"gold": {**pinned, "scores": wide}}):
        with pytest.raises(InputError, match="gate --update"):
            gate.check("gold", gated(80), broken)


def test_one_citation_that_is_not_exact_fails() -> None:
    floors = gate.updated("gold", gated(80), {}, lower=False)
    first, *rest = gated(80).rows
    off = replace(first, scores={**first.scores, "exact": 0.0})
    drops = gate.check("gold", replace(gated(80), rows=(off, *rest)), floors)
    assert [(drop.score, drop.failed) for drop in drops] == [("exact", True)]


def test_lost_follow_ups_are_not_hidden_by_gains_elsewhere() -> None:
    floors = gate.updated("gold", gated(50), {}, lower=False)
    lost = tuple(
        replace(r, scores={**r.scores, "correct": float(n >= 50), "follow_up": float(n >= 50)})
        for n, r in enumerate(gated(50).rows)
    )
    drops = gate.check("gold", replace(gated(50), rows=lost), floors)
    assert [(drop.score, drop.failed) for drop in drops] == [("follow_up", True)]


def test_floors_are_saved_a_line_a_score(tmp_path: Path) -> None:
    floors = gate.updated("gold", gated(80), {}, lower=False)
    gate.save_floors(floors, tmp_path / "floors.json")
    assert gate.load_floors(tmp_path / "floors.json") == floors
    lines = (tmp_path / "floors.json").read_text(encoding="utf-8").splitlines()
    assert sum('"floor"' in line for line in lines) == len(gate.GUARDED["gold"])
    assert gate.load_floors(tmp_path / "none.json") == {}
