"""`dateline ask --batch`: lines of JSON in, one record out for each, in order."""

import json
import math
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, cast, get_args

from ingest.errors import InputError
from ingest.filters import ALL_ARTICLES, Filters, parse_day
from qa.types import ReaderName, Turn

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["answer_lines", "open_lines"]


def open_lines(name: str) -> AbstractContextManager[BinaryIO]:
    """Return the file of this name, or stdin for `-`; InputError when it cannot be opened."""
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}; give a file of JSON lines, or - for stdin") from None


def answer_lines(
    assistant: "Assistant", lines: Iterable[bytes], filters: Filters = ALL_ARTICLES, now: date | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the Answer to each line of JSON, with the line's `id`, as soon as it is there.

    A line is an object: "question", and if wanted "id" (any value, given back as it is), "history",
    a list of {"question", "answer"?}, "filters", an object of "outlets" (a list), "since" and
    "until", "now", and "reader"; a line without filters or now has the ones given here. A line that cannot be
    answered gives its `id` (null where it has none that can be read) and `error`, one line that
    says why. Empty lines give nothing.
    """
    for line in lines:
        if line.strip():
            yield _answer_line(assistant, line, filters, now)


def _answer_line(assistant: "Assistant", line: bytes, filters: Filters, now: date | None) -> dict[str, Any]:
    identity = None
    try:
        record = _object(line)
        identity = record.get("id")
        if record.get("filters") is not None:
            filters = _filters(record["filters"], assistant)
        if record.get("now") is not None:
            now = parse_day("now", _text(record, "now"))
        answer = assistant.ask(
            _text(record, "question"), _history(record), filters=filters, now=now, reader=_reader(record)
        )
    except InputError as error:
        return {"id": identity, "error": str(error)}
    return {"id": identity, **answer.to_dict()}


def _object(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:  # RecursionError: ten thousand opening brackets
        raise InputError(f"not a line of JSON: {error}") from None
    if not isinstance(record, dict):
        raise InputError('not a JSON object; give {"id": ..., "question": "..."}')
    return record


def _history(record: dict[str, Any]) -> list[Turn]:
    turns = record.get("history") or []
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise InputError('"history" is not a list of {"question": "...", "answer": "..."}')
    return [Turn(_text(turn, "question"), _answer(turn)) for turn in turns]


def _reader(record: dict[str, Any]) -> ReaderName | None:
    wanted = record.get("reader")
    if wanted not in (None, *get_args(ReaderName)):
        raise InputError(f'"reader" is {wanted!r}: give "careful" or "fast"')
    return cast("ReaderName | None", wanted)


def _filters(wanted: object, assistant: "Assistant") -> Filters:
    if not isinstance(wanted, dict) or wanted.keys() - {"outlets", "since", "until"}:
        raise InputError('"filters" is not {"outlets": ["..."], "since": "2011", "until": "2011-06"}')
    outlets = wanted.get("outlets") or []
    if not isinstance(outlets, list) or not all(isinstance(outlet, str) for outlet in outlets):
        raise InputError('"outlets" is not a list of names')
    since, until = (None if wanted.get(end) is None else _text(wanted, end) for end in ("since", "until"))
    return Filters.parse(outlets, since, until, assistant.archive.outlets)


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise InputError(f'"{key}" is missing or not a string')
    return value


def _answer(turn: dict[str, Any]) -> str | None:
    return None if turn.get("answer") is None else _text(turn, "answer")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits)
