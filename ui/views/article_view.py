"""A stored article -> what the page draws: facts, and paragraphs in which the cited places are marked.

Plain text throughout, drawn as text. Offsets are cut here: Python counts code points, JavaScript UTF-16 units.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from ingest.article import Article
from ui.views.present import date_words, outlet_words, safe_link

__all__ = ["MOST_PLACES", "article_view", "direction"]

MOST_PLACES = 200  # cited places of one article; a chat of 100 answers seldom has 20

# Chromium lays out 20,000 characters in 5 ms and 1 MB in one piece in 600: longer paragraphs are drawn in pieces.
_LONGEST_PIECE = 20_000
_JUDGED = 5000  # characters that say which way a text runs
_LONGEST_COUNTED = 2_000_000  # characters in which words are counted

Place = tuple[int, int]


def article_view(article: Article, places: Sequence[Place], copies: Sequence[Article] = ()) -> dict[str, Any]:
    """Return an article with `places`, (start, end) in its text, marked; the first is the one to open it at.

    `paragraphs` are lists of segments: a text, or {"text", "in"} where `in` are indices of the places that
    hold it. Joined, the segments are the paragraph. `joined` are indices of paragraphs that go on from the one before,
    which was too long to draw at once. `copies` are other articles that tell the same story, told of by their facts.
    """
    text = article.text
    known = [(max(start, 0), min(end, len(text))) for start, end in places[:MOST_PLACES]]
    pieces = list(_pieces(text))
    return {
        "id": article.id,
        "title": article.title,
        "outlet": outlet_words(article),
        "date": date_words(article.published),
        "updated": date_words(article.updated) if article.updated and article.updated != article.published else None,
        "author": article.author,
        "section": article.section,
        "language": article.language,
        "words": len(text[:_LONGEST_COUNTED].split()),
        "link": safe_link(article.url),
        "dir": direction(text),
        "paragraphs": list(_segments(text, [(low, high) for low, high, _ in pieces], known)),
        "joined": [index for index, (_, _, joined) in enumerate(pieces) if joined],
        "copies": [
            {"id": copy.id, "title": copy.title, "outlet": outlet_words(copy), "date": date_words(copy.published)}
            for copy in copies
        ],
    }


def direction(text: str) -> str:
    """Return which way most of a text's letters run: 'ltr' or 'rtl'."""
    kinds = [unicodedata.bidirectional(letter) for letter in text[:_JUDGED]]
    return "rtl" if kinds.count("R") + kinds.count("AL") > kinds.count("L") else "ltr"


def _pieces(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the offsets of what is drawn as a paragraph, and whether it goes on from the one before."""
    low = 0
    while low <= len(text):
        found = text.find("\n\n", low)
        high = len(text) if found < 0 else found
        joined = False
        while high - low > _LONGEST_PIECE:
            cut = text.rfind(" ", low + _LONGEST_PIECE // 2, low + _LONGEST_PIECE) + 1 or low + _LONGEST_PIECE
            yield low, cut, joined
            low, joined = cut, True
        if text[low:high].strip():
            yield low, high, joined
        low = high + 2


def _segments(text: str, pieces: Sequence[Place], places: Sequence[Place]) -> Iterator[list[str | dict[str, Any]]]:
    """Yield each piece, cut where a place begins or ends. Linear in pieces and places together, but for overlaps."""
    waiting = sorted(((start, end, index) for index, (start, end) in enumerate(places) if start < end), reverse=True)
    begun: list[tuple[int, int, int]] = []
    for low, high in pieces:
        while waiting and waiting[-1][0] < high:
            begun.append(waiting.pop())
        begun = [place for place in begun if place[1] > low]
        cuts = sorted({low, high, *(at for place in begun for at in place[:2] if low < at < high)})
        yield [_segment(text, a, b, begun) for a, b in pairwise(cuts)]


def _segment(text: str, low: int, high: int, places: Sequence[tuple[int, int, int]]) -> str | dict[str, Any]:
    inside = sorted(index for start, end, index in places if start <= low and high <= end)
    return {"text": text[low:high], "in": inside} if inside else text[low:high]
