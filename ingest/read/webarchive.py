"""A web archive (.warc, .warc.gz) -> drafts of the pages in it, record by record.

Answers other than 200, what is no page (pictures, styles), and a page that was seen before with the same content
(a duplicate, a revisit) are passed over.
"""

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.read.clean import one_line
from ingest.read.decode import NotText
from ingest.read.documents import read_html
from ingest.read.draft import Draft

__all__ = ["read_warc"]

_LARGEST_PAGE = 20_000_000  # bytes
_MOST_PASSED = 500_000_000  # bytes of one record that are passed over, unpacked: 2 s; more is a bomb
_BLOCK = 1 << 20
_PAGES = {"text/html", "application/xhtml+xml"}


def read_warc(path: Path) -> Iterator[tuple[str, Draft | str]]:
    """Yield the address of each page and its draft, or one line that says what is wrong with it.

    What is wrong with the whole file is a line under the address ''. Raises OSError.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    seen: set[bytes] = set()
    pages = records = last = cut = 0
    with path.open("rb") as file:
        try:
            iterator = ArchiveIterator(file)
            iterator.INC_RECORD = ""  # a warning that it would print itself
            for record in iterator:
                records += 1
                url = one_line(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
                found = _page(record, url, seen) if _is_page(record) else None
                if not _drained(record):
                    yield url, "the record unpacks to far too much; nothing after it was read"
                    return
                last = iterator.get_record_offset()
                cut = getattr(record.raw_stream, "limit", 0)  # bytes that the record says it has, and the file has not
                if found is not None:
                    pages += 1
                    yield url, found
        except (ArchiveLoadFailed, ValueError, EOFError, AttributeError, UnicodeError):
            yield "", f"damaged after record {records:,}: nothing after it was read; get the file again"
            return
    if cut or not _ends_whole(path, last):
        yield "", f"cut off after record {records:,}: the pages behind it are missing; get the file again"
    elif not pages:
        yield "", "no page in the web archive; make it of pages that answer 200"


def _is_page(record: Any) -> bool:
    if record.rec_type != "response" or record.http_headers is None:
        return False
    kind = (record.http_headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    return record.http_headers.get_statuscode() == "200" and kind in _PAGES


def _page(record: Any, url: str, seen: set[bytes]) -> Draft | str | None:
    """The draft of a page, a line on what is wrong, or None for one that was seen before."""
    data = record.content_stream().read(_LARGEST_PAGE + 1)
    if len(data) > _LARGEST_PAGE:
        return f"more than {_LARGEST_PAGE:,} bytes are too much for one article"
    digest = hashlib.sha256(url.encode("utf-8", "replace") + b"\0" + data).digest()
    if digest in seen:
        return None
    seen.add(digest)
    charset = (record.http_headers.get_header("Content-Type") or "").lower().partition("charset=")[2]
    try:
        return read_html(data, charset.strip(" \"';") or None, url)
    except NotText as error:
        return str(error)


def _ends_whole(path: Path, last: int) -> bool:
    """Whether a file ends where its last record does, which begins at the byte `last` where each is packed."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            file.seek(max(0, path.stat().st_size - 4))
            return file.read().replace(b"\r", b"").endswith(b"\n\n")  # an empty line after each record
        file.seek(last)
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        passed = 0
        while not member.eof and passed < _MOST_PASSED and (block := member.unconsumed_tail or file.read(_BLOCK)):
            passed += len(member.decompress(block, _BLOCK))
        return member.eof and not (member.unused_data + file.read(_BLOCK)).strip(b"\0")


def _drained(record: Any) -> bool:
    """Read what is left of a record; False where that is more than any record holds."""
    passed = 0
    while block := record.raw_stream.read(_BLOCK):
        passed += len(block)
        if passed > _MOST_PASSED:
            return False
    return True
