"""The data set as a picture of its own: its findings, its classes, and every picture in it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from studio.data.quality.report import Issue
from studio.errors import LayoutError
from studio.ui.icons import icon
from studio.ui.shared.error_dialog import error_words
from studio.ui.train.data.class_browser import ClassBrowser
from studio.ui.train.data.class_overview import ClassOverview
from studio.ui.train.data.layout_help import LayoutHelp
from studio.ui.train.data.preview import Preview
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.skeleton import Skeleton

_CHOOSE = "Choose a folder of pictures"
_ROW = (0.16, 0.06, 0.56, 0.22)


class DatasetView(QStackedWidget):
    """One of: nothing chosen, loading, a problem, the classes, the pictures of one of them.

    `renamed` brings the wanted overlay of class names, as (old, new) pairs for the settings;
    `pictures_wanted` when own pictures are to be chosen.
    """

    renamed = Signal(object)
    export_wanted = Signal()
    pictures_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data_view")
        self.page, self.browser, self.problem = ClassOverview(), ClassBrowser(), LayoutHelp()
        self.empty = EmptyState("", "", _CHOOSE, icon("folder"))
        self._loading, self._doing = _loading_page()
        for view in (self.empty, self._loading, self.problem, self.page, self.browser):
            self.addWidget(view)
        self._preview: Preview | None = None
        self._renaming = False  # the classes stay in view until they come back under other names
        self._connect()
        self.show_preview(None)

    def show_preview(self, preview: Preview | None) -> None:
        """Show a data set; None when there is none to show."""
        self._renaming = False
        if preview is None:
            self.show_empty(
                "No pictures chosen yet",
                "Choose a data set on the left, or drop a folder of pictures, one folder for "
                "each class, anywhere on this window.",
            )
        elif preview is not self._preview:
            self.browser.clear()
            self._preview = preview
            self.page.show_preview(preview)
            self.setCurrentWidget(self.page)

    def show_empty(self, title: str, text: str) -> None:
        """Say why there is nothing to see, and what to do."""
        self._forget()
        self.empty.set_text(title, text, _CHOOSE)
        self.setCurrentWidget(self.empty)

    def show_loading(self, text: str) -> None:
        """Say what is being read; `text` may change while it is."""
        if self._renaming:
            self.page.show_working(text)
            return
        self._forget()
        self._doing.setText(text)
        self.setCurrentWidget(self._loading)

    def show_problem(self, error: object) -> None:
        """Say why there is nothing to see; for a wrong layout with drawings of right ones."""
        self._renaming = False
        self._forget()
        title, hint = error_words(error)
        self.problem.show_message(
            title, hint, error.found if isinstance(error, LayoutError) else None
        )
        self.setCurrentWidget(self.problem)

    def open_class(self, label: int) -> None:
        """Show all pictures of a class of the set in view."""
        if self._preview is not None:
            self.setCurrentWidget(self.browser)
            self.browser.show_class(self._preview, label)

    def set_locked(self, locked: bool) -> None:
        """Let nothing be changed while a training runs on it."""
        self.page.set_locked(locked)

    def _forget(self) -> None:
        self._preview = None
        self.browser.clear()

    def _open_finding(self, finding: Issue) -> None:
        if self._preview is not None:
            self.setCurrentWidget(self.browser)
            self.browser.show_finding(self._preview, finding)

    def _go_back(self) -> None:
        self.setCurrentWidget(self.page)
        self.page.board.setFocus(Qt.FocusReason.BacktabFocusReason)

    def _rename(self, pairs: object) -> None:
        self._renaming = True
        self.renamed.emit(pairs)

    def _connect(self) -> None:
        self.page.class_opened.connect(self.open_class)
        self.page.finding_opened.connect(self._open_finding)
        self.page.renamed.connect(self._rename)
        self.page.export_wanted.connect(self.export_wanted)
        self.browser.closed.connect(self._go_back)
        self.empty.action_clicked.connect(self.pictures_wanted)


def _loading_page() -> tuple[QWidget, QLabel]:
    page, doing = QWidget(), QLabel()
    doing.setObjectName("data_doing")
    doing.setProperty("role", "muted")
    doing.setTextFormat(Qt.TextFormat.PlainText)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 8, 0, 0)
    column.setSpacing(16)
    column.addWidget(doing)
    column.addWidget(Skeleton((_ROW,) * 8, row_height=48))
    column.addStretch(1)
    return page, doing
