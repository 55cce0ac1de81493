"""Remembers the open page and the geometry of the window, also if the program is killed."""

import base64
from typing import Any, NamedTuple

from PySide6.QtCore import QByteArray, QEvent, QObject
from PySide6.QtWidgets import QListWidget, QWidget

from studio.ui.context import StudioContext
from studio.ui.frame.window_geometry import open_at_start_size, restore_geometry, save_geometry

SECTION = "window"
_PAGE_KEY = "page"  # in the settings, for a start after a normal end
_MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.WindowStateChange)


class WindowSnapshot(NamedTuple):
    """The row of the open page and what Qt needs to restore the geometry; None if unknown."""

    page: int | None = None
    geometry: QByteArray | None = None


class RememberedWindow(QObject):
    """Saves page and geometry after each change, and in the settings at the end."""

    def __init__(self, context: StudioContext, window: QWidget, pages: QListWidget) -> None:
        super().__init__(window)
        self._context, self._window, self._pages = context, window, pages
        context.window_state.add(SECTION, self._take)

    def restore(self, default_page: int) -> int:
        """Restore the geometry; return the page to open, `default_page` at the first start."""
        settings, rows = self._context.settings, range(self._pages.count())
        if not self._context.restore_state:
            open_at_start_size(self._window)
            return default_page
        newest = self._context.window_state.read(SECTION, parse_window, WindowSnapshot())
        restore_geometry(self._window, settings, newest.geometry)
        page = settings.read_int(_PAGE_KEY, default_page, rows)
        return page if newest.page is None or newest.page not in rows else newest.page

    def follow(self) -> None:
        """Save every change from now on."""
        self._pages.currentRowChanged.connect(self._on_changed)
        self._window.installEventFilter(self)

    def save(self) -> None:
        """Save page and geometry in the settings, which also another window will start with."""
        settings = self._context.settings
        if not self._context.restore_state:
            return
        save_geometry(self._window, settings)
        settings.setValue(_PAGE_KEY, self._pages.currentRow())
        settings.sync()

    def _take(self) -> dict[str, Any]:
        geometry = base64.b64encode(self._window.saveGeometry().data()).decode()
        return {"page": self._pages.currentRow(), "geometry": geometry}

    def _on_changed(self) -> None:
        self._context.window_state.mark_changed(SECTION)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES and self._window.isVisible():
            self._on_changed()
        return super().eventFilter(watched, event)


def parse_window(value: Any) -> WindowSnapshot:
    """Convert a JSON value. Raises ValueError, TypeError or LookupError for a wrong one."""
    page, geometry = value["page"], base64.b64decode(value["geometry"], validate=True)
    if type(page) is not int:
        raise TypeError("not a page")
    return WindowSnapshot(page, QByteArray(geometry))
