"""How an answer's text and a passage's score are judged, in training and in eval. Plain arithmetic, no model."""

import re
import string
from collections import Counter
from collections.abc import Sequence

import numpy as np

__all__ = ["best_accuracy", "best_f1", "exact_match", "f1", "normalize", "preferred", "separation"]

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = frozenset(string.punctuation)


def normalize(text: str) -> str:
    """Lower case, no ASCII punctuation, no 'a', 'an', 'the', single spaces (SQuAD v1.1's script)."""
    bare = "".join(character for character in text.lower() if character not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def exact_match(text: str, golds: Sequence[str]) -> float:
    """1.0 if the normalised text is one of the normalised golds, else 0.0. `golds` is not empty."""
    return max(float(normalize(text) == normalize(gold)) for gold in golds)


def f1(text: str, gold: str) -> float:
    """Token F1 in [0, 1] after normalisation, as SQuAD v1.1's script: two empty texts share no token, 0."""
    said, wanted = normalize(text).split(), normalize(gold).split()
    shared = sum((Counter(said) & Counter(wanted)).values())
    return 2 * shared / (len(said) + len(wanted)) if shared else 0.0


def best_f1(text: str, golds: Sequence[str]) -> float:
    """The highest `f1` over the golds, which are not empty."""
    return max(f1(text, gold) for gold in golds)


def preferred(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Share of pairs, in [0, 1], where the right one scores higher; a tie counts half."""
    pairs = list(zip(right, wrong, strict=True))
    return sum(1.0 if a > b else 0.5 * (a == b) for a, b in pairs) / len(pairs)


def separation(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Area under the ROC curve, in [0, 1]: the chance that a right one scores above a wrong one."""
    others = np.sort(np.asarray(wrong, dtype=np.float64))
    scores = np.asarray(right, dtype=np.float64)
    below = np.searchsorted(others, scores, side="left")
    ties = np.searchsorted(others, scores, side="right") - below
    return float((below + ties / 2).sum() / (len(scores) * len(others)))


def best_accuracy(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Share told apart, in [0, 1], by the best of all thresholds on these same scores: an upper bound."""
    scores = sorted({*right, *wrong})
    ordered, others = np.sort(right), np.sort(wrong)
    # 'right' is every score >= threshold; a threshold above all calls everything wrong.
    accepted = len(ordered) - np.searchsorted(ordered, scores, side="left")
    rejected = np.searchsorted(others, scores, side="left")
    return float(max([*(accepted + rejected), len(others)]) / (len(ordered) + len(others)))
