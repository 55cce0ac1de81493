"""The right side of the page: prediction, probabilities, model input and saliency map."""

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QStackedLayout, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.ui.draw.headline import Headline
from studio.ui.draw.prediction_text import MAX_CLASSES_WITH_BAR, TOP_CLASSES, PredictionText
from studio.ui.draw.saliency_controls import SaliencyControls
from studio.ui.icons import icon
from studio.ui.shared.builders import label, row_layout, text_button
from studio.ui.shared.image_layout import channels_last
from studio.ui.shared.shortcuts import with_keys
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.pixel_view import PixelView
from studio.ui.widgets.selectable_prediction_bars import SelectablePredictionBars
from studio.ui.widgets.skeleton import Skeleton

INPUT_CAPTION = "Model input"
INPUT_TIP = "The pixels that the model receives, prepared like its training data"
SALIENCY_TIP = "Which pixels speak for the class, in orange, or against it, in blue"

# The shape of ten bars, each between a class name and a probability.
SKELETON_ROWS = ((0.06, 0.8, 0.1),) * 10
SKELETON_ROW_PX = 20

MARGIN_PX, COMPACT_MARGIN_PX, GAP_PX = 16, 12, 16

# A panel lower than this has smaller gaps, and no legend.
LOW_PX, LOW_GAP_PX = 480, 8

# Heights of headline and detail, and the smallest of the bars and of an image with its caption.
TEXT_PX, MIN_BARS_PX, MIN_IMAGE_PX = 108, 80, 76


