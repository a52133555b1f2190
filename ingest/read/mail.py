"""Saved messages (.eml, .mbox) and a web page saved as one (.mhtml) -> drafts and attachments.

Of a message only what its sender wrote is its text (quoting.py); what it passes on is a draft of its own, with
the day and the author of its own.
"""

import email
import email.header
import email.message
import email.policy
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from ingest.address import normal_url
from ingest.read.attribution import LONGEST_LINE, attribution
from ingest.read.clean import one_line
from ingest.read.decode import decode
from ingest.read.documents import read_html
from ingest.read.draft import Draft, Unreadable
from ingest.read.mailwords import LABELS
from ingest.read.quoting import QUOTED, Quoted, own_words
from ingest.read.webpage import markup_to_text

__all__ = ["Attachment", "Letter", "messages", "read_mail", "read_mhtml"]

_MOST_PARTS = 500
_LONGEST_HEADER = 2000  # characters
_DEEPEST = 5  # messages in messages
_SEPARATOR = re.compile(
    rb"^From [^\n]{0,200}?\d{1,2}:\d{2}[^\n]{0,60}\n(?=[A-Za-z][A-Za-z0-9-]{0,60}:|>From )", re.MULTILINE
)
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_OPENS, _CLOSES = "\ue001", "\ue002"  # private characters, which stand around what is quoted
_QUOTES = {
    "gmail_quote", "yahoo_quoted", "protonmail_quote", "zmail_extra", "gmail_extra_quote", "moz-cite-prefix",
    "tutanota_quote", "reply-quote", "mail_quote", "ydp_quote",
}  # fmt: skip
_DIVIDERS = {  # below these is the other's message, in Outlook for the web, phones and Macs, and in Zimbra
    "divRplyFwdMsg", "ms-outlook-mobile-reference-message", "mail-editor-reference-message-container",
    "OLK_SRC_BODY_SECTION", "zwchr",
}  # fmt: skip
_BEFORE_NAME = re.compile(r"(?:x_)+|ydp[0-9a-f]{1,16}(?=yahoo)")  # what programs put before others' names of elements
_MOST_BETWEEN = 5  # empty elements between what is quoted and the line that names its writer
_PLAIN_ENOUGH = 0.6  # of the letters of the HTML part: a plain part with fewer is a stub ('Open in a browser')


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a message."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A message: its sender's own words, what it quotes and keeps of others, its files, and the messages in it.

    `id` is what its mail program called it; empty where it has no name.
    """

    id: str
    draft: Draft
    quoted: list[Draft] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    inside: list["Letter"] = field(default_factory=list)


def read_mail(data: bytes) -> Letter:
    """Return a message. Raises Unreadable.

    Of a plain part and an HTML part that say the same, the plain one is taken. The sender of a
    newsletter is its outlet, the sender of a letter its author.
    """
    message = _parsed(data)
    if not any(message.get(name) for name in ("From", "Subject", "Date", "Received")):
        raise Unreadable("it is no message: it has no header lines; save it again as .eml")
    return _letter(message, _DEEPEST)


def messages(data: bytes) -> list[bytes]:
    """Return the messages of a mailbox (mbox), each as the bytes of an .eml file.

    A line 'From somebody, day and time' begins one where a header line follows it. In a message such a line is
    written '>From'.
    """
    found = list(_SEPARATOR.finditer(data))
    ends = [separator.start() for separator in found[1:]] + [len(data)]
    return [_ESCAPED.sub(rb"\1", data[begin.end() : end]) for begin, end in zip(found, ends, strict=True)]


def _letter(message: email.message.Message, levels: int) -> Letter:
    plain, page, attachments, inside = "", "", [], []
    for part in _leaves(message):
        name = _header(part.get_filename() or "")
        kind = part.get_content_type()
        if kind == "message/rfc822":
            if levels:
                inside += [_letter(nested, levels - 1) for nested in _nested(part)]
            continue
        content = _content(part)
        if name or part.get_content_disposition() == "attachment":
            attachments.append(Attachment(name or "attachment", content))
        elif kind == "text/plain":
            plain += ("\n\n" if plain else "") + decode(content, part.get_content_charset())
        elif kind == "text/html":
            page += decode(content, part.get_content_charset())
    text = markup_to_text(page) if page else ""
    whole = _letters(plain) >= _PLAIN_ENOUGH * _letters(text)
    subject = _header(message.get("Subject", ""))
    answers = any(message.get(name) for name in ("In-Reply-To", "References"))
    own, quoted = own_words(plain.replace(QUOTED, "") if whole else _marked_text(page), subject, answers=answers)
    sender, address = email.utils.parseaddr(_header(message.get("From", ""))[:_LONGEST_HEADER])
    newsletter = any(message.get(name) for name in ("List-Unsubscribe", "List-Id", "List-Post"))
    name = sender or (address.rpartition("@")[2] if newsletter else "")
    draft = Draft(
        text=own,
        title=subject or None,
        published=_header(message.get("Date", "")),
        outlet=name if newsletter else None,
        author=None if newsletter else name or None,
        language=_header(message.get("Content-Language", "")).partition(",")[0] or None,
        flowed=not whole,
    )
    others = [_draft_of(said, subject, not whole) for said in quoted]
    return Letter(_header(message.get("Message-ID", "")), draft, others, attachments, inside)


def _draft_of(said: Quoted, subject: str, flowed: bool) -> Draft:
    return Draft(
        text=said.text,
        title=said.title or subject or None,
        published=said.published,
        author=said.author,
        flowed=flowed,
    )


def _marked_text(page: str) -> str:
    """The text of a message in HTML, what its mail program marks as quoted with `QUOTED` before each line."""
    try:
        plain = page.replace(QUOTED, "").replace(_OPENS, "").replace(_CLOSES, "").encode("utf-8", "replace")
        tree = html.document_fromstring(plain, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return markup_to_text(page)
    for divider in _dividers(tree):
        divider.addprevious(_paragraph("-----Original Message-----", None))
    for row in list(tree.iter("tr")):
        _join_label(row)
    for element in list(tree.iter("blockquote", "div")):
        if (
            element.get("type") == "cite"
            or element.get("name") == "quote"
            or _QUOTES & _names(element)
            or _is_named(element)
        ):
            for part in _quoted_parts(element):
                part.insert(0, _paragraph(_OPENS, part.text))
                part.text = None
                part.append(_paragraph(_CLOSES, None))
    depth, lines = 0, []
    for line in markup_to_text(html.tostring(tree, encoding="unicode")).split("\n"):
        depth += line.count(_OPENS)
        words = line.replace(_OPENS, "").replace(_CLOSES, "")
        lines.append(f"{QUOTED} " * (depth > 0) + words if words.strip() or words == line else "")
        depth -= line.count(_CLOSES)
    return "\n".join(lines)


def _join_label(row: html.HtmlElement) -> None:
    """Put the label of a header line and what it says into one cell, where a program draws them as a table's."""
    cells = list(row)
    label = " ".join(cells[0].text_content().split()) if len(cells) == 2 else ""
    if label.endswith((":", "：")) and label[:-1].strip().lower() in LABELS:
        cells[0].text, cells[0][:] = f"{label} {one_line(cells[1].text_content())}", []
        row.remove(cells[1])


