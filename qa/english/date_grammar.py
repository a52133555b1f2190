"""The grammar of English dates: where text names days, months, years and spans of them, and which days those are.

Own code because what the packages give is points and guesses: dateparser's search takes milliseconds and reads 'may' as
a month, and none keeps 'since', 'the 1990s' and 'from … to' as intervals. One pass of one bounded expression.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.english.date_values import COUNTS, Precision, days_named, year_named
from qa.english.lexicon import CHANGE, MONTH_BEGINNING, SEASON, WEEKDAY, WEEKDAYS, either

__all__ = ["DatePhrase", "Precision", "date_phrases"]


_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """A date as it stands in a text.

    Attributes:
        start, end: Character offsets of its words, with the preposition before them.
        date_start: Where the date itself begins, after the preposition.
        word: The preposition, in lower case and short: 'in', 'since', 'as of', 'between', …; '' where there is none.
        since, until: The first and the last day of the date named, whatever the preposition says.
        precision: How closely it is named.
        relative: Whether it was worked out from the day of reference: 'yesterday', 'in March'.
        before_noun: Whether a word follows at once that may be a noun: 'in 2011 Okafor', 'a 2011 report'.
        names_thing: Whether it belongs to a noun: 'the 2011 election', 'the treaty of 1998'.
        joined: Whether two dates were joined: 'from 1962 to 1965', '1962–65'.
        open_ended: Whether it runs to this day: 'from 1990 to the present', 'from 1990 on'.
    """

    start: int
    end: int
    date_start: int
    word: str
    since: datetime.date
    until: datetime.date
    precision: Precision
    relative: bool = False
    before_noun: bool = False
    names_thing: bool = False
    joined: bool = False
    open_ended: bool = False

    @property
    def day_before(self) -> datetime.date:
        """The last day before it, in the calendar's range."""
        return self.since - _DAY if self.since > datetime.date.min else self.since

    @property
    def day_after(self) -> datetime.date:
        """The first day after it, in the calendar's range."""
        return self.until + _DAY if self.until < datetime.date.max else self.until


def date_phrases(
    text: str, start: int, end: int, reference: datetime.date | None, days_ahead: int = 0
) -> list[DatePhrase]:
    """Return the dates that text[start:end] names, in order, ranges joined; linear in its length.

    Args:
        text: Where it stands; what comes before `start` and after `end` is not looked at.
        start, end: Character offsets.
        reference: The day for 'yesterday', 'last March' and months without a year; with None those are left out, but
            for a month that follows a year: 'in 1983, in March'.
        days_ahead: A month without a year, or a day of it, is the last that has begun so many days after the reference.
    """
    words = text[start:end].replace("\u0130", "I")  # the one letter whose lower case is two
    lowered = words.lower()
    phrases: list[DatePhrase] = []
    matches = [match for match in _matches(lowered) if _is_date(match, words)]
    year = None
    for number, match in enumerate(matches):
        lent = year
        if number + 1 < len(matches) and _connected(words, match, matches[number + 1]):
            lent = year_named(matches[number + 1]) or lent  # 'from March to May 2011'
        try:
            phrase = _phrase(match, reference, days_ahead, lent, words)
        except (ValueError, OverflowError):  # 31 February, the year 0
            continue
        if phrase:
            phrases.append(phrase)
        year = year_named(match) or year
    joined = list(_joined(words, phrases))
    return [_moved(phrase, start) for phrase in joined] if start else joined


def _moved(phrase: DatePhrase, by: int) -> DatePhrase:
    return replace(phrase, start=phrase.start + by, end=phrase.end + by, date_start=phrase.date_start + by)


def _matches(lowered: str) -> Iterator[re.Match[str]]:
    """Find what looks like a date, only where a word or a figure that all dates have is near: most text has none."""
    first = _ANCHOR.search(lowered)
    if not first:
        return iter(())
    *_, last = _ANCHOR.finditer(lowered, first.start())
    return _DATE.finditer(lowered, max(0, first.start() - _NEAR), last.end() + _NEAR)


