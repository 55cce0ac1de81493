"""A dialog that lists all fixed samples: show one in the grid, remove its changes."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from studio.formatting import count
from studio.ui.mistakes.fixes.controller import FixesController
from studio.ui.mistakes.fixes.fix_texts import describe_operation
from studio.ui.mistakes.fixes.fixes_model import IMAGE_PX, FixesModel
from studio.ui.shared.builders import elided_label, label, text_button

_ROW_PX = IMAGE_PX + 8


class FixesDialog(QDialog):
    """Stays open while the user works in the window; `sample_wanted` carries a position."""

    sample_wanted = Signal(int)

    def __init__(self, fixes: FixesController, window: QWidget) -> None:
        super().__init__(window)
        self._fixes = fixes
        self.setObjectName("fixes_dialog")
        self.setWindowTitle("Label fixes")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(620, 480)
        self.samples = FixesModel(fixes, self)
        self.table = self._create_table()
        self.title = label("heading", name="fixes_title")
        self.last_change = elided_label("muted", "last_fix")
        self.show_button = text_button(
            "show_fix_button",
            "Show sample",
            "search",
            tooltip="Show the sample in the grid (Enter)",
        )
        self.remove_button = text_button(
            "remove_fixes_button",
            "Remove changes",
            "trash",
            tooltip="Remove all changes of the selected samples (Del). This can be undone.",
        )
        self.close_button = text_button("close_fixes_button", "Close", tooltip="Close (Esc)")
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(self._update_buttons)
        self.table.doubleClicked.connect(self._show_sample)
        self.show_button.clicked.connect(self._show_sample)
        self.remove_button.clicked.connect(self._remove)
        self.close_button.clicked.connect(self.close)
        fixes.fixes_changed.connect(self._refresh)
        self._refresh()

    def selected_rows(self) -> list[int]:
        """The selected rows, from top to bottom."""
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    def _refresh(self) -> None:
        row = self.table.currentIndex().row()
        self.samples.refresh()
        rows = self.samples.rowCount()
        if rows:
            self.table.selectRow(min(max(row, 0), rows - 1))
        self.title.setText(f"{count(rows, 'fixed sample')}" if rows else "No label fixes")
        overlay = self._fixes.overlay
        applied = overlay.operations[: overlay.cursor] if overlay else ()
        self.last_change.setText(f"Last: {describe_operation(applied[-1])}" if applied else "")
        self._update_buttons()

    def _update_buttons(self) -> None:
        rows = self.selected_rows()
        can_show = len(rows) == 1 and self.samples.position(rows[0]) >= 0
        self.show_button.setEnabled(can_show)
        self.remove_button.setEnabled(bool(rows))

    def _show_sample(self) -> None:
        rows = self.selected_rows()
        if len(rows) == 1 and (position := self.samples.position(rows[0])) >= 0:
            self.sample_wanted.emit(position)

    def _remove(self) -> None:
        self._fixes.reset([self.samples.sample(row) for row in self.selected_rows()])

    def _create_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("fixes_table")
        table.setAccessibleName("Fixed samples")
        table.setModel(self.samples)
        table.setIconSize(QSize(IMAGE_PX, IMAGE_PX))
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        table.setColumnWidth(0, 240)
        return table

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.show_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.last_change)
        column.addWidget(self.table, 1)
        column.addSpacing(8)
        column.addLayout(buttons)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._remove()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hasFocus():
            self._show_sample()
        else:
            super().keyPressEvent(event)
