"""For which days a sentence of an article says what it says, and how those stand to the days asked about."""

import calendar
import datetime
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from qa.english.date_grammar import DatePhrase, date_phrases
from qa.english.date_values import Precision
from qa.types import DatesAsked

__all__ = ["SaidDate", "Standing", "as_of", "held", "meets", "said_dates", "shares_days", "standing"]

Place = tuple[int, int]
"""Start and end offset in an article's text."""

Standing = Literal["inside", "covers", "overlaps", "before", "after"]
"""How the days for which something is said stand to those asked about: within them; they hold all of them; they have
some in common; all are earlier; all are later."""


@dataclass(frozen=True, slots=True)
class SaidDate:
    """Days that a sentence names.

    Attributes:
        start, end: Where it says so, as offsets in the article's text; equal for the article's own day.
        since, until: The first and the last day, YYYY-MM-DD; None where that side is open.
        precision: How closely the days are named.
        as_of: The last of them in that precision, YYYY, YYYY-MM or YYYY-MM-DD; of those that go on, the first.
        named: Whether it is named for itself, not as part of a name: 'the 2011 agreement'.
    """

    start: int
    end: int
    since: str | None
    until: str | None
    precision: Precision
    as_of: str
    named: bool = True


# A 'sentence' is at most 110 words (ingest.passages), but whoever calls may pass the whole of an article.
_LONGEST = 4000
_AROUND = 400
# News that names a day without its year means the next one more often than one of ten months ago: 'until May 1'.
_DAYS_AHEAD = 60


def said_dates(text: str, start: int, end: int, published: str | None) -> list[SaidDate]:
    """Return the dates that the sentence text[start:end] names, in order.

    'On Tuesday', 'yesterday', 'in March' count back from the day of publication; without one, or when only its year is
    known, they are left out, and so are months and weekdays of plans ('will open in March'), but for months that begin
    within 60 days. 'Now', 'still' and 'so far' name the day of publication. Lives and foundings in brackets, '(born
    1952)', are no dates of what is said.

    Args:
        text: An article's.
        start, end: Character offsets of the sentence; what is beyond 4,000 characters is not read.
        published: YYYY, YYYY-MM, YYYY-MM-DD or None.
    """
    day = _published(published)
    end = min(end, start + _LONGEST)
    phrases = date_phrases(text, start, end, day[1] if day else None, _DAYS_AHEAD)
    said = [
        _said(phrase, text, start)
        for phrase in phrases
        if not (phrase.relative and day and _FINER[phrase.precision] < _FINER[day[2]])
        and not (_planned(phrase, text, start) and not (day and phrase.since > day[1]))
        and not _of_a_life(phrase, text, start)
    ]
    if day:
        now = _whole(day, published or "")
        said += [replace(now, start=match.start(), end=match.end()) for match in _NOW.finditer(text, start, end)]
        said.sort(key=lambda date: date.start)
    return said


def held(text: str, sentence: Place, span: Place, published: str | None) -> SaidDate | None:
    """Return the days for which a sentence says text[span], None when neither it nor the article names any.

    Of the sentence's dates it is the nearest in the same clause, else the one that the sentence opens with, else the
    article's day; without that the nearest. A date that is (part of) the span does not count. What goes on ('since
    2019', 'this year', 'until 2030') goes on to the article's day.

    A date of the same clause that lies in the future of the article counts too, since what it says is a plan: 'will
    cost 5 crowns by 2030'. It begins and ends after the article's day then. It says nothing of whom or what the plan
    is for: 'the 500 guards will leave in 2030'.
    """
    day = _published(published)
    start, end = max(sentence[0], span[0] - _AROUND), min(sentence[1], span[1] + _AROUND)
    best: SaidDate | None = None
    best_cost = (True, 0)
    for named in _cached(text[start:end], published):
        place = named.start + start, named.end + start
        if place[0] < span[1] and span[0] < place[1]:
            continue
        date = _by_its_end(named, day[1].isoformat(), text, (sentence, span)) if day else named
        ahead = day is not None and _begins(date) > day[1].isoformat()
        if ahead and (_STILL.match(text, *place) or not _is_planned(text, sentence, span)):
            continue
        cost = _far(text, place, span)
        opens = not text[sentence[0] : place[0]].strip(" \"'“‘(") if place[0] - sentence[0] < 40 else False
        if day and (not date.named or (cost[0] and (ahead or not opens))):
            continue
        if best is None or cost < best_cost:
            best, best_cost = replace(date, start=place[0], end=place[1]), cost
    if day is None:
        return best
    now = _whole(day, published or "")
    return _up_to(best, now) if best else replace(now, start=sentence[1], end=sentence[1])


def as_of(text: str, sentence: Place, span: Place, published: str | None) -> str | None:
    """Return the newest day for which a sentence says text[span], as YYYY, YYYY-MM or YYYY-MM-DD; see `held`.

    It is later than the article's where the sentence tells of a plan: 'will cost 5 crowns by 2030' is as of 2030.
    """
    date = held(text, sentence, span, published)
    return date.as_of if date else None


