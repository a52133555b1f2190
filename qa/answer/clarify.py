"""What an unclear question may mean: 'when was he arrested?' with no chat, of an archive with two arrests.

Asked only when it is plain: a question that names its subject is never unclear, nor one that fits one article.
"""

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.archive import Archive
from ingest.article import Article
from qa.answer.compose import UNTIMED
from qa.answer.spans import in_passage
from qa.english.wording import names
from qa.english.words import search_terms, share, subject_terms
from qa.question.ellipsis import bracketed, capitalised
from qa.question.parse import Question
from qa.question.pronouns import outside_pronoun, replaced
from qa.question.topic import is_person, named, part, words_in
from qa.read.evidence import Evidence
from qa.types import Answer, Reading, Turn

__all__ = ["UNCLEAR", "ask_back", "readings"]

UNCLEAR = "Which one do you mean?"
_MOST = 3
# A reading's best span is at least this part as likely as the best of all: else the best is what is meant.
_NEARLY = 0.6
# The least probability of a span: what is below is no reading but noise. Set with the weights of before
# (qa/read/score.py).
_LEAST = 0.07
# Of the words of the question, the part that the sentence of a reading has, one before and one after it included.
_SAID = 0.6
_ARTICLE_CHARACTERS = 20_000
_TITLE_CHARACTERS = 100
_NO_BRACKETS = str.maketrans("()", ",,")
_GENDER = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "hers": "f"}
_PRONOUN = re.compile(r"\b(?:he|him|his|she|hers|her)\b")
_DEFINITE = re.compile(
    r"\bthe (?!(?:first|last|latest|next|most|best|worst|biggest|largest|highest|lowest|same|only|number|names?"
    r"|reason|cause|price|cost|total|average|world|list|rest|other|others|capital|size|age|date|day|year|time|end)\b)"
    r"(?P<what>[a-z][\w'’-]*)(?! (?:of|in|at|on|for|from|to|between|against|that|who|which|near|with|by|over)\b)",
)


@dataclass(frozen=True, slots=True)
class _Fit:
    """An article that a question fits, and who or what of it the question would mean."""

    article: Article
    name: str


def ask_back(question: Question, meant: Sequence[Reading]) -> Answer:
    """Make the Answer to a question that may mean several things: what those are."""
    return Answer(
        question=question.text,
        asked=question.asked,
        found=False,
        text=UNCLEAR,
        confidence=0.0,
        citations=(),
        others=(),
        nearest=(),
        reason="The question fits more than one person or event in the articles.",
        seconds=UNTIMED,
        form=question.form,
        dates=question.dates,
        missing="unclear",
        readings=tuple(meant),
    )


def readings(
    question: str, history: Sequence[Turn], evidence: Sequence[Evidence], archive: Archive
) -> tuple[Reading, ...]:
    """Return the two or three things that a question may mean, the likeliest first; () when it is clear.

    A question is unclear when no chat goes before it, it names nothing, it leans on a pronoun or on a definite thing
    ('the merger'), and its best spans stand in different articles about different people or things, none of which
    the other article names, and none far ahead. A turn without an answer is no chat, unless it names whom a pronoun
    may mean. Whole articles are read of such a question alone: who else is in them decides.

    Args:
        question: As it was asked.
        history: The turns before it.
        evidence: What was marked for it, best first.
        archive: Where the articles are.
    """
    pronoun = outside_pronoun(question)
    thing = None if pronoun else _definite(question)
    if named(question) or not (pronoun or thing):
        return ()
    if any(turn.answer or (pronoun and named(turn.question)) for turn in history if search_terms(turn.question)):
        return ()
    if not subject_terms(question):
        return ()
    personal = bool(pronoun and pronoun[0].lower() in _GENDER)
    fits: list[_Fit] = []
    for fit in _fits(question, evidence, archive, thing, personal):
        if len(fits) < _MOST and all(_apart(fit, other) for other in fits):
            fits.append(fit)
    if len(fits) < 2:
        return ()
    return tuple(_reading(question, pronoun if personal else None, fit) for fit in fits)


