"""A suite's figures as tables that a person can read, whatever the suite: parts of like form stand side by side."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Cell", "Group", "Mark", "Table", "is_share", "label", "mark", "notes", "tables"]

# Shown elsewhere on the page: the run in its head, stages as a bar, and what was not measured as notes.
_OF_THE_RUN = frozenset({"suite", "data", "run"})
_ELSEWHERE = _OF_THE_RUN | {"unit", "stages", "not_measured"}
# More columns than this are turned into rows.
_MOST_COLUMNS = 5
# Parts stand side by side where at least this share of their figures have the same names.
_ALIKE = 0.5
# Longer lists are curves, longer words are remarks: they are pictures and notes.
_LONG_LIST = 8
_LONG_TEXT = 40

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure of one run: its text, its interval's text or '', and where they lie from 0 to 1, if that makes sense."""

    text: str
    interval: str = ""
    place: tuple[float, float, float] | None = None  # low, value, high


Cell = tuple[Mark | None, ...]
"""A figure of each run shown, in their order; None where a run does not have it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; `counts` are the numbers of questions, a cell a column, empty where there are none."""

    heading: str
    counts: tuple[Cell, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its columns have no names where there is only one. `folded` groups are
    small parts of what stands above them.
    """

    title: str
    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    folded: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    title: str
    columns: tuple[str, ...]
    rows: Mapping[Path, tuple[Path, ...]]  # name of the row -> where its figures are, a path a column


def tables(runs: Sequence[Mapping[str, Any]]) -> list[Table]:
    """Return the figures of a suite, of one run or of several side by side, as tables."""
    flat = [dict(_leaves(run, ())) for run in runs]
    percent = [run.get("unit") == "percent" for run in runs]

    def cell(path: Path) -> Cell:
        return tuple(
            mark(found[path], percent=unit) if path in found else None
            for found, unit in zip(flat, percent, strict=True)
        )

    return [_table(grid, cell) for grid in _grids(_merged(runs)) if grid.rows]


def notes(figures: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (about what, the words) of what a suite says it did not measure, and of its other long remarks."""
    for path, value in _walk(figures, ()):
        remark = "not_measured" in path or (isinstance(value, str) and len(value) > _LONG_TEXT)
        if remark and path[0] not in _OF_THE_RUN:
            yield label(*path), str(value)


def is_share(value: object) -> bool:
    """Whether a value is a mean with its interval, as eval.scores.metrics.share gives it."""
    return isinstance(value, Mapping) and value.keys() == {"value", "low", "high"}


def mark(value: object, *, percent: bool = False) -> Mark:
    """Return a figure as it is shown. A mean from 0 to 1 is shown in percent; so is one that is given in percent."""
    if isinstance(value, Mapping):
        low, mean, high = (float(value[name]) / (100 if percent else 1) for name in ("low", "value", "high"))
        if 0 <= low <= mean <= high <= 1:
            return Mark(f"{100 * mean:.1f}%", f"{100 * low:.1f}–{100 * high:.1f}", (low, mean, high))
        if -1 <= mean <= 1:  # such as a difference of shares
            return Mark(f"{100 * mean:.1f}%".replace("-", "−"), f"{_number(100 * low)} to {_number(100 * high)}")
        return Mark(_number(mean), f"{_number(low)} to {_number(high)}")
    if isinstance(value, list):
        return Mark(", ".join(mark(item).text for item in value) or "–")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Mark("–" if value is None else str(value))
    return Mark(f"{_number(value)}%" if percent and isinstance(value, float) else _number(value))


def label(*path: str) -> str:
    """Return a figure's name, or the path to it, as words."""
    return " · ".join(name.replace("_", " ") for name in path)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    digits = 0 if value == int(value) or abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f}".replace("-", "−")