_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?"
    r"|sep(?:t(?:ember)?)?\.?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
    rf"(?![\w'’]|-(?!{MONTH_BEGINNING}))"
)
_WEEKDAY = rf"{WEEKDAY}(?![\w-])"
_HOURS = r"(?:morning|afternoon|evening|night)"
_YEAR = r"(?:1\d{3}|20\d\d)(?![\w%°]|[.,:]\d)"
_COUNT = (
    rf"(?:\d{{1,3}}|{'|'.join(sorted(filter(str.isalpha, COUNTS), key=len, reverse=True))}|(?:a\s)?couple\sof|a\sfew)"
)
_UNIT = r"(?:day|week|month|year|decade)"
_TH = r"(?:st|nd|rd|th)?"
# For text in lower case: with IGNORECASE it takes twice the time. White space is bounded as everything is: no run of
# it can be gone over twice.
_DATE = re.compile(
    rf"""(?=[\da-fijl-qs-uwy])(?<![\w.,:$£€¥#×/–-])
    (?:(?P<word>as\s{{1,3}}of|up\s{{1,3}}to|prior\s{{1,3}}to|starting(?:\s{{1,3}}in)?|ending(?:\s{{1,3}}in)?|in|on|at|by
        |of|from|since|after|before|until|til|till|through|during|throughout|between|around|about|circa|within|over
        |back\s{{1,3}}in|for)\s{{1,3}})?
    (?P<the>the\s{{1,3}})?(?:(?P<in_year>years?|months?\sfrom|(?:year|month|week|day|morning|afternoon|evening|night)\sof
        |(?:first|second|third|fourth|last|final)\s(?:week|weekend|days|weeks|months)\sof)\s{{1,3}})?
    (?:(?P<part>early|earlier|mid|late|later|(?:start|beginning|middle|end)\sof|(?:first|second)\shalf\sof)
        [\s-]{{1,2}}(?:in\s)?(?:the\s)?)?
    (?P<date>(?:(?P<weekday_before>{_WEEKDAY}),?\s{{1,3}}(?:the\s)?)?(?:
     (?P<iso>\d{{4}}-\d\d-\d\d)(?![\d-])
    |(?P<year_from>(?:1\d|20)\d\d)\s?[-–—/]\s?(?P<year_to>(?:1\d|20)\d\d|\d\d)(?![\w%]|[.,:/-]\d)
    |(?P<day_a>\d{{1,2}})[/.](?P<day_b>\d{{1,2}})[/.](?P<slash_year>(?:19|20)\d\d)(?!\d)
    |(?:(?P<dm_from>\d{{1,2}}){_TH}\s?(?:-|–|to|and)\s?)?(?P<dm_day>\d{{1,2}}){_TH}(?:\sof)?\s{{1,3}}(?P<dm_month>{_MONTH})
        (?:,?\s{{1,3}}(?:of\s)?(?P<dm_year>{_YEAR}))?
    |(?P<md_month>{_MONTH})\s{{1,3}}(?:the\s)?(?P<md_day>\d{{1,2}}){_TH}(?![\w%]|[.,:]\d)
        (?:\s?(?:-|–|to|and)\s?(?P<md_to>\d{{1,2}}){_TH}(?![\w%]|[.,:]\d))?(?:\s?,?\s{{1,3}}(?P<md_year>{_YEAR}))?
    |(?P<my_month>{_MONTH})\s?,?\s{{1,3}}(?:of\s)?(?P<my_year>{_YEAR})
    |(?P<season>{SEASON}),?\s{{1,3}}(?:of\s)?(?P<season_year>{_YEAR})
    |(?:(?P<quarter>first|second|third|fourth|last)\squarter\s(?:of\s)?|q(?P<quarter_digit>[1-4])\s(?:of\s)?)
        (?P<quarter_year>{_YEAR})
    |(?P<decade>(?:1\d|20)\d0)['’]?s(?!\w)
    |(?P<century>[12]?\d)(?:st|nd|rd|th)[\s-]century
    |(?P<day>the\sday\sbefore\syesterday|(?:yesterday|tomorrow)(?:\s{_HOURS})?|today|tonight|last\snight|this\s{_HOURS})
        (?!\w)
    |(?P<which>last|this|next|past|previous|coming)\s{{1,3}}
        (?:(?P<which_unit>weekend|{_UNIT}|quarter|{SEASON})(?!\w)|(?P<which_weekday>{_WEEKDAY})|(?P<which_month>{_MONTH})
        |(?P<past_count>{_COUNT})\s{{1,3}}(?P<past_unit>{_UNIT})s?(?!\w))
    |(?P<ago_count>{_COUNT})\s{{1,3}}(?P<ago_unit>{_UNIT})s?\sago(?!\w)
    |(?P<month>{_MONTH})
    |(?P<year>{_YEAR}))(?:\s{{1,3}}(?:of\s)?(?P<of_year>last|this)\syear(?!\w))?
    |(?P<weekday>{_WEEKDAY})(?:\s{_HOURS}(?!\w))?)""",
    re.VERBOSE,
)
_ANCHOR = re.compile(
    rf"\d{{4}}|\bcentury|\b(?:{MONTH_BEGINNING}|{either(day[:3] for day in WEEKDAYS)}|yesterday"
    r"|to(?:day|night|morrow)|this\s|next\s|past\s|last\s|previous\s|coming\s|ago\b)"
)
# The longest words that a date has before and after what it is found by.
_NEAR = 80
_NEXT_WORD = re.compile(r"[ \t\u00a0]{1,3}([^\W_][\w'’-]{0,40})")
_CONNECTOR = re.compile(
    r"\s?[-–—]\s?|,?\s{1,3}(?:to|until|til|till|through|and|up\sto|to\sthe(?:\send\sof)?|and\sthe)\s{1,3}", re.I
)
_TO_NOW = re.compile(
    r"\s{0,3}(?:[-–—]|to|until|til|till|through|up\sto)\s{0,3}(?:the\s{1,3})?(?:present|now|today|date)(?:\sday)?\b|"
    r"\s{1,3}(?:and\s)?on(?:ward)?s?(?=\s*(?:$|[.,;?!]))|\s{1,3}onwards?\b",
    re.I,
)
_UP_TO = frozenset(("until", "til", "till", "through", "up to"))
# Words after a year that show that it is no number of things and no part of a name.
_NO_NOUN = frozenset(
    (
        "a an the of in on at to for from by with as and or but nor so than then that this these those who whom whose"
        " what which when where why how is are was were am be been being do does did has have had can could will would"
        " shall should may might must not it its he she they we you i his her their our my there here after before"
        " during since until while if because about into over under between among against within without per via also"
        " still only alone both all any some many much more most onwards onward too again ever already either compared"
        " versus vs just no each every one onto through till like respectively instead now however although though"
        " according wasn't weren't isn't didn't hasn't hadn't ad bc ce bce"
    ).split()
)
_NO_YEAR = frozenset(
    "million billion trillion percent per utc gmt est edt cet hours hrs local kg km metres meters".split()
)
_CHANGES = re.compile(rf"\b(?:{CHANGE}|exceed(?:s|ed)?|total(?:s|led)?|number(?:s|ed)?)\s{{1,3}}$", re.I)


