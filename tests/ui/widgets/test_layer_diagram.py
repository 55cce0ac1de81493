"""The network as boxes: to scale, inside the widget, telling about themselves."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from studio.ui.widgets.layer_diagram import LayerDiagram
from studio.ui.widgets.layer_geometry import Slab, place

NETWORK = [
    Slab("input", 28, 1, "input", "Input"),
    Slab("conv", 28, 32, "conv1", "32 filters", 3),
    Slab("pool", 14, 32, "pool1", "max-pool"),
    Slab("conv", 14, 64, "conv2", "64 filters", 3),
    Slab("linear", 1, 256, "fc1", "256 units"),
    Slab("output", 1, 10, "output", "10 classes"),
]
slab_lists = st.lists(
    st.builds(
        Slab,
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
    boxes = {box.slab.name: box for box in place(NETWORK, 600, 200)}
    assert boxes["conv1"].height == pytest.approx(2 * boxes["conv2"].height)
    assert boxes["conv2"].width == pytest.approx(boxes["conv1"].width * 2**0.5)


@given(slab_lists, st.integers(160, 1400), st.integers(48, 400))
def test_boxes_stay_inside_and_do_not_overlap(slabs, width: int, height: int) -> None:
    boxes = place(slabs, width, height)
    assert len(boxes) == len(slabs)
    for box in boxes:
        assert box.left >= -0.5
        assert box.top - box.rise >= -0.5
        assert box.top + box.height <= height + 0.5
    assert boxes[-1].left + boxes[-1].width + boxes[-1].slant <= width + 0.5
    for left, right in pairwise(boxes):
        assert left.left + left.width + left.slant <= right.left + 0.5


def test_nothing_to_show_is_no_box() -> None:
    assert place([], 100, 100) == []


def test_a_box_tells_about_its_layer(qtbot) -> None:
    diagram = LayerDiagram(captions=True)
    qtbot.addWidget(diagram)
    diagram.resize(600, 220)
    diagram.set_slabs(NETWORK)
    diagram.set_outputs([str(i) for i in range(10)])
    diagram.set_input(np.zeros((1, 28, 28), np.uint8))
    box = diagram._boxes()[1]
    assert diagram.slab_at(QPointF(*box.middle)) == NETWORK[1]
    assert diagram.slab_at(QPointF(-5, -5)) is None
    assert "32 filters" in diagram.accessibleDescription()
    assert not diagram.grab().isNull()
