"""Pictures as SVG to stand in the page: one drawing for light and dark, because its colours are the page's own.

Colours are drawn as made-up ones and then replaced by CSS variables; words stay words, in the page's type. The
same figures give the same bytes.
"""

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.report.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Dots", "Line", "Point", "dots", "lines"]

# Inches of 72 units: shown one to one on a telephone that is 390 px wide.
_WIDTH, _HEIGHT = 4.8, 3.1
# Letters of a name beside a plot: more would leave no room for the plot.
_LONGEST_NAME = 24
_COLOURS = {
    "#000001": "var(--ink)",
    "#000002": "var(--soft)",
    "#000003": "var(--line)",
    "#000004": "var(--paper)",
    "#000011": "var(--one)",
    "#000012": "var(--two)",
    "#000013": "var(--three)",
    "#000014": "var(--four)",
}
_INK, _SOFT, _RULE, _PAPER, *_SERIES = _COLOURS
# Not by colour alone: each series has its own mark, too.
_MARKS = ("o", "s", "^", "D")
_SETTINGS: Mapping[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 10.5,
    "text.color": _INK,
    "axes.edgecolor": _RULE,
    "axes.labelcolor": _SOFT,
    "xtick.color": _RULE,
    "ytick.color": _RULE,
    "xtick.labelcolor": _SOFT,
    "ytick.labelcolor": _SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "grid.color": _RULE,
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.8,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A curve. `series` gives it its colour and mark; the first of two runs is dashed."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    series: int = 0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A value and its interval, or only the value."""

    value: float
    low: float | None = None
    high: float | None = None
    series: int = 0
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Dots:
    """A line of a dot plot: its name, and the points on it."""

    label: str
    points: Sequence[Point]


def lines(
    name: str,
    curves: Sequence[Line],
    *,
    x_label: str,
    y_label: str,
    percent: str = "",
    ticks: Sequence[str] = (),
) -> str:
    """Draw curves over one another and return the <svg> element.

    Args:
        name: Unique on the page: ids in the drawing begin with it.
        curves: At least one; each with as many x as y.
        x_label: What runs across.
        y_label: What runs upwards, from 0.
        percent: The axes that are shares from 0 to 1, of 'xy'.
        ticks: Names of the places 0, 1, 2 … across, instead of numbers; then the points are marked.
    """

    def draw(axes: "Axes") -> None:
        for curve in curves:
            colour = _SERIES[curve.series % len(_SERIES)]
            mark = _MARKS[curve.series % len(_MARKS)] if ticks else ""
            style = (0, (3, 2)) if curve.dashed else "-"
            told = visible(curve.label) or None
            axes.plot(curve.x, curve.y, color=colour, marker=mark, markersize=5, linestyle=style, label=told)
        axes.set_xlabel(x_label)
        axes.set_title(y_label, loc="left", fontsize=10.5, color=_SOFT)
        axes.grid(axis="y")
        axes.set_ylim(bottom=0)
        if ticks:
            axes.set_xticks(range(len(ticks)), list(map(visible, ticks)))
            axes.margins(x=0.06)
        _shares(axes, percent)
        if len(curves) > 1:
            axes.legend(frameon=False, loc="best", fontsize=10, handlelength=1.8, labelspacing=0.3)

    return _svg(name, _HEIGHT, draw)


def dots(name: str, rows: Sequence[Dots], *, series: Mapping[int, str] | None = None, percent: bool = True) -> str:
    """Draw values with their intervals, a line for each row from the top down, and return the <svg> element.

    Args:
        name: Unique on the page: ids in the drawing begin with it.
        rows: At least one.
        series: Names of the series by their number, for a key; none is shown where there are fewer than two.
        percent: Whether the values are shares from 0 to 1.
    """

    def draw(axes: "Axes") -> None:
        for place, row in enumerate(rows):
            spread = 0.56 if len(row.points) > 1 else 0.0
            for n, point in enumerate(row.points):
                y = place + spread * (n / max(len(row.points) - 1, 1) - 0.5)
                _dot(axes, point, y)
        axes.set_yticks(range(len(rows)), [_cut(row.label) for row in rows])
        axes.tick_params(axis="y", length=0, labelcolor=_INK)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
        if percent:
            _shares(axes, "x")
        if len(key) > 1:
            for n, told in key.items():
                axes.plot([], [], linestyle="", color=_SERIES[n], marker=_MARKS[n], markersize=6, label=told)
            axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(key), handletextpad=0.1)

    key = series or {}
    most = max(len(row.points) for row in rows)
    height = 0.5 + (0.18 + 0.12 * most) * len(rows) + (0.25 if len(key) > 1 else 0)
    return _svg(name, height, draw)


def _dot(axes: "Axes", point: Point, y: float) -> None:
    colour = _SERIES[point.series % len(_SERIES)]
    if point.low is not None and point.high is not None:
        axes.plot([point.low, point.high], [y, y], color=colour, linewidth=1.6, alpha=0.55, solid_capstyle="butt")
    mark = _MARKS[point.series % len(_MARKS)]
    inside = _PAPER if point.hollow else colour
    axes.plot([point.value], [y], marker=mark, markersize=6, color=colour, markerfacecolor=inside, linestyle="")


def _cut(given: str) -> str:
    name = visible(given)
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _shares(axes: "Axes", which: str) -> None:
    from matplotlib.ticker import PercentFormatter

    for letter, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        if letter in which:
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _svg(name: str, height: float, draw: Any) -> str:
    # Imported here: of all commands only the report draws.
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with rc_context({**_SETTINGS, "svg.hashsalt": name}), warnings.catch_warnings():
        # Words are the browser's to draw: it does not matter that matplotlib's own type lacks a letter.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        written = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", transparent=True, metadata=nothing)
    return _for_the_page(written.getvalue(), name)


def _for_the_page(svg: str, name: str) -> str:
    """Keep the element only, with ids that no other drawing has, and the page's colours and type."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<svg\b[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg\b[^>]*?) height="[^"]*"', r'\1 aria-hidden="true"', svg, count=1)
    svg = re.sub(r'\bid="([^"]*)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'href="#([^"]*)"', rf'href="#{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]*)\)", rf"url(#{name}-\1)", svg)
    svg = re.sub(r"<style\b.*?</style>", "", svg, flags=re.DOTALL)  # it would hold for the whole page
    svg = re.sub(r"font-family: [^;\"]*", "font-family: var(--sans)", svg)
    for drawn, meant in _COLOURS.items():
        svg = svg.replace(drawn, meant)
    return svg
