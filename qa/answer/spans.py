"""Evidence -> what the form of the answer shows of each: whole names, the clause, or the sentence."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from qa.english.numbers import figures
from qa.english.wording import clause, compared, explains, figure, is_pronoun, referent, whole
from qa.english.words import share, subject_terms
from qa.question.parse import Question
from qa.read.evidence import Evidence, Place, moved

__all__ = ["UNION", "any_of", "in_passage", "to_answer_spans"]

# Of sentences at least this part as likely as the best, their words decide. On the dev half of the gold set that made
# 5 of 7 yes/no questions right instead of 3, and changed none of the 9 for a reason.
_NEARLY = 0.8
# `python -m eval.tune spans` asks all 'why', 'how' and yes/no questions of its train sets; these are of 260 of them (48
# with an answer, 44 near misses, 168 on another subject; none of trecqa), by the careful reader: how many spans of a
# passage there are and how far their union counts, the answerable that are answered rightly, near misses and others
# answered all the same, and the calibration error without the others:
#   3, .5   .542  .477  .113  .115      8, .25 (this)   .583  .477  .101  .068      10, .5    .604  .614  .238  .146
#   3, 0    .438  .364  .048  .051      8, .15          .542  .455  .089  .093      10, .15   .562  .455  .101  .093
UNION = 0.25
# A range, or what was and what became of it: neither figure is the value alone.
_JOINED = re.compile(r"\d\s?(?:%|per ?cent)?\s?(?:to|-|–|—)\s?[£$€]?\d")
# A figure may be this much less likely than words around it that hold more figures, and is shown before them.
_AS_WELL = 0.5


def to_answer_spans(question: Question, evidence: Iterable[Evidence], union: float = UNION) -> list[Evidence]:
    """Widen what was marked to what the form of the answer shows; best first.

    For a span and a list, names and measures come whole, dates too where it is asked when, and a pronoun becomes the
    name it stands for, or else its sentence; where a figure answers, a span becomes the figure in it. For a reason and
    a sentence, the spans of a sentence become one clause, or the sentence, as likely as that any of them is right (see
    `any_of`, which gets `union`). Of reasons nearly as likely as the best, those with words that give reasons
    ('because') are first; of sentences, those with more of the question's words, since what decides a question repeats
    it.
    """
    dates = question.answer_type == "date"
    if question.form == "list":
        return [_named(item) for item in evidence]
    if question.form == "span":
        spans = _apart((_named(item, dates=dates) for item in evidence), figure=not dates)
    else:
        spans = _by_sentence(question, evidence, union)
    return [_narrowed(item) for item in spans] if question.asks_figure else spans


def _by_sentence(question: Question, evidence: Iterable[Evidence], union: float) -> list[Evidence]:
    sentences: dict[tuple[str, Place], list[Evidence]] = {}
    for item in evidence:
        sentences.setdefault((item.article.id, item.sentence), []).append(item)
    reason = question.form == "reason"
    shown = [
        replace(_clause(own[0]) if reason else replace(own[0], place=own[0].sentence), probability=any_of(own, union))
        for own in sentences.values()
    ]
    shown.sort(key=lambda item: -item.probability)
    terms = subject_terms(question.asked)
    nearly = _NEARLY * shown[0].probability if shown else 0.0
    near = [item for item in shown if item.probability >= nearly]
    near.sort(key=lambda item: float(explains(item.said)) if reason else share(terms, item.said), reverse=True)
    return [*near, *shown[len(near) :]]


def in_passage(item: Evidence) -> tuple[str, Place, Place]:
    """Return the text of its passage, and there the offsets of its place and of its sentence."""
    passage = item.candidate.passage
    return passage.text, moved(item.place, -passage.start), moved(item.sentence, -passage.start)


def _narrowed(item: Evidence) -> Evidence:
    """Return the figure that a place gives, where it is one with far more words around it."""
    text, place, _ = in_passage(item)
    return item.at(figure(text, *place))


def any_of(items: Sequence[Evidence], union: float = UNION) -> float:
    """Return the probability that any of the places is right, in [0, 1]; each place counts once.

    They are neither one answer (then it would be the highest of their probabilities) nor independent (then the
    union's): it is what `union` says between the two.
    """
    places = {(item.article.id, item.place): item.probability for item in reversed(items)}
    some = 1 - math.prod(1 - probability for probability in places.values())
    return (1 - union) * max(places.values()) + union * some


def _apart(items: Iterable[Evidence], *, figure: bool) -> list[Evidence]:
    """Of places that overlap, keep the likeliest: the words of a sentence give one value, however much is taken of it.

    With `figure`, a place with one figure is kept before one around it that holds others as well, where it is nearly
    as likely: '7,200' of '7,200 remained, not counting 1,150', but not '2024' of '13 May 2024'. Order stays.
    """
    kept: list[Evidence] = []
    for item in items:
        over = [n for n, other in enumerate(kept) if item.overlaps(other)]
        if not over:
            kept.append(item)
        elif figure and len(over) == 1 and _says_more(kept[over[0]], item):
            kept[over[0]] = replace(kept[over[0]], place=item.place, sentence=item.sentence)
    return kept


def _says_more(long: Evidence, short: Evidence) -> bool:
    """Whether a place holds another one that gives its figure alone, and is not far likelier.

    'A toll of 70 marks instead of 45' may give '70 marks', but not '45', which 70 is only compared with.
    """
    within = long.place[0] <= short.place[0] and short.place[1] <= long.place[1]
    if not within or short.probability < _AS_WELL * long.probability or _JOINED.search(long.text):
        return False
    text, place, _ = in_passage(short)
    if compared(text, place[0] - (short.place[0] - long.place[0]), place[0]):
        return False
    return len(figures(short.text.lower()).numbers) == 1 < len(figures(long.text.lower()).numbers)


def _clause(item: Evidence) -> Evidence:
    text, place, sentence = in_passage(item)
    return item.at(clause(text, *whole(text, *place, sentence), sentence))


def _named(item: Evidence, *, dates: bool = False) -> Evidence:
    text, place, sentence = in_passage(item)
    if not is_pronoun(item.text):
        return item.at(whole(text, *place, sentence, dates=dates))
    name = referent(text, *place, item.candidate.passage.sentences)
    if name is None:
        return replace(item, place=item.sentence)
    # Both what names and what says it are cited.
    return item.at(name.place, (min(name.sentence[0], sentence[0]), sentence[1]))
