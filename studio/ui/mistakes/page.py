"""The Mistakes page: choose a model, and see which samples it predicts wrongly."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.errors import StudioError
from studio.runs import run_title
from studio.ui.context import StudioContext
from studio.ui.icons import ALONE, BESIDE_TEXT, icon
from studio.ui.mistakes.comparison.retrain_button import RetrainButton
from studio.ui.mistakes.evaluation_loader import EvaluationLoader
from studio.ui.mistakes.fixes.fixes_bar import FixesBar
from studio.ui.mistakes.loading_view import LoadingView
from studio.ui.mistakes.message_banner import MessageBanner
from studio.ui.mistakes.mistake_export import REPORT, ExportButton, MistakeExporter
from studio.ui.mistakes.remembered_run import RememberedRun
from studio.ui.mistakes.report_export import ReportExporter
from studio.ui.mistakes.run_and_split_picker import RunAndSplitPicker
from studio.ui.mistakes.samples.sample_filter import accuracy_text
from studio.ui.mistakes.samples.samples_view import SamplesView
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.mistakes.view_stack import ViewStack
from studio.ui.mistakes.views import COMPARISON, SAMPLES
from studio.ui.shared.builders import set_style, text_button
from studio.ui.shared.error_dialog import error_text, show_error
from studio.ui.shared.run_restorer import RESTORE, RunRestorer
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.image_conversion import Pixels, to_qimage

if TYPE_CHECKING:
    from studio.insight import Evaluation


NARROW_PX, LOW_PX = 960, 620  # below these, margins and texts are shortened


class MistakesPage(QWidget):
    """Shows the newest run when it is first opened, then the model chosen."""

    open_draw = Signal(str)
    open_image = Signal(str, object)  # a run, and a QImage to predict with it
    train_wanted = Signal()
    retrain_wanted = Signal(object)  # Retraining

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mistakes_page")
        self.setProperty("page", True)
        self.context = context
        self._listed = False
        self._focus_timer = QTimer(self, singleShot=True, interval=0)
        self._focus_timer.timeout.connect(self._focus_view)
        self.session = EvaluationSession(context, self)
        self.picker = RunAndSplitPicker(context)
        self.loader = EvaluationLoader(context, self)
        self.exporter = MistakeExporter(context.tasks, self)
        self.reporter = ReportExporter(context, self)
        self._restorer = RunRestorer(context, self)
        self.headline = ElidedLabel()
        self.headline.setObjectName("mistakes_headline")
        self.headline.setProperty("role", "title")
        self.draw_button = text_button("mistakes_draw_button", "Draw", "draw")
        self.draw_button.setToolTip("Open this model on the Draw page")
        self.export_button = ExportButton()
        self.banner = MessageBanner(self)
        self.empty = EmptyState("", "", "", icon("mistakes"))
        self.loading = LoadingView()
        self.views = ViewStack(self.session)
        self.fixes_bar = FixesBar(self.session.fixes, context.tasks, self)
        self.retrain_button = RetrainButton(self.session)
        self.views.tools.addWidget(self.fixes_bar)
        self.views.tools.addWidget(self.retrain_button)
        self.stack = QStackedWidget()
        for state in (self.empty, self.loading, self.views):
            self.stack.addWidget(state)
        self._remembered = RememberedRun(context.window_state, self.picker, self.views, self)
        self._lay_out()
        self._connect()
        self._show_empty()
        # At once: the list of runs decides what is shown first, and can be read very soon.
        self._remembered.restore()
        self.samples_view.restore()

    @property
    def samples_view(self) -> SamplesView:
        """The view of samples, the first one."""
        view = self.views.view(SAMPLES)
        assert isinstance(view, SamplesView)
        return view

    def show_run(self, run: str) -> None:
        """Evaluate a run id or "bundled" on the split chosen, and show the mistakes."""
        self.picker.run_picker.select(run)
        self._remembered.save()
        self.banner.hide()
        self._set_evaluated(False)
        self.loading.begin()
        self.stack.setCurrentWidget(self.loading)
        self.session.begin(run, self.picker.split)
        self.loader.load(run, self.picker.split)

    def show_comparison(self, run: str) -> None:
        """Show what a run fixed and what it broke."""
        self.views.open(COMPARISON)
        self.show_run(run)

    def offer_comparison(self, run: str, parent: str) -> None:
        """Lead to a run that was just trained again; show it at once to those who wait for it."""
        if self.session.run == parent and self.views.key == COMPARISON:
            self.show_comparison(run)
            return
        text = f"{run_title(run)} is trained with your fixes."
        show = partial(self.show_comparison, run)
        self.banner.show_actions(text, "good", ("Show comparison", show))

    def shutdown(self) -> None:
        """End the work in the background."""
        self._focus_timer.stop()
        self.loader.stop()
        self.views.shutdown()
        self.reporter.cancel()
        self.session.fixes.shutdown()

    def _connect(self) -> None:
        self.context.runs_changed.connect(self.picker.run_picker.refresh)
        self.picker.chosen.connect(self.show_run)
        self.picker.run_picker.refreshed.connect(self._on_listed)
        # A folder of runs that cannot be read has no run to choose.
        self.picker.run_picker.failed.connect(self._on_listed)
        self.loader.progressed.connect(self.loading.show_progress)
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self._on_failed)
        self.loader.cancelled.connect(self._on_cancelled)
        self.loading.cancel_clicked.connect(self._cancel)
        self.empty.action_clicked.connect(self._leave_empty)
        self.samples_view.open_failed.connect(self.banner.warn)
        self.views.failed.connect(self._on_view_failed)
        self.session.run_requested.connect(self.show_run)
        self.session.split_requested.connect(self._show_split)
        self.session.draw_requested.connect(self._open_image)
        self.session.fixes.failed.connect(self._on_fixes_failed)
        self.fixes_bar.sample_wanted.connect(self.session.request_sample)
        self.fixes_bar.reported.connect(self.banner.show_actions)
        self.fixes_bar.failed.connect(self._on_view_failed)
        self.retrain_button.chosen.connect(self.retrain_wanted)
        self.retrain_button.failed.connect(self._on_view_failed)
        self.draw_button.clicked.connect(self._open_draw)
        self.export_button.chosen.connect(self._export)
        self.exporter.written.connect(self.banner.show_exported)
        self.exporter.failed.connect(self._on_view_failed)
        self.reporter.started.connect(self._on_report_started)
        self.reporter.written.connect(self.banner.show_report)
        self.reporter.failed.connect(self._on_view_failed)
        self.reporter.cancelled.connect(self._on_report_cancelled)
        self._restorer.restored.connect(self._on_restored)
        self._restorer.failed.connect(self._on_view_failed)

    def _on_listed(self) -> None:
        first = not self._listed
        self._listed = True
        if self.stack.currentWidget() is self.empty and not self.picker.run:
            run = self._first_run() if first and self.isVisible() else ""
            if run:
                self.show_run(run)
            else:
                self._show_empty()

    def _first_run(self) -> str:
        """The run to show first: that of the last session, else the newest one, "" for none."""
        return self._remembered.choose_first() or self.picker.run_picker.newest_run

    def _on_loaded(self, evaluation: "Evaluation") -> None:
        self.session.show(evaluation)
        self._show_headline()
        # The arrow keys move through the mistakes at once, unless the user is choosing a run.
        keeps_focus = self.picker.isAncestorOf(self.focusWidget() or self)
        self.stack.setCurrentWidget(self.views)
        self._set_evaluated(True)
        if evaluation.notice:
            self.banner.warn(evaluation.notice)
        if self.isVisible() and not keeps_focus:
            self.views.current.focus_content()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        offer = self._restorer.offer(error)
        if offer:
            self.banner.show_actions(offer, "bad", (RESTORE, self._restore))
        else:
            text = " ".join(error_text(error)).strip()
            self.banner.show_actions(text, "bad", ("Try again", self._retry))
        self.empty.set_text(
            "This model could not be evaluated",
            "Choose another run or split above, or try again.",
            "",
        )
        self.stack.setCurrentWidget(self.empty)
        if not isinstance(error, StudioError):
            show_error(self, error, traceback_text)

    def _restore(self) -> None:
        self.banner.show_actions("Restoring the run…", "info")
        self._restorer.start()

    def _on_restored(self, _run: str, text: str, _can_resume: bool) -> None:
        if self.stack.currentWidget() is self.empty and self.picker.run:
            self.show_run(self.picker.run)
        self.banner.show_actions(text, "good")

    def _show_split(self, split: str) -> None:
        self.picker.select_split(split)
        self.show_run(self.picker.run)

    def _cancel(self) -> None:
        self.loading.show_cancelling()
        self.loader.cancel()

    def _on_cancelled(self) -> None:
        self.empty.set_text(
            "Evaluation cancelled", "Choose a run above, or evaluate this one again.", "Evaluate"
        )
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
        title = "See where a model is wrong"
        if self.picker.run_picker.newest_run:
            text, action = "Choose a run above, or show the newest one.", "Show newest run"
        else:
            text = "Train a model first, or choose the bundled one above."
            action = "Train a model"
        self.empty.set_text(title, text, action)
        self.stack.setCurrentWidget(self.empty)
        self._set_evaluated(False)

    def _set_evaluated(self, evaluated: bool) -> None:
        for widget in (self.headline, self.draw_button, self.export_button):
            widget.setVisible(evaluated)

    def _open_draw(self) -> None:
        self.open_draw.emit(self.picker.run)

    def _export(self, suffix: str) -> None:
        evaluation = self.session.evaluation
        if suffix == REPORT:
            self.reporter.open_dialog(self.session.run, self.session.split)
        elif evaluation is not None:
            self.exporter.open_dialog(evaluation, self.samples_view.shown(), suffix)

    def _on_report_started(self) -> None:
        self.banner.show_actions("Writing the report…", "info", ("Cancel", self.reporter.cancel))

    def _on_report_cancelled(self) -> None:
        self.banner.show_actions("Report cancelled: no file was written.", "info")

    def _open_image(self, image: Pixels) -> None:
        self.open_image.emit(self.picker.run, to_qimage(image))

    def _on_fixes_failed(self, error: object, traceback_text: str) -> None:
        if isinstance(error, StudioError):
            self.banner.show_actions(str(error), "bad", ("Try again", self._retry_fixes))
        else:
            show_error(self, error, traceback_text)

    def _retry_fixes(self) -> None:
        self.banner.hide()
        self.session.fixes.retry()

    def _on_view_failed(self, error: object, traceback_text: str) -> None:
        if offer := self._restorer.offer(error):
            self.banner.show_actions(offer, "bad", (RESTORE, self._restore))
        elif isinstance(error, StudioError):
            self.banner.show_actions(str(error), "bad")
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
        self._column.addLayout(top)
        self._column.addWidget(self.stack, 1)

    def _fit(self) -> None:
        """Leave more of a small page to the samples."""
        margin = 16 if self.height() < LOW_PX else 24
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(12 if self.height() < LOW_PX else 16)
        narrow = self.width() < NARROW_PX
        self._top.setSpacing(8 if narrow else 16)
        self.draw_button.setText("" if narrow else "Draw")
        self.draw_button.setIconSize(ALONE if narrow else BESIDE_TEXT)
        set_style(self.headline, role="heading" if narrow else "title")
        self._show_headline()

    def _show_headline(self) -> None:
        evaluation = self.session.evaluation
        if evaluation is not None:
            self.headline.tooltip_text = accuracy_text(evaluation)
            brief = self.width() < NARROW_PX
            self.headline.setText(accuracy_text(evaluation, brief))

    def _focus_view(self) -> None:
        """Give the focus to the view shown, or to the page until it is evaluated.

        When a page is opened by a key, Qt gives the focus to its first control, the run picker.
        """
        if self.isAncestorOf(self.window().focusWidget() or self):
            loaded = self.stack.currentWidget() is self.views
            if loaded:
                self.views.current.focus_content()
            else:
                self.setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.stack.currentWidget() is self.views:
            self.views.current.focus_content()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._focus_timer.start()
        if not self._listed:
            self.picker.run_picker.refresh()
        elif not self.picker.run:
            run = self._first_run()
            if run:
                self.show_run(run)
