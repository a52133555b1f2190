"""Which pictures a suite's figures make: found by their form, so that a figure that is not there is only not drawn."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.report.plots import Dots, Line, Point, dots, lines
from eval.report.tables import is_share, label, mark

__all__ = ["Picture", "pictures"]

Figures = Mapping[str, Any]

# Of the archive's sizes: the measures drawn, each a picture of its own, and the rankings that are its curves.
_RANK_MEASURES = {"recall@1": "Right passage first", "recall@5": "Right passage in the first five", "rr": "MRR"}
_SYSTEMS = {"ours": "Dateline", "theirs": "LlamaIndex"}
_WAYS = ("bare", "ours", "human", "chat")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, what it says in words for those who do not see it, and its numbers: a head and rows of text."""

    title: str
    words: str
    svg: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def pictures(suite: str, runs: Sequence[Figures]) -> list[Picture]:
    """Return the pictures that a suite's figures make, of one run or of two in one drawing."""
    makers = (_latency, _risk, _sizes, _kinds, _rewrites, _systems)
    return [picture for maker in makers for picture in maker(_slug((suite,)), runs)]


def _latency(suite: str, runs: Sequence[Figures]) -> Iterator[Picture]:
    """The times of all questions in order: ask_ms.curve has percentiles from 0 to 100 in even steps."""
    curves = [(n, curve) for n, run in enumerate(runs) if (curve := _numbers(_at(run, "ask_ms", "curve")))]
    if not curves:
        return
    steps = [100 * place / (len(curves[0][1]) - 1) for place in range(len(curves[0][1]))]
    drawn = [
        Line(_run_name(n, runs), [place / (len(curve) - 1) for place in range(len(curve))], curve, n, n < len(runs) - 1)
        for n, curve in curves
    ]
    yield Picture(
        "How long an answer takes",
        f"Curve of the time of an answer. Half of the questions took at most {_middle(curves[-1][1]):.0f} ms, "
        f"the slowest {curves[-1][1][-1]:.0f} ms.",
        lines(f"{suite}-latency", drawn, x_label="share of the questions", y_label="milliseconds at most", percent="x"),
        ("share of the questions", *(f"ms{_of_run(n, runs)}" for n, _ in curves)),
        tuple(
            (f"{step:.0f}%", *(f"{curve[place]:.1f}" if place < len(curve) else "–" for _, curve in curves))
            for place, step in enumerate(steps)
        ),
    )


def _risk(suite: str, runs: Sequence[Figures]) -> Iterator[Picture]:
    """Every list of (coverage, risk) under the name 'curve': of one run in one drawing, of two a drawing each."""
    drawings: dict[str, list[Line]] = {}
    for n, run in enumerate(runs):
        for path, value in _walk(run, ()):
            if path[-1] == "curve" and (points := _points(value)):
                part = label(*path[:-1]) or suite
                x, y = zip(*points, strict=True)
                own = drawings.setdefault(part if len(runs) > 1 else "", [])
                name, series = (_run_name(n, runs), n) if len(runs) > 1 else (part, len(own))
                own.append(Line(name, x, y, series, n < len(runs) - 1))
    for part, curves in drawings.items():
        said = "; ".join(f"{curve.label}: {_at_coverage(curve, 0.5)}, {_at_coverage(curve, 1.0)}" for curve in curves)
        yield Picture(
            "What is wrong, by how much is answered" + (f": {part}" if part else ""),
            f"Risk-coverage curves. {said}.",
            lines(
                f"{suite}-risk-{_slug((part,))}",
                curves,
                x_label="questions answered, the surest first",
                y_label="wrong answers among them",
                percent="xy",
            ),
            ("answered", *(f"wrong, {curve.label}" for curve in curves)),
            tuple(
                (f"{step}%", *(f"{100 * _risk_at(curve, step / 100):.1f}%" for curve in curves))
                for step in range(10, 101, 10)
            ),
        )


