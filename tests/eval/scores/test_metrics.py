"""Intervals, comparisons and calibration, against numbers worked by hand and against other implementations."""

import random
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.calibration import calibration_curve

from eval.scores.metrics import (
    bootstrap,
    calibration_error,
    difference,
    holm,
    percentile,
    resampled,
    risk_coverage,
    share,
)
from qa.training.metrics import separation


def test_bootstrap_agrees_with_the_normal_interval() -> None:
    # 400 of 1,000: standard error sqrt(.4 * .6 / 1000) = .0155; 1.96 of it is .0304
    interval = bootstrap([1.0] * 400 + [0.0] * 600)
    assert interval.mean == pytest.approx(0.4)
    assert interval.low == pytest.approx(0.4 - 0.0304, abs=0.003)
    assert interval.high == pytest.approx(0.4 + 0.0304, abs=0.003)


def test_bootstrap_agrees_with_scipys() -> None:
    values = np.random.default_rng(3).gamma(2.0, 1.0, 300)
    theirs = stats.bootstrap((values,), np.mean, method="percentile", n_resamples=5000, rng=np.random.default_rng(1))
    ours = bootstrap(list(values))
    assert ours.low == pytest.approx(theirs.confidence_interval.low, abs=0.02)
    assert ours.high == pytest.approx(theirs.confidence_interval.high, abs=0.02)


def test_bootstrap_is_repeatable_and_refuses_nothing() -> None:
    values = [0.0, 1.0, 1.0, 0.25]
    assert bootstrap(values) == bootstrap(values)
    with pytest.raises(ValueError, match="no values"):
        bootstrap([])


def test_share_is_a_mean_as_json() -> None:
    assert share([1, 1, 1]) == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert share([]) is None


def test_the_interval_of_a_mean_is_that_of_bootstrap() -> None:
    values = [0.0, 1.0, 1.0, 0.25, 0.5]
    assert resampled(lambda sample: sum(sample) / len(sample), values) == share(values)


def test_the_interval_of_a_roc_area_agrees_with_scipys() -> None:
    generator = np.random.default_rng(5)
    yes, no = generator.normal(1.0, 1.0, 100).tolist(), generator.normal(0.0, 1.0, 40).tolist()
    theirs = stats.bootstrap(
        (yes, no), separation, method="percentile", vectorized=False, n_resamples=2000, rng=np.random.default_rng(1)
    )
    ours = resampled(separation, yes, no)
    assert ours is not None
    assert ours["value"] == pytest.approx(separation(yes, no), abs=1e-4)
    assert ours["low"] == pytest.approx(theirs.confidence_interval.low, abs=0.02)
    assert ours["high"] == pytest.approx(theirs.confidence_interval.high, abs=0.02)
    assert ours == resampled(separation, yes, no)
    assert resampled(separation, yes, []) is None


def test_p_is_the_share_of_sign_flips_as_extreme() -> None:
    # Six questions, all better by one: of the 64 ways to swap the runs, 2 are as extreme.
    assert difference([0.0] * 6, [1.0] * 6).p == pytest.approx(2 / 64)
    assert difference([0.0] * 6, [1.0] * 6, "greater").p == pytest.approx(1 / 64)
    assert difference([0.0] * 6, [1.0] * 6, "less").p == 1
    first, second = [0.0, 0.5, 0.0, 1.0, 0.2, 0.0, 0.0], [1.0, 0.0, 0.0, 1.0, 0.9, 1.0, 0.4]
    gaps = [b - a for a, b in zip(first, second, strict=True)]
    observed = abs(sum(gaps))
    flips = [
        abs(sum(sign * gap for sign, gap in zip(signs, gaps, strict=True))) for signs in product((1, -1), repeat=7)
    ]
    expected = sum(flip >= observed - 1e-12 for flip in flips) / len(flips)
    found = difference(first, second)
    assert found.p == pytest.approx(expected)
    assert found.mean == pytest.approx(sum(gaps) / 7)
    assert found.low <= found.mean <= found.high


def test_noise_is_not_called_a_difference_and_a_drop_is() -> None:
    generator = random.Random(5)
    first = [float(generator.random() < 0.5) for _ in range(200)]
    noise = [1 - value if n % 20 == 0 else value for n, value in enumerate(first)]
    noise = [noise[n] if n % 40 else first[n] for n in range(200)]
    dropped = [0.0 if n % 5 == 0 else value for n, value in enumerate(first)]
    assert difference(first, noise).p > 0.05
    assert difference(first, dropped).p < 0.001
    assert difference(first, dropped).high < 0


def test_the_same_run_does_not_differ() -> None:
    assert difference([0.0, 1.0], [0.0, 1.0]).p == 1
    assert difference([0.0], [1.0]).p == 1
    with pytest.raises(ValueError, match="cannot be paired"):
        difference([1.0], [1.0, 0.0])


def test_holm_by_hand() -> None:
    # sorted .005, .01, .03, .04; times 4, 3, 2, 1; never falling
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})
    assert holm({"a": 0.9, "b": 0.8}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}


def test_risk_coverage_by_hand() -> None:
    curve = risk_coverage([0.6, 0.9, 0.7, 0.8], [1, 0, 0, 1])
    # in falling confidence: right, wrong, right, wrong
    assert curve.coverage == (0.25, 0.5, 0.75, 1.0)
    assert curve.risk == pytest.approx((0, 1 / 2, 1 / 3, 2 / 4))
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_equal_confidences_are_equal_whatever_their_order() -> None:
    one = risk_coverage([0.5] * 4, [1, 1, 0, 0])
    assert one == risk_coverage([0.5] * 4, [0, 0, 1, 1])
    assert one.risk == pytest.approx((0.5,) * 4)
    with pytest.raises(ValueError, match="no curve"):
        risk_coverage([], [])


def test_risk_coverage_against_one_written_out() -> None:
    generator = np.random.default_rng(0)
    confidences, wrong = generator.random(50), generator.integers(0, 2, 50)
    curve = risk_coverage(list(confidences), list(wrong))
    for k in range(1, 51):
        kept = np.argsort(confidences)[::-1][:k]
        assert curve.risk[k - 1] == pytest.approx(wrong[kept].mean())


def test_calibration_error_by_hand_and_by_scikit_learn() -> None:
    # two bins: .9 and .8 given, one of two right; .15 given, none right
    assert calibration_error([0.85, 0.85, 0.15], [1, 0, 0]) == pytest.approx((2 * abs(0.85 - 0.5) + 0.15) / 3)
    generator = np.random.default_rng(2)
    given = generator.random(500)
    right = (generator.random(500) < given**2).astype(float)
    were, said = calibration_curve(right, given, n_bins=10)
    counts: Any = np.histogram(given, bins=10, range=(0, 1))[0]
    expected = float((np.abs(were - said) * counts).sum() / 500)
    assert calibration_error(list(given), list(right)) == pytest.approx(expected)
    assert calibration_error([1.0], [1.0]) == 0


def test_percentile_is_linear() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.5
    assert percentile([0.0, 10.0], 95) == pytest.approx(9.5)