class PredictionPanel(QFrame):
    """Shows a prediction, or says why there is none.

    `nearest_clicked` asks for the training samples nearest to the model input. `class_chosen`
    carries the name of the class whose saliency map is wanted, "" for the predicted one, and
    `compact_changed` follows `set_compact`.
    """

    nearest_clicked = Signal()
    class_chosen = Signal(str)
    compact_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self._headline = Headline("prediction_label")
        self._headline.setToolTip("The predicted class and its probability")
        self._detail = label(
            "muted", name="confidence_label", tooltip="The second most probable class"
        )
        self._bars = SelectablePredictionBars(partial(percent, digits=0))
        self._bars.class_chosen.connect(self.class_chosen)
        self._empty = EmptyState("", "", icon=icon("draw"))
        self._loading_title = label("heading", name="loading_label", tooltip="You can draw already")
        self._input = PixelView("network_view", INPUT_CAPTION)
        self._input.setToolTip(INPUT_TIP)
        self._saliency = PixelView("saliency_view", "Saliency")
        self._saliency.setToolTip(SALIENCY_TIP)
        self.saliency = SaliencyControls()
        self.nearest_button = text_button(
            "nearest_button",
            "Nearest samples…",
            tooltip=with_keys(
                "Show the training samples that look most alike to the model", "show_nearest"
            ),
        )
        self.nearest_button.setProperty("kind", "link")
        self.nearest_button.clicked.connect(self.nearest_clicked)
        self._is_compact = False
        self._images = QWidget()  # model input and saliency map
        self._states = QStackedLayout()
        self._prediction = _column(12, self._bars, self._headline, self._detail_row())
        self._loading = _column(16, Skeleton(SKELETON_ROWS, SKELETON_ROW_PX), self._loading_title)
        self._lay_out()

    def set_compact(self, is_compact: bool) -> None:
        """Show only headline, detail and bars, as beside another view; or everything."""
        self._is_compact = is_compact
        for widget in (self._images, self.saliency):
            widget.setVisible(not is_compact)
        self.nearest_button.setVisible(not is_compact)
        margin = COMPACT_MARGIN_PX if is_compact else MARGIN_PX
        self._column.setContentsMargins(margin, 12, margin, margin)
        self._fit_images()
        self.compact_changed.emit()

    @property
    def is_compact(self) -> bool:
        """Whether model input and saliency map are hidden."""
        return self._is_compact

    def chosen_class(self) -> str:
        """Return the class chosen in the bars, "" for none."""
        return self._bars.chosen()

    def choose_class(self, name: str) -> None:
        """Choose a class in the bars, or with "" none."""
        self._bars.choose(name)

    def show_empty(self, title: str, text: str) -> None:
        """Show that there is no prediction, and what to do."""
        self._empty.set_text(title, text)
        self._states.setCurrentWidget(self._empty)
        self._clear(title, text)

    def show_loading(self, title: str) -> None:
        """Show that the model is being loaded."""
        self._loading_title.setText(title)
        self._states.setCurrentWidget(self._loading)
        self._clear(title, "")

    def set_class_count(self, count: int) -> None:
        """Make room for the bars of a model with that many classes."""
        self._bars.set_rows(TOP_CLASSES if count > MAX_CLASSES_WITH_BAR else count)
        self._fit_images()

    def show_prediction(self, text: PredictionText, model_input: NDArray[np.uint8]) -> None:
        """Show a prediction and its model input, uint8 [C, h, w]."""
        self._headline.show_text(text.headline, may_be_large=not text.doubtful)
        self._detail.setText(text.detail)
        self._bars.set_values(text.bars, not text.doubtful, text.familiarity)
        self._states.setCurrentWidget(self._prediction)
        image = channels_last(model_input)
        height, width = image.shape[:2]
        self._input.set_image(image)
        self._input.set_caption(f"{INPUT_CAPTION}, {width} × {height}")
        # The last saliency map stays until the new one is computed, so that nothing blinks.
        last = self._saliency.heatmap()
        fits = last is not None and last.shape == image.shape[:2]
        has_sign = self.saliency.method.has_sign
        self._saliency.set_image(image, last if fits else None, has_sign)

    def show_saliency(
        self, model_input: NDArray[np.uint8], saliency: NDArray[np.float32], scale: float
    ) -> None:
        """Lay a saliency map, [h, w] of -1..1, over a model input, uint8 [C, h, w].

        `scale` is what 1 stands for, in logits.
        """
        has_sign = self.saliency.method.has_sign
        self._saliency.set_image(channels_last(model_input), saliency, has_sign)
        self.saliency.show_scale(scale)

    def _clear(self, title: str, text: str) -> None:
        self._headline.show_text(title)
        self._bars.clear_values(text)
        self._input.set_image(None)
        self._input.set_caption(INPUT_CAPTION)
        self._saliency.set_image(None)
        self.saliency.show_scale(None)

    def _detail_row(self) -> QHBoxLayout:
        row = row_layout(spacing=8)
        row.addWidget(self._detail)
        row.addStretch(1)
        row.addWidget(self.nearest_button)
        return row

    def _fit_images(self) -> None:
        """Limit the height of the images, so that a low page still has room for the bars."""
        is_low = self.height() < LOW_PX
        self.saliency.set_low(is_low)
        self._column.setSpacing(LOW_GAP_PX if is_low else GAP_PX)
        bars = max(self._bars.needed_height(), MIN_BARS_PX)
        controls = self.saliency.sizeHint().height() + GAP_PX
        available = self.height() - 2 * MARGIN_PX - GAP_PX - TEXT_PX - bars - controls
        for view in (self._input, self._saliency):
            view.setMaximumHeight(max(MIN_IMAGE_PX, available))

    def _lay_out(self) -> None:
        for state in (self._empty, self._loading, self._prediction):
            self._states.addWidget(state)
        images = row_layout(self._images, spacing=16)
        images.addWidget(self._input, 1)
        images.addWidget(self._saliency, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(MARGIN_PX, 12, MARGIN_PX, MARGIN_PX)
        self._column.setSpacing(GAP_PX)
        self._column.addLayout(self._states, 1)
        self._column.addWidget(self._images)
        self._column.addWidget(self.saliency)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_images()


def _column(gap: int, content: QWidget, *lines: QWidget | QLayout) -> QWidget:
    """Put text lines above `content`, which takes the remaining height."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for line in lines:
        if isinstance(line, QLayout):
            column.addLayout(line)
        else:
            column.addWidget(line)
    column.addSpacing(gap)
    column.addWidget(content, 1)
    return page
