"""What the model sees: every step from the drawing to its input, each of which can be left out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QWidget

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
    from studio.insight.input_effects import InputEffects

NOTHING = ("Nothing drawn yet", "Draw on the left to see what the model makes of it.")
LOADING = ("Loading the model", "The steps depend on the model.")
NOTE = (
    "The model was trained on images with all steps: without one, it sees what it has never seen."
)


@dataclass(frozen=True, eq=False)
class InputRequest:
    """Asks for the steps of a drawing uint8 [H, W], or of a photo uint8 [H, W, 3]."""

    model: LivePredictor
    drawing: NDArray[np.uint8]
    photo: NDArray[np.uint8] | None
    without: frozenset[str]

    def compute(self) -> "InputEffects | None":
        """Return the steps and their effects, None where there is nothing to predict."""
        return self.model.input_effects(self.drawing, self.photo, self.without)


class InputView(DrawView):
    """Shows the steps live, and what the model predicts without each."""

    def __init__(self, session: DrawSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("input_view")
        self.without: frozenset[str] = frozenset()  # keys of the steps left out
        self._newest: InputRequest | None = None
        self._summary = elided_label("heading", "input_summary")
        self._summary.setToolTip(NOTE)
        self.reset_button = text_button(
            "input_reset_button", "Use all steps", "undo", tooltip="Switch every step on again"
        )
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
        photo = canvas.photo() if model.drawing == "picture" else None
        self._newest = InputRequest(model, canvas.image(), photo, self.without)
        self._worker.submit(self._newest)

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
            self._show_empty()
            return
        if request.without == self.without:
            self._show_effects(request.model.class_names, effects)

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
        self._empty.set_text(*(LOADING if self.session.model is None else NOTHING))
        self._states.setCurrentIndex(0)

    def _connect(self) -> None:
        self.flow.switched.connect(self.switch)
        self.reset_button.clicked.connect(self.use_all_steps)
        self._worker.completed.connect(self._on_completed)
        self._worker.failed.connect(self.failed)

    def _lay_out(self) -> None:
        self._area.setObjectName("input_scroll")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setWidget(self.flow)
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
        row.addWidget(self.reset_button)
        return row

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.flow.set_available_height(self._area.viewport().height())
