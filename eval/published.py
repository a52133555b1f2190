"""The figures that README states: written from a run's results, never by hand.

`publish` keeps the numbers of a run (no text of any data set) in figures.json and writes README's table from
them; a test checks that README says what figures.json says.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.results import SuiteRun
from ingest.errors import InputError

__all__ = ["FIGURES", "README", "WRITTEN", "publish", "render"]

FIGURES = Path(__file__).parent / "figures.json"
README = Path(__file__).parents[1] / "README.md"
WRITTEN = (FIGURES, README)
_OPEN, _CLOSE = "<!-- figures -->\n", "<!-- /figures -->"

Figures = Mapping[str, Any]


def publish(run: Mapping[str, SuiteRun], figures: Path = FIGURES, readme: Path = README) -> None:
    """Write the run's figures into `figures`, over those of the same suites, and all of them into `readme`.

    Raises:
        InputError: The run is limited or of another reader, archive or changed code: it is not what is published.
    """
    if not run:
        raise InputError("the run holds no suite; run python -m eval SUITE first")
    for name, suite in run.items():
        made = suite.summary["run"]
        if made["limit"] is not None:
            raise InputError(f"{name} was run with --limit {made['limit']}; run it whole before publishing it")
    known = json.loads(figures.read_text(encoding="utf-8")) if figures.exists() else {}
    known |= {name: dict(suite.summary) for name, suite in run.items()}
    figures.write_text(json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(_OPEN)
    _, found, after = rest.partition(_CLOSE)
    if not found:
        raise InputError(f"{readme} has no lines {_OPEN.strip()} and {_CLOSE} to write the figures between")
    readme.write_text(before + _OPEN + render(known) + _CLOSE + after, encoding="utf-8")


def render(figures: Mapping[str, Figures]) -> str:
    """Return the Markdown of every published suite that has a table here, in the order of reading."""
    parts = [
        f"{title(suite)}\n\n{_table(list(rows(suite)))}"
        for name, title, rows in _TABLES
        if (suite := figures.get(name))
    ]
    return "\n".join(parts)


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _gold_title(suite: Figures) -> str:
    return (
        "`python -m eval gold`: the project's own questions on its own articles, written to be hard (figures that were "
        "overtaken,\nnear misses, follow-ups, paraphrases). Weights and threshold come from train sets; between equal "
        "ones the dev half\ndecided. The test half's figures, and some of its articles, were seen on the way, so it is "
        "not an untouched set."
    )


def _gold_rows(suite: Figures) -> Iterator[list[str]]:
    parts = [suite["test"], suite["all"]]

    def row(label: str, value: Callable[[Figures], str]) -> list[str]:
        return [label, *map(value, parts)]

    yield ["", "test half", "all"]
    yield row("questions with an answer", lambda p: str(p["answerable"]["n"]))
    yield row("answered right", lambda p: _percent(p["answerable"]["correct"]))
    yield row("F1", lambda p: _percent(p["answerable"]["f1"], sign=""))
    yield row("the right sentence cited", lambda p: _percent(p["answerable"]["sentence_cited"]))
    yield row("a passage with the evidence read", lambda p: _percent(p["answerable"]["retrieved"]))
    yield row("answered right, given that", lambda p: _percent(p["given_retrieved"]["correct"]))
    yield row("refused though the answer is there", lambda p: _percent(p["answerable"]["false_refusal"]))
    yield row("follow-ups answered right", lambda p: _percent(p["follow_ups"]["correct"]))
    yield row("where articles differ: the newest value first", lambda p: _percent(p["differing"]["correct"]))
    yield row(
        "where articles differ: the other values shown",
        lambda p: f"{100 * (p['differing']['others_recall'] or 0):.0f}% of {p['differing']['values']}",
    )
    yield row("questions without an answer", lambda p: str(p["unanswerable"]["n"]))
    yield row("answered though the articles do not say", lambda p: _percent(p["unanswerable"]["false_answer"]))
    yield row("the same, on near misses alone", lambda p: _percent(p["unanswerable"]["near_misses"]["false_answer"]))
    yield row("the same, on other subjects", lambda p: _percent(p["unanswerable"]["off_topic"]["false_answer"]))
    yield row(
        "citations that are exact",
        lambda p: "all" if p["citations"]["exact"] == 1 else f"{100 * p['citations']['exact']:.2f}%",
    )


def _reader_title(suite: Figures) -> str:
    return f"`python -m eval reader`: XQuAD-32, {suite['n']} questions, each beside its paragraph:"


def _reader_rows(suite: Figures) -> Iterator[list[str]]:
    yield ["", "percent"]
    yield ["EM", _points(suite["em"])]
    yield ["F1", _points(suite["f1"])]
    yield ["the right paragraph scores above its neighbour", _points(suite["prefers"])]


def _speed_title(suite: Figures) -> str:
    return (
        f"`python -m eval speed`, {suite['articles']} articles, {suite['processors']} processors, model loaded unless "
        "it says otherwise:"
    )


def _speed_rows(suite: Figures) -> Iterator[list[str]]:
    ask, memory, read = suite["ask_ms"], suite["memory_mb"], suite["read"]
    yield ["", ""]
    yield ["an answer", f"{ask['p50']:.0f} ms p50, {ask['p95']:.0f} ms p95"]
    yield ["`dateline ask`, from nothing", f"{suite['cold_s']['median']:.1f} s (median of three)"]
    yield ["memory", f"{memory['warm'] / 1000:.2f} GB loaded, {memory['cold'] / 1000:.2f} GB in `dateline ask`"]
    ratio = f", {read['ratio']:.2f} of torch in float32 in the same run" if read["ratio"] else ""
    yield [f"reading ten passages of {read['words']} words", f"{read['p50_ms']:.0f} ms{ratio}"]


_TABLES: tuple[tuple[str, Callable[[Figures], str], Callable[[Figures], Iterator[list[str]]]], ...] = (
    ("gold", _gold_title, _gold_rows),
    ("reader", _reader_title, _reader_rows),
    ("speed", _speed_title, _speed_rows),
)


def _percent(share: Mapping[str, float] | None, sign: str = "%") -> str:
    """'36% [25, 48]' of a share in [0, 1] with its interval; '-' without one."""
    if share is None:
        return "-"
    return f"{100 * share['value']:.0f}{sign} [{100 * share['low']:.0f}, {100 * share['high']:.0f}]"


def _points(percent: Mapping[str, float]) -> str:
    return f"{percent['value']:.1f} [{percent['low']:.1f}, {percent['high']:.1f}]"
