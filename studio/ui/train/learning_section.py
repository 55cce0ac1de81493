"""The optimization in the form: length, batch size, learning rate, schedule, and folds."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from studio.config import MOST_EPOCHS, TrainConfig, setting
from studio.ui.shared.builders import label, row_layout, tool_button
from studio.ui.train.form.editors import combo_box, write_value
from studio.ui.train.form.schedule_preview import SchedulePreview, preview_schedule
from studio.ui.train.form.section import FormSection, field_row
from studio.ui.train.form.storage_text import storage_text
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.schedule_plot import SchedulePlot

_EPOCHS, _STEPS, _MINUTES = "optim.epochs", "engine.max_steps", "engine.max_minutes"
# Shown when the unit of the length is changed.
_SUGGESTED = {_EPOCHS: 10, _STEPS: 1000, _MINUTES: 10.0}
_OPTIMIZER, _SCHEDULE, _PATIENCE = "optim.optimizer", "optim.schedule", "optim.patience"
_REGULARIZATION = {
    "optim.weight_decay": "decay_spin",
    "optim.label_smoothing": "smooth_spin",
    "optim.mixup": "mixup_spin",
    "optim.ema": "ema_spin",
}


class LearningSection(FormSection):
    """`epochs_spin`, `steps_spin` or `minutes_spin`, `batch_spin`, `lr_spin`, `schedule_preview`.

    Below them are the folds `schedule_fold`, `regularization_fold`, `stopping_fold`, `more_fold`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._time_limit: float | None = None  # beside a length in epochs or steps
        tip = "Find a learning rate: a short mock training shows where the loss falls."
        self.find_rate = tool_button("lr_find_button", "chart", "Find a learning rate", tip)
        self.find_rate.setProperty("kind", "step")
        self._unit = combo_box({_EPOCHS: "Epochs", _STEPS: "Steps", _MINUTES: "Minutes"})
        self._unit.setMinimumContentsLength(5)  # leaves room for the kept epoch beside it
        self._unit.currentIndexChanged.connect(self._on_unit_changed)
        self._preview = SchedulePreview()
        self._schedule_plot = SchedulePlot("schedule_preview", "Learning rate over the training")
        self._storage = label("muted", name="keep_weights_size")
        self._storage.setToolTip("What the kept epochs add to the folder of the run.")
        self.column.addWidget(label("heading", "Learning"))
        self.column.addLayout(self._main_row())
        self.column.addWidget(self._schedule_plot)
        self._schedule = self._add_fold(
            "schedule_fold",
            "Optimizer and schedule",
            "How weights are updated, and how the learning rate changes.",
            self._schedule_grid(),
        )
        self._regularization = self._add_fold(
            "regularization_fold",
            "Regularization",
            "What keeps the model from memorizing the training samples.",
            _grid([[self.add_field(*names)] for names in _REGULARIZATION.items()]),
        )
        self._stopping = self._add_fold(
            "stopping_fold",
            "Length and stopping",
            "When the training ends, and which epoch is kept.",
            self._stopping_grid(),
        )
        self._more = self._add_fold(
            "more_fold", "More", "Seed, device, and what is recorded.", self._more_grid()
        )

    def _add_fold(self, name: str, title: str, tip: str, grid: QGridLayout) -> CollapsibleSection:
        fold = CollapsibleSection(title, tip)
        fold.header.setObjectName(name)
        fold.body.addLayout(grid)
        self.column.addWidget(fold)
        return fold

    def refresh(self) -> None:
        """Show only the fields that the optimizer and the schedule use."""
        values = self.values()
        optimizer, schedule = values[_OPTIMIZER], values[_SCHEDULE]
        used = {
            "optim.momentum": optimizer == "sgd",
            "optim.decay": schedule == "exponential",
            "optim.step_epochs": schedule == "step",
            "optim.step_factor": schedule == "step",
            "optim.warmup": schedule != "onecycle",
        }
        for name, is_used in used.items():
            self._fields[name].setVisible(is_used)
        for name in ("optim.min_change", "optim.stop_metric"):
            self._fields[name].setEnabled(values[_PATIENCE] > 0)

    def show_schedule(self, config: TrainConfig, train_samples: int | None) -> None:
        """Plot the learning rate, and summarize the folds in their headers.

        `train_samples` is the size of the training split, None where it is not known.
        """
        self._preview = preview = preview_schedule(config, train_samples)
        self._schedule_plot.set_curve(
            preview.positions,
            preview.rates,
            preview.figures(),
            preview.describe(),
            preview.readout,
        )
        optim = config.optim
        names = [
            setting(name).format(value).lower()
            for name, value in ((_SCHEDULE, optim.schedule), ("optim.select", optim.select))
        ]
        self._schedule.set_summary(f"{setting(_OPTIMIZER).format(optim.optimizer)}, {names[0]}")
        active = [name for name in _REGULARIZATION if getattr(optim, name.partition(".")[2])]
        labels = ", ".join(setting(name).label.lower() for name in active)
        self._regularization.set_summary(labels or "none")
        patience = f", patience {optim.patience}" if optim.patience else ""
        self._stopping.set_summary(f"{names[1]}{patience}")
        self._more.set_summary(setting("engine.device").format(config.engine.device))

    def show_position(
        self, epoch: float | None, step: int = 0, seconds: float = 0.0, lr: float | None = None
    ) -> None:
        """Mark where the training is, and its present learning rate; None removes the mark."""
        places = {"epochs": epoch, "steps": step, "minutes": seconds / 60}
        self._schedule_plot.set_marker(None if epoch is None else places[self._preview.unit], lr)

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

    def _schedule_grid(self) -> QGridLayout:
        """Lay out fields of which those are shown that the optimizer and the schedule use."""
        return _grid(
            [
                [self.add_field(_OPTIMIZER, "optimizer_combo")],
                [self.add_field(_SCHEDULE, "schedule_combo")],
                [
                    self.add_field("optim.step_epochs", "step_epochs_spin"),
                    self.add_field("optim.decay", "rate_decay_spin"),
                ],
                [self.add_field("optim.step_factor", "step_factor_spin")],
                [self.add_field("optim.clip_norm", "clip_spin")],
                [self.add_field("optim.warmup", "warmup_spin")],
                [self.add_field("optim.momentum", "momentum_spin")],
            ]
        )

    def _stopping_grid(self) -> QGridLayout:
        first_row = row_layout(spacing=8)
        first_row.addWidget(self._unit_field(), 3)
        first_row.addWidget(self.add_field("optim.select", "select_combo"), 7)
        grid = _grid(
            [
                [self.add_field(_PATIENCE, "patience_spin")],
                [self.add_field("optim.min_change", "min_change_spin")],
                [self.add_field("optim.stop_metric", "stop_metric_combo")],
                [self.add_field("optim.on_divergence", "divergence_combo")],
            ],
            first_row=1,
        )
        grid.addLayout(first_row, 0, 0, 1, 2)
        return grid

    def _more_grid(self) -> QGridLayout:
        grid = _grid(
            [
                [self.add_field("seed", "seed_spin")],
                [self.add_field("engine.device", "device_combo")],
            ]
        )
        history_row = row_layout(spacing=6)
        for widget in self.add_check("engine.history", "history_check"):
            history_row.addWidget(widget)
        history_row.addStretch(1)
        grid.addLayout(history_row, 1, 0, 1, 2)
        test_row = row_layout(spacing=6)
        for widget in self.add_check("engine.test_at_end", "test_at_end_check"):
            test_row.addWidget(widget)
        test_row.addStretch(1)
        grid.addLayout(test_row, 2, 0, 1, 2)
        grid.addWidget(self.add_field("engine.keep_weights", "keep_weights_combo"), 3, 0, 1, 2)
        grid.addWidget(self._storage, 4, 0, 1, 2)
        return grid

    def _unit_field(self) -> FormField:
        tip = "Whether the length of the training is given in epochs, steps or minutes."
        return FormField("Length in", self._unit, tip, "unit_combo")


def _length_field(values: Mapping[str, Any]) -> str:
    """Return the setting that limits the training."""
    if values[_STEPS]:
        return _STEPS
    return _MINUTES if values.get(_MINUTES) and values[_EPOCHS] == MOST_EPOCHS else _EPOCHS


def _grid(cells: list[list[FormField]], first_row: int = 0) -> QGridLayout:
    """Lay out two cells per row; of the fields in a cell at most one is shown at a time."""
    grid = QGridLayout()
    grid.setSpacing(8)
    for column in range(2):
        grid.setColumnStretch(column, 1)
    for index, fields in enumerate(cells):
        row, column = divmod(index, 2)
        for field in fields:
            grid.addWidget(field, first_row + row, column)
    return grid
