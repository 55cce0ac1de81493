"""Keep the mouse wheel from changing values: over a control it scrolls the page."""

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
    """An event filter that makes controls ignore the mouse wheel.

    Spin boxes follow the wheel only while they have the focus; combo boxes, sliders and tab bars
    never do. Ignored events are passed on to the surrounding scroll area, and the wheel does not
    move the focus.

    The filter is installed per control. An application-wide filter would also cover new controls,
    but every event of every widget would wait for Python, even while a training holds the GIL.
    """

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        app.focusWindowChanged.connect(self._on_focus_window_changed)

    def guard(self, root: QWidget) -> None:
        """Guard all controls inside `root`; doing so twice has no effect."""
        for control in _controls(root):
            if control.focusPolicy() == Qt.FocusPolicy.WheelFocus:
                control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            control.installEventFilter(self)

    def _on_focus_window_changed(self) -> None:
        """Guard dialogs, including those of Qt."""
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
    controls = [control for cls in _CONTROLS for control in root.findChildren(cls)]
    return [control for control in controls if not isinstance(control, QScrollBar)]
