"""What the model said of the drawing after each epoch that its run has kept."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSlider, QStackedLayout, QWidget

from studio.data.opened_image import OpenedImage
from studio.formatting import percent
from studio.paths import BUNDLED
from studio.runs.stored_epochs import ModelKey
from studio.ui.draw.draw_view import DrawView
from studio.ui.draw.over_time.epoch_export import EpochExporter
from studio.ui.draw.over_time.epoch_models import (
    EpochModels,
    EpochPredictions,
    EpochRequest,
    KeptEpochs,
    describe_change,
    find_kept_epochs,
)
from studio.ui.draw.over_time.epoch_player import EpochPlayer
from studio.ui.draw.prediction_text import MAX_CLASSES_WITH_BAR, TOP_CLASSES, bar_values
from studio.ui.draw.session import DrawSession
from studio.ui.icons import icon
from studio.ui.shared.builders import (
    card,
    column_layout,
    label,
    row_layout,
    text_button,
    tool_button,
)
from studio.ui.tasks import LatestWorker, NewestTask
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.prediction_bars import PredictionBars
from studio.ui.widgets.probability_ribbon import ProbabilityRibbon

OF_BUNDLED = (
    "The bundled model has kept no epochs",
    "Choose one of your runs above. To see how a model learned, set “Keep weights of epochs” "
    "before its training.",
)
NOTHING_KEPT = (
    "This run kept no epochs",
    "Set “Keep weights of epochs” before a training, on the Train page below “More”.",
)
NOTHING_DRAWN = "Draw on the left to see what each epoch says of it."
LOADING = "Loading the epochs"


class OverTimeView(DrawView):
    """`probability_ribbon` over the epochs, and `epoch_slider` and `play_button` below it.

    `predicted` says that the predictions of all epochs are shown.
    """

    predicted = Signal()

    def __init__(self, session: DrawSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("over_time_view")
        self.setAccessibleName("Predictions over the epochs")
        self._kept = KeptEpochs("")
        self._shown: EpochPredictions | None = None
        self._models = EpochModels(session.context.store)
        self._listing = NewestTask(session.context.tasks, self)
        self._listing.failed.connect(self.failed)
        self._worker = LatestWorker(self._compute, self)
        self._worker.completed.connect(self._on_predicted)
        self._worker.failed.connect(self._on_failed)
        self._exporter = EpochExporter(session.context.tasks, self)
        self._create_widgets()
        self._player = EpochPlayer(self._slider, self._play, self)
        self._lay_out()
        self._connect()

    @property
    def predictions(self) -> EpochPredictions | None:
        """What is shown; None without a drawing or kept epochs."""
        return self._shown

    def show_model(self) -> None:
        """Look for the epochs that the run of the model has kept."""
        run = ModelKey.parse(self.session.model_key).run
        if run == BUNDLED:
            self._show_empty(*OF_BUNDLED, "Open Train")
            return
        if run != self._kept.run:
            self._show_epochs(KeptEpochs(run))
        work = partial(find_kept_epochs, run, self.session.context.store)
        self._listing.start(work, self._on_listed)

    def deactivate(self) -> None:
        """Stop playing, and drop what is no longer looked at."""
        self._player.stop()
        self._worker.cancel()

    def shutdown(self) -> None:
        """End the thread."""
        self._player.stop()
        self._listing.stop()
        self._worker.close()

    def _on_listed(self, kept: KeptEpochs) -> None:
        if not kept.epochs:
            self._show_empty(*NOTHING_KEPT, "Open Train")
            return
        if kept != self._kept:
            self._show_epochs(kept)
        self._states.setCurrentWidget(self._content)
        self._predict()

    def _show_epochs(self, kept: KeptEpochs) -> None:
        """Show other epochs; the slider keeps its epoch, or goes to the last one."""
        before = self._epoch()
        was_last = self._slider.value() == self._slider.maximum()
        is_same_run = kept.run == self._kept.run
        self._kept = kept
        last = max(len(kept.epochs) - 1, 0)
        is_known = is_same_run and not was_last and before in kept.epochs
        self._slider.setRange(0, last)
        self._slider.setEnabled(last > 0)
        self._play.setEnabled(last > 0)
        self._slider.setValue(kept.epochs.index(before) if is_known and before else last)
        self._clear(LOADING)

    def _show_empty(self, title: str, text: str, action: str = "") -> None:
        self._player.stop()
        self._listing.stop()
        self._kept, self._shown = KeptEpochs(""), None
        self._empty.set_text(title, text, action)
        self._states.setCurrentWidget(self._empty)

    def _predict(self) -> None:
        """Ask all epochs what they say of what is on the canvas."""
        if not self.isVisible() or not self._kept.epochs:
            return
        canvas, image = self.session.canvas, self._opened_image()
        if image is None and canvas.is_blank():
            self._worker.cancel()
            self._clear(NOTHING_DRAWN)
            return
        ink = canvas.image() if image is None else image.drawing
        self._worker.submit(EpochRequest(self._kept, ink, image))

    def _opened_image(self) -> OpenedImage | None:
        """The image on the canvas, as long as nothing is drawn on it."""
        origin = self.session.canvas.origin
        return origin if isinstance(origin, OpenedImage) else None

    def _compute(self, request: EpochRequest) -> EpochPredictions | None:
        return self._models.predict(request, self._worker.is_superseded)

    def _on_predicted(self, request: EpochRequest, found: EpochPredictions | None) -> None:
        if request.kept is not self._kept:
            return
        has_input = self._opened_image() is not None or not self.session.canvas.is_blank()
        if found is None or not has_input:
            self._clear(NOTHING_DRAWN)
            return
        self._shown = found
        classes = len(found.class_names)
        self._bars.set_rows(TOP_CLASSES if classes > MAX_CLASSES_WITH_BAR else classes)
        self._ribbon.set_values(found.kept.epochs, found.class_names, found.probabilities)
        self._note.setText(
            describe_change(found.kept.epochs, found.class_names, found.probabilities)
        )
        self._show_epoch()
        self.predicted.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._clear("These epochs cannot be shown.")
        self.failed.emit(error, traceback_text)

    def _clear(self, text: str) -> None:
        self._shown = None
        self._ribbon.clear_values(self._kept.epochs)
        self._note.setText(text)
        self._bars.clear_values("")
        self._show_epoch()

    def _epoch(self) -> int | None:
        """The epoch of the slider."""
        index = self._slider.value()
        return self._kept.epochs[index] if index < len(self._kept.epochs) else None

    def _show_epoch(self) -> None:
        """Show the bars of the epoch of the slider, from what is already computed."""
        epoch, index, found = self._epoch(), self._slider.value(), self._shown
        if epoch is None:
            return
        self._ribbon.set_index(index)
        is_selected = epoch == self._kept.selected
        self._title.setText(f"Epoch {epoch}" + (", the selected one" if is_selected else ""))
        self._use.setEnabled(self.session.model_key != self._key_of(epoch))
        self._export.setEnabled(found is not None)
        self._slider.setAccessibleDescription(self._title.text())
        if found is None:
            self._said.setText("")
            return
        row = found.probabilities[index]
        best = int(row.argmax())
        self._said.setText(f"{found.class_names[best]} · {percent(float(row[best]), digits=0)}")
        self._bars.set_values(bar_values(found.class_names, row))

    def _key_of(self, epoch: int) -> str:
        return str(ModelKey(self._kept.run, epoch))

    def _use_epoch(self) -> None:
        """Have the whole page use the model of this epoch."""
        epoch = self._epoch()
        if epoch is not None:
            self.session.choose_model(self._key_of(epoch))

    def _open_export(self) -> None:
        if self._shown is not None:
            self._exporter.open_dialog(self._shown, self._ribbon.image())

    def _on_exported(self, path: Path) -> None:
        self._note.setText(f"Saved “{path.name}”.")

    # Layout and connections

    def _create_widgets(self) -> None:
        self._empty = EmptyState(*OF_BUNDLED, icon=icon("chart"))
        self._note = label("muted", NOTHING_DRAWN, name="over_time_note")
        self._ribbon = ProbabilityRibbon()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("epoch_slider")
        self._slider.setAccessibleName("Epoch")
        self._slider.setToolTip("The epoch whose prediction is shown (arrow keys)")
        self._slider.setPageStep(1)
        self._play = text_button(
            "play_button", "Play", "play", tooltip="Show one epoch after the other"
        )
        self._title = label("heading", name="over_time_epoch")
        self._said = label("title", name="over_time_prediction")
        self._bars = PredictionBars(partial(percent, digits=0))
        self._bars.setObjectName("over_time_bars")
        self._bars.setAccessibleName("Prediction of the epoch")
        self._use = text_button(
            "use_epoch_button",
            "Use this epoch",
            tooltip="Let this epoch predict on the whole page, also in the view Inside",
        )
        self._export = tool_button(
            "epoch_export_button",
            "download",
            "Export the epochs",
            "Save the probabilities of all epochs as a CSV table, or the plot as an image",
        )

    def _lay_out(self) -> None:
        title = label("heading", "Predictions by epoch")
        slider_row = row_layout(spacing=12)
        slider_row.addWidget(self._play)
        slider_row.addWidget(self._slider, 1)
        left = QWidget()
        left_column = column_layout(left, spacing=8)
        left_column.addWidget(title)
        left_column.addWidget(self._note)
        left_column.addWidget(self._ribbon, 1)
        left_column.addLayout(slider_row)
        right = QWidget()
        right_column = column_layout(right, spacing=8)
        for widget in (self._title, self._said):
            right_column.addWidget(widget)
        right_column.addWidget(self._bars, 1)
        buttons = row_layout(spacing=8)
        buttons.addWidget(self._use)
        buttons.addWidget(self._export)
        buttons.addStretch(1)
        right_column.addLayout(buttons)
        right.setMaximumWidth(320)
        body = QWidget()
        row = row_layout(body, spacing=24)
        row.addWidget(left, 3)
        row.addWidget(right, 2)
        self._content = card(body)
        self._states = QStackedLayout(self)
        self._states.addWidget(self._empty)
        self._states.addWidget(self._content)

    def _connect(self) -> None:
        session = self.session
        session.canvas.changed.connect(self._predict)
        session.context.runs_changed.connect(self._on_model_changed)
        self._slider.valueChanged.connect(self._show_epoch)
        self._ribbon.index_chosen.connect(self._on_index_chosen)
        self._use.clicked.connect(self._use_epoch)
        self._export.clicked.connect(self._open_export)
        self._exporter.written.connect(self._on_exported)
        self._exporter.failed.connect(self.failed)
        self._empty.action_clicked.connect(session.train_requested)

    def _on_index_chosen(self, index: int) -> None:
        self._player.stop()
        self._slider.setValue(index)
