"""The worst misses of a suite, as records for the report: what was asked, what is right, what was said and cited.

A row's gold and trace are JSON whose form each suite chooses; what is not there, or not as expected, is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.report.tables import label
from eval.scores.stages import NOT_JUDGED, Stage
from eval.suite import Row

__all__ = ["Cited", "Miss", "worst"]

_MOST_TEXT = 400
_MOST_ITEMS = 4
_MOST_CITED = 2
# Of gold: in places of their own, or ids that say nothing to a reader.
_OWN_PLACE = frozenset({"answers", "history", "kind", "relevant", "article", "articles", "passages", "places"})
_NAMES = {"others": "other values", "planted": "planted as false", "rewrite": "as rewritten", "sentences": "evidence"}


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence of an article, in three pieces of which the middle one is marked, and where it stands."""

    before: str
    words: str
    after: str
    title: str
    published: str | None
    outlet: str | None


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was lost.

    Attributes:
        history: The turns before it: question and answer, each or None.
        asked: What was searched for instead, or None where that is the question itself.
        gold: What is right: (about what, the words).
        answer: What was said, or None where nothing was.
        found: Whether that is an answer; not that the articles do not say.
        confidence: In [0, 1], or None.
        best: Of a refused question, the best span that was not shown.
        cited: The sentences cited, or nearest where none was.
        facts: What else is known: (about what, the words).
    """

    id: str
    part: str
    stage: str
    question: str
    history: tuple[tuple[str | None, str | None], ...]
    asked: str | None
    gold: tuple[tuple[str, str], ...]
    answer: str | None
    found: bool
    confidence: float | None
    best: str | None
    cited: tuple[Cited, ...]
    facts: tuple[tuple[str, str], ...]


def worst(rows: Sequence[Row], most: int) -> list[Miss]:
    """Return up to `most` of the rows that were lost: the product's own faults first, the surest of them first.

    Its own fault is every miss but one: that nothing was said because the archive does not hold the answer.
    """
    misses = [_miss(row) for row in rows if row.stage not in (None, NOT_JUDGED)]
    return sorted(misses, key=_badness)[:most]


def _badness(miss: Miss) -> tuple[bool, float, str]:
    excused = miss.stage == Stage.NOT_IN_ARCHIVE and not miss.found
    return excused, -(miss.confidence or 0.0), miss.id


def _miss(row: Row) -> Miss:
    answer = _mapping(row.trace.get("answer"))
    found = bool(answer.get("found", True))
    asked = _text(row.trace.get("asked"))
    return Miss(
        id=row.id,
        part=row.part,
        stage=str(row.stage),
        question=_short(row.question),
        history=tuple(_turns(row.gold.get("history") or row.trace.get("history"))),
        asked=asked if asked and asked != " ".join(row.question.split()) else None,
        gold=tuple(_gold(row.gold)),
        answer=_text(answer.get("text") or row.trace.get("text")),
        found=found,
        confidence=_share(answer.get("confidence")),
        best=None if found else _best(row.trace),
        cited=tuple(_cited(answer))[:_MOST_CITED],
        facts=tuple(_facts(row.trace)),
    )


def _gold(gold: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    answers = gold.get("answers")
    said = {str(key): _said(value) for key, value in gold.items() if key not in _OWN_PLACE}
    evidence = [(_NAMES.get(key, label(key)), text) for key, text in said.items() if text]
    if answers:
        yield "right answer", _said(answers) or ""
    elif isinstance(answers, list) and not evidence:
        yield "right answer", "none: the articles do not say"
    yield from evidence


def _said(value: Any) -> str | None:
    """Words, a list of words, or a list of records with a text; None of anything else."""
    if isinstance(value, list):
        said = [text for item in value if (text := _said(item))]
        more = len(said) - _MOST_ITEMS
        return " | ".join(said[:_MOST_ITEMS]) + (f" | and {more} more" if more > 0 else "") if said else None
    if isinstance(value, Mapping):
        return _text(value.get("text") or value.get("sentence"))
    return None if isinstance(value, bool) else _text(value)


def _turns(history: Any) -> Iterator[tuple[str | None, str | None]]:
    for turn in history if isinstance(history, list) else ():
        if isinstance(turn, Mapping):
            yield _text(turn.get("question")), _text(turn.get("answer"))
        elif isinstance(turn, list) and len(turn) == 2:
            yield _text(turn[0]), _text(turn[1])
        else:
            yield _text(turn), None


def _cited(answer: Mapping[str, Any]) -> Iterator[Cited]:
    for citation in map(_mapping, answer.get("citations") or answer.get("nearest") or ()):
        sentence, quote = _text(citation.get("sentence")) or "", str(citation.get("quote") or "")
        before, words, after = _marked(sentence, quote, citation)
        article = _mapping(citation.get("article"))
        date, outlet = _text(article.get("published")), _text(article.get("outlet"))
        yield Cited(before, words, after, _text(article.get("title")) or "untitled", date, outlet)


def _marked(sentence: str, quote: str, citation: Mapping[str, Any]) -> tuple[str, str, str]:
    """Where the offsets say the quote is; if it is not there (a wrong citation), where it stands, if anywhere."""
    start, first = citation.get("start"), citation.get("sentence_start")
    place = start - first if isinstance(start, int) and isinstance(first, int) else -1
    if quote == sentence:  # nearest sentences: there is nothing to single out
        return sentence, "", ""
    if not quote or place < 0 or sentence[place : place + len(quote)] != quote:
        place = sentence.find(quote) if quote else -1
    if place < 0:
        return sentence, "", ""
    return sentence[:place], quote, sentence[place + len(quote) :]


def _best(trace: Mapping[str, Any]) -> str | None:
    read = trace.get("read")
    return _text(_mapping(read[0]).get("text")) if isinstance(read, list) and read else None


def _facts(trace: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    ranks = _mapping(trace.get("ranks"))
    if ranks:
        said = (f"{label(str(way))} {'none' if rank is None else rank}" for way, rank in ranks.items())
        yield "rank of the right one", ", ".join(said)
    for way, words in _mapping(trace.get("queries")).items():
        if text := _text(words):
            yield f"searched, {label(str(way))}", text
    if not trace.get("answer") and isinstance(trace.get("retrieved"), list):
        titles = [_text(_mapping(item).get("title")) for item in trace["retrieved"]]
        first = list(dict.fromkeys(title for title in titles if title))[:_MOST_ITEMS]
        if first:
            yield "found first", " | ".join(first)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    return _short(str(value)) if isinstance(value, str | int | float) and str(value) else None


def _share(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


def _short(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else text[:_MOST_TEXT].rstrip() + " …"
