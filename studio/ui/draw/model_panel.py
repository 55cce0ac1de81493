"""The model that predicts: a combo box to choose it, and a line that describes it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.paths import BUNDLED
from studio.runs.stored_epochs import ModelKey
from studio.ui.context import StudioContext
from studio.ui.shared.builders import elided_label, label, set_style
from studio.ui.shared.model_picker import ModelPicker

TITLE_FROM_PX = 400  # a narrower panel has no room for “Model” before the combo box


class ModelPanel(QWidget):
    """Starts with the bundled model; `chosen` carries the key of another one.

    A run that is not in the list is looked for. If it has no weights, `missing` carries its id and
    the bundled model is chosen. A run that was in training is followed by the model it became.
    A compact panel has one line below the combo boxes, which is elided.
    """

    chosen = Signal(str)
    missing = Signal(str)
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live_training = context.live_training
        self._is_drawn = False
        self._is_searching = False  # until the run asked for is found in the list
        self._picker = ModelPicker(context, "model_combo")
        self._picker.runs.setAccessibleName("Model that predicts")
        self._picker.runs.setToolTip(
            "The model that predicts your drawing: the bundled one, any run, or the run in training"
        )
        self._description = label("muted", name="model_detail")
        self._warning = label("muted", name="model_warning")
        self._warning.setProperty("tone", "warn")
        self._line = elided_label("muted", "model_line")
        self._is_compact = False
        self._lay_out()
        self._show_choice()
        self._picker.chosen.connect(self._on_chosen)
        self._picker.refreshed.connect(self._on_refreshed)
        self._picker.failed.connect(self.failed)
        self._live_training.changed.connect(self._on_training_changed)

    @property
    def key(self) -> str:
        """The model chosen: "bundled", a run id, `RUN@EPOCH` or `RUN@now`."""
        return self._picker.key

    def choose(self, key: str) -> None:
        """Choose a model, which need not be in the list yet."""
        self._picker.select(key)
        self._show_choice()
        self._is_searching = self._picker.choice is None
        if self._is_searching:
            self.refresh()
        else:
            self.chosen.emit(key)

    def set_compact(self, is_compact: bool) -> None:
        """Show one line, as above another view, or description and warning."""
        self._is_compact = is_compact
        self._line.setVisible(is_compact)
        self._description.setVisible(not is_compact)
        self._show_warning()
        self._fit_title()

    def refresh(self) -> None:
        """List the runs again, in a thread."""
        self._picker.refresh()

    def set_drawn(self, is_drawn: bool) -> None:
        """Warn of a model that was trained on photos while something is drawn."""
        if is_drawn != self._is_drawn:
            self._is_drawn = is_drawn
            self._show_warning()

    def describe_bundled(self, description: str) -> None:
        """Describe the bundled model, which is known once it is loaded."""
        self._picker.runs.describe_bundled(description)
        self._show_choice()

    def _on_chosen(self, key: str) -> None:
        self._is_searching = False
        self._show_choice()
        self.chosen.emit(key)

    def _on_refreshed(self) -> None:
        if self._picker.choice is None:
            self._choose_instead()
            return
        self._show_choice()
        if self._is_searching:
            self._is_searching = False
            self.chosen.emit(self._picker.key)

    def _choose_instead(self) -> None:
        """Replace a model that is not there: by its run, or by the bundled model."""
        missing = ModelKey.parse(self._picker.key)
        if not missing.is_plain:
            self.choose(missing.run)
            return
        self.choose(BUNDLED)
        self.missing.emit(missing.run)

    def _on_training_changed(self) -> None:
        """Show the model that the one in training has become."""
        shown = ModelKey.parse(self._picker.key)
        if shown.is_newest and not self._live_training.run:
            self.choose(shown.run)

    def _show_choice(self) -> None:
        choice, epoch = self._picker.choice, self._picker.epoch
        text = choice.description if choice else "Looking for the run"
        if choice and epoch is not None:
            text = f"{choice.model}, after epoch {epoch}"
        self._description.setText(text)
        self._warning.setText(choice.drawing_warning if choice else "")
        self._show_warning()

    def _show_warning(self) -> None:
        text = self._warning.text()
        is_shown, may_appear = bool(text) and self._is_drawn, bool(text) and not self._is_compact
        policy = self._warning.sizePolicy()
        policy.setRetainSizeWhenHidden(may_appear)  # the panel keeps its layout when it appears
        self._warning.setSizePolicy(policy)
        self._warning.setVisible(is_shown and not self._is_compact)
        self._line.setText(text if is_shown else self._description.text())
        set_style(self._line, tone="warn" if is_shown else "")

    def _fit_title(self) -> None:
        self._title.setVisible(not self._is_compact or self.width() >= TITLE_FROM_PX)

    def _lay_out(self) -> None:
        self._title = label("field", "Model")
        self._title.setBuddy(self._picker)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._picker, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        for line in (self._description, self._warning):
            line.setWordWrap(True)
            column.addWidget(line)
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._line.hide()
        column.addWidget(self._line)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_title()
