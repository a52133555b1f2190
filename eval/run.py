"""python -m eval SUITE | compare A B | gate | report A [B] | figures A | overlap | load: the evaluation's command line.

A suite prints its figures; the last line of stdout is one JSON object. Its rows go to results/COMMIT/.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval import compare, gate, overlap
from eval.load import WAYS, load_test
from eval.report import page as report
from eval.report import published
from eval.results import RESULTS, load, run_name, save, summary
from eval.suite import Options, Result
from eval.suites.abstain import abstain
from eval.suites.chats import chats
from eval.suites.conflicts import conflicts
from eval.suites.dates import dates
from eval.suites.extraction import extraction
from eval.suites.followups import followups
from eval.suites.gold import gold
from eval.suites.ingest import ingest
from eval.suites.prose import prose
from eval.suites.reader import reader
from eval.suites.retrieval import retrieval
from eval.suites.rounds import rounds
from eval.suites.scale import scale
from eval.suites.sentences import sentences
from eval.suites.speed import speed
from eval.suites.watch import watch
from eval.suites.wikinews import wikinews
from ingest.errors import DatelineError
from qa.read.reader import reader_folder

__all__ = ["SUITES", "main", "table"]

SUITES: dict[str, Callable[[Options], Result]] = {
    "wikinews": wikinews,
    "gold": gold,
    "chats": chats,
    "reader": reader,
    "sentences": sentences,
    "abstain": abstain,
    "followups": followups,
    "conflicts": conflicts,
    "dates": dates,
    "watch": watch,
    "prose": prose,
    "retrieval": retrieval,
    "speed": speed,
    "ingest": ingest,
    "extraction": extraction,
    "scale": scale,
    "rounds": rounds,
}

_OF_ANY_ARCHIVE = ("gold", "speed", "watch")
_WITHOUT_READER = ("followups", "speed", "ingest", "extraction", "scale")  # speed times the shipped one

# In a table: lists are curves, which are for the report.
_LONG = 8


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Return the exit status: 1 when something given cannot be used, or the gate fails."""
    given = _parser().parse_args(arguments)
    try:
        status: int = given.run(given)
    except DatelineError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 1
    return status


