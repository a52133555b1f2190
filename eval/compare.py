"""Two runs side by side: what changed, question by question, at which stage, and whether it is more than noise."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.results import SuiteRun
from eval.scores.metrics import Difference, difference, holm
from eval.scores.stages import NOT_JUDGED, Stage
from eval.suite import Row
from ingest.errors import InputError

__all__ = [
    "SIGNIFICANT",
    "Change",
    "Comparison",
    "ScoreChange",
    "compare",
    "compare_suite",
    "lines",
    "to_json",
]

# A score that watches one stage -> the stage, in the order of the way out: what goes wrong early makes later
# stages look bad, too (without the keyword list the chooser is less sure, and refuses more).
_WATCHES = (
    ("exact", Stage.WRONG_CITATION),
    ("rr", Stage.NOT_RETRIEVED),
    ("fused_rr", Stage.NOT_RETRIEVED),
    ("retrieved", Stage.NOT_RETRIEVED),
    ("read", Stage.NOT_READ),
)
# Times differ between two runs of one commit by more than chance between questions explains.
TIMED = ("speed",)
SIGNIFICANT = 0.05  # of p, adjusted for the number of suites where suites are judged


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """One score of a suite over the questions that both runs have it for.

    `better` is the sign of the change: 1, -1, or 0 where the two do not differ.
    """

    name: str
    n: int
    first: float
    second: float
    difference: Difference
    better: int


@dataclass(frozen=True, slots=True)
class Change:
    """A question that was judged differently, and where it was lost in each run (None: it went right)."""

    id: str
    question: str
    first: str | None
    second: str | None
    scores: Mapping[str, tuple[float, float]]
    said: tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A suite in both runs.

    Attributes:
        refused: Why the two cannot be compared; then all else is empty.
        unpaired: Questions that only one of the runs has.
        headline: The score that the suite is judged by.
        p: The headline's p, adjusted over the suites compared (Holm).
        stages: Stage -> questions lost there in the first and in the second run.
        where: Where the second run lost what the first had: the first stage on the way out whose own score
            (_WATCHES) fell by more than noise; where another score did, the stage that gained most questions;
            None where none fell.
    """

    suite: str
    refused: str | None
    unpaired: int
    headline: str
    p: float
    scores: tuple[ScoreChange, ...]
    changes: tuple[Change, ...]
    stages: Mapping[str, tuple[int, int]]
    where: str | None

    @property
    def verdict(self) -> str:
        """Return 'better', 'worse', 'no more than noise' or 'the same', by the headline; 'not compared' if refused."""
        if self.refused:
            return "not compared"
        if self.suite in TIMED:
            return "times, not judged"
        if not self.changes and all(score.better == 0 for score in self.scores):
            return "the same"
        headline = next((score for score in self.scores if score.name == self.headline), None)
        if headline is None or headline.better == 0 or self.p >= SIGNIFICANT:
            return "no more than noise"
        return "better" if headline.better > 0 else "worse"


def compare(first: Mapping[str, SuiteRun], second: Mapping[str, SuiteRun]) -> list[Comparison]:
    """Compare the suites that both runs have, in order of name; p of the headlines is adjusted over them.

    Raises:
        InputError: They have none in common.
    """
    both = [compare_suite(name, first[name], second[name]) for name in sorted(first.keys() & second.keys())]
    if not both:
        raise InputError("the two runs have no suite in common; run one of them for both")
    adjusted = holm({item.suite: item.p for item in both if not item.refused and item.suite not in TIMED})
    return [_with_p(item, adjusted.get(item.suite, 1.0)) for item in both]


def compare_suite(name: str, first: SuiteRun, second: SuiteRun) -> Comparison:
    """Compare one suite of two runs; p is the headline's own, not adjusted."""
    headline = str(second.summary["run"]["headline"])
    lower = second.summary["run"]["lower_is_better"]
    refused = _incomparable(first, second)
    if refused:
        return Comparison(name, refused, 0, headline, 1.0, (), (), {}, None)
    pairs = [(first.rows[id_], second.rows[id_]) for id_ in first.rows if id_ in second.rows]
    names = dict.fromkeys(score for one, two in pairs for score in one.scores if score in two.scores)
    scores = tuple(_score(score, pairs, score in lower) for score in names)
    p = next((score.difference.p for score in scores if score.name == headline), 1.0)
    changes = () if name in TIMED else tuple(_changes(pairs))
    unpaired = len(first.rows.keys() ^ second.rows.keys())
    where = _where(scores, changes)
    return Comparison(name, None, unpaired, headline, p, scores, changes, _stages(pairs), where)


