"""python -m eval SUITE: run a suite, print its figures; the last line of stdout is one JSON object."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.gold_suite import gold
from eval.reader_suite import reader
from eval.speed_suite import speed
from ingest.errors import DatelineError
from qa.reader import READER_MODEL

__all__ = ["SUITES", "Options", "main", "table"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a suite may need.

    Attributes:
        archive: The archive to ask; None for a fresh one of the sample articles.
        data: The folder of test sets.
        limit: Use about this many questions, at least 1; None for all.
        reader: The folder of the reader that the reader suite judges.
    """

    archive: Path | None
    data: Path
    limit: int | None
    reader: Path = READER_MODEL


SUITES: dict[str, Callable[[Options], dict[str, object]]] = {
    "gold": gold,
    "reader": reader,
    "speed": speed,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Return the exit status: 1 when something given cannot be used."""
    given = _parser().parse_args(arguments)
    try:
        figures = SUITES[given.suite](Options(given.archive, given.data, given.limit, given.reader))
    except DatelineError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 1
    if not given.json:
        print("\n".join(table(figures)))
    print(json.dumps(figures))
    return 0


def table(figures: dict[str, object]) -> Iterator[str]:
    """Yield a line for each figure: its dotted name and its value, with the interval where there is one."""
    lines = list(_flat(figures, ""))
    width = max((len(name) for name, _ in lines), default=0)
    for name, value in lines:
        yield f"{name:<{width}}  {value}"


def _flat(figures: dict[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in figures.items():
        name = prefix + key
        if isinstance(value, dict) and value.keys() == {"value", "low", "high"}:
            yield name, f"{value['value']} [{value['low']}, {value['high']}]"
        elif isinstance(value, dict):
            yield from _flat(value, name + ".")
        else:
            yield name, "-" if value is None else str(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    parser.add_argument("suite", choices=sorted(SUITES))
    parser.add_argument("--archive", type=Path, help="an archive to ask (default: one made of the sample articles)")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of test sets")
    parser.add_argument("--limit", type=_count, help="use about this many questions")
    parser.add_argument(
        "--reader", type=Path, default=READER_MODEL, help="an exported reader (default: the shipped one)"
    )
    parser.add_argument("--json", action="store_true", help="print the JSON line only")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of questions, 1 or more")
    return int(text)
