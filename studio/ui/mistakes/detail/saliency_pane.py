"""Saliency maps of a sample for its true and its predicted class, side by side."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from studio.insight.saliency import METHODS, SaliencyMaps, SaliencyMethod
from studio.ui.context import StudioContext
from studio.ui.mistakes.detail.image_pair_pane import ImagePairPane
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import label, row_layout, text_button
from studio.ui.shared.image_layout import channels_last
from studio.ui.shared.saliency_worker import SaliencyRequest, SaliencyWorker
from studio.ui.widgets.heatmap_legend import HeatmapLegend
from studio.ui.widgets.picker_combo import PickerCombo
from studio.ui.widgets.pixel_view import PixelView

PROGRESS_DELAY_MS = 200  # nothing blinks for a map that takes less


class SaliencyPane(ImagePairPane):
    """Shows two maps on one color scale, with a legend and what the method can tell."""

    def __init__(self, context: StudioContext) -> None:
        self.true_view = PixelView("saliency_true_view", " ")
        self.true_view.setAccessibleName("Saliency for the true class")
        self.predicted_view = PixelView("saliency_view", " ")
        self.predicted_view.setAccessibleName("Saliency for the predicted class")
        self.shows, self.limits = label("body"), label("muted")
        super().__init__(self.true_view, self.predicted_view, (self.shows, self.limits))
        self._request: SaliencyRequest | None = None  # the newest one
        self._names: tuple[str, ...] = ()
        self.method_combo = _create_combo()
        self.legend = HeatmapLegend("saliency_legend")
        self.progress = QProgressBar()
        self.cancel_button = text_button("saliency_cancel_button", "Cancel", "stop")
        self.again_button = text_button("saliency_again_button", "Compute", "refresh")
        self._progress_delay = QTimer(self, singleShot=True, interval=PROGRESS_DELAY_MS)
        self._worker = SaliencyWorker(context.store, self)
        self._lay_out()
        self._connect()
        self._show_method()
        self._set_working(False)

    @property
    def method(self) -> SaliencyMethod:
        """The method chosen."""
        return METHODS[self.method_combo.currentIndex()]

    def show_sample(self, session: EvaluationSession, position: int) -> None:
        """Show a sample at once, and its maps as soon as they are computed."""
        evaluation = session.evaluation
        if evaluation is None:
            return
        true, predicted = int(evaluation.labels[position]), int(evaluation.predicted[position])
        self._names = tuple(evaluation.class_names)
        image, classes = evaluation.images[position], tuple(dict.fromkeys((true, predicted)))
        self._request = SaliencyRequest(session.run, image, classes, self.method, position)
        self._compute()

    def clear(self) -> None:
        """Stop the computation."""
        self._worker.cancel()
        self._set_working(False)

    def shutdown(self) -> None:
        """End the thread."""
        self._worker.close()

    def _connect(self) -> None:
        self.method_combo.currentIndexChanged.connect(self._change_method)
        self._progress_delay.timeout.connect(self._show_progress)
        self.cancel_button.clicked.connect(self._cancel)
        self.again_button.clicked.connect(self._compute)
        self._worker.progressed.connect(self._on_progress)
        self._worker.completed.connect(self._on_completed)
        self._worker.failed.connect(self._on_failed)

    def _change_method(self) -> None:
        self._show_method()
        last = self._request
        if last is not None:
            self._request = SaliencyRequest(
                last.model, last.image, last.classes, self.method, last.sample
            )
            self._compute()

    def _compute(self) -> None:
        if self._request is None:
            return
        self._show_maps(None)
        self.progress.setValue(0)
        self._set_working(False)
        self._progress_delay.start()
        self._worker.submit(self._request)

    def _cancel(self) -> None:
        self.clear()
        self.again_button.show()

    def _on_progress(self, request: SaliencyRequest, fraction: float) -> None:
        if request is self._request:
            self.progress.setValue(round(100 * fraction))

    def _on_completed(self, request: SaliencyRequest, maps: SaliencyMaps) -> None:
        if request is self._request:
            self._show_maps(maps)
            self._set_working(False)

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._set_working(False)
        self.again_button.show()
        self.failed.emit(error, traceback_text)

    def _show_progress(self) -> None:
        self._set_working(True)

    def _set_working(self, working: bool) -> None:
        self._progress_delay.stop()
        self.progress.setVisible(working)
        self.cancel_button.setVisible(working)
        self.again_button.hide()

    def _show_method(self) -> None:
        method = self.method
        self.shows.setText(method.shows)
        self.limits.setText(method.limits)
        tooltip = f"{method.shows} {method.limits} {method.source}."
        for widget in (self.method_combo, self.true_view, self.predicted_view):
            widget.setToolTip(tooltip)
        self._show_legend(None)

    def _show_legend(self, scale: float | None) -> None:
        method = self.method
        value = "" if scale is None or not method.has_sign else f"{scale:.2g}"
        low = f"\N{MINUS SIGN}{value} against" if value else "against"
        high = f"for +{value}" if value else "for"
        if method.has_sign:
            self.legend.set_scale(True, low, high)
        else:
            self.legend.set_scale(False, "no evidence", "for the class")
        self.legend.setToolTip(
            "Orange pixels raise the logit of the class, blue ones lower it"
            if method.has_sign
            else "The brighter, the more a region raises the logit of the class"
        )

    def _show_maps(self, maps: SaliencyMaps | None) -> None:
        request = self._request
        assert request is not None
        scaled = None if maps is None else maps.scaled()
        is_wrong = len(request.classes) == 2
        views = (self.true_view, self.predicted_view) if is_wrong else (self.predicted_view,)
        for index, view in enumerate(views):
            heatmap = None if scaled is None else scaled[index]
            view.set_image(channels_last(request.image), heatmap, request.method.has_sign)
        self._show_legend(None if maps is None else maps.scale)
        self._caption(request, is_wrong)

    def _caption(self, request: SaliencyRequest, is_wrong: bool) -> None:
        names = [self._names[index] for index in request.classes]
        self.true_view.setVisible(is_wrong)
        self.true_view.set_caption(f"True: {names[0]}")
        outcome = "Predicted" if is_wrong else "Predicted correctly"
        self.predicted_view.set_caption(f"{outcome}: {names[-1]}")
        self.fit()

    def _lay_out(self) -> None:
        self.column.addWidget(self.method_combo)
        self.column.addWidget(self.legend)
        for sentence in (self.shows, self.limits):
            sentence.setWordWrap(True)
            self.column.addWidget(sentence)
        self.column.addStretch(1)
        self.column.addLayout(self._working_row())

    def _working_row(self) -> QHBoxLayout:
        self.progress.setObjectName("saliency_progress")
        self.progress.setAccessibleName("Progress of the saliency map")
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        row = row_layout(spacing=8)
        row.addWidget(self.progress, 1)
        for button in (self.cancel_button, self.again_button):
            row.addWidget(button)
        return row


def _create_combo() -> PickerCombo:
    combo = PickerCombo()
    combo.setObjectName("saliency_method_combo")
    combo.setAccessibleName("Saliency method")
    combo.addItems([method.title for method in METHODS])
    return combo
