"""Every page for people who use the keyboard or a screen reader: names, and a visible focus."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QStackedWidget,
    QWidget,
)

from studio.ui import theme
from studio.ui.page_stack import PAGES, TRAIN
from studio.ui.widgets.collapsible_section import CollapsibleHeader
from studio.ui.widgets.curve_plot import CurvePlot

INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
# Parts of a named control, which no one reaches on their own.
PARTS = ("qt_spinbox_lineedit", "qt_scrollarea_viewport")


@pytest.fixture
def window(open_window, show_a_run, qapp, tmp_path):
    """All pages with a run to show, every section unfolded and every plot built."""
    theme.apply(qapp, "light")
    window = open_window(data_dir=tmp_path / "data")
    window.resize(1280, 800)
    show_a_run(window)
    for header in window.findChildren(CollapsibleHeader):
        header.setChecked(True)
    for plot in window.findChildren(CurvePlot):
        plot.prepare()
    return window


def name_of(widget):
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def described(widget):
    parents, at = [], widget
    while at is not None:
        parents.append(f"{type(at).__name__} {at.objectName()}".strip())
        at = at.parentWidget()
    return " < ".join(parents[:5])


def is_part(widget):
    in_popup = widget.window().inherits("QComboBoxPrivateContainer")
    return isinstance(widget, QScrollBar) or widget.objectName() in PARTS or in_popup


def can_be_reached(widget):
    if isinstance(widget, QLabel) and not widget.text():
        return False  # nothing to select in it yet
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(widget, INTERACTIVE)


def test_everything_that_can_be_reached_has_a_name(window, qtbot):
    for page in PAGES:
        window.show_page(page)
        current = window.findChild(QStackedWidget, "pages").currentWidget()
        nameless = [
            described(widget)
            for widget in [*current.findChildren(QWidget), *window.nav_bar.findChildren(QWidget)]
            if can_be_reached(widget) and not is_part(widget) and not name_of(widget)
        ]
        assert nameless == []


def tab_stops(window):
    """Widgets in the order of Tab, as far as they are shown and enabled."""
    stops, widget = [], window.nextInFocusChain()
    while widget is not window:
        tabbed = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
        if tabbed and widget.isVisibleTo(window) and not is_part(widget):
            stops.append(widget)
        widget = widget.nextInFocusChain()
    return [stop for stop in stops if stop.focusProxy() is None]


def test_the_focus_can_be_seen_at_every_tab_stop(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    for page in PAGES:
        window.show_page(page)
        stops = tab_stops(window)
        assert [described(stop) for stop in stops if not shows_focus(window, stop)] == []
        assert len(tab_stops(window)) > (20 if page == TRAIN else 8)


def shows_focus(window, stop):
    """Whether it looks different with the focus, unless it passes the focus on."""
    window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, False)
    window.setFocus()
    before = stop.grab().toImage()
    stop.setFocus(Qt.FocusReason.TabFocusReason)
    if not stop.hasFocus():
        return True
    window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)  # as a real Tab key does
    return stop.grab().toImage() != before
