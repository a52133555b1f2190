"""The extractive reader: a question and passages -> spans of the article, each with a score.

A BERT or an MPNet that points at the first and the last token of the answer (Devlin et al. 2019, SQuAD 2.0);
position 0 stands for 'no answer here'. It runs on ONNX Runtime in int8; reader_model/README.md is
its model card and qa/training/ made it.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, Self, get_args

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from ingest.errors import ModelError
from ingest.passages import Passage, cell_spans
from ingest.processors import processors
from qa.read.titles import title_tokens
from qa.types import ReaderName, Span

__all__ = ["LONGEST_SPAN", "MODELS", "Reader", "checked_file", "reader_folder", "trim_span", "whole_units"]

MODELS = Path(__file__).parents[1] / "reader_model"  # a folder for each, with its card

LONGEST_SPAN = 30  # tokens; 99.9% of SQuADShifts' 27,626 answers are no longer
QUESTION_TOKENS = 64  # a longer question loses its end, so that a passage of 110 words still fits beside it
# Candidates looked at for each span wanted: neighbours of the best span are nearly the same words.
_CANDIDATES = 12
# Two spans that share more than this part of their common extent are the same answer. Half, so that a
# number survives beside the clause that holds it.
_SAME = 0.5

# What must not be cut inside: 'U.S.', 'p.m.'; '£4.2m', 'US$25,000', '40%', '9:30'.
_UNITS = re.compile(r"\b(?:[^\W\d_]\.){2,}|(?:(?:\b[A-Z]{1,3})?[$£€¥₹])?\d+(?:[.,:]\d+)*(?:[A-Za-z]{1,3}\b)?%?")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}$")
# 'HARLOW, Kestria (Union Press) - ' says where a report was written: no answer begins in it.
_DATELINE = re.compile(
    r"[A-Z][A-Z.'’ -]{2,40}(?:, [A-Z][\w.'’ -]{1,30})?(?:, \w{3,9}\.? \d{1,2})?(?: \([^()\n]{2,40}\))? ?[-–—] "
)
_PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»"}
_OPENERS = {closer: opener for opener, closer in _PAIRS.items()}
_LOOSE = frozenset(",;:.!?-–—…")
# One for all readers and all who ask: with one for each question, twenty people who ask at once on 2 cores got 13.0
# answers a second instead of 14.4, and waited 2.03 s (p95) instead of 1.78 (eval load): too many threads shared a core.
_POOL = ThreadPoolExecutor(processors(), thread_name_prefix="read")


@dataclass(frozen=True, slots=True)
class _Window:
    """What the model sees at once: question and part of a passage.

    `ids` is [CLS] question [SEP] title tokens [SEP], or what the model has for these; the passage's tokens `first` ..
    `last` (exclusive) stand at `head` .. in it.
    """

    ids: list[int]
    head: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """The ids of the tokens before a question, between it and the passage, and after that."""

    before: list[int]
    between: list[int]
    after: list[int]


@dataclass(frozen=True, slots=True)
class _Vectors:
    """Word vectors: `table` (vocabulary, width) of int8 or float32, times `scale` (vocabulary,) if there is one."""

    table: NDArray[Any]
    scale: NDArray[np.float32] | None

    @classmethod
    def load(cls, content: bytes) -> Self:
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            return cls(arrays["table"], arrays.get("scale"))

    def of(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of tokens, (tokens, width)."""
        rows = self.table[ids].astype(np.float32)
        return rows if self.scale is None else rows * self.scale[ids, None]


