"""Answer -> what a page shows. Pure functions; every value is plain text, drawn as text, never as HTML.

Offsets are cut here, never in the browser: Python counts code points, JavaScript UTF-16 units.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from ingest.address import parted
from ingest.article import Article
from ingest.filters import ALL_ARTICLES, Filters
from qa.types import (
    Answer,
    ArticleRef,
    Citation,
    DatesAsked,
    Hidden,
    Missing,
    Other,
    Relation,
    Searched,
    Sentence,
    Writing,
)
from ui.views.confidence import confidence_view

__all__ = [
    "answer_view",
    "by_sentence",
    "date_words",
    "dates_words",
    "filter_words",
    "marked",
    "outlet_words",
    "period_words",
    "safe_link",
    "searched_view",
    "writing_view",
]

DATE_UNKNOWN = "date unknown"
_LONGEST_NAME = 300  # characters of a title or an outlet beside an answer; the article itself shows the whole
_MONTHS = ("January February March April May June July August September October November December").split()
_RELATIONS: dict[Relation, str] = {
    "disputed": "On the same day others say",
    "related": "In the same range",
}
_MISSING: dict[Missing, str] = {
    "subject": "Nothing on this subject",
    "fact": "The subject is there, this fact is not",
    "dates": "Nothing for these dates",
    "filters": "Nothing within your filters",
    "premise": "The articles say otherwise",
}

Segment = dict[str, str | bool]


def date_words(day: str | None) -> str:
    """Return '14 March 2026' for '2026-03-14', 'March 2026' for '2026-03', and 'date unknown' for None."""
    if day is None:
        return DATE_UNKNOWN
    try:
        if len(day) == len("2026-03"):
            first = date.fromisoformat(f"{day}-01")
            return f"{_MONTHS[first.month - 1]} {first.year}"
        whole = date.fromisoformat(day)
    except ValueError:  # only a year
        return day
    return f"{whole.day} {_MONTHS[whole.month - 1]} {whole.year}"


def period_words(since: str | None, until: str | None) -> str | None:
    """Return the days from `since` to `until`, both YYYY-MM-DD, in the fewest words: '2011', 'since 4 March 2011'.

    None is an open side; with two of them there is nothing to say, and None is returned.
    """
    if since is None or until is None:
        return f"since {date_words(since)}" if since else f"until {date_words(until)}" if until else None
    after = (date.fromisoformat(until) + timedelta(days=1)).isoformat() if until < "9999" else until
    if since.endswith("-01-01") and after.endswith("-01-01"):
        since, until = since[:4], until[:4]
    elif since.endswith("-01") and after.endswith("-01"):
        since, until = since[:7], until[:7]
    return date_words(since) if since == until else f"{date_words(since)} to {date_words(until)}"


def dates_words(dates: DatesAsked) -> str:
    """Return the days that a question asks about, and the words that say so: '2011 (“in 2011”)'."""
    which = "the newest value" if dates.latest else "the oldest value" if dates.first else None
    days = ", ".join(filter(None, (period_words(dates.since, dates.until), which)))
    return f"{days} (“{dates.words}”)" if dates.words and days else days or dates.words


def filter_words(filters: Filters) -> str | None:
    """Return the filters in a row, 'Harbour Weekly, Gazette, 2011'; None when nothing is left out."""
    return ", ".join(filter(None, (*filters.outlets, period_words(filters.since, filters.until)))) or None


def outlet_words(article: Article | ArticleRef) -> str:
    """Return who published the article; where that is unknown, where it came from."""
    return article.outlet or article.source


def safe_link(url: str | None) -> str | None:
    """Return the URL if a click on it only opens a page (http or https), else None."""
    if url is None:
        return None
    parts = parted(url)
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def marked(text: str, start: int, end: int) -> list[Segment]:
    """Cut `text` into {"text", "mark"} segments, of which text[start:end] is marked.

    Offsets outside the text are clipped to it. Joined, the segments are the text; none is empty.
    """
    start, end = (min(max(offset, 0), len(text)) for offset in (start, end))
    cuts = [(0, start, False), (start, end, True), (end, len(text), False)]
    return [{"text": text[low:high], "mark": mark} for low, high, mark in cuts if low < high]


def answer_view(answer: Answer, filters: Filters = ALL_ARTICLES) -> dict[str, Any]:
    """Return what the chat and its sources panel show of an answer to a question asked with `filters`.

    `searched` is the stand-alone question where it differs from the one that was asked, else None. `parts` are
    the sentences of a summary or the items of a list, each with its citation; empty for every other form, of which
    `text` is shown. `sources` are the citations again, those of one sentence together: `numbers` are theirs.
    `timeline` holds the answer and the values that differ from it; it is empty when there are none. `missing` says
    in a few words why nothing was found, `reason` in a sentence. `confidence` is that of ui/views/confidence.py. Of an
    LLM's words `parts` are the sentences that are supported, `struck` the others with the reason, and `written` says
    whose they are; `unwritten` says why its words are not shown.
    """
    mark = not answer.writer and answer.form not in ("sentence", "summary")  # of a whole sentence a mark says nothing
    return {
        "question": answer.question,
        "asked": answer.asked,
        "searched": answer.asked if answer.asked.strip() != answer.question.strip() else None,
        "found": answer.found,
        "form": answer.form,
        "text": answer.text,
        "parts": _parts(answer),
        "missing": None if answer.found or answer.missing is None else _missing(answer.missing, answer.dates),
        "reason": answer.reason,
        "dates": dates_words(answer.dates) if answer.dates and answer.missing != "dates" else None,
        "filters": filter_words(filters),
        "hidden": _hidden(answer.hidden) if answer.hidden else None,
        "readings": [{"label": reading.label, "question": reading.question} for reading in answer.readings],
        "seconds": f"{answer.seconds.total:.2f} s",
        "byline": _byline(answer),
        "as_of": date_words(answer.as_of) if answer.as_of else None,
        "confidence": confidence_view(answer),
        "citations": [_source(citation, mark=mark) for citation in answer.citations],
        "sources": [_together(group, mark=mark) for group in by_sentence(answer.citations)],
        "timeline": [_row(answer, other) for other in _timeline(answer)] if answer.others else [],
        "nearest": [_source(citation, mark=False) for citation in answer.nearest],
        "written": _written(answer.writer) if answer.writer else None,
        "struck": _struck(answer.sentences),
        "unwritten": answer.unwritten,
    }


def searched_view(searched: Searched) -> dict[str, Any]:
    """Return what is shown while the answer is looked for: the articles of which passages are read."""
    return {"asked": searched.asked, "articles": [_reference(article) for article in searched.articles]}


def writing_view(writing: Writing, filters: Filters = ALL_ARTICLES) -> dict[str, Any]:
    """Return what is shown while an LLM writes: the answer without it, and its sentences so far, as `answer_view`."""
    return {
        "writer": writing.writer,
        "answer": answer_view(writing.answer, filters),
        "parts": _sentences(writing.sentences),
        "struck": _struck(writing.sentences),
    }


def _written(writer: str) -> str:
    return f"Written by {writer}, checked sentence by sentence"


def _sentences(sentences: Sequence[Sentence]) -> list[dict[str, Any]]:
    """Return the sentences that are supported, as parts."""
    told = [sentence for sentence in sentences if sentence.supported]
    return [{"text": one.text, "citations": [_source(c, mark=False) for c in one.citations]} for one in told]


def _struck(sentences: Sequence[Sentence]) -> list[dict[str, Any]]:
    struck = [sentence for sentence in sentences if not sentence.supported]
    return [
        {"text": one.text, "why": one.why, "citations": [_source(c, mark=False) for c in one.citations]}
        for one in struck
    ]


def _timeline(answer: Answer) -> Iterator[Other | None]:
    """Yield the values that differ from the answer, newest first, unknown dates last; None where it stands itself.

    Of one day the answer comes first, then what is disputed with it. A month or a year counts as its first day.
    """
    lead = answer.as_of or ""

    def newest_first(other: Other | None) -> tuple[str, bool, bool]:
        if other is None:
            return lead, True, True
        disputed = other.relation == "disputed"
        return lead if disputed else other.as_of or "", disputed, False

    own = () if answer.writer else (None,)  # an LLM's words are no value; the others then have them all
    yield from sorted((*own, *answer.others), key=newest_first, reverse=True)


def _parts(answer: Answer) -> list[dict[str, Any]]:
    if answer.writer:
        return _sentences(answer.sentences)
    if not answer.found or answer.form not in ("list", "summary"):
        return []
    return [{"text": citation.quote, "citations": [_source(citation)]} for citation in answer.citations]


def _byline(answer: Answer) -> str | None:
    """Return as of when the answer holds, outlet and date of its first citation, and how many others say the same.

    A date that is both the answer's and its article's is said once.
    """
    if not answer.citations or answer.writer:
        return None
    first = answer.citations[0].article
    origin = outlet_words(first)
    if answer.as_of is None or answer.as_of != first.published:
        origin += f", {date_words(first.published)}"
    more = len({citation.article.id for citation in answer.citations}) - 1
    if more and answer.sources < 2:
        origin += f", and {more} more article{'s' if more > 1 else ''}"
    as_of = f"as of {date_words(answer.as_of)}" if answer.as_of else None
    return " · ".join(filter(None, (as_of, origin, _support(answer.sources))))


def _support(sources: int) -> str | None:
    return f"{sources:,} sources" if sources > 1 else None


def _missing(missing: Missing, dates: DatesAsked | None) -> str | None:
    words = _MISSING.get(missing)
    return f"{words}: {dates_words(dates)}" if missing == "dates" and dates else words


def _hidden(hidden: Hidden) -> dict[str, Any]:
    return {
        "text": hidden.text,
        "article": hidden.article.id,
        "title": _cut(hidden.article.title),
        "date": date_words(hidden.article.published),
    }


def _reference(article: ArticleRef) -> dict[str, Any]:
    return {
        "article": article.id,
        "title": _cut(article.title),
        "outlet": _cut(outlet_words(article)),
        "date": date_words(article.published),
        "url": safe_link(article.url),
    }


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _source(citation: Citation, *, mark: bool = True) -> dict[str, Any]:
    low = citation.sentence_start
    return {
        "number": citation.number,
        **_reference(citation.article),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "sentence_start": citation.sentence_start,
        "sentence_end": citation.sentence_end,
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


def _row(answer: Answer, other: Other | None) -> dict[str, Any]:
    """Return what the timeline shows of a value: of the answer itself for None."""
    value: Answer | Other = other or answer
    relation = _RELATIONS.get(other.relation) if other else None
    outlets = dict.fromkeys(outlet_words(citation.article) for citation in value.citations)
    return {
        "leads": other is None,
        "text": value.text,
        "date": date_words(value.as_of) if value.as_of else None,
        "relation": relation,
        "outlets": ", ".join(outlets),
        "support": _support(value.sources),
        "citations": [_source(citation) for citation in value.citations],
    }
