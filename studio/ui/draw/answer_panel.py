"""The right side of the page: the prediction, its probabilities, the model input and why."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from studio.ui.draw.answer_words import ALL_SHOWN_UP_TO, MOST_LIKELY, AnswerWords
from studio.ui.draw.headline import Headline
from studio.ui.icons import icon
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.pixel_view import PixelView
from studio.ui.widgets.prediction_bars import PredictionBars
from studio.ui.widgets.skeleton import Skeleton

NETWORK_TIP = "Exactly the pixels the network receives, prepared as its training data were"
WHY_TIP = "Which pixels change the prediction most: the brighter, the more they count"


# The shape of an answer: ten bars, each between a name and a figure.
SKELETON = ((0.06, 0.8, 0.1),) * 10
SKELETON_ROW = 20

MARGIN, GAP = 16, 16

# Heights: of a headline and the line below it, and the least of the bars and of an image with its
# caption. What is left goes to the images.
WORDS_ROOM, BARS_LEAST, VIEW_LEAST = 100, 80, 76


class AnswerPanel(QFrame):
    """Shows one answer or says why there is none; knows nothing of networks or threads."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self._label = Headline("prediction_label")
        self._label.setToolTip("The predicted class and its probability")
        self._confidence = _label(
            "confidence_label", "muted", "The class that comes next, or the nearest one"
        )
        self._bars = PredictionBars()
        self._nothing = EmptyState("", "", icon=icon("draw"))
        self._wait = _label("loading_label", "heading", "You can draw already")
        self._bones = Skeleton(SKELETON, SKELETON_ROW)
        self._network = PixelView("network_view", "What it sees")
        self._network.setToolTip(NETWORK_TIP)
        self._why = PixelView("saliency_view", "Why")
        self._why.setToolTip(WHY_TIP)
        self._body = QStackedLayout()
        self._answer = _column(self._label, self._confidence, 12, self._bars)
        self._loading = _column(self._wait, None, 16, self._bones)
        self._lay_out()

    def show_nothing(self, title: str, text: str) -> None:
        """No answer: a title, and a quiet line that says what to do."""
        self._nothing.set_text(title, text)
        self._body.setCurrentWidget(self._nothing)
        self._forget(title, text)

    def show_loading(self, title: str) -> None:
        """No answer yet: words for the wait and the shape of an answer."""
        self._wait.setText(title)
        self._body.setCurrentWidget(self._loading)
        self._forget(title, "")

    def set_classes(self, count: int) -> None:
        """Make room for the bars of a model with that many classes."""
        self._bars.set_rows(min(count, MOST_LIKELY) if count > ALL_SHOWN_UP_TO else count)
        self._fit_views()

    def show_answer(self, words: AnswerWords, network_input: NDArray[np.uint8]) -> None:
        """A prediction in words and the model input, uint8 [C, h, w]."""
        self._label.show_text(words.headline, may_be_large=not words.doubtful)
        self._confidence.setText(words.detail)
        self._bars.set_values(words.bars, highlight=not words.doubtful)
        self._body.setCurrentWidget(self._answer)
        picture = to_picture(network_input)
        height, width = picture.shape[:2]
        self._network.set_image(picture)
        self._network.set_caption(f"What it sees, {width} × {height}")
        # The reason follows; till then the last heat stays, for nothing may blink.
        heat = self._why.heatmap()
        fits = heat is not None and heat.shape == picture.shape[:2]
        self._why.set_image(picture, heat if fits else None)

    def show_why(self, network_input: NDArray[np.uint8], heat: NDArray[np.float32]) -> None:
        """The reason of an answer: heat [h, w] of 0..1 over the input, uint8 [C, h, w]."""
        self._why.set_image(to_picture(network_input), heat)

    def _forget(self, title: str, text: str) -> None:
        self._label.show_text(title)
        self._bars.clear_values(text)
        self._network.set_image(None)
        self._network.set_caption("What it sees")
        self._why.set_image(None)

    def _fit_views(self) -> None:
        """Where the page is low, the images leave the bars their rows."""
        bars = max(self._bars.minimumSizeHint().height(), BARS_LEAST)
        room = self.height() - 2 * MARGIN - GAP - WORDS_ROOM - bars
        for view in (self._network, self._why):
            view.setMaximumHeight(max(VIEW_LEAST, room))

    def _lay_out(self) -> None:
        for page in (self._nothing, self._loading, self._answer):
            self._body.addWidget(page)
        views = QHBoxLayout()
        views.setSpacing(16)
        views.addWidget(self._network, 1)
        views.addWidget(self._why, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 12, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addLayout(self._body, 1)
        column.addLayout(views)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_views()


def _label(object_name: str, role: str, tip: str) -> QLabel:
    label = QLabel()
    label.setObjectName(object_name)
    label.setProperty("role", role)
    label.setToolTip(tip)
    return label


def _column(title: QLabel, line: QLabel | None, gap: int, rest: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(title)
    if line is not None:
        column.addWidget(line)
    column.addSpacing(gap)
    column.addWidget(rest, 1)
    return page


def to_picture(network_input: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """[C, h, w] as [h, w] for one channel, [h, w, 3] for three."""
    if network_input.shape[0] == 1:
        return network_input[0]
    return np.ascontiguousarray(network_input.transpose(1, 2, 0))
