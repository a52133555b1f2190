"""Answer -> what a page shows. Pure functions; every value is plain text, drawn as text, never as HTML.

Offsets are cut here, never in the browser: Python counts code points, JavaScript UTF-16 units.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from ingest.article import Article
from qa.types import Answer, ArticleRef, Citation, Other

__all__ = ["answer_view", "article_view", "by_sentence", "date_words", "marked", "outlet_words", "safe_link"]

DATE_UNKNOWN = "date unknown"
_MONTHS = ("January February March April May June July August September October November December").split()

Segment = dict[str, str | bool]


def date_words(published: str | None) -> str:
    """Return '14 March 2026' for '2026-03-14', and 'date unknown' for None."""
    if published is None:
        return DATE_UNKNOWN
    try:
        day = date.fromisoformat(published)
    except ValueError:  # a record may know only a year or a month
        return published
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def outlet_words(article: Article | ArticleRef) -> str:
    """Return who published the article; where that is unknown, where it came from."""
    return article.outlet or article.source


def safe_link(url: str | None) -> str | None:
    """Return the URL if a click on it only opens a page (http or https), else None."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def marked(text: str, start: int, end: int) -> list[Segment]:
    """Cut `text` into {"text", "mark"} segments, of which text[start:end] is marked.

    Offsets outside the text are clipped to it. Joined, the segments are the text; none is empty.
    """
    start, end = (min(max(offset, 0), len(text)) for offset in (start, end))
    cuts = [(0, start, False), (start, end, True), (end, len(text), False)]
    return [{"text": text[low:high], "mark": mark} for low, high, mark in cuts if low < high]


def answer_view(answer: Answer) -> dict[str, Any]:
    """Return what the chat and its sources panel show of an answer.

    `searched` is the stand-alone question where it differs from the one that was asked, else None. `parts` are
    the sentences of a summary or the items of a list, each with its citation; empty for every other form, of which
    `text` is shown. `sources` are the citations again, those of one sentence together: `numbers` are theirs.
    """
    mark = answer.form not in ("sentence", "summary")  # of a whole sentence a mark says nothing
    return {
        "question": answer.question,
        "searched": answer.asked if answer.asked.strip() != answer.question.strip() else None,
        "found": answer.found,
        "form": answer.form,
        "text": answer.text,
        "parts": _parts(answer),
        "reason": answer.reason,
        "seconds": f"{answer.seconds.total:.2f} s",
        "byline": _byline(answer.citations),
        "citations": [_source(citation, mark=mark) for citation in answer.citations],
        "sources": [_together(group, mark=mark) for group in by_sentence(answer.citations)],
        "others": [_other(other) for other in answer.others],
        "nearest": [_source(citation, mark=False) for citation in answer.nearest],
    }


def _parts(answer: Answer) -> list[dict[str, Any]]:
    if not answer.found or answer.form not in ("list", "summary"):
        return []
    return [{"text": citation.quote, "citations": [_source(citation)]} for citation in answer.citations]


def article_view(article: Article, start: int, end: int) -> dict[str, Any]:
    """Return the stored article as paragraphs of segments, with text[start:end] marked."""
    return {
        "title": article.title,
        "byline": f"{outlet_words(article)}, {date_words(article.published)}",
        "link": safe_link(article.url),
        "paragraphs": [
            marked(article.text[low:high], start - low, end - low) for low, high in _paragraphs(article.text)
        ],
    }


def _byline(citations: Sequence[Citation]) -> str | None:
    """Return outlet and date of the first citation, and how many other articles say the same."""
    if not citations:
        return None
    first = citations[0].article
    more = len({citation.article.id for citation in citations}) - 1
    also = f", and {more} more article{'s' if more > 1 else ''}" if more else ""
    return f"{outlet_words(first)}, {date_words(first.published)}{also}"


def _source(citation: Citation, *, mark: bool = True) -> dict[str, Any]:
    low = citation.sentence_start
    return {
        "number": citation.number,
        "article": citation.article.id,
        "title": citation.article.title,
        "outlet": outlet_words(citation.article),
        "date": date_words(citation.article.published),
        "start": citation.start,
        "end": citation.end,
        "sentence": marked(
            citation.sentence, citation.start - low, citation.end - low if mark else citation.start - low
        ),
    }


def by_sentence(citations: Sequence[Citation]) -> list[list[Citation]]:
    """Group the citations of one sentence, in the order of the first of each: items of a list often share theirs."""
    groups: dict[tuple[str, int, int], list[Citation]] = {}
    for citation in citations:
        key = citation.article.id, citation.sentence_start, citation.sentence_end
        groups.setdefault(key, []).append(citation)
    return list(groups.values())


def _together(citations: Sequence[Citation], *, mark: bool) -> dict[str, Any]:
    """Return the source of citations of one sentence, with every quote marked; quotes do not overlap."""
    first = citations[0]
    low, at = first.sentence_start, 0
    segments: list[Segment] = []
    for citation in sorted(citations, key=lambda c: c.start) if mark else []:
        start, end = citation.start - low, citation.end - low
        segments += marked(first.sentence[at:end], start - at, end - at)
        at = end
    segments += marked(first.sentence[at:], 0, 0)
    return {**_source(first, mark=mark), "numbers": [citation.number for citation in citations], "sentence": segments}


def _other(other: Other) -> dict[str, Any]:
    outlets = dict.fromkeys(outlet_words(citation.article) for citation in other.citations)
    return {
        "text": other.text,
        "date": date_words(other.published),
        "outlets": ", ".join(outlets),
        "citations": [_source(citation) for citation in other.citations],
    }


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the paragraphs: what stands between blank lines."""
    ends = [-2, *(at for at in range(len(text)) if text.startswith("\n\n", at)), len(text)]
    return [(low + 2, high) for low, high in pairwise(ends) if text[low + 2 : high].strip()]
