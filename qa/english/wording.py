"""Where an answer's words begin and end: whole names and measures, the clause that says why, what a pronoun means.

Rules over one sentence of English. Every function takes an article's text and offsets in it, and returns offsets.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from qa.english.date_grammar import date_phrases
from qa.english.equality import range_of, same_value
from qa.english.lexicon import CHANGE, HE, IT, MONTHS, OFFICES, SCALES, SHE, THEY, TITLES, WEEKDAYS, either

__all__ = ["Name", "Place", "clause", "compared", "explains", "figure", "is_pronoun", "names", "referent", "whole"]

Place = tuple[int, int]
"""Start and end offset in an article's text."""

_MONTHS = either(map(str.capitalize, MONTHS))
_DAYS = frozenset(map(str.capitalize, (*MONTHS, *WEEKDAYS)))
_CAPITALISED = r"(?:(?:al|el|ad|as|an)-|[dDlLO]['’])?[A-ZÀ-ÖØ-Þ](?:[^\W_]|['’-](?!s\b)(?=[^\W_]))*"
_NAME = re.compile(
    rf"(?<![\w'’-])(?:{_CAPITALISED}|(?:[A-Z]\.)+)"
    rf"(?: (?:(?:de|del|der|den|di|da|dos|du|la|le|van|von|bin|ibn|al) ){{0,2}}(?:{_CAPITALISED}|[A-Z]\.(?= )))*"
)
_WORD = re.compile(r"\S+")
_AFTER_NAMES = frozenset(("Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"))
# Capitalised only because a sentence begins with them.
_NO_NAMES = frozenset(
    (
        "a about above across after again against ago all almost along already also although always among an and"
        " another any anyone are as asked at away because been before behind being below between both but by can could"
        " despite did do does during each earlier either even ever every everyone few finally first for former from"
        " had has have he her here his how however i if in including indeed inside instead into is it its just last"
        " late later least less like many may meanwhile might more moreover most much must my near nearly neither never"
        " next no nobody none nor not nothing now of off officials often on once one only or other others our"
        " over people perhaps police rather said second separately several shall she should since so some someone soon"
        " still such than that the their them then there these they this those though through throughout thus to"
        " today together tomorrow too toward towards two three four five under unless until up upon us very was we"
        " were what when where whether which while who whose why will with within without would yes yesterday yet you"
        " your"
    ).split()
)
_UNITS = (
    r"%|per ?cent|percentage points?|(?:US |U\.S\. |Australian |Canadian )?dollars?|pounds?|pence|cents?|euros?|francs?"
    r"|marks?|crowns?|kron(?:er|or|a)|yen|yuan|won|rupees?|rupiah|roubles?|rubles?|lir[ae]s?|lei|dinars?|dirhams?"
    r"|riyals?|rand|reais|pesos?|baht|shekels?|shillings?|guilders?|zlotys?|forints?|naira"
    r"|(?:square |cubic |nautical |light[ -])?(?:kilomet(?:re|er)s?|met(?:re|er)s?|centimet(?:re|er)s?"
    r"|millimet(?:re|er)s?|miles?|feet|foot|inch(?:es)?|yards?)|km2?|cm|mm|kph|mph|kg|hectares?|acres?|tonnes?|tons?"
    r"|kilogram(?:me)?s?|kilos?|grams?|ounces?|lit(?:re|er)s?|gallons?|barrels?|(?:kilo|mega|giga)?watts?|MW|GW|kWh"
    r"|degrees?(?: (?:Celsius|Fahrenheit))?|years?(?: old)?|months?|weeks?|days?|hours?|minutes?|seconds?|decades?"
)
_RATE = (
    r"(?: (?:a|an|per|each|every) (?:second|minute|hour|day|night|week|month|quarter|year|head|person|share|barrel"
    r"|tonne|ton|lit(?:re|er)|gallon|ounce|kilo|kilogram|kilomet(?:re|er)|mile))?"
)
# Possessive, for the time to stay linear in '20.20.20…'.
_DIGITS = r"\d++(?:[.,]\d++)*+"
_FIGURE = rf"(?:(?:[A-Z]{{1,3}})?[$£€¥₹] ?)?{_DIGITS}(?:m|bn|mn|k|tn)?(?![\w.,]*\d)"
_SCALED = rf" {either(SCALES)}"
_MEASURES = re.compile(
    rf"(?<![\w.,])(?:{_FIGURE}{_SCALED}(?: (?:{_UNITS}|(?!across|plus|less|versus|this|was|is|has|as)[a-z]+[a-rt-z]s))?"
    rf"(?![\w-]){_RATE}|{_FIGURE}[ -]?(?:{_UNITS})(?![\w-]){_RATE}|(?:[A-Z]{{1,3}})?[$£€¥₹] ?{_DIGITS}"
    rf"(?:m|bn|mn|k|tn)?\b{_RATE})"
)
_ANY_DAY = date(2000, 1, 1)  # where a date begins and ends does not depend on it
_PART_OF_DATE = re.compile(rf"\d{{4}}|{_MONTHS}")
# Before a row that begins with the place of an office: where the place ends and the holder's name begins, no capital
# says, but the reader does. Of 112,110 answers of the train sets 26 begin within such a row: 20 are the holder's name,
# the others single words that QAMR asks for.
_OFFICE_OF = re.compile(rf"\b(?i:{either(sorted(OFFICES))}) (?:of|from|for) (?:the )?$")
_OFFICE_REACH = 40  # characters before a row