def _sizes(suite: str, runs: Sequence[Figures]) -> Iterator[Picture]:
    """sizes.SIZE.RANKING.MEASURE: a picture a measure, a curve a ranking, across the sizes."""
    last = _at(runs[-1], "sizes")
    if not isinstance(last, Mapping) or not all(isinstance(part, Mapping) for part in last.values()):
        return
    sizes = list(last)
    for measure, title in _RANK_MEASURES.items():
        rankings = [name for name in last[sizes[0]] if is_share(_at(last[sizes[0]], name, measure))]
        curves = []
        numbers = []
        for n, run in enumerate(runs):
            for series, ranking in enumerate(rankings):
                places = [_at(run, "sizes", size, ranking, measure) for size in sizes]
                known = [(place, share["value"]) for place, share in enumerate(places) if is_share(share)]
                if known:
                    x, y = zip(*known, strict=True)
                    curves.append(Line(ranking + _of_run(n, runs), x, y, series, n < len(runs) - 1))
                    numbers.append((ranking + _of_run(n, runs), *map(_shown, places)))
        if curves:
            end = "; ".join(f"{curve.label} {100 * curve.y[-1]:.0f}%" for curve in curves)
            yield Picture(
                f"{title}, by size of the archive",
                f"Curves over archives of {', '.join(sizes)} the size. At the largest: {end}.",
                lines(
                    f"{suite}-size-{_slug((measure,))}",
                    curves,
                    x_label="size of the archive",
                    y_label=measure,
                    percent="y",
                    ticks=sizes,
                ),
                ("", *sizes),
                tuple(numbers),
            )


def _kinds(suite: str, runs: Sequence[Figures]) -> Iterator[Picture]:
    """Every by_SOMETHING.VALUE with a share in it: the first share of each; of several parts, that of 'all'."""
    places = {path for run in runs for path in _mappings(run, ()) if path[-1].startswith("by_")}
    whole = {path for path in places if "all" in path}
    for path in sorted(whole or places):
        values = dict.fromkeys(value for run in runs for value in _at(run, *path) or ())
        rows, numbers, measure = [], [], ""
        for value in values:
            groups = [_at(run, *path, value) for run in runs]
            shares = [_first_share(group) for group in groups]
            if not any(shares):
                continue
            count = next((group["n"] for group in groups if isinstance(group, Mapping) and "n" in group), None)
            measure = next(name for name, _ in filter(None, shares))
            name = value if count is None else f"{value} ({count})"
            found = [(n, share[1]) for n, share in enumerate(shares) if share]
            rows.append(Dots(name, [_point(share, n, hollow=n < len(runs) - 1) for n, share in found]))
            numbers.append((name, *(_shown(share and share[1]) for share in shares)))
        if rows:
            part = "" if path[0].startswith("by_") else f" ({label(*path[:-1])})"
            yield Picture(
                f"{label(measure).capitalize()}, {label(path[-1])}{part}",
                f"Share {label(measure)} with its interval: {'; '.join(' '.join(line) for line in numbers)}.",
                dots(f"{suite}-{_slug(path)}", rows, series={n: _run_name(n, runs) for n in range(len(runs))}),
                (label(path[-1])[3:], *(label(measure) + _of_run(n, runs) for n in range(len(runs)))),
                tuple(numbers),
            )


def _rewrites(suite: str, runs: Sequence[Figures]) -> Iterator[Picture]:
    """PART.WAY.MEASURE with the ways bare and ours: how far a rewrite goes from the bare question to the person's."""
    for n, run in enumerate(runs):
        for path in _mappings(run, ()):
            part = _at(run, *path)
            ways = [way for way in _WAYS if isinstance(part.get(way), Mapping)]
            if not {"bare", "ours"} <= set(ways):
                continue
            rows, numbers = [], []
            for measure in part["ours"]:
                found = [(_WAYS.index(way), _at(part, way, measure)) for way in ways]
                points = [_point(share, place, hollow=place == 0) for place, share in found if is_share(share)]
                gap = _at(part, "gap_closed", measure)
                rows.append(Dots(label(measure), points))
                numbers.append((label(measure), *(_shown(share) for _, share in found), _shown(gap)))
            about = label(*path)
            yield Picture(
                f"What the rewrite wins back: {about}{_of_run(n, runs)}",
                f"{about}. {'; '.join(_sentence(line, [*ways, 'gap closed']) for line in numbers)}.",
                dots(f"{suite}-rewrites-{n}-{_slug(path)}", rows, series={_WAYS.index(way): way for way in ways}),
                ("", *ways, "gap closed"),
                tuple(numbers),
            )


