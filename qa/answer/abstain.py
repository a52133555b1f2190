"""Why the articles do not say: the subject is not there, or only this fact, or not for these dates, or not so."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from ingest.archive import Archive
from qa.answer.aggregate import Aggregate
from qa.answer.citations import cite
from qa.answer.compose import UNTIMED
from qa.answer.summary import nearness, summarise
from qa.answer.values import Value
from qa.english.lexicon import CARDINALS, MONTHS, OFFICES, SCALES, TENS, WEEKDAY, WEEKDAYS, either
from qa.english.sentence_dates import meets
from qa.english.words import search_terms
from qa.question.parse import Question
from qa.read.evidence import Evidence
from qa.retrieve.hybrid import Candidate
from qa.types import Answer, Citation, DatesAsked, Missing

__all__ = ["NOT_FOUND", "WhyNot", "abstain", "explain_abstention", "false_premise"]

NOT_FOUND = "The articles do not say."
_NEAREST = 3

WhyNot = tuple[Missing, str]
"""The reason as one word, and as a sentence."""

_RANKS = ("General", "Colonel", "Captain", "Admiral")  # those that are no other word, such as 'major'
_ROLES = (
    r"(?:(?:prime|foreign|defen[cs]e|finance|interior|justice|transport|health|education) minister|vice[ -]president"
    rf"|emperor|{either(map(str.lower, (*OFFICES, *_RANKS)))})"
)
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][^\W_]*(?:['’-](?!s\b)[^\W_]+)*"
_NOT_DAY = rf"(?!(?i:{WEEKDAY})\b)"  # 'did the president Monday sign it'
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
    ).split()
) | {*MONTHS, *WEEKDAYS, *CARDINALS, *TENS, *SCALES}
_NOTHING = "The archive holds no article with any of these words or on this subject."
_NOTHING_WITHIN = "No article within the filters has any of these words or is on this subject."
_TOLD_OF_OTHER_DAYS: WhyNot = ("dates", "The articles tell of it, but not for the dates asked about.")
_LOOKED_UP = 20  # words of a question, each a keyword search


def abstain(
    question: Question, found: Sequence[Candidate], known: Aggregate, archive: Archive, *, filtered: bool = False
) -> Answer:
    """Make the Answer that the articles do not say, with the nearest sentences and why; see `compose`.

    `filtered` is whether filters kept articles from being looked at.
    """
    nearest = _nearest(known.evidence, found)
    confidence = known.surest
    if question.form == "summary":
        confidence = nearness(found)
    if question.form == "summary" and question.bounded and summarise(question.asked, found):
        missing, reason = _TOLD_OF_OTHER_DAYS
    elif filtered and not found:
        missing, reason = "filters", _NOTHING_WITHIN
    else:
        missing, reason = explain_abstention(question, found, nearest, known.outside, archive)
    return Answer(
        question=question.text,
        asked=question.asked,
        found=False,
        text=NOT_FOUND,
        confidence=confidence,
        citations=(),
        others=(),
        nearest=nearest,
        reason=reason,
        seconds=UNTIMED,
        form=question.form,
        dates=question.dates,
        missing=missing,
    )


def _nearest(evidence: Sequence[Evidence], found: Sequence[Candidate]) -> tuple[Citation, ...]:
    """Cite the sentence that was read best in each of the first passages."""
    nearest: list[Evidence] = []
    best_of: dict[str, Evidence] = {}
    for item in evidence:
        best_of.setdefault(item.candidate.passage.id, item)
    for candidate in found:
        best = best_of.get(candidate.passage.id)
        if best and not any(best.shares_sentence(other) for other in nearest):
            nearest.append(replace(best, place=best.sentence))
    return tuple(cite(number, item) for number, item in enumerate(nearest[:_NEAREST], 1))


def explain_abstention(
    question: Question, found: Sequence[Candidate], nearest: Sequence[Citation], outside: Value | None, archive: Archive
) -> WhyNot:
    """Say why a question was not answered, as one word and as a sentence for people.

    Args:
        question: What is asked.
        found: The passages that were found.
        nearest: The nearest places, best first.
        outside: A value that would have been the answer, had it been of the days asked about.
        archive: Where the question's words are looked up.
    """
    if question.dates and outside:
        return "dates", _of_other_days(outside, nearest, question.dates)
    if not found:
        return "subject", _NOTHING
    content, capitals = _content(question.asked)
    unknown = [word for word in content if not archive.holds_word(word)]
    words = f"no article has the word{'s' if len(unknown) > 1 else ''} " + " or ".join(f"“{w}”" for w in unknown[:3])
    if unknown and (capitals.intersection(unknown) or len(unknown) == len(content)):
        return "subject", f"N{words[1:]}."
    if not nearest:
        return "subject", _NOTHING
    if premise := false_premise(question.asked, found):
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
