"""Which days a question asks about."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.english.date_grammar import DatePhrase, date_phrases
from qa.english.lexicon import MONTH, QUESTION_WORD, WEEKDAY
from qa.types import DatesAsked

__all__ = ["date_places", "dates_asked"]

_LONGEST = 2000
# Each is held against each other; a question that anyone means has three at most.
_MOST = 12


def dates_asked(question: str, now: datetime.date) -> DatesAsked | None:
    """Return the days that a question asks about; None where it names none.

    'In 2011', 'since Tuesday', 'between 2003 and 2005', 'latest', 'at first' say so. A date that belongs to a noun
    ('the 2011 election') does not, but 'before the election of 2005' does: its day is unknown, so it is until the end
    of 2005. Of several dates it is the days that all of them hold. Of dates that contradict each other, one at the
    question's beginning or end is taken before one inside, a range before a date, the first before the next. Words
    that only say 'latest' or 'first' set no bound, nor does what comes again, where a question asks how it always is:
    'when does it open on Friday', but not 'what did it decide on Friday'. 'Other than in 2011' names no day, nor do
    years before Christ.

    Args:
        question: As typed. What follows its first 2,000 characters is not looked at. Never raises.
        now: The day from which 'yesterday' and 'in March' count.
    """
    asked = [*_spans(question, now), *_newest_or_first(question)[:_MOST]]
    past = _PAST.search(question)
    chosen = [
        replace(span, since=None, until=None) if span.recurs and not past else span
        for span in _agreeing(question, asked)
    ]
    if not chosen:
        return None
    since = max((span.since for span in chosen if span.since), default=None)
    until = min((span.until for span in chosen if span.until), default=None)
    return DatesAsked(
        words=", ".join(question[span.start : span.end].strip() for span in chosen),
        since=since.isoformat() if since else None,
        until=until.isoformat() if until else None,
        latest=any(span.latest for span in chosen),
        first=any(span.first for span in chosen),
    )


def date_places(question: str, now: datetime.date) -> list[tuple[int, int]]:
    """Return where a question says which days it asks about, as `dates_asked` reads it, in order."""
    asked = [*_spans(question, now), *_newest_or_first(question)[:_MOST]]
    return [(span.start, span.end) for span in _agreeing(question, asked)]


@dataclass(frozen=True, slots=True)
class _Span:
    """Words of the question and what they ask for."""

    start: int
    end: int
    since: datetime.date | None = None
    until: datetime.date | None = None
    latest: bool = False
    first: bool = False
    joined: bool = False
    recurs: bool = False


# 'before the election of 2005', 'after Okafor resigned in 2005': the date tells when the event was.
_EVENT = re.compile(
    r"\b(before|after|since|until|till|prior\s+to|following|ahead\s+of)\s+(?!(?:and|when)\b)(?:[\w'’-]{1,30}\s+){1,7}?$",
    re.I,
)
_TAKES_DATE = frozenset(
    (
        "in on at during throughout within since after before until til till through by from between around about"
        " circa starting ending over"
    ).split()
) | {"as of", "up to", "prior to", "starting in", "ending in", "back in"}


def _spans(question: str, now: datetime.date) -> list[_Span]:
    spans: list[_Span] = []
    written = _MAY.sub("May", question[:_LONGEST])
    for phrase in date_phrases(written, 0, len(written), now)[:_MOST]:
        if _BEFORE_CHRIST.match(question, phrase.end) or _NOT.search(
            question[max(0, phrase.start - 24) : phrase.start]
        ):
            continue
        before = max(0, phrase.start - 80)
        event = _EVENT.search(question[before : phrase.start])
        last = spans[-1] if spans else None
        if phrase.names_thing and phrase.word in _EVENT_WORDS:  # 'after the 2005 election'
            since, until = _bounds(phrase.word, phrase, event=True)
            noun = _NEXT_WORD.match(question, phrase.end)
            spans.append(_Span(phrase.start, noun.end() if noun else phrase.end, since, until))
        elif event and phrase.word in {"", "in", "on", "of", "at", "during"}:
            since, until = _bounds(event[1].lower().split()[0], phrase, event=True)
            spans.append(_Span(before + event.start(), phrase.end, since, until))
        elif last and last.until and not phrase.word and _AND.fullmatch(question, last.end, phrase.start):
            spans[-1] = replace(last, end=phrase.end, until=max(last.until, phrase.until))  # 'in 2011 and 2012'
        elif _says_when(question, phrase):
            spans.append(_plain(question, phrase))
    return spans


_MAY = re.compile(r"\bmay(?=,? (?:of )?(?:1[5-9]|20)\d\d\b)")  # before a year it is no verb
_BEFORE_CHRIST = re.compile(r"\s{0,3}(?:(?:and|to|-|–)\s{0,3}\d{1,4}\s{0,3})?B\.?\s?C(?:\.?\s?E)?\b", re.I)
_NOT = re.compile(r"\b(?:other\s+than|except(?:\s+for)?|excluding|apart\s+from|but\s+not)\s+$", re.I)
_EVENT_WORDS = frozenset(("before", "prior to", "after", "since", "until", "till"))
_AND = re.compile(r",?\s{1,3}(?:and|or)\s{1,3}|,\s{1,3}")
_NEXT_WORD = re.compile(r"\s{1,3}[\w'’-]{1,40}|")
# A few search words instead of a question.
_SENTENCE = re.compile(rf"\b(?:{QUESTION_WORD}|is|are|was|were|did|does|do|has|have|had)\b", re.I)


def _says_when(question: str, phrase: DatePhrase) -> bool:
    """Whether a date in a question says when: 'in 2011', and '2011' after search words, but not 'a 2011 survey'."""
    if phrase.names_thing or (phrase.word and phrase.word not in _TAKES_DATE):
        return False
    opens = not question[: phrase.start].strip()
    if phrase.before_noun:
        return opens and question[phrase.end :].lstrip()[:1].isupper()  # 'in 2011 Okafor led what?'
    if question[phrase.date_start :].startswith("Today"):  # a newspaper's name
        return opens
    said = phrase.word or phrase.relative or phrase.joined or phrase.precision == "day" or opens
    return bool(said) or not _SENTENCE.search(question)


def _plain(question: str, phrase: DatePhrase) -> _Span:
    since, until = _bounds(phrase.word, phrase)
    today = question[phrase.date_start :][:5].lower() == "today"
    if today:  # the newest that an archive has, which may be some days old
        since = until = None
    return _Span(
        phrase.start,
        phrase.end,
        since,
        until,
        latest=today or (phrase.word in _BACKWARDS and not phrase.joined),  # how it was last, up to then
        joined=phrase.joined,
        recurs=phrase.word in _AT and bool(_RECURS.fullmatch(question, phrase.date_start, phrase.end)),
    )


_AT = frozenset(("", "on", "in", "at", "during", "for"))
# A weekday, a month, a day of a month: each comes again.
_RECURS = re.compile(
    rf"(?:{WEEKDAY}(?:\s(?:morning|afternoon|evening|night))?"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?{MONTH}(?:\s\d{{1,2}}(?:st|nd|rd|th)?)?)\s*",
    re.IGNORECASE,
)
# A question for what has happened; one without any of these asks how it is, or always is.
_PAST = re.compile(
    r"\b(?:did|was|were|had|has|have|been|became|won|lost|said|told|fell|rose|began|left|died|made|gave|took|went|came"
    r"|held|met|shot|hit|sank|\w{2,}(?<!need)(?<!speed)(?<!feed)(?<!seed)(?<!bed)ed)\b|['’]d\b",
    re.IGNORECASE,
)


def _bounds(word: str, phrase: DatePhrase, event: bool = False) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the days that a preposition makes of a date; of an event, of which only the date is known, the widest."""
    first, last = phrase.since, phrase.until
    if phrase.open_ended:
        return first, None
    if word in _BACKWARDS and (event or not phrase.joined):
        return None, last if event or word not in _OUTSIDE else phrase.day_before
    if word == "from" and phrase.relative:  # 'the figures from last year'
        return first, last
    if word in _FORWARDS and (event or not phrase.joined):
        return first if event or word not in _OUTSIDE else phrase.day_after, None
    return first, last


