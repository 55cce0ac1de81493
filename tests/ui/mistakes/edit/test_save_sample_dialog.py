"""Saving an edited sample: the user chooses folder and label, and nothing is replaced."""

import dataclasses

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from studio.ui.mistakes.edit.save_sample_dialog import SaveSampleDialog


@pytest.fixture
def make_dialog(qtbot, session, subject):
    parent = QWidget()
    qtbot.addWidget(parent)

    def make(source=None):
        changed = dataclasses.replace(subject, source=source)
        dialog = SaveSampleDialog(
            session.context, changed, subject.image, ("Rotated by 7° clockwise",), parent
        )
        dialog.open()
        return dialog

    return make


def save(qtbot, dialog):
    with qtbot.waitSignal(dialog.saved) as saved:
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    return saved.args[0]


def test_nothing_is_saved_before_a_folder_is_chosen(make_dialog):
    dialog = make_dialog()
    assert not dialog.save_button.isEnabled()
    assert dialog.path_label.text() == "No folder chosen"
    dialog.close()


def test_the_image_is_saved_with_the_label_chosen(qtbot, make_dialog, tmp_path, subject):
    dialog = make_dialog()
    assert dialog.class_combo.currentText() == "b"  # the true class
    dialog.choose_folder(str(tmp_path / "new"))
    dialog.class_combo.setCurrentIndex(2)
    path = save(qtbot, dialog)
    assert path.parent == tmp_path / "new" / "c"
    assert path.name.endswith("_rotated-by-7-clockwise.png")
    assert np.array_equal(np.asarray(Image.open(path)), subject.image[0])


def test_the_folder_is_remembered_and_files_are_kept(qtbot, make_dialog, tmp_path):
    first = make_dialog()
    first.choose_folder(str(tmp_path))
    one = save(qtbot, first)
    second = make_dialog()
    assert second.folder == str(tmp_path)
    two = save(qtbot, second)
    assert one.exists()
    assert two.exists()
    assert one != two


def test_the_own_dataset_is_named_as_such(make_dialog, tmp_path):
    dialog = make_dialog(source=tmp_path)
    assert dialog.folder == ""  # never preselected
    dialog.choose_folder(str(tmp_path))
    assert "folder of your dataset" in dialog.message.text()
    dialog.close()


def test_a_folder_that_cannot_be_written_is_said(qtbot, make_dialog, tmp_path):
    (tmp_path / "file").write_text("no folder")
    dialog = make_dialog()
    dialog.choose_folder(str(tmp_path / "file"))
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Choose another folder" in dialog.message.text())
    assert dialog.save_button.isEnabled()
    dialog.close()
