"""An evaluated run to walk through: matrix and tables, grid, and one sample in full."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.ui.icons import icon
from studio.ui.mistakes import sample_filter
from studio.ui.mistakes.class_tables import ClassTables
from studio.ui.mistakes.confusion_card import ConfusionCard
from studio.ui.mistakes.filter_bar import FilterBar
from studio.ui.mistakes.sample_detail import SampleDetail
from studio.ui.mistakes.sample_facts import full_name, tell
from studio.ui.mistakes.sample_menu import SampleMenu
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.image_grid import ImageGrid
from studio.ui.widgets.sample_model import SampleTable

if TYPE_CHECKING:
    from studio.insight import Evaluation

NARROW = 1040
SHORT = 580  # pixels of height; with less, the matrix and the tables share one place
_LEAST_LEFT = 328  # room for the matrix with its counts
_LEAST_GRID = 164  # one row of samples


class EvaluationView(QWidget):
    """Keeps matrix, tables, filter, grid and detail telling the same story."""

    why_wanted = Signal(int)
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evaluation: Evaluation | None = None
        self._narrow = self._short = False
        self.matrix_card = ConfusionCard()
        self.class_panel = ClassTables()
        self.filter_bar = FilterBar()
        self.grid = ImageGrid()
        self.grid.setObjectName("mistake_grid")
        self.grid.setAccessibleName("Samples")
        self.no_match = EmptyState("", "", "", icon("search"))
        self.no_mistakes = EmptyState("", "", "", icon("check"))
        self.grid_stack = QStackedWidget()
        for state in (self.grid, self.no_match, self.no_mistakes):
            self.grid_stack.addWidget(state)
        self.detail = SampleDetail()
        self._lay_out()
        self._connect()

    @property
    def confusion(self) -> QWidget:
        """The matrix itself."""
        return self.matrix_card.view

    def evaluation(self) -> "Evaluation | None":
        """What is shown now."""
        return self._evaluation

    def shown(self) -> sample_filter.Positions:
        """The positions in the grid, in their order, int64 [n]."""
        return self.grid.samples.positions()

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Show another evaluation from its worst mistake on, every class."""
        self._evaluation = evaluation
        self.matrix_card.view.set_matrix(evaluation.confusion, evaluation.class_names)
        self.class_panel.show_evaluation(evaluation)
        self.grid.set_samples(
            SampleTable(
                evaluation.images,
                evaluation.indices,
                evaluation.labels,
                evaluation.predicted,
                evaluation.losses,
                sample_filter.confidences(evaluation),
                tuple(evaluation.class_names),
                evaluation.sample_name,
                partial(full_name, evaluation),
                percent,
            )
        )
        self.filter_bar.set_classes(evaluation.class_names)
        self._apply(self.filter_bar.filter())

    def show_heat(self, position: int, heat: npt.NDArray[np.float32]) -> None:
        """Lay the answer to `why_wanted` over the picture, if that sample is still shown."""
        if self.detail.why_button.isChecked() and position == self.grid.selected_position():
            self.detail.show_heat(heat)

    def _connect(self) -> None:
        view, panel, detail = self.matrix_card.view, self.class_panel, self.detail
        view.cell_clicked.connect(self._show_cell)
        view.cell_cleared.connect(self.filter_bar.clear_classes)
        panel.pair_chosen.connect(self._show_cell)
        panel.class_chosen.connect(self._show_class)
        self.filter_bar.changed.connect(self._apply)
        self.grid.sample_selected.connect(self._show_sample)
        self.grid.escape_pressed.connect(self.filter_bar.clear_classes)
        self.no_match.action_clicked.connect(self.filter_bar.clear_classes)
        self.no_mistakes.action_clicked.connect(self._show_all)
        detail.previous_wanted.connect(self._show_previous)
        detail.next_wanted.connect(self._show_next)
        detail.why_wanted.connect(self._on_why)
        for source in (self.grid, detail.picture):
            source.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            source.customContextMenuRequested.connect(self._open_menu)
        for key, button in (
            ("W", detail.why_button),
            ("P", detail.previous_button),
            ("N", detail.next_button),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            # Wherever the focus is: text fields take their letters before a shortcut does.
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(button.click)

    def _show_cell(self, true: int, predicted: int) -> None:
        wanted = self.filter_bar.filter()
        self.filter_bar.set_filter(replace(wanted, true=true, predicted=predicted))

    def _show_class(self, true: int) -> None:
        self.filter_bar.set_filter(replace(self.filter_bar.filter(), true=true, predicted=None))

    def _apply(self, wanted: sample_filter.Filter) -> None:
        if self._evaluation is None:
            return
        before = self.grid.selected_position()
        positions = sample_filter.select(self._evaluation, wanted)
        self.matrix_card.view.select_cell(wanted.cell)
        self.class_panel.show_filter(wanted)
        self.filter_bar.set_count(sample_filter.count_words(wanted, len(positions)))
        self.grid.set_escape_enabled(wanted.by_class)
        self.grid.set_order(positions)
        self._show_or_explain(positions, wanted)
        if before is None or not self.grid.select_position(before):
            self.grid.select_row(0)

    def _show_or_explain(
        self, positions: sample_filter.Positions, wanted: sample_filter.Filter
    ) -> None:
        self.detail.setVisible(len(positions) > 0)
        if len(positions) or self._evaluation is None:
            self.grid_stack.setCurrentWidget(self.grid)
            return
        state = self.no_match if wanted.by_class else self.no_mistakes
        state.set_text(*sample_filter.nothing_words(self._evaluation, wanted))
        self.grid_stack.setCurrentWidget(state)

    def _show_all(self) -> None:
        self.filter_bar.set_filter(replace(self.filter_bar.filter(), all_samples=True))

    def _show_sample(self, position: int) -> None:
        if self._evaluation is None:
            return
        row, count = self.grid.currentIndex().row(), self.grid.samples.rowCount()
        story = tell(self._evaluation, position, f"{row + 1:,} of {count:,}")
        self.detail.show_story(story, row > 0, row < count - 1)
        if self.detail.why_button.isChecked():
            self.why_wanted.emit(position)

    def _open_menu(self, point: QPoint) -> None:
        """What can be done with the selected sample, which the click has selected before."""
        evaluation, position = self._evaluation, self.grid.selected_position()
        sender = self.sender()
        if evaluation is None or position is None or not isinstance(sender, QWidget):
            return
        image = evaluation.image_path(position)
        folder = (image or evaluation.source).parent if evaluation.source else None
        menu = SampleMenu(evaluation.sample_name(position), image, folder, self)
        menu.failed.connect(self.failed)
        menu.popup(sender.mapToGlobal(point))

    def _show_previous(self) -> None:
        self.grid.select_row(self.grid.currentIndex().row() - 1)

    def _show_next(self) -> None:
        self.grid.select_row(self.grid.currentIndex().row() + 1)

    def _on_why(self, wanted: bool) -> None:
        position = self.grid.selected_position()
        if wanted and position is not None:
            self.why_wanted.emit(position)
        else:
            self.detail.show_heat(None)

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        left.setMinimumWidth(_LEAST_LEFT)
        self.grid_stack.setMinimumHeight(_LEAST_GRID)
        first, second = QVBoxLayout(left), QVBoxLayout(right)
        self._left = first
        first.addWidget(self.matrix_card, 5)
        first.addWidget(self.class_panel, 3)
        rows = QSplitter(Qt.Orientation.Vertical)
        rows.addWidget(self.grid_stack)
        rows.addWidget(self.detail)
        second.addWidget(self.filter_bar)
        second.addWidget(rows, 1)
        for column, gap in ((first, 16), (second, 8)):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(gap)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.addWidget(left)
        self.columns.addWidget(right)
        for splitter, shares in ((rows, (54, 46)), (self.columns, (36, 64))):
            splitter.setChildrenCollapsible(False)
            # Far more than there is: the splitter scales them down and keeps the proportion.
            splitter.setSizes([share * 100 for share in shares])
            for index, share in enumerate(shares):
                splitter.setStretchFactor(index, share)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow, short = self.width() < NARROW, self.height() < SHORT
        if narrow != self._narrow:
            self._narrow = narrow
            self.filter_bar.set_narrow(narrow)
        if short != self._short:
            self._short = short
            self._share_height(short)

    def _share_height(self, short: bool) -> None:
        """In a low window the matrix becomes a tab beside the tables: it keeps its counts."""
        tabs = self.class_panel.tabs
        self.matrix_card.set_compact(short)
        self.detail.set_compact(short)
        if short:
            tabs.insertTab(0, self.matrix_card, "Matrix")
            tabs.setTabToolTip(0, "Which classes are taken for which")
            tabs.setCurrentIndex(0)
        else:
            tabs.removeTab(tabs.indexOf(self.matrix_card))
            self._left.insertWidget(0, self.matrix_card, 5)
            self.matrix_card.show()