_BACKWARDS = frozenset(("before", "until", "till", "til", "through", "by", "ahead", "ending"))
_BACKWARDS |= {"prior", "prior to", "up to", "as of", "ending in"}
_FORWARDS = frozenset(("after", "following", "since", "from", "starting", "starting in"))
_OUTSIDE = frozenset(("before", "prior", "prior to", "after"))
_NO_THING = r"(?!\s+(?:on|in|at|about|from|of|for|to|by|with|is|are|was|were|and|or|account|affairs|events)\b)"
_LATEST = re.compile(
    r"(?<![\w’'-])(?:as\s+of\s+(?:right\s+)?now|(?:right|just|even|until|till|up\s+to)\s+now"
    r"|at\s+(?:the\s+)?present(?:\s+time)?|at\s+the\s+moment|presently|currently|these\s+days|nowadays|so\s+far"
    r"|to\s+date|(?<!from\s)(?<!by\s)now(?!\s+(?:that|on)\b)"
    r"|(?<!a\s)(?<!the\s)(?<!stand\s)(?<!stands\s)(?<!stood\s)(?<!sit\s)(?<!hold\s)(?<!keep\s)(?<!ing\s)still"
    r"(?!\s+(?:life|image|photo|picture|birth))"
    rf"|(?:latest|newest|(?:most\s+)?current|most\s+recent)(?=\s+\w){_NO_THING})(?![\w-])",
    re.IGNORECASE,
)
_TOLD = (
    r"(?:reported|announced|estimated|said|thought|believed|given|put|counted|proposed|planned|expected|offered|asked"
    r"|promised|quoted|predicted|agreed|sent|deployed|priced|budgeted)"
)
_FIRST = re.compile(
    r"(?<![\w’'-])(?:at\s+first(?=\s*(?:$|[?.!,;]|\w+\b(?<!sight)(?<!glance)(?<!base)(?<!light)(?<!blush)(?<!hand)(?<!instance)))|originally|initially"
    r"|in\s+the\s+beginning(?!\s+of)|to\s+begin\s+with"
    rf"|first(?=\s+{_TOLD}\b)"
    r"|(?<=the\s)(?:first|original|initial|earliest)(?=\s+(?:estimated?|figures?|counts?|toll|tally|numbers?|reports?"
    r"|reported|estimates|death|price|cost|budget|plan|offer|forecast|projection)\b))(?![\w-])",
    re.IGNORECASE,
)
_ASKS_WHEN = re.compile(r"\s*(?:\w+\s+)?(?:when|who|whom|(?:what|which)\s+(?:year|month|day|date|time))\b", re.I)


