"""Means with their intervals, and percentiles. How an answer is judged stands in qa/training/metrics.py."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Interval", "bootstrap", "percentile"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and its 95% interval, `low <= mean <= high`, in the unit of the values."""

    mean: float
    low: float
    high: float


def bootstrap(values: Sequence[float], resamples: int = 2000, seed: int = 0) -> Interval:
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


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` percent of the values lie, linear between neighbours."""
    return float(np.percentile(np.asarray(values, dtype=np.float64), share))
