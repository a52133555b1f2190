"""JSON-LD of a web page: the things that its scripts describe, and which of them is the page's article."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from ingest.read.clean import one_line, without_entities
from ingest.read.credits import signed

__all__ = ["Thing", "Told", "Update", "body_markup", "linked_data", "told"]

Thing = dict[str, object]

_MOST_AUTHORS = 10
_MOST_THINGS = 1000  # of one script; a page describes some ten
_MOST_UPDATES = 2000  # of one live blog; a week of one has some hundred
_LONGEST_BODY = 500_000  # letters; the longest reports have a fifth of that
_WITHIN = ("@graph", "mainEntity", "mainEntityOfPage")
# What wraps a script's text for readers of thirty years ago: '<!-- -->', '//<![CDATA[ //]]>', '/* <![CDATA[ */'.
_WRAPPED = re.compile(r"(?:(?://|/\*)?\s{0,20}(?:<!--|<!\[CDATA\[)\s{0,20}(?:\*/)?\s*)+")
_WRAPPED_END = re.compile(r"(?:(?://|/\*)?\s{0,20}(?:-->|\]\]>)\s{0,20}(?:\*/)?\s{0,20};?\s{0,20}){1,3}$")
# Strings are passed over whole; an unclosed string or comment goes to the end, so nothing is read twice.
_DEFECT = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*(?:"|\Z))|(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<commas>,[\s,]*+)', re.DOTALL
)
# A string that may hold bare quotation marks: it ends with the one after which JSON can go on.
_LOOSE = re.compile(
    r'"(?P<inner>(?:[^"\\]|\\.|"(?!\s*(?:[}\]]|\Z|[:,]\s*["{\[\dtfn}\]-])))*)(?:"|\Z)|(?P<bracket>[{}\[\]])', re.DOTALL
)
_BARE = re.compile(r'\\.|"', re.DOTALL)
_BAD_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\\(?P<rest>.?)', re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,10}(?: [^<>]{0,200})?/?>")
# What stands for the site, or for a thing on the page, not for the page.
_NO_PAGES = {
    "website", "organization", "newsmediaorganization", "corporation", "person", "breadcrumblist", "itemlist",
    "imageobject", "videoobject", "audioobject", "searchaction", "product", "event", "comment", "review", "rating",
    "jobposting", "place", "localbusiness", "faqpage", "question", "sitenavigationelement", "wpheader", "wpfooter",
    "collectionpage", "profilepage", "searchresultspage", "podcastseries", "radiostation", "broadcastservice",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Update:
    """A post of a live blog: what it is headed, its moment as written, its text, perhaps with tags, and its address."""

    headline: str
    moment: str
    body: str
    address: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the JSON-LD of a page says of its article; dates as written, empty where it says nothing.

    Attributes:
        headline: The article's; of a page that names no article, see `page_headline`.
        page_headline: That of the page as a whole, which may be the site's.
        published, created, updated: As written.
        live: Whether it is a live blog.
        updates: The posts of that, those with a moment.
        body: The article's text as written, perhaps with tags; none where several articles are told of, none as its.
    """

    headline: str = ""
    page_headline: str = ""
    published: list[object] = field(default_factory=list)
    created: list[object] = field(default_factory=list)
    updated: list[object] = field(default_factory=list)
    author: str = ""
    outlet: str = ""
    section: str = ""
    language: str = ""
    live: bool = False
    updates: list[Update] = field(default_factory=list)
    body: str = ""


def linked_data(script: str) -> list[Thing]:
    """Return the objects of a JSON-LD script, those in its @graph and mainEntity too; none where it cannot be read.

    Small defects that browsers' tools pass over are mended: comments and CDATA around or inside it, commas too
    many, raw line breaks in strings, wrong escapes, quotes written as entities, several objects in a row.
    """
    found: list[Thing] = []
    for value in _values(script):
        for thing in _objects(value, levels=4):
            found.append(thing)
            if len(found) == _MOST_THINGS:
                return found
    return found


