"""Named values (front matter, a CSV row, a JSON object) -> Draft -> Article."""

import hashlib
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

from ingest.address import names_a_page, normal_url, page_identity
from ingest.article import Article, article_id
from ingest.read.clean import clean_text, one_line, reflow, without_entities
from ingest.read.credits import (
    Credits,
    Dateline,
    credits,
    dated_name,
    dateline,
    day_in_year,
    is_name,
    signed,
    without_outlet,
)
from ingest.read.dates import parse_date
from ingest.read.draft import Draft
from ingest.read.furniture import drop_furniture
from ingest.read.language import detected, language_tag
from ingest.read.nested import day_in, link_in, name_in, plain_name, words_in
from ingest.read.webpage import markup_to_text, read_page

__all__ = ["Origin", "draft_from_fields", "finish", "finish_all", "has_text", "is_field"]

# Without accents, separators and capitals: 'Date de publication' is datedepublication.
_SPELLINGS = {
    "text": "text fulltext articletext articlebody body bodytext bodyhtml content contenttext contenthtml"
    " contentencoded articlecontent article story maintext plaintext transcript articlehtml html htmlbody htmlcontent"
    " texthtml volltext inhalt artikel artikeltext beitrag contenu corps texte texteintegral contenido cuerpo texto"
    " textocompleto noticia"
    " testo testocompleto contenuto articolo conteudo tekst inhoud",
    "title": "title headline articletitle webtitle name heading titel uberschrift ueberschrift schlagzeile titre titulo"
    " titular titolo tytul kop overskrift",
    "published": "published datepublished publishedat publisheddate publishedon publicationdate publishdate"
    " publishtime pubdate datepublish firstpublished firstpublicationdate webpublicationdate"
    " publicationtime date datetime posted postedat issued datum veroffentlicht veroeffentlicht veroffentlichtam"
    " veroffentlichungsdatum erscheinungsdatum erschienen erschienenam datedepublication publiele"
    " dateparution fecha fechadepublicacion fechapublicacion publicadoel data datapubblicazione"
    " datadipubblicazione datapublicacao datadepublicacao publicatiedatum dato dategmt timestamp",
    "url": "url link href articleurl canonicalurl canonical permalink weburl sourceurl uri lien enlace"
    " collegamento webadresse adresseweb internetadresse",
    "outlet": "outlet publisher newspaper source site sitename sourcename publication publicationname"
    " publicationtitle sourcetitle agency provider journal quelle zeitung medium verlag journaltitle"
    " organe fonte testata giornale fuente medio periodico diario jornal veiculo krant bron kilde"
    " medianame pubtitle feedtitle",
    "updated": "updated datemodified modified modifiedat updatedat lastmodified lastmod updatedate dateupdated"
    " modifieddate modifiedgmt geandert geaendert geandertam aktualisiert misajour actualizado aggiornato",
    "author": "author authors byline by creator dccreator writer journalist reporter autor autoren verfasser"
    " redakteur auteur auteurs autore autori autora autores",
    "section": "section category categories desk rubric department topic articlesection sectionname ressort rubrik"
    " kategorie rubrique categorie seccion sezione categoria secao",
    "language": "language lang inlanguage locale sprache langue idioma lingua taal",
    "key": "id guid uuid articleid docid documentid key",
    "teaser": "description summary leadparagraph abstract excerpt teaser lead lede snippet trailtext standfirst"
    " vorspann zusammenfassung chapeau resume resumen sommario resumo samenvatting",
}
_NAMES = {field: names.split() for field, names in _SPELLINGS.items()}
_LONGEST_SECTION = 100
_LONGEST_TITLE = 300  # characters; a longer one is cut at a word
_CUT_BY_API = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+?\d[\d,]* char(?:acter)?s\]\s*$")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*(?=\s)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.IGNORECASE)
_MARKUP = re.compile(
    r"</(?:p|div|a|span|b|i|u|s|q|em|strong|small|mark|sup|sub|strike|del|ins|time|h[1-6]|li|ul|ol|dl|td|table|blockquote"
    r"|section|article|body|html)>|<br ?/?>",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\ufeff?\s{0,100}(?:<!doctype html\b|<html\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a draft was found: `source` as it is shown, `place` as an identity, a name for a title."""

    source: str
    place: str
    name: str


def has_text(names: Mapping[str, object]) -> bool:
    """Return whether these field names hold one for the text of an article, or at least its summary."""
    return bool({plain_name(name) for name in names} & {*_NAMES["text"], *_NAMES["teaser"]})


def is_field(name: str, *of: str) -> bool:
    """Return whether this is a known spelling of a field (of these fields only, if any are named)."""
    return any(plain_name(name) in _NAMES[field] for field in of or _NAMES)


def draft_from_fields(fields: Mapping[str, object], text: str | None = None, *, flowed: bool = False) -> Draft:
    """Return the draft that these named values make; `text` overrides the text field.

    Names are matched without case, in their usual spellings; the first that has a value wins. Where no field holds
    the text, a summary is the text.
    """
    values = {plain_name(name): value for name, value in reversed(list(fields.items())) if _present(value)}

    def first(field: str, read: Callable[[object], str] = name_in) -> str | None:
        found = (read(values[name]) for name in _NAMES[field] if name in values)
        return next(filter(None, found), None)

    def lettered(field: str) -> str | None:  # a number is the name of nobody, but an export's own
        stated = first(field)
        return stated if stated and any(map(str.isalpha, stated)) else None

    outlet, url = lettered("outlet"), first("url", link_in)
    if outlet and normal_url(outlet):  # `source: https://...` is an address, not a name
        outlet, url = None, url or outlet

    def day(field: str) -> str | None:
        dates = (day_in(values[name]) for name in _NAMES[field] if name in values)
        return next(filter(None, dates), None)

    stated = first("title") or ""
    words = (_uncut(first("text", words_in) or "") or first("teaser", words_in) or "") if text is None else text
    told = Draft(
        text=_decoded(words) if text is None else words,
        title=without_outlet(markup_to_text(stated) if _MARKUP.search(stated) else _decoded(stated), outlet) or None,
        url=url,
        published=day("published"),
        outlet=_decoded(outlet) if outlet else None,
        key=first("key"),
        flowed=flowed,
        updated=day("updated"),
        author=(first("author") or "").replace("\n\n", ", ") or None,
        section=lettered("section"),
        language=first("language"),
    )
    return _of_page(words, told) if text is None and _PAGE.match(words) else told


def _of_page(page: str, told: Draft) -> Draft:
    """The draft of a whole page that is the text of a record; what the record states goes before what the page does."""
    stated = {name: value for name, value in asdict(told).items() if value and name != "text"}
    return replace(read_page(page), **stated)


def _decoded(text: str) -> str:
    """A text whose signs an export wrote as HTML does (&#8211;), read as they are meant; with elements it is left."""
    return html.unescape(text) if _ENTITY.search(text) and not _MARKUP.search(text) else text


def _uncut(text: str) -> str:
    """A text without the mark of an API that gives only its beginning, up to the last sentence that is whole."""
    cut = _CUT_BY_API.search(text[-200:])
    if not cut:
        return text
    kept = text[: len(text) - len(cut[0])]
    ends = [end.end() for end in _SENTENCE_END.finditer(kept)]
    return kept[: ends[-1]] if ends else ""


def finish(draft: Draft, origin: Origin, *, many: bool) -> Article | None:
    """Return the Article of a draft: cleaned, without furniture, with its id; None without text.

    The identity is the published URL where it names a page, else the place, with the draft's own
    key (or title and date, or text) where the file holds `many`.

    What the draft does not state is taken from the text where it says so: a date line, a byline, a
    dateline. The day in a file's name counts only for a file of one article.
    """
    title = one_line(without_entities(draft.title or ""))
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
    if draft.part:
        identity += "#" + draft.part
    return Article(
        id=article_id(identity),
        title=title,
        text=text,
        source=origin.source,
        url=url,
        published=published,
        outlet=one_line(without_entities(draft.outlet or ""))[:_LONGEST_TITLE] or (filed.agency if filed else None),
        updated=updated if updated and updated > (published or "") else None,
        author=signed(without_entities(draft.author or "")) or opening.credits.author,
        section=one_line(without_entities(draft.section or ""))[:_LONGEST_SECTION] or None,
        language=language_tag(draft.language) or detected(text),
    )


def finish_all(draft: Draft, origin: Origin, *, many: bool) -> tuple[Article, ...]:
    """Return the Article of a draft; of a live blog what stands above its posts, and each post. None has no text."""
    posts = [replace(post, key=draft.key) for post in draft.posts]
    made = [finish(post, origin, many=many or post.part is not None) for post in posts]
    return tuple(filter(None, made)) or tuple(filter(None, [finish(draft, origin, many=many)]))


def _filed_day(filed: Dateline | None, origin: Origin, url: str | None, *, many: bool) -> str | None:
    """The day that the name of a file or folder states, or of the dateline where address or folder state a year."""
    named = None if many or origin.source.startswith("http") else dated_name(origin.source, origin.place)
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


def _present(value: object) -> bool:
    return value is not None and value != "" and not (isinstance(value, str) and value.isspace())
