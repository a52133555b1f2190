"""Any text -> plain paragraphs: one kind of space, one kind of newline, nothing invisible."""

import itertools
import re
import unicodedata

__all__ = ["clean_text", "one_line", "reflow"]

# Joiners carry meaning inside words of many scripts and in emoji; between Latin letters they are
# leftovers of web pages.
_JOINER = re.compile(
    "(?<![\u0600-\u1fff\u2190-\U0001ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u1fff\u2190-\U0001ffff])"
)
_NEWLINE = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r" {2,}")
_BLANK_LINES = re.compile(r"\n{3,}")
_KEPT = {"\n", "\u200c", "\u200d"}

_WRAPPED = range(40, 101)  # widths that mail programs, terminals and e-books wrap lines at
_SLACK = 12  # characters that a hand-wrapped line may stop short of the width
_ITEM = re.compile(r"\s*(?:[-*•–—]|\d{1,3}[.)]|[a-z][.)])\s+\S")


def clean_text(text: str) -> str:
    """Return `text` in Unicode NFC with plain spaces and newlines only.

    Every Unicode space becomes one space, runs of spaces one space, every line ending a newline;
    lines are stripped; more than one blank line becomes one. Control, format (zero-width,
    bidirectional, soft hyphen) and tag characters are removed, lone surrogates replaced by U+FFFD.
    Cleaning a cleaned text changes nothing.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.replace("\ufeff", ""))
    text = _NEWLINE.sub("\n", text)
    text = "".join(map(_plain, text)) if not text.isprintable() else text
    text = _JOINER.sub("", text) if not text.isascii() else text
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    # Removing a character can bring a letter and its accent together.
    joined = unicodedata.normalize("NFC", "\n".join(lines))
    return _BLANK_LINES.sub("\n\n", joined).strip()


def one_line(text: str) -> str:
    """Return `text` cleaned and on a single line, for titles, names and reasons."""
    return " ".join(clean_text(text).split())


def reflow(text: str) -> str:
    """Return `text` with hard-wrapped lines joined and its paragraphs parted by one blank line.

    A line break is a wrap when the lines around it are 40 to 100 characters wide and the next
    word would not have fitted (less some slack, for text wrapped by hand). Other breaks between
    short lines are kept: verse, lists, addresses. Where lines are longer than that nothing was
    wrapped, and every line is a paragraph.
    """
    blocks = [block.split("\n") for block in re.split(r"\n\s*\n", _NEWLINE.sub("\n", text.expandtabs(4)))]
    wrapped = [len(line.rstrip()) for block in blocks if len(block) > 1 for line in block]
    width = max((length for length in wrapped if length < _WRAPPED.stop), default=0)
    return "\n\n".join(_reflow_block([line.rstrip() for line in block], width) for block in blocks)


def _reflow_block(lines: list[str], width: int) -> str:
    long = any(len(line) >= _WRAPPED.stop for line in lines)
    block = lines[0]
    for before, line in itertools.pairwise(lines):
        words = line.split(maxsplit=1)
        full = bool(words) and len(before) + 1 + len(words[0]) > width - _SLACK
        if _ITEM.match(line):
            block += "\n" + line
        elif long:
            block += "\n\n" + line
        elif width in _WRAPPED and line[:1].isspace() and not before[:1].isspace() and not full:
            block += "\n\n" + line  # an indented line opens a paragraph
        elif width in _WRAPPED and full:
            block += " " + line.lstrip()
        else:
            block += "\n" + line
    return block


def _plain(character: str) -> str:
    if character.isprintable() or character in _KEPT:
        return character
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return " "
    if category == "Cs":
        return "\ufffd"
    return character if category in {"Co", "Cn"} else ""