def told(things: list[Thing], titles: Iterable[str]) -> Told:
    """Return what a page's JSON-LD says of its article, whichever of the blocks comes first.

    That is the block of an article (NewsArticle, BlogPosting, ...), of several those whose headline is among the
    page's `titles`. Only a page without any is read by its other blocks, those of the site and of people left out.
    """
    named = {str(thing["@id"]): thing for thing in reversed(things) if thing.get("@id") and thing.get("name")}
    articles = [thing for thing in things if any(map(_is_article, _types(thing)))]
    pages = [thing for thing in things if not _types(thing) & _NO_PAGES]
    shown = list(filter(None, map(_letters, titles)))
    own = [thing for thing in articles if _matches(_text(thing.get("headline")), shown)]
    about = own or articles[:1] or pages
    live = next((thing for thing in [*about, *things] if _is_live(thing, about, shown)), None)
    return Told(
        headline=_first(map(_text, (thing.get("headline") for thing in about))) if articles else "",
        page_headline=_first(map(_text, (thing.get("headline") for thing in pages))),
        published=[thing["datePublished"] for thing in about if thing.get("datePublished")],
        created=[thing[name] for thing in about for name in ("dateCreated", "uploadDate") if thing.get(name)],
        updated=[thing["dateModified"] for thing in about if thing.get("dateModified")],
        author=_first(_people(thing.get(name), named) for thing in about for name in ("author", "creator")),
        outlet=_first(
            _outlet(thing.get(name), named)
            for thing in [*about, *things]
            for name in ("publisher", "sourceOrganization", "provider")
        ),
        section=_first(_text(thing.get("articleSection")) for thing in about),
        language=_first(_text(thing.get("inLanguage")) for thing in about),
        live=live is not None,
        updates=_updates(live.get("liveBlogUpdate"), things) if live else [],
        body=_body(about[0]) if own or len(articles) == 1 else "",
    )


def body_markup(body: str) -> str:
    """Return the text of a thing as HTML, a paragraph for each of its lines where it has no tags of its own."""
    if not _TAG.search(body):
        body = without_entities(body)
    if _TAG.search(body):
        return body
    return "".join(f"<p>{escape(line)}</p>" for line in body.split("\n") if line.strip())


def _is_live(thing: Thing, about: list[Thing], titles: list[str]) -> bool:
    """Whether a thing is a live blog, that of the page and none that it only links to."""
    return "liveblogposting" in _types(thing) and (thing in about or _matches(_text(thing.get("headline")), titles))


def _updates(stated: object, things: list[Thing]) -> list[Update]:
    listed = stated if isinstance(stated, list) else [stated]
    whole = {str(thing["@id"]): thing for thing in reversed(things) if thing.get("@id") and len(thing) > 1}
    posts = [whole.get(str(post.get("@id")), post) for post in listed[:_MOST_UPDATES] if isinstance(post, dict)]
    made = (
        Update(
            headline=_first(_text(post.get(name)) for name in ("headline", "name")),
            moment=_first(_text(post.get(name)) for name in ("datePublished", "dateCreated", "dateModified")),
            body=_body(post),
            address=_first(_text(post.get(name)) for name in ("url", "@id", "mainEntityOfPage")),
        )
        for post in posts
    )
    return [update for update in made if update.moment]


def _body(thing: Thing) -> str:
    """The whole text of a thing as written, lists of paragraphs joined."""
    stated = thing.get("articleBody") or thing.get("text")
    lines = stated if isinstance(stated, list) else [stated]
    return "\n".join(line for line in lines if isinstance(line, str))[:_LONGEST_BODY]


def _values(script: str) -> Iterator[object]:
    text = _WRAPPED.sub("", script.strip("\ufeff \t\r\n"), count=1)
    text = text[:-200] + _WRAPPED_END.sub("", text[-200:])
    for mend in (_as_it_is, _mended, _unescaped, _closed):
        try:
            yield from _in_a_row(mend(text))
            return
        except (ValueError, RecursionError):
            continue


