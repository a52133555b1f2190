"""The archive as the page sees it: a list to look through, articles to open, to add and to remove."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from typing import Any

from ingest.archive import Archive
from ingest.archive.holdings import Found
from ingest.article import Article
from ingest.errors import InputError
from ingest.filters import Filters
from ui.views.article_view import MOST_PLACES, article_view
from ui.views.citing import citations
from ui.views.present import date_words, marked
from ui.views.shelves import SORTS, Chosen, Row, chosen, picture, row
from ui.web.adding import Adding, Progress
from ui.web.conversation import words_of
from ui.web.removing import Removed

__all__ = ["ROWS_A_PAGE", "Library"]

ROWS_A_PAGE = 100  # drawn at once; the others are on further pages
MOST_REMOVED = 10_000
_LATELY = 5
_LOOKED_KEPT = 4  # lists: of 100,000 articles, found by words, each takes some 10 MB
_COPIES_SHOWN = 20  # of one story; an agency's may stand in hundreds of newspapers
_OUTLETS_SHOWN = 50  # where articles have no outlet, each file is one: words find the others
_MOST_OUTLETS = 100
_LONGEST_TEXT = 1000  # characters of a name or an id from the browser
_LONGEST_WORDS = 200  # characters, as the page's own box takes; a million words would be looked for in each name
_AROUND = 90  # characters shown before and after words found in a text


@dataclass(frozen=True, slots=True)
class _Looked:
    """What came of looking through `rows`."""

    rows: list[Row]
    found: Found
    matching: list[Row]
    picture: dict[str, Any]


class Library:
    """What the page needs of an archive. Safe for threads: one writes at a time."""

    def __init__(self, archive: Archive, *, private: bool = False) -> None:
        """Show an archive; `private` is as of `Adding`."""
        self.archive = archive
        self._writing = threading.Lock()
        self.adding = Adding(archive, self._writing, private=private)
        self._removed = Removed()
        self._listing = threading.Lock()
        self._rows: list[Row] = []
        self._looked: dict[Chosen, _Looked] = {}
        self._rows_of: int | None = None

    def version(self) -> int:
        """Return what changes whenever the archive has changed, by this process or another."""
        return self.archive.changes()

    def overview(self) -> dict[str, Any]:
        """Return the number of articles, the span of their dates in words, the newest few, and the version of all."""
        version = self.version()
        rows = self._current_rows()
        dates = [one.holding.published for one in rows if one.holding.published]
        span = f"{date_words(min(dates))} to {date_words(max(dates))}" if dates else None
        return {
            "version": version,
            "articles": len(rows),
            "span": span,
            "newest": [_row_view(one) for one in rows[:3]],
            "folder": str(self.archive.folder),
        }

    def page(self, wanted: object) -> dict[str, Any]:
        """Return 100 of the articles that are wanted, and a picture of all.

        `wanted` is {"words", "outlet", "since", "until", "undated", "sort", "first": how many to pass over}. It
        comes from the browser: what is not of this shape counts as nothing, and a date that is none is a `problem`.
        """
        fields = wanted if isinstance(wanted, dict) else {}
        try:
            choice, problem = _choice(fields), None
        except InputError as error:
            choice, problem = _choice({**fields, "since": "", "until": ""}), str(error)
        looked = self._look_up(choice)
        rows, matching = looked.rows, looked.matching
        first = min(max(_offset(fields.get("first")), 0), max(len(matching) - 1, 0)) // ROWS_A_PAGE * ROWS_A_PAGE
        drawn = matching[first : first + ROWS_A_PAGE]
        lately = nlargest(_LATELY, (one for one in rows if one.holding.added), key=lambda one: one.holding.added or 0)
        return {
            "rows": self._drawn(drawn, choice.words, looked.found.passages),
            "first": first,
            "matching": len(matching),
            "articles": len(rows),
            "problem": problem,
            "whole": looked.found.whole,
            "picture": looked.picture,
            "lately": [_row_view(one) for one in lately],
        }

    def matching_ids(self, wanted: object) -> list[str]:
        """Return the ids of up to 10,000 articles that are wanted, as for `page`."""
        choice = _choice(wanted if isinstance(wanted, dict) else {})
        return [one.holding.id for one in self._look_up(choice).matching[:MOST_REMOVED]]

    def article(self, wanted: object) -> dict[str, Any] | None:
        """Return a stored article with its cited places marked; None if there is none.

        `wanted` is {"article": id, "places": [[start, end], ...]}, from the browser; the first place opens it.
        """
        fields = wanted if isinstance(wanted, dict) else {}
        article = self.archive.article(_text(fields.get("article")))
        if article is None:
            return None
        others = [id_ for id_ in self.archive.copies_of(article.id) if id_ != article.id]
        copies = [copy for id_ in others[:_COPIES_SHOWN] if (copy := self.archive.article(id_))]
        view = article_view(article, _places(fields.get("places")), copies)
        return {**view, "more_copies": len(others) - len(copies)}

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

    def remove(self, ids: object) -> tuple[int, str | None]:
        """Remove articles; return how many, and the word that `restore` takes, or None where they are too much to keep.

        Raises InputError when an id is unknown, or ids are no ids.
        """
        if not isinstance(ids, list) or not all(isinstance(id_, str) for id_ in ids) or len(ids) > MOST_REMOVED:
            raise InputError(f"no list of up to {MOST_REMOVED:,} article ids: choose articles in the list")
        ids = list(map(_text, ids))
        with self._writing:
            going = [article for id_ in dict.fromkeys(ids) if (article := self.archive.article(id_))]
            removed = self.archive.remove(ids)
        return removed, self._removed.keep(going)

    def restore(self, word: object) -> Iterator[Progress]:
        """Bring removed articles back; yield how far it is. They stay kept until all are back.

        Raises InputError when they are not kept any more, DatelineError when the archive refuses them.
        """
        articles = self._removed.look_up(word)
        if articles is None:
            raise InputError("what was removed is not kept any more: add it again from where it came")
        yield from self.adding.articles(articles)
        self._removed.drop(word)

    def _drawn(self, rows: Sequence[Row], words: Sequence[str], found: dict[str, int]) -> list[dict[str, Any]]:
        """Return rows as they are drawn, with their sizes, and the words where they were found in the text."""
        counts = self.archive.word_counts([one.holding.id for one in rows])
        in_text = [one for one in rows if not all(word in one.searched for word in words)]
        places = self.archive.passages_at([found[one.holding.id] for one in in_text])
        views = []
        for one in rows:
            view = {**_row_view(one), "words": counts.get(one.holding.id, 0)}
            if place := places.get(one.holding.id):
                view |= _snippet(place.start, place.text, words)
            views.append(view)
        return views

    def _look_up(self, choice: Chosen) -> "_Looked":
        """Return what is wanted; for the next page, and for the next person, it is known until the archive changes."""
        rows = self._current_rows()
        with self._listing:
            known = self._looked.get(choice)
        if known and known.rows is rows:
            return known
        found = self.archive.with_words(choice.words) if choice.words else Found({})
        matching = chosen(rows, choice, found.passages.keys())
        looked = _Looked(rows, found, matching, picture(rows, matching))
        with self._listing:
            if len(self._looked) >= _LOOKED_KEPT:
                self._looked.clear()
            self._looked[choice] = looked
        return looked

    def _current_rows(self) -> list[Row]:
        """Return the list, read again only when the archive has changed, by this process or another."""
        with self._listing:
            version = self.version()
            if version != self._rows_of:
                self._rows = [row(holding) for holding in self.archive.holdings()]
                self._rows_of = version
            return self._rows


def _text(value: object) -> str:
    return words_of(value, _LONGEST_TEXT)


def _wanted_filters(value: object) -> tuple[list[str], str, str]:
    fields = value if isinstance(value, dict) else {}
    outlets = fields.get("outlets")
    names = list(filter(None, map(_text, outlets))) if isinstance(outlets, list) else []
    return names, _text(fields.get("since")).strip(), _text(fields.get("until")).strip()


def _offset(value: object) -> int:
    return value if isinstance(value, int) else 0


def _places(value: object) -> list[tuple[int, int]]:
    places = value[:MOST_PLACES] if isinstance(value, list) else []
    return [(_offset(place[0]), _offset(place[1])) for place in places if isinstance(place, list) and len(place) == 2]


def _choice(fields: dict[str, Any]) -> Chosen:
    """Return what the browser wants; InputError where a date is none."""
    words = tuple(_text(fields.get("words"))[:_LONGEST_WORDS].casefold().split())
    since, until = (_text(fields.get(name))[:_LONGEST_WORDS].strip() or None for name in ("since", "until"))
    days = Filters.parse((), since, until, list)
    sort = next((known for known in SORTS if known == fields.get("sort")), SORTS[0])
    return Chosen(words, _text(fields.get("outlet")), days.since, days.until, fields.get("undated") is True, sort)


def _row_view(one: Row) -> dict[str, Any]:
    holding = one.holding
    return {
        "id": holding.id,
        "title": holding.title,
        "outlet": holding.outlet,
        "date": date_words(holding.published),
        "added": holding.added,
    }


def _snippet(start: int, text: str, words: Sequence[str]) -> dict[str, Any]:
    """Return the first of the words in a passage, with some text around it, and its place in the article."""
    folded = text.lower()  # as long as the text, but for a few letters, which shift the mark by one
    places = [(folded.find(word), word) for word in words]
    at, word = min((place for place in places if place[0] >= 0), default=(0, ""))
    low, high = max(at - _AROUND, 0), at + len(word) + _AROUND
    return {
        "snippet": marked(text[low:high], at - low, at - low + len(word)),
        "start": start + at,
        "end": start + at + len(word),
    }
