"""The Mistakes page: choose a run, and see on which pictures it is wrong."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.errors import StudioError
from studio.ui.context import StudioContext
from studio.ui.icons import ALONE, BESIDE_TEXT, icon
from studio.ui.mistakes.evaluation_loader import EvaluationLoader
from studio.ui.mistakes.evaluation_view import EvaluationView
from studio.ui.mistakes.loading_view import LoadingView
from studio.ui.mistakes.message_banner import MessageBanner
from studio.ui.mistakes.mistake_export import ExportButton, MistakeExporter
from studio.ui.mistakes.run_and_split_picker import RunAndSplitPicker
from studio.ui.mistakes.sample_filter import headline
from studio.ui.shared.builders import text_button
from studio.ui.shared.error_dialog import error_words, show_error
from studio.ui.shared.saliency import SaliencyRequest, SaliencyWorker
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from studio.insight import Evaluation


NARROW, SHORT = 960, 620  # pixels; a page below them leaves out what it can


class MistakesPage(QWidget):
    """Shows the newest run when it is first opened, then whatever is chosen."""

    open_draw = Signal(str)
    train_wanted = Signal()

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mistakes_page")
        self.setProperty("page", True)
        self.context = context
        self._listed = False
        self._shown = QTimer(self, singleShot=True, interval=0)
        self._shown.timeout.connect(self._focus_samples)
        self.picker = RunAndSplitPicker(context)
        self.loader = EvaluationLoader(context, self)
        self.saliency_worker = SaliencyWorker(context.store, self)
        self.exporter = MistakeExporter(context.tasks, self)
        self.headline = ElidedLabel()
        self.headline.setObjectName("mistakes_headline")
        self.headline.setProperty("role", "title")
        self.draw_button = text_button("mistakes_draw_button", "Draw", "draw")
        self.draw_button.setToolTip("Draw for this network yourself")
        self.export_button = ExportButton()
        self.banner = MessageBanner(self)
        self.empty = EmptyState("", "", "", icon("mistakes"))
        self.loading = LoadingView()
        self.explorer = EvaluationView()
        self.stack = QStackedWidget()
        for state in (self.empty, self.loading, self.explorer):
            self.stack.addWidget(state)
        self._lay_out()
        self._connect()
        self._show_empty()

    def show_run(self, run: str) -> None:
        """Evaluate this run id, or "bundled", on the split chosen, and show its mistakes."""
        self.picker.run_picker.select(run)
        self.banner.hide()
        self._set_done(False)
        self.loading.begin()
        self.stack.setCurrentWidget(self.loading)
        self.loader.load(run, self.picker.split)

    def refresh_runs(self) -> None:
        """Read the list of runs again."""
        self.picker.run_picker.refresh()

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._shown.stop()
        self.loader.shutdown()
        self.saliency_worker.close()

    def _connect(self) -> None:
        self.context.runs_changed.connect(self.refresh_runs)
        self.picker.chosen.connect(self._on_chosen)
        self.picker.run_picker.refreshed.connect(self._on_listed)
        self.picker.run_picker.failed.connect(self._on_list_failed)
        self.loader.progressed.connect(self.loading.show_progress)
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self._on_failed)
        self.loader.cancelled.connect(self._on_cancelled)
        self.loading.cancel_wanted.connect(self._cancel)
        self.empty.action_clicked.connect(self._leave_empty)
        self.explorer.why_wanted.connect(self._ask_why)
        self.explorer.failed.connect(self.banner.warn)
        self.saliency_worker.computed.connect(self._on_saliency)
        self.saliency_worker.failed.connect(self._on_why_failed)
        self.draw_button.clicked.connect(self._open_draw)
        self.export_button.chosen.connect(self._export)
        self.exporter.written.connect(self.banner.say_exported)
        self.exporter.failed.connect(self._on_export_failed)

    def _on_chosen(self) -> None:
        self.show_run(self.picker.run)

    def _on_listed(self) -> None:
        first = not self._listed
        self._listed = True
        if self.stack.currentWidget() is self.empty and not self.picker.run:
            newest = self.picker.run_picker.newest_run
            if first and newest and self.isVisible():
                self.show_run(newest)
            else:
                self._show_empty()

    def _on_list_failed(self, _error: object, _traceback_text: str) -> None:
        self._on_listed()  # a folder of runs that cannot be read has no run to choose

    def _on_loaded(self, evaluation: "Evaluation") -> None:
        self.headline.setText(headline(evaluation))
        self.explorer.show_evaluation(evaluation)
        # Arrows walk the mistakes at once, unless they are walking through the runs.
        keeps_focus = self.picker.isAncestorOf(self.focusWidget() or self)
        self.stack.setCurrentWidget(self.explorer)
        self._set_done(True)
        if self.isVisible() and not keeps_focus:
            self.explorer.grid.setFocus()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        message, hint = error_words(error)
        self.banner.say(f"{message} {hint}".strip(), "bad", ("Try again", self._retry))
        self.empty.set_text(
            "This run could not be read", "Choose another run or split above, or try again.", ""
        )
        self.stack.setCurrentWidget(self.empty)
        if not isinstance(error, StudioError):
            show_error(self, error, traceback_text)

    def _cancel(self) -> None:
        self.loading.show_cancelling()
        self.loader.cancel()

    def _on_cancelled(self) -> None:
        self.empty.set_text("Stopped", "Choose a run above, or read this one again.", "Read again")
        self.stack.setCurrentWidget(self.empty)

    def _retry(self) -> None:
        if self.picker.run and self.stack.currentWidget() is self.empty:
            self.show_run(self.picker.run)

    def _leave_empty(self) -> None:
        if self.picker.run:
            self.show_run(self.picker.run)
        elif self.picker.run_picker.newest_run:
            self.show_run(self.picker.run_picker.newest_run)
        else:
            self.train_wanted.emit()

    def _show_empty(self) -> None:
        title = "See where a network is wrong"
        if self.picker.run_picker.newest_run:
            text, action = "Choose a run above, or look at the newest one.", "Show the newest run"
        else:
            text = "Train a network first, or choose the bundled one above."
            action = "Train a network"
        self.empty.set_text(title, text, action)
        self.stack.setCurrentWidget(self.empty)
        self._set_done(False)

    def _set_done(self, done: bool) -> None:
        for widget in (self.headline, self.draw_button, self.export_button):
            widget.setVisible(done)

    def _ask_why(self, position: int) -> None:
        evaluation = self.explorer.evaluation()
        if evaluation is not None:
            predicted = int(evaluation.predicted[position])
            image = evaluation.images[position]
            self.saliency_worker.submit(
                SaliencyRequest(self.picker.run, image, predicted, position)
            )

    def _on_saliency(self, request: SaliencyRequest, saliency: npt.NDArray[np.float32]) -> None:
        self.explorer.show_heat(request.sample, saliency)

    def _on_why_failed(self, error: object, traceback_text: str) -> None:
        self.explorer.detail.why_button.setChecked(False)
        show_error(self, error, traceback_text)

    def _open_draw(self) -> None:
        self.open_draw.emit(self.picker.run)

    def _export(self, suffix: str) -> None:
        evaluation = self.explorer.evaluation()
        if evaluation is not None:
            self.exporter.ask(evaluation, self.explorer.shown(), suffix)

    def _on_export_failed(self, error: object, traceback_text: str) -> None:
        if isinstance(error, StudioError):
            self.banner.say(str(error), "bad")
        else:
            show_error(self, error, traceback_text)

    def _lay_out(self) -> None:
        top = self._top = QHBoxLayout()
        top.addWidget(self.picker)
        top.addWidget(self.headline)
        top.addStretch(1)
        top.addWidget(self.draw_button)
        top.addWidget(self.export_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 24, 24, 24)
        self._column.setSpacing(16)
        self._column.addLayout(top)
        self._column.addWidget(self.stack, 1)

    def _fit(self) -> None:
        """Leave more of a small page to the samples."""
        margin = 16 if self.height() < SHORT else 24
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(12 if self.height() < SHORT else 16)
        narrow = self.width() < NARROW
        self._top.setSpacing(8 if narrow else 16)
        self.draw_button.setText("" if narrow else "Draw")
        self.draw_button.setIconSize(ALONE if narrow else BESIDE_TEXT)
        role = "heading" if narrow else "title"
        if self.headline.property("role") != role:
            self.headline.setProperty("role", role)
            self.headline.style().unpolish(self.headline)
            self.headline.style().polish(self.headline)

    def _focus_samples(self) -> None:
        """Give the keys to the samples, or to the page until they are there.

        When a page comes with a key, Qt gives them to its first control, the run picker.
        """
        if self.isAncestorOf(self.window().focusWidget() or self):
            loaded = self.stack.currentWidget() is self.explorer
            (self.explorer.grid if loaded else self).setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.stack.currentWidget() is self.explorer:
            self.explorer.grid.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shown.start()
        if not self._listed:
            self.picker.run_picker.refresh()
        elif not self.picker.run and self.picker.run_picker.newest_run:
            self.show_run(self.picker.run_picker.newest_run)
