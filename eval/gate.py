"""The gate: floors.json pins what the quick suites reached; a drop that is more than noise fails.

For each suite it holds the data's hashes, the floor and allowance of each guarded score, and the scores of every
question when the floors were set. A score fails where it is below its floor by more than its allowance, and a
paired permutation test over the questions says that the drop is more than noise. The allowance is for what
differs between machines and not between commits: int8 kernels round differently from processor to processor.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.compare import SIGNIFICANT
from eval.metrics import difference
from eval.suite import Result, Row
from ingest.errors import InputError

__all__ = ["FLOORS", "GUARDED", "READER_SAMPLE", "Drop", "check", "load_floors", "save_floors", "updated"]

FLOORS = Path(__file__).parent / "floors.json"
READER_SAMPLE = 200  # of XQuAD-32's questions, spread over it: half a minute

# Guarded score -> allowance. A score of the other suites is judged by `python -m eval compare`.
GUARDED: Mapping[str, Mapping[str, float]] = {
    "gold": {
        "exact": 0.0,
        "correct": 0.02,
        "sentence": 0.02,
        "retrieved": 0.01,
        "rr": 0.01,
        "read": 0.02,
        "refused": 0.03,
        "answered": 0.03,
    },
    "reader": {"em": 0.01, "f1": 0.01, "prefers": 0.005},
}

Floors = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Drop:
    """A guarded score that fell: `text` says it in a line. `failed` where by more than allowance and noise."""

    suite: str
    score: str
    floor: float
    reached: float
    p: float
    failed: bool

    @property
    def text(self) -> str:
        """The drop as one line."""
        verdict = "FAILED" if self.failed else "within allowance or noise"
        return f"{self.suite} {self.score}: {self.floor:.4f} -> {self.reached:.4f} (p {self.p:.4f}): {verdict}"


def check(suite: str, result: Result, floors: Floors) -> list[Drop]:
    """Return every guarded score of a suite that is worse than its floor.

    Raises:
        InputError: The floors were set on other data or other questions: they say nothing about this run.
    """
    pinned = floors.get(suite, {})
    if pinned.get("data") != dict(result.data) or pinned.get("ids") != [row.id for row in result.rows]:
        raise InputError(
            f"the floors of {suite} are of other questions or data; set them with python -m eval gate --update"
        )
    drops = []
    for name, floor in pinned["scores"].items():
        before, now = floor["values"], _values(result.rows, name)
        change = difference([v for v in before if v is not None], [v for v in now if v is not None])
        fell = change.mean if name in result.lower else -change.mean
        if fell > 0:
            failed = fell > floor["allowance"] and change.p < SIGNIFICANT
            reached = floor["floor"] + change.mean
            drops.append(Drop(suite, name, floor["floor"], reached, change.p, failed))
    return drops


def updated(suite: str, result: Result, floors: Floors, *, lower: bool) -> dict[str, Any]:
    """Return the floors with those of one suite raised to what this run reached.

    On the same data and questions a floor that the run did not reach is left as it was, unless `lower` is set.
    On other data every floor is set anew: the hashes in the file's diff say so.
    """
    pinned = floors.get(suite, {})
    ids = [row.id for row in result.rows]
    same = pinned.get("data") == dict(result.data) and pinned.get("ids") == ids
    scores = {}
    for name, allowance in GUARDED[suite].items():
        values = _values(result.rows, name)
        floor = round(_mean(values), 6)
        old = pinned["scores"].get(name) if same else None
        worse = old is not None and (floor > old["floor"] if name in result.lower else floor < old["floor"])
        scores[name] = old if worse and not lower else {"floor": floor, "allowance": allowance, "values": values}
    return {**floors, suite: {"data": dict(result.data), "ids": ids, "scores": scores}}


def load_floors(path: Path = FLOORS) -> Floors:
    """Return the pinned floors; none where the file is missing."""
    if not path.exists():
        return {}
    floors: Floors = json.loads(path.read_text(encoding="utf-8"))
    return floors


def save_floors(floors: Floors, path: Path = FLOORS) -> None:
    """Write the floors: a line for each score and one for the ids, so that a diff shows which floor moved."""
    path.write_text("\n".join(_lines(floors)) + "\n", encoding="utf-8")


def _lines(floors: Floors) -> Iterator[str]:
    yield "{"
    for place, (suite, pinned) in enumerate(floors.items(), 1):
        yield f" {json.dumps(suite)}: {{"
        yield f'  "data": {json.dumps(pinned["data"])},'
        yield f'  "ids": {json.dumps(pinned["ids"])},'
        yield '  "scores": {'
        yield ",\n".join(f"   {json.dumps(name)}: {_compact(score)}" for name, score in pinned["scores"].items())
        yield "  }"
        yield " }" + ("," if place < len(floors) else "")
    yield "}"


def _compact(score: Mapping[str, Any]) -> str:
    # Whole numbers without '.0': most values are 0 or 1.
    values = [int(v) if v is not None and v == int(v) else v and round(v, 4) for v in score["values"]]
    return json.dumps({**score, "values": values})


def _values(rows: Sequence[Row], name: str) -> list[float | None]:
    return [row.scores.get(name) for row in rows]


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known)
