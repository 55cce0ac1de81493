"""Two combo boxes that choose a model: its run or the bundled model, and one of its epochs."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from studio.paths import BUNDLED
from studio.runs.stored_epochs import ModelKey
from studio.ui.context import StudioContext
from studio.ui.shared.builders import row_layout
from studio.ui.shared.model_choices import ModelChoice
from studio.ui.shared.run_picker import RunPicker
from studio.ui.widgets.picker_combo import PickerCombo

_EPOCH_TIP = "Use the model as it was after this epoch, or the epoch that the run selected"


class ModelPicker(QWidget):
    """Starts with the bundled model. `chosen` carries the key that the user chose.

    The epochs are shown for a run that has kept any. `name` is that of the first combo box, and
    `epoch_name` that of the second one, which `set_stacked` puts below it.
    """

    chosen = Signal(str)
    refreshed = Signal()
    failed = Signal(object, str)

    def __init__(
        self,
        context: StudioContext,
        name: str,
        epoch_name: str = "epoch_combo",
    ) -> None:
        super().__init__()
        self.runs = RunPicker(context, offers_epochs=True)
        self.runs.setObjectName(name)
        self.runs.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.runs.select(BUNDLED)
        self.runs.chosen.connect(self._on_run_chosen)
        self.runs.refreshed.connect(self._on_refreshed)
        self.runs.failed.connect(self.failed)
        self._epoch: int | None = None
        self._epochs = PickerCombo()
        self._epochs.setObjectName(epoch_name)
        self._epochs.setAccessibleName("Epoch of the model")
        self._epochs.setToolTip(_EPOCH_TIP)
        self._epochs.activated.connect(self._on_epoch_activated)
        self._row = row_layout(self, spacing=8)
        self._row.addWidget(self.runs, 1)
        self._row.addWidget(self._epochs)
        self.setFocusProxy(self.runs)
        self._fill_epochs()

    @property
    def key(self) -> str:
        """The model chosen: "bundled", a run, `RUN@EPOCH` or `RUN@now`."""
        return self.runs.key if self._epoch is None else str(ModelKey(self.runs.key, self._epoch))

    @property
    def choice(self) -> ModelChoice | None:
        """The entry of the run shown; None if it is not in the list, or its epoch is not there."""
        choice = self.runs.choice
        is_there = choice is None or self._epoch is None or self._epoch in choice.epochs
        return choice if is_there else None

    @property
    def epoch(self) -> int | None:
        """The epoch chosen; None for the selected one."""
        return self._epoch

    @property
    def has_epochs(self) -> bool:
        """Whether the epochs are shown."""
        return not self._epochs.isHidden()

    def set_stacked(self, is_stacked: bool, keeps_room: bool = False) -> None:
        """Put the epochs below the runs; with `keeps_room` also where there are none."""
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if is_stacked else directions.LeftToRight)
        policy = self._epochs.sizePolicy()
        policy.setRetainSizeWhenHidden(is_stacked and keeps_room)
        self._epochs.setSizePolicy(policy)

    def select(self, key: str) -> None:
        """Show a model without emitting `chosen`; it need not be in the list yet."""
        parsed = ModelKey.parse(key)
        self._epoch = parsed.epoch
        self.runs.select(key if parsed.epoch is None else parsed.run)
        self._fill_epochs()

    def refresh(self) -> None:
        """Read the list again, in a thread."""
        self.runs.refresh()

    def _on_run_chosen(self, key: str) -> None:
        self._epoch = None
        self._fill_epochs()
        self.chosen.emit(key)

    def _on_refreshed(self) -> None:
        self._fill_epochs()
        self.refreshed.emit()

    def _on_epoch_activated(self, index: int) -> None:
        epoch = self._epochs.itemData(index)
        if epoch != self._epoch:
            self._epoch = epoch
            self.chosen.emit(self.key)

    def _fill_epochs(self) -> None:
        choice = self.runs.choice
        epochs = list(choice.epochs) if choice else []
        if self._epoch is not None and self._epoch not in epochs:
            epochs.append(self._epoch)  # named before the list has been read
        best = f"Best: {choice.best_epoch}" if choice and choice.best_epoch else "Best"
        with QSignalBlocker(self._epochs):
            self._epochs.clear()
            self._epochs.addItem(best, None)
            self._epochs.setItemData(
                0, "The epoch that the run selected", Qt.ItemDataRole.ToolTipRole
            )
            for epoch in epochs:
                self._epochs.addItem(f"Epoch {epoch}", epoch)
            self._epochs.setCurrentIndex(
                0 if self._epoch is None else 1 + epochs.index(self._epoch)
            )
        self._epochs.setVisible(bool(epochs))
