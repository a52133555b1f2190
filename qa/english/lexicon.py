"""Closed classes of English words, each once. Expressions take them through `either`."""

import re
from collections.abc import Iterable

__all__ = [
    "ADDRESSES",
    "AUXILIARY",
    "CARDINALS",
    "CHANGE",
    "DENIES",
    "HE",
    "IT",
    "MAY_DENY",
    "MONTH",
    "MONTHS",
    "MONTH_BEGINNING",
    "OFFICES",
    "OPPOSITES",
    "QUESTION_WORD",
    "RANKS",
    "SCALES",
    "SEASON",
    "SEVERAL",
    "SHE",
    "TENS",
    "THEY",
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

# With which one asks.
QUESTION_WORD = either("who whom whose what which when where why how".split())

# Pronouns that stand for a man, a woman, a thing, several of any.
HE = tuple("he him his".split())
SHE = tuple("she her hers".split())
IT = tuple("it its".split())
THEY = tuple("they them their theirs".split())

# From zero to nineteen, and from twenty to ninety.
CARDINALS = tuple(
    (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen"
    ).split()
)
TENS = tuple("twenty thirty forty fifty sixty seventy eighty ninety".split())
SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
# A number of things, as a word.
SEVERAL = either((*CARDINALS[2:], *TENS))

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

# Words that turn what is said round when one stands for the other: directions, comparisons, orders.
_PAIRS = """
rise fall | rises falls | rose fell | risen fallen | rising falling | increase decrease | increases decreases
increased decreased | increasing decreasing | grow shrink | grew shrank | growing shrinking | raised lowered
raise lower | higher lower | highest lowest | more less | more fewer | most least | larger smaller
largest smallest | bigger smaller | greater lesser | longer shorter | longest shortest | older younger
oldest youngest | earlier later | earliest latest | early late | before after | since until | above below
over under | up down | top bottom | first last | former latter | won lost | win lose | wins loses
winning losing | victory defeat | gained lost | open closed | opened closed | began ended | begins ends
begin end | started stopped | start stop | accepted rejected | approved rejected | supported opposed
supports opposes | support opposition | for against | allowed banned | joined left | entered left
arrived departed | bought sold | buy sell | import export | imports exports | north south | northern southern
east west | eastern western | left right | inside outside | strong weak | stronger weaker | better worse
best worst | faster slower | major minor | majority minority | maximum minimum | positive negative
success failure | successful unsuccessful | succeeded failed | included excluded | includes excludes
added removed | with without | hot cold | cheaper dearer | rich poor | richer poorer | public private
same different | agreed refused | agree refuse | confirmed denied | male female | ancient modern
internal external | always never | often rarely | far near | light heavy | rural urban
"""
OPPOSITES: dict[str, frozenset[str]] = {
    word: frozenset(
        other
        for pair in re.split(r"[|\n]", _PAIRS.strip())
        if word in pair.split()
        for other in pair.split()
        if other != word
    )
    for word in _PAIRS.replace("|", " ").split()
}

# A verb denied, and words beside which a denial may be another way to say the same: 'did not' for 'refused to'.
DENIES = r" not\b(?! only)|n['’]t\b| never\b| no longer\b"
MAY_DENY = (
    r"(?i)\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|refus\w+|fail\w+|den(?:y|ies|ied)|lack\w*|unable"
    r"|hardly|few|little|less|only|too|but|yet|instead|rather|far from|stop\w*|prevent\w*|ban\w*|reject\w*|doubt\w*"
    r"|impossible|un\w{4,}|im\w{5,}|dis\w{4,}|in(?:complete|valid|correct)\w*)\b|n['’]t\b"
)
