"""Why the articles do not say: the subject is not there, or only this fact, or not for these dates, or not so."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from qa.question import search_terms
from qa.retrieve import Candidate
from qa.types import Citation, DatesAsked, Missing
from qa.values import Value

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
_OFFICE_AND_NAME = re.compile(rf"\b({_ROLES}) ([a-z][\w'’-]+)", re.IGNORECASE)


def why_not(
    question: str,
    candidates: Sequence[Candidate],
    nearest: Sequence[Citation],
    mentioned: Mentioned,
    *,
    dates: DatesAsked | None = None,
    outside: Value | None = None,
) -> WhyNot:
    """Say why a question was not answered, as one word and as a sentence for people.

    Args:
        question: The stand-alone question.
        candidates: The passages that were read.
        nearest: The nearest places, best first.
        mentioned: Whether the archive has a word.
        dates: The days that the question asks about.
        outside: A value that would have been the answer, had it been of those days.
    """
    if dates and outside:
        day = f"as of {outside.as_of}" if outside.as_of else "without a date"
        return "dates", f"Not for the dates asked about: the articles give “{outside.text}” {day}."
    unknown = [term for term in _names_first(question) if not mentioned(term)]
    if unknown:
        words = " or ".join(f"“{term}”" for term in unknown[:3])
        return "subject", f"No article has the word{'s' if len(unknown) > 1 else ''} {words}."
    if not candidates or not nearest:
        return "subject", "The archive holds no article with any of these words or on this subject."
    if premise := false_premise(question, candidates):
        return "premise", premise
    title = nearest[0].article.title
    return "fact", f"The closest of the articles is “{title}”, but no sentence read there answers the question."


def false_premise(question: str, candidates: Sequence[Candidate]) -> str | None:
    """Return what the articles call someone whom the question gives another office, or None.

    Only where the passages read never put the two together, and put another office before the name at least once.
    """
    text = "\n".join(candidate.passage.text for candidate in candidates)
    for match in _OFFICE_AND_NAME.finditer(question):
        office, name = match[1].lower(), re.escape(match[2])
        before = re.finditer(rf"\b({_ROLES}) (?:[A-Z][\w.'’-]+ ){{0,2}}{name}\b", text, re.IGNORECASE)
        called = Counter(found[1].lower() for found in before)
        beside = re.search(rf"\b{office}\b.{{0,60}}\b{name}\b|\b{name}\b.{{0,60}}\b{office}\b", text, re.IGNORECASE)
        if called and not beside:
            return f"The articles call {match[2]} {called.most_common(1)[0][0]}, not {office}."
    return None


def _names_first(question: str) -> list[str]:
    """Return the search terms of a question, capitalised ones first."""
    capitals = {word.lower() for word in re.findall(r"\b[A-Z][\w'’-]+", question)}
    return sorted(search_terms(question), key=lambda term: term not in capitals)
