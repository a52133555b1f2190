"""Spans -> Answer, in the form that the question calls for, or 'the articles do not say'.

Same values are joined, different values kept apart by date.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.passages import sentence_around
from qa.choose import Scored
from qa.citing import Articles, Fetch, cite
from qa.fitting import Fitted, any_of, fit
from qa.listing import is_count, joined, parts
from qa.retrieve import Candidate
from qa.sameness import same_figures, same_story, same_value
from qa.summary import nearness, summarise
from qa.types import Answer, Citation, Form, Other, Seconds

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
_ITEMS = 12
NOT_FOUND = "The articles do not say."


def compose(
    question: str,
    asked: str,
    scored: Sequence[Scored],
    candidates: Sequence[Candidate],
    fetch: Fetch,
    seconds: Seconds,
    form: Form = "span",
) -> Answer:
    """Make the Answer to a question from its scored spans, best first.

    Args:
        question: As it was asked.
        asked: The stand-alone question that was searched for.
        scored: As `choose` gives them.
        candidates: The passages that were read, best first.
        fetch: Gives the article with an id, or None once it is removed.
        seconds: How long it took.
        form: The form of answer that the question calls for.
    """
    articles = Articles(fetch)
    if form == "summary":
        body = _summary(asked, candidates, articles)
        rejected = nearness(candidates)
    else:
        fitted = fit(form, asked, scored, articles)
        body = _list(fitted) if form == "list" else None
        body = body or _value(form, fitted)
        rejected = max([f.probability for f in fitted] + [s.probability for s in scored[:1]], default=0.0)
    if body:
        return Answer(
            question=question,
            asked=asked,
            found=True,
            text=body.text,
            confidence=body.confidence,
            citations=body.citations,
            others=body.others,
            nearest=(),
            reason=None,
            seconds=seconds,
            form=body.form,
        )
    nearest = _nearest(scored, candidates, articles)
    reason = (
        f"The closest of the articles is “{nearest[0].article.title}”, but no sentence read there answers the question."
        if nearest
        else "The archive holds no article with any of these words or on this subject."
    )
    return Answer(question, asked, False, NOT_FOUND, rejected, (), (), nearest, reason, seconds, form)


@dataclass(frozen=True, slots=True)
class _Body:
    """What an answer says, once there is one."""

    form: Form
    text: str
    confidence: float
    citations: tuple[Citation, ...]
    others: tuple[Other, ...] = ()


def _value(form: Form, fitted: Sequence[Fitted]) -> _Body | None:
    """Say the likeliest value, and those that differ from it; None when none is likely enough.

    A list of which only one item was found is a span. A sentence has no others: one says yes, one says no.
    """
    groups = _groups([item for item in fitted if item.probability >= ANSWER_THRESHOLD])
    if not groups:
        return None
    best = groups[0]
    citations = _citations(best, first_number=1)
    others: list[Other] = []
    for group in _newest_first(_other_groups(best, groups[1:])[:_OTHERS] if form != "sentence" else []):
        number = 1 + len(citations) + sum(len(other.citations) for other in others)
        cited = _citations(group, number)
        others.append(Other(cited[0].quote, _newest(group), group[0].probability, cited))
    shown: Form = "span" if form == "list" else form
    return _Body(shown, citations[0].quote, best[0].probability, citations, tuple(others))


def _list(fitted: Sequence[Fitted]) -> _Body | None:
    """Say the items that likely values are, and those that 'and' joins to the likeliest; None for fewer than two.

    A value that several places give is as likely as that any of them is right. Items come with the likeliest first,
    those of one sentence as they stand there; all are of one sort: names or not, with figures or without.
    """
    groups = [group for group in _groups(fitted) if any_of(group) >= ANSWER_THRESHOLD]
    items: list[Fitted] = []
    for group in sorted(groups, key=any_of, reverse=True):
        best, text = group[0], group[0].article.text
        if best.place == best.sentence:  # a pronoun that stands for nobody known
            continue
        places = parts(text, *best.place) if items else joined(text, *best.place, best.sentence)
        for place in places:
            item = Fitted(best.article, place, best.sentence, any_of(group))
            if not is_count(item.text) and not any(_same_item(item, other) for other in items):
                items.append(item)
    items = [item for item in items if _sort(item.text) == _sort(items[0].text)][:_ITEMS]
    if len(items) < 2:
        return None
    citations = tuple(cite(n, item.article, item.place, item.sentence) for n, item in enumerate(items, 1))
    return _Body("list", _enumerated([item.text for item in items]), items[0].probability, citations)


def _same_item(one: Fitted, other: Fitted) -> bool:
    overlap = one.place[0] < other.place[1] and other.place[0] < one.place[1]
    return same_value(one.text, other.text) or (one.article.id == other.article.id and overlap)


def _sort(value: str) -> tuple[bool, bool]:
    return value[:1].isupper() or "-" in value[:4], _has_figure(value)


def _enumerated(items: Sequence[str]) -> str:
    """Write items in a row; with semicolons where one of them holds a comma or an 'and' itself."""
    if any("," in item or " and " in item for item in items):
        return "; ".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def _summary(asked: str, candidates: Sequence[Candidate], articles: Articles) -> _Body | None:
    told = summarise(asked, candidates, articles)
    if not told:
        return None
    citations = tuple(cite(n, item.article, item.place, item.place) for n, item in enumerate(told, 1))
    return _Body("summary", " ".join(item.text for item in told), nearness(candidates), citations)


def _groups(fitted: Sequence[Fitted]) -> list[list[Fitted]]:
    """Join places of the same value; best group first."""
    groups: list[list[Fitted]] = []
    for item in fitted:
        for group in groups:
            if same_value(group[0].text, item.text):
                group.append(item)
                break
        else:
            groups.append([item])
    return groups


def _other_groups(best: list[Fitted], groups: Sequence[list[Fitted]]) -> list[list[Fitted]]:
    """Keep the groups that other articles give, of the same sort, one a sentence: what a sentence says once."""
    own = {item.article.id for item in best}
    taken: list[Fitted] = []
    kept = []
    for group in groups:
        elsewhere = [item for item in group if item.article.id not in own]
        if not elsewhere:
            continue
        first = elsewhere[0]
        if _has_figure(first.text) != _has_figure(best[0].text) or same_figures(first.text, best[0].text):
            continue
        if not any(_share_sentence(first, other) for other in taken):
            taken.append(first)
            kept.append(elsewhere)
    return kept


def _share_sentence(one: Fitted, other: Fitted) -> bool:
    overlap = one.sentence[0] < other.sentence[1] and other.sentence[0] < one.sentence[1]
    return one.article.id == other.article.id and overlap


def _citations(group: Sequence[Fitted], first_number: int) -> tuple[Citation, ...]:
    """Cite a value: its best place first, then one place in each other article that is no copy of one cited."""
    citations: list[Citation] = []
    for item in group:
        if any(cited.article.id == item.article.id or same_story(cited.sentence, item.said) for cited in citations):
            continue
        citations.append(cite(first_number + len(citations), item.article, item.place, item.sentence))
        if len(citations) == _CITATIONS_A_VALUE:
            break
    return tuple(citations)


def _nearest(scored: Sequence[Scored], candidates: Sequence[Candidate], articles: Articles) -> tuple[Citation, ...]:
    """Cite the sentence that was read best in each of the first passages, where nothing was found."""
    nearest: list[Citation] = []
    best_of: dict[str, Scored] = {}
    for item in scored:
        best_of.setdefault(item.candidate.passage.id, item)
    for candidate in candidates:
        found = best_of.get(candidate.passage.id)
        article = articles.of(found) if found else None
        if found is None or article is None:
            continue
        start, end = sentence_around(candidate.passage, found.span.start, found.span.end)
        if any(near.article.id == article.id and near.start < end and start < near.end for near in nearest):
            continue
        nearest.append(cite(len(nearest) + 1, article, (start, end), (start, end)))
        if len(nearest) == _NEAREST:
            break
    return tuple(nearest)


def _newest(group: Sequence[Fitted]) -> str | None:
    """Return the newest publication date of a value's articles, None when none is known."""
    return max((item.article.published for item in group if item.article.published), default=None)


def _newest_first(groups: Sequence[list[Fitted]]) -> list[list[Fitted]]:
    return sorted(groups, key=lambda group: _newest(group) or "", reverse=True)


def _has_figure(text: str) -> bool:
    return any(character.isdigit() for character in text)
