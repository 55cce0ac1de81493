"""One sample in full: its picture, what it is, what it was read as, and how sure."""

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

from studio.ui.icons import BESIDE_TEXT, icon
from studio.ui.mistakes.sample_facts import FACTS, SampleFacts, fact_words, story_title
from studio.ui.shared.images import channels_last
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.pixel_view import PixelView
from studio.ui.widgets.prediction_bars import PredictionBars

TOP, TOP_COMPACT = 5, 3
LEAST_PICTURE, LEAST_WORDS, NARROW = 120, 248, 560
BESIDE = Qt.ToolButtonStyle.ToolButtonTextBesideIcon


class SampleDetail(QFrame):
    """Shows a `SampleFacts`; asks for the previous or the next one."""

    previous_wanted = Signal()
    next_wanted = Signal()
    why_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mistake_detail")
        self.setAccessibleName("Sample")
        self.setProperty("card", True)
        self._story: SampleFacts | None = None
        self._top = TOP
        self.picture = PixelView("mistake_picture", "")
        self.picture.setAccessibleName("Picture")
        self.bars = PredictionBars(TOP)
        self.bars.setObjectName("mistake_bars")
        self.title = ElidedLabel()
        self.title.setObjectName("mistake_title")
        self.title.setProperty("role", "heading")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.place = _label("muted", "mistake_place")
        self.sample_name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._facts: dict[str, QLabel] = {
            name: _label("body", f"mistake_{name}", self.sample_name if name == "sample" else None)
            for name in FACTS
        }
        self.why_button = _button("why_button", "layers", "Why")
        self.why_button.setText("Why")
        self.why_button.setIconSize(BESIDE_TEXT)
        self.why_button.setToolButtonStyle(BESIDE)
        self.why_button.setCheckable(True)
        self.why_button.setToolTip(
            "Mark the pixels that mattered most for what the network read (W)"
        )
        self.previous_button = _button("previous_button", "chevron-left", "Previous sample")
        self.next_button = _button("next_button", "chevron-right", "Next sample")
        self._lay_out()
        self.why_button.toggled.connect(self.why_wanted)
        self.previous_button.clicked.connect(self.previous_wanted)
        self.next_button.clicked.connect(self.next_wanted)

    def story(self) -> SampleFacts | None:
        """What is shown now."""
        return self._story

    def show_story(self, story: SampleFacts, has_previous: bool, has_next: bool) -> None:
        """Show this sample."""
        self._story = story
        self.picture.set_image(channels_last(story.picture))
        self.title.setText(story_title(story))
        self.place.setText(story.place)
        self.bars.set_values(story.bars[: self._top])
        self.sample_name.tooltip_text = story.full_name
        for name, words in fact_words(story).items():
            self._facts[name].setText(words)
        self.previous_button.setEnabled(has_previous)
        self.next_button.setEnabled(has_next)
        loss = f"loss {story.loss:.2f}"
        self.setAccessibleDescription(f"{story.name}: {story_title(story)}, {loss}")

    def set_compact(self, compact: bool) -> None:
        """Name fewer classes and leave less room around them, in a low window."""
        self._top = TOP_COMPACT if compact else TOP
        self.bars.set_rows(self._top)
        if self._story is not None:
            self.bars.set_values(self._story.bars[: self._top])
        margin = 12 if compact else 16
        self.body.setContentsMargins(margin, margin, margin, margin)
        self._fit()

    def show_heat(self, heat: npt.NDArray[np.float32] | None) -> None:
        """Lay the saliency of the present sample, [H, W] of 0..1, over its picture."""
        if self._story is not None:
            self.picture.set_image(channels_last(self._story.picture), heat)

    def _lay_out(self) -> None:
        row = self.body = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(24)
        row.addWidget(self.picture)
        column = QVBoxLayout()
        column.setSpacing(8)
        row.addLayout(column, 1)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.title)
        head.addStretch(1)
        for widget in (self.why_button, self.previous_button, self.place, self.next_button):
            head.addWidget(widget)
        column.addLayout(head)
        column.addWidget(self.bars)
        column.addLayout(self._fact_grid())
        column.addStretch(1)

    def _fit(self) -> None:
        """The picture as large as the height allows, as long as the words keep their width."""
        room = self.contentsRect().marginsRemoved(self.body.contentsMargins())
        left = room.width() - self.body.spacing() - LEAST_WORDS
        self.picture.setFixedWidth(max(LEAST_PICTURE, min(room.height(), left)))
        narrow = self.width() < NARROW
        self.place.setVisible(not narrow)
        icon_only = Qt.ToolButtonStyle.ToolButtonIconOnly
        self.why_button.setToolButtonStyle(icon_only if narrow else BESIDE)

    def _fact_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for number, (name, (word, teaches)) in enumerate(FACTS.items()):
            key = _label("muted", "")
            key.setText(word)
            for label in (key, self._facts[name]):
                label.setToolTip(teaches)
            grid.addWidget(key, 0, number)
            grid.addWidget(self._facts[name], 1, number)
        grid.setColumnStretch(len(FACTS), 1)
        return grid

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _label(role: str, name: str, label: QLabel | None = None) -> QLabel:
    label = QLabel() if label is None else label
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _button(name: str, picture: str, said: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setIcon(icon(picture))
    button.setAccessibleName(said)
    button.setToolTip(said)
    button.setAutoRaise(True)
    return button
