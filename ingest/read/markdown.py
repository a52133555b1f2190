"""Markdown -> the text a reader sees, and its first heading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.read.tables import lines_of
from ingest.read.tidy import has_marks
from ingest.read.webpage import markup_to_text

__all__ = ["markdown_to_text"]

_NOTE = re.compile(r"\[\^([^\[\]\s]{1,60})\](?::\s{0,20})?")
_ADDRESS = re.compile(r"\^[^\[\]\s]{1,60}")  # what is left of a mark where its note is an address
_NOTED = re.compile(r"^ {0,3}\[\^([^\[\]\s]{1,60})\]:", re.MULTILINE)


def markdown_to_text(markdown: str) -> tuple[str | None, str]:
    """Return the heading (None if there is none) and the text, paragraphs parted by blank lines.

    The heading is the first of level 1, else a heading that opens the text; it is not repeated in
    the text. Emphasis and links leave their words, images nothing, code its lines, list items a
    dash or their number, table rows are lines as those of a page's tables are. Marks of footnotes go, the notes stay.
    """
    # The commonmark preset nests at most 20 levels: '>' a hundred thousand times is no danger.
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    walk = _Walk(frozenset(_NOTED.findall(markdown)))
    for token in tokens:
        walk.take(token)
    blocks = walk.blocks
    level_one = (index for index, block in enumerate(blocks) if block.heading == 1)
    opening = 0 if blocks and blocks[0].heading else None
    at = next(level_one, opening)
    heading = blocks.pop(at).text if at is not None else None
    return heading, "".join(_joined(blocks))


@dataclass
class _Block:
    text: str
    heading: int = 0  # level; 0 for what is no heading
    tight: bool = False  # a list item or table row, on the line after the block before it


@dataclass
class _Walk:
    notes: frozenset[str]  # the names of the document's footnotes
    blocks: list[_Block] = field(default_factory=list)
    _heading: int = 0
    _lists: list[int | None] = field(default_factory=list)  # the next number; None for dashes
    _marker: str = ""
    _rows: list[list[str]] = field(default_factory=list)
    _in_row: bool = False

    def take(self, token: Token) -> None:
        kind = token.type
        if kind == "inline":
            self._inline("".join(_words(self._unmarked(token.children or []))))
        elif kind in {"fence", "code_block"}:
            self.blocks.append(_Block(token.content.strip("\n")))
        elif kind == "html_block":
            self._inline(markup_to_text(token.content))
        elif kind.startswith("heading_"):
            self._heading = int(token.tag[1]) if kind == "heading_open" else 0
        elif kind.startswith("tr_"):
            self._in_row = kind == "tr_open"
            self._rows += [[]] if self._in_row else []
        elif kind == "table_close":
            self.blocks += [_Block(line, tight=True) for line in _table(self._rows)]
            self._rows = []
        else:
            self._list(token)

    def _unmarked(self, children: list[Token]) -> list[Token]:
        """The pieces of a paragraph, its text without the marks of footnotes that the document has."""
        for before, child in zip([None, *children], children, strict=False):
            if child.type == "text" and self.notes:
                linked = before is not None and before.type == "link_open" and _ADDRESS.fullmatch(child.content)
                child.content = (
                    "" if linked and child.content[1:] in self.notes else _NOTE.sub(self._mark, child.content)
                )
        return children

    def _mark(self, mark: re.Match[str]) -> str:
        return "" if mark[1] in self.notes else mark[0]

    def _list(self, token: Token) -> None:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            start = token.attrGet("start")
            self._lists.append(None if token.type.startswith("bullet") else int(start or 1))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self._lists.pop()
        elif token.type == "list_item_open":
            number = self._lists[-1]
            self._marker = "- " if number is None else f"{number}. "
            self._lists[-1] = None if number is None else number + 1

    def _inline(self, text: str) -> None:
        if self._in_row:
            self._rows[-1].append(text)
        elif text.strip():
            self.blocks.append(_Block(self._marker + text, self._heading, tight=bool(self._marker)))
            self._marker = ""


def _table(rows: list[list[str]]) -> list[str]:
    """The lines of a table, the first of whose rows is its heads; where they name nothing, cells parted by ' | '."""
    return lines_of(rows, head="th") or [" | ".join(row) for row in rows]


def _words(children: list[Token]) -> Iterator[str]:
    """The words of a paragraph without what is struck out; HTML in it that raises or strikes words is read as such."""
    if any(child.type == "html_inline" and has_marks(child.content) for child in children):
        yield markup_to_text("".join(map(_markup, children)))
        return
    struck = 0
    for child in children:
        struck += (child.type == "s_open") - (child.type == "s_close")
        if struck:
            continue
        if child.type in {"text", "code_inline"}:
            yield child.content
        elif child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak" or (child.type == "html_inline" and child.content[:3].lower() == "<br"):
            yield "\n"


def _markup(child: Token) -> str:
    """A piece of a paragraph as HTML, links and emphasis left out."""
    if child.type == "html_inline":
        return child.content
    if child.type in {"s_open", "s_close", "hardbreak"}:
        return {"s_open": "<s>", "s_close": "</s>"}.get(child.type, "<br>")
    return " " if child.type == "softbreak" else escape(child.content) if child.type in {"text", "code_inline"} else ""


def _joined(blocks: list[_Block]) -> Iterator[str]:
    for index, block in enumerate(blocks):
        if index:
            yield "\n" if block.tight and blocks[index - 1].tight else "\n\n"
        yield block.text
