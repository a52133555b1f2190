"""A word processor's file (.docx, .odt, .rtf) -> Draft.

Elements are taken as they come, without a tree. Text that was deleted under tracked changes, comments, heads
and feet of pages are no part of the article. The dates in a file's properties tell when the file was made, not
when the article was published: they are not used.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ingest.read.draft import Draft, Unreadable
from ingest.read.package import Package, feed_xml, parse_xml
from ingest.read.tidy import read_raised

__all__ = ["read_docx", "read_odt", "read_rtf"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_STATED = ("title", "creator")
_LARGEST_FONT_TABLE = 60_000  # characters, read in quadratic time; Word writes some 100 a font
_MOST_SPACES = 100  # one element of .odt may stand for any number of spaces
_NO_AUTHORS = {"", "unknown author", "unknown", "author", "user", "admin", "administrator", "microsoft office user"}
# Possessive: what one part has taken, no other is tried on; else a few hundred '\\u1' take for ever.
_RTF_TITLE = re.compile(r"\{\\title\s++((?:[^{}\\]|\\'[0-9a-fA-F]{2}|\\u-?\d++[^{}\\]?+|\\[^a-z]){1,600}+)\}")
_RTF_LETTER = re.compile(r"\\u(-?\d{1,10})")


def read_docx(data: bytes) -> Draft:
    """Return the draft of a Word document. Raises Unreadable."""
    package = Package(data)
    walk = _Docx()
    feed_xml(package.part("word/document.xml"), walk)
    stated = _properties(package, "docProps/core.xml")
    return _draft(walk, stated)


def read_odt(data: bytes) -> Draft:
    """Return the draft of an OpenDocument text. Raises Unreadable."""
    package = Package(data)
    manifest = package.part("META-INF/manifest.xml") if "META-INF/manifest.xml" in package.names else b""
    if b"encryption-data" in manifest:
        raise Unreadable("it is locked with a password; save it without one")
    walk = _Odt()
    feed_xml(package.part("content.xml"), walk)
    return _draft(walk, _properties(package, "meta.xml"))


def read_rtf(data: bytes) -> Draft:
    """Return the draft of an RTF file. Raises Unreadable."""
    from striprtf import striprtf

    if not data.lstrip()[:5].startswith(b"{\\rtf"):
        raise Unreadable("it is no RTF; save it again as .docx or .txt")
    source = _RTF_LETTER.sub(_known_letter, data.decode("latin-1"))
    if len(striprtf.font_table_group(source)) > _LARGEST_FONT_TABLE:
        raise Unreadable("its table of fonts is too large; save it as .docx or .txt")
    # The library puts a link's address behind its words, by a search of quadratic time: with the space it finds none.
    try:
        return _rtf_draft(source.replace("\\field{", "\\field {"), striprtf.rtf_to_text)
    except (ValueError, OverflowError, TypeError, LookupError):
        raise Unreadable("it is damaged; get the file again, or save it as .docx or .txt") from None


def _known_letter(match: re.Match[str]) -> str:
    """A letter by its number; what is the number of none is shown as damage."""
    return match[0] if -0x8000 <= int(match[1]) <= 0x10FFFF else "\\u65533"


def _rtf_draft(source: str, read: Callable[..., str]) -> Draft:
    text = read(source, errors="replace")
    # A title beyond the file's code page stands there twice, first as question marks.
    stated = (found[1] for found in _RTF_TITLE.finditer(source[: 1 << 20]))
    titles = (read(f"{{\\rtf1 {title}}}", errors="replace").strip() for title in stated)
    title = next((title for title in titles if "??" not in title), "")
    lines = (_cells(line) if line.endswith("|") else line.strip() for line in text.split("\n"))
    return Draft(text="\n\n".join(filter(None, lines)), title=title or None, flowed=True)


def _cells(line: str) -> str:
    return " | ".join(filter(None, line.split("|")))


def _draft(walk: "_Walk", stated: Mapping[str, str]) -> Draft:
    author = stated.get("creator", "")
    title = stated.get("title") or next((block.text for block in walk.blocks[:5] if block.title), "")
    return Draft(
        text=walk.text(),
        title=title or None,
        author=None if author.lower() in _NO_AUTHORS else author,
        flowed=True,
    )


def _properties(package: Package, name: str) -> dict[str, str]:
    """What the file's Dublin Core properties state. The language there is the program's default, so it is left."""
    if name not in package.names:
        return {}
    root = parse_xml(package.part(name))
    found = {tag: next((element.text for element in root.iter(_DC + tag) if element.text), "") for tag in _STATED}
    return {tag: " ".join(text.split()) for tag, text in found.items() if text.strip()}


@dataclass(slots=True)
class _Block:
    text: str
    title: bool = False
    tight: bool = False  # a list item or a row of a table, on the line after the block before it


class _Walk:
    """Paragraphs as they close; the cells of a table row become one line."""

    def __init__(self) -> None:
        self.blocks: list[_Block] = []
        self._open: list[list[str]] = []  # paragraphs, the innermost last: a text box stands inside one
        self._row: list[str] | None = None
        self._skipped = 0
        self._item = self._title = False

    def text(self) -> str:
        """All paragraphs, parted by blank lines; items and rows by line breaks."""
        pieces: list[str] = []
        for index, block in enumerate(self.blocks):
            tight = index and block.tight and self.blocks[index - 1].tight
            pieces += ["\n" if tight else "\n\n", block.text]
        return "".join(pieces[1:])

    def say(self, words: str) -> None:
        if self._open and not self._skipped:
            self._open[-1].append(words)

    def say_run(self, words: str, *, raised: bool, struck: bool) -> None:
        """Say words that may be raised, as the mark of a footnote is, or struck out."""
        before = "".join(self._open[-1][-3:]) if self._open else ""
        self.say("" if struck else read_raised(words, before[-12:]) if raised else words)

    def begin(self) -> None:
        self._open.append([])
        self._title = False

    def finish(self) -> None:
        text = "".join(self._open.pop()).strip() if self._open else ""
        if text and self._row is not None:
            self._row.append(text)
        elif text:
            self.blocks.append(_Block(("- " if self._item else "") + text, self._title, tight=self._item))
            self._item = False

    def row(self, *, opens: bool) -> None:
        if opens:
            self._row = []
        elif self._row is not None:
            if self._row:
                self.blocks.append(_Block(" | ".join(self._row), tight=True))
            self._row = None

    def close(self) -> None:
        """The document ends (called by the parser)."""


_DOCX_SKIPPED = {_W + "del", _W + "moveFrom", _W + "instrText", _W + "delText", _FALLBACK}


class _Docx(_Walk):
    def __init__(self) -> None:
        super().__init__()
        self._said = False  # inside an element of text
        self._run: list[str] = []  # its words
        self._raised = self._struck = False

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        tag = tag.replace(_W_STRICT, _W)
        if tag in _DOCX_SKIPPED:
            self._skipped += 1
        elif tag == _W + "r":
            self._raised = self._struck = False
        elif tag == _W + "vertAlign":
            self._raised = _val(attrs) == "superscript"
        elif tag in {_W + "strike", _W + "dstrike"}:
            self._struck |= _val(attrs) not in {"0", "false", "off"}
        elif tag == _W + "p":
            self._item = False
            self.begin()
        elif tag == _W + "numPr":
            self._item = True
        elif tag == _W + "pStyle":
            self._title = _val(attrs).lower().replace(" ", "") in {"title", "heading1"}
        elif tag == _W + "tr":
            self.row(opens=True)
        elif tag in {_W + "br", _W + "cr"}:
            self.say("\n")
        elif tag == _W + "tab":
            self.say("\t")
        elif tag == _W + "noBreakHyphen":
            self.say("\u2011")
        self._said = tag == _W + "t"

    def end(self, tag: str) -> None:
        tag = tag.replace(_W_STRICT, _W)
        self._said = False
        if tag == _W + "t":
            self.say_run("".join(self._run), raised=self._raised, struck=self._struck)
            self._run.clear()
        if tag in _DOCX_SKIPPED:
            self._skipped -= 1
        elif tag == _W + "p":
            self.finish()
        elif tag == _W + "tr":
            self.row(opens=False)

    def data(self, data: str) -> None:
        if self._said:
            self._run.append(data)


def _val(attrs: Mapping[str, str]) -> str:
    return str(attrs.get(_W + "val") or attrs.get(_W_STRICT + "val") or "")


_ODT_SKIPPED = {_TEXT + "tracked-changes", _OFFICE + "annotation", _OFFICE + "forms", _TEXT + "note-citation"}
_ODT_PARAGRAPHS = {_TEXT + "p", _TEXT + "h"}


class _Odt(_Walk):
    def __init__(self) -> None:
        super().__init__()
        self._style = ""  # the one that is being described
        self._raising: set[str] = set()
        self._striking: set[str] = set()
        self._spans: list[str] = []  # the styles of those that are open

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        if tag in _ODT_SKIPPED:
            self._skipped += 1
        elif tag == _STYLE + "style":
            self._style = str(attrs.get(_STYLE + "name") or "")
        elif tag == _STYLE + "text-properties":
            if str(attrs.get(_STYLE + "text-position") or "").startswith("super"):
                self._raising.add(self._style)
            if attrs.get(_STYLE + "text-line-through-style", "none") != "none":
                self._striking.add(self._style)
        elif tag == _TEXT + "span":
            self._spans.append(str(attrs.get(_TEXT + "style-name") or ""))
        elif tag in _ODT_PARAGRAPHS:
            self.begin()
            style = str(attrs.get(_TEXT + "style-name") or "")
            self._title = style == "Title" or attrs.get(_TEXT + "outline-level") == "1"
        elif tag == _TEXT + "list-item":
            self._item = True
        elif tag == _TABLE + "table-row":
            self.row(opens=True)
        elif tag == _TEXT + "line-break":
            self.say("\n")
        elif tag == _TEXT + "tab":
            self.say("\t")
        elif tag == _TEXT + "s":
            count = str(attrs.get(_TEXT + "c") or "1")
            self.say(" " * min(int(count) if count.isdecimal() else 1, _MOST_SPACES))

    def end(self, tag: str) -> None:
        if tag in _ODT_SKIPPED:
            self._skipped -= 1
        elif tag == _TEXT + "span" and self._spans:
            self._spans.pop()
        elif tag in _ODT_PARAGRAPHS:
            self.finish()
        elif tag == _TEXT + "list-item":
            self._item = False
        elif tag == _TABLE + "table-row":
            self.row(opens=False)

    def data(self, data: str) -> None:
        self.say_run(
            re.sub(r"\s+", " ", data),
            raised=not self._raising.isdisjoint(self._spans),
            struck=not self._striking.isdisjoint(self._spans),
        )
