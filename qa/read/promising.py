"""Candidates -> those that are worth the careful reader, and the spans of each.

The careful reader takes far longer for a passage than the fast one. So the fast one reads all that is worth reading
at all, and says with the retriever which few the careful one reads; only its spans go on.
"""

from collections.abc import Sequence

from qa.english.sentence_dates import meets
from qa.question.parse import Question
from qa.read.evidence import Marked
from qa.read.reader import Reader
from qa.retrieve.hybrid import Candidate
from qa.types import Span

__all__ = ["FAST_WEIGHT", "FEWEST", "GAP", "MOST", "SPANS", "mark", "promising", "read"]

# `python -m eval.tune reading`, 600 train questions (squad2's titles, covid-qa, timeqa, wikiqa, trecqa), 8.2 passages
# worth reading each. A passage's promise is its fused score and FAST_WEIGHT times its best span's score. How many the
# careful reader reads; of the answerable, how often its likeliest span's sentence tells and how often a span told at
# all; of the passages with a right span that would be shown, how many are read:
#   3 each            2.8   .647   .789   .803      within .2 of the best, 3 to 8   3.9   .659   .817   .895
#   5 each            4.3   .672   .836   .921      within .3, 3 to 8               4.8   .672   .836   .958
#   6 each            4.9   .669   .836   .948      within .5, 3 to 8               5.8   .672   .839   .979
#   8 each            6.2   .672   .839   .979      all                             8.2   .672   .839  1.000
# In the retriever's order alone 5 each have .62 by score, 8 .63; a weight of .03 or .05 is as good as .02. Where these
# sets see no difference, gold's dev half decided: its evidence is read for .915 of 82 questions with 3 to 8 (4.5 read),
# for .939 with 6 to 8 (5.4 read, this), for .951 with all (8.0).
FAST_WEIGHT = 0.02
GAP = 0.3
FEWEST, MOST = 6, 8
# How many spans of a passage go on: three left no second figure and no fifth item beside the variants of the first. For
# reasons see qa/answer/spans.py.
SPANS = 8
_UNREAD = -15.0  # a passage in which nothing can be marked


def mark(reader: Reader, fast: Reader, question: Question, candidates: Sequence[Candidate]) -> Marked:
    """Return what a reader marks in the candidates, and in which: of the careful one, those that the fast one chose."""
    if reader.name == "careful":
        candidates = promising(fast, question, candidates)
    spans = read(reader, question, candidates)
    return Marked(reader.name, tuple(candidates), tuple(map(tuple, spans)))


def read(
    reader: Reader, question: Question, candidates: Sequence[Candidate], spans_per_passage: int = SPANS
) -> list[list[Span]]:
    """Return what a reader marks in the candidates' passages, each read below its article's title.

    An article of the days asked about is asked without them: it says what was so on its day, which its text seldom
    names. Asked with them, the reader was sure (a score of -8) that an article of that month does not say.
    """
    dates = question.bounded
    asked = [
        question.undated if dates and meets(candidate.article.published or "", dates) else question.to_read
        for candidate in candidates
    ]
    passages = [candidate.passage for candidate in candidates]
    return reader.read(asked, passages, spans_per_passage, [candidate.article.title for candidate in candidates])


def promising(fast: Reader, question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that the fast reader and the retriever together find likeliest, likeliest first.

    Where one stands out they are few; where many tell of what is asked, such as a value on many days, they are more.
    """
    if len(candidates) <= FEWEST:
        return list(candidates)
    first = read(fast, question, candidates, 1)
    promise = {
        candidate.passage.id: candidate.score + FAST_WEIGHT * _best(spans)
        for candidate, spans in zip(candidates, first, strict=True)
    }
    ordered = sorted(candidates, key=lambda candidate: -promise[candidate.passage.id])
    least = promise[ordered[0].passage.id] - GAP
    near = [candidate for candidate in ordered if promise[candidate.passage.id] >= least]
    return ordered[: max(FEWEST, min(len(near), MOST))]


def _best(spans: Sequence[Span]) -> float:
    return spans[0].score if spans else _UNREAD
