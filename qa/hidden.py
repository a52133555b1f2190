"""What filters kept from being the answer: the passages outside them, and a surer value there."""

from collections.abc import Sequence

from ingest.archive import Archive
from ingest.filters import Filters
from qa.answer import ANSWER_THRESHOLD
from qa.choose import Scored
from qa.citing import Articles, Fetch, cite
from qa.fitting import fit
from qa.question import may_change
from qa.retrieve import DEPTH, Candidate, retrieve
from qa.sameness import same_value
from qa.types import Answer, Hidden
from qa.values import gather, leading, value_of

__all__ = ["PASSAGES_OUTSIDE", "hidden_by", "outside"]

PASSAGES_OUTSIDE = 4
# On 51 dev questions of the gold set, each with filters that keep its articles (96 times in all) or shut them out
# (96). How often something is told although the answer within was right (of 41), is told when shut out, and is right
# then, by margin, with the weights of qa/choose.py before the last fit:
#   0    3  58  37      .05  2  57  36      .1  1  57  36      .15  0  55  35      .2  0  48  30      .3  0  38  26
_MARGIN = 0.15


def outside(archive: Archive, question: str, filters: Filters, limit: int = PASSAGES_OUTSIDE) -> list[Candidate]:
    """Return up to `limit` candidates for a stand-alone question from articles that do not count, best first."""
    articles = Articles(archive.article)
    found = []
    for candidate in retrieve(archive, question, 2 * DEPTH):
        article = articles[candidate.passage.article_id]
        if article and not filters.allow(article):
            found.append(candidate)
            if len(found) == limit:
                break
    return found


def hidden_by(answer: Answer, scored: Sequence[Scored], fetch: Fetch) -> Hidden | None:
    """Return the value outside the filters that is surer than the answer within them, by a clear margin.

    Args:
        answer: What was answered within the filters, or that nothing was.
        scored: The spans of the candidates `outside`, as `choose` gives them.
        fetch: Gives the article with an id, or None once it is removed.

    Returns:
        None, too, when the answer says the same; and for a summary, of which the confidence is no probability.
    """
    if answer.form == "summary":
        return None
    least = max(ANSWER_THRESHOLD, answer.confidence + _MARGIN)
    fitted = [f for f in fit(answer.form, answer.asked, scored, Articles(fetch)) if f.probability >= least]
    if not fitted:
        return None
    values = [value_of(group) for group in gather(fitted)]
    best = (leading(values, answer.dates) if may_change(answer.asked) else values[0]).places[0]
    said = [answer.text, *(citation.quote for citation in answer.citations)] if answer.found else []
    if any(same_value(best.text, own) for own in said):
        return None
    return Hidden(best.text, cite(1, best.article, best.place, best.sentence).article)
