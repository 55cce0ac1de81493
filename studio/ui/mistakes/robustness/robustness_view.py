"""The view "Robustness": accuracy against rotation, shift, thickness, blur, noise and light."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QWidget,
)

from studio.errors import StudioError
from studio.insight.robustness import RobustnessCurve, choose_samples
from studio.insight.sample_transforms import TRANSFORMS
from studio.runs import run_title
from studio.ui.mistakes.analysis_view import AnalysisView
from studio.ui.mistakes.robustness.changed_samples import (
    ChangedSamples,
    ChangedSamplesCard,
    ChangedSamplesRequest,
    ChangedSamplesWorker,
)
from studio.ui.mistakes.robustness.curve_card import CurveCard
from studio.ui.mistakes.robustness.robustness_measurer import RobustnessMeasurer, Samples
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import column_layout, elided_label, row_layout, text_button
from studio.ui.shared.run_picker import RunPicker
from studio.ui.widgets.picker_combo import PickerCombo

if TYPE_CHECKING:
    from studio.insight import Evaluation

_SAMPLE_COUNTS = (200, 500, 2000, 10_000)
_DEFAULT_COUNT = 500
_INTRODUCTION = (
    "How accuracy falls when the images are changed, with 95 % intervals. Real drawings and photos "
    "differ from the dataset in the same ways."
)
_MIN_PLOT_PX, _PLOT_HEIGHT_PX = 224, 184


class RobustnessView(AnalysisView):
    """Measures on request, one transformation after the other, and optionally a second run."""

    def __init__(self, session: EvaluationSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._samples: Samples | None = None
        self._curves: dict[tuple[str, str], RobustnessCurve] = {}  # by run and transformation
        self._selected: tuple[str, int] | None = None
        self.measurer = RobustnessMeasurer(session.context, self)
        self.worker = ChangedSamplesWorker(self)
        self.count_combo = _count_combo()
        self.other_picker = _other_picker(session)
        self.measure_button = text_button("measure_robustness_button", "Measure")
        self.measure_button.setProperty("kind", "primary")
        self.measure_button.setToolTip("Predict the samples at each strength of each change")
        self.cancel_button = text_button(
            "cancel_robustness_button", "Cancel", tooltip="Stop measuring; finished curves stay"
        )
        self.bar = QProgressBar()
        self.bar.setObjectName("robustness_progress")
        self.bar.setAccessibleName("Progress of the measurement")
        self.bar.setToolTip("How much has been measured")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.status = elided_label("muted", "robustness_status")
        self.cards = {transform.key: CurveCard(transform) for transform in TRANSFORMS}
        self.samples_card = ChangedSamplesCard()
        self._lay_out()
        self._connect()
        self._show_idle()

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Show that nothing is measured yet."""
        self._reset()
        self._choose_samples(evaluation)
        self.other_picker.refresh()
        self.measure_button.setEnabled(len(evaluation.labels) > 0)
        self._show_idle(_INTRODUCTION if len(evaluation.labels) else "This split is empty.")

    def clear(self) -> None:
        """Stop measuring and remove the curves."""
        self._reset()
        self._show_idle()

    def focus_content(self) -> None:
        """Give the focus to the button, or to the first plot once it is measured."""
        has_curves = bool(self._curves)
        (self.cards[TRANSFORMS[0].key].plot if has_curves else self.measure_button).setFocus()

    def shutdown(self) -> None:
        """End the measurement and the worker."""
        self.measurer.stop()
        self.worker.close()

    def _connect(self) -> None:
        self.measure_button.clicked.connect(self._measure)
        self.cancel_button.clicked.connect(self.measurer.cancel)
        self.count_combo.activated.connect(self._on_count_activated)
        self.other_picker.activated.connect(self._on_other_activated)
        self.measurer.progressed.connect(self._on_progressed)
        self.measurer.measured.connect(self._on_measured)
        self.measurer.finished.connect(self._on_finished)
        self.measurer.cancelled.connect(self._on_cancelled)
        self.measurer.failed.connect(self._on_failed)
        self.worker.completed.connect(self._on_samples)
        self.worker.failed.connect(self.failed)
        for card in self.cards.values():
            card.point_selected.connect(self._on_point_selected)

    def _measure(self) -> None:
        if self._samples is None:
            return
        runs = [self.session.run, self._other_run]
        jobs = [
            (run, transform)
            for run in filter(None, runs)
            for transform in TRANSFORMS
            if (run, transform.key) not in self._curves
        ]
        self._set_measuring(True)
        self.measurer.measure(self._samples, jobs)

    @property
    def _other_run(self) -> str:
        key = self.other_picker.key
        return key if key != self.session.run else ""

    def _choose_samples(self, evaluation: "Evaluation") -> None:
        rows = choose_samples(evaluation.labels, int(self.count_combo.currentData()))
        self._samples = Samples(
            evaluation.images[rows], evaluation.labels[rows], evaluation.class_names
        )

    def _reset(self) -> None:
        self.measurer.stop()
        self._curves, self._selected, self._samples = {}, None, None
        self.samples_card.hide()
        for card in self.cards.values():
            card.clear()

    def _on_count_activated(self, _index: int) -> None:
        if self.evaluation is not None:
            self.show_evaluation(self.evaluation)

    def _on_other_activated(self, _index: int) -> None:
        self._show_curves()
        if self._curves:
            self._measure()

    def _on_progressed(self, fraction: float, text: str) -> None:
        self.bar.setValue(round(1000 * fraction))
        self.status.setText(text)

    def _on_measured(self, run: str, curve: RobustnessCurve) -> None:
        self._curves[run, curve.transform.key] = curve
        self._show_curves()
        if self._selected is None:
            self._select_steepest(curve)

    def _select_steepest(self, curve: RobustnessCurve) -> None:
        """Show the samples of the first curve where it is lowest."""
        worst = min(range(len(curve.values)), key=lambda i: curve.accuracies[i].value)
        self.cards[curve.transform.key].plot.set_current(worst)
        self._on_point_selected(curve.transform.key, worst)

    def _show_curves(self) -> None:
        other = self._other_run
        names = (run_title(self.session.run), run_title(other) if other else "")
        for key, card in self.cards.items():
            card.show_curves(
                self._curves.get((self.session.run, key)), self._curves.get((other, key)), names
            )

    def _on_point_selected(self, key: str, index: int) -> None:
        curve = self.cards[key].curve
        if curve is None or self._samples is None:
            return
        self._selected = key, index
        for other_key, card in self.cards.items():
            if other_key != key:
                card.plot.set_current(None)
        samples = self._samples
        self.worker.submit(ChangedSamplesRequest(curve, index, samples.images, samples.class_names))

    def _on_samples(self, request: ChangedSamplesRequest, samples: ChangedSamples) -> None:
        if self._selected == (request.curve.transform.key, request.index):
            self.samples_card.show()
            self._fit()
            self.samples_card.show_samples(request, samples)

    def _on_finished(self) -> None:
        other = self._other_run
        solid = run_title(self.session.run)
        legend = f"Solid: {solid}. Dashed: {run_title(other)}. " if other else ""
        self._show_idle(f"{legend}Click a point to see the changed samples.")

    def _on_cancelled(self) -> None:
        self._show_idle("Cancelled. Measure again to complete the curves.")

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._show_idle(str(error) if isinstance(error, StudioError) else "Measuring failed.")
        self.failed.emit(error, traceback_text)

    def _show_idle(self, text: str = _INTRODUCTION) -> None:
        self._set_measuring(False)
        self.status.setText(text)

    def _set_measuring(self, is_measuring: bool) -> None:
        self.bar.setValue(0)
        self.bar.setVisible(is_measuring)
        self.cancel_button.setVisible(is_measuring)
        self.measure_button.setVisible(not is_measuring)
        self.count_combo.setEnabled(not is_measuring)
        self.other_picker.setEnabled(not is_measuring)

    def _lay_out(self) -> None:
        self._plots = QWidget()
        self._grid = QGridLayout(self._plots)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        self._columns = 0
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._plots)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._scroll)
        splitter.addWidget(self.samples_card)
        splitter.setSizes([6400, 3600])
        self.samples_card.setMinimumWidth(232)
        column = column_layout(self, spacing=12)
        column.addLayout(self._head())
        column.addWidget(splitter, 1)

    def _head(self) -> QHBoxLayout:
        head = row_layout(spacing=8)
        fixed = QSizePolicy.Policy.Fixed
        for combo in (self.count_combo, self.other_picker):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            head.addWidget(combo)
        self.status.setSizePolicy(QSizePolicy.Policy.Ignored, fixed)
        head.addWidget(self.status, 1)
        head.addWidget(self.bar, 1)
        for button in (self.measure_button, self.cancel_button):
            head.addWidget(button)
        for widget in (self.count_combo, self.measure_button, self.cancel_button):
            widget.setSizePolicy(fixed, fixed)
        self.other_picker.setSizePolicy(QSizePolicy.Policy.Maximum, fixed)
        return head

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Use as many columns of plots as are wide enough."""
        share = 0.64 if self.samples_card.isVisible() else 1.0
        columns = max(1, min(4, int(self.width() * share) // (_MIN_PLOT_PX + 12)))
        if columns != self._columns:
            self._columns = columns
            for index, card in enumerate(self.cards.values()):
                card.setMinimumHeight(_PLOT_HEIGHT_PX)
                self._grid.addWidget(card, index // columns, index % columns)
            for column in range(4):
                self._grid.setColumnStretch(column, int(column < columns))


def _count_combo() -> PickerCombo:
    combo = PickerCombo()
    combo.setObjectName("robustness_count_combo")
    combo.setAccessibleName("Number of samples")
    combo.setToolTip("How many samples to measure. More take longer and give narrower intervals.")
    for number in _SAMPLE_COUNTS:
        combo.addItem(f"{number:,} samples", number)
    combo.setCurrentIndex(_SAMPLE_COUNTS.index(_DEFAULT_COUNT))
    return combo


def _other_picker(session: EvaluationSession) -> RunPicker:
    picker = RunPicker(session.context)
    picker.setObjectName("robustness_run_combo")
    picker.setAccessibleName("Second run")
    picker.setToolTip("A second run of the same dataset, drawn dashed")
    picker.setPlaceholderText("Compare with…")
    picker.setMinimumWidth(160)
    return picker
