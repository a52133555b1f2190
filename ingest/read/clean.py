"""Any text -> plain paragraphs: one kind of space, one kind of newline, nothing invisible."""

import html
import itertools
import re
import unicodedata

__all__ = ["clean_text", "one_line", "reflow", "without_entities", "without_misread"]

# Joiners carry meaning inside words of many scripts and in emoji; between Latin letters they are
# leftovers of web pages.
_JOINER = re.compile(
    "(?<![\u0600-\u1fff\u2190-\U0001ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u1fff\u2190-\U0001ffff])"
)
# What Windows-1252 has where Latin-1 has control characters that no text holds. Who declares the one often writes the
# other: '10\x9612 boats' is 10–12, and were 1012 without it. The end of a line that IBM writes there stays one.
_MISREAD = {
    code: sign for code in range(0x80, 0xA0) if code != 0x85 and (sign := bytes([code]).decode("cp1252", "ignore"))
}
_NEWLINE = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r" {2,}")
_BLANK_LINES = re.compile(r"\n{3,}")
_KEPT = {"\u200c", "\u200d"}
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")

_WRAPPED = range(40, 101)  # widths that mail programs, terminals and e-books wrap lines at
_SLACK = 12  # characters that a hand-wrapped line may stop short of the width
_ITEM = re.compile(r"\s*(?:[-*•–—]|\d{1,3}[.)]|[a-z][.)])\s+\S")


def clean_text(text: str) -> str:
    """Return `text` in Unicode NFC with plain spaces and newlines only.

    Every Unicode space becomes one space, runs of spaces one space, every line ending a newline;
    lines are stripped; more than one blank line becomes one. Signs of Windows-1252 that were read as Latin-1 become
    what they are. Other control, format (zero-width, bidirectional, soft hyphen) and tag characters are removed, lone
    surrogates replaced by U+FFFD. Cleaning a cleaned text changes nothing.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", without_misread(text).replace("\ufeff", ""))
    text = _NEWLINE.sub("\n", text)
    # Most lines hold nothing to remove, and testing a line is cheaper than mapping its characters.
    lines = (line if line.isprintable() else "".join(map(_plain, line)) for line in text.split("\n"))
    text = "\n".join(lines)
    text = _JOINER.sub("", text) if not text.isascii() else text
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    # Removing a character can bring a letter and its accent together.
    joined = unicodedata.normalize("NFC", "\n".join(lines))
    return _BLANK_LINES.sub("\n\n", joined).strip()


def without_misread(text: str) -> str:
    """Return `text` with the dashes and quotation marks of Windows-1252 that were read as control characters."""
    return text if text.isascii() else text.translate(_MISREAD)


def one_line(text: str) -> str:
    """Return `text` cleaned and on a single line, for titles, names and reasons."""
    return " ".join(clean_text(text).split())


def without_entities(text: str) -> str:
    """Return `text` with HTML's entities as what they stand for, those encoded twice too ('&amp;#8217;').

    Only those with their semicolon: 'Q&A', 'AT&T' and '?a=1&copy=2' stay.
    """
    for _ in range(2):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return text


def reflow(text: str) -> str:
    """Return `text` with hard-wrapped lines joined and its paragraphs parted by one blank line.

    Where all lines are at most 100 characters wide and some are at least 40, a line break is a wrap
    when the next word would not have fitted (less some slack, for text wrapped by hand); other
    breaks are kept: verse, lists, addresses. Where lines are longer nothing was wrapped, and each
    line of a block with a long line is a paragraph.
    """
    blocks = [
        [line.rstrip() for line in block.split("\n")]
        for block in re.split(r"\n\s*\n", _NEWLINE.sub("\n", text.expandtabs(4)).strip("\n"))
    ]
    width = max(len(line) for block in blocks for line in block)
    if width in _WRAPPED:
        return "\n\n".join(_unwrap(block, width) for block in blocks)
    return "\n\n".join(_part(block) for block in blocks)


def _unwrap(lines: list[str], width: int) -> str:
    block = lines[0]
    for before, line in itertools.pairwise(lines):
        word = len(line.split(maxsplit=1)[0]) if line.strip() else 0
        full = len(before) + 1 + word > width - _SLACK
        if _ITEM.match(line):
            block += "\n" + line
        elif line[:1].isspace() and not before[:1].isspace() and not _ITEM.match(before):
            block += "\n\n" + line  # an indented line opens a paragraph
        else:
            block += (" " if full else "\n") + line.lstrip()
    return block


def _part(lines: list[str]) -> str:
    if max(map(len, lines)) < _WRAPPED.stop:
        return "\n".join(lines)
    return lines[0] + "".join(("\n" if _ITEM.match(line) else "\n\n") + line for line in lines[1:])


def _plain(character: str) -> str:
    if character.isprintable() or character in _KEPT:
        return character
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return " "
    if category == "Cs":
        return "\ufffd"
    return character if category in {"Co", "Cn"} else ""
