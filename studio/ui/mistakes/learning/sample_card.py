"""One training sample: its image, when it was learned, and its probability over the epochs."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from studio.formatting import percent
from studio.ui.mistakes.learning.learning_data import LearningData, figures_text, learned_text
from studio.ui.shared.builders import column_layout, elided_label, label, row_layout, text_button
from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.widgets.pixel_view import PixelView

if TYPE_CHECKING:
    from studio.insight import Evaluation

_WIDTH_PX, _IMAGE_PX = 320, 84
_CURVE = "Probability"
_HINT = "Point at a sample to see how it was learned. Drag a rectangle to open several in the grid."


class SampleCard(QFrame):
    """Shows the sample pointed at, or else the one chosen. `open_wanted` carries its position."""

    open_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setObjectName("learning_sample_card")
        self.setFixedWidth(_WIDTH_PX)
        self._position = -1
        self.image = PixelView("learning_image")
        self.image.setFixedSize(_IMAGE_PX, _IMAGE_PX)
        self.name = elided_label("heading", "learning_sample_name")
        self.learned = label("body", name="learned_label")
        self.learned.setWordWrap(True)
        self.figures = label("muted", name="learning_figures_label")
        self.figures.setWordWrap(True)
        self.hint = label("muted", _HINT)
        self.hint.setWordWrap(True)
        self.plot = CurvePlot(
            "Probability of its label",
            "Epoch",
            "",
            percent=percent,
            empty_text="",
        )
        self.plot.setObjectName("learning_curve")
        self.plot.set_description(
            "The probability that the model gave the label of this sample when it was trained on "
            "it, in each epoch."
        )
        self.open_button = text_button("learning_open_button", "Show in the grid", "mistakes")
        self.open_button.setToolTip("Open this sample in the view “Samples” (Return)")
        self.open_button.clicked.connect(self._on_open)
        self._lay_out()
        self.clear()

    def position(self) -> int:
        """Return the position of the sample shown, -1 if there is none."""
        return self._position

    def set_low(self, is_low: bool) -> None:
        """Leave out how to use the plot."""
        self.hint.setVisible(not is_low)

    def clear(self) -> None:
        """Show no sample."""
        self._position = -1
        self._show_sample(False)

    def show_sample(self, evaluation: "Evaluation", data: LearningData, position: int) -> None:
        """Show a sample of the evaluation that has a history."""
        self._position = position
        pixels = evaluation.images[position]
        self.image.set_image(pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0).copy())
        class_name = evaluation.class_names[evaluation.labels[position]]
        self.name.setText(f"{class_name} · {evaluation.sample_name(position)}")
        self.learned.setText(learned_text(data, position))
        self.figures.setText(figures_text(data, position))
        self.plot.clear()
        self.plot.set_curve(_CURVE, *data.curve(position))
        if (learned := int(data.statistics.learned_epoch[position])) > 0:
            self.plot.mark_best(learned, "learned")
        self._show_sample(True)

    def _show_sample(self, has_sample: bool) -> None:
        for widget in (self.image, self.name, self.learned, self.figures, self.open_button):
            widget.setVisible(has_sample)
        self.plot.setVisible(has_sample)

    def _on_open(self) -> None:
        if self._position >= 0:
            self.open_wanted.emit(self._position)

    def _lay_out(self) -> None:
        column = column_layout(self, spacing=8)
        column.setContentsMargins(16, 12, 16, 12)
        column.addLayout(self._facts())
        column.addWidget(self.plot, 1)
        column.addWidget(self.open_button)
        column.addWidget(self.hint)

    def _facts(self) -> QHBoxLayout:
        row = row_layout(spacing=12)
        row.addWidget(self.image)
        texts = column_layout(spacing=4)
        for text in (self.name, self.learned, self.figures):
            texts.addWidget(text)
        texts.addStretch(1)
        row.addLayout(texts, 1)
        return row
