"""Tooltips are short lines, wherever they come from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGraphicsView,
    QLabel,
    QTableView,
    QWidget,
)

from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.widgets.tooltip import MAX_LINE_LENGTH, wrap_tooltip

LONG = "A sentence that explains a control in so many words that one line cannot hold it. " * 3


@given(st.text())
def test_no_line_is_long_and_no_word_is_lost(text):
    wrapped = wrap_tooltip(text)
    if not text.startswith("<"):
        assert all(len(line) <= MAX_LINE_LENGTH for line in wrapped.split("\n"))
        assert "".join(wrapped.split()) == "".join(text.split())
        assert wrap_tooltip(wrapped) == wrapped


def test_lines_of_the_text_are_kept():
    assert wrap_tooltip("one\ntwo\n\nthree") == "one\ntwo\n\nthree"


def long_lines(text):
    return [line for line in text.split("\n") if len(line) > MAX_LINE_LENGTH]


def test_no_tooltip_of_the_window_is_one_long_line(open_window):
    window = open_window()
    widgets = window.findChildren(QWidget)
    assert [w.objectName() for w in widgets if long_lines(w.toolTip())] == []
    for view in widgets:
        if isinstance(view, QAbstractItemView | QComboBox) and view.model() is not None:
            model, role = view.model(), Qt.ItemDataRole.ToolTipRole
            tips = [model.index(row, 0).data(role) or "" for row in range(model.rowCount())]
            if isinstance(view, QTableView):
                columns = range(model.columnCount())
                tips += [
                    model.headerData(i, Qt.Orientation.Horizontal, role) or "" for i in columns
                ]
            assert [tip for tip in tips if long_lines(tip)] == [], view.objectName()


@pytest.mark.parametrize("name", ["loss_plot", "accuracy_plot"])
def test_a_plot_is_explained_at_its_title_not_over_its_curves(open_window, name):
    window = open_window()
    plot = window.train_page.findChild(CurvePlot, name)
    plot.prepare()
    assert plot.toolTip() == ""
    assert plot.findChild(QGraphicsView).toolTip() == ""
    over_curves = Qt.WidgetAttribute.WA_TransparentForMouseEvents
    labels = [label for label in plot.findChildren(QLabel) if not label.testAttribute(over_curves)]
    assert len(labels) == 2
    assert all(label.toolTip() for label in labels)
