"""Positions of the cells and labels of a confusion matrix. No painting; lengths in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize

TITLE_HEIGHT = 20
FOOTER_HEIGHT = 28  # the line below the matrix that describes a cell
LABEL_GAP = 6
MAX_LABEL_WIDTH = 92  # longer class names are elided
MIN_CELL = 4
MAX_CELL = 120


@dataclass(frozen=True)
class MatrixGeometry:
    """Square cells of side `cell` from (left, top) on; `rotated` column labels stand upright.

    Only every `label_step`-th row and column has a label.
    """

    left: int
    top: int
    cell: int
    count: int
    row_label_width: int
    column_label_height: int
    rotated: bool
    label_step: int

    @property
    def side(self) -> int:
        """Width and height of the matrix."""
        return self.cell * self.count

    @property
    def area(self) -> QRect:
        """The rectangle of all cells."""
        return QRect(self.left, self.top, self.side, self.side)

    def cell_rect(self, row: int, column: int) -> QRect:
        """Return the rectangle of one cell, including the gap to its neighbors."""
        return QRect(
            self.left + column * self.cell, self.top + row * self.cell, self.cell, self.cell
        )

    def cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Return the (row, column) at a point, or None outside the matrix."""
        column, row = (x - self.left) // self.cell, (y - self.top) // self.cell
        inside = 0 <= row < self.count and 0 <= column < self.count
        return (row, column) if inside else None


def fit_matrix(size: QSize, label_widths: Sequence[int], line_height: int) -> MatrixGeometry:
    """Fit a matrix with these label widths into `size`, as large as possible and centered.

    Column labels are horizontal if each fits its column and rotated otherwise. If a line of text
    is higher than a cell, only every n-th label is shown.
    """
    count = max(1, len(label_widths))
    label_width = min(max(label_widths, default=0), MAX_LABEL_WIDTH)
    left = TITLE_HEIGHT + label_width + LABEL_GAP
    horizontal = _cell_side(size, left, TITLE_HEIGHT + line_height + LABEL_GAP, count)
    rotated = label_width + 4 > horizontal
    label_height = label_width if rotated else line_height
    top = TITLE_HEIGHT + label_height + LABEL_GAP
    cell = _cell_side(size, left, top, count)
    slack = max(0, size.width() - left - cell * count)
    return MatrixGeometry(
        left=left + slack // 2,
        top=top,
        cell=cell,
        count=count,
        row_label_width=label_width,
        column_label_height=label_height,
        rotated=rotated,
        label_step=max(1, -(-line_height // cell)),
    )


def _cell_side(size: QSize, left: int, top: int, count: int) -> int:
    available = min(size.width() - left - 1, size.height() - top - FOOTER_HEIGHT)
    return max(MIN_CELL, min(MAX_CELL, available // count))
