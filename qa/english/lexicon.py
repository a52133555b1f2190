"""Closed classes of English words, each once. Expressions take them through `either`."""

from collections.abc import Iterable

__all__ = [
    "ADDRESSES",
    "AUXILIARY",
    "CHANGE",
    "MONTH",
    "MONTHS",
    "MONTH_BEGINNING",
    "OFFICES",
    "RANKS",
    "SEASON",
    "TITLES",
    "TITLES_ALONE",
    "WEEKDAY",
    "WEEKDAYS",
    "either",
]


def either(words: Iterable[str]) -> str:
    """Return an expression for any of the words."""
    return f"(?:{'|'.join(words)})"


MONTHS = tuple("january february march april may june july august september october november december".split())
MONTH = either(MONTHS)
MONTH_BEGINNING = either(month[:3] for month in MONTHS)
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
WEEKDAY = either(WEEKDAYS)
SEASON = either("spring summer autumn fall winter".split())

AUXILIARY = either(
    "is are was were am do does did has have had can could will would should shall might must may".split()
)

# What a number or a price does that changes.
CHANGE = either(
    (
        "rise rises rising rose risen fall falls falling fell fallen grow grows growing grew grown cut cuts cutting"
        " raise raises raised raising reduce reduces reduced reducing increase increases increased increasing decrease"
        " decreases decreased go goes went gone drop drops dropped dropping climb climbs climbed climbing jump jumps"
        " jumped jumping change changes changed changing lowered doubled tripled slipped shrink shrinks shrank expanded"
        " moved up down"
    ).split()
)

# What stands before a person's name. Offices and ranks are said of a person without the name as well.
ADDRESSES = tuple("Mr Mrs Ms Miss Mx Dr Prof Sir Dame Lord Lady Father Sister Doctor".split())
OFFICES = tuple(
    (
        "President Chancellor Premier Minister Secretary Governor Senator Representative Congressman Congresswoman"
        " Ambassador Mayor Judge King Queen Prince Princess Pope Bishop Archbishop Cardinal Professor Chairman"
        " Chairwoman Director Coach"
    ).split()
)
RANKS = tuple(
    (
        "General Colonel Captain Major Lieutenant Sergeant Admiral Brigadier Commander Marshal Inspector Detective"
        " Chief Justice"
    ).split()
)
TITLES = frozenset((*ADDRESSES, *OFFICES, *RANKS))
# Those that begin no other name: not King Street, General Motors, Premier League, Justice Department.
TITLES_ALONE = TITLES - frozenset(
    (
        "Lord Lady Father Sister Doctor Premier Congressman Congresswoman Justice King Queen Prince Princess Cardinal"
        " Director Coach General Major Brigadier Commander Marshal Chief"
    ).split()
)
