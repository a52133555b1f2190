import random

import pytest
from sklearn.metrics import roc_auc_score

from qa.training.metrics import best_accuracy, best_f1, exact_match, f1, normalize, preferred, separation


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The  Treaty, of (Ghent).", "treaty of ghent"),
        ("An apple a day", "apple day"),
        ("25,000", "25000"),
        ("U.S.", "us"),
        ("theatre", "theatre"),
        ("£4.2m", "£42m"),  # the script drops ASCII punctuation only
        ("“quoted”", "“quoted”"),
        ("...", ""),
    ],
)
def test_normalize_as_squad_does(text: str, plain: str) -> None:
    assert normalize(text) == plain


def test_exact_match_takes_any_gold() -> None:
    assert exact_match("the Normans", ["Vikings", "Normans."]) == 1.0
    assert exact_match("Norman", ["Normans"]) == 0.0


def test_f1_by_hand() -> None:
    # said {up, to, 25000, troops}, wanted {25000, troops}: precision 2/4, recall 2/2
    assert f1("up to 25,000 troops", "25,000 troops") == pytest.approx(2 / 3)
    # a word said twice counts once where the gold has it once: precision 1/2, recall 1/1
    assert f1("no no", "no") == pytest.approx(2 / 3)
    assert f1("red", "blue") == 0.0
    assert f1("", "") == 0.0


def test_best_f1_is_the_highest() -> None:
    assert best_f1("green tea", ["coffee", "tea", "tea leaves today"]) == pytest.approx(2 / 3)


def test_preferred_counts_ties_half() -> None:
    assert preferred([3.0, 1.0, 2.0, 0.0], [1.0, 1.0, 5.0, -1.0]) == pytest.approx((1 + 0.5 + 0 + 1) / 4)


def test_separation_by_hand() -> None:
    # pairs: 3>2, 3>0, 1<2, 1>0
    assert separation([3.0, 1.0], [2.0, 0.0]) == 0.75


def test_separation_is_scikit_learns_roc_auc() -> None:
    generator = random.Random(7)
    right = [float(generator.randint(-3, 8)) for _ in range(200)]  # integers: with ties
    wrong = [float(generator.randint(-8, 3)) for _ in range(150)]
    independent = roc_auc_score([1] * 200 + [0] * 150, right + wrong)
    assert separation(right, wrong) == pytest.approx(independent)


def test_best_accuracy_by_hand() -> None:
    # threshold 2 accepts 3 and 2 and rejects 1 and 0; only the right -1 is lost
    assert best_accuracy([3.0, 2.0, -1.0], [1.0, 0.0]) == pytest.approx(4 / 5)
    assert best_accuracy([0.0], [1.0, 2.0, 3.0]) == pytest.approx(3 / 4)  # call everything wrong
    assert best_accuracy([1.0, 2.0], [0.0]) == 1.0
