"""Spans -> what the form of the answer shows of each: whole names, the clause, or the sentence."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.article import Article
from ingest.passages import sentence_around
from qa.choose import Scored
from qa.citing import Articles
from qa.figures import figures
from qa.terms import share, subject_terms
from qa.types import Form
from qa.wording import Place, clause, explains, figure, is_pronoun, referent, whole

__all__ = ["Fitted", "any_of", "fit", "narrowed"]

# Of sentences at least this part as likely as the best, their words decide. On the dev half of the gold set that made
# 5 of 7 yes/no questions right instead of 3, and changed none of the 9 for a reason.
_NEARLY = 0.8
# A range, or what was and what became of it: neither figure is the value alone.
_JOINED = re.compile(r"\d\s?(?:%|per ?cent)?\s?(?:to|-|–|—)\s?[£$€]?\d")
# A figure may be this much less likely than words around it that hold more figures, and is shown before them.
_AS_WELL = 0.5


@dataclass(frozen=True, slots=True)
class Fitted:
    """A place to show for an answer, in its sentence (or in the sentences that it takes), and how likely it is."""

    article: Article
    place: Place
    sentence: Place
    probability: float

    @property
    def text(self) -> str:
        """The words of the place."""
        return self.article.text[slice(*self.place)]

    @property
    def said(self) -> str:
        """The words of the sentence."""
        return self.article.text[slice(*self.sentence)]


def fit(form: Form, question: str, scored: Iterable[Scored], articles: Articles) -> list[Fitted]:
    """Widen spans to what a form shows, and leave out those that no longer stand in their article; best first.

    For a span and a list, names and measures come whole, and a pronoun becomes the name it stands for, or else its
    sentence. For a reason and a sentence, the spans of a sentence become one clause, or the sentence, as likely as
    that any of them is right. Of reasons nearly as likely as the best, those with words that give reasons ('because')
    are first; of sentences, those with more of the question's words, since what decides a question repeats it.
    """
    found = []
    for item in scored:
        if article := articles.of(item):
            place = item.span.start, item.span.end
            found.append(Fitted(article, place, sentence_around(item.candidate.passage, *place), item.probability))
    if form == "list":
        return [_named(item) for item in found]
    if form == "span":
        return _apart([_named(item) for item in found])
    sentences: dict[tuple[str, Place], list[Fitted]] = {}
    for fitted in found:
        sentences.setdefault((fitted.article.id, fitted.sentence), []).append(fitted)
    shown = [
        replace(own[0], place=_clause(own[0]) if form == "reason" else own[0].sentence, probability=any_of(own))
        for own in sentences.values()
    ]
    shown.sort(key=lambda item: -item.probability)
    terms = subject_terms(question)
    nearly = _NEARLY * shown[0].probability if shown else 0.0
    near = [item for item in shown if item.probability >= nearly]
    near.sort(
        key=lambda item: float(explains(item.said)) if form == "reason" else share(terms, item.said), reverse=True
    )
    return [*near, *shown[len(near) :]]


def narrowed(item: Fitted) -> Fitted:
    """Return the figure that a place gives, where it is one with far more words around it."""
    return replace(item, place=figure(item.article.text, *item.place))


def any_of(items: Sequence[Fitted]) -> float:
    """Return the probability that any of the places is right, in [0, 1]; each place counts once.

    They are neither one answer (then it would be the highest of their probabilities) nor independent (then the
    union's): it is the mean of both. Measured as the probability that the best sentence holds the answer, on 240
    'why', 'how' and yes/no questions of squad2-half-dev: expected calibration error .103 with the highest, .088
    with the union, .056 with their mean.
    """
    places = {(item.article.id, item.place): item.probability for item in reversed(items)}
    union = 1 - math.prod(1 - probability for probability in places.values())
    return (max(places.values()) + union) / 2


def _apart(items: Iterable[Fitted]) -> list[Fitted]:
    """Of places that overlap, keep the likeliest: the words of a sentence give one value, however much is taken of it.

    A place with one figure is kept before one around it that holds others as well, where it is nearly as likely:
    '7,200' of '7,200 remained, not counting 1,150'. Order stays.
    """
    kept: list[Fitted] = []
    for item in items:
        over = [n for n, other in enumerate(kept) if _overlap(item, other)]
        if not over:
            kept.append(item)
        elif len(over) == 1 and _says_more(kept[over[0]], item):
            kept[over[0]] = replace(kept[over[0]], place=item.place, sentence=item.sentence)
    return kept


def _overlap(one: Fitted, other: Fitted) -> bool:
    return one.article.id == other.article.id and one.place[0] < other.place[1] and other.place[0] < one.place[1]


def _says_more(long: Fitted, short: Fitted) -> bool:
    """Whether a place holds another one and figures besides, and is not far likelier."""
    within = long.place[0] <= short.place[0] and short.place[1] <= long.place[1]
    if not within or short.probability < _AS_WELL * long.probability or _JOINED.search(long.text):
        return False
    return len(figures(short.text.lower()).numbers) == 1 < len(figures(long.text.lower()).numbers)


def _clause(item: Fitted) -> Place:
    return clause(item.article.text, *whole(item.article.text, *item.place, item.sentence), item.sentence)


def _named(item: Fitted) -> Fitted:
    text = item.article.text
    if not is_pronoun(item.text):
        return replace(item, place=whole(text, *item.place, item.sentence))
    name = referent(text, *item.place)
    if name is None:
        return replace(item, place=item.sentence)
    # Both what names and what says it are cited.
    return replace(item, place=name.place, sentence=(min(name.sentence[0], item.sentence[0]), item.sentence[1]))
