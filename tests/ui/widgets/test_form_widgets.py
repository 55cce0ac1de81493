"""The small controls of a form."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.metric_strip import MetricStrip
from studio.ui.widgets.spin_boxes import DecimalSpinBox, IntSpinBox, step_125
from studio.ui.widgets.value_slider import ValueSlider


def test_a_field_shows_an_error(qtbot) -> None:
    field = FormField("Epochs", IntSpinBox(99), "How often", "epochs_spin")
    qtbot.addWidget(field)
    field.show_error("It must be at least 1.")
    assert field.editor.property("wrong") is True
    assert field.error() == "It must be at least 1."
    assert field.editor.accessibleDescription() == "It must be at least 1."
    field.show_error("")
    assert field.editor.property("wrong") is False
    assert field.findChild(QLabel, "epochs_spin_error").isHidden()


def test_a_field_names_its_editor(qtbot) -> None:
    field = FormField("Batch", IntSpinBox(99), "Images per step", "batch_spin")
    qtbot.addWidget(field)
    editor = field.editor
    assert (editor.objectName(), editor.accessibleName(), editor.toolTip()) == (
        "batch_spin",
        "Batch",
        "Images per step",
    )


@pytest.mark.parametrize(
    ("value", "steps", "expected"),
    [(0.001, 1, 0.002), (0.002, 1, 0.005), (0.005, 1, 0.01), (0.01, -1, 0.005), (0.004, 1, 0.005)],
)
def test_step_125(value: float, steps: int, expected: float) -> None:
    assert step_125(value, steps) == pytest.approx(expected)


def test_arrow_keys_use_the_125_series(qtbot) -> None:
    spin = DecimalSpinBox(10, 0.001, log_steps=True)
    qtbot.addWidget(spin)
    spin.setValue(0.004)
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    assert spin.value() == pytest.approx(0.005)
    assert spin.text() == "0.005"


def test_zero_steps_up_by_the_single_step(qtbot) -> None:
    spin = DecimalSpinBox(10, 0.001, log_steps=True)
    qtbot.addWidget(spin)
    spin.stepBy(1)
    assert spin.value() == pytest.approx(0.001)


def test_a_slider_keeps_a_value_between_steps(qtbot) -> None:
    slider = ValueSlider("Zoom", 0.5, 0.01, " %", 100)
    qtbot.addWidget(slider)
    slider.set_value(0.085)
    assert slider.value() == 0.085
    with qtbot.waitSignal(slider.changed):
        qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    assert slider.value() == pytest.approx(0.09, abs=0.011)


def test_set_value_emits_no_signal(qtbot) -> None:
    slider = ValueSlider("Zoom", 0.5, 0.01, " %", 100)
    qtbot.addWidget(slider)
    with qtbot.assertNotEmitted(slider.changed):
        slider.set_value(0.3)


def test_a_section_expands_by_mouse_and_by_space(qtbot) -> None:
    section = CollapsibleSection("More", "The rest")
    qtbot.addWidget(section)
    section.body.addWidget(QLabel("content"))
    section.set_summary("AdamW")
    with qtbot.waitExposed(section):
        section.show()
    content = section.findChild(QLabel)
    assert not content.isVisible()
    qtbot.mouseClick(section.header, Qt.MouseButton.LeftButton)
    assert content.isVisible()
    qtbot.keyClick(section.header, Qt.Key.Key_Space)
    assert not content.isVisible()
    assert section.header.accessibleDescription() == "AdamW"
    assert not section.grab().isNull()


def test_a_metric_strip_returns_one_line_of_text(qtbot) -> None:
    strip = MetricStrip()
    qtbot.addWidget(strip)
    strip.set_primary("97.8 %", "validation accuracy")
    strip.set_secondary([("6 / 10", "epoch"), ("1,240", "images/s")])
    assert strip.text() == "97.8 % validation accuracy · 6 / 10 epoch · 1,240 images/s"
    assert strip.accessibleName() == strip.text()
    assert not strip.grab().isNull()
    strip.set_secondary([])
    assert strip.text() == "97.8 % validation accuracy"
