"""What the wire services send (NITF, NewsML-G2) -> drafts.

NITF: https://iptc.org/standards/nitf/ (3.3 to 3.6). NewsML-G2: https://iptc.org/standards/newsml-g2/ (2.x): a
newsMessage holds any number of items, a newsItem one, with its text inside as XHTML or NITF.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from ingest.read.clean import one_line
from ingest.read.draft import Draft
from ingest.read.webpage import markup_to_text

__all__ = ["is_newswire", "read_newswire"]

_ROOTS = {"nitf", "newsItem", "newsMessage", "newsItems", "packageItem"}
_NO_TEXT = {"picture", "graphic", "video", "audio", "animation"}  # IPTC's ninat, the nature of an item
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def is_newswire(root: Any) -> bool:
    """Return whether this is the root element of a NITF or NewsML-G2 document."""
    return _name(root) in _ROOTS


def read_newswire(root: Any) -> Iterator[Draft]:
    """Yield the drafts of the items in a document; those of a message carry their guid as a key."""
    if _name(root) == "nitf":
        yield _nitf(root)
        return
    items = [root] if _name(root) == "newsItem" else list(root.iter("{*}newsItem"))
    for item in items:
        kind = _attribute(item, "{*}itemMeta/{*}itemClass", "qcode") or ""
        if kind.rpartition(":")[2] in _NO_TEXT:
            continue
        yield _news_item(item, several=len(items) > 1)


def _nitf(root: Any) -> Draft:
    docdata, head = root.find(".//{*}docdata"), root.find(".//{*}body.head")
    body = root.find(".//{*}body.content")
    pubdata = root.find(".//{*}pubdata")
    headline = _text(root, ".//{*}body.head//{*}hl1") or _text(root, ".//{*}hedline") or _text(root, "{*}head/{*}title")
    dateline = _text(head, "{*}dateline")
    text = "\n\n".join(filter(None, [dateline if not _opens(body, dateline) else "", *_paragraphs(body)]))
    issued = _attribute(docdata, "{*}date.issue", "norm") or _attribute(docdata, "{*}date.release", "norm")
    return Draft(
        text=text,
        title=headline or None,
        published=issued or (pubdata.get("date.publication") if pubdata is not None else None),
        url=_attribute(docdata, "{*}du-key", "key") or (pubdata.get("ex-ref") if pubdata is not None else None),
        outlet=(pubdata.get("name") if pubdata is not None else None)
        or _attribute(docdata, "{*}doc.copyright", "holder")
        or _text(head, ".//{*}distributor")
        or None,
        author=_text(head, "{*}byline/{*}person") or _text(head, "{*}byline") or None,
        section=(pubdata.get("position.section") if pubdata is not None else None)
        or _attribute(root, "{*}head/{*}tobject/{*}tobject.subject", "tobject.subject.type"),
        language=root.get(_LANGUAGE) or (body.get(_LANGUAGE) if body is not None else None),
        flowed=True,
    )


def _news_item(item: Any, *, several: bool) -> Draft:
    meta, about = item.find("{*}itemMeta"), item.find("{*}contentMeta")
    inline = item.find(".//{*}inlineXML")
    nested = inline.find(".//{*}nitf") if inline is not None else None
    inner = _nitf(nested) if nested is not None else None
    if inner is not None:
        text = inner.text
    elif inline is not None:
        body = inline.find(".//{*}body")
        text = markup_to_text(etree.tostring(body if body is not None else inline, encoding="unicode", with_tail=False))
    else:
        text = "\n\n".join(filter(None, map(_words, item.iterfind(".//{*}inlineData"))))
    dateline = _text(about, "{*}dateline")
    version = _text(meta, "{*}versionCreated")
    published = _text(meta, "{*}embargoed") or _text(meta, "{*}firstCreated") or _text(about, "{*}contentCreated")
    subject = about.find("{*}subject") if about is not None else None
    return Draft(
        text=f"{dateline}\n\n{text}" if dateline and not text.lstrip().startswith(dateline[:20]) else text,
        title=_text(about, "{*}headline") or (inner.title if inner else None) or _text(meta, "{*}title") or None,
        published=published or version or None,
        updated=_text(about, "{*}contentModified") or (version if published else None),
        outlet=_text(meta, "{*}provider/{*}name") or _text(about, "{*}infoSource/{*}name") or _provider(meta),
        author=_text(about, "{*}by") or _text(about, "{*}creator/{*}name") or (inner.author if inner else None),
        section=(_text(subject, "{*}name") if subject is not None else "") or None,
        language=_attribute(about, "{*}language", "tag") or item.get(_LANGUAGE),
        key=item.get("guid") if several else None,
        flowed=True,
    )


def _provider(meta: Any) -> str | None:
    """The provider's code where it has no name: 'nprov:AFP' is AFP."""
    provider = meta.find("{*}provider") if meta is not None else None
    code = (provider.get("literal") or provider.get("qcode") or "") if provider is not None else ""
    return code.rpartition(":")[2] or None


def _paragraphs(body: Any) -> Iterator[str]:
    """The paragraphs of a NITF body; pictures' captions and tables of figures are left out."""
    if body is None:
        return
    blocks = [element for element in body.iter("{*}p", "{*}hl2", "{*}li", "{*}pre") if not _inside_media(element)]
    for block in blocks:
        yield _words(block)
    if not blocks:
        yield _words(body)


def _inside_media(element: Any) -> bool:
    return any(_name(outer) in {"media", "table"} for outer in element.iterancestors())


def _opens(body: Any, dateline: str) -> bool:
    return bool(dateline) and body is not None and one_line(_words(body))[:200].startswith(dateline[:20])


def _text(element: Any, path: str) -> str:
    found = element.find(path) if element is not None else None
    return _words(found) if found is not None else ""


def _attribute(element: Any, path: str, name: str) -> str | None:
    found = element.find(path) if element is not None else None
    return found.get(name) if found is not None else None


def _words(element: Any) -> str:
    return one_line("".join(text for text in element.itertext() if isinstance(text, str)))


def _name(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""
