"""What an LLM writes, piece by piece -> its sentences as they end, each with the numbers that it cites."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.passages import sentence_spans

__all__ = ["Drafted", "Drafts"]

# [1], [1, 2], [1][2], [1-3], [Source 1], 【1】
_MARK = re.compile(r"\s*[\[【](?:sources?\s*)?(\d{1,3}(?:\s*(?:,|;|and|-|–)\s*\d{1,3}){0,9})[\]】]", re.IGNORECASE)
_OPENED = re.compile(r"\s*[\[【][^\]】]{0,40}$")
_BULLET = re.compile(r"^(?:[-*•#>]+|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*|__|`")
# Format characters would hide words or turn them round.
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence as it was written: its words, and the numbers of the sources that it cites, each once."""

    text: str
    cited: tuple[int, ...]


class Drafts:
    """Cuts a text that is still being written into sentences. A mark after the full stop belongs before it."""

    def __init__(self) -> None:
        self._text = ""

    def add(self, piece: str) -> list[Drafted]:
        """Take the next words; return the sentences that are over now: those after which another has begun."""
        self._text += piece
        return list(self._cut(over=False)) if re.search(r"[.!?…。\n]", self._text[:-1]) else []

    def end(self) -> list[Drafted]:
        """Return what is left; half a sentence is one."""
        return list(self._cut(over=True))

    def _cut(self, *, over: bool) -> Iterator[Drafted]:
        bare, marks = _without_marks(self._text)
        spans = sentence_spans(bare)
        done = spans if over else spans[:-1]
        for index, (start, end) in enumerate(done):
            until = spans[index + 1][0] if index + 1 < len(spans) else len(bare) + 1
            cited = [n for at, numbers in marks if (start <= at or not index) and at < until for n in numbers]
            text = _clean(bare[start:end])
            if re.search(r"[^\W_]", text):
                yield Drafted(text, tuple(dict.fromkeys(cited)))
        if done:
            self._text = "" if over else _from(self._text, spans[-1][0])


def _without_marks(text: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """Take the marks out: return the text, and where in it each mark stood with its numbers."""
    bare, marks, position = "", [], 0
    for match in _MARK.finditer(text):
        bare += text[position : match.start()]
        position = match.end()
        marks.append((max(0, len(bare) - 1), _numbers(match[1])))
    rest = text[position:]
    return bare + _OPENED.sub("", rest), marks


def _from(text: str, start: int) -> str:
    """Return the text, marks and all, from the character that is at `start` without its marks."""
    at = position = 0
    for match in _MARK.finditer(text):
        if at + match.start() - position > start:
            break
        at += match.start() - position
        position = match.end()
    return text[position + start - at :]


def _numbers(words: str) -> list[int]:
    numbers: list[int] = []
    for part in re.split(r"[,;]|and", words):
        low, *high = (int(number) for number in re.findall(r"\d+", part)[:2])
        numbers += range(low, min(high[0], low + 9) + 1) if high else [low]
    return numbers


def _clean(text: str) -> str:
    """Return a sentence in one line, without bullets, emphasis and characters that do not show."""
    return _EMPHASIS.sub("", _BULLET.sub("", " ".join(_HIDDEN.sub("", text).split()))).strip()
