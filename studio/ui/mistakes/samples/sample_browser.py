"""The grid of the samples that match a filter, or the reason why it is empty."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.formatting import percent
from studio.ui.context import StudioContext
from studio.ui.icons import icon
from studio.ui.mistakes.detail.sample_facts import full_name
from studio.ui.mistakes.samples.column_loader import ColumnLoader
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.filter_texts import count_text, empty_text, value_text
from studio.ui.mistakes.samples.sample_columns import (
    NO_ISSUES,
    SampleColumns,
    fix_columns,
    issue_scores,
)
from studio.ui.mistakes.samples.sample_filter import Outcome, Positions, SampleFilter, SortKey
from studio.ui.mistakes.samples.sample_selection import select
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.image_grid import IMAGE_SIDES, ImageGrid
from studio.ui.widgets.sample_model import SampleTable

if TYPE_CHECKING:
    from studio.data.overlay.sample_fix import Fixes
    from studio.insight import Evaluation
    from studio.insight.label_issues import LabelIssue

IMAGE_SIDE_KEY = "mistakes_image_side"  # in the settings; 0 for a size that fits the grid


class SampleBrowser(QStackedWidget):
    """Shows the samples of an evaluation that match a `FilterModel`.

    `columns_changed` carries the `SampleColumns`, of another evaluation or with other values;
    `shown_changed` follows each filter, with the number of samples as text.
    """

    columns_changed = Signal(object)
    shown_changed = Signal(str)
    failed = Signal(object, str)

    def __init__(
        self, filter_model: FilterModel, context: StudioContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._filter_model, self._settings = filter_model, context.settings
        self._loader = ColumnLoader(context, self)
        self.columns: SampleColumns | None = None
        self.run_titles: Mapping[str, str] = {}
        self._fixes: Fixes = {}
        self._issues: Sequence[LabelIssue] = ()
        self._sort = SortKey.LOSS  # whose values the tiles show
        self._suggested = SampleFilter()
        self.grid = _create_grid()
        side = self._settings.read_int(IMAGE_SIDE_KEY, 0, (0, *IMAGE_SIDES))
        self.grid.set_image_side(side or None)
        self.no_match = EmptyState("", "", "", icon("search"))
        self.no_mistakes = EmptyState("", "", "", icon("check"))
        for state in (self.grid, self.no_match, self.no_mistakes):
            self.addWidget(state)
        self._connect()

    def show_evaluation(self, evaluation: "Evaluation", run: str) -> None:
        """Replace the samples by those of an evaluation of a run id or "bundled".

        The caller sets a filter that fits it.
        """
        columns = self.columns = SampleColumns(evaluation)
        self.grid.set_samples(_create_table(columns, self._value_text), np.zeros(0, np.int64))
        self._loader.load(columns, run)
        self._update_fixes()
        self._update_issues()
        self.columns_changed.emit(columns)

    def clear(self) -> None:
        """Stop the work about the evaluation shown."""
        self._loader.stop()

    def set_fixes(self, fixes: "Fixes") -> None:
        """Set the label fixes by sample id, by which samples can be filtered."""
        self._fixes = fixes
        if self._update_fixes():
            self._on_values_changed(self._filter_model.filter.is_changed("fix", "tag"))

    def set_label_issues(self, issues: "Sequence[LabelIssue]") -> None:
        """Set the label issues found, whose scores are an order; none leave it without values."""
        self._issues = issues
        if self._update_issues():
            self._on_values_changed(self._filter_model.filter.sort is SortKey.ISSUE)

    def set_image_side(self, side: int) -> None:
        """Show images of a size, one of `IMAGE_SIDES`, also after the next start."""
        self.grid.set_image_side(side)
        self._settings.setValue(IMAGE_SIDE_KEY, side)

    def _connect(self) -> None:
        self._filter_model.changed.connect(self._on_filter_changed)
        self._loader.loaded.connect(self._on_columns_loaded)
        self._loader.failed.connect(self.failed)
        self.grid.escape_pressed.connect(self._filter_model.show_all_classes)
        self.grid.zoomed.connect(self.set_image_side)
        self.no_match.action_clicked.connect(self._show_suggested)
        self.no_mistakes.action_clicked.connect(self._show_suggested)

    def _on_filter_changed(self, wanted: SampleFilter) -> None:
        self._apply(wanted)

    def _on_columns_loaded(self) -> None:
        self._update_fixes()
        self._update_issues()
        self._on_values_changed(True)

    def _on_values_changed(self, matters: bool) -> None:
        """Offer the values that there are now, and filter again if the present filter needs it."""
        self.columns_changed.emit(self.columns)
        if matters:
            self._apply(self._filter_model.filter, max(0, self.grid.currentIndex().row()))

    @property
    def _can_find_samples(self) -> bool:
        """Whether samples are found by their ids at once."""
        return self.columns is not None and (self.columns.is_small or self.columns.is_prepared)

    def _update_fixes(self) -> bool:
        if self.columns is None or (self._fixes and not self._can_find_samples):
            return False
        self.columns.fixes = fix_columns(self._fixes, self.columns)
        return True

    def _update_issues(self) -> bool:
        if self.columns is None or (self._issues and not self._can_find_samples):
            return False
        self.columns.set_values(SortKey.ISSUE, issue_scores(self._issues, self.columns), NO_ISSUES)
        return True

    def _apply(self, wanted: SampleFilter, row: int = 0) -> None:
        """Show what matches; the sample in `row` is selected where the present one does not."""
        if self.columns is None:
            return
        if not self.columns.is_ready(wanted):
            self.shown_changed.emit("Filtering…")  # until the columns are loaded
            return
        self._show_values_of(wanted.sort)
        self._show(select(self.columns, wanted), wanted, row)

    def _show(self, positions: Positions, wanted: SampleFilter, row: int) -> None:
        self.grid.set_escape_enabled(wanted.has_class)
        if not len(positions):
            self._explain(wanted)
        self.grid.change_order(positions, row)
        if len(positions):
            self.setCurrentWidget(self.grid)
        self.shown_changed.emit(count_text(wanted, len(positions)))

    def _explain(self, wanted: SampleFilter) -> None:
        assert self.columns is not None
        title, text, action, self._suggested = empty_text(
            self.columns.evaluation, wanted, self.run_titles
        )
        is_perfect = wanted.outcome is Outcome.MISTAKES and len(self.columns) > 0
        state = self.no_mistakes if is_perfect and not wanted.is_narrowed else self.no_match
        state.set_text(title, text, action)
        self.setCurrentWidget(state)

    def _show_values_of(self, key: SortKey) -> None:
        if key is not self._sort:
            self._sort = key
            self.grid.refresh_tiles()

    def _value_text(self, position: int) -> str:
        return value_text(self.columns, self._sort, position) if self.columns else ""

    def _show_suggested(self) -> None:
        self._filter_model.set_filter(self._suggested)


def _create_grid() -> ImageGrid:
    grid = ImageGrid()
    grid.setObjectName("mistake_grid")
    grid.setAccessibleName("Samples")
    grid.set_multiple(True)
    return grid


def _create_table(columns: SampleColumns, value: Callable[[int], str]) -> SampleTable:
    evaluation = columns.evaluation
    return SampleTable(
        evaluation.images,
        evaluation.labels,
        evaluation.predicted,
        evaluation.losses,
        columns.confidence,
        tuple(evaluation.class_names),
        evaluation.sample_name,
        partial(full_name, evaluation),
        percent,
        value,
    )
