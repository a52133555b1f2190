"""The archive as the page sees it: a list to search, articles to open, files to add, articles to remove."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.archive import Archive
from ingest.article import Article, Failure
from ingest.errors import DatelineError, InputError
from ingest.filters import Filters
from ingest.pipeline import Report, add_articles
from ingest.read import read_articles
from ui.article_view import MOST_PLACES, article_view
from ui.citing import citations
from ui.present import date_words, outlet_words
from ui.uploads import Upload, stored

__all__ = ["ROWS_A_PAGE", "Library"]

ROWS_A_PAGE = 200  # drawn at once; more are a click away
MOST_REMOVED = 10_000
_OUTLETS_SHOWN = 50  # where articles have no outlet, each file is one: words find the others
_MOST_OUTLETS = 100
_LONGEST_WORDS = 200  # characters, as the page's own box takes; a million words would be looked for in each name


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    title: str
    outlet: str
    published: str | None
    searched: str  # title, outlet and date, folded


class Library:
    """What the page needs of an archive. Safe for threads: one writes at a time."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._writing = threading.Lock()
        self._listing = threading.Lock()
        self._rows: list[_Row] = []
        self._rows_of: list[int] = []

    def version(self) -> list[int]:
        """Return what changes whenever the archive has changed, by this process or another."""
        return [self.archive.generation(), len(self.archive)]

    def overview(self) -> dict[str, Any]:
        """Return the number of articles, the span of their dates in words, and the newest few."""
        rows = self._current_rows()
        dates = sorted(row.published for row in rows if row.published)
        span = f"{date_words(dates[0])} to {date_words(dates[-1])}" if dates else None
        return {
            "articles": len(rows),
            "span": span,
            "newest": [_row_view(row) for row in rows[:3]],
            "folder": str(self.archive.folder),
        }

    def page(self, wanted: object) -> dict[str, Any]:
        """Return articles whose title, outlet or date hold all words of `wanted`, newest first.

        `wanted` is {"words": text, "shown": how many the page has already}; the next 200 follow. It
        comes from the browser: what is not of this shape counts as nothing.
        """
        fields = wanted if isinstance(wanted, dict) else {}
        words = _text(fields.get("words")).casefold().split()
        rows = self._current_rows()
        first = min(max(_offset(fields.get("shown")), 0), len(rows))
        matching = [row for row in rows if all(word in row.searched for word in words)] if words else rows
        return {
            "rows": [_row_view(row) for row in islice(matching, first, first + ROWS_A_PAGE)],
            "first": first,
            "matching": len(matching),
            "articles": len(rows),
        }

    def article(self, wanted: object) -> dict[str, Any] | None:
        """Return a stored article with its cited places marked; None if there is none.

        `wanted` is {"article": id, "places": [[start, end], ...]}, from the browser; the first place opens it.
        """
        fields = wanted if isinstance(wanted, dict) else {}
        article = self.archive.article(_text(fields.get("article")))
        return article_view(article, _places(fields.get("places"))) if article else None

    def citations(self, place: object) -> dict[str, str] | None:
        """Return citations of a place, {"article": id, "start", "end"}, to be copied; None without its article."""
        fields = place if isinstance(place, dict) else {}
        article = self.archive.article(_text(fields.get("article")))
        return citations(article, _offset(fields.get("start")), _offset(fields.get("end"))) if article else None

    def outlets(self, wanted: object) -> dict[str, Any]:
        """Return the outlets whose names hold all words of `wanted`, a text from the browser; most articles first."""
        words = _text(wanted)[:_LONGEST_WORDS].casefold().split()
        matching = [
            {"name": name, "articles": articles}
            for name, articles in self.archive.outlets()
            if all(word in name.casefold() for word in words)
        ]
        return {"outlets": matching[:_OUTLETS_SHOWN], "matching": len(matching)}

    def filters(self, wanted: object) -> Filters:
        """Return the filters of `wanted`, which comes from the browser: {"outlets": names, "since", "until"}.

        Raises InputError when a date is none or an outlet is unknown.
        """
        outlets, since, until = _wanted_filters(wanted)
        if len(outlets) > _MOST_OUTLETS:
            raise InputError(f"{len(outlets):,} outlets are set, at most {_MOST_OUTLETS} can be: remove some")
        return Filters.parse(outlets, since or None, until or None, self.archive.outlets)

    def check_filters(self, wanted: object) -> dict[str, Any]:
        """Return `wanted`, as for `filters`, in words that can be removed one by one, and what is wrong with it."""
        outlets, since, until = _wanted_filters(wanted)
        chips = [{"kind": "outlets", "value": outlet, "label": outlet} for outlet in outlets[:_MOST_OUTLETS]]
        for kind, day in (("since", since), ("until", until)):
            if day:
                chips.append({"kind": kind, "value": day, "label": f"{kind.capitalize()} {date_words(day)}"})
        try:
            self.filters(wanted)
        except InputError as error:
            return {"chips": chips, "problem": str(error)}
        return {"chips": chips, "problem": None}

    def newest(self, count: int) -> list[Article]:
        """Return the newest articles."""
        return list(islice(self.archive.articles(), count))

    def add(self, uploads: Sequence[Upload]) -> Iterator[Report]:
        """Add files one by one; yield what has come of them so far after each."""
        total = Report(0, 0, 0, ())
        for upload in uploads:
            total = _joined(total, self._add_one(upload))
            yield total

    def remove(self, ids: object) -> int:
        """Remove articles; return how many. Raises InputError when an id is unknown, or ids are no ids."""
        if not isinstance(ids, list) or not all(isinstance(id_, str) for id_ in ids) or len(ids) > MOST_REMOVED:
            raise InputError(f"no list of up to {MOST_REMOVED:,} article ids: choose articles in the list")
        with self._writing:
            return self.archive.remove(ids)

    def _add_one(self, upload: Upload) -> Report:
        with self._writing:
            try:
                with self.archive.writing(), stored(upload, self.archive.folder / "uploads") as path:
                    return add_articles(self.archive, read_articles(str(path), root=path.parent))
            except DatelineError as error:
                return Report(0, 0, 0, (Failure(Path(upload.name).name or "unnamed file", str(error)),))

    def _current_rows(self) -> list[_Row]:
        """Return the list, read again only when the archive has changed, by this process or another."""
        with self._listing:
            version = self.version()
            if version != self._rows_of:
                self._rows = [_row(article) for article in self.archive.articles()]
                self._rows_of = version
            return self._rows


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _wanted_filters(value: object) -> tuple[list[str], str, str]:
    fields = value if isinstance(value, dict) else {}
    outlets = fields.get("outlets")
    names = [name for name in outlets if isinstance(name, str)] if isinstance(outlets, list) else []
    return names, _text(fields.get("since")).strip(), _text(fields.get("until")).strip()


def _offset(value: object) -> int:
    return value if isinstance(value, int) else 0


def _places(value: object) -> list[tuple[int, int]]:
    places = value[:MOST_PLACES] if isinstance(value, list) else []
    return [(_offset(place[0]), _offset(place[1])) for place in places if isinstance(place, list) and len(place) == 2]


def _row(article: Article) -> _Row:
    outlet, day = outlet_words(article), date_words(article.published)
    searched = f"{article.title} {outlet} {day} {article.published or ''}".casefold()
    return _Row(article.id, article.title, outlet, article.published, searched)


def _row_view(row: _Row) -> dict[str, Any]:
    return {"id": row.id, "title": row.title, "outlet": row.outlet, "date": date_words(row.published)}


def _joined(one: Report, two: Report) -> Report:
    return Report(
        one.added + two.added, one.changed + two.changed, one.unchanged + two.unchanged, one.failed + two.failed
    )
