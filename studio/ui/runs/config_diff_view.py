"""A table of the settings that differ."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QTableView, QWidget

from studio.runs.config_diff import Difference
from studio.ui.shared.builders import label
from studio.ui.widgets.tooltip import wrap_tooltip

ROW_PX = 28
VALUE_PX = 72


class ConfigDiffView(QWidget):
    """Rows of label, first value and second value; or a line of text if there is no row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = QStandardItemModel(self)
        self._table = QTableView()
        self._table.setObjectName("config_diff")
        self._table.setAccessibleName("Settings that differ")
        self._table.setToolTip("The settings that differ")
        self._table.setProperty("plain", True)
        self._table.setModel(self._model)
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        self._table.setTabKeyNavigation(False)
        self._table.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self._table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self._table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(ROW_PX)
        self._note = label("muted")
        self._note.setWordWrap(True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._layers = QStackedLayout(self)
        self._layers.addWidget(self._table)
        self._layers.addWidget(self._note)

    def show_differences(self, found: list[Difference], first: str, second: str) -> None:
        """Show differences under the names of the two configurations, or that there are none."""
        if not found:
            self.show_note("None.")
            return
        self._model.clear()
        self._model.setHorizontalHeaderLabels(["Setting", first, second])
        for difference in found:
            self._model.appendRow([_item(text) for text in difference])
        header = self._table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for section in (1, 2):
            header.resizeSection(section, VALUE_PX)
        self._table.setFixedHeight(header.sizeHint().height() + ROW_PX * len(found) + 2)
        self._layers.setCurrentWidget(self._table)

    def show_note(self, text: str) -> None:
        """Show a line of text instead of the table."""
        self._model.clear()
        self._table.setFixedHeight(0)
        self._note.setText(text)
        self._layers.setCurrentWidget(self._note)

    def texts(self) -> list[tuple[str, ...]]:
        """Return the rows of the table."""
        return [
            tuple(self._model.item(row, column).text() for column in range(3))
            for row in range(self._model.rowCount())
        ]

    def note(self) -> str:
        """Return the line shown instead of the table, or an empty text."""
        return self._note.text() if self._layers.currentWidget() is self._note else ""


def _item(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setToolTip(wrap_tooltip(text))
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    return item
