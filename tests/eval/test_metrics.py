import pytest

from eval.metrics import bootstrap, percentile


def test_bootstrap_of_equal_values_has_no_width() -> None:
    interval = bootstrap([0.5] * 10)
    assert (interval.low, interval.mean, interval.high) == (0.5, 0.5, 0.5)


def test_bootstrap_agrees_with_the_normal_interval() -> None:
    # 400 of 1,000: standard error sqrt(.4 * .6 / 1000) = .0155; 1.96 of it is .0304
    interval = bootstrap([1.0] * 400 + [0.0] * 600)
    assert interval.mean == pytest.approx(0.4)
    assert interval.low == pytest.approx(0.4 - 0.0304, abs=0.003)
    assert interval.high == pytest.approx(0.4 + 0.0304, abs=0.003)


def test_bootstrap_is_repeatable_and_refuses_nothing() -> None:
    values = [0.0, 1.0, 1.0, 0.25]
    assert bootstrap(values) == bootstrap(values)
    with pytest.raises(ValueError, match="no values"):
        bootstrap([])


def test_percentile_is_linear() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.5
    assert percentile([0.0, 10.0], 95) == pytest.approx(9.5)
