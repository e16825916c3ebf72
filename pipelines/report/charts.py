"""Charts, drawn so that a page can colour them for light and dark and a PDF can print them."""

import io
import re
from collections.abc import Mapping, Sequence
from contextlib import closing

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

INK, LINE, ACCENT, BAD = "#1c2127", "#d5dae0", "#2f78b7", "#c8503c"
COLOURS = (ACCENT, "#d08022", "#2c9a72", "#b9539b", "#7e6bd0", "#8a8f3a", "#c8503c", "#4aa3b8")
VARIABLES = {INK: "var(--ink)", LINE: "var(--line)", ACCENT: "var(--accent)", BAD: "var(--bad)"}
"""What a page puts in place of these colours, so that they follow its theme."""

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "svg.fonttype": "none",
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.grid": True,
    "grid.color": LINE,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=COLOURS),
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}
WIDE = (7.2, 3.0)
Lines = Mapping[str, tuple[Sequence[float] | NDArray[np.float64], Sequence[float] | NDArray[np.float64]]]


def draw_curves(plots: Mapping[str, Lines]) -> Figure:
    """Curves over epochs, a plot for each of what they measure."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 2.9), layout="constrained")
        for axes, (title, lines) in zip(figure.subplots(1, len(plots), squeeze=False)[0], plots.items(), strict=True):
            for name, (x, y) in lines.items():
                axes.plot(x, y, label=name, linewidth=1.6, marker="o" if len(x) < 3 else None)
            axes.set(title=title, xlabel="epoch")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            if len(lines) > 1:
                axes.legend(fontsize=7)
    return figure


def draw_reliability(bins: Mapping[str, Sequence[tuple[float, float, int]]]) -> Figure:
    """How often readings of a confidence are right: on the diagonal, confidence means what it says."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 3.8), layout="constrained")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle="--")
        for name, points in bins.items():
            axes.plot([p[0] for p in points], [p[1] for p in points], marker="o", markersize=4, label=name)
        axes.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1.01), ylim=(0, 1.02))
        _in_percent(axes.xaxis, axes.yaxis)
        figure.legend(loc="outside right upper", fontsize=8)
    return figure


def draw_risk(curves: Lines, promised: float, coverage: float | None) -> Figure:
    """The error among the accepted, when so many of the readings are accepted, the surest first."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 3.2), layout="constrained")
        axes = figure.subplots()
        for name, (x, y) in curves.items():
            axes.step(x, y, where="post", label=name, linewidth=1.5)
        axes.axhline(promised, color=BAD, linewidth=1, linestyle="--", label=f"promised, {100 * promised:.3g} %")
        if coverage:
            axes.axvline(coverage, color=INK, linewidth=0.8, linestyle=":", label="accepted now, all sets")
        axes.set(xlabel="accepted", ylabel="wrong among accepted", xlim=(0, 1.01))
        axes.set_ylim(bottom=0)
        _in_percent(axes.xaxis, axes.yaxis)
        figure.legend(loc="outside right upper", fontsize=8)
    return figure


def draw_confusion(matrix: NDArray[np.float64], labels: Sequence[str]) -> Figure:
    """What was written and what was read, each row of shares of 1; the darker, the more often."""
    size = max(3.4, min(7.2, 1.2 + 0.1 * len(labels)))
    with matplotlib.rc_context({**STYLE, "axes.grid": False}):
        figure = Figure(figsize=(size, size), layout="constrained")
        axes = figure.subplots()
        rows, columns = np.nonzero(matrix)
        shades = np.clip(matrix[rows, columns], 0.0, 1.0) ** 0.5
        for row, column, shade in zip(rows, columns, shades, strict=True):
            colour = ACCENT if row == column else BAD
            axes.add_patch(
                matplotlib.patches.Rectangle((column - 0.5, row - 0.5), 1, 1, color=colour, alpha=shade, lw=0)
            )
        axes.set(xlim=(-0.5, len(labels) - 0.5), ylim=(len(labels) - 0.5, -0.5), xlabel="read", ylabel="written")
        axes.set_xticks(range(len(labels)), labels, fontsize=6.5)
        axes.set_yticks(range(len(labels)), labels, fontsize=6.5)
    return figure


def draw_bars(counts: Mapping[str, Mapping[str, int]], label: str, logarithmic: bool = False) -> Figure:
    """Counts by name, stacked by a second name, in the order given."""
    names = list(dict.fromkeys(name for stack in counts.values() for name in stack))
    with matplotlib.rc_context({**STYLE, "axes.grid.axis": "y"}):
        figure = Figure(figsize=WIDE, layout="constrained")
        axes = figure.subplots()
        base = np.zeros(len(names))
        for stack, values in counts.items():
            heights = np.array([values.get(name, 0) for name in names], float)
            axes.bar(range(len(names)), heights, bottom=base, label=stack, width=0.85)
            base += heights
        axes.set(ylabel=label, xlim=(-0.7, len(names) - 0.3))
        axes.set_xticks(range(len(names)), names, fontsize=8 if len(names) < 40 else 6)
        if logarithmic:
            axes.set_yscale("log")
        if len(counts) > 1:
            figure.legend(fontsize=7, ncols=4, loc="outside upper center")
    return figure


def draw_histograms(values: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Distributions by set, a plot for each of what is measured; each set's area is one."""
    with matplotlib.rc_context({**STYLE, "axes.grid.axis": "x"}):
        figure = Figure(figsize=WIDE, layout="constrained")
        for axes, (title, sets) in zip(figure.subplots(1, len(values), squeeze=False)[0], values.items(), strict=True):
            every = np.concatenate([np.asarray(v, float) for v in sets.values()])
            edges = np.linspace(every.min() - 0.5, np.percentile(every, 99.5) + 0.5, 33)
            for name, some in sets.items():
                shares = np.histogram(some, edges)[0] / max(1, len(some))
                axes.stairs(shares, edges, label=name, linewidth=1.5)
            axes.set(title=title, xlabel="pixels", yticks=[])
        figure.legend(*axes.get_legend_handles_labels(), fontsize=7, ncols=4, loc="outside upper center")
    return figure


def as_svg(name: str, figure: Figure) -> str:
    """A figure as SVG to stand in a page, in the page's colours and font; its ids begin with `name`."""
    with io.StringIO() as file, matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
        svg = file.getvalue()
    svg = svg[svg.index("<svg") :].replace("'DejaVu Sans'", "inherit")
    svg = re.sub(r"<metadata>.*?</metadata>\s*| xmlns(:xlink)?=\"[^\"]*\"", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(id="|url\(#|href="#)', lambda found: f"{found[1]}{name}-", svg)
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, variable)
    return svg


def as_png(figure: Figure, dpi: int = 160) -> bytes:
    """A figure as PNG on white."""
    with closing(io.BytesIO()) as file:
        figure.savefig(file, format="png", dpi=dpi, facecolor="white", metadata={"Software": None})
        return file.getvalue()


def _in_percent(*axes: matplotlib.axis.Axis) -> None:
    for axis in axes:
        axis.set_major_formatter(PercentFormatter(1.0, decimals=None))
