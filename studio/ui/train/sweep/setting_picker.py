"""A combo box that finds a setting by any part of its label."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QWidget,
)

from studio.config import Setting


class SettingPicker(QComboBox):
    """Lists settings by label. `chosen` carries a dotted name, or an empty text for none.

    A text that no label contains leaves the choice as it was.
    """

    chosen = Signal(str)

    def __init__(
        self, name: str, settings: Mapping[str, Setting], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.search = QLineEdit()
        self.setEditable(True)
        self.setLineEdit(self.search)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(14)
        for setting in settings.values():
            self.addItem(setting.label, setting.name)
            tip = f"{setting.section}. {setting.help}"
            self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(-1)
        self._shown = ""
        self._set_up_search()
        self.activated.connect(self._on_activated)
        self.search.editingFinished.connect(self.confirm)

    @property
    def setting(self) -> str:
        """The dotted name of the setting chosen; empty for none."""
        return self._shown

    def show_setting(self, setting: str) -> None:
        """Show a setting, or none for an empty name, without a signal."""
        self._shown = setting
        self.setCurrentIndex(self.findData(setting) if setting else -1)
        if not setting:
            self.clearEditText()

    def confirm(self) -> None:
        """Choose what was typed: the label itself, or else the first one that contains it."""
        self._found.hide()
        text = self.currentText().strip().lower()
        labels = [self.itemText(index).lower() for index in range(self.count())]
        found = [index for index, label in enumerate(labels) if text and text in label]
        exact = [index for index in found if labels[index] == text]
        if not text:
            self._choose("")
        elif found:
            self._choose(str(self.itemData((exact or found)[0])))
        else:
            self.show_setting(self._shown)

    def _set_up_search(self) -> None:
        self.search.setPlaceholderText("Choose or search a setting")
        self.search.setObjectName(f"{self.objectName()}_search")
        self.search.setAccessibleName("Search a setting")
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(10)
        self._found = popup = QListView()
        popup.setObjectName(f"{self.objectName()}_found")
        popup.setAccessibleName("Settings found")
        completer.setPopup(popup)
        popup.setItemDelegate(QStyledItemDelegate(popup))
        self.setCompleter(completer)

    def _on_activated(self, index: int) -> None:
        self._choose(str(self.itemData(index) or ""))

    def _choose(self, setting: str) -> None:
        is_new = setting != self._shown
        self.show_setting(setting)
        if is_new:
            self.chosen.emit(setting)