def _is_date(match: re.Match[str], text: str) -> bool:
    """Whether what looks like a date is one: not the verb 'may', Theresa May, or 2000 villages."""
    word = match["word"] or ""
    if match["month"]:
        may = match["month"] == "may"
        led = word in {"in", "since", "until", "til", "till", "during", "as of", "through", "between", "throughout"}
        led = led or (word in {"by", "before", "after", "from", "around", "starting", "prior to"} and not may)
        led = led or bool(may and word in {"by", "before", "after"} and text[match.start("month")] == "M")
        return bool(led or match["part"] or match["in_year"]) or _follows_connector(match, text)
    if match["my_month"] == "may" and text[match.start("my_month")] == "m":
        return bool(word)
    if match["which_month"] == "may" and match["which"] in {"this", "next"} and text[match.start("which_month")] == "m":
        return False  # 'this may'
    return not match["year"] or _is_year(match, word, text)


def _is_year(match: re.Match[str], word: str, text: str) -> bool:
    end = match.end()
    after = _word_after(text, end)
    if after.lower() in _NO_YEAR or (word == "at" and not (match["part"] or match["in_year"])):
        return False
    if not match["the"] and _counts(match["year"], after):
        return False
    if word == "by" and _CHANGES.search(text[max(0, match.start() - 12) : match.start()]):
        return False
    to = _TO_NUMBER.match(text, end)
    if to and (len(to[1]) != 4 or to[1] > "2099" or _counts(to[1], _word_after(text, to.end()))):
        return False  # 'from 1500 to 2500', 'from 1500 to 1800 tonnes'
    return word not in {"for", "over"} or bool(match["in_year"])


