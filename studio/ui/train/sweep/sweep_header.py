"""The row above a sweep: which one is shown, how far it is, and its menu."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from studio.insight.sweep.sweep_file import SweepHeader
from studio.ui.shared.builders import elided_label, row_layout, text_button, tool_button
from studio.ui.train.sweep.sweep_text import header_text
from studio.ui.widgets.picker_combo import PickerCombo

_MIN_COMBO_PX = 180


class SweepHeaderBar(QWidget):
    """`sweep_combo`, `sweep_progress`, `sweep_continue` and `sweep_menu_button`.

    `sweep_chosen` carries the id of a sweep. The other signals follow the button and the menu.
    """

    sweep_chosen = Signal(str)
    continue_wanted = Signal()
    copy_wanted = Signal()
    image_wanted = Signal()
    table_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[SweepHeader, ...] = ()
        self._combo = PickerCombo()
        self._combo.setObjectName("sweep_combo")
        self._combo.setAccessibleName("Sweep")
        self._combo.setToolTip("The sweep that is shown; the newest one is first.")
        self._combo.setMinimumWidth(_MIN_COMBO_PX)
        self._combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._progress = elided_label("muted", "sweep_progress")
        tip = "Add the trainings that have not ended to the queue, and start it."
        self._continue = text_button("sweep_continue", "Train the remaining", "play", tooltip=tip)
        row = row_layout(self, spacing=8)
        row.addWidget(self._combo, 1)
        row.addWidget(self._progress)
        row.addWidget(self._continue)
        row.addWidget(self._build_menu())
        self._combo.activated.connect(self._on_activated)
        self._continue.clicked.connect(self.continue_wanted)

    def show_sweeps(self, headers: Sequence[SweepHeader], current: str) -> None:
        """List the sweeps and show which one is chosen."""
        if tuple(headers) != self._shown:
            self._shown = tuple(headers)
            self._combo.clear()
            for header in headers:
                self._combo.addItem(header_text(header), header.id)
        self._combo.setCurrentIndex(self._combo.findData(current))

    def show_progress(self, text: str, action: str) -> None:
        """Show how far the sweep is, and the button that continues it unless `action` is empty."""
        self._progress.setText(text)
        self._progress.setAccessibleName(f"Progress of the sweep: {text}")
        self._continue.setText(action)
        self._continue.setAccessibleName(action or "Train the remaining")
        self._continue.setVisible(bool(action))

    def _build_menu(self) -> QToolButton:
        button = tool_button(
            "sweep_menu_button", "more", "Menu of the sweep", "Export or delete the sweep"
        )
        button.setProperty("popup", "icon")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = menu = QMenu(button)
        menu.setObjectName("sweep_menu")
        menu.addAction("Export table…").triggered.connect(self.table_wanted)
        menu.addAction("Copy image of the plot").triggered.connect(self.copy_wanted)
        menu.addAction("Save image of the plot…").triggered.connect(self.image_wanted)
        menu.addSeparator()
        menu.addAction("Delete sweep").triggered.connect(self.delete_wanted)
        button.setMenu(menu)
        return button

    def _on_activated(self, index: int) -> None:
        self.sweep_chosen.emit(str(self._combo.itemData(index)))
