"""The shortcuts of the main window; those of a training are enabled while one runs."""

from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from studio.ui import theme
from studio.ui.shared.shortcuts import add_shortcut

# The shortcuts of the pages, in their order.
PAGE_SHORTCUTS = ("show_train", "show_draw", "show_mistakes", "show_runs")

_USES_SPACE = (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)
_USES_SPACE_BY_NAME = ("digit_canvas",)


class WindowShortcuts(QObject):
    """Emits a signal for each shortcut."""

    page_pressed = Signal(int)
    train_pressed = Signal()
    resume_pressed = Signal()
    form_pressed = Signal()
    pause_pressed = Signal()
    stop_pressed = Signal()
    list_pressed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._is_training = False
        for name in PAGE_SHORTCUTS:
            add_shortcut(name, window, self._on_page_shortcut)
        add_shortcut("start_training", window, self.train_pressed.emit)
        add_shortcut("resume_training", window, self.resume_pressed.emit)
        add_shortcut("toggle_form", window, self.form_pressed.emit)
        add_shortcut("list_shortcuts", window, self.list_pressed.emit)
        self._pause = add_shortcut("pause_training", window, self.pause_pressed.emit)
        self._pause.setAutoRepeat(False)
        self._stop = add_shortcut("stop_training", window, self.stop_pressed.emit)
        self.set_training(False)
        theme.application().focusChanged.connect(self._on_focus_changed)

    def set_training(self, is_training: bool) -> None:
        """Enable Space and Esc while a training runs."""
        self._is_training = is_training
        self._stop.setEnabled(is_training)
        self._update_pause(QApplication.focusWidget())

    def _on_page_shortcut(self) -> None:
        name = cast(QShortcut, self.sender()).objectName()
        self.page_pressed.emit(PAGE_SHORTCUTS.index(name))

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._update_pause(new)

    def _update_pause(self, focus: QWidget | None) -> None:
        """Leave Space to the widget with the focus if it uses it."""
        uses_space = isinstance(focus, _USES_SPACE) or (
            focus is not None and focus.objectName() in _USES_SPACE_BY_NAME
        )
        self._pause.setEnabled(self._is_training and not uses_space)
