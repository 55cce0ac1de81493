"""An evaluated run to walk through: matrix and tables, grid, and one sample in full."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.ui.icons import icon
from studio.ui.mistakes import selection
from studio.ui.mistakes.class_panel import ClassPanel
from studio.ui.mistakes.detail import MistakeDetail
from studio.ui.mistakes.filter_bar import FilterBar
from studio.ui.mistakes.matrix_card import MatrixCard
from studio.ui.mistakes.story import tell
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.image_grid import ImageGrid
from studio.ui.widgets.sample_model import SampleTable

if TYPE_CHECKING:
    from studio.insight import Evaluation

NARROW = 1040


class MistakeExplorer(QWidget):
    """Keeps matrix, tables, filter, grid and detail telling the same story."""

    why_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evaluation: Evaluation | None = None
        self.matrix_card = MatrixCard()
        self.class_panel = ClassPanel()
        self.filter_bar = FilterBar()
        self.grid = ImageGrid()
        self.grid.setObjectName("mistake_grid")
        self.grid.setAccessibleName("Samples")
        self.no_match = EmptyState("", "", "", icon("search"))
        self.no_mistakes = EmptyState("", "", "", icon("check"))
        self.grid_stack = QStackedWidget()
        for state in (self.grid, self.no_match, self.no_mistakes):
            self.grid_stack.addWidget(state)
        self.detail = MistakeDetail()
        self._lay_out()
        self._connect()

    @property
    def confusion(self) -> QWidget:
        """The matrix itself."""
        return self.matrix_card.view

    def evaluation(self) -> "Evaluation | None":
        """What is shown now."""
        return self._evaluation

    def shown(self) -> selection.Positions:
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
                selection.confidences(evaluation),
                tuple(evaluation.class_names),
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
        for key, button in (
            ("W", detail.why_button),
            ("P", detail.previous_button),
            ("N", detail.next_button),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)

    def _show_cell(self, true: int, predicted: int) -> None:
        wanted = self.filter_bar.filter()
        self.filter_bar.set_filter(replace(wanted, true=true, predicted=predicted))

    def _show_class(self, true: int) -> None:
        self.filter_bar.set_filter(replace(self.filter_bar.filter(), true=true, predicted=None))

    def _apply(self, wanted: selection.Filter) -> None:
        if self._evaluation is None:
            return
        before = self.grid.selected_position()
        positions = selection.select(self._evaluation, wanted)
        self.matrix_card.view.select_cell(wanted.cell)
        self.class_panel.show_filter(wanted)
        self.filter_bar.set_count(selection.count_words(wanted, len(positions)))
        self.grid.set_escapable(wanted.by_class)
        self.grid.set_order(positions)
        self._show_or_explain(positions, wanted)
        if before is None or not self.grid.select_position(before):
            self.grid.select_row(0)

    def _show_or_explain(self, positions: selection.Positions, wanted: selection.Filter) -> None:
        self.detail.setVisible(len(positions) > 0)
        if len(positions) or self._evaluation is None:
            self.grid_stack.setCurrentWidget(self.grid)
            return
        state = self.no_match if wanted.by_class else self.no_mistakes
        state.set_text(*selection.nothing_words(self._evaluation, wanted))
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
        first, second = QVBoxLayout(left), QVBoxLayout(right)
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
        self.filter_bar.set_narrow(self.width() < NARROW)
