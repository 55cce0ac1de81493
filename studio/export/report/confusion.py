"""The confusion matrix: a table for few classes, a map of cells for many."""

from collections.abc import Sequence
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from studio.export.report.markup import Html, escape
from studio.insight.confusion import normalize_confusion

MAX_TABLE_CLASSES = 20
_LEVELS = 6  # shades of a mistake
_MAP_PX = 640


def confusion_matrix(
    confusion: NDArray[np.int64], class_names: Sequence[str], order: NDArray[np.int64]
) -> Html:
    """Return counts [true, predicted] with the classes in `order` [K]."""
    counts = confusion[np.ix_(order, order)]
    names = [class_names[index] for index in order]
    few = len(names) <= MAX_TABLE_CLASSES
    return _table(counts, names) if few else _map(counts)


def _table(counts: NDArray[np.int64], names: Sequence[str]) -> Html:
    levels = _shades(counts)
    head = "".join(f'<th scope="col"><span>{escape(name)}</span></th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(
            f'<td class="{_style(row, column, levels)}">{counts[row, column] or ""}</td>'
            for column in range(len(names))
        )
        + "</tr>"
        for row, name in enumerate(names)
    )
    rotated = " rotated" if max(map(len, names), default=0) > 4 else ""
    return (
        f'<div class="scroll"><table class="confusion{rotated}"><caption>Rows are true classes, '
        "columns are predicted classes</caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _style(row: int, column: int, levels: NDArray[np.int64]) -> str:
    return "correct" if row == column else f"shade{levels[row, column]}"


def _map(counts: NDArray[np.int64]) -> Html:
    """Return one path per shade: ten thousand elements would be slow to show."""
    size, levels = len(counts), _shades(counts)
    errors = ~np.eye(size, dtype=bool)
    paths = [
        f'<path class="shade{level}" d="{_cells((levels == level) & errors)}"/>'
        for level in range(1, _LEVELS + 1)
    ]
    diagonal = f'<path class="correct" d="{_cells(np.diag(np.diag(counts) > 0))}"/>'
    return (
        f'<svg class="map" viewBox="0 0 {size} {size}" width="{_MAP_PX}" role="img" '
        'aria-label="Confusion matrix: rows are true classes, columns are predicted classes">'
        f'<rect class="empty" width="{size}" height="{size}"/>{diagonal}{"".join(paths)}</svg>'
        '<p class="muted">Rows are true classes, columns are predicted classes, ordered by '
        "similarity. The darker a cell off the diagonal, the larger its percentage of the true "
        "class.</p>"
    )


def _cells(chosen: NDArray[np.bool_]) -> str:
    return "".join(f"M{column} {row}h1v1h-1z" for row, column in np.argwhere(chosen))


def _shades(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the shade of each mistake, 1 to 6 by its percentage of the true class; else 0."""
    rates = normalize_confusion(counts, "true")
    np.fill_diagonal(rates, 0)
    largest = float(rates.max(initial=0))
    if largest <= 0:
        return np.zeros(counts.shape, np.int64)
    shade = np.vectorize(lambda rate: ceil(_LEVELS * sqrt(rate / largest)), otypes=[np.int64])
    return np.asarray(shade(rates), np.int64)
