"""A dialog that asks for the name of a saved view and does not block the program."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from studio.ui.mistakes.samples.saved_views import MAX_NAME
from studio.ui.shared.builders import label, row_layout, text_button


class ViewNameDialog(QDialog):
    """`named` carries the name, once it is valid and confirmed.

    `find_problem` returns why a name cannot be used, or "".
    """

    named = Signal(str)

    def __init__(
        self, title: str, name: str, find_problem: Callable[[str], str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("view_name_dialog")
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(360)
        self._find_problem = find_problem
        self.name_edit = QLineEdit(name)
        self.name_edit.setObjectName("view_name_edit")
        self.name_edit.setAccessibleName("Name of the view")
        self.name_edit.setToolTip("The name under which the view is listed")
        self.name_edit.setMaxLength(MAX_NAME)
        self.name_edit.selectAll()
        self.problem = label("muted", name="view_name_problem")
        self.save_button = text_button("view_name_save", "Save", tooltip="Use this name")
        self.save_button.setProperty("kind", "primary")
        self.save_button.setDefault(True)
        self.cancel_button = text_button("view_name_cancel", "Cancel", tooltip="Change nothing")
        self._lay_out(title)
        self.name_edit.textChanged.connect(self._on_text_changed)
        self.save_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)
        self._on_text_changed(name)

    def _on_text_changed(self, name: str) -> None:
        problem = self._find_problem(name)
        self.save_button.setEnabled(not problem)
        self.problem.setText(problem if name.strip() else "")

    def _lay_out(self, title: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        for widget in (label("heading", title), self.name_edit, self.problem):
            column.addWidget(widget)
        buttons = row_layout(spacing=8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        column.addLayout(buttons)

    def accept(self) -> None:
        super().accept()
        self.named.emit(self.name_edit.text().strip())
