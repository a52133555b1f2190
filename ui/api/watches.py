"""Standing questions for programs: the list, the history of one, and the changes as a feed that readers follow."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import NAMESPACE_OID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ingest.archive import Archive
from ingest.archive.watches import Given, Said
from qa.watch.rounds import Told, changes
from ui.views.present import date_words
from ui.views.watch_records import WatchHistory, WatchList, watch_list

__all__ = ["watch_routes"]

_ATOM = "http://www.w3.org/2005/Atom"
_FEED = "application/atom+xml"
_MOST_ENTRIES = 100
_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\ufffd")


def watch_routes(archive: Archive, errors: Mapping[int | str, dict[str, Any]]) -> APIRouter:
    """Return the routes; `errors` describes what may go wrong, by status."""
    routes = APIRouter(prefix="/v1", responses={status: errors[status] for status in (400, 401, 405, 422, 503)})

    @routes.get("/watches")
    def watches(
        after: Annotated[int, Query(ge=0, le=2**53, description="only changes with a number above this")] = 0,
    ) -> WatchList:
        """List the standing questions with their present answers, and what changed, newest first."""
        return watch_list(archive, after)

    @routes.get("/watches/{id}", responses={404: errors[404]})
    def watch(id: str) -> WatchHistory:
        """Return a standing question with all its answers."""
        found = next((one for one in archive.watches.all() if one.id == id), None)
        if found is None:
            raise HTTPException(404, f"no question is watched with the id {id[:40]!r}: GET /v1/watches lists them")
        return WatchHistory.whole(found, archive.watches.history(found.id))

    @routes.get("/watches.atom", response_class=Response, responses={200: {"content": {_FEED: {}}}})
    def feed(request: Request) -> Response:
        """Give the newest changes as an Atom feed, an entry each: both values, the sentence, the article."""
        told = changes(archive, archive.watches.told(_MOST_ENTRIES))
        return Response(_atom(told, str(request.base_url)), media_type=_FEED)

    return routes


def _atom(told: list[Told], base: str) -> bytes:
    """Return the feed (RFC 4287). The entries' ids are made of the history's numbers, so none changes."""
    feed = Element("feed", xmlns=_ATOM)
    _add(feed, "title", "Dateline: answers that changed")
    _add(feed, "id", f"urn:uuid:{uuid5(NAMESPACE_OID, 'dateline watches')}")
    _add(feed, "updated", _moment(max((one.now.moment for one in told), default=0)))
    SubElement(feed, "link", rel="self", href=f"{base}v1/watches.atom", type=_FEED)
    SubElement(feed, "link", rel="alternate", href=base, type="text/html")
    _add(SubElement(feed, "author"), "name", "Dateline")
    for one in told:
        entry = SubElement(feed, "entry")
        _add(entry, "title", f"{one.watch.name}: {_values(one)}")
        _add(entry, "id", f"urn:uuid:{uuid5(NAMESPACE_OID, f'{one.watch.id}/{one.now.number}')}")
        _add(entry, "updated", _moment(one.now.moment))
        SubElement(entry, "category", term=one.now.kind)
        place = _first(one)
        if place:
            SubElement(entry, "link", rel="alternate", href=f"{base}{_at(place)}", type="text/html")
            if place.url:
                SubElement(entry, "link", rel="via", href=place.url.translate(_NOT_XML))
        else:
            SubElement(entry, "link", rel="alternate", href=base, type="text/html")
        _add(entry, "content", "\n".join(_lines(one)), type="text")
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = text.translate(_NOT_XML)


def _lines(told: Told) -> list[str]:
    """The question, both values with their days, and the sentences that give them."""
    lines = [told.watch.question, f"{told.now.kind}: {_values(told)}"]
    before = told.before.said[:1] if told.before else ()
    for what, said in (("now", told.now.said[:1]), ("against", told.now.against[:1]), ("before", before)):
        for place in said:
            day = f", {place.published}" if place.published else ""
            lines.append(
                f"{what}: {place.value}: {place.sentence} ({place.outlet or place.source}{day}: {place.title})"
            )
    return [" ".join(line.split()) for line in lines]


def _values(told: Told) -> str:
    before = f"{_value(told.before)} \u2192 " if told.before and told.before.value else ""
    return before + _value(told.now)


def _value(given: Given) -> str:
    if given.value is None:
        return "no answer any more"
    others = list(dict.fromkeys(said.value for said in given.against))
    value = " or ".join([given.value, *others]) if given.kind == "disputed" else given.value
    return f"{value} ({date_words(given.as_of)})" if given.as_of else value


def _first(told: Told) -> Said | None:
    places = told.now.said or (told.before.said if told.before else ())
    return places[0] if places else None


def _at(said: Said) -> str:
    """The page's address of an article, opened at the words."""
    return f"#article={said.article}&at={said.start}-{said.end}"


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