class Reader:
    """Reads passages for the answer to a question. Safe to use from several threads, not across a fork.

    Attributes:
        name: Which of the two it is. Scores of different readers do not compare.
        fingerprint: SHA-256 of the model file: another model, other scores.
    """

    def __init__(self, session: Any, tokenizer: Tokenizer, vectors: _Vectors | None, config: Mapping[str, Any]) -> None:
        """Wrap a loaded model; `Reader.load` is the usual way."""
        tokenizer.no_padding()
        tokenizer.no_truncation()
        tokenizer.encode_special_tokens = True  # '[SEP]' written in an article is text
        self.name: ReaderName = config.get("reader", "fast")  # exports from before there were two say nothing
        self.fingerprint: str = config["sha256"]["model.onnx"]
        self._session = session
        self._inputs = {given.name for given in session.get_inputs()}
        self._tokenizer = tokenizer
        self._vectors = vectors
        self._pair = _pair(tokenizer, config)
        self._titled: bool = config.get("titles", False)  # trained with titles before the passages
        self._length: int = config["max_length"]
        self._stride: int = config["stride"]

    @classmethod
    def load(cls, which: ReaderName | Path = "careful") -> Self:
        """Load a shipped reader by its name, or the one that lies in a folder.

        Its files must match the hashes in config.json. The fast one takes about 0.11 s of processor time, the careful
        one 2.4 times that.

        Raises:
            ModelError: A file is missing, or is not the one that was exported.
        """
        folder = reader_folder(which)
        config = _config(folder)
        files = {name: checked_file(folder / name, digest) for name, digest in config["sha256"].items()}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(files["model.onnx"], options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_str(files["tokenizer.json"].decode("utf-8"))
        vectors = files.get("embeddings.npz")
        return cls(session, tokenizer, _Vectors.load(vectors) if vectors else None, config)

    def read(
        self,
        question: str | Sequence[str],
        passages: Sequence[Passage],
        spans_per_passage: int = 3,
        titles: Sequence[str] = (),
    ) -> list[list[Span]]:
        """Return the best spans of each passage, best first, in the order of `passages`.

        `question` is one for all, or one for each passage.
        `titles` are their articles' titles, where there are any: a reader that was trained with titles reads each
        before its passage, and no span lies in one.

        A span lies within one sentence, after its dateline, or within one cell of a table's row. It is trimmed, holds
        whole words and numbers, and has article offsets: with the passage's article,
        `article.text[span.start:span.end]` is the answer. Spans of one passage are different answers; a passage without
        a word gives none. A passage that is longer than one window is read in windows that overlap; its spans are
        ranked together. The same question and passage give the same spans, whatever is read beside it.
        """
        questions = [question] * len(passages) if isinstance(question, str) else question
        encoded = {text: self._encode(text).ids[:QUESTION_TOKENS] for text in dict.fromkeys(questions)}
        known = [title_tokens(self._tokenizer, title) for title in titles] if self._titled else []

        def one(job: tuple[Passage, str, list[int]]) -> list[Span]:
            passage, text, title = job
            return self._read(encoded[text], title, passage, spans_per_passage)

        return list(_POOL.map(one, zip(passages, questions, known or [[]] * len(passages), strict=True)))

    def _read(self, asked: list[int], title: list[int], passage: Passage, wanted: int) -> list[Span]:
        encoded = self._encode(passage.text)
        words, offsets = encoded.word_ids, encoded.offsets
        pieces = [piece for sentence in passage.sentences for piece in _pieces(passage.text, *sentence)]
        windows = self._windows(asked, title, encoded.ids)
        read = [_best(*self._logits(window), window, wanted * _CANDIDATES) for window in windows]
        kept: dict[tuple[int, int], float] = {}
        for score, first, last in sorted(chain.from_iterable(read), key=lambda found: (-found[0], found[1:])):
            if len(kept) == wanted:
                break
            head, tail = _whole_words(words, first, last)
            place = trim_span(passage.text, *whole_units(passage.text, offsets[head][0], offsets[tail][1]))
            if place and all(_shared(place, other) <= _SAME for other in kept) and _within_one(pieces, place):
                kept[place] = score
        return [Span(passage.id, passage.start + start, passage.start + end, kept[start, end]) for start, end in kept]

    def _encode(self, text: str) -> Encoding:
        # A lone surrogate cannot be UTF-8; '?' takes its place, one character for one.
        return self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"), add_special_tokens=False)

    def _windows(self, asked: list[int], title: list[int], tokens: list[int]) -> Iterator[_Window]:
        pair = self._pair
        before = [*pair.before, *asked, *pair.between, *title]
        head = len(before)
        room = self._length - head - len(pair.after)
        first = 0
        while first < len(tokens):
            last = min(first + room, len(tokens))
            ids = [*before, *tokens[first:last], *pair.after]
            yield _Window(ids, head, first, last)
            if last == len(tokens):
                return
            first += room - self._stride

    def _logits(self, window: _Window) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        # One row a run and one thread a run, several runs at once: int8 scales its activations over the whole
        # run, so a passage's scores would change with its neighbours; and there is no padding to pay for.
        # On a busy machine ten passages of 175 tokens took 455 ms so and 602 ms as one batch on two threads.
        ids = np.array([window.ids], dtype=np.int64)
        inputs: dict[str, NDArray[Any]] = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        inputs["token_type_ids"] = (np.arange(len(window.ids)) >= window.head).astype(np.int64)[None]
        if self._vectors:
            inputs["vectors"] = self._vectors.of(window.ids)[None]
        asked = {name: value for name, value in inputs.items() if name in self._inputs}
        start, end = self._session.run(["start_logits", "end_logits"], asked)
        return start[0], end[0]


def reader_folder(which: str | Path) -> Path:
    """The folder of a reader given by its name, 'careful' or 'fast', or by the folder itself."""
    return MODELS / which if which in get_args(ReaderName) else Path(which)


def trim_span(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Cut white space, loose punctuation and unpaired quotes and brackets off text[start:end].

    'U.S.', '-5', '.5', '(a) b' and '“whole quotes”' keep theirs. None when no letter or digit is left.
    """
    while start < end and _loose_head(text, start, end):
        start += 1
    while start < end and _loose_tail(text, start, end):
        end -= 1
    return (start, end) if any(c.isalnum() for c in text[start:end]) else None


def whole_units(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen text[start:end] where an edge lies inside a number, an amount of money or 'U.S.'.

    An edge between a letter and its combining mark moves past the mark.
    """
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    # Units are short: only those that could reach an edge are looked for.
    offset = max(0, start - 40)
    for unit in _UNITS.finditer(text, offset, min(len(text), end + 40)):
        low, high = unit.span()
        if low < start < high:
            start = low
        if low < end < high:
            end = high
    return start, end


def _loose_head(text: str, start: int, end: int) -> bool:
    first, after = text[start], text[start + 1 : end]
    if first in _LOOSE and after[:1].isdigit():  # '-5', '.5', but not the second half of '20-25'
        return start > 0 and text[start - 1].isalnum()
    if first in "'‘":
        return not after[:1].isdigit() and not after.endswith(("'", "’"))
    return first.isspace() or first in _LOOSE or _unpaired(text[start:end], first)


def _loose_tail(text: str, start: int, end: int) -> bool:
    last, inside = text[end - 1], text[start:end]
    if last == "." and _INITIALS.search(inside):
        return False
    if last in "'’":
        return not inside.startswith(("'", "‘"))
    return last.isspace() or last in _LOOSE or _unpaired(inside, last)


def _unpaired(inside: str, mark: str) -> bool:
    """Whether a quotation mark or bracket has no partner inside."""
    if mark == '"':
        return inside.count(mark) % 2 == 1
    if mark in _PAIRS:
        return inside.count(mark) > inside.count(_PAIRS[mark])
    return mark in _OPENERS and inside.count(mark) > inside.count(_OPENERS[mark])


def _pair(tokenizer: Tokenizer, config: Mapping[str, Any]) -> _Pair:
    """What config.json says of the tokens around a pair; an export from before it did is a BERT's."""
    if "pair" in config:
        return _Pair(**config["pair"])
    first, *_, last = tokenizer.encode("", add_special_tokens=True).ids
    return _Pair([first], [last], [last])


def _config(folder: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads(_bytes(folder / "config.json"))
        complete = {"model.onnx", "tokenizer.json"} <= config["sha256"].keys()
        _Pair(**config.get("pair", {"before": [], "between": [], "after": []}))
        if complete and isinstance(config["max_length"], int) and isinstance(config["stride"], int):
            return config
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise ModelError(f"{folder / 'config.json'} is not a reader's config; {_REPAIR}")


def checked_file(path: Path, digest: str) -> bytes:
    """Return the bytes of a model's file; ModelError where it is missing or not the one that was exported."""
    content = _bytes(path)
    if hashlib.sha256(content).hexdigest() != digest:
        raise ModelError(f"{path} is damaged: its SHA-256 is not the one in config.json; {_REPAIR}")
    return content


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read the reader model {path} ({error.strerror}); {_REPAIR}") from error


_REPAIR = "install dateline again, or make the folder with python -m qa.training.export"


def _best(
    start: NDArray[np.float32], end: NDArray[np.float32], window: _Window, count: int
) -> list[tuple[float, int, int]]:
    """Return up to `count` (score, first token, last token) of a window, tokens counted in the passage."""
    tail = window.head + window.last - window.first
    scores = start[window.head : tail, None] + end[None, window.head : tail]
    allowed = np.triu(np.ones(scores.shape, dtype=np.bool_))
    rows, columns = np.nonzero(np.tril(allowed, LONGEST_SPAN - 1))
    values = scores[rows, columns] - (start[0] + end[0])
    order = np.argsort(-values, kind="stable")[:count]
    return [(float(values[n]), window.first + int(rows[n]), window.first + int(columns[n])) for n in order]


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return what of a sentence an answer may be within: all after its dateline, or one cell of a table's row."""
    dateline = _DATELINE.match(text, start, end)
    return cell_spans(text, start, end) or [(dateline.end() if dateline else start, end)]


def _within_one(pieces: Sequence[tuple[int, int]], place: tuple[int, int]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in pieces)


def _whole_words(words: Sequence[int | None], first: int, last: int) -> tuple[int, int]:
    """Widen tokens first..last (inclusive) to the words they are pieces of."""
    while first and words[first - 1] == words[first]:
        first -= 1
    while last + 1 < len(words) and words[last + 1] == words[last]:
        last += 1
    return first, last


def _shared(one: tuple[int, int], other: tuple[int, int]) -> float:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common / (max(one[1], other[1]) - min(one[0], other[0]))
