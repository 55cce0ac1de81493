"""The optimization in the form: length, batch size, learning rate, and a fold with the others."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from studio.config import MOST_EPOCHS, OptimConfig, TrainConfig, setting
from studio.training.schedules import learning_rate
from studio.ui.shared.builders import label, row_layout, tool_button
from studio.ui.train.form.editors import combo_box, write_value
from studio.ui.train.form.section import FormSection, field_row
from studio.ui.train.form.storage_text import storage_text
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.sparkline import Sparkline

_CURVE_POINTS = 120
_EPOCHS, _STEPS, _MINUTES = "optim.epochs", "engine.max_steps", "engine.max_minutes"
_KEEP = "engine.keep_weights"
_SUGGESTED = {
    _EPOCHS: 10,
    _STEPS: 1000,
    _MINUTES: 10.0,
}  # shown when the unit of the length is changed


class LearningSection(FormSection):
    """`epochs_spin` or `steps_spin`, `batch_spin`, `lr_spin`, and a fold with everything else."""

    def __init__(self) -> None:
        super().__init__()
        self._time_limit: float | None = None  # beside a length in epochs or steps
        tip = "Find a learning rate: a short mock training shows where the loss falls."
        self.find_rate = tool_button("lr_find_button", "chart", "Find a learning rate", tip)
        self.find_rate.setProperty("kind", "step")
        self._unit = combo_box({_EPOCHS: "Epochs", _STEPS: "Steps", _MINUTES: "Minutes"})
        self._unit.setMinimumContentsLength(5)  # leaves room for the kept epoch beside it
        self._unit.currentIndexChanged.connect(self._on_unit_changed)
        self._schedule_curve = Sparkline()
        self._schedule_curve.setObjectName("schedule_curve")
        self._schedule_curve.setAccessibleName("Learning rate over the training")
        self._schedule_curve.setToolTip("The learning rate from the first step to the last.")
        self._storage = label("muted", name="keep_weights_size")
        self._storage.setToolTip("What the kept epochs add to the folder of the run.")
        self.column.addWidget(label("heading", "Learning"))
        self.column.addLayout(self._main_row())
        self._more = CollapsibleSection(
            "More", "Optimizer, schedule, regularization, seed and device."
        )
        self._more.header.setObjectName("more_fold")
        self._more.body.addLayout(self._grid())
        self.column.addWidget(self._more)

    def show_schedule(self, optim: OptimConfig) -> None:
        """Plot the learning rate, and show optimizer and schedule in the header of the fold."""
        steps = optim.epochs * _CURVE_POINTS
        shown = range(0, steps, max(1, steps // _CURVE_POINTS))
        rates = [learning_rate(optim, step, _CURVE_POINTS, steps) for step in shown]
        self._schedule_curve.set_values(rates)
        schedule = setting("optim.schedule").format(optim.schedule).lower()
        self._more.set_summary(f"{setting('optim.optimizer').format(optim.optimizer)}, {schedule}")

    def show_storage(self, config: TrainConfig) -> None:
        """Say how much room on the disk the kept epochs take."""
        self._storage.setText(storage_text(config))
        self._storage.setVisible(bool(self._storage.text()))

    def set_rate(self, rate: float) -> None:
        """Set the learning rate as an edit by hand."""
        write_value(self._editors["optim.lr"], rate)

    def values(self) -> dict[str, Any]:
        """Return the values; a length in steps or minutes ends a training before its epochs do."""
        values, unit = super().values(), self._unit.currentData()
        if unit != _EPOCHS:
            values[_EPOCHS] = MOST_EPOCHS
        if unit != _STEPS:
            values[_STEPS] = None
        if unit != _MINUTES:
            values[_MINUTES] = self._time_limit
        return values

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show these values; a number of steps or minutes replaces the epochs.

        Minutes that limit a training beside its epochs or steps have no field, and are kept.
        """
        if _STEPS in values:
            used = _length_field(values)
            self._time_limit = None if used == _MINUTES else values.get(_MINUTES)
            unused = {name: shown for name, shown in _SUGGESTED.items() if name != used}
            values = dict(values) | unused
            with QSignalBlocker(self._unit):
                self._unit.setCurrentIndex(self._unit.findData(used))
        super().set_values(values)
        self._show_unit()

    def _on_unit_changed(self) -> None:
        self._show_unit()
        self.changed.emit(_STEPS)

    def _show_unit(self) -> None:
        for name in _SUGGESTED:
            self._fields[name].setVisible(self._unit.currentData() == name)

    def _main_row(self) -> QHBoxLayout:
        return field_row(
            self.add_field(_EPOCHS, "epochs_spin"),
            self.add_field(_STEPS, "steps_spin"),
            self.add_field(_MINUTES, "minutes_spin"),
            self.add_field("optim.batch_size", "batch_spin"),
            self.add_field("optim.lr", "lr_spin", aside=self.find_rate),
        )

    def _grid(self) -> QGridLayout:
        """Lay out two fields per row, with the curve of the schedule below the schedule."""
        fields = [
            self.add_field("optim.optimizer", "optimizer_combo"),
            self.add_field("optim.schedule", "schedule_combo"),
            self.add_field("optim.weight_decay", "decay_spin"),
            self.add_field("optim.label_smoothing", "smooth_spin"),
            self.add_field("seed", "seed_spin"),
            self.add_field("engine.device", "device_combo"),
        ]
        grid = QGridLayout()
        grid.setSpacing(8)
        grid.addWidget(self._schedule_curve, 1, 0, 1, 2)
        for index, field in enumerate(fields):
            row, column = divmod(index, 2)
            grid.addWidget(field, row if row == 0 else row + 1, column)
        last_row = row_layout(spacing=8)
        last_row.addWidget(self._unit_field(), 3)
        last_row.addWidget(self.add_field("optim.select", "select_combo"), 7)
        grid.addLayout(last_row, grid.rowCount(), 0, 1, 2)
        divergence = self.add_field("optim.on_divergence", "divergence_combo")
        grid.addWidget(divergence, grid.rowCount(), 0, 1, 2)
        history_row = row_layout(spacing=6)
        for widget in self.add_check("engine.history", "history_check"):
            history_row.addWidget(widget)
        history_row.addStretch(1)
        grid.addLayout(history_row, grid.rowCount(), 0, 1, 2)
        grid.addWidget(self.add_field(_KEEP, "keep_weights_combo"), grid.rowCount(), 0, 1, 2)
        grid.addWidget(self._storage, grid.rowCount(), 0, 1, 2)
        return grid

    def _unit_field(self) -> FormField:
        tip = "Whether the length of the training is given in epochs, steps or minutes."
        return FormField("Length in", self._unit, tip, "unit_combo")


def _length_field(values: Mapping[str, Any]) -> str:
    """Return the setting that limits the training."""
    if values[_STEPS]:
        return _STEPS
    return _MINUTES if values.get(_MINUTES) and values[_EPOCHS] == MOST_EPOCHS else _EPOCHS
