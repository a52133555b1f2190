"""Named values (front matter, a CSV row, a JSON object) -> Draft -> Article."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.address import names_a_page, normal_url, page_identity
from ingest.article import Article, article_id
from ingest.clean import clean_text, one_line, reflow
from ingest.credits import Credits, Dateline, credits, dated_name, dateline, day_in_year, is_name, signed
from ingest.dates import parse_date
from ingest.draft import Draft
from ingest.furniture import drop_furniture
from ingest.language import detected, language_tag
from ingest.webpage import markup_to_text

__all__ = ["Origin", "draft_from_fields", "finish", "has_text", "is_field"]

_SPELLINGS = {
    "text": "text full_text fulltext article_text article_body articlebody body body_text content"
    " content_text article story main_text maintext plain_text",
    "title": "title headline article_title name heading",
    "published": "published date_published datepublished published_at publishedat published_date"
    " published_on publication_date publicationdate publish_date publishdate pub_date pubdate"
    " date_publish date datetime posted posted_at issued",
    "url": "url link href article_url articleurl canonical_url canonical permalink web_url weburl source_url uri",
    "outlet": "outlet publisher newspaper source site site_name sitename source_name publication agency provider",
    "updated": "updated date_modified datemodified modified modified_at updated_at last_modified lastmod update_date"
    " date_updated",
    "author": "author authors byline by creator writer journalist reporter",
    "section": "section category desk rubric department topic article_section articlesection",
    "language": "language lang inlanguage locale",
    "key": "id guid uuid article_id articleid doc_id docid key",
}
_NAMES = {field: names.split() for field, names in _SPELLINGS.items()}
_LONGEST_SECTION = 100
_LONGEST_TITLE = 300  # characters; a longer one is cut at a word
_MARKUP = re.compile(r"</(?:p|div|a|span|b|i|em|strong|h[1-6]|li|ul|blockquote|article)>|<br ?/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a draft was found: `source` as it is shown, `place` as an identity, a name for a title."""

    source: str
    place: str
    name: str


def has_text(names: Mapping[str, object]) -> bool:
    """Return whether these field names hold one for the text of an article, in a known spelling."""
    return bool({_plain_name(name) for name in names} & set(_NAMES["text"]))


def is_field(name: str, *of: str) -> bool:
    """Return whether this is a known spelling of a field (of these fields only, if any are named)."""
    return any(_plain_name(name) in _NAMES[field] for field in of or _NAMES)


def draft_from_fields(fields: Mapping[str, object], text: str | None = None, *, flowed: bool = False) -> Draft:
    """Return the draft that these named values make; `text` overrides the text field.

    Names are matched without case, in their usual spellings; the first that has a value wins.
    """
    values = {_plain_name(name): value for name, value in reversed(list(fields.items())) if _present(value)}

    def first(field: str) -> str | None:
        found = (_as_text(values[name]) for name in _NAMES[field] if name in values)
        return next(filter(None, found), None)

    outlet, url = first("outlet"), first("url")
    if outlet and normal_url(outlet):  # `source: https://...` is an address, not a name
        outlet, url = None, url or outlet

    def day(field: str) -> str | None:
        dates = (values[name] for name in _NAMES[field] if name in values)
        return next((day for day in map(parse_date, dates) if day), None)

    return Draft(
        text=first("text") or "" if text is None else text,
        title=first("title"),
        url=url,
        published=day("published"),
        outlet=outlet,
        key=first("key"),
        flowed=flowed,
        updated=day("updated"),
        author=(first("author") or "").replace("\n\n", ", ") or None,
        section=first("section"),
        language=first("language"),
    )


def finish(draft: Draft, origin: Origin, *, many: bool) -> Article | None:
    """Return the Article of a draft: cleaned, without furniture, with its id; None without text.

    The identity is the published URL where it names a page, else the place, with the draft's own
    key (or title and date, or text) where the file holds `many`.

    What the draft does not state is taken from the text where it says so: a date line, a byline, a
    dateline. The day in a file's name counts only for a file of one article.
    """
    title = one_line(draft.title or "")
    opening = _opening(_paragraphs(draft), title)
    text = "\n\n".join(opening.body)
    if not any(character.isalnum() for character in text):
        return None
    url = normal_url(draft.url or "")
    filed = next(filter(None, map(dateline, opening.body[:2])), None)
    published = parse_date(draft.published) or opening.credits.published or _filed_day(filed, origin, url, many=many)
    updated = parse_date(draft.updated) or opening.credits.updated
    title = _shorten(title or opening.headline or one_line(origin.name)) or "Untitled"
    identity = page_identity(url) if url and names_a_page(url) else origin.place
    if many and identity == origin.place:
        identity += "#" + _record_key(draft.key, title, published, text)
    return Article(
        id=article_id(identity),
        title=title,
        text=text,
        source=origin.source,
        url=url,
        published=published,
        outlet=one_line(draft.outlet or "")[:_LONGEST_TITLE] or (filed.agency if filed else None),
        updated=updated if updated and updated > (published or "") else None,
        author=signed(draft.author) or opening.credits.author,
        section=one_line(draft.section or "")[:_LONGEST_SECTION] or None,
        language=language_tag(draft.language) or detected(text),
    )