def _as_it_is(text: str) -> str:
    return text


def _unescaped(text: str) -> str:
    return _mended(without_entities(text))


def _closed(text: str) -> str:
    """The text mended, with bare quotation marks in its strings escaped and what it leaves open closed."""
    left: list[str] = []

    def kept(found: re.Match[str]) -> str:
        bracket = found["bracket"]
        if bracket and bracket in "{[":
            left.append("}" if bracket == "{" else "]")
        elif bracket and left:
            left.pop()
        if bracket:
            return bracket
        return '"' + _BARE.sub(lambda mark: '\\"' if mark[0] == '"' else mark[0], found["inner"]) + '"'

    loose = _LOOSE.sub(kept, text)
    return _mended(loose + "".join(reversed(left)))


def _in_a_row(text: str) -> list[object]:
    """Every JSON value of a text; what follows the first need not be one."""
    decoder = json.JSONDecoder(strict=False)  # raw line breaks in strings are let through
    value, end = decoder.raw_decode(text.lstrip())
    text, found = text.lstrip(), [value]
    while len(found) < _MOST_THINGS:
        while end < len(text) and (text[end].isspace() or text[end] in ",;"):
            end += 1
        try:
            value, end = decoder.raw_decode(text, end)
        except ValueError:
            break
        found.append(value)
    return found


def _mended(text: str) -> str:
    """The text without comments and with no comma before a closing bracket; escapes that are none lose their mark."""

    def kept(found: re.Match[str]) -> str:
        if found["commas"]:
            return "" if text[found.end() : found.end() + 1] in ("", "}", "]") else ","
        if found["comment"]:
            return ""
        return _BAD_ESCAPE.sub(lambda escape: escape[0] if escape["rest"] is None else escape["rest"], found[0])

    return _DEFECT.sub(kept, text)


def _objects(found: object, levels: int) -> Iterator[Thing]:
    if levels and isinstance(found, list):
        for item in found:
            yield from _objects(item, levels - 1)
    elif levels and isinstance(found, dict):
        yield found
        for name in _WITHIN:
            yield from _objects(found.get(name), levels - 1)


def _types(thing: Thing) -> set[str]:
    """The names of its types, small, without the address or prefix of the vocabulary."""
    stated = thing.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return {re.split(r"[/:#]", name.strip())[-1].lower() for name in names if isinstance(name, str)}


def _is_article(kind: str) -> bool:
    return kind.endswith(("article", "blogposting", "mediaposting", "forumposting")) or kind in {"report", "blogpost"}


def _matches(headline: str, titles: list[str]) -> bool:
    letters = _letters(headline)
    return bool(letters) and any(
        letters == title or (min(len(letters), len(title)) > 9 and (letters in title or title in letters))
        for title in titles
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _text(value: object) -> str:
    """A string, the first of a list of them, or the @value of one, decoded and on one line."""
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = next((value[name] for name in ("@value", "name", "alternateName") if value.get(name)), None)
        value = next(iter(value), None) if isinstance(value, list) else value
    return one_line(_TAG.sub("", without_entities(value))) if isinstance(value, str) else ""


def _people(value: object, named: dict[str, Thing]) -> str:
    """The names of an article's authors, which may be things, names, references, or a list of any."""
    authors = value[:_MOST_AUTHORS] if isinstance(value, list) else [value]
    return ", ".join(filter(None, (signed(_text(_resolved(author, named))) for author in authors)))


def _outlet(value: object, named: dict[str, Thing]) -> str:
    found = _resolved(next(iter(value), None) if isinstance(value, list) else value, named)
    name = _text(found)
    return "" if "://" in name else name


def _resolved(value: object, named: dict[str, Thing]) -> object:
    """The thing of the same page that a value with nothing but an @id stands for, else the value."""
    if isinstance(value, dict) and not value.get("name") and isinstance(value.get("@id"), str):
        return named.get(str(value["@id"]), value)
    return value


def _first(values: Iterable[str]) -> str:
    return next(filter(None, values), "")
