"""What became of an answer: the one that stood, and the one that is given now -> the change, if it is one.

A change is one of value. Other words, another confidence or another citation for the same value are none, and neither
is what only the reader does: it may prefer now one, now the other of two old sentences.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from ingest.archive.watches import Given, Kind, Said
from qa.english.equality import same_value
from qa.types import Answer, Citation

__all__ = ["Stands", "verdict"]

Stands = Callable[[Said], bool]
"""Whether the sentence of a place still stands in its article."""

_MOST_PLACES = 6  # of a value; a list has one an item
_MOST_ITEMS = 50


def verdict(last: Given | None, answer: Answer, fresh: frozenset[str], stands: Stands) -> Given | None:
    """Return what changed between the newest answer of the history and the present one; None for no change.

    Args:
        last: The newest answer of the history; None where there was never one.
        answer: The present answer.
        fresh: The ids of the articles that came, changed or went since the question was last asked.
        stands: Says of a place of `last` whether it is still there.

    Returns:
        A row for the history, not numbered yet; its `watch` is that of `last`, or ''.
    """
    now = _given(answer)
    if last is None or last.kind == "disappeared":
        return _as(now, "appeared", last) if now else None
    if now is None:
        return _lost(last, answer, stands)
    if _same(last, now):
        return _questioned(last, now, fresh, stands)
    kind = _kind(last, now, answer, fresh, stands)
    return _as(now, kind, last) if kind else None


def _kind(last: Given, now: Given, answer: Answer, fresh: frozenset[str], stands: Stands) -> Kind | None:
    """What sort of change another value is; None where it is no news."""
    is_fresh = any(said.article in fresh for said in now.said)
    newer = _newer(now.as_of, last.as_of)
    if not any(map(stands, last.said)):
        return "changed"
    if _is_no_news(last, now, answer, stands, overtakes=is_fresh and newer):
        return None
    if _among(last, now.against):
        return "disputed"
    if newer:
        return "overtaken"
    if now.form in ("list", "reason", "sentence"):
        lost = now.form == "list" and not all(map(stands, last.said))
        return "changed" if is_fresh or lost else None
    # Old articles that give now one value, now the other differ about one day, as those do that give two at once.
    return "changed" if is_fresh and (now.as_of is None or last.as_of is None) else "disputed"


def _is_no_news(last: Given, now: Given, answer: Answer, stands: Stands, *, overtakes: bool) -> bool:
    if now.form == "list" and not _more(last, now) and all(map(stands, last.said)):
        return True  # some of the items that it had, and nothing is gone: the reader was less sure of the others
    if last.against and _among(now, last.against) and not overtakes:
        return True  # now one, now the other of values that are known to differ
    past = answer.dates is not None and (answer.dates.bounded or answer.dates.first)
    return _newer(last.as_of, now.as_of) and not past  # what an older article says


def _given(answer: Answer) -> Given | None:
    """The answer as a row, its rivals of the same day beside it; None where there is no value."""
    if not answer.found or answer.form == "summary":
        return None
    if answer.form == "list":
        said = tuple(_said_by(citation.quote, citation) for citation in answer.citations[:_MOST_ITEMS])
    else:
        said = tuple(_said_by(answer.text, citation) for citation in answer.citations[:_MOST_PLACES])
    against = tuple(
        _said_by(other.text, citation)
        for other in answer.others
        if other.relation == "disputed"
        for citation in other.citations[:_MOST_PLACES]
    )
    return Given(0, "", "first", int(time.time()), answer.text, answer.as_of, answer.form, said, against)


def _said_by(value: str, citation: Citation) -> Said:
    """Return a citation as the history keeps it."""
    article = citation.article
    return Said(
        value, citation.quote, citation.start, citation.end, citation.sentence, citation.sentence_start,
        citation.sentence_end, citation.as_of, article.id, article.title, article.source, article.outlet,
        article.published, article.url,
    )  # fmt: skip


def _as(now: Given, kind: Kind, last: Given | None) -> Given:
    """The row with its kind. A disputed one keeps the values that it may be, so that each is told once."""
    if kind == "disputed" and last is not None:
        others = [said for said in (*now.against, *last.said, *last.against) if not _is(said, now)]
        now = replace(now, against=tuple(dict.fromkeys(others))[: 2 * _MOST_PLACES])
    return replace(now, kind=kind, watch=last.watch if last else "")


def _lost(last: Given, answer: Answer, stands: Stands) -> Given | None:
    """That nothing gives the value any more; a sentence that still stands and is less sure today is no such thing."""
    if answer.missing == "premise" or not any(map(stands, last.said)):
        return Given(0, last.watch, "disappeared", int(time.time()), None, None, "", ())
    return None


def _questioned(last: Given, now: Given, fresh: frozenset[str], stands: Stands) -> Given | None:
    """The value is the same: whether it is now disputed, or no more."""
    new = [said for said in now.against if said.article in fresh and not any(_alike(said, old) for old in last.against)]
    if new:
        return _as(now, "disputed", last)
    if last.against and not now.against and not any(map(stands, last.against)):
        return _as(now, "changed", last)
    return None


def _same(last: Given, now: Given) -> bool:
    if "list" in (last.form, now.form):
        return not _more(last, now) and not _more(now, last)
    if now.form in ("reason", "sentence") and any(_overlap(one, other) for one in last.said for other in now.said):
        return True
    return same_value(last.value or "", now.value or "")


def _more(last: Given, now: Given) -> bool:
    """Whether there is an item now that there was not."""
    return any(not any(same_value(item.value, old.value) for old in last.said) for item in now.said)


def _is(said: Said, given: Given) -> bool:
    return same_value(said.value, given.value or "")


def _among(given: Given, places: Iterable[Said]) -> bool:
    return any(_is(said, given) for said in places)


def _alike(one: Said, other: Said) -> bool:
    return same_value(one.value, other.value)


def _overlap(one: Said, other: Said) -> bool:
    return one.article == other.article and one.start < other.end and other.start < one.end


def _newer(one: str | None, other: str | None) -> bool:
    """Whether a day is later than another, as far as both are known: '2025-03' is not later than '2025'."""
    if one is None or other is None:
        return False
    known = min(len(one), len(other))
    return one[:known] > other[:known]