def _is_named(element: html.HtmlElement) -> bool:
    """Whether an element that programs draw around what they quote stands below a line that names who wrote it."""
    drawn = element.tag == "blockquote" or "border-left:" in "".join(element.get("style", "").lower().split())
    if not drawn:
        return False
    before = element
    for _ in range(_MOST_BETWEEN):
        previous = before.getprevious()
        above = before.getparent()
        if previous is None and above is not None and not (above.text or "").strip():
            before = above
            continue
        words = above.text if previous is None and above is not None else ""
        if previous is not None:
            words = previous.tail if (previous.tail or "").strip() else previous.text_content()
        if words and words.strip():
            return attribution([words.strip().split("\n")[-1][-LONGEST_LINE:]], 0) is not None
        if previous is None:
            return False
        before = previous
    return False


def _names(element: html.HtmlElement) -> set[str]:
    names = (*element.get("class", "").split(), element.get("id", ""))
    return {_BEFORE_NAME.sub("", name, count=1) for name in names}


def _dividers(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """The elements below which all is another's; Outlook for the web also leaves a place for what it appends, with a
    rule behind it.

    Outlook for Windows names none, but draws one line of always the same kind over the other's header lines.
    """
    found = [element for element in tree.iter("div", "span", "hr") if _DIVIDERS & _names(element) or _outlooks(element)]
    places = [element.getnext() for element in tree.iter("div") if "appendonsend" in _names(element)]
    return found or [place for place in places if place is not None and place.tag == "hr"]


def _outlooks(element: html.HtmlElement) -> bool:
    style = "".join(element.get("style", "").lower().split())
    return "border:none;border-top:solid" in style and "1.0pt;padding:3.0pt0" in style


def _quoted_parts(element: html.HtmlElement) -> list[html.HtmlElement]:
    """What is another's of an element that a mail program marks as quoted.

    Gmail and others put the line that names who wrote it, a blockquote of the words, and what the sender then writes
    below into one element: of that only the line and the blockquotes are another's. Where more than a line stands
    before the blockquote, the element is a message that is passed on whole.
    """
    quotes = [child for child in element if child.tag == "blockquote"]
    if element.tag == "blockquote" or not quotes:
        return [element]
    line = html.Element("div")
    line.text, element.text = element.text, None
    for child in element[: element.index(quotes[0])]:
        line.append(child)
    element.insert(0, line)
    breaks = line.iter("div", "p", "br")
    if sum(any(text and text.strip() for text in (part.text, part.tail)) for part in breaks) > 1:
        return [element]
    for quote in quotes:
        quote.attrib.clear()  # marked once: the loop comes to it again
    return [line, *quotes]


def _paragraph(mark: str, tail: str | None) -> html.HtmlElement:
    paragraph = html.Element("p")
    paragraph.text, paragraph.tail = mark, tail
    return paragraph


def _nested(part: email.message.Message) -> list[email.message.Message]:
    """The messages that a part holds, also where it was packed as if it were a file."""
    found = [piece for piece in part.get_payload() if isinstance(piece, email.message.Message)]
    packing = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if packing in {"base64", "quoted-printable"} and found and not found[0].keys():
        packed = email.message.Message()
        packed["Content-Transfer-Encoding"] = packing
        packed.set_payload(found[0].as_string())
        return [_parsed(_content(packed))]
    return found


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
    """The parts that hold something, in order; a message in it is one part."""
    waiting, count = [message], 0
    while waiting and count < _MOST_PARTS:
        part = waiting.pop()
        count += 1
        inside = part.get_payload() if part.is_multipart() else None  # to decode it may fail
        if isinstance(inside, list) and part.get_content_type() == "message/rfc822":
            yield part
        elif isinstance(inside, list):
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
    except (email.errors.MessageError, ValueError, LookupError):
        return one_line(raw)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
