"""Passages -> the few sentences that tell of a subject, in the order of the events."""

import re
from collections.abc import Sequence

from qa.english.equality import same_story
from qa.english.sentence_dates import meets, said_dates, standing
from qa.english.words import share, subject_terms, words_of
from qa.read.evidence import Evidence, Place
from qa.retrieve.hybrid import Candidate
from qa.types import DatesAsked

__all__ = ["nearness", "of_days", "summarise"]

FEWEST, MOST = 3, 5
# A passage is on the subject from this cosine on, if it or its title has half of the subject's words. Measured with
# the 16 titles of squad2-half-dev, each asked for in three ways ('tell me about', 'what happened with', 'summarise')
# of 126 articles (110 of wikinews-2019) with its own and without: at .35 / .40 / .45 with half the words none / none /
# 2% of the subjects were refused, and 21% / 6% / 6% of those without an article were not. .40 without the words: 12%.
ON_SUBJECT = 0.40
_NAMED = 0.5
# What is worth how much, in the unit of the cosine. Set by hand on the dev half of the gold summaries.
_TERMS, _LEAD, _NEWS, _LEANING, _AGAIN, _ALIKE = 0.3, 0.12, 0.04, 0.2, 0.08, 0.3
_SHORTEST = 6  # words: less is a headline, or 'The cause is not known.'

# A sentence that begins so leans on the one before it, and one in quotation marks on who speaks.
_LEANS = re.compile(
    r"[\"“'‘]|(?:he|she|it|they|his|her|its|their|this|that|these|those|there|but|and|or|so|yet|another|others?|both"
    r"|one|two|such|here|then|for (?:that|this)|the (?:other|latter|former|same|second|third))\b",
    re.IGNORECASE,
)


def nearness(candidates: Sequence[Candidate]) -> float:
    """Return the cosine of the nearest passage to the question, cut to [0, 1]; 0 without a passage."""
    return max(0.0, min(1.0, max((candidate.cosine for candidate in candidates), default=0.0)))


def of_days(candidate: Candidate, dates: DatesAsked | None) -> bool:
    """Whether a passage or its article is of the days asked about; None for any days."""
    published, text = candidate.article.published, candidate.passage.text
    if dates is None or (published and meets(published, dates)):
        return True
    said = said_dates(text, 0, len(text), published)
    return any(standing(day, dates) in ("inside", "overlaps") for day in said)


def summarise(question: str, candidates: Sequence[Candidate]) -> list[Evidence]:
    """Return three to five sentences about the subject of a question, fewer where there are no more.

    They are of articles with a passage on the subject, and each is worth the more the nearer its passage is, the
    more of the subject's words it has, and if it leads its article; the less if it leans on the sentence before, if
    its article was drawn on already, and if it is like one chosen. Copies of a sentence are never taken.
    They come oldest article first, unknown dates last, and as they stand in an article: events are told in their
    order, and what was said last, said last, is what holds.

    Returns:
        The sentences; none when nothing is about the subject.
    """
    terms = subject_terms(question)
    on_subject = {
        candidate.article.id
        for candidate in candidates
        if candidate.cosine >= ON_SUBJECT
        and share(terms, f"{candidate.passage.title} {candidate.passage.text}") >= _NAMED
    }
    worth = _worth([c for c in candidates if c.article.id in on_subject], terms)
    chosen: list[Evidence] = []
    while worth and len(chosen) < MOST:

        def gain(told: Evidence) -> float:
            return worth[_key(told)][0] - _repeats(told, chosen)

        best = max((told for _, told in worth.values()), key=lambda told: (gain(told), -told.place[0]))
        gained = gain(best)
        del worth[_key(best)]
        if len(chosen) >= FEWEST and gained < ON_SUBJECT:
            break
        if not any(same_story(best.text, other.text) for other in chosen):
            chosen.append(best)
    order = {candidate.article.id: rank for rank, candidate in reversed(list(enumerate(candidates)))}
    return sorted(chosen, key=lambda told: (told.article.published or "9999", order[told.article.id], told.place))


_Worth = dict[tuple[str, Place], tuple[float, Evidence]]
"""What sentences are worth, by article and place: one that two passages share is as good as in the better of them."""


def _key(told: Evidence) -> tuple[str, Place]:
    return told.article.id, told.place


def _worth(candidates: Sequence[Candidate], terms: frozenset[str]) -> _Worth:
    worth: _Worth = {}
    for candidate in candidates:
        passage = candidate.passage
        for low, high in passage.sentences:
            told = Evidence.sentence_of(candidate, low, high)
            leads = passage.index == low == 0
            if len(told.text.split()) >= _SHORTEST and told.text.rstrip("\"”’'")[-1:] in {".", "!"}:
                own = candidate.cosine + _own_worth(told.text, terms, leads)
                known = worth.get(_key(told), (0.0, told))
                worth[_key(told)] = max(known[0], own), known[1]
    return worth


def _own_worth(sentence: str, terms: frozenset[str], leads: bool) -> float:
    leans = bool(_LEANS.match(sentence))
    newsy = any(character.isdigit() for character in sentence)
    return _TERMS * share(terms, sentence) + _LEAD * leads - _LEANING * leans + _NEWS * newsy


def _repeats(told: Evidence, chosen: Sequence[Evidence]) -> float:
    """What a sentence loses for those chosen before it: of its own article, and like it in words."""
    words = words_of(told.text)
    alike = max((len(words & words_of(c.text)) / max(1, len(words | words_of(c.text))) for c in chosen), default=0.0)
    return _AGAIN * sum(c.article.id == told.article.id for c in chosen) + _ALIKE * alike