_TO_NUMBER = re.compile(r"\s{1,3}(?:to|and|or)\s{1,3}((?:\d{1,3}(?:,\d{3})+|\d{4,9}))(?!\d)")


def _counts(number: str, after: str) -> bool:
    """Whether a round number before a small word counts something: '2000 villages'."""
    return number.endswith("00") and after.islower() and after not in _NO_NOUN


def _word_after(text: str, end: int) -> str:
    """Return the word after an offset, '' before punctuation, the end, or a line break."""
    follows = _NEXT_WORD.match(text, end)
    return follows[1] if follows else ""


def _follows_connector(match: re.Match[str], text: str) -> bool:
    """Whether 'to', 'and' or a dash stands before: 'between March and May'."""
    before = text[max(0, match.start() - 24) : match.start()]
    return bool(_AFTER_DATE.search(before))


_AFTER_DATE = re.compile(rf"(?:{_MONTH}|\d{{4}})(?:\s?[-–—]\s?|\s(?:to|and|until|till|through|or)\s)$", re.IGNORECASE)


def _connected(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return other.start() - one.end() < 24 and bool(
        _CONNECTOR.fullmatch(text[one.end() : other.start()]) or (other["word"] or "").lower() in _UP_TO
    )


def _phrase(
    match: re.Match[str], reference: datetime.date | None, days_ahead: int, lent_year: int | None, text: str
) -> DatePhrase | None:
    days = days_named(match, reference, days_ahead, lent_year)
    if days is None:
        return None
    word = " ".join((match["word"] or "").split())
    whole = bool(match["in_year"] or match["part"])  # 'the year 2011', 'the end of 2011'
    after = _word_after(text, match.end())
    the = bool(match["the"]) and not whole
    plain = bool(match["year"] or match["my_year"] or match["month"] or match["year_from"])
    plain = plain or (the and bool(match["dm_month"] or match["md_month"]))  # 'the 9 June report'
    before_noun = plain and bool(after) and (after.lower() not in _NO_NOUN and not after.endswith("ly"))
    named = before_noun and (not word or the)
    return DatePhrase(
        start=match.start(),
        end=match.end(),
        date_start=match.start("date") if match["date"] else match.start("weekday"),
        word=word,
        since=days.since,
        until=days.until,
        precision=days.precision,
        relative=days.relative,
        before_noun=before_noun,
        names_thing=named or (word == "of" and not whole),
        joined=days.joined,
    )


def _joined(text: str, phrases: list[DatePhrase]) -> Iterator[DatePhrase]:
    """Join 'from 1962 to 1965' and 'between March and May'; mark 'from 1990 to the present'."""
    skip = False
    for one, other in pairwise([*phrases, None]):
        assert one is not None
        if skip:
            skip = False
        elif other is not None and _make_range(text, one, other):
            skip = True
            # 'from 1500 to 1800 tonnes', but not 'from 1961 to 1968 Karina', 'from 1961 to 1968 went'
            counts = other.before_noun and (not one.word or _word_after(text, other.end).endswith("s"))
            yield replace(
                one,
                end=other.end,
                until=other.until,
                precision=other.precision,
                relative=one.relative or other.relative,
                before_noun=counts,
                names_thing=counts,
                joined=True,
            )
        elif to_now := _TO_NOW.match(text, one.end):
            yield replace(one, end=to_now.end(), open_ended=True, before_noun=False, names_thing=False)
        else:
            yield one


def _make_range(text: str, one: DatePhrase, other: DatePhrase) -> bool:
    gap = text[one.end : other.start]
    backwards = other.until <= one.since or other.since < one.since
    if len(gap) > 24 or backwards or one.joined or other.joined or one.word == "of":
        return False
    if other.word in _UP_TO and gap.isspace():
        return True
    return not other.word and bool(_CONNECTOR.fullmatch(gap)) and ("and" not in gap.lower() or one.word == "between")
