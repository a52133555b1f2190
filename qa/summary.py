"""Passages -> the few sentences that tell of a subject, in the order of the events."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.article import Article
from ingest.passages import sentence_spans
from qa.citing import Articles
from qa.retrieve import Candidate
from qa.sameness import same_story
from qa.terms import share, subject_terms, words_of
from qa.wording import Place

__all__ = ["Told", "nearness", "summarise"]

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


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of a summary, and where it stands in its article."""

    article: Article
    place: Place

    @property
    def text(self) -> str:
        """The sentence."""
        return self.article.text[slice(*self.place)]


def nearness(candidates: Sequence[Candidate]) -> float:
    """Return the cosine of the nearest passage to the question, cut to [0, 1]; 0 without a passage."""
    return max(0.0, min(1.0, max((candidate.cosine for candidate in candidates), default=0.0)))


def summarise(question: str, candidates: Sequence[Candidate], articles: Articles) -> list[Told]:
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
        candidate.passage.article_id
        for candidate in candidates
        if candidate.cosine >= ON_SUBJECT
        and share(terms, f"{candidate.passage.title} {candidate.passage.text}") >= _NAMED
    }
    worth = _worth([c for c in candidates if c.passage.article_id in on_subject], terms, articles)
    chosen: list[Told] = []
    while worth and len(chosen) < MOST:
        best = max(worth, key=lambda told: (worth[told] - _repeats(told, chosen), -told.place[0]))
        gained = worth.pop(best) - _repeats(best, chosen)
        if len(chosen) >= FEWEST and gained < ON_SUBJECT:
            break
        if not any(same_story(best.text, other.text) for other in chosen):
            chosen.append(best)
    order = {candidate.passage.article_id: rank for rank, candidate in reversed(list(enumerate(candidates)))}
    return sorted(chosen, key=lambda t: (t.article.published or "9999", order[t.article.id], t.place))


def _worth(candidates: Sequence[Candidate], terms: frozenset[str], articles: Articles) -> dict[Told, float]:
    """Return what every sentence of the passages is worth; one that two passages share, what it is worth in either."""
    worth: dict[Told, float] = {}
    for candidate in candidates:
        passage = candidate.passage
        article = articles[passage.article_id]
        if article is None or article.text[passage.start : passage.end] != passage.text:
            continue
        for low, high in sentence_spans(passage.text):
            told = Told(article, (passage.start + low, passage.start + high))
            if len(told.text.split()) >= _SHORTEST and told.text.rstrip("\"”’'")[-1:] in {".", "!"}:
                worth[told] = max(worth.get(told, 0.0), candidate.cosine + _own_worth(told, terms))
    return worth


def _own_worth(told: Told, terms: frozenset[str]) -> float:
    leads = not told.article.text[: told.place[0]].strip()
    leans = bool(_LEANS.match(told.text))
    newsy = any(character.isdigit() for character in told.text)
    return _TERMS * share(terms, told.text) + _LEAD * leads - _LEANING * leans + _NEWS * newsy


def _repeats(told: Told, chosen: Sequence[Told]) -> float:
    """What a sentence loses for those chosen before it: of its own article, and like it in words."""
    words = words_of(told.text)
    alike = max((len(words & words_of(c.text)) / max(1, len(words | words_of(c.text))) for c in chosen), default=0.0)
    return _AGAIN * sum(c.article.id == told.article.id for c in chosen) + _ALIKE * alike
