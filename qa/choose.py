"""Which span wins: reader and retriever together, as one probability."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.question import StandAlone, expected_type, fits_type, search_terms
from qa.retrieve import Candidate
from qa.types import Span

__all__ = ["FEATURES", "Scored", "choose", "features"]

FEATURES = ("reader", "cosine", "keyword", "fits", "agreement", "covered", "names", "near", "length")
# Fitted by `python -m eval.tune chooser`; see there for data and figures.
_WEIGHTS = (0.30, 4.0, 1.0, 1.0, 0.3, 0.0, 0.0, 1.0, -0.3)
_BIAS = -4.5


@dataclass(frozen=True, slots=True)
class Scored:
    """A span, the words it holds, the passage it is from, and the probability in [0, 1] that it answers."""

    span: Span
    text: str
    candidate: Candidate
    probability: float


def choose(question: StandAlone, candidates: Sequence[Candidate], readings: Sequence[Sequence[Span]]) -> list[Scored]:
    """Return every span of every reading with its probability, best first.

    Args:
        question: The stand-alone question.
        candidates: The passages that were read.
        readings: The spans of each, in the same order.
    """
    scored = []
    for candidate, spans, rows in zip(candidates, readings, features(question, candidates, readings), strict=True):
        for span, row in zip(spans, rows, strict=True):
            logit = _BIAS + sum(weight * value for weight, value in zip(_WEIGHTS, row, strict=True))
            scored.append(Scored(span, _words(candidate, span), candidate, 1 / (1 + math.exp(-logit))))
    return sorted(scored, key=lambda s: (-s.probability, s.span.passage_id, s.span.start))


def features(
    question: StandAlone, candidates: Sequence[Candidate], readings: Sequence[Sequence[Span]]
) -> list[list[tuple[float, ...]]]:
    """Return, for every span of every reading, its values of FEATURES.

    reader: the span's score, cut to [-15, 15]. cosine, keyword: of its passage. fits: 1 when it
    is of the type the question asks for, else 0. agreement: in how many other articles that
    were read the same words are the best span, cut to 3. covered, names: the share of the
    question's words, and of its names and numbers, that stand in the passage or its title;
    1 for a question without any. near: how close the question's words stand to the span, in
    [0, 1]: the mean over them of exp(-d / 8), d the words between, 0 for one that is not there.
    length: the logarithm of the span's number of words; 0 for a question after a reason.
    """
    kind = expected_type(question.to_read)
    terms = {_stem(term) for term in search_terms(question.asked)}
    names = {_stem(name.lower()) for name in _NAME_OR_NUMBER.findall(question.asked)}
    found_in: dict[str, set[str]] = {}
    for candidate, spans in zip(candidates, readings, strict=True):
        for span in spans[:1]:
            found_in.setdefault(_words(candidate, span).lower(), set()).add(candidate.passage.article_id)
    rows = []
    for candidate, spans in zip(candidates, readings, strict=True):
        passage = candidate.passage
        present = {_stem(word) for word in _WORD.findall(f"{passage.title} {passage.text}".lower())}
        stems = [(word.start(), _stem(word[0].lower())) for word in _WORD.finditer(passage.text)]
        own: list[tuple[float, ...]] = []
        for span in spans:
            words = _words(candidate, span)
            others = found_in.get(words.lower(), set()) - {passage.article_id}
            own.append(
                (
                    max(-15.0, min(15.0, span.score)),
                    candidate.cosine,
                    candidate.keyword,
                    float(fits_type(words, kind)),
                    float(min(3, len(others))),
                    _share(terms, present),
                    _share(names, present),
                    _nearness(terms, stems, span.start - passage.start, span.end - passage.start),
                    0.0 if kind == "reason" else math.log(max(1, len(words.split()))),
                )
            )
        rows.append(own)
    return rows


_WORD = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
# A capital or a figure, not at the head of the question, where every word has a capital.
_NAME_OR_NUMBER = re.compile(r"(?<=\s)(?:[A-Z][^\W_]+|\d[\d.,]*\d|\d)")


def _stem(word: str) -> str:
    """Return a word's head: enough to match 'resigned' with 'resignation', and 'Oslo's' with 'Oslo'."""
    word = re.sub(r"['’]s?$", "", word)
    return word if word[:1].isdigit() else word[:5]


def _share(wanted: set[str], present: set[str]) -> float:
    return len(wanted & present) / len(wanted) if wanted else 1.0


def _nearness(terms: set[str], stems: Sequence[tuple[int, str]], start: int, end: int) -> float:
    """Return how close terms stand to text[start:end]; `stems` are the text's, each with its offset."""
    first = sum(offset < start for offset, _ in stems)
    last = sum(offset < end for offset, _ in stems)
    nearest: dict[str, int] = {}
    for place, (_, stem) in enumerate(stems):
        if stem in terms:
            distance = max(0, first - place, place - last + 1)
            nearest[stem] = min(distance, nearest.get(stem, distance))
    return sum(math.exp(-distance / 8) for distance in nearest.values()) / len(terms) if terms else 0.0


def _words(candidate: Candidate, span: Span) -> str:
    start = candidate.passage.start
    return candidate.passage.text[span.start - start : span.end - start]
