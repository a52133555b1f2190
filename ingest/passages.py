"""Article -> passages with exact character offsets, on sentence boundaries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sentencex import get_sentence_boundaries

from ingest.article import Article

__all__ = [
    "PASSAGE_WORDS",
    "SPLITTER",
    "Passage",
    "cell_spans",
    "sentence_around",
    "sentence_spans",
    "split_passages",
    "to_embed",
]

SPLITTER = "sentences-110-1"
"""Name of the way passages are cut; part of an article's hash, so a new way cuts old articles again."""

# About 150 word pieces: with the title it stays below the encoder's 256, and one reader window holds it.
PASSAGE_WORDS = 110
# A sentence is repeated at the head of the next passage, so that 'He' finds its name; a longer one is not.
OVERLAP_WORDS = 40
# A 'sentence' longer than this is a speech in quotation marks, or a table without full stops.
LONG_SENTENCE_WORDS = 60
_LETTERS_A_WORD = 20
# The segmenter looks for the end of each quotation, and back from each full stop, in all of the line: 50,000 opening
# marks in a row take 0.7 s, and twice as many four times that. Over this product of marks and letters (30 ms) a line is
# read in parts.
_MOST_LOOKED_AT = 100_000_000
_LONGEST_PART = 4000  # letters
_MARKS = ".!?“”„‘’«»`'\""
# An endless word is cut as well.
_WORD = re.compile(rf"\S{{1,{PASSAGE_WORDS * _LETTERS_A_WORD}}}")
_QUOTES = str.maketrans(dict.fromkeys('"“”„«»', " "))


@dataclass(frozen=True)  # with room for what is worked out once
class Passage:
    """Consecutive sentences of one article: `article.text[start:end] == text`.

    `id` is `article_id:index`; `index` counts from 0. `title` is the article's, for retrieval.
    """

    id: str
    article_id: str
    index: int
    start: int
    end: int
    title: str
    text: str

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The `sentence_spans` of its text, cut when first asked for."""
        return sentence_spans(self.text)


def split_passages(article: Article) -> list[Passage]:
    """Cut an article into passages of about 110 words that start and end with a sentence.

    Neighbours share one sentence. Every character that is not white space is in some passage.
    A text without any word gives an empty list.
    """
    passages: list[Passage] = []
    for start, end in _windows(article.text, sentence_spans(article.text)):
        index = len(passages)
        passages.append(
            Passage(f"{article.id}:{index}", article.id, index, start, end, article.title, article.text[start:end])
        )
    return passages


def to_embed(passages: Sequence[Passage]) -> list[str]:
    """Return what the encoder reads of each of an article's passages, in order: its title, and what is new in it.

    The sentence that a passage shares with the one before it is in that one's vector. Left out here, there is an
    eighth less to embed. On the questions that ingest/encoder/encoder.py names, passages and questions in 8 bits:
      dense alone   with it .521 / .791 / .889   .643      without .529 / .779 / .880   .644
      fused         with it .709 / .902 / .946   .794      without .706 / .903 / .947   .795
    """
    texts = []
    end = 0
    for passage in passages:
        texts.append(f"{passage.title}\n{passage.text[max(0, end - passage.start) :].lstrip()}")
        end = passage.end
    return texts


_HEAD = r"[^:;\n]{1,60}: "
_ROW = re.compile(rf"{_HEAD}[^;\n]*(?:; {_HEAD}[^;\n]*)+ \((?P<name>[^()\n]{{1,60}})\)\.")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) character offsets of the sentences of a text, in order, trimmed.

    A span never crosses a line break. The segmenter (sentencex) keeps quoted speech in one
    piece; pieces over 60 words are cut again inside their quotation marks, and what is still
    over 110 words at spaces.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _segment(text, 0):
        if _words(text, start, end) <= LONG_SENTENCE_WORDS:
            spans.append((start, end))
        else:
            for inner_start, inner_end in _segment(text[start:end].translate(_QUOTES), start):
                spans += _cut_at_spaces(text, inner_start, inner_end)
    return spans


def cell_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the offsets of the cells of a table's row, 'Party: Greens; Seats: 22 (Greens).', without their heads.

    None for what is no such row, as ingest/read/tables.py writes them.
    """
    row = _ROW.fullmatch(text, start, end)
    if row is None:
        return []
    cells = []
    for part in text[start : row.start("name") - len(" (")].split("; "):
        head, colon, _ = part.partition(": ")
        cells.append((start + len(head + colon), start + len(part)))
        start += len(part) + len("; ")
    return cells if row["name"] in {text[slice(*cell)] for cell in cells[:2]} else []