def _filed_day(filed: Dateline | None, origin: Origin, url: str | None, *, many: bool) -> str | None:
    """The day that the name of the file states, or that of the dateline where address or folder state a year."""
    named = None if many or origin.source.startswith("http") else dated_name(origin.source)
    return named or (day_in_year(filed.day, url, origin.source) if filed and filed.day else None)


def _paragraphs(draft: Draft) -> list[str]:
    text = markup_to_text(draft.text) if _MARKUP.search(draft.text) else draft.text
    text = clean_text(text if draft.flowed or text is not draft.text else reflow(text))
    return [paragraph for paragraph in text.split("\n\n") if paragraph]


@dataclass(frozen=True, slots=True)
class _Opening:
    """The head of a text, taken apart; the body keeps at least one paragraph."""

    headline: str
    credits: Credits
    body: list[str]


def _opening(paragraphs: list[str], title: str) -> _Opening:
    """Part the headline and the lines of dates from the body; a byline is read and stays.

    Without a title, a first short line that is no sentence is the headline.
    """
    headline, (found, body) = "", _without_block(drop_furniture(paragraphs))
    kept = 0  # bylines at the head of the body
    while len(body) > kept + 1:
        line = body[kept]
        said = credits(line)
        if not said and len(body) > kept + 2 and is_name(line) and credits(body[kept + 1]):
            said = Credits(author=line)  # a name above a date is a byline without 'By'
        if said:
            found.append(said)
            if said.author:
                kept += 1
                continue
        elif not headline and not kept and (_same(line, title) if title else _is_headline(line)):
            headline = line
        else:
            break
        body = body[:kept] + (drop_furniture(body[kept + 1 :]) or body[kept + 1 :])
    return _Opening(
        headline,
        Credits(
            published=next((said.published for said in found if said.published), None),
            updated=next((said.updated for said in found if said.updated), None),
            author=next((said.author for said in found if said.author), None),
        ),
        body,
    )


def _without_block(body: list[str]) -> tuple[list[Credits], list[str]]:
    """Part a first block of headline, outlet, date and byline, a line each, into its lines; take its dates out."""
    lines = body[0].split("\n") if body else []
    said = list(map(credits, lines))
    if len(lines) < 2 or not _is_headline(lines[0]) or not any(said):
        return [], body
    kept = [line for line, found in zip(lines, said, strict=True) if not found or found.author]
    return list(filter(None, said)), [*kept, *body[1:]]


def _is_headline(line: str) -> bool:
    return len(line) <= 200 and "\n" not in line and not line.rstrip("\"'”’)").endswith((".", ":", ";", ","))


def _same(one: str, other: str) -> bool:
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _shorten(title: str) -> str:
    if len(title) <= _LONGEST_TITLE:
        return title
    return title[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"


def _record_key(key: str | None, title: str, published: str | None, text: str) -> str:
    if key and key.strip():
        return key.strip()
    if published:
        return f"{title} {published}"
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def _plain_name(name: object) -> str:
    return re.sub(r"[\s\-.:]+", "_", str(name).strip(" \ufeff\"'").lower()).strip("_")


def _present(value: object) -> bool:
    return value is not None and value != "" and not (isinstance(value, str) and value.isspace())


def _as_text(value: object) -> str | None:
    """A string, a number, the name in {"id": ..., "name": ...}, or a list of them, as paragraphs."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        parts = (item.get("name") if isinstance(item, Mapping) else item for item in value)
        return "\n\n".join(part for part in parts if isinstance(part, str))
    if isinstance(value, Mapping):
        return next((name for name in (value.get("name"), value.get("title")) if isinstance(name, str)), None)
    return None
