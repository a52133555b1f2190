"""Markdown -> the text a reader sees, and its first heading."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.read.tidy import has_marks
from ingest.read.webpage import markup_to_text

__all__ = ["markdown_to_text"]


def markdown_to_text(markdown: str) -> tuple[str | None, str]:
    """Return the heading (None if there is none) and the text, paragraphs parted by blank lines.

    The heading is the first of level 1, else a heading that opens the text; it is not repeated in
    the text. Emphasis and links leave their words, images nothing, code its lines, list items a
    dash or their number, table rows their cells parted by ' | '.
    """
    # The commonmark preset nests at most 20 levels: '>' a hundred thousand times is no danger.
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    walk = _Walk()
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
    blocks: list[_Block] = field(default_factory=list)
    _heading: int = 0
    _lists: list[int | None] = field(default_factory=list)  # the next number; None for dashes
    _marker: str = ""
    _row: list[str] | None = None

    def take(self, token: Token) -> None:
        kind = token.type
        if kind == "inline":
            self._inline("".join(_words(token.children or [])))
        elif kind in {"fence", "code_block"}:
            self.blocks.append(_Block(token.content.strip("\n")))
        elif kind == "html_block":
            self._inline(markup_to_text(token.content))
        elif kind.startswith("heading_"):
            self._heading = int(token.tag[1]) if kind == "heading_open" else 0
        elif kind.startswith("tr_"):
            self._table_row(opens=kind == "tr_open")
        else:
            self._list(token)

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

    def _table_row(self, *, opens: bool) -> None:
        if opens:
            self._row = []
        elif self._row is not None:
            self.blocks.append(_Block(" | ".join(self._row), tight=True))
            self._row = None

    def _inline(self, text: str) -> None:
        if self._row is not None:
            self._row.append(text)
        elif text.strip():
            self.blocks.append(_Block(self._marker + text, self._heading, tight=bool(self._marker)))
            self._marker = ""


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