def standing(date: SaidDate, asked: DatesAsked) -> Standing:
    """Return how the days for which something is said stand to those asked about; open sides go on for ever."""
    since, until = date.since or "", date.until or "9999-12-31"
    first, last = asked.since or "", asked.until or "9999-12-31"
    if until < first:
        return "before"
    if since > last:
        return "after"
    if first <= since and until <= last:
        return "inside"
    return "covers" if since <= first and last <= until else "overlaps"


def shares_days(date: SaidDate, asked: DatesAsked) -> bool:
    """Whether the days for which something is said have one in common with those asked about."""
    return standing(date, asked) in ("inside", "covers", "overlaps")


def meets(day: str, dates: DatesAsked) -> bool:
    """Whether a day, month or year has a day in common with those asked about."""
    since, until = dates.since or "", dates.until or "9999"
    return since[: len(day)] <= day <= until[: len(day)]


_FINER: dict[Precision, int] = {"day": 0, "month": 1, "year": 2, "longer": 3}
_Day = tuple[datetime.date, datetime.date, Precision]


@lru_cache(maxsize=512)
def _published(published: str | None) -> _Day | None:
    """Return the first and the last day of a publication date, and its precision; None for none or a wrong one."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", published or "")
    if not found:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = datetime.date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first, first, "day"
    last_month = month or 12
    last = datetime.date(year, last_month, calendar.monthrange(year, last_month)[1])
    return first, last, "month" if month else "year"


@lru_cache(maxsize=256)
def _cached(sentence: str, published: str | None) -> tuple[SaidDate, ...]:
    """Read the dates of a sentence once for all spans in it."""
    return tuple(said_dates(sentence, 0, len(sentence), published))


def _whole(day: _Day, published: str) -> SaidDate:
    return SaidDate(0, 0, day[0].isoformat(), day[1].isoformat(), day[2], published)


def _begins(date: SaidDate) -> str:
    """Return the first day of what is named: 'by 2030' is in 2030."""
    return date.since or f"{date.as_of}-01-01"[:10]


def _up_to(date: SaidDate, now: SaidDate) -> SaidDate:
    """Cut days that go on at the article's; those of a plan begin with the last day that it names."""
    if now.until and _begins(date) > now.until:
        return replace(date, since=_begins(date))
    if date.until is None or (now.until and date.until > now.until):
        return replace(date, until=now.until, as_of=now.as_of)
    return date


_UNTIL = frozenset(("until", "till", "til", "through", "by", "up to", "as of", "ending", "ending in"))
_SINCE = frozenset(("since", "from", "starting", "starting in"))
_WHEN = frozenset(("in", "at", "on", "during", "after", "before", "since", "until", "by"))


def _said(phrase: DatePhrase, text: str, sentence_start: int) -> SaidDate:
    since: datetime.date | None = phrase.since
    until: datetime.date | None = phrase.until
    if phrase.open_ended or _goes_on(phrase):
        until = None
    elif phrase.word == "after" and not phrase.joined:
        since, until = phrase.since if phrase.names_thing else phrase.day_after, None
    elif phrase.word in {"before", "prior to"}:
        since, until = None, phrase.until if phrase.names_thing else phrase.day_before
    elif phrase.word in _UNTIL and not phrase.joined:
        since = None
    before = text[max(sentence_start, phrase.start - _BEFORE) : phrase.start]
    return SaidDate(
        phrase.start,
        phrase.end,
        since.isoformat() if since else None,
        until.isoformat() if until else None,
        phrase.precision,
        (until or phrase.since).isoformat()[: {"day": 10, "month": 7}.get(phrase.precision, 4)],
        # 'in the 2011 census' and 'in a 2011 census' say when; 'the 2011 census is wrong' does not, nor does
        # ', founded in 2011,' for what is said besides
        named=(not phrase.names_thing or phrase.word in _WHEN or bool(_IN_A.search(before)))
        and not _MADE.search(f"{'' if len(before) == _BEFORE else ','}{before}"),
    )


def _goes_on(phrase: DatePhrase) -> bool:
    """Whether 'since' and 'from' open a period, but not 'the figures from last year'."""
    return phrase.word in _SINCE and not phrase.joined and not (phrase.word == "from" and phrase.relative)


_BEFORE = 40
_MADE = re.compile(
    r"[,(\[–—]\s?(?:(?:which|who|that) (?:was|were) )?(?:first )?(?:born|founded|established|built|opened|launched"
    r"|created|formed|introduced|completed|erected|chartered|written|released|published)\s+$",
    re.IGNORECASE,
)
_IN_A = re.compile(r"\b(?:in|at|during)\s+(?:an?|its|his|her|their)\s+$", re.IGNORECASE)
# What an article's day is meant by. 'Now' of a story ('was now') is rare in news.
_NOW = re.compile(r"\b(?:now|currently|still|so far|to date|at present|these days|nowadays)\b", re.IGNORECASE)
_PLAN = re.compile(
    r"\b(?:will|shall|due|expected|scheduled|planned|plans?|set|hopes?|aims?|intends?|going)\b[^.;]*$", re.IGNORECASE
)
# 'She stays until 2030' holds on the article's day.
_STILL = re.compile(r"(?:until|till?|through|up to|ending)\b", re.IGNORECASE)
_WILL = re.compile(r"\b(?:will|shall|would|must|(?:are|is) (?:to|due))\b")
_WILL_AFTER = re.compile(r"(?: (?!and\b|or\b)[\w'’-]{1,30}){0,4}? (?:will|shall|would|must|(?:are|is) (?:to|due))\b")
_OFFICE = re.compile(
    r"\b(?:will|shall|would|is to|is due to) (?:be|become|lead|head|take|succeed|replace|run|chair|serve)\b"
)
_CAPITAL = re.compile(r"\b[A-ZÀ-ÖØ-Þ]")


