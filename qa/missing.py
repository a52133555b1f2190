"""Why the articles do not say: the subject is not there, or only this fact, or not for these dates, or not so."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice

from qa.question import search_terms
from qa.retrieve import Candidate
from qa.types import Citation, DatesAsked, Missing
from qa.values import Value, meets

__all__ = ["Mentioned", "WhyNot", "false_premise", "why_not"]

WhyNot = tuple[Missing, str]
"""The reason as one word, and as a sentence."""

Mentioned = Callable[[str], bool]
"""Whether any article of the archive has a word."""

_ROLES = (
    r"(?:(?:prime|foreign|defen[cs]e|finance|interior|justice|transport|health|education) minister|minister|president"
    r"|vice[ -]president|premier|chancellor|king|queen|prince|princess|emperor|governor|senator|mayor|secretary|general"
    r"|colonel|captain|admiral|judge|bishop|archbishop|cardinal|pope|professor|ambassador|chairman|chairwoman|director"
    r"|coach)"
)
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][^\W_]*(?:['’-](?!s\b)[^\W_]+)*"
_NOT_DAY = r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)"  # 'did the president Monday sign it'
_CALLED = rf"\b((?i:{_ROLES})) {_NOT_DAY}(?:{_CAPITALISED}\.? ){{0,2}}"
_OFFICE_AND_NAME = re.compile(rf"{_CALLED}({_CAPITALISED})")
_OFFICES = 3  # looked at in a question: each costs a search of all passages read

# Words that ask, and words so common that their absence from the articles says nothing of them.
_SAYS_NOTHING = frozenset(
    (
        "much many long old far often big large tall high deep heavy fast soon wide late early more most less least few"
        " first last latest newest current currently now still ever yet ago today yesterday tomorrow recent recently"
        " ain't isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't can't couldn't won't wouldn't"
        " shouldn't what's who's where's when's how's why's that's there's it's"
        " shall must ought used get gets got gotten go goes went gone come comes came make makes made take takes took"
        " taken know knows knew known think thinks thought want wants wanted need needs needed happen happens happened"
        " call called name named list describe explain summarise summarize show mean means find please me us myself"
        " themselves himself herself thing things something anything anyone someone everyone people person kind sort"
        " type number amount year years month months week weeks day days date dates time times century decade"
        " january february march april june july august september october november december monday tuesday wednesday"
        " thursday friday saturday sunday"
        " one two three four five six seven eight nine ten hundred thousand million billion"
    ).split()
)
_NOTHING = "The archive holds no article with any of these words or on this subject."
_NOTHING_WITHIN = "No article within the filters has any of these words or is on this subject."
_LOOKED_UP = 20  # words of a question, each a keyword search


def why_not(
    question: str,
    candidates: Sequence[Candidate],
    nearest: Sequence[Citation],
    mentioned: Mentioned,
    *,
    dates: DatesAsked | None = None,
    outside: Value | None = None,
    filtered: bool = False,
) -> WhyNot:
    """Say why a question was not answered, as one word and as a sentence for people.

    Args:
        question: The stand-alone question.
        candidates: The passages that were found.
        nearest: The nearest places, best first.
        mentioned: Whether the archive has a word.
        dates: The days that the question asks about.
        outside: A value that would have been the answer, had it been of those days.
        filtered: Whether filters kept articles from being looked at.
    """
    if dates and outside:
        return "dates", _of_other_days(outside, nearest, dates)
    if not candidates:
        return ("filters", _NOTHING_WITHIN) if filtered else ("subject", _NOTHING)
    content, capitals = _content(question)
    unknown = [word for word in content if not mentioned(word)]
    words = f"no article has the word{'s' if len(unknown) > 1 else ''} " + " or ".join(f"“{w}”" for w in unknown[:3])
    if unknown and (capitals.intersection(unknown) or len(unknown) == len(content)):
        return "subject", f"N{words[1:]}."
    if not nearest:
        return "subject", _NOTHING
    if premise := false_premise(question, candidates):
        return "premise", premise
    closest = (
        f"The closest of the articles is “{nearest[0].article.title}”, but no sentence read there answers the question"
    )
    return "fact", f"{closest}; {words}." if unknown else f"{closest}."


def _of_other_days(value: Value, nearest: Sequence[Citation], dates: DatesAsked) -> str:
    """Say which value is known for other days, and first what was read of the days asked about, if there is any."""
    day = f"as of {value.as_of}" if value.as_of else "without a date"
    told = next((near.article.title for near in nearest if _of_days(near, dates)), None)
    if told is None:
        return f"Not for the dates asked about: the articles give “{value.text}” {day}."
    return (
        f"The closest article of the dates asked about is “{told}”, but no sentence read there answers the question;"
        f" others give “{value.text}” {day}."
    )


def _of_days(citation: Citation, dates: DatesAsked) -> bool:
    published = citation.article.published
    return bool(published) and meets(published or "", dates)


def false_premise(question: str, candidates: Sequence[Candidate]) -> str | None:
    """Return what the articles call someone whom the question gives another office, or None.

    Only where the passages read never put the two together, and put another office before the name at least once.
    Names are told by their capitals. Of a question the first three offices are looked at.
    """
    text = "\n".join(candidate.passage.text for candidate in candidates)
    for match in islice(_OFFICE_AND_NAME.finditer(question), _OFFICES):
        asked, name = match[1].lower(), re.escape(match[2])
        called = Counter(found[1].lower() for found in re.finditer(rf"{_CALLED}{name}\b", text))
        office = f"(?i:{re.sub('[ -]', '[ -]', asked)})"
        if called and not re.search(rf"\b{office}\b.{{0,60}}\b{name}\b|\b{name}\b.{{0,60}}\b{office}\b", text):
            return f"The articles call {match[2]} {called.most_common(1)[0][0]}, not {asked}."
    return None


def _content(question: str) -> tuple[list[str], set[str]]:
    """Return the words that say what a question is about, names first, and which of them are names."""
    capitals = {_without_owner(word).lower() for word in re.findall(r"\b[A-ZÀ-ÖØ-Þ][\w'’-]+", question)}
    terms = dict.fromkeys(_without_owner(term) for term in search_terms(question))
    said = [
        term
        for term in terms
        if len(term) > 1 and term.replace("’", "'") not in _SAYS_NOTHING and not any(map(str.isdigit, term))
    ]
    content = sorted(said, key=lambda term: term not in capitals)[:_LOOKED_UP]
    return content, capitals.intersection(content)


def _without_owner(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)
