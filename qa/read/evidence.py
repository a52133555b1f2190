"""The record between reading and answering: a place in an article that may answer, and all that is known of it."""

from dataclasses import dataclass, replace
from typing import Self

from ingest.article import Facts
from ingest.passages import sentence_around
from qa.english.sentence_dates import SaidDate, held
from qa.retrieve.hybrid import Candidate
from qa.types import ReaderName, Span

__all__ = ["Evidence", "Marked", "Place", "moved"]

Place = tuple[int, int]
"""Start and end offset in an article's text."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What a reader marked in passages: the spans of each candidate, best first."""

    reader: ReaderName
    candidates: tuple[Candidate, ...]
    spans: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that may answer.

    Attributes:
        candidate: The passage it is from.
        span: What the reader marked.
        place: What is shown: the span, or what it was widened or narrowed to.
        sentence: The sentence that holds the place, or the sentences that it takes.
        probability: That an answer stands in its sentence, in [0, 1].
        any_day: That it would, had the question named no days.
        first: Whether no other place of its passage is likelier.
    """

    candidate: Candidate
    span: Span
    place: Place
    sentence: Place
    probability: float
    any_day: float
    first: bool = True

    @classmethod
    def of(cls, candidate: Candidate, span: Span, probability: float = 0.0, any_day: float = 0.0) -> Self:
        """Return what a span gives by itself."""
        place = span.start, span.end
        return cls(candidate, span, place, sentence_around(candidate.passage, *place), probability, any_day)

    @classmethod
    def sentence_of(cls, candidate: Candidate, start: int, end: int) -> Self:
        """Return a sentence that no reader marked, text[start:end] of its passage."""
        passage = candidate.passage
        return cls.of(candidate, Span(passage.id, passage.start + start, passage.start + end, 0.0))

    @property
    def article(self) -> Facts:
        """What is known of its article."""
        return self.candidate.article

    @property
    def text(self) -> str:
        """The words of the place."""
        return self.words(self.place)

    @property
    def said(self) -> str:
        """The words of the sentence."""
        return self.words(self.sentence)

    @property
    def days(self) -> SaidDate | None:
        """The days for which the sentence says it, else its article's; None where neither is known."""
        here = self.candidate.passage
        sentence, place = moved(self.sentence, -here.start), moved(self.place, -here.start)
        return held(here.text, sentence, place, self.article.published)

    @property
    def day(self) -> str | None:
        """The last of its days; as of a Citation."""
        return days.as_of if (days := self.days) else None

    def words(self, place: Place) -> str:
        """Return the words of another place of its passage."""
        start, end = moved(place, -self.candidate.passage.start)
        return self.candidate.passage.text[start:end]

    def at(self, place: Place, sentence: Place | None = None) -> Self:
        """Return it with another place, and perhaps another sentence, both as offsets in the passage's text."""
        start = self.candidate.passage.start
        return replace(self, place=moved(place, start), sentence=moved(sentence, start) if sentence else self.sentence)

    def overlaps(self, other: "Evidence") -> bool:
        """Whether two places share a character."""
        return self.article.id == other.article.id and _meet(self.place, other.place)

    def shares_sentence(self, other: "Evidence") -> bool:
        """Whether two sentences share a character."""
        return self.article.id == other.article.id and _meet(self.sentence, other.sentence)


def moved(place: Place, by: int) -> Place:
    """Return a place whose offsets count from elsewhere."""
    return place[0] + by, place[1] + by


def _meet(one: Place, other: Place) -> bool:
    return one[0] < other[1] and other[0] < one[1]
