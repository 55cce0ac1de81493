"""The training samples nearest to a sample, of its predicted and of its true class."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from studio.ui.mistakes.detail.nearest_row import NearestRow
from studio.ui.mistakes.detail.nearest_search import NearestRequest, NearestSearch
from studio.ui.mistakes.detail.panes import DetailPane
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import column_layout, elided_label, row_layout, text_button

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.insight.nearest import NearestSamples, Neighbor

COUNT = 12  # neighbors of a class
NOTE_HEIGHT_PX = 150  # from which there is space for the note
_NOTE = "Similar to the model by the cosine of their features, which need not be why."


class NearestPane(DetailPane):
    """Two rows of samples; a click on one opens it in the training split."""

    def __init__(self, session: EvaluationSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._position = -1  # of the sample shown
        self._wanted = ""  # the id of the sample to open once its split is evaluated
        self.search = NearestSearch(session.context, self)
        self.rows = (NearestRow("nearest_first_row"), NearestRow("nearest_second_row"))
        self.note = elided_label("muted", "nearest_note")
        self.status = elided_label("muted", "nearest_status")
        self.bar = QProgressBar()
        self.bar.setObjectName("nearest_progress")
        self.bar.setAccessibleName("Progress of loading the training samples")
        self.bar.setToolTip("How many training samples are ready to be searched")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.cancel_button = text_button("nearest_cancel_button", "Cancel")
        self.cancel_button.setToolTip("Stop loading the training samples")
        self.again_button = text_button("nearest_again_button", "Search", "refresh")
        self.again_button.setToolTip("Load the training samples and search them")
        self._found, self._working = QWidget(), QWidget()
        self._lay_out()
        self._connect()

    def show_sample(self, session: EvaluationSession, position: int) -> None:
        """Search the nearest samples of the predicted and the true class."""
        self._position = position
        self._search()

    def clear(self) -> None:
        """Stop loading; what was found stays until another sample is shown."""
        self.search.cancel()

    def shutdown(self) -> None:
        """End the loading and the thread."""
        self.search.shutdown()

    def _connect(self) -> None:
        self.search.loading.connect(self._show_loading)
        self.search.progressed.connect(self._show_progress)
        self.search.loaded.connect(self._on_loaded)
        self.search.found.connect(self._on_found)
        self.search.failed.connect(self._on_failed)
        self.search.cancelled.connect(self._on_cancelled)
        self.cancel_button.clicked.connect(self.search.cancel)
        self.again_button.clicked.connect(self._search)
        self._session.evaluation_changed.connect(self._open_wanted)
        for row in self.rows:
            row.sample_clicked.connect(self._open)

    def _search(self) -> None:
        evaluation = self._session.evaluation
        if evaluation is None or self._position < 0:
            return
        classes = compared_classes(evaluation, self._position)
        image, index = evaluation.images[self._position], int(evaluation.indices[self._position])
        self.search.search(NearestRequest(self._session.run, image, index, classes, COUNT))

    def _show_loading(self) -> None:
        self._show_progress(0.0, "Loading the training samples")
        self._set_working(True)
        self._show_found(False)

    def _show_progress(self, fraction: float, text: str) -> None:
        self.bar.setValue(round(1000 * fraction))
        if text:
            self.status.setText(text)

    def _on_loaded(self, samples: "NearestSamples") -> None:
        searched = f"{samples.count:,} training samples searched"
        kept = samples.features.kept
        reduced = f", features reduced to {100 * kept:.0f} % of their length" if kept < 1 else ""
        self.note.setText(f"{_NOTE} {searched}{reduced}.")
        self.note.tooltip_text = self.note.text()

    def _on_found(self, request: NearestRequest, found: "list[list[Neighbor]]") -> None:
        evaluation = self._session.evaluation
        if evaluation is None:
            return
        true = int(evaluation.labels[self._position])
        predicted = int(evaluation.predicted[self._position])
        for row, wanted, neighbors in zip(self.rows, request.classes, found, strict=False):
            row.show_neighbors(
                _title(wanted, true, predicted), evaluation.class_names[wanted], neighbors
            )
        self.rows[1].setVisible(len(found) > 1)
        self._show_found(True)

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._show_stopped("The search failed.")
        self.failed.emit(error, traceback_text)

    def _on_cancelled(self) -> None:
        self._show_stopped("Cancelled.")

    def _show_stopped(self, text: str) -> None:
        self.status.setText(text)
        self._set_working(False)
        self._show_found(False)

    def _show_found(self, found: bool) -> None:
        self._found.setVisible(found)
        self._working.setVisible(not found)

    def _set_working(self, working: bool) -> None:
        self.bar.setVisible(working)
        self.cancel_button.setVisible(working)
        self.again_button.setVisible(not working)

    def _open(self, sample: str) -> None:
        """Show a training sample in detail, after evaluating the training split if necessary."""
        self._wanted = sample
        evaluation = self._session.evaluation
        if evaluation is not None and evaluation.split == "train":
            self._open_wanted(evaluation)
        else:
            self._session.split_requested.emit("train")

    def _open_wanted(self, evaluation: "Evaluation | None") -> None:
        if evaluation is None or not self._wanted:
            return
        wanted, self._wanted = self._wanted, ""
        position = int(evaluation.find_positions([wanted])[0])
        if evaluation.split == "train" and position >= 0:
            self._session.request_sample(position)

    def _lay_out(self) -> None:
        column = column_layout(self._found, spacing=4)
        for row in self.rows:
            column.addWidget(row)
        column.addStretch(1)
        column.addWidget(self.note)
        line = row_layout(self._working, spacing=12)
        line.addWidget(self.status)
        line.addWidget(self.bar, 1)
        for button in (self.cancel_button, self.again_button):
            line.addWidget(button)
        line.addStretch(0)
        pages = column_layout(self, spacing=0)
        pages.addWidget(self._found)
        pages.addWidget(self._working)
        self._show_found(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        has_note = self.height() >= NOTE_HEIGHT_PX
        self.note.setVisible(has_note)
        height = self.height() - (self.note.sizeHint().height() + 8 if has_note else 0)
        for row in self.rows:
            row.set_height((height - 4) // 2)


def compared_classes(evaluation: "Evaluation", position: int) -> list[int]:
    """Return the predicted and the true class, or the second most probable one if they agree."""
    true, predicted = int(evaluation.labels[position]), int(evaluation.predicted[position])
    if true != predicted:
        return [predicted, true]
    second = np.argsort(-evaluation.probabilities[position], kind="stable")[1:2]
    return [predicted, *second.tolist()]


def _title(wanted: int, true: int, predicted: int) -> str:
    if wanted == predicted:
        return "Predicted and true" if wanted == true else "Predicted"
    return "True" if wanted == true else "Second choice"
