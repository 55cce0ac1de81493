"""Prediction bars of which one class can be chosen, with the mouse or the keyboard."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.prediction_bars import PredictionBars

# Pixels: room for the mark of the class chosen, its width, and the corners of a row.
INDENT, MARK_WIDTH, CORNER = 8, 3, 4

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_CHOOSE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class SelectablePredictionBars(PredictionBars):
    """Lets the user choose a class, of which something else then shows more.

    A click chooses a class, and so do Enter and Space after Up and Down; `class_chosen` carries its
    name. Another click on it, or Esc, revokes the choice: the name is then "". The choice stays
    when the values change.
    """

    class_chosen = Signal(str)

    def __init__(
        self, percent: Callable[[float], str], rows: int = 10, parent: QWidget | None = None
    ) -> None:
        super().__init__(percent, rows, parent)
        self._chosen = ""
        self._current = -1  # the row of the keyboard, -1 for none
        self._hovered = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def chosen(self) -> str:
        """Return the name of the class chosen, "" for none."""
        return self._chosen

    def choose(self, name: str) -> None:
        """Choose a class, or with "" none."""
        if name == self._chosen:
            return
        self._chosen = name
        self._show_marks()
        self.class_chosen.emit(name)

    def _toggle(self, row: int) -> None:
        if 0 <= row < len(self._values):
            name = self._values[row][0]
            self.choose("" if name == self._chosen else name)

    def _row_at(self, position: QPointF) -> int:
        """Return the row at a position, -1 outside of all rows."""
        shown, place = self.shown_rows(), int(position.y() // self._row_height())
        return shown[place] if 0 <= place < len(shown) else -1

    def _enter_rows(self) -> None:
        """Put the keyboard on the class chosen, or on the most probable one."""
        names = [label for label, _ in self._values]
        self._current = names.index(self._chosen) if self._chosen in names else self._top()
        self._show_marks()

    def _move(self, step: int) -> None:
        shown = self.shown_rows()
        place = shown.index(self._current) + step if self._current in shown else 0
        self._current = shown[min(max(place, 0), len(shown) - 1)]
        self._show_marks()

    def _set_hovered(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.update()

    def _show_marks(self) -> None:
        self._describe()
        self.update()

    def _marks(self) -> list[str]:
        marks = []
        if self._has_current():
            label, probability = self._values[self._current]
            marks.append(f"at {label} {self._percent(probability)}")
        return [*marks, f"chosen: {self._chosen}"] if self._chosen else marks

    def _has_current(self) -> bool:
        return 0 <= self._current < len(self._values)

    def _handles(self, key: int) -> bool:
        """Whether the bars need a key, so that no shortcut of the window takes it."""
        if key == Qt.Key.Key_Escape:
            return bool(self._chosen)
        return bool(self._values) and (key in _STEPS or key in _CHOOSE_KEYS)

    def _paint_mark(self, painter: QPainter, row: QRectF, index: int) -> QRectF:
        colors = theme_colors.current()
        is_chosen = self._values[index][0] == self._chosen
        shape = row.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_chosen or index == self._hovered:
            painter.setBrush(QColor(colors.accent_soft if is_chosen else colors.hover))
            painter.drawRoundedRect(shape, CORNER, CORNER)
        if is_chosen:
            painter.setBrush(QColor(colors.accent))
            mark = QRectF(row.left(), row.top() + 3, MARK_WIDTH, row.height() - 6)
            painter.drawRoundedRect(mark, MARK_WIDTH / 2, MARK_WIDTH / 2)
        if index == self._current and self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(shape, CORNER, CORNER)
        return row.adjusted(INDENT, 0, -INDENT, 0)

    # Qt

    def event(self, event: QEvent) -> bool:
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and self._handles(event.key()):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._handles(key):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            self.choose("")
        elif not self._has_current():
            self._enter_rows()
        elif key in _STEPS:
            self._move(_STEPS[key])
        else:
            self._toggle(self._current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self._current = row
            self._toggle(row)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hovered(self._row_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_hovered(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._values and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._enter_rows()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._current = -1
        self._show_marks()
