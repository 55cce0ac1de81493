"""One model of the comparison: which it is, what it predicts, and how sure it is."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QStackedLayout

from studio.formatting import percent
from studio.runs.stored_epochs import ModelKey
from studio.ui.context import StudioContext
from studio.ui.draw.compare.arrangement import Arrangement
from studio.ui.draw.compare.comparison_worker import ModelAnswer
from studio.ui.draw.headline import Headline
from studio.ui.draw.prediction_text import (
    MAX_CLASSES_WITH_BAR,
    TOP_CLASSES,
    PredictionText,
    describe_prediction,
)
from studio.ui.shared.builders import (
    column_layout,
    elided_label,
    row_layout,
    set_style,
    tool_button,
)
from studio.ui.shared.error_dialog import error_text
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.shared.model_loader import ModelLoader
from studio.ui.shared.model_picker import ModelPicker
from studio.ui.widgets.prediction_bars import PredictionBars
from studio.ui.widgets.skeleton import Skeleton

HEADLINE_PX = 36  # of one line in large type, so that the bars of all columns are in line
LOADING_ROWS = ((0.1, 0.7, 0.1),) * 10
BLANK = ("Nothing drawn yet", "Draw on the left.")


class ModelColumn(QFrame):
    """Column `number`, from 1 on: `compare_model_1`, `compare_bars_1`, `compare_remove_1`.

    `model_changed` says that it has another model, or none; `key_changed` that the user chose one.
    """

    model_changed = Signal()
    key_changed = Signal()
    remove_wanted = Signal()

    def __init__(self, context: StudioContext, number: int) -> None:
        super().__init__()
        self.setObjectName(f"compare_column_{number}")
        self.setProperty("card", True)
        self.model: LivePredictor | None = None
        self._live_training = context.live_training
        self._loader = ModelLoader(context, self, self)
        self._loader.loaded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)
        self.picker = ModelPicker(context, f"compare_model_{number}", f"compare_epoch_{number}")
        self.picker.runs.setAccessibleName(f"Model {number}")
        self.picker.runs.setToolTip("The model that predicts in this column")
        self.picker.chosen.connect(self._on_chosen)
        self.picker.failed.connect(self._on_failed)
        self.remove_button = tool_button(
            f"compare_remove_{number}", "close", f"Remove model {number}"
        )
        self.remove_button.clicked.connect(self.remove_wanted)
        self._headline = Headline(f"compare_headline_{number}")
        self._headline.setMinimumHeight(HEADLINE_PX)
        self._headline.setToolTip("The class that this model predicts, and its probability")
        self._detail = elided_label("muted", f"compare_detail_{number}")
        self._bars = PredictionBars(partial(percent, digits=0))
        self._bars.setObjectName(f"compare_bars_{number}")
        self._bars.setAccessibleName(f"Prediction of model {number}")
        self._skeleton = Skeleton(LOADING_ROWS)
        self._states = QStackedLayout()
        self._lay_out()
        self._live_training.changed.connect(self._on_training_changed)

    @property
    def key(self) -> str:
        """The key of the model chosen."""
        return self.picker.key

    @property
    def title(self) -> str:
        """The name of the model in a sentence: "Digits quickstart 33fb after epoch 4"."""
        title = self.picker.runs.currentText().removeprefix("In training: ")
        return title if self.picker.epoch is None else f"{title} after epoch {self.picker.epoch}"

    def choose(self, key: str) -> None:
        """Show another model, as the user would."""
        self.picker.select(key)
        self._on_chosen(key)

    def show_answer(self, answer: ModelAnswer | None) -> str | None:
        """Show what the model predicts; return the predicted class, None where there is none."""
        if answer is None or answer.model is not self.model:
            return None
        if answer.error is not None:
            self._show_error(answer.error)
            return None
        if answer.prediction is None:
            self._show_empty(*BLANK)
            return None
        model, prediction = answer.model, answer.prediction
        text = describe_prediction(
            model.class_names,
            prediction.probabilities,
            prediction.flaw,
            model.warning,
            prediction.familiarity,
        )
        self._show_text(text)
        return model.class_names[int(prediction.probabilities.argmax())]

    def set_arrangement(self, arrangement: Arrangement, keeps_room: bool) -> None:
        """Fit the card into its cell; `keeps_room` for epochs that another card beside it has."""
        self.picker.set_stacked(not arrangement.is_wide, keeps_room)
        self._detail.setVisible(arrangement.is_tall)

    def set_differing(self, differs: bool) -> None:
        """Mark the prediction as one that the majority of the models contradicts."""
        set_style(self._headline, tone="warn" if differs else "")
        self._headline.setAccessibleDescription("Differs from the majority" if differs else "")

    def shutdown(self) -> None:
        """Load nothing more."""
        self._loader.stop()

    def _on_chosen(self, key: str) -> None:
        self.model = None
        self._states.setCurrentWidget(self._skeleton)
        self._headline.show_text("Loading the model", may_be_large=False)
        self._detail.setText("")
        self._loader.load(key)
        self.key_changed.emit()
        self.model_changed.emit()

    def _on_loaded(self, _key: str, model: LivePredictor) -> None:
        is_first = self.model is None
        self.model = model
        classes = len(model.class_names)
        self._bars.set_rows(TOP_CLASSES if classes > MAX_CLASSES_WITH_BAR else classes)
        if is_first:
            self._show_empty(*BLANK)
        self.model_changed.emit()

    def _on_failed(self, error: object, _traceback_text: str) -> None:
        self.model = None
        self._show_error(error)
        self.model_changed.emit()

    def _on_training_changed(self) -> None:
        """Show the model that the one in training has become."""
        shown = ModelKey.parse(self.key)
        if shown.is_newest and not self._live_training.run:
            self.choose(shown.run)

    def _show_text(self, text: PredictionText) -> None:
        headline = text.headline.removesuffix(" confident")
        self._headline.show_text(headline, may_be_large=not text.doubtful)
        self._detail.setText(text.detail)
        self._bars.set_values(text.bars, not text.doubtful, text.familiarity)
        self._states.setCurrentWidget(self._bars)

    def _show_error(self, error: object) -> None:
        message, hint = error_text(error)
        self._show_empty("This model cannot predict", f"{message} {hint}".strip())

    def _show_empty(self, title: str, text: str) -> None:
        self._headline.show_text(title, may_be_large=False)
        self._detail.setText("")
        self._bars.clear_values(text)
        self._states.setCurrentWidget(self._bars)

    def _lay_out(self) -> None:
        head = row_layout(spacing=4)
        head.addWidget(self.picker, 1)
        head.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignTop)
        for state in (self._skeleton, self._bars):
            self._states.addWidget(state)
        column = column_layout(self, spacing=8)
        column.setContentsMargins(10, 10, 10, 10)
        column.addLayout(head)
        column.addWidget(self._headline)
        column.addWidget(self._detail)
        column.addLayout(self._states, 1)
