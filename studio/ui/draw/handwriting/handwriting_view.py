"""My handwriting: save drawings with labels, test models on them, adapt a model to them."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from studio.data.datasets import DATASETS, HANDWRITING
from studio.data.handwriting.archive import export_drawings, import_drawings
from studio.data.handwriting.store import HandwritingStore
from studio.paths import handwriting_dir
from studio.ui.draw.draw_view import DrawView
from studio.ui.draw.handwriting.accuracy_panel import AccuracyPanel
from studio.ui.draw.handwriting.adapt_card import AdaptCard
from studio.ui.draw.handwriting.adapting_controller import AdaptingController
from studio.ui.draw.handwriting.capture_bar import CaptureBar
from studio.ui.draw.handwriting.drawing_grid import DrawingGrid
from studio.ui.draw.handwriting.drawing_strokes import record_strokes
from studio.ui.draw.handwriting.drawing_tiles import DrawingTiles, counts_text
from studio.ui.draw.handwriting.drawings_controller import DrawingsController
from studio.ui.draw.handwriting.handwriting_work import (
    Evaluated,
    EvaluationRequest,
    RunsResult,
    evaluate_runs,
    transfer,
)
from studio.ui.draw.handwriting.runs_panel import RunsPanel
from studio.ui.draw.handwriting.save_bar import SaveBar
from studio.ui.draw.session import DrawSession
from studio.ui.shared.builders import column_layout, label, row_layout
from studio.ui.shared.shortcuts import declare_shortcut
from studio.ui.tasks import LatestWorker, NewestTask, Work
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.segmented_control import SegmentedControl
from studio.ui.widgets.tile_badge import TileBadge

if TYPE_CHECKING:
    from studio.insight.handwriting import HandwritingEvaluation

MAX_CAPTURED_CLASSES = 36
_DIGITS = DATASETS[HANDWRITING].class_names
_FILES = "Drawings (*.zip)"
_WRONG = (TileBadge("wrong", "bad"),)
EMPTY = (
    "No drawings of yours yet",
    "Draw each class three times and see how well every model reads you. They stay on this "
    "computer, with their strokes.",
    "Capture a set",
)
_DRAWINGS = 0  # the first tab
_PAGES_MIN_HEIGHT = 96  # of what lies below an open card, on a low window
_STATUS_MS = 6000
_KEY_NAME = "class_key_"


class HandwritingView(DrawView):
    """`handwriting_view`. A digit key saves the drawing, or relabels what is selected in the grid.

    The grid relabels while it has the focus; anywhere else on the page the key saves.
    """

    def __init__(self, session: DrawSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("handwriting_view")
        self.setAccessibleName("My handwriting")
        context = session.context
        self._store = HandwritingStore(handwriting_dir(context.data_dir))
        self.controller = DrawingsController(self._store, self)
        self.evaluation: HandwritingEvaluation | None = None
        self._bar = SaveBar()
        self.capture = CaptureBar(session.canvas)
        self._card = AdaptCard()
        self.grid = DrawingGrid()
        self._empty = EmptyState(*EMPTY)
        self.accuracy = AccuracyPanel()
        self.runs = RunsPanel()
        self._tabs = SegmentedControl(
            {"drawings_tab": "Drawings", "accuracy_tab": "Accuracy", "runs_tab": "All runs"},
            [
                "Your drawings by class",
                "How well the chosen model reads your drawings",
                "How well every run reads your drawings",
            ],
        )
        self._counts = label("muted", name="handwriting_counts")
        self._status = label("muted", name="handwriting_status")
        self._status_timer = QTimer(self, singleShot=True, interval=_STATUS_MS)
        self._evaluator = LatestWorker(EvaluationRequest.evaluate, self)
        self._adapting = AdaptingController(session, self._card, self)
        self._testing = NewestTask(context.tasks, self)
        self._transferring = NewestTask(context.tasks, self)
        self._lay_out()
        self._connect()
        self._add_keys()
        self._show_drawings()
        self.controller.reload()

    # The session

    def show_model(self) -> None:
        """Offer the classes of the model and test it on the drawings."""
        self.evaluation = None
        self._bar.set_classes(self.classes)
        self._update_adapt_button()
        self.runs.select_run(self.session.model_key)
        self._update_tiles()
        self._evaluate()

    def show_prediction(self) -> None:
        """Suggest the predicted class as label."""
        prediction, names = self.session.prediction, self.classes
        predicted = ""
        if prediction is not None and len(prediction.probabilities) == len(names):
            predicted = names[int(np.argmax(prediction.probabilities))]
        self._bar.set_drawing(self._can_save(), predicted)

    def shutdown(self) -> None:
        """Write what still waits and end the threads."""
        self.capture.end()
        for task in (self._adapting, self._testing, self._transferring):
            task.stop()
        self._evaluator.close()
        self.controller.shutdown()

    def deactivate(self) -> None:
        """End a capture: its prompts are not seen any more."""
        self.capture.end()

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of the model; the digits without one or with one of photos."""
        model = self.session.model
        if model is None or model.drawing == "picture":
            return _DIGITS
        return model.class_names

    # Saving

    def save(self, name: str) -> None:
        """Save the drawing with a label, and clear the canvas."""
        canvas = self.session.canvas
        if not name or not self._can_save():
            return
        strokes = record_strokes(canvas.snapshot().done)
        self.controller.add(canvas.image(), name, strokes)
        canvas.clear()
        self._say(f"Saved as {name}.")

    def _can_save(self) -> bool:
        canvas = self.session.canvas
        return not canvas.is_blank() and canvas.photo() is None

    def _on_class_key(self, name: str) -> None:
        if self.grid.hasFocus() and self._tiles.samples:
            self._relabel(name)
        else:
            self.save(name)

    def _on_capture_wanted(self) -> None:
        self.capture.start(self.classes[:MAX_CAPTURED_CLASSES])
        self._bar.hide()

    def _on_capture_ended(self, saved: int) -> None:
        self._bar.show()
        self._say(f"{saved} drawings saved." if saved != 1 else "1 drawing saved.")
        self._evaluate()

    # The grid

    def _relabel(self, name: str) -> None:
        for position in self.grid.selected_positions():
            sample = self._tiles.samples[int(position)]
            if sample.label != name:
                self.controller.relabel(sample.id, name)

    def _delete(self) -> None:
        for position in self.grid.selected_positions():
            sample = self._tiles.samples[int(position)]
            self.controller.delete(sample.id, sample.label)

    def _on_changed(self) -> None:
        drawings = self.controller.drawings
        self._bar.set_history(drawings.undo_text, drawings.redo_text)
        self._show_drawings()
        self._update_adapt_button()
        self.runs.mark_stale()
        self._evaluate()
        if drawings.damaged:
            names = ", ".join(damaged.file for damaged in drawings.damaged[:3])
            self._say(f"{len(drawings.damaged)} drawings cannot be read: {names}")

    def _show_drawings(self) -> None:
        drawings = self.controller.drawings
        names = {sample.label: 0 for sample in drawings.samples}
        for sample in drawings.samples:
            names[sample.label] += 1
        self._counts.setText(counts_text(names, self.classes))
        self._update_tiles()

    def _update_tiles(self) -> None:
        drawings, row = self.controller.drawings, self.grid.currentIndex().row()
        had_focus = self.grid.hasFocus()
        self._tiles = DrawingTiles(drawings.samples, drawings.pixels(), self.evaluation)
        self.grid.set_samples(self._tiles)
        self.grid.set_badges(self._badges)
        if had_focus and row >= 0 and drawings.samples:
            self.grid.select_row(min(row, len(drawings.samples) - 1))
        shows_empty = self.controller.is_loaded and not drawings.samples
        self._pages.setCurrentWidget(self._empty if shows_empty else self._page())

    def _page(self) -> QWidget:
        return (self.grid, self.accuracy, self.runs)[self._tab]

    def _badges(self, position: int) -> tuple[TileBadge, ...]:
        return _WRONG if self._tiles.is_wrong(position) else ()

    # Testing

    def _evaluate(self) -> None:
        """Test the model on the drawings; a capture would only wait for it."""
        model, drawings = self.session.model, self.controller.drawings
        if model is None or model.drawing == "picture" or not drawings.samples:
            self.evaluation = None
            self.accuracy.show_evaluation(None)
        elif self.isVisible() and not self.capture.is_active:
            store = self.session.context.store
            self._evaluator.submit(
                EvaluationRequest(
                    model, self.session.model_key, store, drawings, self._evaluator.is_superseded
                )
            )

    def _on_evaluated(self, request: EvaluationRequest, found: Evaluated) -> None:
        if request.model is self.session.model:
            self.evaluation = found.evaluation
            self._update_tiles()
            self.accuracy.show_evaluation(found.evaluation, found.receipt)

    def _show_cell(self, true: int, predicted: int) -> None:
        """Select the drawings of a cell of the confusion matrix in the grid."""
        if self.evaluation is None:
            return
        names = self.evaluation.class_names[true], self.evaluation.class_names[predicted]
        found = self._tiles.find(*names)
        if found:
            self._tabs.select(_DRAWINGS)
            self.grid.select_position(found[0])
            self.grid.select_positions(np.array(found, np.int64))
            self.grid.setFocus()

    def _test_runs(self) -> None:
        context = self.session.context
        self.runs.show_progress(0.0, "")
        self._testing.start(
            partial(evaluate_runs, context.store, context.data_dir), self._on_runs_tested
        )

    def _on_runs_tested(self, result: RunsResult) -> None:
        self.runs.show_runs(result.rows, result.skipped)
        self.runs.select_run(self.session.model_key)

    def _on_testing_failed(self, error: object, traceback_text: str) -> None:
        self.runs.end_test()
        self.failed.emit(error, traceback_text)

    # Adapting

    def _adapt(self) -> None:
        samples = self.controller.drawings.samples
        self._adapting.start([sample.label for sample in samples if sample.label in self.classes])

    def _update_adapt_button(self) -> None:
        model, reason = self.session.model, ""
        if model is None:
            reason = "The model is being loaded"
        elif model.drawing == "picture":
            reason = "A model of photos cannot be adapted to drawings"
        elif self._adapting.is_running:
            reason = "A model is being adapted"
        elif not self.controller.drawings.samples:
            reason = "Save some drawings first: “Capture a set” asks for three of each class"
        self._bar.set_adaptable(reason)

    # Import and export

    def _import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Import drawings", "", _FILES)
        if name:
            self._transfer(transfer(import_drawings, self._store, Path(name)))

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export drawings", "handwriting.zip", _FILES)
        if name:
            self._transfer(transfer(export_drawings, self._store, Path(name)))

    def _transfer(self, work: Work) -> None:
        self._transferring.start(work, self._on_transferred)

    def _on_transferred(self, text: str) -> None:
        self._say(text)
        self.controller.reload()

    # Layout and connections

    def _say(self, text: str) -> None:
        self._status.setText(text)
        self._counts.hide()  # there is hardly room for both
        self._status_timer.start()

    def _clear_status(self) -> None:
        self._status.clear()
        self._counts.show()

    def _on_tab(self, index: int) -> None:
        self._tab = index
        self._update_tiles()

    def _lay_out(self) -> None:
        self._tab = _DRAWINGS
        self._pages = QStackedWidget()
        for page in (self.grid, self.accuracy, self.runs, self._empty):
            self._pages.addWidget(page)
        self._pages.setMinimumHeight(_PAGES_MIN_HEIGHT)
        header = row_layout(spacing=12)
        header.addWidget(self._tabs)
        header.addWidget(self._counts)
        header.addWidget(self._status)
        header.addStretch(1)
        column = column_layout(self, spacing=12)
        column.addWidget(self._bar)
        column.addWidget(self.capture)
        column.addWidget(self._card)
        column.addLayout(header)
        column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self._bar.save_wanted.connect(self.save)
        self._bar.capture_wanted.connect(self._on_capture_wanted)
        self._bar.adapt_wanted.connect(self._adapt)
        self._bar.undo_wanted.connect(self.controller.undo)
        self._bar.redo_wanted.connect(self.controller.redo)
        self._bar.import_wanted.connect(self._import)
        self._bar.export_wanted.connect(self._export)
        self._empty.action_clicked.connect(self._on_capture_wanted)
        self.capture.save_wanted.connect(self.save)
        self.capture.back_wanted.connect(self.controller.undo)
        self.capture.ended.connect(self._on_capture_ended)
        self.grid.delete_pressed.connect(self._delete)
        self.grid.undo_pressed.connect(self.controller.undo)
        self.grid.redo_pressed.connect(self.controller.redo)
        self.controller.changed.connect(self._on_changed)
        self.controller.reported.connect(self._say)
        self.controller.failed.connect(self.failed)
        self.session.canvas.changed.connect(self._on_canvas_changed)
        self._tabs.selected.connect(self._on_tab)
        self._evaluator.completed.connect(self._on_evaluated)
        self._evaluator.failed.connect(self.failed)
        self.accuracy.cell_chosen.connect(self._show_cell)
        self.runs.runs_wanted.connect(self._test_runs)
        self.runs.run_chosen.connect(self.session.choose_model)
        self.runs.cancelled.connect(self._testing.cancel)
        self._testing.progressed.connect(self.runs.show_progress)
        self._testing.failed.connect(self._on_testing_failed)
        self._testing.cancelled.connect(self.runs.end_test)
        self._adapting.running_changed.connect(self._update_adapt_button)
        self._adapting.capture_wanted.connect(self._on_capture_wanted)
        self._adapting.reported.connect(self._say)
        self._adapting.failed.connect(self.failed)
        self._transferring.failed.connect(self.failed)
        self._status_timer.timeout.connect(self._clear_status)

    def _on_canvas_changed(self) -> None:
        if self.isVisible():
            self._bar.save.setEnabled(self._can_save())

    def _add_keys(self) -> None:
        """Digits everywhere on the page while the view is shown; letters with Shift."""
        declare_shortcut("label_drawing", self)
        declare_shortcut("delete_drawing", self.grid)
        for name in _DIGITS:
            self._add_key(name, name)
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            self._add_key(f"Shift+{letter}", letter)

    def _add_key(self, keys: str, name: str) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setObjectName(f"{_KEY_NAME}{name}")
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(self._on_typed)

    def _on_typed(self) -> None:
        name = self.sender().objectName().removeprefix(_KEY_NAME)
        names = {known.casefold(): known for known in self.classes}
        found = names.get(name.casefold())
        if found is not None and not self.capture.is_active:
            self._on_class_key(found)
