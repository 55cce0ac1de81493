"""Asks where to save an edited sample and as which class, and saves it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import StudioError
from studio.insight.sample_saving import class_folder, file_name, save_sample
from studio.ui import theme
from studio.ui.context import StudioContext
from studio.ui.mistakes.edit.edit_subject import EditSubject
from studio.ui.shared.builders import label, row_layout, text_button
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.picker_combo import PickerCombo

FOLDER_KEY = "edited_samples_folder"  # in the settings: the folder chosen last
HELP = (
    "The image is saved as PNG in a folder of its class. To train with it, choose the folder above "
    "as your own images on the Train page, or copy the class folders into the folder of your "
    "dataset. Nothing else in the folder is changed."
)


class SaveSampleDialog(QDialog):
    """Saves `image`, uint8 [C, H, W]. `saved` carries its path; errors that a user can fix are
    shown in the dialog, others are `failed`.
    """

    saved = Signal(object)
    failed = Signal(object, str)

    def __init__(
        self,
        context: StudioContext,
        subject: EditSubject,
        image: NDArray[np.uint8],
        changes: Sequence[str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("save_sample_dialog")
        self.setWindowTitle("Save as a new sample")
        self.setAccessibleName("Save as a new sample")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(480)
        self._context, self._subject, self._image = context, subject, image
        self._name = file_name(subject.sample_id, changes)
        self.folder = context.settings.read_text(FOLDER_KEY)
        self.class_combo = self._create_class_combo()
        self.folder_button = text_button(
            "save_folder_button", "Choose folder…", "folder", tooltip="Where class folders lie"
        )
        self.path_label = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.path_label.setObjectName("save_path")
        self.message = label("muted", name="save_message")
        self.save_button = text_button("save_sample_button", "Save", tooltip="Save the image")
        self.cancel_button = text_button("save_cancel_button", "Cancel", tooltip="Save nothing")
        self._lay_out()
        self._connect()
        theme.prepare(self)
        self._show_path()

    def choose_folder(self, folder: str) -> None:
        """Save below another folder, also the next time."""
        self.folder = folder
        self._context.settings.setValue(FOLDER_KEY, folder)
        self._show_path()

    def _connect(self) -> None:
        self.class_combo.currentIndexChanged.connect(self._show_path)
        self.folder_button.clicked.connect(self._open_folder_dialog)
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.reject)

    def _open_folder_dialog(self) -> None:
        start = self.folder or str(self._subject.source or Path.home())
        dialog = QFileDialog(self, "Folder of the class folders", start)
        dialog.setObjectName("save_folder_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.choose_folder)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _class_name(self) -> str:
        return self._subject.class_names[self.class_combo.currentIndex()]

    def _show_path(self) -> None:
        self.save_button.setEnabled(bool(self.folder))
        if not self.folder:
            self.path_label.setText("No folder chosen")
            self.message.setText("")
            return
        path = class_folder(Path(self.folder), self._class_name()) / self._name
        self.path_label.setText(str(path))
        source = self._subject.source
        is_own = source is not None and Path(self.folder).resolve() == source.resolve()
        self.message.setText(
            "This is the folder of your dataset: the image becomes one of its samples." * is_own
        )

    def _save(self) -> None:
        self.save_button.setEnabled(False)
        work = partial(_save, self._image, Path(self.folder), self._class_name(), self._name)
        task = self._context.tasks.start(work)
        task.succeeded.connect(self._on_saved)
        task.failed.connect(self._on_failed)

    def _on_saved(self, path: Path) -> None:
        self.saved.emit(path)
        self.accept()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, StudioError):
            self.message.setText(str(error))
        else:
            self.failed.emit(error, traceback_text)

    def _create_class_combo(self) -> PickerCombo:
        combo = PickerCombo()
        combo.setObjectName("save_class_combo")
        combo.setAccessibleName("Label")
        combo.setToolTip("The class of the new sample")
        combo.addItems(list(self._subject.class_names))
        combo.setCurrentIndex(self._subject.true)
        combo.setSizeAdjustPolicy(
            PickerCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        return combo

    def _lay_out(self) -> None:
        explanation = label("muted", HELP)
        for text in (explanation, self.message):
            text.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.path_label.setTextFormat(Qt.TextFormat.PlainText)
        self.save_button.setProperty("kind", "primary")
        choice = row_layout(spacing=8)
        choice.addWidget(label("body", "Label"))
        choice.addWidget(self.class_combo, 1)
        choice.addWidget(self.folder_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addLayout(choice)
        for widget in (self.path_label, self.message, explanation):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(self._button_row())

    def _button_row(self) -> QHBoxLayout:
        row = row_layout(spacing=8)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.save_button)
        return row


def _save(
    image: NDArray[np.uint8],
    folder: Path,
    class_name: str,
    name: str,
    on_progress: OnProgress,
    _should_stop: ShouldStop,
) -> Path:
    on_progress(0.0, "Saving the sample")
    return save_sample(image, folder, class_name, name)
