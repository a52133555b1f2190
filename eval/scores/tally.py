"""Figures over rows: means of a score with their intervals, and how many rows were lost at each stage."""

from collections import Counter
from collections.abc import Sequence

from eval.scores.metrics import share
from eval.scores.stages import Stage
from eval.suite import Row

__all__ = ["means", "stages"]


def means(rows: Sequence[Row], *scores: str) -> dict[str, object]:
    """Return n and the mean of each score over the rows that have it; None where no row has."""
    return {
        "n": len(rows),
        **{score: share([row.scores[score] for row in rows if score in row.scores]) for score in scores},
    }


def stages(rows: Sequence[Row]) -> dict[str, int]:
    """Return how many rows were lost at each stage, in the order of `Stage`; a stage without one is left out."""
    counts = Counter(row.stage for row in rows)
    return {stage.value: counts[stage.value] for stage in Stage if counts[stage.value]}
