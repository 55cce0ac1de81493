"""The confusion matrix in a card: a click on a cell filters the samples by it."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.sample_filter import SampleFilter
from studio.ui.shared.builders import set_style
from studio.ui.widgets.confusion_view import ConfusionView
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.segmented_control import SegmentedControl


class ConfusionCard(QFrame):
    """Shows counts, or percentages of each true class."""

    def __init__(self, filter_model: FilterModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.view = ConfusionView(percent)
        self.view.setToolTip("Rows are true classes, columns are predicted classes")
        self._title = ElidedLabel("Confusion matrix")
        self._title.setProperty("role", "heading")
        unit_control = SegmentedControl(
            {"counts_button": "Counts", "shares_button": "Percent"},
            ["The number of samples in each cell", "The percentage of each true class"],
        )
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._title)
        head.addSpacing(12)
        head.addStretch(1)
        head.addWidget(unit_control)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self._column.addWidget(self.view, 1)
        self.set_compact(False)
        unit_control.selected.connect(self._on_unit_selected)
        self.view.cell_clicked.connect(filter_model.show_classes)
        self.view.cell_cleared.connect(filter_model.show_all_classes)
        filter_model.changed.connect(self._on_filter_changed)

    def set_compact(self, compact: bool) -> None:
        """Hide the frame and the title, inside a tab that has the same title."""
        set_style(self, card=not compact)
        self._title.setVisible(not compact)
        self._column.setContentsMargins(*((0, 8, 0, 0) if compact else (16, 12, 16, 8)))

    def _on_unit_selected(self, unit: int) -> None:
        self.view.set_normalized(unit == 1)

    def _on_filter_changed(self, wanted: SampleFilter) -> None:
        self.view.select_cell(wanted.cell)
