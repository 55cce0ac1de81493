"""One sample in detail: its image, its true and predicted class, and the probabilities."""

from functools import partial

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.formatting import percent
from studio.ui.icons import BESIDE_TEXT
from studio.ui.mistakes.detail.sample_facts import FACTS, SampleFacts
from studio.ui.shared.builders import label, tool_button
from studio.ui.shared.image_layout import channels_last
from studio.ui.shared.shortcuts import with_keys
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.pixel_view import PixelView
from studio.ui.widgets.prediction_bars import PredictionBars

TOP_CLASSES, TOP_CLASSES_COMPACT = 5, 3
MIN_IMAGE_PX, MIN_TEXT_PX, NARROW_PX = 120, 248, 560


class MistakeDetail(QFrame):
    """Shows `SampleFacts`, and asks for the previous or the next sample."""

    previous_clicked = Signal()
    next_clicked = Signal()
    saliency_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mistake_detail")
        self.setAccessibleName("Sample")
        self.setProperty("card", True)
        self.facts: SampleFacts | None = None  # of the sample shown
        self._top = TOP_CLASSES
        self.image_view = PixelView("mistake_picture", "")
        self.image_view.setAccessibleName("Image")
        self.bars = PredictionBars(partial(percent, digits=0), TOP_CLASSES)
        self.bars.setObjectName("mistake_bars")
        self.title, self.rank = ElidedLabel(), QLabel()
        self.sample_name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._values = {key: QLabel() for key in FACTS} | {"sample": self.sample_name}
        self.saliency_button = _saliency_button()
        self.previous_button = tool_button(
            "previous_button",
            "chevron-left",
            "Previous sample",
            with_keys("Previous sample", "previous_sample"),
        )
        self.next_button = tool_button(
            "next_button",
            "chevron-right",
            "Next sample",
            with_keys("Next sample", "next_sample"),
        )
        for button in (self.saliency_button, self.previous_button, self.next_button):
            button.setAutoRaise(True)
        self._set_roles()
        self._lay_out()
        self.saliency_button.toggled.connect(self.saliency_toggled)
        self.previous_button.clicked.connect(self.previous_clicked)
        self.next_button.clicked.connect(self.next_clicked)

    def show_sample(self, facts: SampleFacts, has_previous: bool, has_next: bool) -> None:
        """Show a sample, without a saliency map."""
        self.facts = facts
        self.image_view.set_image(channels_last(facts.image))
        self.title.setText(facts.title)
        self.rank.setText(facts.rank)
        self.bars.set_values(facts.bars[: self._top])
        self.sample_name.tooltip_text = facts.full_name
        for key, text in facts.texts().items():
            self._values[key].setText(text)
        self.previous_button.setEnabled(has_previous)
        self.next_button.setEnabled(has_next)
        self.setAccessibleDescription(f"{facts.name}: {facts.title}, loss {facts.loss:.2f}")

    def set_compact(self, compact: bool) -> None:
        """Show fewer classes and smaller margins, for a low window."""
        self._top = TOP_CLASSES_COMPACT if compact else TOP_CLASSES
        self.bars.set_rows(self._top)
        if self.facts is not None:
            self.bars.set_values(self.facts.bars[: self._top])
        margin = 12 if compact else 16
        self._body.setContentsMargins(margin, margin, margin, margin)
        self._fit()

    def show_saliency(self, saliency: npt.NDArray[np.float32] | None) -> None:
        """Lay a saliency map, [H, W] of 0..1, over the image, or remove it."""
        if self.facts is not None:
            self.image_view.set_image(channels_last(self.facts.image), saliency)

    def _set_roles(self) -> None:
        """Name and style the labels; class names and file names are shown as plain text."""
        named = {"title": (self.title, "heading"), "place": (self.rank, "muted")}
        named |= {key: (value, "body") for key, value in self._values.items()}
        for name, (value, role) in named.items():
            value.setObjectName(f"mistake_{name}")
            value.setProperty("role", role)
            value.setTextFormat(Qt.TextFormat.PlainText)

    def _lay_out(self) -> None:
        self._body = QHBoxLayout(self)
        self._body.setContentsMargins(16, 16, 16, 16)
        self._body.setSpacing(24)
        self._body.addWidget(self.image_view)
        column = QVBoxLayout()
        column.setSpacing(8)
        self._body.addLayout(column, 1)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.title)
        head.addStretch(1)
        for widget in (self.saliency_button, self.previous_button, self.rank, self.next_button):
            head.addWidget(widget)
        column.addLayout(head)
        column.addWidget(self.bars)
        column.addLayout(self._fact_grid())
        column.addStretch(1)

    def _fit(self) -> None:
        """Make the image as large as the height allows, as long as the text keeps its width."""
        available = self.contentsRect().marginsRemoved(self._body.contentsMargins())
        width = available.width() - self._body.spacing() - MIN_TEXT_PX
        self.image_view.setFixedWidth(max(MIN_IMAGE_PX, min(available.height(), width)))
        narrow = self.width() < NARROW_PX
        self.rank.setVisible(not narrow)
        style = Qt.ToolButtonStyle
        self.saliency_button.setToolButtonStyle(
            style.ToolButtonIconOnly if narrow else style.ToolButtonTextBesideIcon
        )

    def _fact_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for column, (key, (title, tooltip)) in enumerate(FACTS.items()):
            value = self._values[key]
            value.setToolTip(tooltip)
            grid.addWidget(label("muted", title, tooltip=tooltip), 0, column)
            grid.addWidget(value, 1, column)
        grid.setColumnStretch(len(FACTS), 1)
        return grid

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _saliency_button() -> QToolButton:
    button = tool_button(
        "why_button",
        "layers",
        "Saliency",
        with_keys("Mark the pixels that mattered most for the prediction", "toggle_saliency"),
    )
    button.setText("Saliency")
    button.setIconSize(BESIDE_TEXT)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setCheckable(True)
    return button
