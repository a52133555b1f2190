"""The report: a run's results, or two runs side by side, as one HTML page that needs nothing but itself.

page.html says how the page is built, page.css how it looks. The page has no script and asks for nothing: its
policy forbids both, whatever a title or an answer holds. It has no date, so the same results give the same bytes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.compare import Comparison, compare
from eval.report.misses import Miss, worst
from eval.report.pictures import Picture, pictures
from eval.report.tables import Cell, Mark, Table, label, mark, notes, tables
from eval.report.visible import visible
from eval.results import SuiteRun
from eval.scores.metrics import share
from eval.scores.stages import NOT_JUDGED, Stage
from ingest.errors import InputError

__all__ = ["ABOUT", "MOST_CHANGES", "MOST_MISSES", "write"]

Run = Mapping[str, SuiteRun]

MOST_MISSES = 12
MOST_CHANGES = 20

# What each suite asks, in the order of reading; suites that are not here come after them, by name.
ABOUT: Mapping[str, str] = {
    "wikinews": "Real news, and questions that nothing was tuned to, asked as a user would ask them",
    "gold": "The project's own questions, asked as a user would ask them",
    "chats": "Is each turn of a chat searched for as it is meant, and does the right value lead?",
    "sentences": "Are the sentences it cites those that people marked?",
    "abstain": "Is it sure when it is right, and does it refuse when the articles do not say?",
    "followups": "Does a question that leans on the chat before it still find its article?",
    "conflicts": "Where articles differ, are the values all shown, and none that is false?",
    "dates": "Is it the value that held on the date asked for?",
    "prose": "Is a sentence struck that its sources do not carry, and is a true one left?",
    "retrieval": "Where does the right passage come, as the archive grows?",
    "reader": "Does the reader mark the right words, given the right passage?",
    "speed": "How long does an answer take, and how much memory?",
    "ingest": "How fast are articles taken in, and found again, beside LlamaIndex?",
    "extraction": "Is what is read of a web page its article, whole and alone, beside trafilatura's own?",
}
_STAGES = tuple(str(stage) for stage in Stage)
_SHORT_HASH = 12


@dataclass(frozen=True, slots=True)
class _Bar:
    """How many rows of a run went right, and how many were lost at each stage; `parts` in the order of the page."""

    n: int
    parts: tuple[tuple[str, int, float], ...]  # stage or 'right', rows, their share


@dataclass(frozen=True, slots=True)
class _Section:
    """A suite on the page; what is a tuple over runs has an item for each run shown."""

    name: str
    about: str
    headline: str
    lower: bool
    result: Cell
    rows: str
    limited: str
    bars: tuple[_Bar | None, ...]
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...]
    notes: tuple[tuple[str, str], ...]
    misses: tuple[Miss, ...]
    misses_of: str
    lost: int
    compared: Comparison | None


def write(first: Run, second: Run | None, path: Path) -> None:
    """Write the page of a run, or of two runs side by side, to `path`.

    The misses are those of the newer run: the second where there are two.

    Raises:
        InputError: There is no suite in the results, or the file cannot be written.
    """
    runs = [first] if second is None else [first, second]
    if not all(runs):
        raise InputError("the run holds no suite; run python -m eval SUITE first")
    page = _template().render(
        runs=[_made(run) for run in runs],
        two=len(runs) > 1,
        sections=list(_sections(runs)),
        stages=list(_STAGES),
        most_changes=MOST_CHANGES,
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {path} ({error.strerror}); give another --out") from error


def _template() -> Any:
    # Imported here: of all commands only the report needs it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    here = Path(__file__).parent
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(here),
        trim_blocks=True,
        lstrip_blocks=True,
        # Every value that is printed passes here, before it is escaped.
        finalize=lambda value: value if isinstance(value, Markup) else visible(str(value)),
    )
    environment.globals.update(
        css=Markup((here / "page.css").read_text(encoding="utf-8")),  # noqa: S704
        svg=lambda picture: Markup(picture.svg),  # noqa: S704
        slug=lambda stage: _STAGES.index(stage) if stage in _STAGES else "other",
        label=label,
        counted=_counted,
        points=_points,
        p_value=lambda p: "p < 0.001" if p < 0.001 else f"p = {p:.3f}",
    )
    return environment.get_template("page.html")


def _sections(runs: Sequence[Run]) -> Iterator[_Section]:
    compared = {item.suite: item for item in compare(*runs)} if len(runs) == 2 else {}
    names = {name for run in runs for name in run}
    for name in sorted(names, key=lambda name: (list(ABOUT).index(name) if name in ABOUT else len(ABOUT), name)):
        yield _section(name, [run.get(name) for run in runs], compared.get(name))


def _section(name: str, suites: Sequence[SuiteRun | None], compared: Comparison | None) -> _Section:
    last = next(suite for suite in reversed(suites) if suite)
    summaries = [suite.summary if suite else {} for suite in suites]
    made = last.summary["run"]
    headline = str(made["headline"])
    rows = list(last.rows.values())
    return _Section(
        name=name,
        about=ABOUT.get(name, ""),
        headline=label(headline),
        lower=headline in made.get("lower_is_better", ()),
        result=tuple(_headline(suite, headline) if suite else None for suite in suites),
        rows=_arrow(str(len(suite.rows)) if suite else "–" for suite in suites),
        limited=", limited" if any(suite and suite.summary["run"].get("limit") for suite in suites) else "",
        bars=tuple(_bar(suite) if suite else None for suite in suites),
        tables=tuple(tables(summaries)),
        pictures=tuple(pictures(name, summaries)),
        notes=tuple(notes(last.summary)),
        misses=tuple(worst(rows, MOST_MISSES)),
        misses_of="" if len(suites) < 2 else f"; of the {'second' if suites[-1] else 'first'} run",
        lost=sum(row.stage not in (None, NOT_JUDGED) for row in rows),
        compared=compared,
    )


def _headline(suite: SuiteRun, score: str) -> Mark | None:
    found = share([row.scores[score] for row in suite.rows.values() if score in row.scores])
    return mark(found) if found else None


def _bar(suite: SuiteRun) -> _Bar | None:
    """None where the suite does not say where questions are lost, such as speed."""
    counts = Counter(row.stage for row in suite.rows.values() if row.stage != NOT_JUDGED)
    lost = sorted((stage for stage in counts if stage is not None), key=_place)
    if not lost and not _has_stages(suite.summary):
        return None
    n = counts.total()
    parts = [("right", counts[None]), *((str(stage), counts[stage]) for stage in lost)]
    return _Bar(n, tuple((stage, count, count / n) for stage, count in parts if count))


def _has_stages(figures: Mapping[str, Any]) -> bool:
    return "stages" in figures or any(_has_stages(part) for part in figures.values() if isinstance(part, Mapping))


def _place(stage: str) -> tuple[int, str]:
    return _STAGES.index(stage) if stage in _STAGES else len(_STAGES), stage


def _counted(cell: Cell) -> str:
    return _arrow(f"n {found.text}" if found else "–" for found in cell)


def _arrow(values: Iterable[str]) -> str:
    """The values of the runs; one where they are the same."""
    return " → ".join(dict.fromkeys(values))


def _points(change: float, first: float, second: float) -> str:
    """A change of a score, with its sign: in percentage points where both means are shares."""
    shares = 0 <= first <= 1 and 0 <= second <= 1
    return (f"{100 * change:+.1f}" if shares else f"{change:+.2f}").replace("-", "−")


@dataclass(frozen=True, slots=True)
class _Made:
    """What a run was made with: facts that all its suites share, and those of each suite."""

    name: str
    facts: tuple[tuple[str, str], ...]
    suites: tuple[tuple[str, str, str, str], ...]  # name, limit, seconds, data


def _made(run: Run) -> _Made:
    made = {name: suite.summary["run"] for name, suite in run.items()}
    versions: dict[str, str] = {}
    models: dict[str, str] = {}
    for about in made.values():
        versions |= about.get("versions", {})
        models |= about.get("models", {})
    machines = dict.fromkeys(f"{about.get('processors')} ({about.get('machine')})" for about in made.values())
    names, commits = (dict.fromkeys(str(about.get(key, "")) for about in made.values()) for key in ("name", "commit"))
    facts = {
        "run": ", ".join(names),
        "commit": ", ".join(commits),
        "processors": ", ".join(machines),
        "models": ", ".join(f"{name} {str(hash_)[:_SHORT_HASH]}" for name, hash_ in sorted(models.items())),
        "seed": ", ".join(dict.fromkeys(str(about.get("seed")) for about in made.values())),
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }
    return _Made(
        " and ".join(names),
        tuple((name, value) for name, value in facts.items() if value),
        tuple(_suite_made(name, suite) for name, suite in run.items()),
    )


def _suite_made(name: str, suite: SuiteRun) -> tuple[str, str, str, str]:
    made = suite.summary["run"]
    data = ", ".join(f"{file} {str(hash_)[:_SHORT_HASH]}" for file, hash_ in suite.summary["data"].items())
    limit = "whole" if made.get("limit") is None else f"limited to {made['limit']}"
    archive = f"; archive {made['archive']}" if made.get("archive") else ""
    return name, limit + archive, f"{float(made.get('seconds', 0)):.0f} s", data
