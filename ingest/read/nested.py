"""A value of an export that may be an object or a list where a text, a name or a day is expected -> that.

Programs wrap what they give out: {"rendered": "..."}, {"$date": "..."}, [{"type": "paragraph", "text": "..."}].
An object that has none of the known names gives nothing, so that no field's own name passes for an article.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ingest.read.dates import parse_date

__all__ = ["day_in", "link_in", "name_in", "plain_name", "words_in"]

_DEEPEST = 8
_LANGUAGE = 2  # letters of the name of a language
_LONGEST_NAME = 200  # characters
_MOST_DAYS = 10  # of one list
_MOST_PARTS = 10_000  # of one list
_VALUE = ("rendered", "value", "#text", "$t", "@value", "_", "__cdata", "cdata", "$numberlong", "$oid")
_WORDS = (
    *_VALUE, "text", "html", "content", "body", "plain", "markdown", "paragraphs", "blocks", "sections", "chunks",
    "parts", "segments", "sentences", "lines", "children", "data",
    "bodytextsummary", "bodyhtml", "main", "default", "en",
)  # fmt: skip
_NAMES = (
    *_VALUE, "name", "fullname", "displayname", "original", "title", "main", "default", "label", "text", "term", "en",
)  # fmt: skip
_HALVES = ("first_name", "firstname", "given", "givenname", "last_name", "lastname", "family", "familyname")
_DAYS = (
    *_VALUE, "$date", "date", "datetime", "iso", "iso8601", "utc", "published", "created", "start", "timestamp",
    "seconds", "_seconds",
)  # fmt: skip
_LINKS = (*_VALUE, "href", "@href", "url", "link", "canonical", "web")
_SEPARATORS = re.compile(r"[\s_\-.:/()]+")


def plain_name(name: object) -> str:
    """Return a field's name as the names of fields are compared: without capitals, accents and what parts its words."""
    text = str(name)
    return _plain(text) if len(text) <= _LONGEST_NAME else ""


@lru_cache(maxsize=10_000)  # every row of a table has the same names
def _plain(text: str) -> str:
    text = text.strip(" \ufeff\"'").casefold()
    if not text.isascii():
        parted = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in parted if not unicodedata.combining(sign))
    return _SEPARATORS.sub("", text).replace("@", "")


def words_in(value: object, levels: int = _DEEPEST) -> str:
    """Return the text in a value, paragraphs parted by blank lines; empty where it holds none."""
    if isinstance(value, str | int | float):
        return "" if isinstance(value, bool) else str(value)
    if levels and isinstance(value, Mapping):
        return next(filter(None, (words_in(inner, levels - 1) for inner in _inside(value, _WORDS))), "")
    return _joined(value[:_MOST_PARTS], levels - 1) if levels and isinstance(value, list) else ""


def _joined(items: list[object], levels: int) -> str:
    parts = [(item, words_in(item, levels)) for item in items]
    if parts and all(isinstance(item, Mapping) and "/" in str(item.get("type", "")) for item, _ in parts):
        return max((words for _, words in parts), key=len)  # one text as text/plain and as text/html
    within = all(isinstance(item, Mapping) and item.get("type") == "text" for item, _ in parts)  # of one paragraph
    return ("" if within else "\n\n").join(words for _, words in parts if words)


def name_in(value: object, levels: int = 4) -> str:
    """Return the name in a value: of {"id": ..., "name": ...}, or those of a list, parted by blank lines."""
    if isinstance(value, str | int | float):
        return "" if isinstance(value, bool) else str(value)
    if levels and isinstance(value, Mapping):
        whole = next(filter(None, (name_in(inner, levels - 1) for inner in _inside(value, _NAMES))), "")
        return whole or " ".join(filter(None, (name_in(inner, levels - 1) for inner in _inside(value, _HALVES))))
    if levels and isinstance(value, list):
        return "\n\n".join(filter(None, (name_in(item, levels - 1) for item in value[:100])))
    return ""


def link_in(value: object, levels: int = 4) -> str:
    """Return the address in a value; of a list the first."""
    if isinstance(value, str):
        return value
    if levels and isinstance(value, Mapping):
        return next(filter(None, (link_in(inner, levels - 1) for inner in _inside(value, _LINKS))), "")
    if levels and isinstance(value, list):
        return next(filter(None, (link_in(item, levels - 1) for item in value[:10])), "")
    return ""


def day_in(value: object, levels: int = 4) -> str | None:
    """Return the day in a value as YYYY-MM-DD; [2024, 5, 3, ...] is one as programs part it."""
    if levels and isinstance(value, Mapping):
        return next(filter(None, (day_in(inner, levels - 1) for inner in _inside(value, _DAYS))), None)
    if isinstance(value, list):
        numbers = [number for number in value[:3] if isinstance(number, int)]
        if len(numbers) == 3:
            return parse_date("-".join(map(str, numbers)))
        return next(filter(None, (day_in(inner, levels - 1) for inner in value[:_MOST_DAYS])), None) if levels else None
    return parse_date(value)


def _inside(value: Mapping[object, object], names: Iterable[str]) -> Iterable[object]:
    """What stands under these names, in their order; of {"en": ..., "fr": ...} all."""
    known = {str(name).lower(): inner for name, inner in value.items()}
    named = [known[name] for name in names if name in known]
    return named if named or not all(len(name) == _LANGUAGE for name in known) else list(known.values())
