"""The keys of the main window, and when the training keys may act."""

from typing import cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
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

_USES_SPACE = (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)
_NEEDS_SPACE_BY_NAME = ("digit_canvas",)


class Shortcuts(QObject):
    """One signal for each key of the window."""

    page_wanted = Signal(int)
    train_wanted = Signal()
    resume_wanted = Signal()
    setup_wanted = Signal()
    pause_wanted = Signal()
    stop_wanted = Signal()
    keys_wanted = Signal()

    def __init__(self, window: QWidget, pages: int) -> None:
        super().__init__(window)
        self._window = window
        self._training = False
        self._page_keys = [self._key(f"Ctrl+{number + 1}") for number in range(pages)]
        for key in self._page_keys:
            key.activated.connect(self._on_page_key)
        self._key("Ctrl+T").activated.connect(self.train_wanted)
        self._key("Ctrl+R").activated.connect(self.resume_wanted)
        self._key("Ctrl+B").activated.connect(self.setup_wanted)
        self._key("?").activated.connect(self.keys_wanted)
        self._pause = self._key("Space")
        self._pause.setAutoRepeat(False)
        self._pause.activated.connect(self.pause_wanted)
        self._stop = self._key("Esc")
        self._stop.activated.connect(self.stop_wanted)
        self.set_training(False)
        theme.application().focusChanged.connect(self._on_focus_changed)

    def set_training(self, training: bool) -> None:
        """Space and Esc act only while a training runs."""
        self._training = training
        self._stop.setEnabled(training)
        self._update_pause(QApplication.focusWidget())

    def _on_page_key(self) -> None:
        self.page_wanted.emit(self._page_keys.index(cast(QShortcut, self.sender())))

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._update_pause(new)

    def _update_pause(self, focus: QWidget | None) -> None:
        uses_space = isinstance(focus, _USES_SPACE) or (
            focus is not None and focus.objectName() in _NEEDS_SPACE_BY_NAME
        )
        self._pause.setEnabled(self._training and not uses_space)

    def _key(self, keys: str) -> QShortcut:
        return QShortcut(
            QKeySequence(keys), self._window, context=Qt.ShortcutContext.WindowShortcut
        )
