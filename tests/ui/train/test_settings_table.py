"""The form reads labels, tooltips, ranges and choices from the table of settings."""

from typing import Literal

import pytest
from PySide6.QtWidgets import QComboBox, QLabel

from studio.config import Setting, setting, setting_label, settings
from studio.config.setting_field import Section, read_settings, setting_field
from studio.ui.train.form.section import FormSection


def fields(page) -> dict[str, QLabel]:
    sections = page.findChildren(FormSection)
    return {name: field for section in sections for name, field in section.fields().items()}


def test_labels_and_tooltips_of_the_form_are_those_of_the_table(page) -> None:
    shown = fields(page)
    assert len(shown) > 20
    for name, field in shown.items():
        assert field.findChild(QLabel).text() == setting(name).label
        assert field.editor.toolTip().replace("\n", " ") == setting(name).help


def test_no_field_is_called_as_the_group_it_is_in(page) -> None:
    folds = {"Layers", "More", "Augmentation", "Size and split"}
    folds |= {"Optimizer and schedule", "Regularization", "Length and stopping"}
    assert not {setting_label(name) for name in settings()} & folds


class NewSection(Section):
    """Settings as a developer would add them to a section of the configuration."""

    warmup: int = setting_field(3, "Warm-up", "Steps at the start.", unit="steps", ge=0, le=500)
    clip: float = setting_field(0.5, "Gradient clipping", "Largest norm of the gradient.", le=8)
    rule: Literal["a", "b"] = setting_field(
        "a", "Rule", "Which rule is used.", choices={"a": "Rule A", "b": "Rule B"}
    )
    nesterov: bool = setting_field(False, "Nesterov", "Whether to look ahead.")


@pytest.fixture
def table(monkeypatch) -> dict[str, Setting]:
    """The table of settings with a new section in it."""
    table = {f"optim.{name}": info for name, info in read_settings(NewSection).items()}
    monkeypatch.setattr("studio.ui.train.form.section.setting", table.__getitem__)
    return table


def test_a_new_setting_needs_one_line_in_the_form(qtbot, table) -> None:
    section = FormSection()
    qtbot.addWidget(section)
    for name in table:
        section.column.addWidget(section.add_field(name, f"{name}_editor"))
    assert {name: field.findChild(QLabel).text() for name, field in section.fields().items()} == {
        name: info.label for name, info in table.items()
    }
    assert section.fields()["optim.clip"].editor.toolTip() == "Largest norm of the gradient."
    assert section.fields()["optim.warmup"].editor.maximum() == 500
    assert section.findChild(QComboBox).itemText(1) == "Rule B"
    section.set_values({name: info.default for name, info in table.items()})
    with qtbot.waitSignal(section.changed) as changed:
        section.fields()["optim.clip"].editor.setValue(2.0)
    assert changed.args == ["optim.clip"]
    assert section.values() == {
        "optim.warmup": 3,
        "optim.clip": 2.0,
        "optim.rule": "a",
        "optim.nesterov": False,
    }