def _reading(question: str, pronoun: re.Match[str] | None, fit: _Fit) -> Reading:
    """Name the person, or else the article: of an event, its headline says most."""
    if pronoun:
        return Reading(fit.name, replaced(question, pronoun, fit.name))
    title = " ".join(fit.article.title.translate(_NO_BRACKETS).split())
    return Reading(
        title, bracketed(capitalised(question), textwrap.shorten(title, _TITLE_CHARACTERS, placeholder=" …"))
    )


def _definite(question: str) -> str | None:
    """Return the definite thing that a question is about: 'merger' of 'who approved the merger?'"""
    found = _DEFINITE.search(question)
    return found["what"] if found else None


def _fits(
    question: str, evidence: Sequence[Evidence], archive: Archive, thing: str | None, personal: bool
) -> Iterator[_Fit]:
    """Yield the articles that a question fits, each once, the likeliest first."""
    least = max(_LEAST, _NEARLY * evidence[0].probability) if evidence else 1.0
    terms = subject_terms(question)
    seen: set[str] = set()
    for item in evidence:
        passage = item.candidate.passage
        if item.probability < least or item.article.id in seen or share(terms, _around(item)) < _SAID:
            continue
        if thing and share(subject_terms(thing), f"{passage.title} {passage.text}") < 1:
            continue
        article = archive.article(item.article.id)
        if article and (name := _person(item, article, question) if personal else _thing(item, article)):
            seen.add(article.id)
            yield _Fit(article, name)


def _around(item: Evidence) -> str:
    """Return the words of a span's sentence and of those beside it."""
    text, (start, end), _ = in_passage(item)
    spans = item.candidate.passage.sentences
    here = [n for n, (low, high) in enumerate(spans) if low < end and start < high] or [0]
    return text[spans[max(0, here[0] - 1)][0] : spans[min(len(spans) - 1, here[-1] + 1)][1]]


def _person(item: Evidence, article: Article, question: str) -> str | None:
    """Return the whole name of the person whom the span's sentence, or the nearest before it, is about."""
    passage = item.candidate.passage
    pronouns = Counter(_GENDER[word] for word in _PRONOUN.findall(passage.text.lower()))
    asked = _GENDER[next(iter(_PRONOUN.findall(question.lower())))]
    if pronouns and not pronouns[asked]:
        return None
    known = named(article.text[:_ARTICLE_CHARACTERS])
    answer = words_in(item.text)
    end = item.span.end - passage.start
    for low, high in reversed([sentence for sentence in passage.sentences if sentence[0] < end]):
        for place in names(passage.text, (low, min(high, end))):
            short = passage.text[slice(*place)]
            whole = max((name for name in known if name.split()[-1] == short.split()[-1]), key=len, default=short)
            if " " in whole and is_person(whole, article.text) and not words_in(whole) & answer:
                return whole
    return None


def _thing(item: Evidence, article: Article) -> str | None:
    """Return the name that tells an article from others: of its title and the span's sentence, not the answer."""
    passage = item.candidate.passage
    answer, around = words_in(item.text), words_in(_around(item))
    title = words_in(passage.title)
    small = {word for word in article.text[:_ARTICLE_CHARACTERS].split() if word.islower()}
    best, weight = None, 0.0
    for name in [*named(passage.title), *named(passage.text)]:
        words = words_in(name)
        own = 2 * part(words, title) + part(words, around) + 0.1 * min(5, passage.text.count(name))
        if own > weight and not words & answer and name.lower() not in small:
            best, weight = name, own
    return best


def _apart(one: _Fit, other: _Fit) -> bool:
    """Whether two articles are about different things: neither says the other's name."""
    return not any(
        re.search(rf"\b{re.escape(a.name.split()[-1])}\b", f"{b.article.title} {b.article.text}")
        for a, b in ((one, other), (other, one))
    )
