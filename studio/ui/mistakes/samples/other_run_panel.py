"""Chooses another model, of which only differing predictions are shown."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from studio.errors import StudioError
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.other_run_loader import OtherRunLoader
from studio.ui.mistakes.samples.sample_columns import SampleColumns
from studio.ui.mistakes.samples.sample_filter import Outcome, SampleFilter
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import column_layout, label, row_layout, set_style, text_button
from studio.ui.shared.error_dialog import error_text
from studio.ui.shared.run_picker import RunPicker

_SCALE = 1000


class OtherRunPanel(QWidget):
    """Sets `differs_from` of a filter, after the model chosen was evaluated in the background.

    `titles_changed` carries the titles of the models evaluated, by run. `failed` carries an
    unexpected error and its traceback; others are shown here.
    """

    titles_changed = Signal(object)
    failed = Signal(object, str)

    def __init__(
        self, filter_model: FilterModel, session: EvaluationSession, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._filter_model, self._session = filter_model, session
        self._columns: SampleColumns | None = None
        self._titles: dict[str, str] = {}
        self.run_picker = RunPicker(session.context)
        self.run_picker.setObjectName("other_run_combo")
        self.run_picker.setAccessibleName("Differs from")
        self.run_picker.setToolTip(
            "Only samples that this model and another one predict as different classes"
        )
        self.run_picker.setPlaceholderText("Another model")
        self.run_picker.setMinimumWidth(160)
        self.loader = OtherRunLoader(session.context, self)
        self.status = label("muted", name="other_run_status")
        self.status.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setObjectName("other_run_progress")
        self.progress.setAccessibleName("Progress of the evaluation")
        self.progress.setRange(0, _SCALE)
        self.cancel_button = text_button(
            "other_run_cancel", "Cancel", tooltip="Stop the evaluation of the other model"
        )
        self._lay_out()
        self._end("")
        self._connect()

    def refresh(self) -> None:
        """Read the list of runs again."""
        self.run_picker.refresh()

    def show_columns(self, columns: SampleColumns) -> None:
        """Compare with this evaluation from now on."""
        if columns is self._columns:
            return
        self.loader.stop()
        self._columns = columns
        self._end("")
        self._show(self._filter_model.filter)

    def shutdown(self) -> None:
        """End the evaluation."""
        self.loader.stop()

    def _connect(self) -> None:
        self.run_picker.chosen.connect(self._on_chosen)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self.loader.progressed.connect(self._on_progressed)
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self._on_failed)
        self.loader.cancelled.connect(self._on_cancelled)
        self._filter_model.changed.connect(self._show)

    def _on_chosen(self, run: str) -> None:
        self._titles[run] = self.run_picker.currentText()
        self.titles_changed.emit(dict(self._titles))
        if self._columns is None:
            return
        if run == self._session.run:
            self._end("This is the model shown. Choose another one.")
        elif run in self._columns.others:
            self._filter(run)
        else:
            self._begin()
            self.loader.load(run, self._columns.evaluation)

    def _begin(self) -> None:
        self._set_status("Loading the model", "muted")
        self.progress.setValue(0)
        for widget in (self.progress, self.cancel_button):
            widget.show()

    def _end(self, message: str, role: str = "") -> None:
        for widget in (self.progress, self.cancel_button):
            widget.hide()
        self._set_status(message, role)

    def _set_status(self, message: str, tone: str = "") -> None:
        self.status.setText(message)
        self.status.setVisible(bool(message))
        set_style(self.status, tone=tone)
        self.window().adjustSize()

    def _filter(self, run: str) -> None:
        self._end("")
        # Samples on which two models differ are of interest whether this one is correct or not.
        self._filter_model.change(differs_from=run, outcome=Outcome.ALL)

    def _on_cancel_clicked(self) -> None:
        self._set_status("Cancelling")
        self.loader.cancel()

    def _on_progressed(self, fraction: float, text: str) -> None:
        self.progress.setValue(round(_SCALE * fraction))
        self.status.setText(text)

    def _on_loaded(self, run: str, predicted: Any) -> None:
        if self._columns is not None:
            self._columns.others[run] = predicted
            self._filter(run)

    def _on_cancelled(self) -> None:
        self._end("Cancelled.")
        self._show(self._filter_model.filter)

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._end(" ".join(error_text(error)).strip(), "bad")
        self._show(self._filter_model.filter)
        if not isinstance(error, StudioError):
            self.failed.emit(error, traceback_text)

    def _show(self, shown: SampleFilter) -> None:
        if self.progress.isHidden():
            self.run_picker.select(shown.differs_from)

    def _lay_out(self) -> None:
        column = column_layout(self, spacing=8)
        column.addWidget(self.run_picker)
        column.addWidget(self.status)
        row = row_layout(spacing=8)
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel_button)
        column.addLayout(row)
