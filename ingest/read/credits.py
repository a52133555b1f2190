"""Who wrote an article, where it was filed and by whom: bylines and datelines, as newspapers write them.

A dateline ('BAGHDAD, Jan 31 (AP) —') names an agency and a day, hardly ever a year. The year is never guessed:
it is taken from the article's address or folder where one states it, else the day stays unknown.
"""

import re
from dataclasses import dataclass

from ingest.read.clean import one_line
from ingest.read.dates import date_line, parse_date

__all__ = [
    "Credits",
    "Dateline",
    "credits",
    "dated_name",
    "dateline",
    "day_in_year",
    "is_labelled",
    "is_name",
    "signed",
    "without_outlet",
]

_LONGEST = 200  # characters of a line of credits
_MOST_NAMES = 12  # words
_PARTICLES = "de|del|della|da|di|dos|das|du|la|le|van|von|der|den|ter|bin|bint|ibn|al|el|y|e|and|und|et|&"
_NAME = re.compile(rf"(?:{_PARTICLES}|[^\W\d_a-z][\w.'’\-]*,?)", re.UNICODE)
_BY = re.compile(r"(?:by|von|par|por|di|door|av|af)\s+(?=\S)", re.IGNORECASE)
_AFTER_NAME = re.compile(r"\s*(?:[|•·(/]|\s[-–—]\s|,\s|\s(?:in|for|at|of|reports?)\s)")
_NO_NAMES = {"the", "a", "an", "our", "staff", "numbers", "monday", "tuesday", "wednesday", "thursday", "friday"}
_BEFORE_OUTLET = (" - ", " – ", " — ", " | ", " • ", " · ")
_MAIL = re.compile(r"[(<]?[^\s()<>@]+@[^\s()<>]+[)>]?")
_PARTS = re.compile(r"\s*[|•·]\s*")
_BRACKET = re.compile(
    r"\s*[(\[,;–—-]\s?((?:last\s+)?(?:updated|modified|revised|changed)\b[^()\[\]]{0,80})[)\]]?\s*$", re.IGNORECASE
)
_NUMBERS = re.compile(
    r"\d{1,2}([-/.])\d{1,2}\1\d{4}(?:(?:[\s,|·-]|\bat\b)+\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\s*[ap]\.?m\.?)?)?",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"(?:first\s+)?(?:published|posted)(?:\s+(?:on|at))?\s*:?\s+", re.IGNORECASE)
_UPDATED = re.compile(r"(?:last\s+)?(?:updated|modified|revised|changed)(?:\s+(?:on|at))?\s*:?\s+", re.IGNORECASE)
# '5:30 p.m. ET May 3, 2024', alone or behind a label.
_CLOCK_FIRST = re.compile(
    r"^((?:first\s+)?(?:published|posted)\s*:?\s+)?\d{1,2}:\d{2}\s?[ap]\.?m\.?,?\s(?:[A-Z]{1,3}T,?\s)?(?:on\s)?",
    re.IGNORECASE,
)

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATELINE = re.compile(
    rf"(?P<place>[^\W\d_][^\n()—–|]{{1,60}}?)??[\s,]*"
    rf"(?P<day>\b{_MONTH}\s+\d{{1,2}}(?:,?\s+\d{{4}})?|\b\d{{1,2}}\s+{_MONTH}(?:\s+\d{{4}})?)?[\s,]*"
    r"(?:\(\s*(?P<agency>[A-Z][\w&.'’-]{1,20}(?:\s[A-Z][\w&.'’-]{1,20}){0,2})\s*\))?\s*(?:--|[-–—])\s",
    re.IGNORECASE,
)
_AGENCIES = {"reuters", "xinhua", "bloomberg", "kyodo", "yonhap", "interfax", "anadolu", "antara", "bernama", "belga"}
_ACRONYM = re.compile(r"(?!NYSE|NASDAQ|LSE|TSX|ASX)[A-Z]{2,6}")
_YEAR = re.compile(r"(?:19|20)\d{2}(?:[-_]?\d{2}(?:[-_]?\d{2})?)?(?=[-_. ]|$)")
_DATED = re.compile(r"(?<!\d)((?:19|20)\d{2})([-_. ]?)(\d{2})\2(\d{2})(?!\d)")
_DATED_BACKWARD = re.compile(r"(?<![\d.])\d{1,2}([-._])\d{1,2}\1(?:19|20)\d{2}(?!\d)")
_DATED_IN_WORDS = re.compile(
    r"(?<!\d)\d{1,2}\.? (?:de )?[^\W\d_]{3,10}\.?(?: de)?,? (?:19|20)\d{2}(?!\d)"
    rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}}(?!\d)",
    re.IGNORECASE,
)
_DATED_FOLDERS = re.compile(r"(?:^|/)((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?:\.[A-Za-z]{1,8}|/[^/]*)$")
_MOST_FOLDERS = 20


@dataclass(frozen=True, slots=True)
class Credits:
    """What a line of credits says: days as YYYY-MM-DD."""

    published: str | None = None
    updated: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Dateline:
    """What opens an agency's report: the agency, and the day as it stands there, mostly without a year."""

    agency: str | None
    day: str | None


def signed(stated: str | None) -> str | None:
    """Return the names of authors as they are stated, without 'By', addresses and links; None without any."""
    text = one_line(stated or "")
    if "://" in text or len(text) > 10 * _LONGEST:  # article:author is often a link to a profile
        return None
    text = _BY.sub("", text, count=1) if text[:3].lower() == "by " else text
    text = _MAIL.sub("", text).strip(' ()<>,;|"')
    return text[:_LONGEST].strip() or None if any(map(str.isalpha, text)) else None


