"""The steps to the model input are shown while drawing, and each can be left out with a click."""

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QScrollArea, QWidget

from studio.ui.draw.input_steps.flow_geometry import MIN_IMAGE_PX, compute_flow
from studio.ui.draw.views import INPUT
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.pixel_view import PixelView

LONG = 60_000


def text(page, name):
    return page.findChild(QLabel, name).text()


def click(check_box):
    QTest.mouseClick(check_box, Qt.MouseButton.LeftButton, pos=QPoint(10, check_box.height() // 2))


def test_steps_follow_the_pen_and_can_be_left_out(real_page, hand, context, qtbot):
    page = real_page
    context.load_torch()
    page.views.open(INPUT)
    view = page.findChild(QWidget, "input_view")
    assert view.isVisible()
    qtbot.waitUntil(lambda: page.session.model is not None, timeout=LONG)
    assert view.findChild(EmptyState).title() == "Nothing drawn yet"

    hand.draw((0.1, 0.1), (0.12, 0.1), (0.3, 0.1), (0.2, 0.35))  # a small 7 in the corner
    qtbot.waitUntil(lambda: view.findChild(QCheckBox, "input_step_center") is not None)
    keys = ["drawing", "crop", "scale", "contrast", "center", "normalize"]
    qtbot.waitUntil(lambda: [card.key for card in view.flow.cards] == keys)
    images = {key: view.findChild(PixelView, f"input_image_{key}") for key in keys}
    newest = page.session.prediction
    qtbot.waitUntil(
        lambda: np.array_equal(images["center"].image(), page.session.prediction.network_input[0])
    )
    assert images["drawing"].image().shape == (280, 280)
    assert images["normalize"].heatmap().shape == (28, 28)
    assert "longer side becomes 20" in text(view, "input_text_scale")
    assert text(view, "input_summary").startswith("7 · ")
    assert text(view, "input_effect_center").startswith("Without: ")
    assert text(view, "input_effect_drawing") == ""

    before = images["center"].image()
    center, scale = (view.findChild(QCheckBox, f"input_step_{key}") for key in ("center", "scale"))
    click(center)
    click(scale)
    assert view.without == {"center", "scale"}
    qtbot.waitUntil(lambda: text(view, "input_effect_scale").startswith("With it: "))
    rows, columns = np.nonzero(images["center"].image())
    assert max(rows.max(), columns.max()) < 14  # where and as small as it was drawn
    assert "with all steps" in text(view, "input_summary")
    assert page.session.prediction is newest  # the page itself still predicts with all steps

    hand.draw((0.3, 0.3), (0.35, 0.35), (0.4, 0.4))
    qtbot.waitUntil(lambda: page.session.prediction is not newest)
    assert view.without == {"center", "scale"}  # kept while drawing

    reset = view.findChild(QPushButton, "input_reset_button")
    QTest.mouseClick(reset, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: center.isChecked() and scale.isChecked())
    qtbot.waitUntil(lambda: not reset.isVisible())
    assert not np.array_equal(images["center"].image(), before)

    page.window().resize(1920, 1080)  # in one step, as a maximized window
    viewport, cards = view.findChild(QScrollArea).viewport(), view.flow.cards
    qtbot.waitUntil(lambda: viewport.width() > 1000)
    fitting = compute_flow(viewport.width(), viewport.height(), len(keys))
    qtbot.waitUntil(lambda: cards[0].width() == fitting.cell_width)
    assert fitting.columns == 3  # there is room for two rows
    assert cards[3].y() > cards[0].y()

    page.findChild(QPushButton, "clear_button").click()
    assert view.findChild(EmptyState).isVisible()
    assert not page.grab().isNull()


def test_images_are_as_large_as_they_fit():
    wide = compute_flow(1400, 800, 6)
    assert wide.has_sentences
    assert wide.columns == 3
    low = compute_flow(560, 380, 6)
    assert not low.has_sentences
    assert low.height == 380
    tiny = compute_flow(300, 200, 6)
    assert tiny.height > 200  # it scrolls
    for flow in (wide, low, tiny):
        assert min(flow.cell_width, flow.cell_height) >= MIN_IMAGE_PX