def whole(text: str, start: int, end: int, sentence: Place, *, dates: bool = False) -> Place:
    """Widen text[start:end] to the whole of every name, measure and date that it cuts, within its sentence.

    'Rossi' of 'Angela Rossi' becomes both, '7.5' of '7.5 percent' and '1.7 billion' of '1.7 billion marks' too, and so
    do both ends of a range, 'between 10 and 12', but not of a change: 'rose from 10 to 12'. What is merely counted
    stays out ('25,000' of '25,000 troops'), and so does a title before a name, with the place of its office ('mayor of
    Port Ellis Jo Marr'). A bare year or month stays as it is: it may be what was asked for. With `dates` it becomes the
    date it is of, 'spring of 2031'; ends of a range stay.
    """
    found = text[start:end]
    atoms = [match.span() for match in _MEASURES.finditer(text, *sentence)]
    if dates or not _PART_OF_DATE.fullmatch(found):
        atoms += [(low + sentence[0], high + sentence[0]) for low, high in _dates(text[slice(*sentence)])]
    atoms += [(_holder(text, start, low, sentence[0]), high) for low, high in names(text, sentence)]
    for low, high in atoms + _ranges(text, *sentence):
        if low < end and start < high:
            start, end = min(start, low), max(end, high)
    return start, end


def _holder(text: str, start: int, low: int, sentence_start: int) -> int:
    """Return where a name begins that text[start:] is in: at `low`, but after the place of an office at `start`."""
    before = text[max(sentence_start, low - _OFFICE_REACH) : low]
    return start if low < start and _OFFICE_OF.search(before) else low


@lru_cache(maxsize=256)
def _dates(sentence: str) -> tuple[Place, ...]:
    """Return where a sentence names single dates, once for all spans in it."""
    phrases = date_phrases(sentence, 0, len(sentence), _ANY_DAY)
    places = ((phrase.date_start, phrase.end) for phrase in phrases if not phrase.joined)
    return tuple((low, high - sentence[low:high].endswith(".")) for low, high in places)


_END = rf"(?:(?:[A-Z]{{1,3}})?[$£€¥₹] ?)?{_DIGITS}(?:m|bn|mn|k|tn)?\b(?:{_SCALED})?"
_RANGE = re.compile(
    rf"(?:\b(?P<word>[Bb]etween|[Ff]rom) )?(?<![\w.,:/-])(?P<low>{_END})(?: (?:{_UNITS})(?= (?:to|and) ))?"
    rf"(?P<joint> to | and |[-–—]| [–—-] )(?P<high>{_END})(?![\w.,]*\d|[-–—:/]\d)(?: ?(?:{_UNITS})(?![\w-]){_RATE})?"
)
_CHANGE = re.compile(rf"\b{CHANGE}\b")
_CHANGE_REACH = 60  # characters before 'from'
_YEAR = re.compile(r"1\d{3}|20\d\d")


def _ranges(text: str, start: int, end: int) -> list[Place]:
    """Return where ranges of numbers stand; a change ('rose from 10 to 12') and years are none."""
    return [
        match.span() if (match["word"] or "").lower() == "between" else (match.start("low"), match.end())
        for match in _RANGE.finditer(text, start, end)
        if _is_range(match, text[max(start, match.start() - _CHANGE_REACH) : match.start()])
    ]


def _is_range(match: re.Match[str], before: str) -> bool:
    word = (match["word"] or "").lower()
    if (match["joint"] == " and ") != (word == "between") or (word == "from" and _CHANGE.search(before)):
        return False
    years = word != "between" and _YEAR.fullmatch(match["low"]) and _YEAR.fullmatch(match["high"])
    return not years and range_of(f"{match['low']} to {match['high']}") is not None


