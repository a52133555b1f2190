"""What is known -> the Answer, in the form that the question calls for, in the articles' own words."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer.aggregate import Aggregate
from qa.answer.citations import cite
from qa.answer.summary import nearness, of_days, summarise
from qa.answer.values import Value, independent_sources
from qa.question.parse import Question
from qa.read.evidence import Evidence
from qa.retrieve.hybrid import Candidate
from qa.types import Answer, Citation, Form, Other, Relation, Seconds

__all__ = ["UNTIMED", "compose"]

_CITATIONS_A_VALUE = 4
UNTIMED = Seconds(0.0, 0.0, 0.0)
"""How long an answer took whose asker does not say."""


def compose(question: Question, found: Sequence[Candidate], known: Aggregate) -> Answer | None:
    """Make the answer to a question; None where the articles do not say.

    Args:
        question: What is asked.
        found: The passages that were found, best first; those far behind were not read.
        known: What the evidence in them comes to.
    """
    if question.form == "summary":
        body = _summary(question, found)
    elif known.items:
        body = _list(known.items)
    else:
        body = _value(question.form, known.lead, known.beside) if known.lead else None
    if body is None:
        return None
    return Answer(
        question=question.text,
        asked=question.asked,
        found=True,
        text=body.text,
        confidence=body.confidence,
        citations=body.citations,
        others=body.others,
        nearest=(),
        reason=None,
        seconds=UNTIMED,
        form=body.form,
        as_of=body.as_of,
        sources=body.sources,
        dates=question.dates,
    )


@dataclass(frozen=True, slots=True)
class _Body:
    """What an answer says, once there is one."""

    form: Form
    text: str
    confidence: float
    citations: tuple[Citation, ...]
    sources: int
    as_of: str | None = None
    others: tuple[Other, ...] = ()


def _value(form: Form, lead: Value, beside: Sequence[tuple[Value, Relation]]) -> _Body:
    """Say the value that leads, and those that differ from it. A list of which only one item was found is a span."""
    citations = _citations(lead, first_number=1)
    others: list[Other] = []
    for value, relation in beside:
        number = 1 + len(citations) + sum(len(other.citations) for other in others)
        cited = _citations(value, number)
        published = max((c.article.published for c in cited if c.article.published), default=None)
        others.append(
            Other(cited[0].quote, published, value.probability, cited, value.as_of, len(value.stories), relation)
        )
    shown: Form = "span" if form == "list" else form
    text = citations[0].quote
    return _Body(shown, text, lead.probability, citations, len(lead.stories), lead.as_of, tuple(others))


def _citations(value: Value, first_number: int) -> tuple[Citation, ...]:
    """Cite a value: its best place first, then one place in each other article that is no copy of one cited."""
    cited = enumerate(value.stories[:_CITATIONS_A_VALUE], first_number)
    return tuple(cite(number, item, item.day) for number, item in cited)


def _list(items: Sequence[Evidence]) -> _Body:
    citations = tuple(cite(number, item, item.day) for number, item in enumerate(items, 1))
    text = _enumerated([item.text for item in items])
    return _Body("list", text, items[0].probability, citations, len(independent_sources(items)))


def _enumerated(items: Sequence[str]) -> str:
    """Write items in a row; with semicolons where one of them holds a comma or an 'and' itself."""
    if any("," in item or " and " in item for item in items):
        return "; ".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def _summary(question: Question, found: Sequence[Candidate]) -> _Body | None:
    candidates = [candidate for candidate in found if of_days(candidate, question.bounded)]
    told = summarise(question.asked, candidates)
    if not told:
        return None
    citations = tuple(cite(number, item, item.article.published) for number, item in enumerate(told, 1))
    text = " ".join(item.text for item in told)
    return _Body("summary", text, nearness(candidates), citations, len(independent_sources(told)))
