"""Which of the days that a web page states is that of publication, and which that of a change.

A page states them in meta elements under some fifty names, in <time> elements and in its address.
"""

import re
from dataclasses import dataclass
from typing import Literal

from ingest.read.credits import credits
from ingest.read.dates import parse_date

__all__ = ["DateKind", "TimeElement", "address_day", "meta_kind"]

DateKind = Literal["published", "updated"]

_LETTERS = re.compile(r"[^a-z]+")
_CHANGE = re.compile(r"modif|updat|revis|lastmod|change|edited")
_TIME = r"(?:date|time|timestamp|day|on|at|ts)"
_PUBLICATION = re.compile(
    rf"(?:publi(?:sh(?:ed|ing)?|cation|c)|pub|post(?:ed)?|issued?|releas(?:ed?)?|first|display|creat(?:ed?|ion)|article|story)"
    rf"{_TIME}|{_TIME}(?:of)?(?:publi|pub|post|issue|creat|releas)"
)
# A film's or a book's day, and days that are not of publication; 'og:video:release_date' is that of another thing.
_OTHERS = re.compile(
    r"video|book|music|movie|film|event|image|profile|product|expir|embargo|start|end|valid|copyright|job"
)
_UPDATED_LABEL = re.compile(
    r"(?:.*[|•·(,;–—-])?\s*(?:last\s+)?(?:updated|modified|revised|changed|edited|update)(?:\s+(?:on|at))?\s*:?\s*",
    re.IGNORECASE | re.DOTALL,
)
_PUBLISHED_LABEL = re.compile(
    r"(?:.*[|•·(,;–—-])?\s*(?:first\s+)?(?:published|posted|issued)(?:\s+(?:on|at))?\s*:?\s*", re.IGNORECASE | re.DOTALL
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d{2})(?:([/-])(\d{1,2}|[a-z]{3,9})\2(\d{1,2})(?=/|$|(?<=-\d\d)[-_.][a-z])|(\d{2})(\d{2})(?=[/_-]|\.[a-z]|$))",
    re.IGNORECASE,
)
_LONGEST = 100  # letters of a <time> element's words, and of what stands before it


def meta_kind(name: str) -> DateKind | None:
    """Return which day a meta element of this name states: 'pub_date', 'article:published:time', 'sn-post-date'."""
    letters = _LETTERS.sub("", name.lower()) if len(name) <= _LONGEST else ""
    if not letters or _OTHERS.search(letters):
        return None
    if _CHANGE.search(letters):
        return "updated" if re.search(_TIME, letters) or "lastmod" in letters else None
    return "published" if _PUBLICATION.search(letters) else None


def address_day(path: str) -> str | None:
    """Return the day in the path of an address, as YYYY-MM-DD: '/2017/11/27/', '/2017/nov/27/', '/20171127/'."""
    for found in _IN_ADDRESS.finditer(path):
        month, day = found[3] or found[5], found[4] or found[6]
        if not month.isdigit():
            month = str(_MONTHS.index(month[:3].lower()) + 1) if month[:3].lower() in _MONTHS else "0"
        if stated := parse_date(f"{found[1]}-{month.zfill(2)}-{day.zfill(2)}"):
            return stated
    return None


@dataclass(slots=True)
class TimeElement:
    """A <time> element, or another with an itemprop of a date.

    Attributes:
        moment: Its datetime or content.
        itemprop, classes: As the page has them, small.
        before: The last words before it.
        words: Its own.
        declared: It says by an attribute alone that it is the day of publication.
    """

    moment: str
    itemprop: str = ""
    classes: str = ""
    before: str = ""
    words: str = ""
    declared: bool = False

    @property
    def day(self) -> str | None:
        """The day it states, YYYY-MM-DD."""
        return parse_date(self.moment) or (None if self.moment else parse_date(self.words.strip()[:_LONGEST]))

    @property
    def kind(self) -> DateKind | None:
        """Which day it says it is: by its itemprop, the words before it or in it, or its class."""
        if self.declared or "datepublished" in self.itemprop:
            return "published"
        if "datemodified" in self.itemprop:
            return "updated"
        before, words = self.before[-_LONGEST:], self.words.strip()
        if _UPDATED_LABEL.fullmatch(before) or re.match(r"(?:last )?(?:updated|modified|edited)\b", words, re.I):
            return "updated"
        if _PUBLISHED_LABEL.fullmatch(before) or re.match(r"(?:first )?(?:published|posted)\b", words, re.I):
            return "published"
        if re.search(r"publish|pubdate", self.classes):
            return "published"
        return "updated" if re.search(r"updated|modif", self.classes) else None

    @property
    def said(self) -> str | None:
        """The day of publication that its words name besides: '27/11/2017 01:57 | Updated on 03/12/2017 19:20'."""
        labelled = len(self.words) <= _LONGEST and _CHANGE.search(self.words.lower())
        said = credits(" ".join(self.words.split())) if labelled else None
        return said.published if said else None