def names(text: str, sentence: Place) -> list[Place]:
    """Return where names stand in a sentence: capitalised words in a row, without titles, days and first words.

    A headline in capitals has none that could be told apart.
    """
    words = [word for word in _WORD.findall(text, *sentence) if word[0].isalpha()]
    if len(words) > 7 and sum(word[0].isupper() for word in words) > 0.7 * len(words):
        return []
    return [place for match in _NAME.finditer(text, *sentence) for place in _parts(match)]


def _parts(match: re.Match[str]) -> Iterator[Place]:
    """Cut a row of capitalised words at titles, days and words that are no name; what stands before a title is none."""
    words = list(_WORD.finditer(match[0]))
    row: list[re.Match[str]] = []
    for word, following in zip(words, [*words[1:], None], strict=True):
        bare = word[0].rstrip(".")
        if following and bare in TITLES and following[0] not in _AFTER_NAMES:
            row = []
        elif bare in _DAYS or (not row and bare.lower() in _NO_NAMES):
            if row:
                yield match.start() + row[0].start(), match.start() + row[-1].end()
            row = []
        else:
            row.append(word)
    if row:
        yield match.start() + row[0].start(), match.start() + row[-1].end()


_NUMBER = re.compile(rf"{_MEASURES.pattern}|(?<![\w.,-]){_DIGITS}(?![\w-])")
_OVERTAKEN = re.compile(
    r"\b(?:up|down|rising|falling|compared (?:with|to)|against|instead of|rather than|more than the|from|after)\b"
)
_PART_OF = re.compile(r"\s(?:[a-z]+ )?of\b")
_LONGER_BY = 3  # words beside the figure that a span may have


_SHARE = re.compile(
    r"\b(?:half|thirds?|quarters?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?)\b[\w ]{0,30}\bof\b"
)


def figure(text: str, start: int, end: int) -> Place:
    """Narrow text[start:end] to the figure it gives, where it is one with far more words around it.

    'a loaf will rise to 5.20 francs' becomes '5.20 francs', '4.10 francs, up from 3.60' its first, 'rose from 3
    to 5 crowns' its second: what a value became is the value. 'Between 3 and 5 crowns' is one figure. Words that are
    counted stay out. Where several figures may be meant, none is there or a share of one is ('two thirds of the 900
    men'), all stays as it is.
    """
    ranges = [place for place in _ranges(text, max(0, start - _CHANGE_REACH), end) if start <= place[0]]
    found = [match.span() for match in _NUMBER.finditer(text, start, end) if match.end() <= end]
    found = [one for one in found if not any(low < one[1] and one[0] < high for low, high in ranges)]
    found = sorted(found + ranges)
    if not found or _SHARE.search(text, start, found[0][0]):
        return start, end
    first = found[0]
    if len(found) == 2:
        between, before = text[first[1] : found[1][0]], text[start : first[0]]
        if _OVERTAKEN.search(between) and "to" not in between.split():
            found = [first]
        elif between.strip() == "to" and before.endswith("from "):
            found = [found[1]]
    beside = len(text[start : found[0][0]].split()) + len(text[found[0][1] : end].split())
    return found[0] if len(found) == 1 and beside > _LONGER_BY else (start, end)


def compared(text: str, start: int, at: int) -> bool:
    """Whether a figure at `at` only says what the one before it, from `start` on, is compared with or a part of.

    '45' of '70 marks instead of 45' does, '120' of '58 of the 120 seats' too.
    """
    before = [match.end() for match in _NUMBER.finditer(text, start, at) if match.end() <= at]
    between = text[before[-1] : at] if before else ""
    return bool(_OVERTAKEN.search(between) or _PART_OF.match(between))


# --- the clause that holds a reason

