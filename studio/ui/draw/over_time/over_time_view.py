"""What the model said of the drawing after each epoch that its run has kept, and says now."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSlider, QStackedLayout, QWidget

from studio.data.opened_image import OpenedImage
from studio.paths import BUNDLED
from studio.runs.stored_epochs import NOW, ModelKey
from studio.ui.draw.draw_view import DrawView
from studio.ui.draw.over_time.epoch_export import EpochExporter
from studio.ui.draw.over_time.epoch_models import (
    EpochModels,
    EpochPredictions,
    EpochRequest,
    KeptEpochs,
    Point,
    describe_change,
    find_kept_epochs,
    points_of,
)
from studio.ui.draw.over_time.epoch_panel import EpochPanel
from studio.ui.draw.over_time.epoch_player import EpochPlayer
from studio.ui.draw.over_time.model_in_training import ModelInTraining
from studio.ui.draw.session import DrawSession
from studio.ui.icons import icon
from studio.ui.shared.builders import card, column_layout, label, row_layout, text_button
from studio.ui.tasks import LatestWorker, NewestTask
from studio.ui.widgets.empty_state import EmptyState
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
WAITING = "Waiting for the first weights of the run in training."


class OverTimeView(DrawView):
    """`probability_ribbon` over the epochs, and `epoch_slider` and `play_button` below it.

    Of a run in training, the weights of now are the last point, which moves as they learn.
    `predicted` says that the predictions of all epochs are shown.
    """

    predicted = Signal()

    def __init__(self, session: DrawSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("over_time_view")
        self.setAccessibleName("Predictions over the epochs")
        self._kept = KeptEpochs("")
        self._points: tuple[Point, ...] = ()  # those of the slider
        self._shown: EpochPredictions | None = None
        self._models = EpochModels(session.context.store)
        self._now = ModelInTraining(session.context, self)
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
            self._now.stop()
            self._kept = KeptEpochs(run)
            self._clear(LOADING)
        self._list_epochs()

    def deactivate(self) -> None:
        """Stop playing, and drop what is no longer looked at."""
        self._player.stop()
        self._now.stop()
        self._worker.cancel()

    def shutdown(self) -> None:
        """End the thread."""
        self._player.stop()
        self._now.stop()
        self._listing.stop()
        self._worker.close()

    # Epochs

    def _list_epochs(self) -> None:
        work = partial(find_kept_epochs, self._kept.run, self.session.context.store)
        self._listing.start(work, self._on_listed)

    def _on_listed(self, kept: KeptEpochs) -> None:
        if not self.isVisible():
            return
        if not kept.epochs and not kept.is_training:
            self._show_empty(*NOTHING_KEPT, "Open Train")
            return
        self._kept = kept
        if kept.is_training:
            self._now.follow(kept.run)
        else:
            self._now.stop()
        self._states.setCurrentWidget(self._content)
        if self._shown is None:
            self._clear(LOADING)
        self._predict()

    def _on_newer_weights(self) -> None:
        """Predict with the newest weights, and with an epoch that was kept meanwhile."""
        self._list_epochs()

    def _set_points(self, points: tuple[Point, ...]) -> None:
        """Show other points; the slider keeps its epoch, or stays at the last one."""
        if points == self._points:
            return
        before, was_last = self._point(), self._slider.value() == self._slider.maximum()
        self._points = points
        last = max(len(points) - 1, 0)
        is_known = before is not None and not was_last and before in points
        self._slider.setRange(0, last)
        self._slider.setEnabled(last > 0)
        self._play.setEnabled(last > 0)
        self._slider.setValue(points.index(before) if is_known and before is not None else last)

    def _show_empty(self, title: str, text: str, action: str = "") -> None:
        self._player.stop()
        self._now.stop()
        self._listing.stop()
        self._kept, self._shown = KeptEpochs(""), None
        self._empty.set_text(title, text, action)
        self._states.setCurrentWidget(self._empty)

    # Predictions

    def _predict(self) -> None:
        """Ask all epochs what they say of what is on the canvas."""
        if not self.isVisible() or self._states.currentWidget() is not self._content:
            return
        if not points_of(self._kept, self._now.model):
            self._clear(self._now.problem or WAITING)
            return
        canvas, image = self.session.canvas, self._opened_image()
        if image is None and canvas.is_blank():
            self._worker.cancel()
            self._clear(NOTHING_DRAWN)
            return
        ink = canvas.image() if image is None else image.drawing
        self._worker.submit(EpochRequest(self._kept, ink, image, self._now.model))

    def _opened_image(self) -> OpenedImage | None:
        """The image on the canvas, as long as nothing is drawn on it."""
        origin = self.session.canvas.origin
        return origin if isinstance(origin, OpenedImage) else None

    def _compute(self, request: EpochRequest) -> EpochPredictions | None:
        return self._models.predict(request, self._worker.is_superseded)

    def _on_predicted(self, request: EpochRequest, found: EpochPredictions | None) -> None:
        is_outdated = request.now is None and self._now.model is not None
        if request.kept.run != self._kept.run or is_outdated:
            return
        has_input = self._opened_image() is not None or not self.session.canvas.is_blank()
        if found is None or not has_input:
            self._clear(NOTHING_DRAWN)
            return
        self._shown = found
        self._panel.set_classes(len(found.class_names))
        self._set_points(found.points)
        self._ribbon.set_values(found.points, found.class_names, found.probabilities)
        change = describe_change(found.points, found.class_names, found.probabilities)
        self._note.setText(" ".join(filter(None, (change, self._now.problem))))
        self._show_point()
        self.predicted.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._clear("These epochs cannot be shown.")
        self.failed.emit(error, traceback_text)

    def _clear(self, text: str) -> None:
        """Show the epochs without predictions, and say why there are none."""
        self._shown = None
        self._set_points(points_of(self._kept, self._now.model))
        self._ribbon.clear_values(self._points)
        self._note.setText(text)
        self._show_point()

    # The point of the slider

    def _point(self) -> Point | None:
        index = self._slider.value()
        return self._points[index] if index < len(self._points) else None

    def _show_point(self) -> None:
        """Show the bars of the point of the slider, from what is already computed."""
        point, found = self._point(), self._shown
        self._ribbon.set_index(self._slider.value())
        title = "" if point is None else self._title_of(point)
        can_use = point is not None and self.session.model_key != self._key_of(point)
        self._panel.show_title(title, point == NOW, can_use)
        self._slider.setAccessibleDescription(title)
        if found is None or point is None:
            self._panel.clear()
        else:
            self._panel.show_row(found, found.probabilities[self._slider.value()])

    def _title_of(self, point: Point) -> str:
        if point == NOW:
            return "Now, in training"
        return f"Epoch {point}" + (" · selected" if point == self._kept.selected else "")

    def _key_of(self, point: Point) -> str:
        run = self._kept.run
        return str(ModelKey(run, point) if isinstance(point, int) else ModelKey(run, None, True))

    def _use_point(self) -> None:
        """Have the whole page use the model of this epoch, or follow the one in training."""
        point = self._point()
        if point is not None:
            self.session.choose_model(self._key_of(point))

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
        self._panel = EpochPanel()

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
        body = QWidget()
        row = row_layout(body, spacing=24)
        row.addWidget(left, 3)
        row.addWidget(self._panel, 2)
        self._content = card(body)
        self._states = QStackedLayout(self)
        self._states.addWidget(self._empty)
        self._states.addWidget(self._content)

    def _connect(self) -> None:
        session = self.session
        session.canvas.changed.connect(self._predict)
        session.context.runs_changed.connect(self._on_model_changed)
        self._now.changed.connect(self._on_newer_weights)
        self._now.failed.connect(self.failed)
        session.context.live_training.changed.connect(self._on_model_changed)
        self._slider.valueChanged.connect(self._show_point)
        self._ribbon.index_chosen.connect(self._on_index_chosen)
        self._panel.use.clicked.connect(self._use_point)
        self._panel.export.clicked.connect(self._open_export)
        self._exporter.written.connect(self._on_exported)
        self._exporter.failed.connect(self.failed)
        self._empty.action_clicked.connect(session.train_requested)

    def _on_index_chosen(self, index: int) -> None:
        self._player.stop()
        self._slider.setValue(index)
