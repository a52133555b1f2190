"""Copied citations: right by hand, read back by pybtex and markdown-it, and inert whatever an article holds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pybtex.database import Entry, parse_string

from ingest.article import Article
from ui.views.citing import bibtex, citations, markdown, plain

TEXT = "The port said so.\n\nThe repair cost 41 million euros & 50% more."
BRIDGE = Article(
    "0a1b2c3d4e5f6071", "Bridge reopens: what it cost", TEXT, "b.txt", "https://harbour.example/a?b=1", "2026-03-14",
    "Harbour Weekly",
)  # fmt: skip
EVIL = (
    "x](javascript:alert(1)) <https://evil.example> https://evil.example www.evil.example <b>b</b>"
    " ![i](//evil.example/i) `c` }, url={https://evil.example}, @misc{x, {{ \\input{/etc/passwd}"
    " % $ # _ ^ ~ & \u202eesrever\u2066 \x1b[31m\r\n# h"
)


def parsed(entry: str) -> Entry:
    (found,) = parse_string(entry, "bibtex").entries.values()
    return found


READER = MarkdownIt("commonmark", {"linkify": True}).enable("linkify")


def links(text: str) -> list[str]:
    """Every address that a reader of GitHub's kind would open, pictures included."""
    tokens = [token for block in READER.parse(text) for token in (block.children or [])]
    return [
        str(token.attrGet("href") or token.attrGet("src")) for token in tokens if token.type in {"link_open", "image"}
    ]


def shown(text: str) -> str:
    inlines = [block for block in READER.parse(text) if block.type == "inline"]
    return "\n".join("".join(token.content or "\n" * (token.type == "softbreak") for token in block.children or [])
                     for block in inlines)  # fmt: skip


def typeset(value: str) -> str:
    """What TeX makes of a value in which only special signs are escaped, by its manual."""
    named = {r"\textbackslash{}": "\\", r"\textbraceleft{}": "{", r"\textbraceright{}": "}",
             r"\textasciitilde{}": "~", r"\textasciicircum{}": "^"}  # fmt: skip
    return re.sub(r"\\text[a-z]+\{\}|\\[$&#_%]", lambda found: named.get(found[0], found[0][-1]), value.strip("{}"))


def test_the_three_forms_by_hand() -> None:
    start = TEXT.index("41")
    assert citations(BRIDGE, start, start + 10) == {
        "plain": "“41 million” — Bridge reopens: what it cost, Harbour Weekly, 14 March 2026,"
        " https://harbour.example/a?b=1",
        "markdown": "> 41 million\n>\n> — [Bridge reopens\\: what it cost](<https://harbour.example/a?b=1>),"
        " Harbour Weekly, 14 March 2026",
        "bibtex": "@article{harbourweekly2026bridge-0a1b2c3d,\n  title = {{Bridge reopens: what it cost}},\n"
        "  journal = {Harbour Weekly},\n  date = {2026-03-14},\n  year = {2026},\n  day = {14},\n"
        "  url = {https://harbour.example/a?b=1},\n  annote = {“41 million”},\n  month = mar,\n}",
    }


def test_what_is_unknown_is_left_out() -> None:
    bare = Article("ff00", "Bridge", "It cost 41 million.", "folder/b.txt")
    assert plain(bare, "") == "Bridge, folder/b.txt"
    assert markdown(bare, "41") == "> 41\n>\n> — Bridge, folder\\/b\\.txt"
    entry = parsed(bibtex(bare, ""))
    assert (entry.type, dict(entry.fields)) == ("misc", {"title": "{Bridge}"})
    assert parsed(bibtex(Article("f", "Bridge", "x", "s", None, "2026-03"), "")).fields["month"] == "March"
    assert "month" not in parsed(bibtex(Article("f", "Bridge", "x", "s", None, "2026"), "")).fields


def test_an_author_is_named_as_it_is_signed() -> None:
    (person,) = parsed(bibtex(Article("f", "B", "x", "s", author="Vale and Sons, the port"), "")).persons["author"]
    assert str(person) == "{Vale and Sons, the port}"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd"])
def test_only_web_addresses_are_cited(url: str) -> None:
    article = Article("f", "Bridge", "x", "s", url)
    assert url not in "".join(citations(article, 0, 1).values())


def test_a_hostile_article_is_cited_as_text() -> None:
    article = Article(EVIL, EVIL, EVIL * 2, EVIL, "https://ok.example/a) b}>\n{\\", "2026-03-14", EVIL)
    copied = citations(article, 0, len(EVIL))
    own = "https://ok.example/a)%20b%7D%3E%0A%7B%5C"
    assert links(copied["markdown"]) == [own]
    assert "[31m" in shown(copied["markdown"])  # the words stay
    for text in copied.values():
        assert not {"\x1b", "\r", "\u202e", "\u2066"} & set(text)
    assert copied["plain"].count("\n") == EVIL.count("\n")  # of the quote; the facts are one line
    entry = parsed(copied["bibtex"])
    assert set(entry.fields) == {"title", "journal", "date", "year", "month", "day", "url", "annote"}
    assert entry.fields["url"] == own
    read = typeset(entry.fields["title"])
    assert read.startswith("x](javascript:alert(1)) <https://evil.example>")
    assert "\\input{/etc/passwd}" in read


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_title_and_quote_is_one_entry_and_no_link(title: str, quote: str) -> None:
    article = Article("f", title, quote, "s", None, "2026-03-14", title)
    assert "annote" in parsed(bibtex(article, "q" + quote)).fields
    assert links(markdown(article, quote)) == []


def test_a_quote_over_two_paragraphs_stays_one_block_quote() -> None:
    copied = markdown(BRIDGE, TEXT)
    assert all(line.startswith(">") for line in copied.split("\n"))
    assert shown(copied).startswith("The port said so.\nThe repair cost 41 million euros & 50% more.\n— ")
