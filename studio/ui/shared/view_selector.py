"""Chooses one of the views of a page: buttons side by side, or a combo box where space is short."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.ui.widgets.picker_combo import PickerCombo
from studio.ui.widgets.segmented_control import SegmentedControl


class ViewTitle(NamedTuple):
    """The button of a view; `key` is the start of its objectName."""

    key: str
    title: str
    tooltip: str


class ViewSelector(QWidget):
    """`selected` emits the index of the view that the user chose.

    `tools` is the layout at the right of the buttons, for actions that concern every view.
    """

    selected = Signal(int)

    def __init__(self, titles: Sequence[ViewTitle], combo_name: str, combo_tooltip: str) -> None:
        super().__init__()
        self.control = SegmentedControl(
            {f"{key}_view_button": title for key, title, _ in titles},
            [tooltip for _, _, tooltip in titles],
        )
        self.combo = PickerCombo()
        self.combo.setObjectName(combo_name)
        self.combo.setAccessibleName("View")
        self.combo.setToolTip(combo_tooltip)
        self.combo.addItems([title for _, title, _ in titles])
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.control)
        row.addWidget(self.combo)
        row.addStretch(1)
        row.addLayout(self.tools)
        # The buttons must not keep the window from becoming narrow.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.control.selected.connect(self.selected)
        self.combo.activated.connect(self.selected)

    def set_title(self, index: int, title: str) -> None:
        """Give a view another title."""
        self.control.set_label(index, title)
        self.combo.setItemText(index, title)

    def set_checked(self, index: int) -> None:
        """Show which view is open, without `selected`."""
        self.control.set_checked(index)
        self.combo.setCurrentIndex(index)

    def full_width(self) -> int:
        """Return the width from which on the buttons are shown, in pixels."""
        return self.control.sizeHint().width() + self.tools.sizeHint().width() + 16

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """Show the buttons if they have space, else the combo box."""
        fits = self.full_width() <= self.width()
        self.control.setVisible(fits)
        self.combo.setVisible(not fits)
