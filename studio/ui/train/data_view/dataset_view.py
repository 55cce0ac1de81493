"""The Data view: the issues, the classes and all samples of the dataset."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from studio.data.quality.report import Issue
from studio.errors import LayoutError
from studio.ui.icons import icon
from studio.ui.shared.builders import label
from studio.ui.shared.error_dialog import error_text
from studio.ui.train.data.preview import Preview
from studio.ui.train.data_view.class_browser import ClassBrowser
from studio.ui.train.data_view.class_overview import ClassOverview
from studio.ui.train.data_view.layout_help import LayoutHelp
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.skeleton import Skeleton

_CHOOSE = "Choose a folder of images"
_SKELETON_ROW = (0.16, 0.06, 0.56, 0.22)


class DatasetView(QStackedWidget):
    """Shows one of: nothing chosen, loading, a problem, the classes, the samples of a class.

    `renamed` carries all renamed classes as (original, new) pairs. `folder_wanted` asks for a
    folder of images.
    """

    renamed = Signal(object)
    export_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data_view")
        self.overview, self.browser, self.problem = ClassOverview(), ClassBrowser(), LayoutHelp()
        self.empty = EmptyState("", "", _CHOOSE, icon("folder"))
        self._loading, self._loading_text = _loading_page()
        for view in (self.empty, self._loading, self.problem, self.overview, self.browser):
            self.addWidget(view)
        self._preview: Preview | None = None
        self._renaming = False  # the classes stay visible until they are read with their new names
        self._connect()
        self.show_empty(
            "No images are chosen",
            "Choose a dataset on the left, or drop a folder with one folder of images for each "
            "class on this window.",
        )

    def show_preview(self, preview: Preview) -> None:
        """Show a dataset."""
        self._renaming = False
        if preview is not self._preview:
            self.browser.clear()
            self._preview = preview
            self.overview.show_preview(preview)
            self.setCurrentWidget(self.overview)

    def show_empty(self, title: str, text: str) -> None:
        """Show why there is no dataset, and what to do."""
        self._release()
        self.empty.set_text(title, text, _CHOOSE)
        self.setCurrentWidget(self.empty)

    def show_loading(self, text: str) -> None:
        """Show what is being read; `text` may change meanwhile."""
        if self._renaming:
            self.overview.show_working(text)
            return
        self._release()
        self._loading_text.setText(text)
        self.setCurrentWidget(self._loading)

    def show_problem(self, error: object) -> None:
        """Show why the dataset cannot be read; for a wrong folder layout with examples."""
        self._renaming = False
        self._release()
        title, hint = error_text(error)
        self.problem.show_message(
            title, hint, error.found if isinstance(error, LayoutError) else None
        )
        self.setCurrentWidget(self.problem)

    def open_class(self, label: int) -> None:
        """Show all samples of a class."""
        if self._preview is not None:
            self.setCurrentWidget(self.browser)
            self.browser.show_class(self._preview, label)

    def _release(self) -> None:
        self._preview = None
        self.browser.clear()

    def _open_issue(self, issue: Issue) -> None:
        if self._preview is not None:
            self.setCurrentWidget(self.browser)
            self.browser.show_issue(self._preview, issue)

    def _close_browser(self) -> None:
        self.setCurrentWidget(self.overview)
        self.overview.classes.setFocus(Qt.FocusReason.BacktabFocusReason)

    def _rename(self, pairs: object) -> None:
        self._renaming = True
        self.renamed.emit(pairs)

    def _connect(self) -> None:
        self.overview.classes.opened.connect(self.open_class)
        self.overview.issues.opened.connect(self._open_issue)
        self.overview.renamed.connect(self._rename)
        self.overview.export_wanted.connect(self.export_wanted)
        self.browser.closed.connect(self._close_browser)
        self.empty.action_clicked.connect(self.folder_wanted)


def _loading_page() -> tuple[QWidget, QLabel]:
    page, text = QWidget(), label("muted", name="data_doing")
    text.setTextFormat(Qt.TextFormat.PlainText)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 8, 0, 0)
    column.setSpacing(16)
    column.addWidget(text)
    column.addWidget(Skeleton((_SKELETON_ROW,) * 8, row_height=48))
    column.addStretch(1)
    return page, text
