"""The steps in reading order with arrows between them, as large as they fit."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.data.drawing.input_step import InputStep
from studio.ui.draw.input_steps.effect_text import EffectText
from studio.ui.draw.input_steps.flow_geometry import (
    ARROW_PX,
    ROW_GAP_PX,
    SENTENCE_PX,
    compute_flow,
)
from studio.ui.draw.input_steps.step_card import StepCard
from studio.ui.widgets import theme_colors

_ARROW_SIDE_PX = 5


class StepFlow(QWidget):
    """Shows steps; `switched` carries the key of one and whether it is on.

    `sentences_shown` says whether there is room for a sentence below each.
    """

    switched = Signal(str, bool)
    sentences_shown = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[StepCard] = []
        self._columns = 1
        self._available = 0  # height of the area that shows the flow

    def show_steps(self, steps: Sequence[InputStep], effects: Sequence[EffectText | None]) -> None:
        """Show steps with what is predicted without each, None for one that stays."""
        kinds = [(step.key, step.can_switch) for step in steps]
        if kinds != [(card.key, card.check_box is not None) for card in self.cards]:
            self._create_cards(steps)
        for card, step, effect in zip(self.cards, steps, effects, strict=True):
            card.show_step(step)
            card.show_effect(effect)

    def set_available_height(self, height: int) -> None:
        """Fit the steps into a height; below a minimum the flow is higher, and scrolls."""
        self._available = height
        self._arrange()

    def _create_cards(self, steps: Sequence[InputStep]) -> None:
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.cards = [StepCard(step, number, self) for number, step in enumerate(steps, 1)]
        for card in self.cards:
            card.switched.connect(self.switched)
            card.show()
        self._arrange()

    def _arrange(self) -> None:
        if not self.cards:
            return
        flow = compute_flow(self.width(), self._available, len(self.cards))
        self._columns = flow.columns
        self.sentences_shown.emit(flow.has_sentences)
        for index, card in enumerate(self.cards):
            row, column = divmod(index, flow.columns)
            left = column * (flow.cell_width + ARROW_PX)
            top = row * (flow.cell_height + ROW_GAP_PX)
            card.set_has_sentence(flow.has_sentences)
            card.sentence.setFixedHeight(SENTENCE_PX)
            card.setGeometry(QRect(left, top, flow.cell_width, flow.cell_height))
        self.setMinimumHeight(flow.height)  # last: it can resize the flow, which arranges it anew
        self.update()

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme_colors.current().muted), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for index, card in enumerate(self.cards[:-1]):
            if (index + 1) % self._columns:  # not at the end of a row
                middle = card.geometry().top() + card.view.geometry().center().y()
                _paint_arrow(painter, QPointF(card.geometry().right() + ARROW_PX / 2, middle))
        painter.end()


def _paint_arrow(painter: QPainter, center: QPointF) -> None:
    tip = center + QPointF(_ARROW_SIDE_PX, 0)
    painter.drawLine(center - QPointF(_ARROW_SIDE_PX, 0), tip)
    painter.drawLine(tip - QPointF(4, 4), tip)
    painter.drawLine(tip - QPointF(4, -4), tip)
