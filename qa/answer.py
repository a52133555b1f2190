"""Spans -> Answer: same values joined, different values kept apart by date, or 'the articles do not say'."""

from collections.abc import Callable, Sequence

from ingest.article import Article
from ingest.passages import sentence_around
from qa.choose import Scored
from qa.retrieve import Candidate
from qa.sameness import same_figures, same_story, same_value
from qa.types import Answer, ArticleRef, Citation, Other, Seconds

__all__ = ["ANSWER_THRESHOLD", "NOT_FOUND", "compose"]

# Below this probability the articles are said not to answer. `python -m eval.tune chooser` on 1,290 questions of
# squad2-half-dev, share of the answerable that are answered / of the unanswerable that are answered:
#   at .15  .86 / .52     .20  .80 / .41     .25  .72 / .34     .30  .65 / .29     .40  .53 / .18
# The difference is largest from .20 to .25; of the two, the one that refuses more. The reader was trained on this
# set, so on other questions both are lower: eval gold.
ANSWER_THRESHOLD = 0.25
_CITATIONS_A_VALUE = 4
_OTHERS = 4
_NEAREST = 3
NOT_FOUND = "The articles do not say."

Fetch = Callable[[str], Article | None]


def compose(
    question: str, asked: str, scored: Sequence[Scored], candidates: Sequence[Candidate], fetch: Fetch, seconds: Seconds
) -> Answer:
    """Make the Answer to a question from its scored spans, best first.

    Args:
        question: As it was asked.
        asked: The stand-alone question that was searched for.
        scored: As `choose` gives them.
        candidates: The passages that were read, best first.
        fetch: Gives the article with an id, or None once it is removed.
        seconds: How long it took.
    """
    articles = _Articles(fetch)
    groups = _groups([s for s in scored if s.probability >= ANSWER_THRESHOLD], articles)
    if not groups:
        confidence = scored[0].probability if scored else 0.0
        return _not_found(question, asked, confidence, scored, candidates, articles, seconds)
    best = groups[0]
    citations = _citations(best, articles, first_number=1)
    others: list[Other] = []
    for group in _newest_first(_other_groups(best, groups[1:])[:_OTHERS], articles):
        number = 1 + len(citations) + sum(len(other.citations) for other in others)
        cited = _citations(group, articles, number)
        others.append(Other(cited[0].quote, _newest(group, articles), group[0].probability, cited))
    return Answer(
        question=question,
        asked=asked,
        found=True,
        text=citations[0].quote,
        confidence=best[0].probability,
        citations=citations,
        others=tuple(others),
        nearest=(),
        reason=None,
        seconds=seconds,
    )


class _Articles:
    """Articles by id, fetched once an answer."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._known: dict[str, Article | None] = {}

    def __getitem__(self, id_: str) -> Article | None:
        if id_ not in self._known:
            self._known[id_] = self._fetch(id_)
        return self._known[id_]


def _groups(scored: Sequence[Scored], articles: _Articles) -> list[list[Scored]]:
    """Join spans of the same value and drop those that no longer stand in their article; best group first."""
    groups: list[list[Scored]] = []
    for item in scored:
        article = articles[item.candidate.passage.article_id]
        if article is None or article.text[item.span.start : item.span.end] != item.text:
            continue
        for group in groups:
            if same_value(group[0].text, item.text):
                group.append(item)
                break
        else:
            groups.append([item])
    return groups


def _other_groups(best: list[Scored], groups: Sequence[list[Scored]]) -> list[list[Scored]]:
    """Keep the groups that other articles give, of the same sort, one a sentence: what a sentence says once."""
    own = {item.candidate.passage.article_id for item in best}
    taken: list[tuple[str, int, int]] = []
    kept = []
    for group in groups:
        elsewhere = [item for item in group if item.candidate.passage.article_id not in own]
        if not elsewhere:
            continue
        value = elsewhere[0].text
        if _has_figure(value) != _has_figure(best[0].text) or same_figures(value, best[0].text):
            continue
        place = (elsewhere[0].candidate.passage.article_id, *_sentence(elsewhere[0]))
        if not any(place[0] == id_ and place[1] < end and start < place[2] for id_, start, end in taken):
            taken.append(place)
            kept.append(elsewhere)
    return kept


def _sentence(item: Scored) -> tuple[int, int]:
    return sentence_around(item.candidate.passage, item.span.start, item.span.end)


def _citations(group: Sequence[Scored], articles: _Articles, first_number: int) -> tuple[Citation, ...]:
    """Cite a value: its best place first, then one place in each other article that is no copy of one cited."""
    citations: list[Citation] = []
    for item in group:
        article = articles[item.candidate.passage.article_id]
        if article is None or any(cited.article.id == article.id for cited in citations):
            continue
        number = first_number + len(citations)
        citation = _citation(number, article, item, item.span.start, item.span.end)
        if any(same_story(cited.sentence, citation.sentence) for cited in citations):
            continue
        citations.append(citation)
        if len(citations) == _CITATIONS_A_VALUE:
            break
    return tuple(citations)


def _citation(number: int, article: Article, item: Scored, start: int, end: int) -> Citation:
    sentence_start, sentence_end = _sentence(item)
    return Citation(
        number=number,
        article=ArticleRef(article.id, article.title, article.source, article.url, article.published, article.outlet),
        quote=article.text[start:end],
        start=start,
        end=end,
        sentence=article.text[sentence_start:sentence_end],
        sentence_start=sentence_start,
        sentence_end=sentence_end,
    )


def _not_found(
    question: str,
    asked: str,
    confidence: float,
    scored: Sequence[Scored],
    candidates: Sequence[Candidate],
    articles: _Articles,
    seconds: Seconds,
) -> Answer:
    nearest: list[Citation] = []
    best_of: dict[str, Scored] = {}
    for item in scored:
        best_of.setdefault(item.candidate.passage.id, item)
    for candidate in candidates:
        found = best_of.get(candidate.passage.id)
        article = articles[candidate.passage.article_id]
        if found is None or article is None or article.text[found.span.start : found.span.end] != found.text:
            continue
        start, end = _sentence(found)
        if any(near.article.id == article.id and near.start < end and start < near.end for near in nearest):
            continue
        nearest.append(_citation(len(nearest) + 1, article, found, start, end))
        if len(nearest) == _NEAREST:
            break
    reason = (
        f"The closest of the articles is “{nearest[0].article.title}”, but no sentence read there answers the question."
        if nearest
        else "The archive holds no article with any of these words or on this subject."
    )
    return Answer(question, asked, False, NOT_FOUND, confidence, (), (), tuple(nearest), reason, seconds)


def _newest(group: Sequence[Scored], articles: _Articles) -> str | None:
    """Return the newest publication date of a value's articles, None when none is known."""
    found = (articles[item.candidate.passage.article_id] for item in group)
    return max((article.published for article in found if article and article.published), default=None)


def _newest_first(groups: Sequence[list[Scored]], articles: _Articles) -> list[list[Scored]]:
    return sorted(groups, key=lambda group: _newest(group, articles) or "", reverse=True)


def _has_figure(text: str) -> bool:
    return any(character.isdigit() for character in text)
