"""Thin long curves for display: keep the minimum and maximum of each pixel column.

The plots do not smooth: every peak stays visible, however long the curve is. pyqtgraph's own
"peak" downsampling turns a column with one NaN into a gap and draws noise twice as long.
"""

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]


def thin_curve(x: Points, y: Points, edges: Points) -> tuple[Points, Points]:
    """Reduce a curve to the minimum and maximum of each column.

    A line through the extremes of every column looks the same as a line through all points.

    x [n] and `edges` [columns + 1] are ascending, y is [n]. Column i reaches from edges[i] to
    edges[i + 1]; points outside the edges belong to the first or last column. Curves of at most
    2 points per column are returned unchanged. Values that are not finite are ignored unless
    their column has no others.
    """
    if len(x) <= 2 * (len(edges) - 1):
        return x, y
    starts = np.searchsorted(x, edges[:-1])
    starts = starts[np.diff(starts, prepend=-1) > 0]  # sorted already, so np.unique is not needed
    starts = starts[starts < len(x)]
    starts[0] = 0
    ends = np.append(starts[1:], len(x)) - 1
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        finite = np.where(np.isfinite(y), y, np.nan)
        low, high = np.fmin.reduceat(finite, starts), np.fmax.reduceat(finite, starts)
    rises = _is_rising(y[starts], y[ends], low, high)
    return (
        _interleave(x[starts], x[ends]),
        _interleave(np.where(rises, low, high), np.where(rises, high, low)),
    )


def _is_rising(first: Points, last: Points, low: Points, high: Points) -> npt.NDArray[np.bool_]:
    """Return for each column whether to draw it from its minimum to its maximum.

    A column with a trend follows it. Columns of noise alternate, because a line that starts where
    the previous one ended is only half as long to draw.
    """
    alternating = np.arange(len(low)) % 2 == 0
    with np.errstate(invalid="ignore"):
        return np.where(2 * np.abs(last - first) > high - low, last >= first, alternating)


def _interleave(first: Points, second: Points) -> Points:
    return np.stack([first, second], axis=1).ravel()
