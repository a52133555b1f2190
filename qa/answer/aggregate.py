"""Evidence -> what is known: which places give one value, which value leads, and which stand beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answer.lists import items_of
from qa.answer.spans import to_answer_spans
from qa.answer.values import Value, differing, fitting, gather, just_before, leading, value_of
from qa.english.equality import same_value
from qa.english.sentence_dates import meets, shares_days
from qa.question.parse import Question
from qa.read.evidence import Evidence
from qa.types import Relation

__all__ = ["ANSWER_THRESHOLD", "LEAST_SHOWN", "Aggregate", "aggregate"]

# Where no value has this probability the articles are said not to answer; the one that leads may be less likely: a
# newer one, or a level where the likeliest only says by how much. `python -m eval.tune chooser`, 600 train questions,
# careful reader, share of the answerable that are answered / of the unanswerable that are answered:
#   at                                      .15        .20        .22        .25        .30        .35        .40
#   all                                     .91 / .49  .87 / .38  .86 / .35  .84 / .31  .76 / .26  .69 / .21  .63 / .18
#   squad2-half-dev, written to mislead     .95 / .70  .93 / .57  .93 / .55  .92 / .52  .90 / .47  .86 / .40  .80 / .34
#   trecqa, newswire near misses            .97 / .52  .91 / .33  .91 / .28  .91 / .22  .85 / .17  .74 / .13  .74 / .09
#   wikiqa, real queries                    .84 / .35  .81 / .27  .79 / .25  .74 / .20  .61 / .14  .54 / .11  .45 / .09
# The difference is largest from .25 to .30: with the reader before, .75 and .35 at .25. With the fast reader it was
# largest from .20 to .25.
ANSWER_THRESHOLD = 0.25
# What differs from the answer is shown from this probability on: it is not said to be right, only that it is said. Set
# by hand, and not measured again with the present weights.
LEAST_SHOWN = 0.08
_OTHERS = 4


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What the evidence comes to.

    Attributes:
        evidence: All of it, best first.
        lead: The value that leads; None when none is likely enough, or holds on the days asked about.
        beside: The values that differ from it, and how each stands to it.
        items: Of a list, at least two; else none.
        outside: What would lead, had the question named no days; None when something leads.
        surest: The highest probability, in [0, 1].
    """

    evidence: tuple[Evidence, ...]
    lead: Value | None = None
    beside: tuple[tuple[Value, Relation], ...] = ()
    items: tuple[Evidence, ...] = ()
    outside: Value | None = None
    surest: float = 0.0


def aggregate(question: Question, evidence: Sequence[Evidence]) -> Aggregate:
    """Join what evidence, best first, says of a question. A summary is not made of it."""
    if question.form == "summary":
        return Aggregate(tuple(evidence))
    spans = to_answer_spans(question, evidence)
    surest = max([item.probability for item in (*spans, *evidence[:1])], default=0.0)
    known = Aggregate(tuple(evidence), surest=surest)
    if question.form == "list" and len(items := items_of(spans, ANSWER_THRESHOLD)) > 1:
        return replace(known, items=tuple(items))
    groups = gather([item for item in spans if item.probability >= LEAST_SHOWN])
    if before := question.other_than:
        groups = [group for group in groups if not same_value(group[0].text, before)]
    values = fitting([value_of(group, question.dates) for group in groups], question.answer_type)
    lead = _lead(question, [value for value in values if _holds(value, question)])
    if lead is None:
        return replace(known, outside=_lead(question, values) or _on_any_day(question, evidence))
    # A sentence has no others: one says yes, one says no.
    beside = differing(lead, values, _OTHERS, question.now) if question.form != "sentence" else []
    return replace(known, lead=lead, beside=tuple(beside))


def _lead(question: Question, values: Sequence[Value]) -> Value | None:
    """Return the value that leads, None when none is likely enough."""
    if not values or values[0].probability < ANSWER_THRESHOLD:
        return None
    if question.form == "sentence":
        return values[0]
    return leading(values, question.now, question.dates) if question.time_sensitive else values[0]


def _holds(value: Value, question: Question) -> bool:
    """Whether a value may hold on the days asked about.

    A figure of another day does not, nor what an article from before them says; but a figure that an article of those
    days gives for a day shortly before them does, and so does what has been so since before them. What was done on a
    day, later articles tell, too.
    """
    dates = question.bounded
    if dates is None or value.as_of is None or meets(value.as_of, dates):
        return True
    if any(days and days.since and shares_days(days, dates) for days in (item.days for item in value.stories)):
        return True
    if question.asks_figure:
        return any(just_before(item, dates) for item in value.stories)
    return value.as_of != value.places[0].article.published or value.as_of >= (dates.since or "")


def _on_any_day(question: Question, evidence: Sequence[Evidence]) -> Value | None:
    """Return the value that would lead, had the question named no days."""
    likely = [replace(item, probability=item.any_day) for item in evidence if item.any_day >= ANSWER_THRESHOLD]
    spans = to_answer_spans(question, sorted(likely, key=lambda item: -item.probability))
    return value_of(gather(spans)[0]) if spans else None
