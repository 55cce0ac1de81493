"""The views of the Draw page, each made when it is first opened."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.ui import theme
from studio.ui.draw.draw_view import DrawView
from studio.ui.draw.session import DrawSession
from studio.ui.draw.views import PREDICT, VIEWS
from studio.ui.shared.view_selector import ViewSelector, ViewTitle

SECTION = "draw_view"  # in the state of the window


class DrawViewStack(QStackedWidget):
    """Shows the view of a key; `opened` carries its key, `failed` what a view failed with.

    `selector` is the row of buttons, which is laid out elsewhere.
    """

    opened = Signal(str)
    failed = Signal(object, str)

    def __init__(self, session: DrawSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("draw_views")
        self._session = session
        self._entries = {entry.key: entry for entry in VIEWS}
        self._views: dict[str, DrawView] = {}
        self._key = PREDICT
        self.selector = ViewSelector(
            [ViewTitle(entry.key, entry.title, entry.tooltip) for entry in VIEWS],
            "draw_view_combo",
            "What to show about the drawing",
        )
        self.selector.selected.connect(self._on_selected)
        session.context.window_state.add(SECTION, self._take)

    @property
    def key(self) -> str:
        """The key of the view shown."""
        return self._key

    def view(self, key: str) -> DrawView | None:
        """The view of a key, made if it was never opened; None for the prediction alone."""
        create = self._entries[key].create
        if create is not None and key not in self._views:
            view = self._views[key] = create(self._session)
            view.failed.connect(self.failed)
            self.addWidget(view)
            theme.prepare(view)  # the window has prepared only what existed then
        return self._views.get(key)

    def open(self, key: str) -> None:
        """Show a view."""
        self._key = key
        view = self.view(key)
        self.selector.set_checked(list(self._entries).index(key))
        self.setVisible(view is not None)
        if view is not None:
            self.setCurrentWidget(view)
        self._session.context.window_state.mark_changed(SECTION)
        self.opened.emit(key)

    def open_next(self) -> None:
        """Show the next view, after the last the first."""
        self._step(1)

    def open_previous(self) -> None:
        """Show the view before, before the first the last."""
        self._step(-1)

    def restore(self) -> None:
        """Open the view of the last session."""
        key = self._session.context.window_state.read(SECTION, str, PREDICT)
        self.open(key if key in self._entries else PREDICT)

    def shutdown(self) -> None:
        """End the work of all views."""
        for view in self._views.values():
            view.shutdown()

    def _take(self) -> str:
        return self._key

    def _step(self, step: int) -> None:
        keys = list(self._entries)
        self.open(keys[(keys.index(self._key) + step) % len(keys)])

    def _on_selected(self, index: int) -> None:
        self.open(VIEWS[index].key)
