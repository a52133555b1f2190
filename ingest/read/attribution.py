"""The line that names who wrote what follows: 'On Tue, 2 May 2023 at 10:15, Ann Reed <ann@reed.example> wrote:'.

Mail programs write it in their users' languages. A verb of the list tells it; so do, in any language, a mail address
with a day or a time in a line that ends in a colon.
"""

import re
from dataclasses import dataclass

from ingest.read.mailwords import VERB, WROTE

__all__ = ["ADDRESS", "CLOCK", "DAY", "LONGEST_LINE", "Attribution", "attribution"]

LONGEST_LINE = 400  # characters of a line that may name who wrote what follows, or of a header line
_MOST_WRAPPED = 5  # lines that a long one is cut into
_FEW_WORDS = 4  # 'On', a weekday, a name
_NEAR = 14  # characters between a verb and the day behind it: 'wrote on Monday,'

ADDRESS = re.compile(r"[<(\[]?[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*[>)\]]?")
CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}")
DAY = re.compile(r"\d{1,2}\D{1,20}?\d{4}|\d{4}\D{1,12}?\d{1,2}(?![\d:])|\d[./]\d{1,2}[./]\d{2}")
_CLOCK_AND_ZONE = re.compile(
    r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s*(?:[ap]\.?m\.?(?!\w)|uhr\b|[+-]\d{4}\b|\(?(?:[A-Z]{1,2}[SD]?T|UTC|GMT)\)?(?=[\s,])))*",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\s*(?:on|am|le|el|il|op|em|den|dnia|w dniu)\s+", re.IGNORECASE)
_OPENS = re.compile(r"[\s*_]*(?:on|am|le|el|il|op|em|den|dnia|w dniu|\d|[^\W\d_]+,? )", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:[^\W\d_]{3}|:\d\d)[.!?]$")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who wrote what follows, and when, as the `width` lines that name it say.

    Before lines that are marked as quoted it is always one. Where what follows is not marked, it is one in a message
    that answers another (`in_answers`), or whatever the message is (`anywhere`).
    """

    width: int
    author: str | None
    published: str | None
    in_answers: bool
    anywhere: bool


def attribution(lines: list[str], at: int) -> Attribution | None:
    """Return what the lines from here on say of who wrote what follows; None where they do not."""
    joined, rest = "", ""
    for width in range(1, min(_MOST_WRAPPED, len(lines) - at) + 1):
        line = lines[at + width - 1].strip()
        if not line or len(joined) + len(line) > LONGEST_LINE or _SENTENCE.search(joined):
            return None
        joined, rest = f"{joined} {line}".strip(), f"{rest} {line}".strip() if width > 1 else ""
        if line[-1] in ":：":
            sure = _sureness(joined)
            if width > 1 and _sureness(rest) > 1 and not (DAY.search(lines[at]) or CLOCK.search(lines[at])):
                return None  # the first line is a sentence of its own
            return Attribution(width, *_who(joined), sure > 1, sure > 2) if sure else None
    return None


def _sureness(named: str) -> int:
    """How sure a line names a writer: 3 whatever the message, 2 in an answer, 1 before quoted lines, 0 not at all."""
    day, clock = DAY.search(named), CLOCK.search(named)
    address = next((found for found in ADDRESS.finditer(named) if found[0][0] in "<(["), None)
    if _OPENS.match(named) and WROTE.search(named):
        return 3 if ADDRESS.search(named) else 2 if day and clock else 1
    verb = VERB.search(named)
    if verb and clock and (said := DAY.search(named, verb.end())) and said.start() - verb.end() <= _NEAR:
        return 2
    signs = [found.start() for found in (day, clock, address) if found]
    near = bool(signs) and len(named[: min(signs)].split()) <= _FEW_WORDS
    if address and (len(signs) == 3 or (near and len(signs) == 2)):
        return 2
    return int(bool(address and near and not named[address.end() :].strip(" :：")))


def _who(named: str) -> tuple[str | None, str | None]:
    """Who wrote it and when, of a line that says so."""
    address, verb = ADDRESS.search(named), VERB.search(named)
    if address:
        name, when = _around_address(named[: address.start()], named[address.end() :])
        return name or address[0].strip("<>()[]"), when or None
    if not verb:
        return None, None
    before, after = named[: verb.start()].strip(" ,"), named[verb.end() :].strip(" :：")
    if DAY.search(after):  # 'Desk schrieb am 2. Mai 2023:'
        return before or None, _PREPOSITION.sub("", after)
    cut = _end_of_time(before) or before.rfind(",") + 1
    when, name = (before, after) if any(map(str.isalpha, after)) else (before[:cut], before[cut:])
    return name.strip(" ,:\"'<>()[]") or None, _PREPOSITION.sub("", when).strip(" ,") or None


def _around_address(before: str, after: str) -> tuple[str, str]:
    """The name before the address, and the day and time before the name, or else behind the address."""
    cut = _end_of_time(before)
    when = before[:cut]
    if not cut:
        cut = before.rfind(",") + 1 if _PREPOSITION.match(before) else 0  # 'On Monday, Ann Reed'
        first = next((number for number, sign in enumerate(after) if sign.isdigit()), 0)
        when = after[first : _end_of_time(after)]
    words = before[cut:].strip(" ,:：\"'<>()[]").split()
    while words and (words[0][0].islower() or any(map(str.isdigit, words[0]))):  # 'schrieb', 'odesílatel', 'GMT+2'
        del words[0]
    return " ".join(words), _PREPOSITION.sub("", when).strip(" ,")


def _end_of_time(text: str) -> int:
    """Where the last day or time of day ends; 0 where there is none."""
    return max((found.end() for form in (DAY, _CLOCK_AND_ZONE) for found in form.finditer(text)), default=0)
