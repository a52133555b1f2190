"""A saved message (.eml) and a web page saved as one (.mhtml) -> Draft and attachments."""

import email
import email.header
import email.message
import email.policy
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.address import normal_url
from ingest.clean import one_line
from ingest.decode import decode
from ingest.documents import read_html
from ingest.draft import Draft, Unreadable
from ingest.webpage import markup_to_text

__all__ = ["Attachment", "read_mail", "read_mhtml"]

_MOST_PARTS = 500
_LONGEST_HEADER = 2000  # characters
_PLAIN_ENOUGH = 0.6  # of the letters of the HTML part: a plain part with fewer is a stub ('Open in a browser')


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a message."""

    name: str
    data: bytes


def read_mail(data: bytes) -> tuple[Draft, list[Attachment]]:
    """Return the draft of a message and the files attached to it. Raises Unreadable.

    Of a plain part and an HTML part that say the same, the plain one is taken. The sender of a
    newsletter is its outlet, the sender of a letter its author.
    """
    message = _parsed(data)
    if not any(message.get(name) for name in ("From", "Subject", "Date", "Received")):
        raise Unreadable("it is no message: it has no header lines; save it again as .eml")
    plain, page, attachments = "", "", []
    for part in _leaves(message):
        name = _header(part.get_filename() or "")
        kind = part.get_content_type()
        content = _content(part)
        if name or part.get_content_disposition() == "attachment":
            attachments.append(Attachment(name or "attachment", content))
        elif kind == "text/plain":
            plain += ("\n\n" if plain else "") + decode(content, part.get_content_charset())
        elif kind == "text/html":
            page += decode(content, part.get_content_charset())
    text = markup_to_text(page) if page else ""
    whole = _letters(plain) >= _PLAIN_ENOUGH * _letters(text)
    sender, address = email.utils.parseaddr(_header(message.get("From", ""))[:_LONGEST_HEADER])
    newsletter = any(message.get(name) for name in ("List-Unsubscribe", "List-Id", "List-Post"))
    name = sender or (address.rpartition("@")[2] if newsletter else "")
    return Draft(
        text=plain if whole else text,
        title=_header(message.get("Subject", "")) or None,
        published=_header(message.get("Date", "")),
        outlet=name if newsletter else None,
        author=None if newsletter else name or None,
        language=_header(message.get("Content-Language", "")).partition(",")[0] or None,
        flowed=not whole,
    ), attachments


def read_mhtml(data: bytes) -> Draft:
    """Return the draft of a page that a browser saved into one file. Raises Unreadable and NotText."""
    message = _parsed(data)
    url = normal_url(_header(message.get("Snapshot-Content-Location", "")))
    for part in _leaves(message):
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            where = url or normal_url(_header(part.get("Content-Location", "")))
            return read_html(_content(part), part.get_content_charset(), where)
    raise Unreadable("no page in it; save the page again, as HTML")


def _parsed(data: bytes) -> email.message.Message:
    # The older policy: the newer one parses every header into a tree, in quadratic time.
    return email.message_from_bytes(data, policy=email.policy.compat32)


def _leaves(message: email.message.Message) -> Iterator[email.message.Message]:
    """The parts that hold something, in order; a forwarded message's own parts too."""
    waiting, count = [message], 0
    while waiting and count < _MOST_PARTS:
        part = waiting.pop()
        count += 1
        inside = part.get_payload()
        if isinstance(inside, list):
            waiting += reversed([piece for piece in inside if isinstance(piece, email.message.Message)])
        else:
            yield part


def _content(part: email.message.Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _header(value: object) -> str:
    """A header line as text, its encoded words decoded."""
    try:
        raw = str(value)[:_LONGEST_HEADER]
        return one_line(str(email.header.make_header(email.header.decode_header(re.sub(r"\s+", " ", raw)))))
    except (email.errors.HeaderParseError, ValueError, LookupError):
        return one_line(raw)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