_EXPLAINS = re.compile(
    r"\b(?:because|since|as a result|due to|after|so that|so as to|in order (?:to|that)|owing to|thanks to"
    r"|blam(?:ed?|es|ing)|caused by|causes?|caused|led to|prompted|reasons?|to [a-z]+)\b",
    re.IGNORECASE,
)
_OPENERS = re.compile(
    r"\b(?:because|since|as a result of|due to|after|so that|so as to|in order to|in order that|owing to|thanks to"
    r"|by [a-z]+ing|through|to [a-z]+)\b",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(r"(?:said|says|according)\b")
_FIRST_CLAUSE = re.compile(r"(?:Because|Since|As|After|Due to|Owing to|Thanks to|In order to|To)\b")
_OPENER_REACH = 60  # characters: an opener farther back opens another clause
_NEW_CLAUSE = (
    r", (?=(?:but|while|whereas|although|though|which|who|whose|where|according|said|says|so|yet"
    r"|and (?:the|a|an|it|he|she|they|we|his|her|its|their|that|there|had|has|was|were|will|would)"
    r"|(?:he|she|they|officials|police) (?:said|says|added|told|wrote)"
    r"|(?:the|a|an|one|his|her|its) (?:[\w'’-]+ ){1,4}(?:said|says|added|wrote)"
    r"|(?:[A-Z][\w.'’-]* ){1,4}(?:said|says|added|told|wrote))\b)"
)
_BREAK = re.compile(rf"; |: | [–—-] |—|,?[\"”](?=\s|$)|\s[\"“]|{_NEW_CLAUSE}")
_SHORTEST_CLAUSE = 4  # words


def explains(sentence: str) -> bool:
    """Whether a sentence holds words that give a reason: 'because', 'due to', 'in order to', 'blamed'."""
    return bool(_EXPLAINS.search(sentence))


def clause(text: str, start: int, end: int, sentence: Place) -> Place:
    """Widen text[start:end] to the clause of its sentence that holds it, or to the sentence where there is none.

    The clause begins at the word that opens it ('because', 'to save'), else where the last one before it ends; it
    ends before the next one or at the sentence's end; where a sentence begins with its reason, at the comma. One of
    fewer than four words is not enough.
    """
    low, high = sentence
    breaks = [match.span() for match in _BREAK.finditer(text, low, high)]
    begun = (after for _, after in breaks if after <= start and not _ATTRIBUTION.match(text, after))
    first = max(begun, default=low)
    last = min((before for before, _ in breaks if before >= end), default=high)
    openers = [m.start() for m in _OPENERS.finditer(text, max(first, start - _OPENER_REACH), end) if m.start() <= start]
    first = max(openers, default=first)
    if first == low and _FIRST_CLAUSE.match(text, low) and (comma := text.find(", ", start, last)) > 0:
        last = comma  # 'Because the sea rises, she starts early': the second half is what is explained
    if (first, last) == (low, high):
        return sentence
    if last == high:
        last = max(end, low + len(text[low:high].rstrip(' .!?"”')))
    return (first, last) if len(text[first:last].split()) >= _SHORTEST_CLAUSE else sentence


# --- pronouns

_PERSONS = frozenset((*HE, *SHE, "himself", "herself"))
_PRONOUNS = _PERSONS | frozenset(
    (*IT, *THEY, *"itself themselves this that these those we us our i me my who whom which one".split())
)
_SENTENCES_BACK = 3
_AT_A_PLACE = re.compile(r"\b(?:in|at|near|from|to|into|outside|across)(?: the)? $", re.IGNORECASE)
_KIND = re.compile(r"\b(?:a|an|the|of) $", re.IGNORECASE)


def is_pronoun(words: str) -> bool:
    """Whether words are a pronoun and nothing else."""
    return words.strip().lower() in _PRONOUNS


@dataclass(frozen=True, slots=True)
class Name:
    """Where a name stands, and the sentence it stands in."""

    place: Place
    sentence: Place


def referent(text: str, start: int, end: int, sentences: Iterable[Place]) -> Name | None:
    """Return the name that the pronoun text[start:end] stands for, or None where that is not plain.

    The nearest sentence before it that has a name decides, of the pronoun's own paragraph or the one before, three
    back at most; it must hold one name only, however often. 'They' and 'this' mean too many things. `sentences` are
    those of the text.
    """
    pronoun = text[start:end].strip().lower()
    if pronoun not in _PERSONS | {"it"}:
        return None
    paragraph = text.rfind("\n\n", 0, max(0, text.rfind("\n\n", 0, start))) + 1
    before = [(low, min(high, start)) for low, high in sentences if paragraph <= low < start]
    for sentence in before[: -_SENTENCES_BACK - 1 : -1]:
        found = [place for place in names(text, sentence) if pronoun == "it" or _may_be_person(text, place)]
        if found:
            longest = max(found, key=lambda place: place[1] - place[0])
            alike = all(same_value(text[slice(*longest)], text[slice(*place)]) for place in found)
            return Name(longest, sentence) if alike else None
    return None


def _may_be_person(text: str, place: Place) -> bool:
    """Whether a name does not stand where a place or a kind stands: 'in Lund', 'a Danish baker'."""
    before, after = text[max(0, place[0] - 12) : place[0]], text[place[1] : place[1] + 2]
    kind = _KIND.search(before) and re.match(r" [a-z]", after)
    return not (_AT_A_PLACE.search(before) or kind)
