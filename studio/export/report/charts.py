"""Charts as inline SVG. Their colors are those of the page's style sheet, in light and dark."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

import numpy as np
from numpy.typing import NDArray

from studio.export.report.markup import Html, escape
from studio.insight.calibration import ReliabilityBins
from studio.insight.intervals import Proportion

Column = NDArray[np.float64]
Range = tuple[float, float]

MAX_POINTS = 400  # of one line; more cannot be told apart
_WIDTH, _HEIGHT = 480, 260
_LEFT, _TOP, _RIGHT, _BOTTOM = 58, 12, 96, 40
_LABEL_HEIGHT = 14


@dataclass(frozen=True)
class Line:
    """A curve with its name; x and y [n]. `style` is a class of the style sheet."""

    name: str
    x: Column
    y: Column
    style: str


class _Frame:
    """The rectangle between the axes, with its grid."""

    def __init__(self, x: Range, y: Range, right: int = _RIGHT) -> None:
        self._x, self._y = x, y
        self.left, self.top = _LEFT, _TOP
        self.right, self.bottom = _WIDTH - right, _HEIGHT - _BOTTOM

    def x(self, value: float) -> float:
        low, high = self._x
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self._y
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def axes(self, titles: tuple[str, str], formats: Sequence[Callable[[float], str]]) -> Html:
        """Return grid lines, numbers and titles."""
        marks = [self._x_tick(v, formats[0](v)) for v in round_ticks(*self._x)]
        marks += [self._y_tick(v, formats[1](v)) for v in round_ticks(*self._y)]
        middle_x, middle_y = (self.left + self.right) / 2, (self.top + self.bottom) / 2
        return "".join(marks) + (
            f'<text class="title" x="{middle_x:.0f}" y="{_HEIGHT - 6}">{escape(titles[0])}</text>'
            f'<text class="title" transform="translate(11 {middle_y:.0f}) rotate(-90)">'
            f"{escape(titles[1])}</text>"
        )

    def _x_tick(self, value: float, text: str) -> Html:
        return f'<text class="tick-x" x="{self.x(value):.1f}" y="{self.bottom + 16}">{text}</text>'

    def _y_tick(self, value: float, text: str) -> Html:
        y = self.y(value)
        return (
            f'<path class="grid" d="M{self.left} {y:.1f}H{self.right}"/>'
            f'<text class="tick-y" x="{self.left - 6}" y="{y + 4:.1f}">{text}</text>'
        )


def line_chart(
    title: str,
    lines: Sequence[Line],
    axis_titles: tuple[str, str],
    format_y: Callable[[float], str],
    marked: tuple[float, str] | None = None,
    *,
    falling: bool = False,
) -> Html:
    """Return curves with their names and last values at the right; `marked` is an x and its label.

    Nothing without a finite point. Above `falling` curves there is space for the label.
    """
    lines = [_thin(line) for line in lines]
    lines = [line for line in lines if len(line.x)]
    if not lines:
        return ""
    x = np.concatenate([line.x for line in lines])
    y = np.concatenate([line.y for line in lines])
    x_range = (float(x.min()), float(x.max()))
    if x_range[0] == x_range[1]:
        x_range = (x_range[0] - 0.5, x_range[0] + 0.5)
    frame = _Frame(x_range, round_range(float(y.min()), float(y.max())))
    content = frame.axes(axis_titles, (_whole, format_y))
    if marked is not None:
        content += _marker(frame, *marked, frame.top + 10 if falling else frame.bottom - 6)
    content += "".join(_draw_line(frame, line) for line in lines)
    content += _line_labels(frame, lines, format_y)
    values = ", ".join(f"{line.name} {format_y(float(line.y[-1]))}" for line in lines)
    return _svg(f"{title}. At the end: {values}", content)


def reliability_chart(bins: ReliabilityBins) -> Html:
    """Return bars of accuracy by confidence, their gaps and the diagonal; nothing when empty."""
    shown = np.flatnonzero(bins.counts)
    if not len(shown):
        return ""
    frame = _Frame((0, 1), (0, 1), right=12)
    content = frame.axes(("Confidence", "Accuracy"), (_percent, _percent))
    edges = bins.edges
    for index in shown:
        accuracy, confidence = float(bins.accuracy[index]), float(bins.confidence[index])
        left, right = frame.x(edges[index]) + 1, frame.x(edges[index + 1]) - 1
        few = " few" if bins.counts[index] < 10 else ""
        content += _rect(f"bar{few}", left, right, frame.y(accuracy), frame.y(0))
        gap = sorted((frame.y(accuracy), frame.y(confidence)))
        quarter = (right - left) / 4
        content += _rect(f"gap{few}", left + quarter, right - quarter, *gap)
    content += (
        f'<path class="diagonal" d="M{frame.x(0):.1f} {frame.y(0):.1f}'
        f'L{frame.x(1):.1f} {frame.y(1):.1f}"/>'
    )
    return _svg("Reliability diagram: accuracy of predictions by confidence", content)


def interval_bar(proportion: Proportion, start: float, is_uncertain: bool) -> Html:
    """Return a small bar of an interval with a dot at its value, from `start` to 1."""
    if not proportion.total:
        return ""
    low, high = proportion.interval

    def x(value: float) -> float:
        return 4 + 112 * (value - start) / (1 - start)

    width = max(x(high) - x(low), 2)
    style = "interval uncertain" if is_uncertain else "interval"
    return (
        '<svg class="bar" viewBox="0 0 120 12" width="120" height="12" aria-hidden="true">'
        f'<path class="grid" d="M4 6H116"/><rect class="{style}" x="{x(low):.1f}" y="3" '
        f'width="{width:.1f}" height="6" rx="3"/>'
        f'<circle class="dot" cx="{x(proportion.value):.1f}" cy="6" r="3"/></svg>'
    )


def round_step(span: float, steps: int = 5) -> float:
    """Return the smallest 1, 2 or 5 times a power of ten that is at least span / steps."""
    raw = span / steps
    power = 10.0 ** floor(log10(raw))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if raw <= factor * power * 1.001)


def round_range(low: float, high: float) -> Range:
    """Return the smallest range with round ends that contains both values."""
    if high - low < 1e-9 * max(1.0, abs(high)):
        pad = abs(high) / 2 or 0.5
        low, high = low - pad, high + pad
    step = round_step(high - low)
    return floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step


def round_ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two values."""
    step = round_step(high - low)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def _thin(line: Line) -> Line:
    """Drop what is not finite, and points that could not be told apart."""
    finite = np.flatnonzero(np.isfinite(line.x) & np.isfinite(line.y))
    if len(finite) > MAX_POINTS:
        finite = finite[np.linspace(0, len(finite) - 1, MAX_POINTS).round().astype(int)]
    return Line(line.name, line.x[finite], line.y[finite], line.style)