def lines(comparisons: Sequence[Comparison], most: int = 20) -> Iterator[str]:
    """Yield what a person reads: for each suite the verdict, the scores, the stages, and up to `most` questions."""
    for item in comparisons:
        yield f"{item.suite}: {item.verdict}" + (f" ({item.refused})" if item.refused else f", adjusted p {item.p:.4f}")
        if item.unpaired:
            yield f"  {item.unpaired} questions are in one of the runs only"
        if item.where:
            yield f"  lost at: {item.where}"
        for score in item.scores:
            mark = " (headline)" if score.name == item.headline else ""
            yield f"  {score.name}{mark}: {score.first:.4f} -> {score.second:.4f}, n {score.n}, {_interval(score)}"
        for stage, (one, two) in item.stages.items():
            if one != two:
                yield f"  {stage}: {one} -> {two}"
        for change in item.changes[:most]:
            yield f"  {change.id} {change.question!r}: {change.first or 'right'} -> {change.second or 'right'}"
            if change.said[0] != change.said[1]:
                yield f"    {change.said[0]!r} -> {change.said[1]!r}"
        if len(item.changes) > most:
            yield f"  and {len(item.changes) - most} more, in the JSON"


def to_json(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """Return the comparison as JSON values."""
    return {"suites": {item.suite: {**asdict(item), "verdict": item.verdict} for item in comparisons}}


def _with_p(item: Comparison, p: float) -> Comparison:
    fields = {name: getattr(item, name) for name in item.__slots__}
    return Comparison(**{**fields, "p": p})


def _incomparable(first: SuiteRun, second: SuiteRun) -> str | None:
    one, two = first.summary["data"], second.summary["data"]
    other = sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))
    if other:
        return f"the data differ: {', '.join(other)}"
    for given in ("limit", "archive"):  # another archive, or fewer distractors
        if first.summary["run"][given] != second.summary["run"][given]:
            return f"the runs had another --{given}"
    if not first.rows.keys() & second.rows.keys():
        return "no question is in both"
    return None


def _score(name: str, pairs: Sequence[tuple[Row, Row]], lower: bool) -> ScoreChange:
    scored = [(a.scores[name], b.scores[name]) for a, b in pairs if name in a.scores and name in b.scores]
    one, two = [first for first, _ in scored], [second for _, second in scored]
    change = difference(one, two)
    sign = (change.mean > 0) - (change.mean < 0)
    mean = [sum(values) / len(values) for values in (one, two)]
    return ScoreChange(name, len(one), mean[0], mean[1], change, -sign if lower else sign)


def _changes(pairs: Sequence[tuple[Row, Row]]) -> Iterator[Change]:
    for one, two in pairs:
        moved = {
            name: (one.scores[name], two.scores[name])
            for name in one.scores
            if name in two.scores and one.scores[name] != two.scores[name]
        }
        if moved or one.stage != two.stage:
            yield Change(one.id, one.question, one.stage, two.stage, moved, (_said(one), _said(two)))


def _said(row: Row) -> str | None:
    answer = row.trace.get("answer")
    if isinstance(answer, Mapping):
        return str(answer["text"])
    text = row.trace.get("text")
    return None if text is None else str(text)


def _stages(pairs: Sequence[tuple[Row, Row]]) -> dict[str, tuple[int, int]]:
    one, two = (Counter(pair[side].stage for pair in pairs) for side in (0, 1))
    return {stage: (one[stage], two[stage]) for stage in sorted({*one, *two} - {None}, key=str)}  # type: ignore[misc]


def _where(scores: Sequence[ScoreChange], changes: Sequence[Change]) -> str | None:
    fell = {score.name for score in scores if score.better < 0 and score.difference.p < SIGNIFICANT}
    watched = next((stage for name, stage in _WATCHES if name in fell), None)
    if watched:
        return watched
    net: Counter[str] = Counter()
    for change in changes:
        if change.first != change.second:
            net.update({change.second: 1} if change.second else {})
            net.subtract({change.first: 1} if change.first else {})
    gained = [(count, stage) for stage, count in net.items() if count > 0 and stage != NOT_JUDGED]
    return max(gained)[1] if gained and fell else None


def _interval(score: ScoreChange) -> str:
    change = score.difference
    return f"change {change.mean:+.4f} [{change.low:+.4f}, {change.high:+.4f}], p {change.p:.4f}"
