"""Means with their intervals, comparisons of two runs, abstention and calibration.

How an answer's words are judged stands in qa/training/metrics.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = [
    "Difference",
    "Interval",
    "RiskCoverage",
    "bootstrap",
    "calibration_error",
    "difference",
    "holm",
    "percentile",
    "resampled",
    "risk_coverage",
    "share",
]

_RESAMPLES = 2000
_PERMUTATIONS = 9999  # p is at least 1/10,000
_BATCH = 500  # permutations at a time: all at once take 0.9 GB for 1,000 questions
_BINS = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and its 95% interval, `low <= mean <= high`, in the unit of the values."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of the second run less that of the first over the same questions, its 95% interval, and p."""

    mean: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """What share of the answers is wrong when only the most confident are given.

    Attributes:
        coverage: Share of the questions that are answered, rising, in (0, 1].
        risk: Share of those answers that are wrong, in [0, 1].
        area: Mean of `risk`: the area under the curve (Geifman and El-Yaniv 2017); lower is better.
    """

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    area: float


def bootstrap(values: Sequence[float], resamples: int = _RESAMPLES, seed: int = 0) -> Interval:
    """Mean with its 95% percentile bootstrap interval (Efron and Tibshirani 1993).

    Resamples whole values with replacement; the same values and seed give the same interval.

    Raises:
        ValueError: `values` is empty.
    """
    if not values:
        raise ValueError("no values to take the mean of")
    data = np.asarray(values, dtype=np.float64)
    generator = np.random.default_rng(seed)
    means = [data[generator.integers(0, len(data), len(data))].mean() for _ in range(resamples)]
    low, high = np.percentile(means, [2.5, 97.5])
    mean = float(data.mean())
    return Interval(mean, min(mean, float(low)), max(mean, float(high)))


def share(values: Sequence[float], digits: int = 4) -> dict[str, float] | None:
    """Return the mean with its interval as JSON: value, low and high; None without values."""
    if not values:
        return None
    interval = bootstrap([float(value) for value in values])
    figures = {"value": interval.mean, "low": interval.low, "high": interval.high}
    return {name: round(figure, digits) for name, figure in figures.items()}


def resampled(
    statistic: Callable[..., float], *samples: Sequence[Any], resamples: int = _RESAMPLES, seed: int = 0
) -> dict[str, float] | None:
    """Return a statistic of samples, such as an area, with its 95% percentile bootstrap interval, as `share` does.

    Each sample is resampled whole, with replacement and apart from the others. None where a sample is empty.

    Args:
        statistic: Takes the samples, as many as are given, each a list.
    """
    if not all(samples):
        return None
    generator = np.random.default_rng(seed)

    def again(sample: Sequence[Any]) -> list[Any]:
        return [sample[place] for place in generator.integers(0, len(sample), len(sample))]

    value = statistic(*map(list, samples))
    found = [statistic(*map(again, samples)) for _ in range(resamples)]
    low, high = np.percentile(found, [2.5, 97.5])
    # The calibration error of a resample tends to be the larger one: the interval may lie above the value.
    figures = {"value": value, "low": min(value, float(low)), "high": max(value, float(high))}
    return {name: round(figure, 4) for name, figure in figures.items()}


def difference(
    first: Sequence[float],
    second: Sequence[float],
    alternative: Literal["two-sided", "less", "greater"] = "two-sided",
    seed: int = 0,
) -> Difference:
    """Compare two runs on the same questions, in the same order.

    The interval is a bootstrap over questions; p is of a paired permutation test that swaps the runs at random for
    each question (Fisher 1935; scipy's permutation_test). p is 1 where no question differs. `alternative` 'less'
    asks only whether the second run is lower, 'greater' whether it is higher. Questions count as independent, which
    those of one chat or page are not quite: intervals are a little narrow there.

    Raises:
        ValueError: The runs are empty or not of one length.
    """
    if len(first) != len(second) or not first:
        raise ValueError(f"runs of {len(first)} and {len(second)} questions cannot be paired")
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    interval = bootstrap(list(two - one), seed=seed)
    if np.array_equal(one, two) or len(one) == 1:  # of one question both swaps are as extreme
        return Difference(interval.mean, interval.low, interval.high, 1.0)
    tested = stats.permutation_test(
        (two, one),
        _mean_difference,
        permutation_type="samples",
        alternative=alternative,
        vectorized=True,
        batch=_BATCH,
        n_resamples=_PERMUTATIONS,
        rng=np.random.default_rng(seed),
    )
    return Difference(interval.mean, interval.low, interval.high, float(tested.pvalue))


def holm(p: Mapping[str, float]) -> dict[str, float]:
    """Adjust p values for being several (Holm 1979): an adjusted p under .05 holds whatever the others are."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, (name, value) in enumerate(sorted(p.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, value * (len(p) - rank)))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p}


def risk_coverage(confidences: Sequence[float], wrong: Sequence[float]) -> RiskCoverage:
    """Answer the questions in falling order of confidence and return the curve.

    Questions of one confidence are answered together, each at the mean risk of all of them, so that their
    order does not matter.

    Args:
        confidences: One a question; higher is surer.
        wrong: 1 where the answer that would be given is wrong, 0 where it is right.

    Raises:
        ValueError: There is no question, or the two are not of one length.
    """
    if len(confidences) != len(wrong) or not confidences:
        raise ValueError(f"{len(confidences)} confidences and {len(wrong)} errors make no curve")
    scores, errors = np.asarray(confidences, dtype=np.float64), np.asarray(wrong, dtype=np.float64)
    order = np.argsort(-scores, kind="stable")
    scores, errors = scores[order], _tied_means(scores[order], errors[order])
    counts = np.arange(1, len(scores) + 1)
    risk = np.cumsum(errors) / counts
    return RiskCoverage(tuple((counts / len(scores)).tolist()), tuple(risk.tolist()), float(risk.mean()))


def calibration_error(probabilities: Sequence[float], right: Sequence[float]) -> float:
    """Expected calibration error over ten bins of equal width (Guo et al. 2017), in [0, 1].

    Raises:
        ValueError: There is no value.
    """
    if not probabilities:
        raise ValueError("no probabilities to judge")
    given, was = np.asarray(probabilities, dtype=np.float64), np.asarray(right, dtype=np.float64)
    bins = np.minimum((given * _BINS).astype(int), _BINS - 1)
    gaps = [abs(float((given - was)[bins == b].sum())) for b in range(_BINS)]
    return sum(gaps) / len(given)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` percent of the values lie, linear between neighbours."""
    return float(np.percentile(np.asarray(values, dtype=np.float64), share))


def _mean_difference(one: NDArray[np.float64], two: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    difference: NDArray[np.float64] = np.mean(one - two, axis=axis)
    return difference


def _tied_means(scores: NDArray[np.float64], errors: NDArray[np.float64]) -> NDArray[np.float64]:
    _, group = np.unique(-scores, return_inverse=True)
    means: NDArray[np.float64] = (np.bincount(group, weights=errors) / np.bincount(group))[group]
    return means
