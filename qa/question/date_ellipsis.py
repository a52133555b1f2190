"""The dates of a follow-up: 'and in March 2025?', 'the year before?', 'and before that?', 'how was it in spring?'.

A follow-up that gives only a time asks the question before for that time: its dates take the place of those there,
and all else stays.
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from qa.english.lexicon import MONTH, SEASON, WEEKDAY
from qa.question.dates import date_places, dates_asked

__all__ = ["Timed", "asks_before", "at_time", "parted", "relative_time", "timed"]

Place = tuple[int, int]

_SMALL = frozenset(
    (
        "and but so or then what how about of was were is are will would it that this there they the a an been be has"
        " had have did do does look looked like stand stood in at on for number figure value situation things"
    ).split()
)
_ASKED_WITH = re.compile(r"^(?:how (?:many|much|long|old|far|big|large|tall|high)|who|where|which|what)\b", re.I)
# Times that name no days by themselves: 'in spring', 'at night'. They take the place of a date all the same.
_NO_DAYS = re.compile(
    r"\b(?:in|during|over|by)\s(?:the\s)?(?:spring|summer|autumn|winter|morning|afternoon|evening"
    r"|meantime|past|future|long\srun)\b(?!\s+of)"
    r"|\b(?:in|by|at|towards)\sthe\s(?:end|start|beginning|middle)"
    r"(?:\sof\s(?:the|this)\s(?:year|month|week|decade)\b|\b(?!\s+of))"
    r"|\bat\s(?:night|noon|midnight|dawn|dusk|weekends|christmas|easter)\b"
    rf"|\bon\s(?:weekdays|weekends|{WEEKDAY}s)\b",
    re.IGNORECASE,
)
_SEASON = re.compile(rf"\b{SEASON}$", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:last|this|next|past|previous|coming|yesterday|today|tomorrow|tonight|now|ago)\b", re.I)
_MONTH = re.compile(rf"\b{MONTH}\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
# 'the year before', 'two months later', 'the following year', 'the previous day'
_STEP = re.compile(
    rf"\b(?:in\s|on\s)?(?:(?:(?P<the>the)|(?P<count>{'|'.join(_COUNTS)}|\d{{1,2}}))\s"
    r"(?P<unit>day|week|month|year|decade)s?\s(?P<way>before|earlier|previously|prior|later|after|afterwards)"
    r"(?:\s(?:that|this|then))?"
    r"|the\s(?P<next>following|next|previous|preceding)\s(?P<next_unit>day|week|month|year|decade))(?=\W*$)",
    re.IGNORECASE,
)
# 'and before that', 'what was it before', 'and since then', 'and later'
_FROM_THERE = re.compile(
    r"\b(?:(?P<back>before|until|up\sto|prior\sto)(?:\s(?:that|then|this|it))?|(?P<earlier>earlier|previously)"
    r"|(?P<since>(?:ever\s)?since)(?:\s(?:that|then))?|(?P<on>after|from)\s(?:that|then|there)(?:\son)?"
    r"|(?P<later>later|afterwards|thereafter))(?=\W*$)",
    re.IGNORECASE,
)
_BACKWARDS = frozenset(("before", "earlier", "previously", "prior", "previous", "preceding"))


@dataclass(frozen=True, slots=True)
class Timed:
    """A follow-up taken apart.

    Attributes:
        when: The words that say for when it asks, as they can stand in the question before: 'in March 2025'.
        rest: What is left without them; '' where that says nothing.
    """

    when: str
    rest: str


def timed(question: str, before: str, now: datetime.date | None) -> Timed | None:
    """Return for when a follow-up asks, and what else it says; None where it names no time.

    Args:
        question: The follow-up without 'and' or 'what about', and without question mark.
        before: The question before it.
        now: The day from which 'last year' counts; None for today.
    """
    places = _places(question, now or datetime.date.today())
    if not places:
        return None
    rest, when = question, list[str]()
    for start, end in reversed(places):
        when.insert(0, _placed(" ".join(question[start:end].split()).strip(" ,"), before))
        rest = f"{rest[:start]} {rest[end:]}"
    rest = " ".join(rest.split()).strip(" ,;?.!")
    return Timed(" ".join(when), "" if _says_nothing(rest, before) else rest)


def at_time(question: str, when: str) -> str:
    """Add words for a time to a question, to the first where there are two; with a question mark."""
    first, _, more = question.partition("?")
    return f"{first} {when}?{more}" if when else f"{first}?{more}"


def parted(question: str, now: datetime.date | None) -> tuple[str, str]:
    """Return a question without the words that say for when it asks, without question mark, and those words."""
    question = question.partition("?")[0]
    places = _places(question, now or datetime.date.today())
    times = " ".join(question[start:end].strip(" ,") for start, end in places)
    for start, end in reversed(places):
        question = f"{question[:start]} {question[end:]}"
    return " ".join(question.split()).strip(" ,?.!"), " ".join(times.split())


def asks_before(question: str) -> bool:
    """Whether a follow-up asks how it was before the last answer: 'and before that?', 'what was it earlier?'"""
    there = _FROM_THERE.search(question)
    return bool(there and (there["back"] or there["earlier"]))


def relative_time(question: str, before: str, said_on: Callable[[], str | None], now: datetime.date | None) -> str:
    """Write the days that a follow-up counts from those of the chat: 'the year before' -> 'in 2023'.

    What counts from nothing known, or counts from nothing, stays as it is.

    Args:
        question: The follow-up.
        before: The question before it, whose dates come first for 'the year before'.
        said_on: Gives the day of the last answer, YYYY, YYYY-MM or YYYY-MM-DD, which comes first for 'before that'
            unless the question before asks about days that begin somewhere.
        now: The day from which 'last year' in the question before counts; None for today.
    """
    step, there = _STEP.search(question), _FROM_THERE.search(question)
    if not step and not there:
        return question
    said = said_on()
    asked = dates_asked(before, now or datetime.date.today())
    own = (asked.since or asked.until) if asked and not (asked.since is None and said) else None
    # Of a month or a year, that much of its first day.
    if own and asked and asked.since and asked.until and asked.since != asked.until:
        own = own[: 7 if asked.since[:7] == asked.until[:7] else 4]
    if step:
        # a year before the day of an article is a month of that year, not its very day
        reference = own or (said[:7] if said and "year" in step[0].lower() else said)
        words = _stepped(step, reference) if reference else None
        return f"{question[: step.start()]}{words}{question[step.end() :]}" if words else question
    reference = own if own and asked and asked.since else said or own
    if not there or not reference:
        return question
    word = "before" if there["back"] or there["earlier"] else "since" if there["since"] else "after"
    return f"{question[: there.start()]}{word} {_written(reference)}{question[there.end() :]}"


def _places(question: str, now: datetime.date) -> list[Place]:
    """Return where a question says for when it asks, in order, none of them twice."""
    found = [*date_places(question, now), *(match.span() for match in _NO_DAYS.finditer(question))]
    kept: list[Place] = []
    for place in sorted(found):
        if not kept or place[0] >= kept[-1][1]:
            kept.append(place)
    return kept


def _says_nothing(rest: str, before: str) -> bool:
    """Whether what is left of a follow-up only asks as the question before does: 'how was it'."""
    asks = _ASKED_WITH.match(rest)
    if asks and before.lower().startswith(asks[0].lower()):
        rest = rest[asks.end() :]
    return all(word.strip(",;").lower() in _SMALL for word in rest.split())


def _placed(when: str, before: str) -> str:
    """Return words for a time as they can stand at a question's end, with the year that the chat spoke of.

    '2024' becomes 'in 2024'; 'in March', of a chat about 2024, 'in March 2024'.
    """
    year = _YEAR.search(before)
    if year and not _YEAR.search(when) and not _RELATIVE.search(when) and (_MONTH.search(when) or _SEASON.search(when)):
        when = f"{when} {year[0]}"
    if _RELATIVE.search(when) or not (when[:1].isdigit() or _MONTH.match(when)):
        return when
    day = re.match(r"\d{1,2}(?:st|nd|rd|th)? \D|\w+ \d{1,2}(?!\d)|\d{4}-\d\d-\d\d", when)
    return f"{'on' if day else 'in'} {when}"


def _stepped(step: re.Match[str], reference: str) -> str | None:
    """Return the day, month or year that lies a step before or after a day of reference."""
    unit = (step["unit"] or step["next_unit"]).lower()
    way = (step["way"] or step["next"]).lower()
    count = (step["count"] or "one").lower()
    number = (int(count) if count.isdigit() else _COUNTS[count]) * (-1 if way in _BACKWARDS else 1)
    year, month, day = (int(part) for part in f"{reference}-01-01".split("-")[:3])
    try:
        if unit in ("year", "decade"):
            year += number * (10 if unit == "decade" else 1)
            # 'a year earlier' is as exact as what it counts from; 'the year before' is a year
            moved = f"{year:04}{reference[4:] if step['count'] else ''}"
        elif unit == "month" and len(reference) > 4:
            months = 12 * year + month - 1 + number
            moved = f"{months // 12:04}-{months % 12 + 1:02}"
        elif unit in ("day", "week") and len(reference) == 10:
            moved = str(datetime.date(year, month, day) + datetime.timedelta(number * (7 if unit == "week" else 1)))
        else:
            return None
        return f"{'on' if len(moved) == 10 else 'in'} {_written(moved)}"
    except (ValueError, OverflowError):  # 29 February a year later
        return None


def _written(day: str) -> str:
    """Write YYYY-MM-DD as '3 May 2011', YYYY-MM as 'May 2011'."""
    year, month, date = (*day.split("-"), None, None)[:3]
    if month is None:
        return str(year)
    name = datetime.date(2000, int(month), 1).strftime("%B")
    return f"{int(date)} {name} {year}" if date else f"{name} {year}"
