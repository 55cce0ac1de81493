"""The dialog that asks for the title and the description of an own recipe."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.recipes import MAX_SUMMARY, MAX_TITLE
from studio.ui.shared.builders import label, row_layout, text_button
from studio.ui.widgets.form_field import FormField

_TITLE_TIP = "What the recipe is called in the gallery."
_SUMMARY_TIP = "One or two sentences about what it trains, and what for."


class RecipeDialog(QDialog):
    """`recipe_title` and `recipe_summary`; `confirmed` carries both."""

    confirmed = Signal(str, str)

    def __init__(
        self, heading: str, title: str, summary: str, action: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("recipe_dialog")
        self.setWindowTitle("VGG Studio")
        self.setAccessibleName(heading)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self._title, self._summary = QLineEdit(title), QLineEdit(summary)
        self._title.setMaxLength(MAX_TITLE)
        self._summary.setMaxLength(MAX_SUMMARY)
        self._save = text_button("recipe_save", action, tooltip=f"{action} (Enter)")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(label("heading", heading))
        column.addWidget(FormField("Title", self._title, _TITLE_TIP, "recipe_title"))
        column.addWidget(FormField("Description", self._summary, _SUMMARY_TIP, "recipe_summary"))
        column.addSpacing(8)
        column.addLayout(self._button_row())
        self._title.textChanged.connect(self._on_title)
        self._on_title(title)
        self._title.selectAll()
        self._title.setFocus()

    def _button_row(self) -> QHBoxLayout:
        cancel = text_button("recipe_cancel", "Cancel", tooltip="Change nothing (Esc)")
        cancel.clicked.connect(self.reject)
        self._save.setProperty("kind", "primary")
        self._save.setDefault(True)
        self._save.clicked.connect(self._confirm)
        row = row_layout(spacing=8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self._save)
        return row

    def _on_title(self, text: str) -> None:
        self._save.setEnabled(bool(text.strip()))

    def _confirm(self) -> None:
        self.confirmed.emit(self._title.text().strip(), self._summary.text().strip())
        self.accept()
