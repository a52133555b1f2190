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
from qa.types import DatesAsked, ReaderName, Span

__all__ = ["BIAS", "FEATURES", "WEIGHTS", "Scored", "choose", "features"]

FEATURES = ("reader", "cosine", "keyword", "fits", "agreement", "days")
# `python -m eval.tune chooser --reader careful|fast`: logistic regression on whether an answer stands in the best
# span's sentence, since that is what a citation shows: where a sentence is asked for, what was fitted on the words of
# the span (F1 of .6) was too low. What a day is worth before its weight: qa/dating.py.
#
# careful: 600 questions of five train sets, fitted on nine tenths and judged on the tenth: right sentence first of the
# answerable, area under the ROC curve of the answerable against the others, calibration error:
#   reader                         .642  .705  .045      with keyword, too             .690  .771  .030
#   reader, days                   .668  .752  .033      with fits and agreement, too  .687  .764  .041
#   reader, cosine, days (this)    .674  .778  .026      with agreement alone          .671  .777  .031
# The keyword share helps where questions were written beside their paragraph and share its words (squad2's titles); in
# the sets of real queries it does not (an earlier fit on 570 with the weights before: wikiqa .73 without, .71 with), so
# it is left out, as is what a weak reader needed: type and agreement. `days` is from its own sweep on timeqa, 86
# questions: right span first .45 at 1, .46 at 1.5, .45 at 2.
#
# fast: 1,400 train questions of squad2-half-dev, covid-qa and timeqa-human-train: best sentence right .74, area of
# right against wrong sentences .82, calibration error .033. fits and agreement were kept from before: these sets hardly
# depend on them. Tried and left: the share of the question's words in the span's sentence, and in its passage.
WEIGHTS: Mapping[ReaderName, tuple[float, ...]] = {
    "careful": (0.3, 2.96, 0.0, 0.0, 0.0, 1.5),
    "fast": (0.23, 2.62, 3.41, 0.86, 0.26, 1.73),
}
BIAS: Mapping[ReaderName, float] = {"careful": -3.11, "fast": -6.94}


@dataclass(frozen=True, slots=True)
class Scored:
    """A span and the probability that it answers.

    Attributes:
        span: Where it stands.
        text: The words it holds.
        candidate: The passage it is from.
        probability: That an answer stands in its sentence, in [0, 1].
        any_day: That it would, had the question named no days.
    """

    span: Span
    text: str
    candidate: Candidate
    probability: float
    any_day: float


def choose(
    reader: ReaderName,
    question: StandAlone,
    candidates: Sequence[Candidate],
    readings: Sequence[Sequence[Span]],
    dates: DatesAsked | None = None,
    published: Mapping[str, str | None] | None = None,
) -> list[Scored]:
    """Return every span of every reading with its probability, best first.

    Args:
        reader: Which reader read them.
        question: The stand-alone question.
        candidates: The passages that were read.
        readings: The spans of each, in the same order.
        dates: The days that the question asks about.
        published: The publication date of the articles, by id.
    """
    scored = []
    weights, bias = WEIGHTS[reader], BIAS[reader]
    valued = features(question, candidates, readings, dates, published)
    for candidate, spans, rows in zip(candidates, readings, valued, strict=True):
        for span, row in zip(spans, rows, strict=True):
            logit = bias + sum(weight * value for weight, value in zip(weights, row, strict=True))
            any_day = logit - weights[-1] * row[-1]
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
