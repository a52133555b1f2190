"""Where an answer was lost: the stage of the way out that went wrong first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from ingest.article import Article
from qa.assistant import Trace
from qa.retrieve.hybrid import Candidate
from qa.types import Answer, Citation

__all__ = [
    "NOT_JUDGED",
    "Fetch",
    "Place",
    "Stage",
    "citations_of",
    "is_exact",
    "lost_at",
    "offered",
    "places_of",
    "record",
    "retrieved_rank",
]

Fetch = Callable[[str], Article | None]


# In place of a stage: a row that tells something and is neither right nor lost.
NOT_JUDGED = "not judged"


class Stage(StrEnum):
    """The first stage that went wrong, in the order in which they are looked at.

    NOT_IN_ARCHIVE: the archive does not hold the answer, and one was given; or the articles that hold it
    are not in the archive that was asked. NOT_RETRIEVED: no passage with the evidence was among those read.
    NOT_READ: it was read, but no span offered there is right. WRONGLY_REFUSED: a right span was offered and
    the answer is 'the articles do not say'. WRONG_VALUE: a right span was offered, another one was shown.
    WRONG_CITATION: the words are right, but the sentence cited is not the evidence; or a citation is not the
    exact words of its article, whatever else went wrong.
    """

    NOT_IN_ARCHIVE = "not in the archive"
    NOT_RETRIEVED = "not retrieved"
    NOT_READ = "not read"
    WRONGLY_REFUSED = "wrongly refused"
    WRONG_CITATION = "wrong citation"
    WRONG_VALUE = "wrong value of several"


@dataclass(frozen=True, slots=True)
class Place:
    """Evidence in a stored article: the characters `start` to `end` of its text."""

    article_id: str
    start: int
    end: int

    def overlaps(self, article_id: str, start: int, end: int) -> bool:
        """Whether it shares a character with text[start:end] of the article with this id."""
        return article_id == self.article_id and start < self.end and self.start < end


def lost_at(
    trace: Trace,
    *,
    answerable: bool,
    right: bool,
    cited: bool,
    exact: bool,
    places: Sequence[Place],
    accepts: Callable[[str], bool],
) -> Stage | None:
    """Return the stage at which a question was lost, or None where all went right.

    Args:
        trace: How the answer came about.
        answerable: Whether the archive should hold the answer.
        right: The words shown are right; never for a question that is not answerable.
        cited: A sentence cited is evidence.
        exact: Every citation is the exact words of its article.
        places: Where the evidence stands in the archive; empty when it does not hold it.
        accepts: Whether words are a right answer.
    """
    if not exact or (answerable and right and not cited):
        return Stage.WRONG_CITATION
    if right or not (answerable or trace.answer.found):
        return None
    if not (answerable and places):
        return Stage.NOT_IN_ARCHIVE
    if retrieved_rank(trace.candidates, places) is None:
        return Stage.NOT_RETRIEVED
    if not offered(trace, places, accepts):
        return Stage.NOT_READ
    return Stage.WRONG_VALUE if trace.answer.found else Stage.WRONGLY_REFUSED


def retrieved_rank(candidates: Iterable[Candidate], places: Sequence[Place]) -> int | None:
    """Return the rank, from 1, of the first passage that holds evidence; None where none does."""
    return next((rank for rank, candidate in enumerate(candidates, 1) if _holds(candidate, places)), None)


def offered(trace: Trace, places: Sequence[Place], accepts: Callable[[str], bool]) -> bool:
    """Whether the reader marked a right answer in a passage that holds evidence, first choice or not."""
    return any(_holds(item.candidate, places) and accepts(item.text) for item in trace.evidence)


def places_of(text: str, article: Article) -> list[Place]:
    """Return every place where `text`, which is not empty, stands verbatim in the article."""
    places, start = [], article.text.find(text)
    while start >= 0:
        places.append(Place(article.id, start, start + len(text)))
        start = article.text.find(text, start + 1)
    return places


def citations_of(answer: Answer) -> list[Citation]:
    """Return the citations of every sort: of the answer, of the other values, and the nearest sentences."""
    return [*answer.citations, *answer.nearest, *(c for other in answer.others for c in other.citations)]


def is_exact(citation: Citation, fetch: Fetch) -> bool:
    """Whether quote and sentence are the exact words of the stored article, and the quote is inside the sentence."""
    article = fetch(citation.article.id)
    text = article.text if article else ""
    return (
        text[citation.start : citation.end] == citation.quote != ""
        and text[citation.sentence_start : citation.sentence_end] == citation.sentence
        and citation.sentence_start <= citation.start <= citation.end <= citation.sentence_end
    )


def record(trace: Trace) -> dict[str, Any]:
    """Return the trace as JSON values: enough to explain the answer and to compare another run with it."""
    return {
        "asked": trace.answer.asked,
        "retrieved": [
            {
                "passage": c.passage.id,
                "title": c.passage.title,
                "start": c.passage.start,
                "end": c.passage.end,
                "cosine": round(c.cosine, 4),
                "keyword": round(c.keyword, 4),
                "score": round(c.score, 4),
            }
            for c in trace.candidates
        ],
        "read": [
            {
                "passage": item.span.passage_id,
                "start": item.span.start,
                "end": item.span.end,
                "text": item.text,
                "score": round(item.span.score, 3),
                "probability": round(item.probability, 4),
            }
            for item in trace.evidence
        ],
        "answer": asdict(trace.answer),
    }


def _holds(candidate: Candidate, places: Sequence[Place]) -> bool:
    passage = candidate.passage
    return any(place.overlaps(passage.article_id, passage.start, passage.end) for place in places)
