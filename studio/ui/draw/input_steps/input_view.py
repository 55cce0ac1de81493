"""What the model sees: every step to its input, from a drawing or a photo."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QWidget

from studio.data.opened_image import OpenedImage
from studio.ui.draw.draw_view import DrawView
from studio.ui.draw.input_steps.effect_text import describe_choice, describe_effect
from studio.ui.draw.input_steps.step_flow import StepFlow
from studio.ui.draw.session import DrawSession
from studio.ui.icons import icon
from studio.ui.shared.builders import (
    column_layout,
    elided_label,
    row_layout,
    text_button,
)
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.tasks import LatestWorker
from studio.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from studio.data.opened_steps import OpenedImageSteps
    from studio.insight.input_effects import InputEffects

NOTHING = ("Nothing drawn yet", "Draw on the left to see what the model makes of it.")
LOADING = ("Loading the model", "The steps depend on the model.")
WORKING = ("Computing the steps", "From the image to the model input.")
NOT_FOUND = ("No handwriting found", "Nothing in the image looks like strokes of a pen.")
FAILED = ("No steps", "They could not be computed.")
NOT_LEFT = ("Nothing left", "Without these steps no handwriting is found in the image.")
HINT = "Point at a step to read what it does"
USE_ALL = "Use all steps"
NOTE = (
    "The model was trained on images with all steps: without one, it sees what it has never seen."
)


@dataclass(frozen=True, eq=False)
class InputRequest:
    """Asks for the steps of a drawing uint8 [H, W], or of an opened image.

    Unless it `has_toggled`, the effects of the steps are left out: those of a photo take long.
    """

    model: LivePredictor
    drawing: NDArray[np.uint8]
    image: "OpenedImageSteps | None"
    without: frozenset[str]
    has_toggled: bool

    def compute(self) -> "InputEffects | None":
        """Return the steps and their effects, None where there is nothing to predict.

        Raises ImageError and Stopped.
        """
        return self.model.input_effects(self.drawing, self.image, self.without, self.has_toggled)


class InputView(DrawView):
    """Shows the steps live, and what the model predicts without each."""

    def __init__(self, session: DrawSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("input_view")
        self.without: frozenset[str] = frozenset()  # keys of the steps left out
        self._newest: InputRequest | None = None
        self._steps: OpenedImageSteps | None = None  # of the image on the canvas
        self._summary = elided_label("heading", "input_summary")
        self._summary.setToolTip(NOTE)
        self.reset_button = text_button(
            "input_reset_button", USE_ALL, "undo", tooltip="Switch every step on again"
        )
        self._hint = elided_label("muted", "input_hint")
        self._hint.setText(HINT)
        self._empty = EmptyState(*NOTHING, icon=icon("draw"))
        self.flow = StepFlow()
        self._area = QScrollArea()
        self._states = QStackedLayout()
        self._worker = LatestWorker(InputRequest.compute, self)
        self._lay_out()
        self._connect()
        self._show_empty()

    def show_model(self) -> None:
        """Forget what another model was asked."""
        self._newest = None

    def show_prediction(self) -> None:
        """Ask for the steps of what is on the canvas."""
        model, canvas = self.session.model, self.session.canvas
        if model is None or canvas.is_blank():
            self._show_empty()
            return
        steps = self._image_steps()
        drawing = canvas.image() if steps is None else steps.image.drawing
        self._submit(InputRequest(model, drawing, steps, self.without, steps is None))

    def _image_steps(self) -> "OpenedImageSteps | None":
        """Return the steps of the image on the canvas, which know what was computed before."""
        image = self.session.canvas.origin
        if not isinstance(image, OpenedImage):
            self._steps = None
        elif self._steps is None or self._steps.image is not image:
            from studio.data.opened_steps import OpenedImageSteps

            self._steps = OpenedImageSteps(image, self._worker.is_superseded)
            self._show_state(WORKING)
        return self._steps

    def _submit(self, request: InputRequest) -> None:
        self._newest = request
        self._worker.submit(request)

    def switch(self, key: str, is_on: bool) -> None:
        """Leave a step out, or not."""
        self.without = self.without - {key} if is_on else self.without | {key}
        self.show_prediction()

    def use_all_steps(self) -> None:
        """Leave no step out."""
        self.without = frozenset()
        self.show_prediction()

    def deactivate(self) -> None:
        """Drop what was asked."""
        self._newest = None
        self._worker.cancel()

    def shutdown(self) -> None:
        """End the thread."""
        self._worker.close()

    def _on_completed(self, request: InputRequest, effects: "InputEffects | None") -> None:
        if self._newest is None or request.model is not self.session.model:
            return
        if effects is None:
            self._show_nothing(request)
            return
        if request.without == self.without:
            self._show_effects(request.model.class_names, effects)
        if request is self._newest and not request.has_toggled:
            self._submit(replace(request, has_toggled=True))

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._steps = None  # so that it is tried again
        self._show_state(FAILED)
        self.failed.emit(error, traceback_text)

    def _show_effects(self, names: tuple[str, ...], effects: "InputEffects") -> None:
        steps = effects.trace.steps
        texts = [
            describe_effect(names, step.is_on, effects.chosen, effects.toggled[step.key])
            if step.key in effects.toggled
            else None
            for step in steps
        ]
        self.flow.show_steps(steps, texts)
        is_complete = all(step.is_on for step in steps)
        self._summary.setText(describe_choice(names, effects.chosen, effects.complete, is_complete))
        self.reset_button.setVisible(not is_complete)
        self._states.setCurrentIndex(1)

    def _show_empty(self) -> None:
        self._newest = None
        self._show_state(LOADING if self.session.model is None else NOTHING)

    def _show_nothing(self, request: InputRequest) -> None:
        """Say why there are no steps, and offer to use those that were left out."""
        if request.image is None:
            self._show_empty()
        elif request.without:
            self._show_state(NOT_LEFT, USE_ALL)
        else:
            self._show_state(NOT_FOUND)

    def _show_state(self, texts: tuple[str, str], action: str = "") -> None:
        self._empty.set_text(*texts, action)
        self._states.setCurrentIndex(0)

    def _connect(self) -> None:
        self.flow.switched.connect(self.switch)
        self.flow.sentences_shown.connect(self._hint.setHidden)
        self.reset_button.clicked.connect(self.use_all_steps)
        self._empty.action_clicked.connect(self.use_all_steps)
        self._worker.completed.connect(self._on_completed)
        self._worker.failed.connect(self._on_failed)

    def _lay_out(self) -> None:
        self._area.setObjectName("input_scroll")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setWidget(self.flow)
        # In the resize event of this view, the area has its old size still.
        self._area.viewport().installEventFilter(self)
        shown = QWidget()
        column = column_layout(shown, spacing=12)
        column.addLayout(self._header())
        column.addWidget(self._area, 1)
        for page in (self._empty, shown):
            self._states.addWidget(page)
        self.setLayout(self._states)

    def _header(self) -> QHBoxLayout:
        row = row_layout(spacing=12)
        row.addWidget(self._summary)
        row.addStretch(1)
        row.addWidget(self._hint)
        row.addWidget(self.reset_button)
        return row

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(event, QResizeEvent):
            self.flow.set_available_height(event.size().height())
        return super().eventFilter(watched, event)
