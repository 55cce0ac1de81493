"""The image of a sample, the probabilities predicted for it, and its figures."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio.formatting import percent
from studio.ui.mistakes.detail.panes import DetailPane
from studio.ui.mistakes.detail.sample_facts import FACTS, SampleFacts, collect_facts
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import column_layout, label, row_layout
from studio.ui.shared.image_layout import channels_last
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.pixel_view import PixelView
from studio.ui.widgets.prediction_bars import PredictionBars

TOP_CLASSES, TOP_CLASSES_COMPACT = 5, 3
MIN_IMAGE_PX, MIN_TEXT_PX = 96, 232
MAX_TEXT_PX = 640


class PredictionPane(DetailPane):
    """Shows `SampleFacts` beside the image, which is as large as the height allows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: SampleFacts | None = None
        self._top = TOP_CLASSES
        self.image_view = PixelView("mistake_picture", "")
        self.image_view.setAccessibleName("Image")
        self.bars = PredictionBars(partial(percent, digits=0), TOP_CLASSES)
        self.bars.setObjectName("mistake_bars")
        self.sample_name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._values = {key: QLabel() for key in FACTS} | {"sample": self.sample_name}
        self._lay_out()

    def show_sample(self, session: EvaluationSession, position: int) -> None:
        """Show the image, the most probable classes and the figures of a sample."""
        if session.evaluation is None:
            return
        facts = self._facts = collect_facts(session.evaluation, position)
        self.image_view.set_image(channels_last(facts.image))
        self.bars.set_values(facts.bars[: self._top])
        self.sample_name.tooltip_text = facts.full_name
        for key, text in facts.texts().items():
            self._values[key].setText(text)

    def set_compact(self, compact: bool) -> None:
        """Show fewer classes in a low window."""
        self._top = TOP_CLASSES_COMPACT if compact else TOP_CLASSES
        self.bars.set_rows(self._top)
        if self._facts is not None:
            self.bars.set_values(self._facts.bars[: self._top])
        self._fit()

    def _lay_out(self) -> None:
        self._row = row_layout(self, spacing=24)
        self._row.addWidget(self.image_view)
        text = QWidget()
        text.setMaximumWidth(MAX_TEXT_PX)
        column = column_layout(text, spacing=8)
        column.addWidget(self.bars)
        column.addLayout(self._fact_grid())
        column.addStretch(1)
        self._row.addWidget(text, 1)

    def _fact_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for column, (key, (title, tooltip)) in enumerate(FACTS.items()):
            value = self._values[key]
            value.setObjectName(f"mistake_{key}")
            value.setProperty("role", "body")
            value.setTextFormat(Qt.TextFormat.PlainText)  # a file name may look like HTML
            value.setToolTip(tooltip)
            grid.addWidget(label("muted", title, tooltip=tooltip), 0, column)
            grid.addWidget(value, 1, column)
        grid.setColumnStretch(len(FACTS), 1)
        return grid

    def _fit(self) -> None:
        """Make the image as large as the height allows, as long as the text keeps its width."""
        width = self.width() - self._row.spacing() - MIN_TEXT_PX
        self.image_view.setFixedWidth(max(MIN_IMAGE_PX, min(self.height(), width)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
