"""Which span wins: reader and retriever together, as one probability."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.passages import sentence_around
from qa.dating import fit_days
from qa.followups import StandAlone
from qa.question import expected_type, fits_type
from qa.retrieve import Candidate
from qa.sameness import same_story
from qa.types import DatesAsked, Span

__all__ = ["BIAS", "FEATURES", "WEIGHTS", "Scored", "choose", "features"]

FEATURES = ("reader", "cosine", "keyword", "fits", "agreement", "days")
# `python -m eval.tune chooser --limit 900`: 608 train questions of squad2-half-dev, 189 of covid-qa, 103 of
# timeqa-human-train, 12 passages each. Share of the answerable ones whose best span is right, area under the ROC curve
# of answerable against not, and of right against wrong best spans, by the weights of cosine and keyword score to a
# reader's of 1 (fits 3.3, agreement 1, days 7):
#   cosine 0, keyword 0   .596  .737  .829     cosine 10, keyword 0    .607  .775  .836
#   cosine 0, keyword 3.3 .598  .736  .837     cosine 10, keyword 3.3  .613  .774  .835
#   cosine 3, keyword 3.3 .609  .750  .834     cosine 20, keyword 3.3  .615  .794  .824
# At 20 the score tells right spans from wrong ones worse. A keyword weight of 6.6 gains .004 more here, by trusting
# shared words: these questions were written beside their paragraph.
# Scaled to a probability (Platt 1999) of the best span being right: factor .26, bias -5; calibration error .043 on
# squad2-half-dev, .108 on covid-qa, .143 on timeqa-human-train. The weight of the days: qa/dating.py.
WEIGHTS = (0.26, 2.6, 0.86, 0.86, 0.26, 2.0)
BIAS = -5.0


@dataclass(frozen=True, slots=True)
class Scored:
    """A span and the probability that it answers.

    Attributes:
        span: Where it stands.
        text: The words it holds.
        candidate: The passage it is from.
        probability: That it answers, in [0, 1].
        any_day: That it would, had the question named no days.
    """

    span: Span
    text: str
    candidate: Candidate
    probability: float
    any_day: float


def choose(
    question: StandAlone,
    candidates: Sequence[Candidate],
    readings: Sequence[Sequence[Span]],
    dates: DatesAsked | None = None,
    published: Mapping[str, str | None] | None = None,
) -> list[Scored]:
    """Return every span of every reading with its probability, best first.

    Args:
        question: The stand-alone question.
        candidates: The passages that were read.
        readings: The spans of each, in the same order.
        dates: The days that the question asks about.
        published: The publication date of the articles, by id.
    """
    scored = []
    valued = features(question, candidates, readings, dates, published)
    for candidate, spans, rows in zip(candidates, readings, valued, strict=True):
        for span, row in zip(spans, rows, strict=True):
            logit = BIAS + sum(weight * value for weight, value in zip(WEIGHTS, row, strict=True))
            any_day = logit - WEIGHTS[-1] * row[-1]
            scored.append(Scored(span, _words(candidate, span), candidate, _probability(logit), _probability(any_day)))
    return sorted(scored, key=lambda s: (-s.probability, s.span.passage_id, s.span.start))


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def features(
    question: StandAlone,
    candidates: Sequence[Candidate],
    readings: Sequence[Sequence[Span]],
    dates: DatesAsked | None = None,
    published: Mapping[str, str | None] | None = None,
) -> list[list[tuple[float, ...]]]:
    """Return, for every span of every reading, its values of FEATURES.

    reader: the span's score, cut to [-15, 15]. cosine, keyword: of its passage. fits: 1 when it
    is of the type the question asks for, else 0. agreement: in how many other articles that
    were read the same words are the best span, copies of one sentence aside, cut to 3. days: how well
    its days fit those asked about (qa/dating.py), 0 where the question names none.
    """
    kind = expected_type(question.to_read)
    firsts = [
        (candidate.passage.article_id, _words(candidate, span).lower(), _sentence(candidate, span))
        for candidate, spans in zip(candidates, readings, strict=True)
        for span in spans[:1]
    ]
    rows = []
    for candidate, spans in zip(candidates, readings, strict=True):
        own: list[tuple[float, ...]] = []
        day = (published or {}).get(candidate.passage.article_id)
        days = fit_days(candidate.passage, spans, day, dates) if dates else [0.0] * len(spans)
        for span, fits_days in zip(spans, days, strict=True):
            words = _words(candidate, span)
            own.append(
                (
                    max(-15.0, min(15.0, span.score)),
                    candidate.cosine,
                    candidate.keyword,
                    float(fits_type(words, kind)),
                    float(min(3, _witnesses(candidate, words, _sentence(candidate, span), firsts))),
                    fits_days,
                )
            )
        rows.append(own)
    return rows


def _witnesses(candidate: Candidate, words: str, sentence: str, firsts: Sequence[tuple[str, str, str]]) -> int:
    """Count the other articles that say the same words in a sentence that is no copy of this one."""
    return len(
        {
            article
            for article, theirs, said in firsts
            if theirs == words.lower() and article != candidate.passage.article_id and not same_story(said, sentence)
        }
    )


def _sentence(candidate: Candidate, span: Span) -> str:
    passage = candidate.passage
    start, end = sentence_around(passage, span.start, span.end)
    return passage.text[start - passage.start : end - passage.start]


def _words(candidate: Candidate, span: Span) -> str:
    start = candidate.passage.start
    return candidate.passage.text[span.start - start : span.end - start]