def _marker(frame: _Frame, value: float, text: str, y: float) -> Html:
    """Return a vertical line with its label at `y`, on the side that has more space."""
    x = frame.x(value)
    is_right = x > (frame.left + frame.right) / 2
    anchor, at = ("end", x - 5) if is_right else ("start", x + 5)
    return (
        f'<path class="marker" d="M{x:.1f} {frame.top}V{frame.bottom}"/>'
        f'<text class="note" text-anchor="{anchor}" x="{at:.1f}" y="{y:.1f}">'
        f"{escape(text)}</text>"
    )


def _draw_line(frame: _Frame, line: Line) -> Html:
    points = [(frame.x(x), frame.y(y)) for x, y in zip(line.x, line.y, strict=True)]
    if len(points) == 1:
        x, y = points[0]
        return f'<circle class="point {line.style}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="line {line.style}" d="M{path}"/>'


def _line_labels(frame: _Frame, lines: Sequence[Line], format_y: Callable[[float], str]) -> Html:
    """Place the names at the ends of the lines, moved apart where they would overlap."""
    ends = sorted(((frame.y(float(line.y[-1])), line) for line in lines), key=lambda end: end[0])
    placed, lowest = [], float(frame.top)
    for y, line in ends:
        lowest = max(y + 4, lowest)
        placed.append((lowest, line))
        lowest += _LABEL_HEIGHT * 2
    return "".join(
        f'<text class="label {line.style}" x="{frame.right + 6}" y="{y:.1f}">{escape(line.name)}'
        f'<tspan x="{frame.right + 6}" dy="13">{escape(format_y(float(line.y[-1])))}</tspan></text>'
        for y, line in placed
    )


def _rect(style: str, left: float, right: float, top: float, bottom: float) -> Html:
    return (
        f'<rect class="{style}" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
        f'height="{max(bottom - top, 0.5):.1f}"/>'
    )


def _svg(description: str, content: Html) -> Html:
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(description)}">{content}</svg>'
    )


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.0f} %"


def _whole(value: float) -> str:
    return f"{value:,.0f}" if isfinite(value) and value == round(value) else ""
