"""How well places in articles fit the days that a question asks about."""

import re

from qa.english.lexicon import MONTHS, WEEKDAY, either
from qa.english.sentence_dates import held, said_dates, shares_days, standing
from qa.read.evidence import Evidence, moved
from qa.types import DatesAsked

__all__ = ["fit_days"]

# What a place is worth, times the weight of the days in qa/read/score.py, 2 then (`python -m eval.tune chooser` sweeps
# that). timeqa-human-train, 50 pages, 190 questions that name days, the reader of before; right spans that come first
# of 164 / answered and right / of 26 without an answer, answered:
#   the days left out         36   .146   .46
#   nearest .75, named .5, unknown -.25, else -.5   50   .232   .42   (by `held` and `standing`: 51   .244   .42)
#   all of them .25 higher    50   .268   .65
#   all of them .25 lower     50   .201   .31
# The day that stands nearest to the words counts a quarter more: 49 without. The last date before an earlier day, as
# in 'in 1959 he joined' for 1962, was tried as a sign and gave 47 to 50.
_NEAREST, _NAMED, _UNKNOWN, _OUTSIDE = 0.75, 0.5, -0.25, -0.5
# Days that only hold or touch those asked about ('in the 2010s' for 2011) say less than days within them. This part
# was not measured on its own.
_NEAREST_WIDER = 0.6
# Not measured on a train set, since none has dated articles: an article of the days asked about is half a sign, one
# from before them cannot tell.
_PUBLISHED_IN, _PUBLISHED_BEFORE = 0.25, -1.0
# Case tells the month from the verb.
_COMES_AGAIN = re.compile(rf"\b(?:(?i:{WEEKDAY})|{either(map(str.capitalize, MONTHS))})(?=s?\b)")


def fit_days(item: Evidence, asked: DatesAsked) -> float:
    """Return how well the days of a place's sentence fit those asked about, in [-1, 0.75].

    A sentence that names none has its article's day. Of a weekday or month that comes again ('open on Friday') only
    its name counts: 0 where the sentence names none.
    """
    if asked.bounded:
        return _fit(item, asked)
    wanted = {name.lower() for name in _COMES_AGAIN.findall(asked.words)}
    return _fit_name(item, wanted) if wanted else 0.0


def _fit_name(item: Evidence, wanted: set[str]) -> float:
    """Say whether the weekday or month that a sentence names nearest to a place is one of those wanted."""
    passage = item.candidate.passage
    start, end = moved(item.place, -passage.start)

    def away(match: re.Match[str]) -> int:
        return max(match.start() - end, start - match.end(), 0)

    named = _COMES_AGAIN.finditer(passage.text, *moved(item.sentence, -passage.start))
    nearest = min(named, key=away, default=None)
    if nearest is None:
        return 0.0
    return _NEAREST if nearest[0].lower() in wanted else _OUTSIDE


def _fit(item: Evidence, asked: DatesAsked) -> float:
    passage, published = item.candidate.passage, item.article.published
    sentence = moved(item.sentence, -passage.start)
    date = held(passage.text, sentence, moved(item.place, -passage.start), published)
    if date is None:
        return _UNKNOWN
    stands = standing(date, asked)
    if date.start == date.end:  # the article's own day
        return {"before": _PUBLISHED_BEFORE, "after": _UNKNOWN}.get(stands, _PUBLISHED_IN)
    if shares_days(date, asked):
        return _NEAREST if stands == "inside" else _NEAREST_WIDER
    others = said_dates(passage.text, *sentence, published)
    return _NAMED if any(shares_days(other, asked) for other in others) else _OUTSIDE
