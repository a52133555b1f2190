"""A file of a format that others' programs write (PDF, office, e-book, mail, feed, newswire) -> drafts.

Call it in a process of its own (worker.py): a parser that hangs or eats memory costs one file.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ingest.read.decode import NotText
from ingest.read.documents import read_document
from ingest.read.draft import Draft, Unreadable

if TYPE_CHECKING:
    from ingest.read.mail import Attachment, Letter

__all__ = ["PARTS", "read_parts"]

_PASSED = {
    ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".ics", ".vcf", ".p7s",
    ".p7m", ".asc", ".sig", ".mp3", ".m4a", ".wav", ".mp4", ".mov", ".css",
}  # fmt: skip
_MOST_DRAFTS = 5000  # of one file


def read_parts(data: bytes, kind: str) -> Iterator[Draft | str]:
    """Yield the drafts of a file of this kind ('.pdf'), and one line for each part of it that gives none."""
    try:
        for count, part in enumerate(PARTS[kind](data)):
            if count == _MOST_DRAFTS:
                yield f"only its first {_MOST_DRAFTS:,} articles were read; split it"
                return
            yield part
    except (Unreadable, NotText) as error:
        yield str(error)
    except (RecursionError, MemoryError):
        yield "it is nested too deeply, or too large, for an article"


def _pdf(data: bytes) -> Iterator[Draft]:
    from ingest.read.pdf import read_pdf

    yield read_pdf(data)


def _docx(data: bytes) -> Iterator[Draft]:
    from ingest.read.office import read_docx

    yield read_docx(data)


def _odt(data: bytes) -> Iterator[Draft]:
    from ingest.read.office import read_odt

    yield read_odt(data)


def _rtf(data: bytes) -> Iterator[Draft]:
    from ingest.read.office import read_rtf

    yield read_rtf(data)


def _epub(data: bytes) -> Iterator[Draft]:
    from ingest.read.epub import read_epub

    yield from read_epub(data)


def _mhtml(data: bytes) -> Iterator[Draft]:
    from ingest.read.mail import read_mhtml

    yield read_mhtml(data)


def _mail(data: bytes) -> Iterator[Draft | str]:
    from ingest.read.mail import read_mail

    yield from _letter(read_mail(data), "")


def _mailbox(data: bytes) -> Iterator[Draft | str]:
    """Each message of a mailbox; a line for one that cannot be read."""
    from ingest.read.mail import messages, read_mail

    found = messages(data)
    if not found:
        raise Unreadable("it is no mailbox: no line 'From ...' begins a message; save its messages as .eml")
    for number, message in enumerate(found, start=1):
        try:
            letter = read_mail(message)
            yield from _letter(letter, letter.id or f"message {number}")
        except (Unreadable, NotText) as error:
            yield f"message {number}: {error}"


def _letter(letter: "Letter", key: str) -> Iterator[Draft | str]:
    """The drafts of a message: its sender's words, what it keeps of others, its files, and the messages in it."""
    own = any(map(str.isalnum, letter.draft.text))
    if own or not (letter.quoted or letter.attachments or letter.inside):
        yield replace(letter.draft, key=key or None)
    for number, quoted in enumerate(letter.quoted, start=1):
        yield replace(quoted, key=f"{key}>{number}")
    for number, inner in enumerate(letter.inside, start=1):
        yield from _letter(inner, f"{key}@{inner.id or number}")
    for attachment in letter.attachments:
        yield from _attachment(attachment, key, letter.draft)


def _attachment(attachment: "Attachment", key: str, letter: Draft) -> Iterator[Draft | str]:
    kind = PurePath(attachment.name).suffix.lower()
    if kind in _PASSED:
        return
    for part in _attached(attachment.data, kind, attachment.name):
        if isinstance(part, str):
            yield f"attachment {attachment.name[:100]}: {part}"
        else:
            day = part.published if kind in _MAILS else part.published or letter.published
            yield replace(part, key=f"{key}{attachment.name}#{part.key or ''}", published=day)


def _attached(data: bytes, kind: str, name: str) -> Iterator[Draft | str]:
    if kind in PARTS and kind not in _MAILS:
        yield from read_parts(data, kind)
    elif kind == ".eml":
        from ingest.read.mail import read_mail

        try:
            letter = read_mail(data)
        except (Unreadable, NotText) as error:
            yield str(error)
            return
        yield from _letter(replace(letter, attachments=[]), "@")
    elif kind in _TEXTS:
        try:
            yield read_document(data, PurePath(f"attachment{kind}"))
        except NotText as error:
            yield str(error)
    else:
        yield f"{kind or 'nameless'} files are not read out of messages; save it as a file of its own"


def _xml(data: bytes) -> Iterator[Draft | str]:
    """A feed, or what a wire service sends; other XML is no article."""
    from ingest.read.newswire import is_newswire, read_newswire
    from ingest.read.package import parse_xml
    from ingest.read.syndication import is_feed, read_feed

    if is_feed(data):
        yield from read_feed(data)
        return
    root = parse_xml(data)
    if not is_newswire(root):
        raise Unreadable("this XML is neither a feed nor NITF or NewsML-G2; save its text as .txt or .html")
    yield from read_newswire(root)


_MAILS = {".eml", ".mbox"}
_TEXTS = {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml"}
PARTS: dict[str, Callable[[bytes], Iterator[Any]]] = {
    ".pdf": _pdf,
    ".docx": _docx,
    ".odt": _odt,
    ".rtf": _rtf,
    ".epub": _epub,
    ".mhtml": _mhtml,
    ".mht": _mhtml,
    ".eml": _mail,
    ".mbox": _mailbox,
    ".xml": _xml,
    ".rss": _xml,
    ".atom": _xml,
}
