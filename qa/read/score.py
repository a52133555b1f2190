"""Which span wins: reader and retriever together, as one probability."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa.english.equality import same_story
from qa.question.forms import fits_type
from qa.question.parse import Question
from qa.read.day_fit import fit_days
from qa.read.evidence import Evidence, Marked
from qa.types import ReaderName

__all__ = ["BIAS", "FEATURES", "WEIGHTS", "features", "rank"]

FEATURES = ("reader", "cosine", "keyword", "fits", "agreement", "days")
# `python -m eval.tune chooser --reader careful|fast`: logistic regression on whether an answer stands in the best
# span's sentence, since that is what a citation shows: where a sentence is asked for, what was fitted on the words of
# the span (F1 of .6) was too low. What a day is worth before its weight: qa/read/day_fit.py.
#
# careful: 600 questions of five train sets, fitted on nine tenths and judged on the tenth: right sentence first of the
# answerable, area under the ROC curve of the answerable against the others, calibration error:
#   reader                         .613  .796  .040      with keyword, too             .674  .815  .026
#   reader, days                   .674  .805  .043      with fits and agreement, too  .671  .813  .038
#   reader, cosine, days (this)    .684  .823  .065      with agreement alone          .687  .822  .053
# The reader before had .674 and .778 with these three, and .705 where this one has .796. The keyword share helps where
# questions were written beside their paragraph and share its words (squad2's titles), and what a weak reader needed,
# type and agreement, no longer does. `days` is from its own sweep on timeqa, 86 questions: right sentence first, and
# answered rightly: .28 and .22 at 1.5, .34 and .32 at 2, .38 and .36 at 2.5, .38 and .36 at 3, .42 and .42 at 5, where
# 92% are answered and less than half of them rightly. Tried in a script of its own on 401 of these questions with the
# reader before and left, since the area stayed within .01: the fast reader's score of the passage, the lead over the
# other passages, the share of the question's words and the number of its names that the passage lacks.
#
# fast: 1,400 train questions of squad2-half-dev, covid-qa and timeqa-human-train: best sentence right .74, area of
# right against wrong sentences .82, calibration error .033. fits and agreement were kept from before: these sets hardly
# depend on them. Tried and left: the share of the question's words in the span's sentence, and in its passage.
WEIGHTS: Mapping[ReaderName, tuple[float, ...]] = {
    "careful": (0.21, 1.96, 0.0, 0.0, 0.0, 2.5),
    "fast": (0.23, 2.62, 3.41, 0.86, 0.26, 1.73),
}
BIAS: Mapping[ReaderName, float] = {"careful": -2.69, "fast": -6.94}


def rank(question: Question, marked: Marked) -> list[Evidence]:
    """Return every span that was marked as evidence with its probability, best first, and which lead their passages."""
    weights, bias = WEIGHTS[marked.reader], BIAS[marked.reader]
    ranked = []
    for item, row in features(question, marked):
        logit = bias + sum(weight * value for weight, value in zip(weights, row, strict=True))
        any_day = logit - weights[-1] * row[-1]
        ranked.append(replace(item, probability=_probability(logit), any_day=_probability(any_day)))
    ranked.sort(key=lambda item: (-item.probability, item.span.passage_id, item.span.start))
    firsts = {item.span.passage_id: item for item in reversed(ranked)}
    return [replace(item, first=firsts[item.span.passage_id] is item) for item in ranked]


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def features(question: Question, marked: Marked) -> list[tuple[Evidence, tuple[float, ...]]]:
    """Return every span that was marked, passage by passage, with its values of FEATURES.

    reader: the span's score, cut to [-15, 15]. cosine, keyword: of its passage. fits: 1 when it
    is of the type the question asks for, else 0. agreement: in how many other articles that
    were read the same words are the best span, copies of one sentence aside, cut to 3. days: how well
    its days fit those asked about (qa/read/day_fit.py), 0 where the question names none.
    """
    read = [
        [Evidence.of(candidate, span) for span in spans]
        for candidate, spans in zip(marked.candidates, marked.spans, strict=True)
    ]
    firsts = [spans[0] for spans in read if spans]
    return [
        (
            item,
            (
                max(-15.0, min(15.0, item.span.score)),
                item.candidate.cosine,
                item.candidate.keyword,
                float(fits_type(item.text, question.answer_type)),
                float(min(3, _witnesses(item, firsts))),
                fit_days(item, question.dates) if question.dates else 0.0,
            ),
        )
        for spans in read
        for item in spans
    ]


def _witnesses(item: Evidence, firsts: Sequence[Evidence]) -> int:
    """Count the other articles that say the same words in a sentence that is no copy of this one."""
    words = item.text.lower()
    return len(
        {
            other.article.id
            for other in firsts
            if other.text.lower() == words and other.article.id != item.article.id
            if not same_story(other.said, item.said)
        }
    )
