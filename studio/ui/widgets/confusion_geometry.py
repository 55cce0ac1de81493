"""Where the cells and labels of a square matrix go: arithmetic only, no painting."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize

TITLE = 20  # one line for an axis title
FOOTER = 28  # the line under the matrix that describes a cell
LABEL_GAP = 6
LABEL_LIMIT = 92  # longer class names are elided
SMALLEST_CELL = 4
LARGEST_CELL = 120


@dataclass(frozen=True)
class MatrixGeometry:
    """Cells of side `cell` from (left, top); label columns stand upright or turned."""

    left: int
    top: int
    cell: int
    count: int
    row_label_width: int
    column_label_height: int
    turned: bool
    label_step: int

    @property
    def side(self) -> int:
        """Width and height of all cells together."""
        return self.cell * self.count

    @property
    def area(self) -> QRect:
        """The rectangle of all cells."""
        return QRect(self.left, self.top, self.side, self.side)

    def cell_rect(self, row: int, column: int) -> QRect:
        """The rectangle of one cell, the gap to its neighbours included."""
        return QRect(
            self.left + column * self.cell, self.top + row * self.cell, self.cell, self.cell
        )

    def cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """The (row, column) under a point, or None outside the matrix."""
        column, row = (x - self.left) // self.cell, (y - self.top) // self.cell
        inside = 0 <= row < self.count and 0 <= column < self.count
        return (row, column) if inside else None


def lay_out(size: QSize, label_widths: Sequence[int], line_height: int) -> MatrixGeometry:
    """Fit a matrix with these label widths into `size`: as large as it goes, centred.

    Column labels lie flat when each fits its column and stand turned otherwise; when even a line
    of text is higher than a cell, only every n-th label is kept.
    """
    count = max(1, len(label_widths))
    widest = min(max(label_widths, default=0), LABEL_LIMIT)
    left = TITLE + widest + LABEL_GAP
    flat = _cell(size, left, TITLE + line_height + LABEL_GAP, count)
    turned = widest + 4 > flat
    label_height = widest if turned else line_height
    top = TITLE + label_height + LABEL_GAP
    cell = _cell(size, left, top, count)
    slack = max(0, size.width() - left - cell * count)
    return MatrixGeometry(
        left=left + slack // 2,
        top=top,
        cell=cell,
        count=count,
        row_label_width=widest,
        column_label_height=label_height,
        turned=turned,
        label_step=max(1, -(-line_height // cell)),
    )


def _cell(size: QSize, left: int, top: int, count: int) -> int:
    room = min(size.width() - left - 1, size.height() - top - FOOTER)
    return max(SMALLEST_CELL, min(LARGEST_CELL, room // count))
