"""An evaluated model: confusion matrix and tables, the grid of samples, and one in detail."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from studio.ui.mistakes.analysis_view import AnalysisView
from studio.ui.mistakes.detail.mistake_detail import MistakeDetail
from studio.ui.mistakes.detail.sample_facts import collect_facts
from studio.ui.mistakes.fixes.fix_line import FixLine
from studio.ui.mistakes.fixes.fix_texts import fix_badges
from studio.ui.mistakes.fixes.remembered_prompt import RememberedPrompt
from studio.ui.mistakes.fixes.sample_actions import SampleActions
from studio.ui.mistakes.fixes.sample_menu import SampleMenu
from studio.ui.mistakes.samples.class_tables import ClassTables
from studio.ui.mistakes.samples.column_loader import READING
from studio.ui.mistakes.samples.confusion_card import ConfusionCard
from studio.ui.mistakes.samples.filter_bar import FilterBar
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.filter_texts import clear_filters
from studio.ui.mistakes.samples.more_filters import MoreFilters
from studio.ui.mistakes.samples.remembered_samples import RememberedSamples
from studio.ui.mistakes.samples.remembered_view_name import RememberedViewName
from studio.ui.mistakes.samples.sample_browser import SampleBrowser
from studio.ui.mistakes.samples.sample_columns import SampleColumns
from studio.ui.mistakes.samples.sample_filter import Outcome, Positions, SortKey
from studio.ui.mistakes.samples.views_button import ViewsButton
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.shortcuts import add_shortcut, declare_shortcut
from studio.ui.widgets.tile_badge import TileBadge

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.ui.mistakes.fixes.controller import FixesController

NARROW_PX = 1040
LOW_PX = 580  # below this height, matrix and tables share one place
_MIN_LEFT_PX = 328  # the matrix with its counts
_MIN_GRID_PX = 140  # one row of samples without details
# Percent of the height of the right side, and of the width of the view.
_GRID_AND_DETAIL, _LEFT_AND_RIGHT = (47, 53), (36, 64)


class SamplesView(AnalysisView):
    """Shows the samples that match one filter, which matrix, tables and filter bar change.

    `open_failed` carries why a file or folder was not opened.
    """

    open_failed = Signal(str)

    def __init__(self, session: EvaluationSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._is_narrow = self._is_low = False
        self._requested: tuple[Positions, str] | int | None = None  # before there are samples
        self.filter_model = FilterModel(self)
        self.confusion_card = ConfusionCard(self.filter_model)
        self.class_tables = ClassTables(self.filter_model)
        self.browser = SampleBrowser(self.filter_model, session.context)
        self.grid = self.browser.grid
        self.filter_bar = FilterBar(self.filter_model)
        self.views_button = ViewsButton(self.filter_model, session.context.settings)
        self.filter_bar.add_tool(self.views_button)
        self.more_filters = MoreFilters(self.filter_model, session, self)
        self.detail = MistakeDetail(session)
        self.fix_line = FixLine(session.fixes)
        self.detail.set_note(self.fix_line)
        self.sample_actions = SampleActions(self.grid, session.fixes, self)
        self._remembered = RememberedSamples(
            session, self.filter_model, self.browser, self.detail, self
        )
        self._remembered_prompt = RememberedPrompt(session, self.sample_actions.prompt, self)
        self._remembered_name = RememberedViewName(session, self.views_button, self)
        self._lay_out()
        self._connect()

    def shown(self) -> Positions:
        """The positions of the samples in the grid, in their order, int64 [n]."""
        return self.grid.samples.positions()

    def restore(self) -> None:
        """Show what the view showed when the program last ended, once it is evaluated."""
        self._remembered.restore()
        self._remembered_prompt.restore()
        self._remembered_name.restore()

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Show another evaluation, all classes, from its worst mistake on."""
        self.confusion_card.show_evaluation(evaluation)
        self.class_tables.show_evaluation(evaluation)
        self.browser.show_evaluation(evaluation, self.session.run)
        self.browser.set_fixes(self.session.fixes.fixes)
        self.filter_bar.set_classes(evaluation.class_names)
        self.grid.set_badges(partial(_sample_badges, self.session.fixes, evaluation))
        self._remembered.show_last(evaluation)
        self._show_requested()
        self._remembered_prompt.show_last()
        self._remembered_name.show_last()

    def clear(self) -> None:
        """Stop the work about the evaluation shown."""
        self.browser.clear()
        self.more_filters.other_run.shutdown()
        self.detail.clear()

    def shutdown(self) -> None:
        """End the work in the background."""
        self.clear()
        self.detail.shutdown()

    def focus_content(self) -> None:
        """Give the focus to the grid, whose keys move through the samples."""
        self.grid.setFocus()

    def _connect(self) -> None:
        self.session.samples_requested.connect(self._request_samples)
        self.session.sample_requested.connect(self._request_sample)
        self.session.label_issues_changed.connect(self.browser.set_label_issues)
        self.browser.columns_changed.connect(self._on_columns_changed)
        self.browser.shown_changed.connect(self._on_shown_changed)
        self.filter_bar.more_wanted.connect(self._open_more_filters)
        self.filter_bar.image_side_chosen.connect(self.browser.set_image_side)
        self.filter_bar.search_edit.left.connect(self.focus_content)
        self.grid.image_side_changed.connect(self.filter_bar.set_image_side)
        self.filter_bar.set_image_side(self.grid.image_side())
        self.grid.selection_changed.connect(self._on_selection_changed)
        self.more_filters.other_run.titles_changed.connect(self._on_titles_changed)
        self.browser.failed.connect(self.failed)
        self.more_filters.failed.connect(self.failed)
        self.grid.sample_selected.connect(self._show_sample)
        self.detail.previous_clicked.connect(self._show_previous)
        self.detail.next_clicked.connect(self._show_next)
        self.detail.failed.connect(self.failed)
        self.sample_actions.refused.connect(self.open_failed)
        self.session.fixes.fixes_changed.connect(self._refresh_badges)
        self.session.fixes.history_moved.connect(self._select_changed)
        for source in (self.grid, self.detail.image_view):
            source.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            source.customContextMenuRequested.connect(self._open_menu)
        add_shortcut("previous_sample", self, self.detail.previous_button.click)
        add_shortcut("next_sample", self, self.detail.next_button.click)
        add_shortcut("search_samples", self, self._focus_search)
        add_shortcut("larger_images", self, partial(self.grid.zoom, 1))
        add_shortcut("smaller_images", self, partial(self.grid.zoom, -1))
        declare_shortcut("move_in_grid", self.grid)
        declare_shortcut("select_all_samples", self.grid)
        declare_shortcut("show_all_classes", self.grid)

    def _on_columns_changed(self, columns: SampleColumns) -> None:
        self.filter_bar.set_unavailable(columns.unavailable)
        sort = self.filter_model.filter.sort
        if columns.unavailable.get(sort, READING) != READING:
            self.filter_model.sort_by(SortKey.LOSS)
        self.views_button.show_columns(columns)
        self.more_filters.show_columns(columns)
        self.more_filters.set_tags(columns.fixes.tags)

    def _on_shown_changed(self, text: str) -> None:
        self.filter_bar.set_count(text)
        self._on_selection_changed()
        self.detail.setVisible(self.grid.samples.rowCount() > 0)

    def _on_selection_changed(self) -> None:
        shown = self.grid.samples.rowCount()
        self.filter_bar.set_selected(len(self.grid.selected_positions()), shown)

    def _on_titles_changed(self, titles: Mapping[str, str]) -> None:
        self.browser.run_titles = titles
        self.filter_bar.set_run_titles(titles)

    def _open_more_filters(self) -> None:
        self.more_filters.open_below(self.filter_bar.more_button)

    def _focus_search(self) -> None:
        self.filter_bar.search_edit.setFocus()
        self.filter_bar.search_edit.selectAll()

    def _request_samples(self, positions: Positions, title: str) -> None:
        """Show samples chosen in another view, at once or when their evaluation is shown."""
        self._requested = positions, title
        self._show_requested()

    def _request_sample(self, position: int) -> None:
        self._requested = position
        self._show_requested()

    def _show_requested(self) -> None:
        if self.evaluation is None or self._requested is None:
            return
        requested, self._requested = self._requested, None
        if isinstance(requested, int):
            self.select_sample(requested)
        else:
            self.filter_model.show_subset(*requested)

    def select_sample(self, position: int) -> None:
        """Select a sample; without the filter, if that leaves the sample out."""
        if not self.grid.select_position(position):
            everything = clear_filters(self.filter_model.filter)
            self.filter_model.set_filter(replace(everything, outcome=Outcome.ALL))
            self.grid.select_position(position)

    def _show_sample(self, position: int) -> None:
        if self.evaluation is None:
            return
        row, count = self.grid.currentIndex().row(), self.grid.samples.rowCount()
        facts = collect_facts(self.evaluation, position, f"{row + 1:,} of {count:,}")
        self.fix_line.show_sample(position)
        self.detail.show_sample(facts, row > 0, row < count - 1)

    def _open_menu(self, point: QPoint) -> None:
        """Open the context menu of the selected sample; the click has selected it before."""
        evaluation, position = self.evaluation, self.grid.selected_position()
        sender = self.sender()
        if evaluation is None or position is None or not isinstance(sender, QWidget):
            return
        menu = SampleMenu(position, self.sample_actions, self.session.fixes, self)
        menu.failed.connect(self.open_failed)
        menu.draw_wanted.connect(self.session.draw_requested)
        menu.popup(sender.mapToGlobal(point))

    def _refresh_badges(self, ids: Sequence[str]) -> None:
        """Paint the tiles of samples whose fixes changed; () stands for all."""
        if self.evaluation is None:
            return
        self.browser.set_fixes(self.session.fixes.fixes)
        if not ids:
            self.grid.refresh_tiles()
            self._remembered_prompt.show_last()  # fixes that were just read can be changed
            return
        positions = self.evaluation.find_positions(ids)
        self.grid.refresh_badges(positions[positions >= 0].tolist())

    def _select_changed(self, ids: Sequence[str]) -> None:
        """Select the first sample of an undo or redo that is in the grid."""
        if self.evaluation is not None and self.isVisible():
            positions = self.evaluation.find_positions(ids)
            any(self.grid.select_position(p) for p in positions[positions >= 0].tolist())

    def _show_previous(self) -> None:
        self.grid.select_row(self.grid.currentIndex().row() - 1)

    def _show_next(self) -> None:
        self.grid.select_row(self.grid.currentIndex().row() + 1)

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        left.setMinimumWidth(_MIN_LEFT_PX)
        self.browser.setMinimumHeight(_MIN_GRID_PX)
        self._left_column, right_column = QVBoxLayout(left), QVBoxLayout(right)
        self._left_column.addWidget(self.confusion_card, 5)
        self._left_column.addWidget(self.class_tables, 3)
        right_column.addWidget(self.filter_bar)
        right_column.addWidget(
            _splitter(Qt.Orientation.Vertical, _GRID_AND_DETAIL, self.browser, self.detail), 1
        )
        for column, spacing in ((self._left_column, 16), (right_column, 8)):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(spacing)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(_splitter(Qt.Orientation.Horizontal, _LEFT_AND_RIGHT, left, right))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow, is_low = self.width() < NARROW_PX, self.height() < LOW_PX
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.filter_bar.set_narrow(is_narrow)
            self.views_button.set_narrow(is_narrow)
        if is_low != self._is_low:
            self._is_low = is_low
            self._set_low(is_low)

    def _set_low(self, is_low: bool) -> None:
        """In a low window, move the matrix into a tab, where it still has space for its counts."""
        tabs = self.class_tables.tabs
        self.confusion_card.set_compact(is_low)
        self.detail.set_compact(is_low)
        if is_low:
            tabs.insertTab(0, self.confusion_card, "Matrix")
            tabs.setTabToolTip(0, "How often each true class was predicted as each class")
            tabs.setCurrentIndex(0)
        else:
            tabs.removeTab(tabs.indexOf(self.confusion_card))
            self._left_column.insertWidget(0, self.confusion_card, 5)
            self.confusion_card.show()


def _splitter(
    orientation: Qt.Orientation, percentages: tuple[int, int], first: QWidget, second: QWidget
) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.addWidget(first)
    splitter.addWidget(second)
    splitter.setChildrenCollapsible(False)
    # Far more than there is: the splitter scales the sizes down and keeps their proportion.
    splitter.setSizes([percentage * 100 for percentage in percentages])
    for index, percentage in enumerate(percentages):
        splitter.setStretchFactor(index, percentage)
    return splitter


def _sample_badges(
    fixes: "FixesController", evaluation: "Evaluation", position: int
) -> tuple[TileBadge, ...]:
    if not (fixes.fixes or evaluation.fixes):
        return ()
    fix, trained = fixes.fix(position), evaluation.fixes.get(evaluation.sample_id(position))
    return fix_badges(fix, removed=fixes.is_ready and bool(trained) and not fix)
