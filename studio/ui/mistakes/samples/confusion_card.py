"""The confusion matrix in a card: a click on a cell filters the samples by it."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.sample_filter import SampleFilter
from studio.ui.shared.builders import set_style, tool_button
from studio.ui.widgets.confusion_colors import Unit
from studio.ui.widgets.confusion_view import ConfusionView
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.segmented_control import SegmentedControl

if TYPE_CHECKING:
    from studio.insight import Evaluation

UNITS: tuple[Unit, ...] = ("count", "true", "predicted")
_MIN_TITLED_PX = 470  # a narrower card has no space for its title


class ConfusionCard(QFrame):
    """Shows counts, or percentages of each true or each predicted class."""

    def __init__(self, filter_model: FilterModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._evaluation: Evaluation | None = None
        self._compact = False
        self.view = ConfusionView(percent)
        self.view.setToolTip("Rows are true classes, columns are predicted classes")
        self._title = ElidedLabel("Confusion matrix")
        self._title.setProperty("role", "heading")
        self.unit_control = SegmentedControl(
            {
                "counts_button": "Counts",
                "true_share_button": "% true",
                "predicted_share_button": "% predicted",
            },
            [
                "The number of samples in each cell",
                "The percentage of each true class: rows sum to 100 %",
                "The percentage of each predicted class: columns sum to 100 %",
            ],
        )
        self.options_button = self._create_options()
        self._lay_out()
        self.set_compact(False)
        self.unit_control.selected.connect(self._on_unit_selected)
        self.view.cell_clicked.connect(filter_model.show_classes)
        self.view.cell_cleared.connect(filter_model.show_all_classes)
        filter_model.changed.connect(self._on_filter_changed)

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Show the confusions of another evaluation."""
        self._evaluation = evaluation
        self.view.set_matrix(evaluation.confusion, evaluation.class_names)
        self._apply_order()

    def set_compact(self, compact: bool) -> None:
        """Hide the frame and the title, inside a tab that has the same title."""
        self._compact = compact
        set_style(self, card=not compact)
        self._fit_title()
        self._column.setContentsMargins(*((0, 8, 0, 0) if compact else (16, 12, 16, 8)))

    def _create_options(self) -> QToolButton:
        button = tool_button(
            "confusion_options_button",
            "settings",
            "Options of the confusion matrix",
            "Hide the diagonal, or order the classes by similarity",
        )
        menu = QMenu(button)
        menu.setObjectName("confusion_options_menu")
        menu.setAccessibleName("Options of the confusion matrix")
        self.hide_diagonal = _add_option(menu, "hide_diagonal", "Hide diagonal")
        self.order_by_similarity = _add_option(menu, "order_by_similarity", "Order by similarity")
        self.hide_diagonal.toggled.connect(self.view.set_diagonal_hidden)
        self.order_by_similarity.toggled.connect(self._apply_order)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.unit_control)
        head.addWidget(self.options_button)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self._column.addWidget(self.view, 1)

    def _apply_order(self) -> None:
        if self._evaluation is not None:
            by_similarity = self.order_by_similarity.isChecked()
            self.view.set_order(self._evaluation.class_order.tolist() if by_similarity else None)

    def _on_unit_selected(self, index: int) -> None:
        self.view.set_unit(UNITS[index])

    def _on_filter_changed(self, wanted: SampleFilter) -> None:
        self.view.select_cell(wanted.cell)

    def _fit_title(self) -> None:
        self._title.setVisible(not self._compact and self.width() >= _MIN_TITLED_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_title()


def _add_option(menu: QMenu, name: str, text: str) -> QAction:
    action = menu.addAction(text)
    action.setObjectName(name)
    action.setCheckable(True)
    return action