def _newest_or_first(question: str) -> list[_Span]:
    spans = []
    for match in _LATEST.finditer(question, 0, _LONGEST):
        opens = not question[: match.start()].strip()
        # a name ('Apocalypse Now'), or a polite beginning ('Now, who …')
        if not match[0][0].isupper() or (opens and match[0].lower() not in {"now", "still"}):
            spans.append(_Span(match.start(), match.end(), latest=True))
    asks_when = _ASKS_WHEN.match(question)
    for match in _FIRST.finditer(question, 0, _LONGEST):
        # 'who was first sent' asks for the first one, not for what was first said of one
        if not (asks_when and match[0].lower() == "first"):
            spans.append(_Span(match.start(), match.end(), first=True))
    return spans


def _agreeing(question: str, spans: Sequence[_Span]) -> list[_Span]:
    """Leave out dates that only describe a thing, and those that contradict one that says more."""
    asked = [span for span in spans if not _says_made(question, span)] or spans

    def less(span: _Span) -> tuple[bool, bool, int]:
        at_edge = not question[: span.start].strip() or not question[span.end :].strip(" ?.!")
        return not at_edge, not span.joined, span.start

    chosen: list[_Span] = []
    for span in sorted(asked, key=less):
        if all(_meet(span, other) for other in chosen):
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)


# 'the school founded in 1894': beside another date, this one says when it was made.
_MADE = re.compile(
    r"\b(?:born|founded|established|built|created|chartered|formed|introduced|launched|opened|written|published"
    r"|released|signed|sunk|erected|set\s+up|died)\s+$",
    re.IGNORECASE,
)


def _says_made(question: str, span: _Span) -> bool:
    """Whether a date says when a thing was made; 'how many died before 2005' asks."""
    return bool(span.since and span.until and _MADE.search(question[max(0, span.start - 24) : span.start]))


def _meet(one: _Span, other: _Span) -> bool:
    if one.start < other.end and other.start < one.end:
        return False
    since = max((span.since for span in (one, other) if span.since), default=None)
    until = min((span.until for span in (one, other) if span.until), default=None)
    return since is None or until is None or since <= until
