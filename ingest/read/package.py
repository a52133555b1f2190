"""The parts of a document that is a zip inside (.docx, .odt, .epub), and XML: both from strangers, both bounded."""

import io
import re
import zipfile
import zlib
from typing import Any

from lxml import etree

from ingest.read.decode import NotText, decode
from ingest.read.draft import Unreadable

__all__ = ["Package", "feed_xml", "parse_xml"]

_LARGEST_PART = 50_000_000  # bytes, unpacked; the text of a long novel has 10 million
_LARGEST_WHOLE = 200_000_000
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}?\?>")


class Package:
    """A zipped document, of which parts are read by name. Its unpacked size is bounded, whatever it claims."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RecursionError):
            raise Unreadable("it is damaged or cut off; get the file again") from None
        self._left = _LARGEST_WHOLE
        self.names = frozenset(self._zip.namelist())

    def part(self, name: str) -> bytes:
        """Return a part, unpacked. Raises Unreadable where it is missing, damaged, locked or too large."""
        try:
            with self._zip.open(name) as part:
                found = part.read(min(_LARGEST_PART, self._left) + 1)
        except KeyError:
            raise Unreadable(f"its {name} is missing; save it again") from None
        except RuntimeError:  # what zipfile says of a password
            raise Unreadable("it is locked with a password; save it without one") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError):
            raise Unreadable("it is damaged or cut off; get the file again") from None
        if len(found) > min(_LARGEST_PART, self._left):
            raise Unreadable(f"it unpacks to more than {_LARGEST_PART:,} bytes; it is no article")
        self._left -= len(found)
        return found


def parse_xml(data: bytes) -> Any:
    """Return the root element of an XML document; entities that it declares are refused, none are fetched.

    Raises Unreadable for what is no XML, or nested deeper than 256 elements.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8")
    document = _plain(data)
    try:
        return etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(_fault(error)) from None


def feed_xml(data: bytes, target: Any) -> None:
    """Give the elements of an XML document to a parser target, one after the other, without a tree.

    Raises Unreadable as `parse_xml`.
    """
    parser = etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    document = _plain(data)
    try:
        parser.feed(document)
        parser.close()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(_fault(error)) from None


def _plain(data: bytes) -> bytes:
    """The document as UTF-8 without its XML declaration. Entities are what 'billion laughs' are made of."""
    stated = _DECLARED.search(data[:400])
    try:
        text = decode(data, stated[1].decode("ascii", "ignore") if stated else None)
    except NotText as error:
        raise Unreadable(str(error)) from None
    if "<!ENTITY" in text:
        raise Unreadable("it declares XML entities, which are not read; save it without them")
    bare = text.lstrip("\ufeff")
    declared = _DECLARATION.match(bare)  # only there: looked for anywhere, a row of spaces would be read from each on
    return (bare[declared.end() :] if declared else bare).encode("utf-8", "replace")


def _fault(error: Exception) -> str:
    return f"it is not valid XML ({' '.join(str(error).split())[:100]}); correct it there"