def _walk(figures: Mapping[str, Any], prefix: Path) -> Iterator[tuple[Path, Any]]:
    for key, value in figures.items():
        path = (*prefix, str(key))
        if isinstance(value, Mapping) and not is_share(value):
            yield from _walk(value, path)
        else:
            yield path, value


def _leaves(figures: Mapping[str, Any], prefix: Path) -> Iterator[tuple[Path, Any]]:
    for path, value in _walk({key: value for key, value in figures.items() if key not in _ELSEWHERE}, prefix):
        curve = isinstance(value, list) and (len(value) > _LONG_LIST or not all(map(_plain, value)))
        remark = isinstance(value, str) and len(value) > _LONG_TEXT
        if not (curve or remark or path == ("n",) or _ELSEWHERE & set(path)):
            yield path, value


def _plain(value: object) -> bool:
    return not isinstance(value, list | Mapping)


def _merged(runs: Sequence[Mapping[str, Any]]) -> dict[Path, None]:
    """The paths of every run's figures, each once, in the order in which they first come."""
    return {path: None for run in runs for path, _ in _leaves(run, ())}


def _grids(paths: Mapping[Path, None]) -> Iterator[_Grid]:
    """Divide the figures into tables: those of like parts side by side, all others in one."""
    alone: dict[Path, tuple[Path, ...]] = {}
    grids: list[_Grid] = []
    _divide((), list(paths), alone, grids)
    yield _Grid("", ("",), alone)
    yield from grids


def _divide(
    prefix: Path, paths: Sequence[Path], alone: dict[Path, tuple[Path, ...]], grids: list[_Grid], top: bool = True
) -> None:
    children: dict[str, list[Path]] = {}
    for path in paths:
        rest = path[len(prefix) :]
        if len(rest) == 1:
            alone[path] = (path,)
        else:
            children.setdefault(rest[0], []).append(path)
    for names in _alike({name: {p[len(prefix) + 1 :] for p in own} for name, own in children.items()}):
        if len(names) > 1:
            grids.append(_side_by_side(prefix, names, children))
        else:
            _divide((*prefix, names[0]), children[names[0]], alone, grids, top=False)


def _alike(children: Mapping[str, set[Path]]) -> list[list[str]]:
    groups: list[tuple[set[Path], list[str]]] = []
    for name, own in children.items():
        for known, names in groups:
            if len(own & known) >= _ALIKE * len(own | known):
                known.update(own)
                names.append(name)
                break
        else:
            groups.append((set(own), [name]))
    return [names for _, names in groups]


def _side_by_side(prefix: Path, names: Sequence[str], children: Mapping[str, Sequence[Path]]) -> _Grid:
    rests = dict.fromkeys(path[len(prefix) + 1 :] for name in names for path in children[name])
    title = " · ".join(prefix)
    if len(names) > _MOST_COLUMNS and len(rests) <= _MOST_COLUMNS:
        columns = tuple(label(*rest) for rest in rests)
        return _Grid(title, columns, {(name,): tuple((*prefix, name, *rest) for rest in rests) for name in names})
    return _Grid(title, tuple(names), {rest: tuple((*prefix, name, *rest) for name in names) for rest in rests})


def _table(grid: _Grid, cell: Callable[[Path], Cell]) -> Table:
    groups: dict[Path, dict[str, tuple[Cell, ...]]] = {}
    for row, paths in grid.rows.items():
        groups.setdefault(row[:-1], {})[row[-1]] = tuple(map(cell, paths))
    made = [(path, _group(" · ".join(path), rows)) for path, rows in groups.items()]
    small = [group for path, group in made if any(name.startswith("by_") for name in path)]
    return Table(
        label(grid.title),
        tuple(map(label, grid.columns)),
        tuple(group for _, group in made if group not in small),
        tuple(small),
    )


def _group(heading: str, rows: dict[str, tuple[Cell, ...]]) -> Group:
    counts = rows.pop("n", ()) if heading else ()
    return Group(label(heading), counts, tuple((label(name), cells) for name, cells in rows.items()))
