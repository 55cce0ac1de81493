"""Remembers which run, split and view the Mistakes page shows."""

from typing import Any, NamedTuple

from PySide6.QtCore import QObject

from studio.ui.mistakes.run_and_split_picker import SPLITS, RunAndSplitPicker
from studio.ui.mistakes.view_stack import ViewStack
from studio.ui.mistakes.views import SAMPLES, VIEWS
from studio.ui.window_state import WindowState

SECTION = "mistakes"


class PageSnapshot(NamedTuple):
    """What the page shows; `run` is "" where nothing was shown yet."""

    run: str = ""
    split: str = "test"
    view: str = SAMPLES


class RememberedRun(QObject):
    """Saves the choice after each change, and offers that of the last session once."""

    def __init__(
        self, state: WindowState, picker: RunAndSplitPicker, views: ViewStack, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state, self._picker, self._views = state, picker, views
        self._last = PageSnapshot()
        state.add(SECTION, self._take)
        views.opened.connect(self.save)

    def restore(self) -> None:
        """Read what the page showed in the last session."""
        self._last = self._state.read(SECTION, parse_page, PageSnapshot())

    def choose_first(self) -> str:
        """Choose split and view of the last session, and return its run, "" if it is not there."""
        last, self._last = self._last, PageSnapshot()
        if not self._picker.run_picker.offers(last.run):
            return ""
        self._picker.select_split(last.split)
        self._views.open(last.view)
        return last.run

    def save(self) -> None:
        """Save the run, split and view a moment later."""
        if self._picker.run:
            self._state.mark_changed(SECTION)

    def _take(self) -> dict[str, Any]:
        return PageSnapshot(self._picker.run, self._picker.split, self._views.key)._asdict()


def parse_page(value: Any) -> PageSnapshot:
    """Convert a JSON value. Raises ValueError, TypeError or LookupError for a wrong one."""
    page = PageSnapshot(str(value["run"]), value["split"], value["view"])
    if page.split not in SPLITS or page.view not in {entry.key for entry in VIEWS}:
        raise ValueError("not a split or view")
    return page
