"""The row above the plot of a sweep: the setting on the x axis, and the value of the third one."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.insight.sweep.axes import find_setting
from studio.insight.sweep.plan import SweepPlan
from studio.insight.sweep.values import Value
from studio.ui.shared.builders import row_layout
from studio.ui.train.sweep.sweep_plot_data import PlotChoice, ordered_values, plot_roles
from studio.ui.widgets.picker_combo import PickerCombo


class PlotPickers(QWidget):
    """`sweep_plot_x` and `sweep_plot_fixed`; hidden where there is nothing to choose.

    `changed` follows a choice of the user.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._fixed_name = ""
        self._values: list[Value] = []
        self._x = _combo("sweep_plot_x", "Setting on the x axis", "The setting on the x axis.")
        self._fixed = _combo(
            "sweep_plot_fixed", "Value of the third setting", "The points of this value are shown."
        )
        row = row_layout(self, spacing=8)
        row.addWidget(self._x)
        row.addWidget(self._fixed)
        self._x.activated.connect(self._on_changed)
        self._fixed.activated.connect(self._on_changed)

    def choice(self) -> PlotChoice:
        """Return what is chosen."""
        x, fixed = self._x.currentIndex(), self._fixed.currentIndex()
        return PlotChoice(
            self._names[x] if 0 <= x < len(self._names) else "",
            self._values[fixed] if 0 <= fixed < len(self._values) else None,
        )

    def show_plan(
        self, plan: SweepPlan, rows: Sequence[Mapping[str, Value]], fixed: Value | None
    ) -> None:
        """Offer the settings of a plan; `fixed` is the value of the third one to begin with."""
        names = [axis.setting for axis in plan.axes]
        if names != self._names:
            self._names = names
            self._x.clear()
            self._x.addItems([f"x: {find_setting(name).label}" for name in names])
        roles = plot_roles(plan, self.choice().x)
        self._show_fixed(roles.fixed, rows, fixed)
        self.setVisible(len(names) > 1)
        self.adjustSize()

    def _show_fixed(
        self, name: str, rows: Sequence[Mapping[str, Value]], fixed: Value | None
    ) -> None:
        self._fixed.setVisible(bool(name))
        values = ordered_values(find_setting(name), rows) if name else []
        if (name, values) == (self._fixed_name, self._values):
            return
        self._fixed_name, self._values = name, values
        self._fixed.clear()
        if not name:
            return
        known = find_setting(name)
        self._fixed.addItems([f"{known.label} {known.format(value)}" for value in values])
        self._fixed.setCurrentIndex(values.index(fixed) if fixed in values else 0)

    def _on_changed(self, _index: int) -> None:
        self.changed.emit()


def _combo(name: str, title: str, tip: str) -> PickerCombo:
    combo = PickerCombo()
    combo.setObjectName(name)
    combo.setAccessibleName(title)
    combo.setToolTip(tip)
    combo.setSizeAdjustPolicy(PickerCombo.SizeAdjustPolicy.AdjustToContents)
    return combo
