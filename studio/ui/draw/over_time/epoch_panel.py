"""What one epoch predicts, and what to do with it."""

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from studio.formatting import percent
from studio.ui.draw.over_time.epoch_models import EpochPredictions
from studio.ui.draw.prediction_text import MAX_CLASSES_WITH_BAR, TOP_CLASSES, bar_values
from studio.ui.shared.builders import column_layout, label, row_layout, text_button, tool_button
from studio.ui.widgets.prediction_bars import PredictionBars

_MAX_WIDTH_PX = 320
_USE_TIPS = {
    "Use this epoch": "Let this epoch predict on the whole page, also in the view Inside",
    "Follow the training": "Let the newest weights predict on the whole page, as they learn",
}
USE_EPOCH, FOLLOW = _USE_TIPS


class EpochPanel(QWidget):
    """`over_time_epoch`, `over_time_prediction`, `over_time_bars`, `use_epoch_button`."""

    def __init__(self) -> None:
        super().__init__()
        self.title = label("heading", name="over_time_epoch")
        self.title.setWordWrap(True)
        self._said = label("title", name="over_time_prediction")
        self._bars = PredictionBars(partial(percent, digits=0))
        self._bars.setObjectName("over_time_bars")
        self._bars.setAccessibleName("Prediction of the epoch")
        self.use = text_button("use_epoch_button", USE_EPOCH, tooltip=_USE_TIPS[USE_EPOCH])
        self.export = tool_button(
            "epoch_export_button",
            "download",
            "Export the epochs",
            "Save the probabilities of all epochs as a CSV table, or the plot as an image",
        )
        self.setMaximumWidth(_MAX_WIDTH_PX)
        self._lay_out()

    def set_classes(self, count: int) -> None:
        """Make room for the bars of so many classes."""
        self._bars.set_rows(TOP_CLASSES if count > MAX_CLASSES_WITH_BAR else count)

    def show_title(self, title: str, is_now: bool, can_use: bool) -> None:
        """Name the epoch, or the weights of now."""
        self.title.setText(title)
        text = FOLLOW if is_now else USE_EPOCH
        self.use.setText(text)
        self.use.setToolTip(_USE_TIPS[text])
        self.use.setEnabled(can_use)

    def show_row(self, found: EpochPredictions, row: NDArray[np.float32]) -> None:
        """Show the probabilities [K] of the epoch."""
        best = int(row.argmax())
        self._said.setText(f"{found.class_names[best]} · {percent(float(row[best]), digits=0)}")
        self._bars.set_values(bar_values(found.class_names, row))
        self.export.setEnabled(True)

    def clear(self) -> None:
        """Show that there is no prediction."""
        self._said.setText("")
        self._bars.clear_values("")
        self.export.setEnabled(False)

    def _lay_out(self) -> None:
        column = column_layout(self, spacing=8)
        column.addWidget(self.title)
        column.addWidget(self._said)
        column.addWidget(self._bars, 1)
        buttons = row_layout(spacing=8)
        buttons.addWidget(self.use)
        buttons.addWidget(self.export)
        buttons.addStretch(1)
        column.addLayout(buttons)
