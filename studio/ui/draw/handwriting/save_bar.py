"""The row of actions: save the drawing, capture a set, adapt the model, and a menu for the rest."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from studio.ui.shared.builders import row_layout, text_button, tool_button
from studio.ui.widgets.picker_combo import PickerCombo

ADAPT_TIP = (
    "Fine-tune the chosen model on its own data and your drawings. "
    "The result is a new run; the model stays as it is."
)


class SaveBar(QWidget):
    """`save_drawing_button`, `capture_button`, `adapt_button` and `handwriting_menu_button`.

    The label to save as follows the prediction until another one is chosen for this drawing.
    """

    save_wanted = Signal(str)
    capture_wanted = Signal()
    adapt_wanted = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()
    import_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_chosen = False
        self.labels = PickerCombo()
        self.labels.setObjectName("drawing_label_combo")
        self.labels.setAccessibleName("Label of the drawing")
        self.labels.setToolTip("The class to save the drawing as; a digit key saves it at once")
        self.labels.setSizeAdjustPolicy(PickerCombo.SizeAdjustPolicy.AdjustToContents)
        self.labels.setMaximumWidth(140)
        tip = "Save the drawing with this label, and clear the canvas. A digit key does both."
        self.save = text_button("save_drawing_button", "Save as", tooltip=tip)
        tip = "Draw each class three times: it asks for one after the other, about 40 seconds"
        self.capture = text_button("capture_button", "Capture a set", tooltip=tip)
        self.adapt = text_button("adapt_button", "Adapt to me", tooltip=ADAPT_TIP)
        self.undo = tool_button("handwriting_undo", "undo", "Undo", "Nothing to undo")
        self.redo = tool_button("handwriting_redo", "redo", "Redo", "Nothing to redo")
        self.menu = self._create_menu()
        self._connect()
        row = row_layout(self, spacing=8)
        for widget in (self.save, self.labels, self.capture, self.adapt):
            row.addWidget(widget)
        row.addStretch(1)
        icons = row_layout(spacing=4)
        for button in (self.undo, self.redo, self.menu):
            icons.addWidget(button)
        row.addLayout(icons)

    def set_classes(self, names: Sequence[str]) -> None:
        """Offer the classes of the model."""
        if [self.labels.itemText(n) for n in range(self.labels.count())] == list(names):
            return
        with QSignalBlocker(self.labels):
            self.labels.clear()
            self.labels.addItems(list(names))
        self._is_chosen = False

    def set_drawing(self, is_drawn: bool, predicted: str) -> None:
        """Enable saving; without a choice of the user the label is the class predicted."""
        self.save.setEnabled(is_drawn)
        if not is_drawn:
            self._is_chosen = False
        elif predicted and not self._is_chosen:
            with QSignalBlocker(self.labels):
                self.labels.setCurrentText(predicted)

    def set_adaptable(self, reason: str) -> None:
        """Enable adapting; a reason why the model cannot be adapted now disables it."""
        self.adapt.setEnabled(not reason)
        self.adapt.setToolTip(reason or ADAPT_TIP)

    def set_history(self, undo: str, redo: str) -> None:
        """Say what undo and redo would do."""
        self.undo.setEnabled(bool(undo))
        self.redo.setEnabled(bool(redo))
        self.undo.setToolTip(f"Undo {undo} (Ctrl+Z in the grid)" if undo else "Nothing to undo")
        self.redo.setToolTip(f"Redo {redo}" if redo else "Nothing to redo")

    def _create_menu(self) -> QToolButton:
        button = tool_button("handwriting_menu_button", "folder", "Import or export")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setObjectName("handwriting_menu")
        menu.setAccessibleName("Import or export")
        for name, text, signal in (
            ("import_drawings", "Import drawings…", self.import_wanted),
            ("export_drawings", "Export drawings…", self.export_wanted),
        ):
            action = menu.addAction(text)
            action.setObjectName(name)
            action.triggered.connect(signal)
        button.setMenu(menu)
        return button

    def _connect(self) -> None:
        self.labels.activated.connect(self._on_chosen)
        self.save.clicked.connect(self._on_save)
        self.capture.clicked.connect(self.capture_wanted)
        self.adapt.clicked.connect(self.adapt_wanted)
        self.undo.clicked.connect(self.undo_wanted)
        self.redo.clicked.connect(self.redo_wanted)

    def _on_chosen(self, _index: int) -> None:
        self._is_chosen = True

    def _on_save(self) -> None:
        self.save_wanted.emit(self.labels.currentText())