def _by_its_end(date: SaidDate, today: str, text: str, places: tuple[Place, Place]) -> SaidDate:
    """Return the last day of a period that has begun, for what will be by then: 'will be 5 by the end of this year'."""
    sentence, span = places
    if date.since or not date.until or not _begins(date) <= today < date.until:
        return date
    if not _WILL.search(text, max(sentence[0], span[0] - _AROUND), span[0]):
        return date
    return replace(date, since=date.until, as_of=date.until, precision="day")


def _is_planned(text: str, sentence: Place, span: Place) -> bool:
    """Whether a sentence that names a day ahead gives a span as part of the plan.

    Not what the plan is for, 'all 500 guards will leave', nor who only speaks of it or comes: 'Mayor Okafor will open
    the bridge in 2030' says who is mayor now.
    """
    first = max(sentence[0], span[0] - _AROUND)
    if _CAPITAL.search(text, *span) and not _FIGURE.search(text, *span):
        before = _OFFICE.search(text, first, span[0])
        after = _OFFICE.match(text, span[1] + 1, sentence[1]) if text[span[1] : span[1] + 1] == " " else None
        return bool(before or after)
    return bool(_WILL.search(text, first, span[0])) or not _WILL_AFTER.match(text, span[1], sentence[1])


_PAST = re.compile(r"\b(?:last|past|previous|ago|yesterday|earlier)\b", re.IGNORECASE)


def _planned(phrase: DatePhrase, text: str, sentence_start: int) -> bool:
    """Whether a month or a weekday is that of a plan, and was counted back though it lies ahead."""
    if not phrase.relative or _PAST.search(text, phrase.start, phrase.end):
        return False
    return bool(_PLAN.search(text[max(sentence_start, phrase.start - 60) : phrase.start]))


_FOUNDED = re.compile(
    r"[(\[][^()\[\]]{0,30}\b(?:born|b\.|died|d\.|founded|established|est\.|formed)\s*(?:on\s|in\s)?$", re.I
)


def _of_a_life(phrase: DatePhrase, text: str, sentence_start: int) -> bool:
    before = text[max(sentence_start, phrase.start - 45) : phrase.start]
    long = phrase.joined and (phrase.until - phrase.since).days > (15_000 if phrase.precision != "day" else 7_000)
    return bool(_FOUNDED.search(before)) or (long and before.rstrip().endswith(("(", "[")))


_CLAUSE = re.compile(
    r"[;:()\[\]—]|\s[–-]\s|,\s(?:and|but|while|whereas|although|though|when|which|who|where|then|yet)\b"
    r"|\s(?:but|while|whereas|although|though)\s",
    re.IGNORECASE,
)
_THEN = re.compile(r"^,? when\b", re.IGNORECASE)  # 'in 2024, when there were 214': it is said of that date
_WHICH = re.compile(r"^, which\b", re.IGNORECASE)  # '2.40, which it had cost since 2019': it is said of that figure
_FIGURE = re.compile(r"\d")
_FIGURE_BEFORE = re.compile(r"\d[\d.,]*+(?: [a-z]+)?\s$")
_AND = re.compile(r"\s(?:and|or)\s", re.IGNORECASE)
# 'in 2003 it had 50, and 30 in 2005': what 'and' parts is as far away as this many characters more.
_AND_IS = 20


def _far(text: str, date: Place, span: Place) -> tuple[bool, int]:
    """Return whether a clause ends between a date and a span, and how far they are apart."""
    figure = _FIGURE.search(text, *span)
    nearer = False
    if date[0] < span[1]:
        gap = _THEN.sub("", text[date[1] : span[0]])
        # 'with 9,800 in summer and 13,500 late in 2023': the first date is that of the figure before it.
        nearer = bool(figure and _AND.match(gap) and _FIGURE_BEFORE.search(text[max(0, date[0] - _BEFORE) : date[0]]))
    else:
        gap = _WHICH.sub("", text[span[1] : date[0]]) if figure else text[span[1] : date[0]]
    if gap.strip() in {"(", "["}:  # 'Harlow (1962–65)'
        return False, len(gap)
    # '4,100, a third of the 13,500 who were there in 2023': the date is that of the nearer figure.
    nearer = nearer or bool(_FIGURE.search(gap) and figure)
    return nearer or bool(_CLAUSE.search(gap)), len(gap) + _AND_IS * len(_AND.findall(gap))
