"""The views of one evaluation, and the buttons that choose one."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.mistakes.analysis_view import AnalysisView
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.mistakes.views import SAMPLES, VIEWS, ViewEntry
from studio.ui.shared.view_selector import ViewSelector, ViewTitle


class ViewStack(QWidget):
    """Makes each view when it is first opened. `failed` carries what a view failed with.

    `tools` is the layout at the right of the buttons, for actions that concern every view.
    """

    failed = Signal(object, str)
    opened = Signal(str)  # the key of the view

    def __init__(
        self,
        session: EvaluationSession,
        entries: Sequence[ViewEntry] = VIEWS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._entries = session, tuple(entries)
        self._views: dict[str, AnalysisView] = {}
        self._keys = [entry.key for entry in self._entries]
        self._key = self._keys[0]
        self._stack = QStackedWidget()
        self.selector = ViewSelector(
            [ViewTitle(entry.key, entry.title, entry.tooltip) for entry in self._entries],
            "view_combo",
            "What to show about the predictions",
        )
        self.tools = self.selector.tools
        self._lay_out()
        self.selector.selected.connect(self._on_selected)
        session.samples_requested.connect(self._open_samples)
        session.sample_requested.connect(self._open_samples)
        self.open(self._key)

    @property
    def key(self) -> str:
        """The key of the view shown."""
        return self._key

    @property
    def current(self) -> AnalysisView:
        """The view shown."""
        return self.view(self._key)

    def view(self, key: str) -> AnalysisView:
        """The view of a key, made if it was never opened."""
        if key not in self._views:
            entry = self._entries[self._keys.index(key)]
            view = self._views[key] = entry.create(self._session)
            view.failed.connect(self.failed)
            self._stack.addWidget(view)
            theme.prepare(view)  # the window has prepared only what existed then
        return self._views[key]

    def open(self, key: str) -> None:
        """Show a view."""
        self._key = key
        self._stack.setCurrentWidget(self.view(key))
        self.selector.set_checked(self._keys.index(key))
        self.opened.emit(key)

    def shutdown(self) -> None:
        """End the work of all views."""
        for view in self._views.values():
            view.shutdown()

    def _on_selected(self, index: int) -> None:
        self.open(self._keys[index])

    def _open_samples(self) -> None:
        self.open(SAMPLES)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.selector)
        column.addWidget(self._stack, 1)
