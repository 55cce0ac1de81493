"""The right side of the page: what the network reads, how sure it is, what it sees and why."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui.draw.answer_words import ALL_SHOWN_UP_TO, MOST_LIKELY, bar_values, confidence_words
from studio.ui.widgets.pixel_view import PixelView
from studio.ui.widgets.prediction_bars import PredictionBars

NETWORK_TIP = "Exactly the pixels the network receives, prepared as its training data were"
WHY_TIP = "Where a change of ink would change the answer most: the brighter, the more it counts"


LABEL_HEIGHT = 40  # the same for every size of type, so that nothing below jumps


class AnswerPanel(QFrame):
    """Shows one answer or says why there is none; knows nothing of networks or threads."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self._label = QLabel()
        self._label.setObjectName("prediction_label")
        self._label.setProperty("role", "figure")
        self._label.setToolTip("The likeliest class")
        self._label.setFixedHeight(LABEL_HEIGHT)
        self._confidence = QLabel()
        self._confidence.setObjectName("confidence_label")
        self._confidence.setProperty("role", "muted")
        self._confidence.setToolTip("How much of the probability the likeliest class has")
        self._bars = PredictionBars()
        self._network = PixelView("network_view", "What it sees")
        self._network.setToolTip(NETWORK_TIP)
        self._why = PixelView("saliency_view", "Why")
        self._why.setToolTip(WHY_TIP)
        self._lay_out()

    def show_nothing(self, title: str, text: str) -> None:
        """No answer: a title in place of it, and a quiet line in place of the bars."""
        self._say(title, "", "heading")
        self._bars.clear_values(text)
        self._network.set_image(None)
        self._network.set_caption("What it sees")
        self._why.set_image(None)

    def show_answer(
        self,
        class_names: Sequence[str],
        shares: NDArray[np.float32],
        network_input: NDArray[np.uint8],
    ) -> None:
        """An answer: probabilities [K] for K names and the network's input, uint8 [C, h, w]."""
        best = int(np.argmax(shares))
        words = confidence_words(class_names, shares)
        self._say(f"It reads {class_names[best]}", words, "figure")
        self._bars.set_rows(
            len(class_names) if len(class_names) <= ALL_SHOWN_UP_TO else MOST_LIKELY
        )
        self._bars.set_values(bar_values(class_names, shares))
        picture = to_picture(network_input)
        self._network.set_image(picture)
        height, width = picture.shape[:2]
        self._network.set_caption(f"What it sees, {width} × {height}")
        # The reason follows; till then the last heat stays, for nothing may blink.
        heat = self._why.heat()
        fits = heat is not None and heat.shape == picture.shape[:2]
        self._why.set_image(picture, heat if fits else None)

    def show_why(self, network_input: NDArray[np.uint8], heat: NDArray[np.float32]) -> None:
        """The reason of an answer: heat [h, w] of 0..1 over the input, uint8 [C, h, w]."""
        self._why.set_image(to_picture(network_input), heat)

    def _say(self, title: str, confidence: str, role: str) -> None:
        self._label.setText(title)
        self._label.setAccessibleName(title)
        self._confidence.setText(confidence)
        if self._label.property("role") != role:
            self._label.setProperty("role", role)
            self._label.style().unpolish(self._label)
            self._label.style().polish(self._label)

    def _lay_out(self) -> None:
        views = QHBoxLayout()
        views.setSpacing(16)
        views.addWidget(self._network, 1)
        views.addWidget(self._why, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(0)
        column.addWidget(self._label)
        column.addWidget(self._confidence)
        column.addSpacing(12)
        column.addWidget(self._bars, 1)
        column.addSpacing(16)
        column.addLayout(views)


def to_picture(network_input: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """[C, h, w] as [h, w] for one channel, [h, w, 3] for three."""
    if network_input.shape[0] == 1:
        return network_input[0]
    return np.ascontiguousarray(network_input.transpose(1, 2, 0))
