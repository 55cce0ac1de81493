"""Keeps the mouse wheel from changing values: over a control it scrolls what the control is in."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollBar,
    QTabBar,
    QWidget,
)

_CONTROLS = (QComboBox, QAbstractSpinBox, QAbstractSlider, QTabBar)


class WheelGuard(QObject):
    """Guards the controls of the program's windows.

    Only a spin box that has the focus follows the wheel, as people expect of it. Combo boxes,
    sliders and tab bars never do. A control ignores the events that it does not follow, so that Qt
    passes them on to the scroll area around it, and the wheel gives no control the focus.

    An event filter of the whole application would find new controls by itself, but every event of
    every widget would then wait for the Python interpreter, also while a training holds it.
    """

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        app.focusWindowChanged.connect(self._on_window_activated)

    def guard(self, root: QWidget) -> None:
        """Guard all controls inside `root`. Those that are guarded already stay so."""
        for control in _controls(root):
            if control.focusPolicy() == Qt.FocusPolicy.WheelFocus:
                control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            control.installEventFilter(self)

    def _on_window_activated(self) -> None:
        """Guard dialogs too, also those that Qt makes."""
        window = QApplication.activeWindow()
        if window is not None:
            self.guard(window)

    # Qt

    def eventFilter(self, control: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Wheel:
            return False
        if isinstance(control, QAbstractSpinBox) and control.hasFocus():
            return False
        event.ignore()
        return True


def _controls(root: QWidget) -> list[QWidget]:
    found = [control for kind in _CONTROLS for control in root.findChildren(kind)]
    return [control for control in found if not isinstance(control, QScrollBar)]