def _systems(suite: str, runs: Sequence[Figures]) -> Iterator[Picture]:
    """MEASURE.ours beside MEASURE.theirs: articles a second, and every share, a picture each."""
    for n, run in enumerate(runs):
        for path in _mappings(run, ()):
            both = _at(run, *path)
            values = [both[name] for name in _SYSTEMS] if both.keys() == _SYSTEMS.keys() else []
            shares = bool(values) and all(map(is_share, values))
            if not shares and not (values and path[-1] == "articles_a_second"):
                continue
            rows = [
                Dots(name, [_point(value, place)])
                for place, (name, value) in enumerate(zip(_SYSTEMS.values(), values, strict=True))
            ]
            numbers = tuple(zip(_SYSTEMS.values(), map(_shown, values), strict=True))
            title = label(*path)
            yield Picture(
                title.capitalize() + _of_run(n, runs),
                f"{title}: {'; '.join(' '.join(line) for line in numbers)}.",
                dots(f"{suite}-systems-{n}-{_slug(path)}", rows, percent=shares),
                ("", title),
                numbers,
            )


def _at(figures: Any, *path: str) -> Any:
    for key in path:
        figures = figures.get(key) if isinstance(figures, Mapping) else None
    return figures


def _walk(figures: Figures, prefix: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in figures.items():
        path = (*prefix, str(key))
        yield path, value
        if isinstance(value, Mapping):
            yield from _walk(value, path)


def _mappings(figures: Figures, prefix: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [path for path, value in _walk(figures, prefix) if isinstance(value, Mapping) and path[0] != "run"]


def _numbers(value: Any) -> list[float] | None:
    good = isinstance(value, list) and len(value) > 1 and all(isinstance(item, int | float) for item in value)
    return value if good else None


def _points(value: Any) -> list[tuple[float, float]] | None:
    pairs = isinstance(value, list) and value and all(_numbers(item) and len(item) == 2 for item in value)
    return [(x, y) for x, y in value] if pairs else None


def _risk_at(curve: Line, coverage: float) -> float:
    pairs = zip(curve.x, curve.y, strict=True)
    return next((risk for covered, risk in pairs if covered >= coverage - 1e-9), curve.y[-1])


def _at_coverage(curve: Line, coverage: float) -> str:
    return f"{100 * _risk_at(curve, coverage):.0f}% wrong with {100 * coverage:.0f}% answered"


def _sentence(line: Sequence[str], names: Sequence[str]) -> str:
    return f"{line[0]}: " + ", ".join(f"{name} {value}" for name, value in zip(names, line[1:], strict=True))


def _middle(curve: Sequence[float]) -> float:
    return curve[len(curve) // 2]


def _first_share(group: Any) -> tuple[str, Mapping[str, float]] | None:
    items = group.items() if isinstance(group, Mapping) else ()
    return next(((name, value) for name, value in items if is_share(value)), None)


def _point(value: Any, series: int, *, hollow: bool = False) -> Point:
    if isinstance(value, Mapping):
        return Point(value["value"], value["low"], value["high"], series, hollow)
    return Point(float(value), None, None, series, hollow)


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    shown = mark(value)
    return f"{shown.text} [{shown.interval}]" if shown.interval else shown.text


def _run_name(number: int, runs: Sequence[Figures]) -> str:
    return ("first run", "second run")[number] if len(runs) > 1 else ""


def _of_run(number: int, runs: Sequence[Figures]) -> str:
    return f", {_run_name(number, runs)}" if len(runs) > 1 else ""


def _slug(path: Sequence[str]) -> str:
    return "-".join("".join(c if c.isascii() and c.isalnum() else "-" for c in part) for part in path)
