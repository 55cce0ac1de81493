"""Has the saliency map computed when the pen rests, and shows it in the panel and on the canvas."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from studio.insight.saliency import SaliencyMaps
from studio.ui.draw.prediction_panel import PredictionPanel
from studio.ui.draw.saliency_overlay import CanvasContent
from studio.ui.draw.session import DrawSession
from studio.ui.shared.saliency_worker import SaliencyRequest, SaliencyWorker

# A saliency map takes longer than a prediction and would delay the next one while the pen moves.
SALIENCY_DELAY_MS = 40


@dataclass(frozen=True, eq=False)
class CanvasSaliencyRequest(SaliencyRequest):
    """Asks for the map of what was on the canvas."""

    content: CanvasContent | None = None


class SaliencyController(QObject):
    """Explains the newest prediction for its top class, or for the class chosen in the bars.

    `explained` carries the model input, uint8 [C, h, w], and its map, [h, w] of -1..1.
    """

    explained = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, session: DrawSession, panel: PredictionPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = panel
        self._shown: tuple[CanvasSaliencyRequest, SaliencyMaps] | None = None
        self._delay = QTimer(self, singleShot=True, interval=SALIENCY_DELAY_MS)
        self._delay.timeout.connect(self._request)
        self._worker = SaliencyWorker(session.context.store, self)
        self._worker.completed.connect(self._on_completed)
        self._worker.failed.connect(self.failed)
        session.canvas.changed.connect(self._delay.stop)  # the pen does not rest
        session.prediction_changed.connect(self._on_prediction_changed)
        session.model_changed.connect(self._on_model_changed)
        panel.class_chosen.connect(self._on_choice)
        panel.compact_changed.connect(self._on_choice)
        panel.saliency.method_changed.connect(self._on_choice)
        panel.saliency.overlay_changed.connect(self._on_overlay_changed)

    def close(self) -> None:
        """End the thread."""
        self._delay.stop()
        self._worker.close()

    def _on_model_changed(self) -> None:
        self._delay.stop()
        self._forget()
        names = self._session.model.class_names if self._session.model else ()
        if names and self._panel.chosen_class() not in names:
            self._panel.choose_class("")

    def _on_prediction_changed(self) -> None:
        if self._session.prediction is None:
            self._delay.stop()
            self._forget()
            return
        self._name_class()
        self._delay.start()

    def _on_choice(self) -> None:
        """Compute at once for another class or method."""
        if self._session.prediction is not None:
            self._name_class()
            self._request()

    def _on_overlay_changed(self) -> None:
        if self._shown is None and self._panel.saliency.has_overlay:
            self._on_choice()
        self._show_overlay()

    def _forget(self) -> None:
        self._worker.cancel()
        self._shown = None
        self._panel.saliency.show_class("", False)
        self._show_overlay()

    def _class_index(self) -> tuple[int, bool]:
        """Return the class to explain, and whether the user chose it."""
        prediction, model = self._session.prediction, self._session.model
        assert prediction is not None
        assert model is not None
        chosen = self._panel.chosen_class()
        if chosen in model.class_names:
            return model.class_names.index(chosen), True
        return int(np.argmax(prediction.probabilities)), False

    def _name_class(self) -> None:
        model = self._session.model
        if model is not None:
            index, is_chosen = self._class_index()
            self._panel.saliency.show_class(model.class_names[index], is_chosen)

    def _request(self) -> None:
        session, panel = self._session, self._panel
        if session.prediction is None or session.model is None:
            return
        if panel.is_compact and not panel.saliency.has_overlay:
            return  # it would not be seen
        content = CanvasContent(session.canvas.image(), session.canvas.photo())
        self._worker.submit(
            CanvasSaliencyRequest(
                session.model,
                session.prediction.network_input,
                (self._class_index()[0],),
                panel.saliency.method,
                content=content,
            )
        )

    def _on_completed(self, request: CanvasSaliencyRequest, maps: SaliencyMaps) -> None:
        is_current = request.model is self._session.model and self._session.prediction is not None
        if not is_current or request.method is not self._panel.saliency.method:
            return
        self._shown = request, maps
        self._panel.show_saliency(request.image, maps.scaled()[0], maps.scale)
        self.explained.emit(request.image, maps.scaled()[0])
        self._show_overlay()

    def _show_overlay(self) -> None:
        """Lay the map over the canvas, or remove it."""
        canvas, controls = self._session.canvas, self._panel.saliency
        if self._shown is None or not controls.has_overlay:
            if canvas.overlay.heat() is not None:
                canvas.set_overlay(None)
            return
        request, maps = self._shown
        model, content = self._session.model, request.content
        if model is None or content is None:
            return
        heat = content.map_saliency(model, maps.scaled()[0])
        canvas.set_overlay(heat, controls.opacity)
