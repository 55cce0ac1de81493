"""Remembers the name of a view that is being written, and asks for it again after a crash."""

from typing import Any, NamedTuple

from PySide6.QtCore import QObject

from studio.ui.mistakes.samples.views_button import ViewsButton
from studio.ui.mistakes.session import EvaluationSession

SECTION = "view_name"


class ViewNameSnapshot(NamedTuple):
    """A name being written while a run is shown; `renamed` is the view that gets it, "" if new."""

    run: str
    split: str
    renamed: str
    text: str


class RememberedViewName(QObject):
    """Saves the name after each change; opens the dialog again where its samples are shown."""

    def __init__(self, session: EvaluationSession, button: ViewsButton, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._button = session, button
        self._state = session.context.window_state
        self._last: ViewNameSnapshot | None = None
        self._state.add(SECTION, self._take)
        button.naming_changed.connect(self._on_changed)

    def restore(self) -> None:
        """Read the name that was being written in the last session."""
        self._last = self._state.read(SECTION, parse_view_name, None)

    def show_last(self) -> None:
        """Open the dialog of the last session, if its run is shown."""
        last, session = self._last, self._session
        if last is None or (last.run, last.split) != (session.run, session.split):
            return
        self._last = None
        if last.renamed:
            self._button.ask_for_new_name(last.renamed, last.text)
        else:
            self._button.ask_for_name(last.text)

    def _on_changed(self) -> None:
        self._state.mark_changed(SECTION)

    def _take(self) -> dict[str, Any]:
        naming, session = self._button.naming, self._session
        if naming is None:
            return {}
        return ViewNameSnapshot(session.run, session.split, *naming)._asdict()


def parse_view_name(value: Any) -> ViewNameSnapshot | None:
    """Convert a JSON value. Raises TypeError or LookupError for a wrong one."""
    if not value:
        return None
    texts = [value[name] for name in ViewNameSnapshot._fields]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("not texts")
    return ViewNameSnapshot(*texts)
