"""A confusion matrix whose cells can be selected."""

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

from studio.ui.widgets import confusion_painter
from studio.ui.widgets.confusion_colors import Unit
from studio.ui.widgets.confusion_geometry import MatrixGeometry, fit_matrix
from studio.ui.widgets.confusion_painter import Cell, CellTexts, FormatPercent, MatrixContent
from studio.ui.widgets.tooltip import wrap_tooltip

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_ACTIVATE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ConfusionView(QWidget):
    """Shows counts by true class (rows) and predicted class (columns), at least 240 x 240 px.

    A cell is selected with a click, or with the arrow keys and Enter or Space; a second time or
    Escape clears the selection. `percent` formats a fraction with a number of decimals. Methods and
    signals number the classes as `set_matrix` does, in whatever order they are shown.

    Signals: `cell_clicked(true, predicted)` when a cell is selected by mouse or keyboard, and
    `cell_cleared()`.
    """

    cell_clicked = Signal(int, int)
    cell_cleared = Signal()

    def __init__(self, percent: FormatPercent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._percent = percent
        self.setObjectName("confusion_view")
        self.setAccessibleName("Confusion matrix")
        self._matrix: npt.NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._names: list[str] = []
        self._order: list[int] = []  # the class shown at each position
        self._unit: Unit = "count"
        self._hides_diagonal = False
        self._selected: Cell | None = None
        # These two are cells as shown: row and column on the screen.
        self._cursor: Cell = (0, 0)
        self._hovered: Cell | None = None
        self._content = MatrixContent(self._matrix, ())
        self._pixmap: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_matrix(self, matrix: npt.NDArray[np.integer], class_names: Sequence[str]) -> None:
        """Show counts [true, predicted] and clear the selection."""
        if matrix.shape != (len(class_names), len(class_names)):
            raise ValueError(f"matrix {matrix.shape} does not fit {len(class_names)} class names")
        self._matrix = np.array(matrix, np.int64)
        self._names = list(class_names)
        self._order = list(range(len(class_names)))
        self._selected, self._hovered, self._cursor = None, None, (0, 0)
        self._repaint()

    def matrix(self) -> npt.NDArray[np.int64]:
        """Return the counts, int64 [true, predicted]."""
        return self._matrix.copy()

    def set_unit(self, unit: Unit) -> None:
        """Show counts, or percentages of each true or of each predicted class."""
        self._unit = unit
        self._repaint()

    def unit(self) -> Unit:
        """Return what the cells show."""
        return self._unit

    def set_order(self, order: Sequence[int] | None) -> None:
        """Show the classes in another order, each class once; None: in their own order."""
        self._order = list(range(len(self._names))) if order is None else list(order)
        if sorted(self._order) != list(range(len(self._names))):
            raise ValueError(f"{order} does not order {len(self._names)} classes")
        self._hovered = None
        self._cursor = self._to_shown(self._selected) if self._selected else (0, 0)
        self._repaint()

    def order(self) -> list[int]:
        """Return the classes in the order shown."""
        return list(self._order)

    def set_diagonal_hidden(self, hidden: bool) -> None:
        """Leave the diagonal empty, so that only mistakes have a color and a number."""
        self._hides_diagonal = hidden
        self._repaint()

    def selected_cell(self) -> Cell | None:
        """Return the selected (true, predicted) cell, if any."""
        return self._selected

    def select_cell(self, cell: Cell | None) -> None:
        """Select a cell, or none, without emitting a signal."""
        self._selected = cell
        if cell is not None:
            self._cursor = self._to_shown(cell)
        self.update()

    def cell_center(self, true: int, predicted: int) -> QPoint:
        """Return the center of a cell in widget coordinates."""
        return self._geometry().cell_rect(*self._to_shown((true, predicted))).center()

    def describe(self, cell: Cell) -> str:
        """Return a description such as "4 predicted as 9: 12 of 982 (1.2 %)"."""
        true, predicted = cell
        of_predicted = self._unit == "predicted"
        count = int(self._matrix[cell])
        total = int((self._matrix[:, predicted] if of_predicted else self._matrix[true]).sum())
        rate = f" ({self._percent(count / total, 1)})" if total else ""
        outcome = "correct" if true == predicted else f"predicted as {self._names[predicted]}"
        whole = f"{total:,} predicted as {self._names[predicted]}" if of_predicted else f"{total:,}"
        return f"{self._names[true]} {outcome}: {count:,} of {whole}{rate}"

    def cell_texts(self) -> CellTexts:
        """Return the texts in the cells by (true, predicted); empty if cells are too small."""
        if not self._names:
            return {}
        texts = self._fit_cell_texts(self._geometry())[1]
        return {self._to_classes(cell): text for cell, text in texts.items()}

    def _fit_cell_texts(self, geometry: MatrixGeometry) -> tuple[QFont, CellTexts]:
        return confusion_painter.fit_cell_texts(
            self._content, self._percent, geometry.cell, self.font()
        )

    def _to_shown(self, cell: Cell) -> Cell:
        """Return where a cell of two classes is shown."""
        return self._order.index(cell[0]), self._order.index(cell[1])

    def _to_classes(self, shown: Cell) -> Cell:
        """Return the classes of the cell shown at a row and column."""
        return self._order[shown[0]], self._order[shown[1]]

    def _geometry(self) -> MatrixGeometry:
        metrics = self.fontMetrics()
        widths = [metrics.horizontalAdvance(name) for name in self._content.names]
        return fit_matrix(self.size(), widths, metrics.height())

    def _repaint(self) -> None:
        self._content = MatrixContent(
            self._matrix[np.ix_(self._order, self._order)],
            [self._names[index] for index in self._order],
            self._unit,
            self._hides_diagonal,
        )
        self._pixmap = None
        self.update()

    def _toggle(self, shown: Cell) -> None:
        self._cursor, cell = shown, self._to_classes(shown)
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
        self.setAccessibleDescription(self.describe(self._to_classes(self._cursor)))
        self.update()

    def _cell_at(self, point: QPoint) -> Cell | None:
        return self._geometry().cell_at(point.x(), point.y()) if self._names else None

    def _accept_override(self, event: QKeyEvent) -> None:
        """Take Escape and Space from the window (stop, pause) where they have a meaning here."""
        clears = event.key() == Qt.Key.Key_Escape and self._selected is not None
        if self._names and (clears or event.key() == Qt.Key.Key_Space):
            event.accept()

    def _described_cell(self) -> Cell | None:
        if self._hovered is not None:
            return self._to_classes(self._hovered)
        is_keyed = self.hasFocus() and self._names
        return self._to_classes(self._cursor) if is_keyed else self._selected

    # Qt

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._names:
            cell = self._cell_at(event.pos())
            text = wrap_tooltip(self.describe(self._to_classes(cell))) if cell else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._accept_override(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._names:
            super().keyPressEvent(event)
        elif key in _STEPS:
            self._move_cursor(_STEPS[key])
        elif key in _ACTIVATE_KEYS:
            self._toggle(self._cursor)
        elif key == Qt.Key.Key_Escape and self._selected is not None:
            self._clear()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._toggle(cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self._cell_at(event.position().toPoint())
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
        geometry = self._geometry()
        if self._pixmap is None or self._pixmap.size() != self.size() * self.devicePixelRatioF():
            self._pixmap = confusion_painter.matrix_pixmap(
                self, geometry, self._content, self._fit_cell_texts(geometry)
            )
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._pixmap)
        cursor = self._cursor if self.hasFocus() else None
        selected = self._to_shown(self._selected) if self._selected else None
        confusion_painter.paint_markers(painter, geometry, selected, self._hovered, cursor)
        described = self._described_cell()
        text = (
            self.describe(described) if described else confusion_painter.footer_hint(self._matrix)
        )
        ends = confusion_painter.legend_ends(self._content, self._percent)
        confusion_painter.paint_footer(painter, geometry, text, ends)
