"""Remembers the filter, the selected sample and the open pane of the view of samples."""

from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject

from studio.ui.mistakes.detail.mistake_detail import MistakeDetail
from studio.ui.mistakes.detail.panes import PANES
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.sample_browser import SampleBrowser
from studio.ui.mistakes.samples.saved_views import SavedView, create_view, parse_view
from studio.ui.mistakes.session import EvaluationSession

if TYPE_CHECKING:
    from studio.insight import Evaluation

SECTION = "samples"


class SamplesSnapshot(NamedTuple):
    """What the view of samples shows of the evaluation of a run on a split."""

    run: str
    split: str
    view: SavedView
    sample: str  # its id, "" if none is selected
    pane: str


class RememberedSamples(QObject):
    """Saves after each change; restores once, when the evaluation of the last session is shown."""

    def __init__(
        self,
        session: EvaluationSession,
        filter_model: FilterModel,
        browser: SampleBrowser,
        detail: MistakeDetail,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._filter_model = session, filter_model
        self._browser, self._detail = browser, detail
        self._state = session.context.window_state
        self._last: SamplesSnapshot | None = None
        self._position = -1  # of the sample to select when the grid is filled
        self._pane = ""  # to open then
        self._state.add(SECTION, self._take)
        filter_model.changed.connect(self._on_changed)
        browser.grid.sample_selected.connect(self._on_changed)
        browser.shown_changed.connect(self._select)
        detail.pane_opened.connect(self._on_changed)

    def restore(self) -> None:
        """Read what the view showed in the last session."""
        self._last = self._state.read(SECTION, parse_samples, None)

    def show_last(self, evaluation: "Evaluation") -> None:
        """Show what the last session showed of this evaluation, unless it was another one."""
        last, session = self._last, self._session
        if last is None or (last.run, last.split) != (session.run, session.split):
            return
        self._last = None
        self._position = int(evaluation.find_positions([last.sample])[0]) if last.sample else -1
        self._pane = last.pane
        if not last.view.missing_classes(evaluation.class_names):
            self._filter_model.set_filter(last.view.filter_for(evaluation.class_names))

    def _select(self) -> None:
        """Select the sample once it is in the grid, which large splits fill in the background."""
        position, grid = self._position, self._browser.grid
        if not self._pane or not grid.samples.rowCount():
            return
        pane, self._pane, self._position = self._pane, "", -1
        if position < 0 or grid.select_position(position):
            self._detail.open_pane(pane)

    def _on_changed(self) -> None:
        self._state.mark_changed(SECTION)

    def _take(self) -> dict[str, Any]:
        evaluation, session = self._session.evaluation, self._session
        if evaluation is None:  # another one is being computed
            return {}
        view = create_view("last", self._filter_model.lasting, evaluation.class_names)
        position = self._browser.grid.selected_position()
        return {
            "run": session.run,
            "split": session.split,
            "view": view.to_json(),
            "sample": "" if position is None else evaluation.sample_id(position),
            "pane": self._detail.pane_key,
        }


def parse_samples(value: Any) -> SamplesSnapshot | None:
    """Convert a JSON value. Raises ValueError, TypeError or LookupError for a wrong one."""
    if not value:
        return None
    texts = [value[name] for name in ("run", "split", "sample", "pane")]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("not texts")
    run, split, sample, pane = texts
    if pane not in {entry.key for entry in PANES}:
        raise ValueError("not a pane")
    return SamplesSnapshot(run, split, parse_view(value["view"]), sample, pane)
