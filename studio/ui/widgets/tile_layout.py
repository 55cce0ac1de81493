"""Where the tiles of a `TileView` lie: every position follows from a row in constant time."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize

GAP = 8


@dataclass(frozen=True)
class TileLayout:
    """`count` tiles of equal size in as many columns as fit into `width`, top line first.

    Points and rectangles are those of the whole content, in logical pixels. The width left over
    widens the gaps between the columns.
    """

    tile: QSize
    width: int
    count: int

    @property
    def columns(self) -> int:
        """The number of tiles per line."""
        return max(1, (self.width + GAP) // (self.tile.width() + GAP))

    @property
    def line_height(self) -> int:
        """The distance between the tops of two lines."""
        return self.tile.height() + GAP

    @property
    def pitch(self) -> int:
        """The distance between the left sides of two columns."""
        columns = self.columns
        if columns == 1:
            return self.tile.width() + GAP
        return (self.width - self.tile.width()) // (columns - 1)

    @property
    def height(self) -> int:
        """The height of all lines."""
        lines = -(-self.count // self.columns)
        return max(0, lines * self.line_height - GAP)

    def rect(self, row: int) -> QRect:
        """Return the rectangle of the tile in `row`."""
        line, column = divmod(row, self.columns)
        return QRect(QPoint(column * self.pitch, line * self.line_height), self.tile)

    def rows_in(self, top: int, bottom: int) -> range:
        """Return the rows of all lines between two heights, both included."""
        first = max(0, top // self.line_height)
        last = bottom // self.line_height
        return range(first * self.columns, min(self.count, (last + 1) * self.columns))

    def row_at(self, point: QPoint) -> int:
        """Return the row of the tile at a point, or -1."""
        line = point.y() // self.line_height
        column = min(point.x() // self.pitch, self.columns - 1)
        row = line * self.columns + column
        if min(line, column) < 0 or row >= self.count or not self.rect(row).contains(point):
            return -1
        return row

    def rows_touched(self, band: QRect) -> list[range]:
        """Return the rows whose tiles intersect a rectangle, as ranges of adjoining rows."""
        tile = self.tile.width()
        first = max(0, -(-(band.left() - tile + 1) // self.pitch))
        last = min(self.columns - 1, band.right() // self.pitch)
        top_line = max(0, -(-(band.top() - self.tile.height() + 1) // self.line_height))
        lines = range(top_line, band.bottom() // self.line_height + 1)
        if first > last or not lines:
            return []
        if (first, last) == (0, self.columns - 1):
            touched = [range(lines[0] * self.columns, (lines[-1] + 1) * self.columns)]
        else:
            starts = [line * self.columns for line in lines]
            touched = [range(start + first, start + last + 1) for start in starts]
        cut = [range(rows.start, min(rows.stop, self.count)) for rows in touched]
        return [rows for rows in cut if rows]
