"""How it learns: epochs, batch and rate in view, the rest behind “More”."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel

from studio.config import MOST_EPOCHS, OptimConfig
from studio.training.epoch_selection import SELECT_TEXT
from studio.training.schedules import learning_rate
from studio.ui.train.form.section import FormSection, filled_combo
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.sparkline import Sparkline
from studio.ui.widgets.spin_boxes import DecimalSpinBox, IntSpinBox

OPTIMIZERS = {"sgd": "SGD, momentum", "adam": "Adam", "adamw": "AdamW"}
SCHEDULES = {
    "constant": "Constant",
    "cosine": "Cosine",
    "onecycle": "One cycle",
    "exponential": "Exponential",
}
DEVICES = {
    "auto": "Best there is",
    "cpu": "Processor (CPU)",
    "cuda": "NVIDIA GPU (CUDA)",
    "mps": "Apple GPU (MPS)",
}
_CURVE_POINTS = 120
_EPOCHS, _STEPS = "epochs", "steps"
_UNITS = {_EPOCHS: "Epochs", _STEPS: "Steps"}
_UNIT = "unit"  # no setting: which of the two is asked for
_USUAL = {"optim.epochs": 10, "engine.max_steps": 1000}


class LearningSection(FormSection):
    """`epochs_spin` or `steps_spin`, `batch_spin`, `lr_spin`, and a fold with everything else."""

    def __init__(self) -> None:
        super().__init__()
        heading = QLabel("Learning")
        heading.setProperty("role", "heading")
        self.column.addWidget(heading)
        self._curve = Sparkline()
        self._curve.setObjectName("schedule_curve")
        self._curve.setAccessibleName("Learning rate over the training")
        self._curve.setToolTip("The learning rate from the first step to the last")
        self.column.addLayout(self._main_row())
        self._more = CollapsibleSection(
            "More", "Optimizer, schedule, regularisation, seed and device"
        )
        self._more.header.setObjectName("more_fold")
        self._more.body.addLayout(self._grid())
        self.column.addWidget(self._more)

    def show_schedule(self, optim: OptimConfig) -> None:
        """Draw the learning rate and sum up what “More” holds."""
        steps = optim.epochs * _CURVE_POINTS
        marks = range(0, steps, max(1, steps // _CURVE_POINTS))
        self._curve.set_values([learning_rate(optim, i, _CURVE_POINTS, steps) for i in marks])
        words = f"{OPTIMIZERS[optim.optimizer]}, {SCHEDULES[optim.schedule].lower()}"
        self._more.set_summary(words)

    def open_for(self, setting: str) -> None:
        """Unfold what hides the field of `setting`."""
        if setting in self._editors and setting not in (
            "optim.epochs",
            "engine.max_steps",
            "optim.batch_size",
            "optim.lr",
        ):
            self._more.set_expanded(True)

    def values(self) -> dict[str, Any]:
        """What the fields say: epochs, or steps and more epochs than they take."""
        values = super().values()
        unlimited = {_EPOCHS: ("engine.max_steps", None), _STEPS: ("optim.epochs", MOST_EPOCHS)}
        setting, value = unlimited[values.pop(_UNIT)]
        return values | {setting: value}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fill the fields; a number of steps shows in place of the epochs."""
        if "engine.max_steps" in values:
            steps = values["engine.max_steps"]
            unused = "optim.epochs" if steps else "engine.max_steps"
            values = dict(values) | {_UNIT: _STEPS if steps else _EPOCHS, unused: _USUAL[unused]}
        super().set_values(values)
        self._show_unit()

    def _show_unit(self) -> None:
        in_steps = super().values()[_UNIT] == _STEPS
        self._fields["optim.epochs"].setVisible(not in_steps)
        self._fields["engine.max_steps"].setVisible(in_steps)

    def _main_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        tip = "How often the network sees every training picture"
        row.addWidget(
            self.add_field("optim.epochs", "Epochs", IntSpinBox(9999), tip, "epochs_spin"), 1
        )
        tip = "How often the weights are corrected, each time after one batch"
        steps = IntSpinBox(100_000_000)
        steps.setSingleStep(100)
        row.addWidget(self.add_field("engine.max_steps", "Steps", steps, tip, "steps_spin"), 1)
        tip = "Pictures between two corrections of the weights. Larger is faster and smoother"
        batch = IntSpinBox(65_536)
        batch.setSingleStep(16)
        row.addWidget(self.add_field("optim.batch_size", "Batch", batch, tip, "batch_spin"), 1)
        rate = DecimalSpinBox(100.0, 0.001, log_steps=True)
        tip = "How far one correction goes. Too large and the loss jumps, too small and it crawls"
        row.addWidget(self.add_field("optim.lr", "Learning rate", rate, tip, "lr_spin"), 1)
        return row

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        tip = "The rule that turns gradients into corrections"
        optimizer = filled_combo(OPTIMIZERS)
        field = self.add_field("optim.optimizer", "Optimizer", optimizer, tip, "optimizer_combo")
        grid.addWidget(field, 0, 0)
        tip = "How the learning rate changes from the first step to the last"
        schedule = filled_combo(SCHEDULES)
        field = self.add_field("optim.schedule", "Schedule", schedule, tip, "schedule_combo")
        grid.addWidget(field, 0, 1)
        grid.addWidget(self._curve, 1, 0, 1, 2)
        tip = "Pulls weights towards zero, which keeps them from learning by heart"
        decay = DecimalSpinBox(1.0, 0.01, log_steps=True)
        field = self.add_field("optim.weight_decay", "Weight decay", decay, tip, "decay_spin")
        grid.addWidget(field, 2, 0)
        tip = "Aims a little below full certainty, which helps on unseen pictures"
        smooth = DecimalSpinBox(1.0, 0.05)
        field = self.add_field(
            "optim.label_smoothing", "Label smoothing", smooth, tip, "smooth_spin"
        )
        grid.addWidget(field, 2, 1)
        tip = "Same seed, same result on the same machine"
        field = self.add_field("seed", "Seed", IntSpinBox(2**31 - 1), tip, "seed_spin")
        grid.addWidget(field, 3, 0)
        tip = "Where the arithmetic runs"
        field = self.add_field(
            "engine.device", "Device", filled_combo(DEVICES), tip, "device_combo"
        )
        grid.addWidget(field, 3, 1)
        tip = "Whether the length is told in rounds over all pictures or in corrections"
        unit = filled_combo(_UNITS)
        unit.currentIndexChanged.connect(self._show_unit)
        grid.addWidget(self.add_field(_UNIT, "Length in", unit, tip, "unit_combo"), 4, 0)
        tip = (
            "Which epoch's weights are kept. Choose the last one where the learning rate falls to "
            "zero; with few validation samples their accuracy is too coarse to choose by."
        )
        select = filled_combo({key: text.capitalize() for key, text in SELECT_TEXT.items()})
        grid.addWidget(
            self.add_field("optim.select", "Kept epoch", select, tip, "select_combo"), 4, 1
        )
        return grid