def without_outlet(title: str, outlet: str | None) -> str:
    """Return a title without the name of its outlet behind it, as news search writes it ('Ferry sinks - The Post')."""
    for mark in _BEFORE_OUTLET if outlet else ():
        head, found, tail = title.rpartition(mark)
        if found and head.strip() and tail.strip().casefold() == (outlet or "").casefold():
            return head.strip()
    return title


def _byline(line: str) -> str | None:
    """Return the names in a line that is a byline ('By Angela Rossi, harbour reporter'), else None."""
    opening = _BY.match(line) if len(line) <= _LONGEST else None
    if not opening or line.rstrip().endswith((".", ":", "?", "!")):
        return None
    rest = line[opening.end() :]
    cut = _AFTER_NAME.search(rest)
    words = (rest[: cut.start()] if cut else rest).split()
    if not words or len(words) > _MOST_NAMES or words[0].lower() in _NO_NAMES:
        return None
    named = [word for word in words if _NAME.fullmatch(word)]
    if len(named) != len(words) or (len(words) == 1 and not opening[0].lower().startswith("by")):
        return None
    return " ".join(words).strip(" ,")


def credits(line: str) -> Credits | None:
    """Return what a line says that holds nothing but a byline and dates ('By Ada Lund | 4 January 2019'), else None."""
    if len(line) > _LONGEST or "\n" in line:
        return None
    published = updated = author = None
    for part in _PARTS.split(_BRACKET.sub(r" | \1", line.strip())):
        label = _UPDATED.match(part)
        if label and _day(part[label.end() :]):
            updated = updated or _day(part[label.end() :])
        elif label and _NUMBERS.fullmatch(part[label.end() :].strip()):
            continue  # '03/04/2019' names one of two days
        elif _day(part):
            published = published or _day(part)
        elif _byline(part):
            author = author or _byline(part)
        else:
            return None
    return Credits(published, updated, author)


def is_labelled(line: str) -> bool:
    """Return whether a line says of itself that it gives the day of publication: 'Published 6 May 2024, 10:15'."""
    return len(line) <= _LONGEST and bool(_PUBLISHED.match(line))


def _day(part: str) -> str | None:
    """The day of a part of such a line, in words or in numbers ('27/11/2017 01:57')."""
    part = _CLOCK_FIRST.sub(r"\1", part.strip(), count=1)
    numbers = _PUBLISHED.sub("", part, count=1)
    return date_line(part) or (parse_date(numbers) if _NUMBERS.fullmatch(numbers) else None)


def is_name(line: str) -> bool:
    """Return whether a line may be a person's name and nothing else: two to four words, each like a name's."""
    words = line.split()
    return 2 <= len(words) <= 4 and len(line) <= 60 and all(map(_NAME.fullmatch, words)) and not line.isupper()


def dateline(paragraph: str) -> Dateline | None:
    """Return what the dateline says that opens a paragraph, else None.

    It needs a place or a day, and an agency in parentheses or a day: 'LONDON — ' alone says nothing.
    """
    found = _DATELINE.match(paragraph[:160])
    if not found or not (found["agency"] or found["day"]):
        return None
    place = (found["place"] or "").strip(" ,")
    if place and not place.split(",")[0].isupper() and not (found["agency"] and found["day"] and place[0].isupper()):
        return None
    if not place and not (found["day"] and found["agency"]):
        return None
    agency = found["agency"] if found["agency"] and found["agency"][0].isupper() else None
    if not found["day"] and not (agency and (agency.lower() in _AGENCIES or _ACRONYM.fullmatch(agency))):
        return None  # 'UNICEF (The Fund) -', 'IBM (NYSE) -'
    return Dateline(agency, found["day"])


def day_in_year(day: str, *places: str | None) -> str | None:
    """Return a day of a dateline as YYYY-MM-DD, with its own year or the one that an address or a path states.

    A part of a path states a year when it is one ('2019', '2019-01', '201901'); two years are none.
    """
    if parse_date(day):
        return parse_date(day)
    parts = (part for place in places if place for part in place.split("/"))
    years = {found[0][:4] for part in parts if (found := _YEAR.match(part)) and found.end() == len(part.split(".")[0])}
    return parse_date(f"{day} {years.pop()}") if len(years) == 1 else None


def dated_name(source: str, place: str = "") -> str | None:
    """Return the day in the name of a file, else in those of its folders, as YYYY-MM-DD; None where one names several.

    'fair (2019-01-31).txt', 'norby_20190131.txt', '31.01.2019.md', '3 May 2019.txt', '2019/01/31/fair.txt'. `place` is
    the file's whole path, of which only such a last row of folders counts: others tell where an archive was put.
    """
    *folders, name = source.split("/")[-_MOST_FOLDERS:]
    for named in (name, *reversed(folders)):
        if days := _days_in(named[:_LONGEST]):
            return days.pop() if len(days) == 1 else None
    found = _DATED_FOLDERS.search("/".join((*folders, name))[-_LONGEST:]) or _DATED_FOLDERS.search(place[-_LONGEST:])
    return parse_date("-".join(found.groups())) if found else None


def _days_in(name: str) -> set[str]:
    days = {parse_date(f"{found[1]}-{found[3]}-{found[4]}") for found in _DATED.finditer(name)}
    if not days:
        days = {parse_date(found[0].replace("_", ".")) for found in _DATED_BACKWARD.finditer(name)}
    if not days:
        words = re.sub(r"[-_\s]+", " ", name)
        days = {parse_date(found[0]) for found in _DATED_IN_WORDS.finditer(words)}
    return {day for day in days if day}
