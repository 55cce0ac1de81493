"""A confusion matrix to look at and to choose a cell from."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.ui.widgets import confusion_painter as paint
from studio.ui.widgets.cell_texts import Percent, Texts, fitting_texts
from studio.ui.widgets.confusion_geometry import MatrixGeometry, lay_out
from studio.ui.widgets.tooltip import wrap_tooltip

Cell = tuple[int, int]
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ConfusionView(QWidget):
    """Counts [true, predicted], or each row's shares. Click a cell or walk there with arrows.

    `percent` formats a fraction with a number of decimals.
    """

    cell_clicked = Signal(int, int)
    cell_cleared = Signal()

    def __init__(self, percent: Percent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._percent = percent
        self.setObjectName("confusion_view")
        self.setAccessibleName("Confusion matrix")
        self._matrix: npt.NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._names: list[str] = []
        self._by_share = False
        self._selected: Cell | None = None
        self._cursor: Cell = (0, 0)
        self._hovered: Cell | None = None
        self._picture: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_matrix(self, matrix: npt.NDArray[np.integer], class_names: Sequence[str]) -> None:
        """Show counts [K, K] (rows true, columns predicted); nothing is selected after."""
        if matrix.shape != (len(class_names), len(class_names)):
            raise ValueError(f"matrix {matrix.shape} does not fit {len(class_names)} class names")
        self._matrix = np.array(matrix, np.int64)
        self._names = list(class_names)
        self._selected, self._hovered, self._cursor = None, None, (0, 0)
        self._repaint()

    def matrix(self) -> npt.NDArray[np.int64]:
        """The counts shown, int64 [true, predicted]."""
        return self._matrix.copy()

    def set_normalized(self, by_share: bool) -> None:
        """Show each row's shares in percent instead of counts."""
        self._by_share = by_share
        self._repaint()

    def by_share(self) -> bool:
        """Whether shares are shown instead of counts."""
        return self._by_share

    def selected_cell(self) -> Cell | None:
        """The selected (true, predicted), if any."""
        return self._selected

    def select_cell(self, cell: Cell | None) -> None:
        """Mark a cell as selected without emitting anything."""
        self._selected = cell
        if cell is not None:
            self._cursor = cell
        self.update()

    def cell_center(self, true: int, predicted: int) -> QPoint:
        """The middle of a cell in this widget's coordinates."""
        return self._geometry().cell_rect(true, predicted).center()

    def describe(self, cell: Cell) -> str:
        """One cell in words: "4 read as 9: 12 of 982 (1.2 %)"."""
        true, predicted = cell
        count, total = int(self._matrix[cell]), int(self._matrix[true].sum())
        share = f" ({self._percent(count / total, 1)})" if total else ""
        how = "read right" if true == predicted else f"read as {self._names[predicted]}"
        return f"{self._names[true]} {how}: {count:,} of {total:,}{share}"

    def cell_texts(self) -> Texts:
        """The numbers in the cells at the present size; none where cells are too small for them."""
        return self._numbers(self._geometry())[1] if self._names else {}

    def _numbers(self, place: MatrixGeometry) -> tuple[QFont, Texts]:
        font = self.font()
        return fitting_texts(self._matrix, self._by_share, self._percent, place.cell, font)

    def _geometry(self) -> MatrixGeometry:
        metrics = self.fontMetrics()
        widths = [metrics.horizontalAdvance(name) for name in self._names]
        return lay_out(self.size(), widths, metrics.height())

    def _repaint(self) -> None:
        self._picture = None
        self.update()

    def _toggle(self, cell: Cell) -> None:
        self._cursor = cell
        if cell == self._selected:
            self._clear()
        else:
            self._selected = cell
            self.cell_clicked.emit(*cell)
        self.update()

    def _clear(self) -> None:
        self._selected = None
        self.cell_cleared.emit()
        self.update()

    def _move_cursor(self, step: Cell) -> None:
        last = len(self._matrix) - 1
        row, column = self._cursor[0] + step[0], self._cursor[1] + step[1]
        self._cursor = (min(max(row, 0), last), min(max(column, 0), last))
        self._hovered = None
        self.setAccessibleDescription(self.describe(self._cursor))
        self.update()

    def _claim(self, event: QKeyEvent) -> None:
        # Esc and Space belong to the window (stop, pause) unless they mean something here.
        clears = event.key() == Qt.Key.Key_Escape and self._selected is not None
        if self._names and (clears or event.key() == Qt.Key.Key_Space):
            event.accept()

    def _spoken_cell(self) -> Cell | None:
        if self._hovered is not None:
            return self._hovered
        return self._cursor if self.hasFocus() and self._names else self._selected

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._names:
            cell = self._geometry().cell_at(event.pos().x(), event.pos().y())
            text = wrap_tooltip(self.describe(cell)) if cell else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._claim(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._names:
            super().keyPressEvent(event)
        elif key in _STEPS:
            self._move_cursor(_STEPS[key])
        elif key in _CHOOSE:
            self._toggle(self._cursor)
        elif key == Qt.Key.Key_Escape and self._selected is not None:
            self._clear()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        cell = self._geometry().cell_at(spot.x(), spot.y()) if self._names else None
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._toggle(cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        hovered = self._geometry().cell_at(spot.x(), spot.y()) if self._names else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor
            )
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._repaint()

    def sizeHint(self) -> QSize:
        return QSize(420, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._names:
            return
        place = self._geometry()
        wanted = self.size() * self.devicePixelRatioF()
        if self._picture is None or self._picture.size() != wanted:
            self._picture = paint.matrix_pixmap(
                self, place, self._matrix, self._names, self._by_share, self._numbers(place)
            )
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        cursor = self._cursor if self.hasFocus() else None
        paint.draw_marks(painter, place, self._selected, self._hovered, cursor)
        spoken = self._spoken_cell()
        words = self.describe(spoken) if spoken else paint.legend_hint(self._matrix)
        ends = paint.legend_ends(self._matrix, self._by_share, self._percent)
        paint.draw_footer(painter, place, words, ends)
