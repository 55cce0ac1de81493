"""Settings are called the same in the form and wherever they are listed."""

from PySide6.QtWidgets import QLabel

from studio.config import setting_label, settings


def test_the_labels_of_the_form_are_the_titles_of_the_settings(page) -> None:
    labels = {
        setting: field.findChild(QLabel).text()
        for section in (*page._setup._sections(), page._setup.network.backbone)
        for setting, field in section._fields.items()
        if setting in settings()
    }
    assert len(labels) > 20
    assert labels == {setting: setting_label(setting) for setting in labels}


def test_no_field_is_called_as_the_group_it_is_in(page) -> None:
    folds = {"Layers", "More", "Augmentation", "Size and split"}
    labels = {setting_label(setting) for setting in settings()}
    assert not labels & folds
