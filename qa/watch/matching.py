"""Which standing questions a round of articles can matter to, found out from the new passages alone."""

from collections.abc import Mapping, Sequence

import numpy as np

from ingest.archive import Archive
from ingest.archive.keywords import found_words
from ingest.archive.watches import Given, Watch
from ingest.article import Article
from qa.english.words import search_terms

__all__ = ["matching"]

# The part of a question's words that a passage must have to count although its vector is not near.
_WORDS = 0.6


def matching(
    archive: Archive, watches: Sequence[Watch], latest: Mapping[str, Given], news: Sequence[str]
) -> list[Watch]:
    """Return the questions whose answer the articles that came, changed or went may change, in their order.

    These are: one that was never asked; one whose answer cites such an article; and one to which a passage of them
    that its filters let through is near enough to be read, by its vector, or has most of its words. Nothing is
    searched but the new passages, so the time does not grow with the archive.

    Args:
        archive: The archive, the articles in it already.
        watches: The questions.
        latest: The newest answer of each, by the question's id.
        news: The ids of the articles.
    """
    articles = {id_: article for id_ in news if (article := archive.article(id_))}
    passages = [passage for id_ in articles for passage in archive.passages_of(id_)]
    vectors = archive.vectors_of([passage.id for passage in passages]) if passages else {}
    passages = [passage for passage in passages if passage.id in vectors]
    owners = [articles[passage.article_id] for passage in passages]
    terms = {watch.id: search_terms(watch.question) for watch in watches}
    having = found_words([(p.title, p.text) for p in passages], [term for own in terms.values() for term in own])
    table = np.stack([vectors[passage.id] for passage in passages]) if passages else None
    changed, found = frozenset(news), []
    for watch in watches:
        given = latest.get(watch.id)
        cited = {said.article for said in (*given.said, *given.against)} if given else set()
        if watch.least is None or cited & changed:
            found.append(watch)
        elif table is not None:
            near = table @ np.frombuffer(watch.vector, dtype="<f4") >= watch.least
            counts = np.zeros(len(passages))
            for term in terms[watch.id]:
                counts[list(having[term])] += 1
            near |= counts >= _WORDS * len(terms[watch.id])
            if _any_allowed(watch, owners, near):
                found.append(watch)
    return found


def _any_allowed(watch: Watch, owners: Sequence[Article], near: np.ndarray) -> bool:
    return any(watch.filters.allow(owners[int(number)]) for number in np.flatnonzero(near))
