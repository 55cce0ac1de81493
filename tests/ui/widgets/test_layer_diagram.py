"""A network as boxes: proportions, layout, tooltips and keyboard selection."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QToolTip

from studio.ui.widgets.layer_diagram import LayerDiagram
from studio.ui.widgets.layer_geometry import DiagramLayer, layout_boxes

NETWORK = [
    DiagramLayer("input", 28, 1, "input", "Input"),
    DiagramLayer("conv", 28, 32, "conv1", "32 filters", 3),
    DiagramLayer("pool", 14, 32, "pool1", "max-pool"),
    DiagramLayer("conv", 14, 64, "conv2", "64 filters", 3),
    DiagramLayer("linear", 1, 256, "fc1", "256 units"),
    DiagramLayer("output", 1, 10, "output", "10 classes"),
]
layer_lists = st.lists(
    st.builds(
        DiagramLayer,
        st.sampled_from(["input", "conv", "pool", "linear", "output"]),
        st.integers(1, 224),
        st.integers(1, 4096),
        st.just("layer"),
        st.just("text"),
    ),
    min_size=1,
    max_size=24,
)


def test_heights_and_widths_follow_the_layers() -> None:
    boxes = {box.layer.name: box for box in layout_boxes(NETWORK, 600, 200)}
    assert boxes["conv1"].height == pytest.approx(2 * boxes["conv2"].height)
    assert boxes["conv2"].width == pytest.approx(boxes["conv1"].width * 2**0.5)


@given(layer_lists, st.integers(160, 1400), st.integers(48, 400))
def test_boxes_stay_inside_and_do_not_overlap(layers, width: int, height: int) -> None:
    boxes = layout_boxes(layers, width, height)
    assert len(boxes) == len(layers)
    for box in boxes:
        assert box.left >= -0.5
        assert box.top - box.rise >= -0.5
        assert box.top + box.height <= height + 0.5
    assert boxes[-1].left + boxes[-1].width + boxes[-1].slant <= width + 0.5
    for left, right in pairwise(boxes):
        assert left.left + left.width + left.slant <= right.left + 0.5


@pytest.mark.parametrize(("width", "height"), [(320, 72), (800, 220)])
def test_nineteen_layers_are_distinguishable(width: int, height: int) -> None:
    layers = [DiagramLayer("input", 224, 3, "input", "Input")]
    for block, (depth, count) in enumerate([(64, 2), (128, 2), (256, 4), (512, 4), (512, 4)]):
        side = 224 >> block
        layers += [DiagramLayer("conv", side, depth, f"conv{block}", "filters", 3)] * count
        layers.append(DiagramLayer("pool", side // 2, depth, f"pool{block}", "max-pool"))
    layers += [DiagramLayer("linear", 1, 4096, "fc", "units")] * 2 + [
        DiagramLayer("output", 1, 1000, "out", "out")
    ]
    boxes = layout_boxes(layers, width, height)
    assert all(box.width + box.slant >= 4 for box in boxes)
    assert all(
        right.left - left.left - left.width - left.slant > 2 for left, right in pairwise(boxes)
    )
    assert boxes[1].height > 0.4 * height


def test_neighbors_of_equal_size_share_a_caption(qtbot) -> None:
    same = [DiagramLayer("conv", 28, 64, f"conv1_{i}", "64 filters", 3) for i in (1, 2)]
    once, twice = LayerDiagram(captions=True), LayerDiagram(captions=True)
    for diagram, layers in (
        (once, same),
        (twice, [same[0], DiagramLayer("conv", 28, 32, "c", "c", 3)]),
    ):
        qtbot.addWidget(diagram)
        diagram.resize(600, 220)
        diagram.set_layers(layers)
    assert len(caption_groups(once)) == 1
    assert len(caption_groups(twice)) == 2


def caption_groups(diagram: LayerDiagram) -> list[int]:
    """Where texts begin in the line of captions: ink after 40 pixels and more of none."""
    image = diagram.grab().toImage()
    columns = range(image.width())
    back = image.pixel(0, image.height() - 1)
    rows = range(image.height() - 18, image.height())
    inked = [x for x in columns if any(image.pixel(x, y) != back for y in rows)]
    return [x for x, before in zip(inked, [-99, *inked], strict=False) if x - before > 40]


def test_no_layers_give_no_boxes() -> None:
    assert layout_boxes([], 100, 100) == []


def test_hovering_a_box_shows_its_layer(qtbot) -> None:
    diagram = LayerDiagram(captions=True)
    qtbot.addWidget(diagram)
    diagram.resize(600, 220)
    diagram.set_layers(NETWORK)
    diagram.set_outputs([str(i) for i in range(10)])
    diagram.set_input(np.zeros((1, 28, 28), np.uint8))
    box = diagram.boxes()[1]
    assert diagram.layer_at(QPointF(*box.middle)) == NETWORK[1]
    assert diagram.layer_at(QPointF(-5, -5)) is None
    assert "32 filters" in diagram.accessibleDescription()
    assert not diagram.grab().isNull()


def test_keys_select_layers_and_show_tooltips(qtbot) -> None:
    diagram = LayerDiagram(captions=True)
    qtbot.addWidget(diagram)
    diagram.resize(600, 220)
    diagram.set_layers(NETWORK)
    with qtbot.waitExposed(diagram):
        diagram.show()
    diagram.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(diagram.hasFocus)
    summary, plain = diagram.accessibleDescription(), diagram.grab().toImage()
    for key, name in (
        (Qt.Key.Key_Right, "input"),
        (Qt.Key.Key_Right, "conv1"),
        (Qt.Key.Key_End, "output"),
        (Qt.Key.Key_Right, "output"),
        (Qt.Key.Key_Left, "fc1"),
        (Qt.Key.Key_Home, "input"),
        (Qt.Key.Key_Left, "input"),
    ):
        qtbot.keyClick(diagram, key)
        assert diagram.selected().name == name
    qtbot.keyClick(diagram, Qt.Key.Key_Right)
    assert diagram.accessibleDescription() == "Layer 2 of 6: 32 filters"
    assert QToolTip.text() == "32 filters"  # as hovering shows
    assert diagram.grab().toImage() != plain
    qtbot.keyClick(diagram, Qt.Key.Key_Escape)
    assert diagram.selected() is None
    assert diagram.accessibleDescription() == summary


def test_losing_the_focus_clears_the_selection(qtbot) -> None:
    diagram = LayerDiagram()
    qtbot.addWidget(diagram)
    diagram.set_layers(NETWORK)
    with qtbot.waitExposed(diagram):
        diagram.show()
    diagram.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(diagram, Qt.Key.Key_Right)
    diagram.clearFocus()
    assert diagram.selected() is None


@pytest.mark.parametrize("height", [100, 220, 600])
def test_many_class_names_are_abbreviated(qtbot, height: int) -> None:
    diagram = LayerDiagram(captions=True)
    qtbot.addWidget(diagram)
    diagram.resize(600, height)
    diagram.set_outputs([f"class {i}" for i in range(1000)])
    *named, last = diagram.output_names()
    assert named == [f"class {i}" for i in range(len(named))]
    assert last == f"and {1000 - len(named)} more"
    assert (len(named) + 1) * diagram.fontMetrics().ascent() <= height
    diagram.set_outputs(named)
    assert list(diagram.output_names()) == named


def test_stale_diagrams_are_pale_and_frozen_layers_grey(qtbot) -> None:
    diagram = LayerDiagram()
    qtbot.addWidget(diagram)
    diagram.resize(600, 200)
    diagram.set_layers(NETWORK)
    normal, box = diagram.grab().toImage(), diagram.boxes()[1]
    point = round(box.left + box.width / 2), round(box.top + box.height / 2)
    diagram.set_stale(True)
    assert (
        diagram.grab().toImage().pixelColor(*point).lightness()
        > normal.pixelColor(*point).lightness()
    )
    diagram.set_stale(False)
    assert diagram.grab().toImage() == normal
    diagram.set_layers([NETWORK[0], replace(NETWORK[1], frozen=True), *NETWORK[2:]])
    frozen = diagram.grab().toImage().pixelColor(*point)
    assert frozen.saturation() < normal.pixelColor(*point).saturation()
