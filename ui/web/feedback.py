"""What people think of answers: kept beside the archive, listed, and turned into candidates for the gold questions.

One JSON object a line in `feedback.jsonl` in the archive's folder. A line is written at once, at the end of the file
and under a lock, so that several processes can write; a line that was torn by a crash is passed over. Whoever removes
the archive's folder removes the judgements with it.
"""

import fcntl
import json
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.archive import Archive
from ingest.errors import ArchiveError, InputError
from qa.types import Turn
from ui.views.texts import text
from ui.web.conversation import read_asked, words_of

__all__ = ["REASONS", "Feedback", "Judgement", "read_judgements"]

_FILE = "feedback.jsonl"
REASONS = ("words", "date", "article", "missing", "unclear")  # the page has their texts: 'judge.reason.words'
_LARGEST_FILE = 20_000_000  # bytes: at about 1 kB each, 20,000 judgements
_MOST_A_MINUTE = 60  # of all users of a process: a person gives a few
_LONGEST_WORDS = 1_000
_MOST_PLACES = 20
_LONGEST_SENTENCE = 5_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person thinks of an answer.

    Attributes:
        id: The page's name for the turn; a later judgement of the same turn replaces an earlier one.
        at: When it was given, ISO 8601 in UTC.
        verdict: up, down, or none when it was taken back.
        reasons: Some of REASONS.
        words: What the person wrote, at most 1,000 characters.
        question, asked: As typed, and as it was searched for.
        history: The turns before it.
        found: Whether there was an answer; `text` is what was shown of it.
        evidence: The places cited, read from the archive again: {"article": id, "title", "quote", "start", "end",
            "sentence"}.
    """

    id: str
    at: str
    verdict: str
    reasons: tuple[str, ...]
    words: str
    question: str
    asked: str
    history: tuple[Turn, ...]
    found: bool
    text: str
    evidence: tuple[dict[str, Any], ...]


class Feedback:
    """The judgements of an archive's users. Safe for threads."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._given: deque[float] = deque()
        self._lock = threading.Lock()

    def give(self, sent: object) -> dict[str, str | None]:
        """Keep a judgement that the browser sent; return {"problem": None, or why it was not kept}."""
        try:
            self._slow_down()
            _append(self._archive.folder / _FILE, _record(sent, self._archive))
        except (InputError, ArchiveError) as error:
            return {"problem": str(error)}
        return {"problem": None}

    def _slow_down(self) -> None:
        now = time.monotonic()
        with self._lock:
            while self._given and self._given[0] < now - 60:
                self._given.popleft()
            if len(self._given) >= _MOST_A_MINUTE:
                raise InputError(text("feedback.many"))
            self._given.append(now)


def read_judgements(folder: Path) -> list[Judgement]:
    """Return the judgements kept in an archive's folder, oldest first; of a turn the last, none if it was taken back.

    Lines that are no judgements are passed over. Raises ArchiveError when the file cannot be read.
    """
    last: dict[str, Judgement] = {}
    try:
        with (folder / _FILE).open("rb") as lines:
            for line in lines:
                if judgement := _judgement(line):
                    last.pop(judgement.id, None)
                    last[judgement.id] = judgement
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ArchiveError(f"cannot read {folder / _FILE}: {error.strerror}") from error
    return [judgement for judgement in last.values() if judgement.verdict != "none"]


def _record(sent: object, archive: Archive) -> dict[str, Any]:
    fields = sent if isinstance(sent, dict) else {}
    asked = read_asked(sent)
    verdict = words_of(fields.get("verdict"), 10)
    if verdict not in ("up", "down", "none") or not asked.id or not asked.question:
        raise InputError(text("feedback.unusable"))
    reasons = fields.get("reasons")
    return {
        "v": 1,
        "id": asked.id,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "verdict": verdict,
        "reasons": [reason for reason in REASONS if isinstance(reasons, list) and reason in reasons],
        "words": words_of(fields.get("words"), _LONGEST_WORDS).strip(),
        "question": asked.question,
        "asked": words_of(fields.get("asked"), 2_000) or asked.question,
        "history": [{"question": turn.question, "answer": turn.answer} for turn in asked.history[-10:]],
        "found": fields.get("found") is True,
        "text": words_of(fields.get("text"), 2_000),
        "evidence": list(_places(fields.get("places"), archive)),
    }


def _places(sent: object, archive: Archive) -> Iterator[dict[str, Any]]:
    """Yield the cited places as they stand in the archive; what does not stand there is left out."""
    for place in sent[:_MOST_PLACES] if isinstance(sent, list) else []:
        fields = place if isinstance(place, dict) else {}
        offsets = [fields.get(name) for name in ("sentence_start", "start", "end", "sentence_end")]
        if not all(type(offset) is int for offset in offsets):
            continue
        low, start, end, high = (int(offset or 0) for offset in offsets)
        article = archive.article(words_of(fields.get("article"), 64))
        if article is None or not 0 <= low <= start < end <= high <= min(len(article.text), low + _LONGEST_SENTENCE):
            continue
        yield {
            "article": article.id,
            "title": article.title[:300],
            "quote": article.text[start:end],
            "start": start,
            "end": end,
            "sentence": article.text[low:high],
        }


def _append(path: Path, record: dict[str, Any]) -> None:
    line = json.dumps(record, ensure_ascii=True).encode() + b"\n"
    try:
        with path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed
            size = os.fstat(file.fileno()).st_size
            if size + len(line) > _LARGEST_FILE:
                raise InputError(text("feedback.full", size=_LARGEST_FILE // 1_000_000, path=path))
            if size and not _ends_a_line(path):
                line = b"\n" + line  # after a line that was torn
            file.write(line)
    except OSError as error:
        raise ArchiveError(text("feedback.unwritten", reason=error.strerror or str(error))) from error


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"


def _judgement(line: bytes) -> Judgement | None:
    try:
        fields = json.loads(line)
        return Judgement(
            id=str(fields["id"]),
            at=str(fields["at"]),
            verdict=str(fields["verdict"]),
            reasons=tuple(str(reason) for reason in fields["reasons"]),
            words=str(fields["words"]),
            question=str(fields["question"]),
            asked=str(fields["asked"]),
            history=tuple(Turn(str(turn["question"]), turn["answer"]) for turn in fields["history"]),
            found=bool(fields["found"]),
            text=str(fields["text"]),
            evidence=tuple({**place} for place in fields["evidence"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