def sentence_around(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """Return the article offsets of the sentence that holds article.text[start:end], or of those it crosses."""
    touched = [
        (passage.start + a, passage.start + b)
        for a, b in passage.sentences
        if passage.start + a < end and passage.start + b > start
    ]
    return min([start, *(a for a, _ in touched)]), max([end, *(b for _, b in touched)])


def _segment(text: str, offset: int) -> list[tuple[int, int]]:
    spans = []
    line_start = 0
    # Half a surrogate pair cannot be UTF-8; '?' takes its place, one character for one.
    for line in text.encode("utf-8", "replace").decode("utf-8").split("\n"):
        for part_start, part_end in _parts(line):
            for boundary in get_sentence_boundaries("en", line[part_start:part_end]):
                start, end = part_start + boundary["start_index"], part_start + boundary["end_index"]
                piece = line[start:end]
                if stripped := piece.strip():
                    start += offset + line_start + len(piece) - len(piece.lstrip())
                    spans.append((start, start + len(stripped)))
        line_start += len(line) + 1
    return spans


def _parts(line: str) -> list[tuple[int, int]]:
    """Cut a line with far too many of these marks into parts, after a sentence where one ends in the last half."""
    parts: list[tuple[int, int]] = []
    at = 0
    if len(line) <= _LONGEST_PART or len(line) * sum(map(line.count, _MARKS)) <= _MOST_LOOKED_AT:
        return [(0, len(line))]
    while len(line) - at > _LONGEST_PART:
        part = line[at : at + _LONGEST_PART]
        ends = [part.rfind(mark, _LONGEST_PART // 2) + 2 for mark in (". ", "! ", "? ")]
        cut = max(ends) if max(ends) > 1 else part.rfind(" ", 1) + 1 or _LONGEST_PART
        parts.append((at, at + cut))
        at += cut
    return [*parts, (at, len(line))]


def _cut_at_spaces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    room = 0
    for word in _WORD.finditer(text, start, end):
        size = _words(text, word.start(), word.end())
        if size <= room:
            pieces[-1] = (pieces[-1][0], word.end())
        else:
            pieces.append((word.start(), word.end()))
            room = PASSAGE_WORDS
        room -= size
    return pieces


def _windows(text: str, sentences: list[tuple[int, int]]) -> list[tuple[int, int]]:
    windows = []
    first = 0
    while first < len(sentences):
        last, words = first, _words(text, *sentences[first])
        while last + 1 < len(sentences):
            more = _words(text, *sentences[last + 1])
            if words + more > PASSAGE_WORDS:
                break
            last, words = last + 1, words + more
        windows.append((sentences[first][0], sentences[last][1]))
        if last + 1 >= len(sentences):
            break
        overlaps = last > first and _words(text, *sentences[last]) <= OVERLAP_WORDS
        first = last if overlaps and _fits_with_next(text, sentences, last) else last + 1
    return windows


def _fits_with_next(text: str, sentences: list[tuple[int, int]], last: int) -> bool:
    """Whether the overlap leaves room for the sentence after it; else it would stand alone twice."""
    return _words(text, *sentences[last]) + _words(text, *sentences[last + 1]) <= PASSAGE_WORDS


def _words(text: str, start: int, end: int) -> int:
    """Count words; a word of over 20 characters counts as several, so that no passage is endless."""
    return max(len(text[start:end].split()), -(-(end - start) // _LETTERS_A_WORD))