def table(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each figure: its dotted name and its value, with the interval where there is one."""
    lines = list(_flat(figures, ""))
    width = max((len(name) for name, _ in lines), default=0)
    for name, value in lines:
        yield f"{name:<{width}}  {value}"


def _flat(figures: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in figures.items():
        name = prefix + key
        if isinstance(value, dict) and value.keys() == {"value", "low", "high"}:
            yield name, f"{value['value']} [{value['low']}, {value['high']}]"
        elif isinstance(value, dict):
            yield from _flat(value, name + ".")
        elif not (isinstance(value, list) and len(value) > _LONG):
            yield name, "-" if value is None else str(value)


def _suite(given: argparse.Namespace) -> int:
    reader = getattr(given, "reader", reader_folder("careful"))
    options = Options(getattr(given, "archive", None), given.data, given.limit, reader, getattr(given, "llm", None))
    # A part of the questions must not take the place of the whole in the commit's folder.
    commit = run_name()
    name = given.name or commit + (f"-limit-{given.limit}" if given.limit else "")
    started = time.perf_counter()
    result = SUITES[given.command](options)
    printed = summary(name, commit, given.command, result, options, time.perf_counter() - started)
    save(given.results / name, printed, result.rows)
    if not given.json:
        print("\n".join(table(printed)))
    print(json.dumps(printed))
    return 0


def _compare(given: argparse.Namespace) -> int:
    comparisons = compare.compare(load(given.first), load(given.second))
    if not given.json:
        print("\n".join(compare.lines(comparisons)))
    print(json.dumps(compare.to_json(comparisons)))
    return 0


def _report(given: argparse.Namespace) -> int:
    report.write(load(given.first), load(given.second) if given.second else None, given.out)
    print(json.dumps({"written": str(given.out)}))
    return 0


def _gate(given: argparse.Namespace) -> int:
    floors = gate.load_floors()
    drops: list[gate.Drop] = []
    for suite, limit in (("gold", None), ("reader", gate.READER_SAMPLE)):
        result = SUITES[suite](Options(None, given.data, limit))
        if given.update or given.lower:
            floors = gate.updated(suite, result, floors, lower=given.lower)
        drops += gate.check(suite, result, floors)
    if given.update or given.lower:
        gate.save_floors(floors)
    for drop in drops:
        print(drop.text, file=sys.stderr)
    failed = [drop for drop in drops if drop.failed]
    print(json.dumps({"gate": "failed" if failed else "passed", "drops": [drop.text for drop in drops]}))
    return 1 if failed else 0


def _load(given: argparse.Namespace) -> int:
    pauses, ways = given.pause or [0.0, 5.0], given.way or list(WAYS)
    figures = load_test(given.archive, given.users, given.seconds, pauses, ways)
    if not given.json:
        for run in figures["runs"]:
            print("\n".join(table(run)), end="\n\n")
    print(json.dumps(figures))
    return 0


def _overlap(given: argparse.Namespace) -> int:
    found = overlap.overlap(given.data)
    if not given.json:
        print("\n".join(table(found)))
    print(json.dumps(found))
    return 1 if found["found"] else 0


def _figures(given: argparse.Namespace) -> int:
    published.publish(load(given.run_folder))
    print(json.dumps({"written": [str(path) for path in published.WRITTEN]}))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, suite in SUITES.items():
        command = commands.add_parser(name, help=_first_line(suite))
        command.set_defaults(run=_suite)
        if name in _OF_ANY_ARCHIVE:
            command.add_argument("--archive", type=Path, help="an archive to ask (default: one of the sample articles)")
        if name == "prose":
            command.add_argument("--llm", metavar="LLM", help="have this one write, too: as for dateline ask")
        _data(command)
        command.add_argument("--limit", type=_count, help="use about this many questions")
        if name not in _WITHOUT_READER:
            command.add_argument(
                "--reader",
                type=reader_folder,
                default=reader_folder("careful"),
                metavar="careful|fast|DIR",
                help="which reader reads, or a reader's folder (default: careful)",
            )
        command.add_argument("--results", type=Path, default=RESULTS, help="folder of runs (default: results)")
        command.add_argument("--name", help="name of the run (default: the commit)")
        _json(command)

    command = commands.add_parser("compare", help="say what changed between two runs, and whether it is noise")
    command.set_defaults(run=_compare)
    command.add_argument("first", type=Path, help="a run's folder, or the commit it is named after")
    command.add_argument("second", type=Path)
    _json(command)

    command = commands.add_parser("report", help="write a run, or two side by side, as one HTML page")
    command.set_defaults(run=_report)
    command.add_argument("first", type=Path, help="a run's folder, or the commit it is named after")
    command.add_argument("second", type=Path, nargs="?")
    command.add_argument("--out", type=Path, default=Path("report.html"), help="the page (default: report.html)")

    command = commands.add_parser("gate", help="run the quick suites against floors.json")
    command.set_defaults(run=_gate)
    _data(command)
    command.add_argument("--update", action="store_true", help="raise floors to what is reached; never lowers one")
    command.add_argument("--lower", action="store_true", help="set floors to what is reached, lower ones, too")

    command = commands.add_parser("load", help="let many people ask the real server at once")
    command.set_defaults(run=_load)
    command.add_argument("--archive", type=Path, help="an archive to ask (default: one of the sample articles)")
    command.add_argument("--users", type=_count, default=20, help="people who ask at once (default: %(default)s)")
    command.add_argument("--seconds", type=_count, default=120, help="how long each run takes (default: %(default)s)")
    command.add_argument(
        "--pause",
        type=float,
        action="append",
        help="seconds a person thinks after an answer (default: 0 and 5)",
    )
    command.add_argument("--way", choices=list(WAYS), action="append", help="by /v1/ask or the page (default: both)")
    _json(command)

    command = commands.add_parser("overlap", help="look for test questions and paragraphs in the train sets")
    command.set_defaults(run=_overlap)
    _data(command)
    _json(command)

    command = commands.add_parser("figures", help="write a run's figures into eval/figures.json and README.md")
    command.set_defaults(run=_figures)
    command.add_argument("run_folder", type=Path, metavar="run", help="a run's folder, or its commit")
    return parser


def _first_line(suite: Callable[[Options], Result]) -> str:
    return (suite.__doc__ or "").splitlines()[0]


def _data(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of test sets")


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print the JSON line only")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of questions, 1 or more")
    return int(text)
