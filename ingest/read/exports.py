"""What programs export as JSON -> one flat mapping of fields for each article.

An export may be one article, a list of them somewhere inside what describes the list, or objects that keep the
article's fields in an object of their own ({"_source": {...}}, {"fields": {...}}).
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.read.fields import has_text, is_field
from ingest.read.nested import name_in, plain_name, words_in

__all__ = ["flat", "records_of"]

_DEEPEST = 5
_FEW = 20  # items of a list that show what it is of
_SAMPLE = 1000  # items of a list that are looked into
_MOST_OBJECTS = 10_000  # that are looked into for the list
_HOLDERS = {
    "fields", "source", "attributes", "node", "meta", "metadata", "properties", "item", "document", "doc", "record",
    "data", "post", "news", "frontmatter", "embedded", "article", "story", "content", "entry", "info",
}  # fmt: skip
_TITLES = {"title", "headline", "webtitle", "titel", "titre", "titulo", "titolo"}
_NO_NUMBER = ("author", "outlet", "section")  # 'author': 3 names nobody


def flat(record: Mapping[str, Any], levels: int = 3) -> dict[str, Any]:
    """Return a record's fields, with those of the objects in it that hold an article's; its own go first."""
    own: dict[str, Any] = {}
    inner: list[dict[str, Any]] = []
    for name, value in record.items():
        if levels and isinstance(value, Mapping) and _holds_fields(name, value):
            inner.append(flat(value, levels - 1))
        elif not (isinstance(value, int | float) and is_field(name, *_NO_NUMBER)):
            own[name] = value
    for fields in inner:
        for name, value in fields.items():
            own.setdefault(name, value)
    return own


def _holds_fields(name: str, value: Mapping[str, Any]) -> bool:
    """Whether an object holds an article's fields, rather than being the value of one."""
    if plain_name(name) not in _HOLDERS:
        return False
    named = any(plain_name(inner) in _TITLES for inner in value)
    known = [inner for inner in value if is_field(str(inner))]
    if is_field(
        name, "text"
    ):  # {"content": {"rendered": ...}} is a text, {"content": {"title": ..., "body": ...}} is not
        return has_text(value) and (named or any(is_field(str(inner), "published", "url") for inner in known))
    if is_field(name, "outlet"):  # {"source": {"name": ...}}
        return has_text(value)
    return bool(known)


def records_of(found: object) -> list[object]:
    """Return the records in a parsed JSON file: the list that holds most articles, or the file itself as one."""
    if isinstance(found, list):
        return found
    if not isinstance(found, dict) or _is_article(found):
        return [found]
    return _articles(found) or [found]


def _is_article(record: Mapping[str, Any]) -> bool:
    """Whether an object is an article itself: what describes a feed has a title and a description too, but no text."""
    texts = (value for name, value in flat(record).items() if is_field(name, "text"))
    return any(words_in(value) and not _are_records(value) for value in texts)


def _are_records(value: object) -> bool:
    """Whether a list is one of articles, rather than of the paragraphs of one."""
    return isinstance(value, list) and any(
        isinstance(item, Mapping) and any(is_field(str(name), "title", "published", "url") for name in flat(item))
        for item in value[:_FEW]
    )


def _articles(found: dict[str, Any]) -> list[object]:
    """The list of articles in an object, each with the name of its feed where there is one; empty without one.

    Lists with whole texts go before those with summaries (which categories have too), outer before inner, long before
    short.
    """
    best: list[object] = []
    most = (0, 0, 0)
    for holder, name, records, depth in _lists(found):
        if is_field(name, "text") and not _are_records(records):
            continue
        fields = [flat(record) for record in records[:_SAMPLE] if isinstance(record, Mapping)]
        whole = any(is_field(str(name), "text") for record in fields for name in record)
        short = _are_records(records) and any(map(has_text, fields))
        worth = (int(whole), -depth, len(records))
        if (whole or short) and (not best or worth > most):
            outlet = _outlet(found, holder)
            named = {"feed_title": outlet} if outlet else {}
            most, best = worth, [{**record, **named} if isinstance(record, dict) else record for record in records]
    return best


def _lists(found: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, list[object], int]]:
    """Each list in an object and in what it holds: what holds it, its name there, and how deep it lies.

    An object of nothing but objects, such as one of articles by their ids, is a list of them.
    """
    waiting: deque[tuple[dict[str, Any], int]] = deque([(found, 0)])
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        holder, depth = waiting.popleft()
        for name, value in holder.items():
            items = value if isinstance(value, list) else [value]
            if isinstance(value, list):
                yield holder, name, value, depth
            if depth < _DEEPEST:
                waiting.extend((item, depth + 1) for item in items[:_FEW] if isinstance(item, dict))
        if holder and all(isinstance(value, dict) for value in holder.values()):
            yield holder, "", list(holder.values()), depth


def _outlet(found: dict[str, Any], holder: dict[str, Any]) -> str:
    """The name of the feed that the records are of: JSON Feed has it as its title, others in an object 'feed'."""
    if "jsonfeed.org" in str(found.get("version", "")) or "feed_url" in found or "home_page_url" in found:
        return name_in(found.get("title"))
    channel = next((found[name] for name in ("feed", "channel") if isinstance(found.get(name), dict)), None)
    if channel is None and holder is not found and "item" in holder:  # RSS as JSON
        channel = holder
    return name_in(channel.get("title")) if channel else ""
