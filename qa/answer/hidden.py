"""What filters kept from being the answer: the passages outside them, and a surer value there."""

from ingest.archive import Archive
from ingest.filters import Filters
from qa.answer.aggregate import ANSWER_THRESHOLD
from qa.answer.citations import article_ref
from qa.answer.values import Value
from qa.english.equality import same_value
from qa.retrieve.hybrid import DEPTH, Candidate, retrieve
from qa.types import Answer, Hidden

__all__ = ["PASSAGES_OUTSIDE", "hidden_by", "outside"]

PASSAGES_OUTSIDE = 4
# On 51 dev questions of the gold set, each with filters that keep its articles (96 times in all) or shut them out
# (96). How often something is told although the answer within was right (of 41), is told when shut out, and is right
# then, by margin, with the weights of qa/read/score.py before the last fit:
#   0    3  58  37      .05  2  57  36      .1  1  57  36      .15  0  55  35      .2  0  48  30      .3  0  38  26
_MARGIN = 0.15


def outside(archive: Archive, question: str, filters: Filters, limit: int = PASSAGES_OUTSIDE) -> list[Candidate]:
    """Return up to `limit` candidates for a stand-alone question from articles that do not count, best first."""
    return [c for c in retrieve(archive, question, 2 * DEPTH) if not filters.allow(c.article)][:limit]


def hidden_by(answer: Answer, lead: Value | None) -> Hidden | None:
    """Return the value that leads outside the filters, if it is surer than the answer within by a clear margin.

    None, too, when the answer says the same; and for a summary, of which the confidence is no probability.
    """
    if lead is None or answer.form == "summary":
        return None
    if lead.probability < max(ANSWER_THRESHOLD, answer.confidence + _MARGIN):
        return None
    said = [answer.text, *(citation.quote for citation in answer.citations)] if answer.found else []
    if any(same_value(lead.text, own) for own in said):
        return None
    return Hidden(lead.text, article_ref(lead.places[0].article))
