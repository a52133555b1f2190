"""The gate: floors.json pins what the quick suites reached; a drop that is more than noise fails.

For each suite it holds the data's hashes, the floor and allowance of each guarded score, and the scores of every
question when the floors were set. A score fails where it is below its floor by more than its allowance, and a
paired, one-sided permutation test over the questions says that the drop is more than noise; one without an
allowance fails on any drop. The allowance is for what differs between machines and not between commits: int8
kernels round differently from processor to processor.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.compare import SIGNIFICANT
from eval.scores.metrics import difference
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
        "follow_up": 0.05,
        "surfaced": 0.03,
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
        InputError: The floors are of other data, other questions or other allowances, or one is missing: they say
            nothing about this run.
    """
    pinned = floors.get(suite, {})
    scores = pinned.get("scores", {})
    drops = []
    for name, allowance in GUARDED[suite].items():
        floor, now = scores.get(name, {}), _values(result.rows, name)
        before = floor.get("values", {})
        same = pinned.get("data") == dict(result.data) and before.keys() == now.keys()
        if not (same and floor["allowance"] == allowance and floor["floor"] == _mean(before)):
            raise InputError(
                f"the floor of {suite} {name} is of other questions or data; set it with python -m eval gate --update"
            )
        pairs = list(before.values()), [now[id_] for id_ in before]
        change = difference(*pairs, "greater" if name in result.lower else "less")
        fell = change.mean if name in result.lower else -change.mean
        if fell > 0:
            failed = allowance == 0 or (fell > allowance and change.p < SIGNIFICANT)
            drops.append(Drop(suite, name, floor["floor"], floor["floor"] + change.mean, change.p, failed))
    return drops


def updated(suite: str, result: Result, floors: Floors, *, lower: bool) -> dict[str, Any]:
    """Return the floors with those of one suite raised to what this run reached.

    A floor that the run did not reach is left as it was, unless `lower` is set. On other data or questions every
    floor is set anew, which the hashes in the file's diff show.

    Raises:
        InputError: The data or the questions are others, the run is worse on those that both have, and `lower` is
            not set.
    """
    pinned = floors.get(suite, {})
    scores = {}
    for name, allowance in GUARDED[suite].items():
        values = _values(result.rows, name)
        old = pinned.get("scores", {}).get(name)
        worse = old is not None and _worse(old["values"], values, lower_is_better=name in result.lower)
        same = old is not None and pinned["data"] == dict(result.data) and old["values"].keys() == values.keys()
        if worse and not same and not lower:
            raise InputError(
                f"the data of {suite} changed, and {name} fell on the questions that both have: accept it with --lower"
            )
        kept = old if worse and not lower else {"floor": _mean(values), "values": values}
        scores[name] = {"floor": kept["floor"], "allowance": allowance, "values": kept["values"]}
    return {**floors, suite: {"data": dict(result.data), "scores": scores}}


def load_floors(path: Path = FLOORS) -> Floors:
    """Return the pinned floors; none where the file is missing."""
    if not path.exists():
        return {}
    floors: Floors = json.loads(path.read_text(encoding="utf-8"))
    return floors


def save_floors(floors: Floors, path: Path = FLOORS) -> None:
    """Write the floors: a line for each score, so that a diff shows which floor moved."""
    path.write_text("\n".join(_lines(floors)) + "\n", encoding="utf-8")


def _lines(floors: Floors) -> Iterator[str]:
    yield "{"
    for place, (suite, pinned) in enumerate(floors.items(), 1):
        yield f" {json.dumps(suite)}: {{"
        yield f'  "data": {json.dumps(pinned["data"])},'
        yield '  "scores": {'
        yield ",\n".join(f"   {json.dumps(name)}: {_compact(score)}" for name, score in pinned["scores"].items())
        yield "  }"
        yield " }" + ("," if place < len(floors) else "")
    yield "}"


def _compact(score: Mapping[str, Any]) -> str:
    # Whole numbers without '.0': most values are 0 or 1.
    values = {id_: int(value) if value == int(value) else value for id_, value in score["values"].items()}
    return json.dumps({**score, "values": values})


def _values(rows: Sequence[Row], name: str) -> dict[str, float]:
    return {row.id: round(row.scores[name], 4) for row in rows if name in row.scores}


def _mean(values: Mapping[str, float]) -> float:
    return round(sum(values.values()) / len(values), 6)


def _worse(before: Mapping[str, float], now: Mapping[str, float], *, lower_is_better: bool) -> bool:
    """Whether the mean over the questions that both have is worse."""
    both = before.keys() & now.keys()
    change = sum(now[id_] - before[id_] for id_ in both)
    return change > 1e-9 if lower_is_better else change < -1e-9
