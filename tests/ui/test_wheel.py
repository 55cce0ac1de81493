"""The wheel, turned over every control of the real window, changes nothing and scrolls."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QScrollArea,
    QScrollBar,
    QSlider,
    QSpinBox,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from studio.ui import theme
from studio.ui.main_window import MainWindow
from studio.ui.page_stack import PAGES, TRAIN
from studio.ui.widgets.collapsible_section import CollapsibleSection

LONG = 60_000
NOTCH = 120
KINDS = (QComboBox, QAbstractSpinBox, QAbstractSlider, QTabBar)


@pytest.fixture
def window(qtbot, open_window, qapp, tmp_path) -> MainWindow:
    """The whole window after a short training, so that no page is empty; every fold is open."""
    theme.apply(qapp, "light")
    window = open_window(data_dir=tmp_path / "data")
    window.resize(1280, 800)
    window.show_page(TRAIN)
    window.findChild(QSpinBox, "epochs_spin").setValue(1)
    with qtbot.waitSignal(window.train_page.run_ended, timeout=LONG) as ended:
        window.train_page.start()
    window.open_mistakes(ended.args[0])
    page = window.mistakes_page
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.views, timeout=LONG)
    for fold in window.findChildren(CollapsibleSection):
        fold.set_expanded(True)
    return window


def controls(root: QWidget) -> list[QWidget]:
    found = [control for kind in KINDS for control in root.findChildren(kind)]
    return [control for control in found if not isinstance(control, QScrollBar)]


def value(control: QWidget) -> object:
    if isinstance(control, QComboBox):
        return control.currentIndex(), control.currentText()
    if isinstance(control, QTabBar):
        return control.currentIndex()
    if isinstance(control, QAbstractSlider | QSpinBox | QDoubleSpinBox):
        return control.value()
    return control.text()


def values(root: QWidget) -> dict[str, object]:
    return {
        f"{place} {type(control).__name__} {control.objectName()}": value(control)
        for place, control in enumerate(controls(root))
    }


def area_of(control: QWidget) -> QScrollArea | None:
    parent = control.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    return parent


def bring_into_view(control: QWidget) -> None:
    """Scroll to it, once what was unfolded has its place."""
    for _ in range(8):  # each level of nested layouts takes one round
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    area = area_of(control)
    if area is not None:
        area.ensureWidgetVisible(control)


def turn(control: QWidget, notches: int) -> None:
    """Turn the wheel with the pointer over a visible control, as the system tells the window."""
    window = control.window()
    spot = control.mapTo(window, control.rect().center())
    under = window.childAt(spot)
    assert under is control or control.isAncestorOf(under), f"{control} lies under {under}"
    QTest.wheelEvent(window.windowHandle(), QPointF(spot), QPoint(0, notches * NOTCH))


def forget_focus(window: QWidget) -> None:
    window.setFocus()
    assert not isinstance(QApplication.focusWidget(), KINDS)


def assert_only_scrolls(control: QWidget) -> None:
    """Wheel up and down over a control without the focus: its scroll area moves, nothing else."""
    window, area = control.window(), area_of(control)
    bring_into_view(control)
    forget_focus(window)
    before = values(window)
    for notches in (-2, 2):
        place = area.verticalScrollBar().value() if area else None
        turn(control, notches)
        assert values(window) == before
        assert QApplication.focusWidget() is not control
        if area is not None and can_scroll(area, place, notches):
            assert area.verticalScrollBar().value() != place, control.objectName()
            bring_into_view(control)


def can_scroll(area: QScrollArea, place: int, notches: int) -> bool:
    bar = area.verticalScrollBar()
    return place < bar.maximum() if notches < 0 else place > bar.minimum()


def test_no_control_of_any_page_follows_the_wheel(window) -> None:
    turned = []
    for index in PAGES:
        window.show_page(index)
        for control in controls(window):
            if control.isVisible() and control.isEnabled():
                assert_only_scrolls(control)
                turned.append(control.objectName())
    expected = {"variant_combo", "dataset_combo", "optimizer_combo", "epochs_spin", "lr_spin"}
    expected |= {"backbone_combo", "device_combo", "kernel_combo", "size_combo", "rotate_slider"}
    expected |= {"model_combo", "pen_width_slider"}
    assert expected <= set(turned)
    assert len(turned) > 35


def test_a_control_that_is_told_of_the_wheel_directly_ignores_it(window) -> None:
    """Also those that are hidden just now."""
    forget_focus(window)
    before = values(window)
    for control in controls(window):
        event = wheel_event(control)
        QApplication.sendEvent(control, event)
        assert not event.isAccepted(), control.objectName()
        assert control.focusPolicy() != Qt.FocusPolicy.WheelFocus, control.objectName()
    assert values(window) == before


def wheel_event(control: QWidget) -> QWheelEvent:
    spot = control.rect().center()
    return QWheelEvent(
        QPointF(spot),
        QPointF(control.mapToGlobal(spot)),
        QPoint(),
        QPoint(0, -NOTCH),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )


def test_a_spin_box_with_the_focus_follows_the_wheel_a_combo_box_does_not(qtbot, window) -> None:
    window.show_page(TRAIN)
    with qtbot.waitActive(window):
        window.activateWindow()
    spin = window.findChild(QSpinBox, "epochs_spin")
    combo = window.findChild(QComboBox, "optimizer_combo")
    bring_into_view(spin)
    spin.setFocus()
    qtbot.waitUntil(spin.hasFocus)
    before = spin.value()
    turn(spin, 1)
    assert spin.value() == before + 1
    bring_into_view(combo)
    combo.setFocus()
    chosen = combo.currentText()
    turn(combo, -2)
    assert combo.currentText() == chosen


def test_a_dialog_is_guarded_when_it_opens(qtbot, open_window) -> None:
    window = open_window()
    dialog = QDialog(window)
    combo, editable, slider = QComboBox(), QComboBox(), QSlider(Qt.Orientation.Horizontal)
    editable.setEditable(True)
    column = QVBoxLayout(dialog)
    for control in (combo, editable, slider, QSpinBox()):
        column.addWidget(control)
    for box in (combo, editable):
        box.addItems(["first", "second"])
    dialog.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    with qtbot.waitActive(dialog):
        dialog.open()
    for control in controls(dialog):
        assert_only_scrolls(control)
    dialog.close()
