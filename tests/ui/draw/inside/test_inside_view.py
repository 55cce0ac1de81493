"""The view Inside of the real page, with strokes, clicks and keys, for small models."""

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from studio.config import DataConfig, ModelConfig
from studio.inference import Predictor
from studio.insight.activations import compute_activations, rank_strongest
from studio.models import build_model
from studio.runs.checkpoints import ModelCard
from studio.ui.draw import prediction_controller
from studio.ui.draw.inside import layer_texts
from studio.ui.draw.inside.inside_view import InsideView
from studio.ui.draw.page import DrawPage
from studio.ui.draw.views import INSIDE, PREDICT
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.widgets.activation_grid import ActivationGrid
from studio.ui.widgets.activation_legend import ActivationLegend
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.filter_strip import FilterStrip
from studio.ui.widgets.framed_pixel_view import FramedPixelView
from studio.ui.widgets.layer_selector import LayerSelector
from tests.ui.draw.conftest import Hand

DIGITS = tuple("0123456789")
SMALL = {"filters": ((6, 6), (12,)), "hidden": (16,), "norm": "batch"}
WIDE = {"filters": ((4,), (512,)), "hidden": (), "image_size": 16, "num_classes": 100}


def make_predictor(drawing="mnist", **values):
    config = ModelConfig(
        **{"variant": "simple-vgg", "in_channels": 1, "image_size": 28, "num_classes": 10} | values
    )
    torch.manual_seed(0)
    names = DIGITS if config.num_classes == 10 else tuple(f"class {i}" for i in range(100))
    card = ModelCard(
        recipe="test",
        model=config,
        data=DataConfig(source="digits"),
        class_names=names,
        mean=(33.0,) * config.in_channels,
        std=(78.0,) * config.in_channels,
        drawing=drawing,
    )
    return Predictor(build_model(config).eval(), card)


class Bench:
    """The page with the view, and its parts."""

    def __init__(self, page, predictors, qtbot):
        self.page, self.predictors, self.qtbot = page, predictors, qtbot
        self.view = page.views.view(INSIDE)
        self.diagram = self.part(LayerSelector, "layer_view")
        self.grid = self.part(ActivationGrid, "activation_grid")
        self.detail = self.part(object, "activation_detail")
        self.filter = self.part(FilterStrip, "filter_view")
        self.active = self.part(FramedPixelView, "map_view")
        self.drive = self.part(FramedPixelView, "drive_view")
        self.hand = Hand(page)

    def part(self, kind, name):
        return self.view.findChild(kind, name)

    def button(self, name):
        return self.part(QPushButton, name)

    def title(self):
        return self.part(object, "layer_title").text()

    def detail_title(self):
        return self.part(object, "activation_title").text()

    def after(self, action):
        """Do something that computes a layer, and wait until its values are shown."""
        with self.qtbot.waitSignal(self.view.updated, timeout=20_000):
            action()
        self.qtbot.waitUntil(lambda: self.drive.image() is not None, timeout=20_000)

    def click_layer(self, name):
        box = next(box for box in self.diagram.boxes() if box.layer.name == name)
        point = QPoint(round(box.left + box.width / 2), round(box.top + box.height / 2))
        self.qtbot.mouseClick(self.diagram, Qt.MouseButton.LeftButton, pos=point)

    def click_row(self, row):
        rect = self.grid.visualRect(self.grid.activations.index(row, 0))
        self.qtbot.mouseClick(self.grid.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())

    def waits_for_the_newest(self):
        """Wait until the values shown are those of the drawing on the canvas."""

        def is_newest():
            shown = self.grid.activations.table.strengths
            return np.allclose(shown, self.strengths(), rtol=1e-4, atol=1e-5)

        self.qtbot.waitUntil(is_newest, timeout=20_000)

    def strengths(self):
        """Strengths of the layer shown, computed anew for the drawing on the canvas."""
        predictor = self.predictors["bundled"]
        image = predictor.predict_drawing(self.page.session.canvas.image()).network_input
        names = [layer.name for layer in self.diagram.layers()]
        depth = self.view._depths[names.index(self.diagram.selected().name)]
        return compute_activations(predictor, image, depth).strengths


@pytest.fixture
def bench(qtbot, context, monkeypatch):
    predictors = {"bundled": make_predictor(**SMALL)}
    monkeypatch.setattr(
        prediction_controller,
        "load_predictor",
        lambda key, *_rest: (key, LivePredictor(predictors[key])),
    )
    page = DrawPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 800)
    page.show()
    qtbot.waitExposed(page)
    context.torch_ready = True
    context.torch_loaded.emit()
    qtbot.waitUntil(lambda: page.session.model is not None)
    page.views.open(INSIDE)
    yield Bench(page, predictors, qtbot)
    page.shutdown()


def test_layers_and_maps_are_explored_with_mouse_and_keys(bench, qtbot):
    # Nothing drawn: the layers, and what fills them.
    assert isinstance(bench.view, InsideView)
    kinds = [layer.kind for layer in bench.diagram.layers()]
    assert kinds[:5] == ["input", "conv", "norm", "activation", "conv"]
    assert kinds[-3:] == ["linear", "vector_activation", "output"]
    empty = bench.view.findChild(EmptyState)
    assert empty.isVisible()
    assert empty.title() == "Draw on the left"
    assert not bench.grid.isVisible()
    assert bench.diagram.selected().name == "relu1_1"

    # A stroke fills them, the strongest map first.
    bench.after(lambda: bench.hand.draw_zero())
    bench.waits_for_the_newest()
    bench.view._sort()
    assert bench.grid.isVisible()
    assert not empty.isVisible()
    assert bench.grid.channels() == rank_strongest(bench.strengths()).tolist()
    assert bench.diagram.probabilities_shown() == pytest.approx(
        bench.page.session.prediction.probabilities.tolist()
    )
    assert bench.title() == "relu1_1 · ReLU · 6 maps of 28 × 28"
    assert bench.part(ActivationLegend, "activation_legend").texts()[0] == "0"
    assert bench.active.region().width() == pytest.approx(3 / 28)
    weight = bench.predictors["bundled"].weight("conv1_1")[bench.grid.channel()]
    np.testing.assert_array_equal(bench.filter.values(), weight)
    assert bench.filter.labels() == ("input",)

    # Another layer by a click, another map by a click and by a key.
    bench.after(lambda: bench.click_layer("conv2_1"))
    assert bench.title() == "conv2_1 · 3 × 3 convolution · 12 maps of 14 × 14"
    assert len(bench.grid.channels()) == 12
    assert bench.part(ActivationLegend, "activation_legend").texts()[0] != "0"
    bench.click_row(2)
    third = bench.grid.channels()[2]
    qtbot.waitUntil(lambda: len(bench.filter.labels()) == 6)
    assert bench.detail_title() == f"Map {third} · conv2_1"
    norms = np.linalg.norm(bench.predictors["bundled"].weight("conv2_1")[third], axis=(1, 2))
    assert bench.filter.labels() == tuple(map(str, np.argsort(-norms, kind="stable")))
    bench.grid.setFocus()
    qtbot.keyClick(bench.grid, Qt.Key.Key_Right)
    assert bench.detail_title() == f"Map {bench.grid.channels()[3]} · conv2_1"

    # Layers with keys, up to the classes.
    bench.diagram.setFocus()
    bench.after(lambda: qtbot.keyClick(bench.diagram, Qt.Key.Key_Right))
    assert bench.diagram.selected().name == "norm2_1"
    bench.after(lambda: qtbot.keyClick(bench.diagram, Qt.Key.Key_End))
    assert bench.title() == "output · logits of 10 classes"
    best = DIGITS[int(np.argmax(bench.page.session.prediction.probabilities))]
    assert bench.detail_title() == f"{best} · output"
    qtbot.waitUntil(lambda: not bench.active.isVisible())  # a unit is no map
    assert "Layer" in bench.diagram.accessibleDescription()
    bench.after(lambda: qtbot.keyClick(bench.diagram, Qt.Key.Key_Home))
    assert bench.diagram.selected().name == "input"
    qtbot.waitUntil(lambda: not bench.filter.isVisible())

    # Cleared: the layers stay, the values go.
    bench.page.session.canvas.clear()
    assert empty.isVisible()
    assert bench.diagram.probabilities_shown() == []


def test_the_order_changes_only_when_the_pen_rests(bench, qtbot):
    bench.view._rest.setInterval(60_000)
    bench.after(lambda: bench.hand.draw_one())
    bench.click_row(3)
    order, channel = bench.grid.channels(), bench.grid.channel()
    bench.after(lambda: bench.hand.draw((0.2, 0.2), (0.8, 0.25), (0.2, 0.8), (0.8, 0.8)))
    bench.waits_for_the_newest()
    assert (bench.grid.channels(), bench.grid.channel()) == (order, channel)
    bench.view._rest.setInterval(0)
    bench.view._rest.start()
    expected = rank_strongest(bench.strengths()).tolist()
    qtbot.waitUntil(lambda: bench.grid.channels() == expected)
    assert bench.grid.channel() == channel
    qtbot.mouseClick(bench.button("sort_number"), Qt.MouseButton.LeftButton)
    assert bench.grid.channels() == sorted(order)
    assert bench.grid.channel() == channel
    # A hidden view computes nothing.
    bench.page.views.open(PREDICT)
    with qtbot.assertNotEmitted(bench.view.updated, wait=150):
        bench.hand.draw_zero()


def test_another_model_keeps_the_layer_and_wide_layers_stay_quick(bench, qtbot):
    bench.after(lambda: bench.hand.draw_zero())
    bench.after(lambda: bench.click_layer("conv1_1"))
    bench.predictors["again"] = make_predictor(**SMALL)
    bench.after(lambda: bench.page._load("again"))  # another model of equal layers
    bench.predictors["wide"] = make_predictor(**WIDE)
    bench.predictors["photos"] = make_predictor("picture", in_channels=3, **SMALL)
    bench.after(lambda: bench.page._load("wide"))
    assert bench.diagram.selected().name == "conv1_1"
    bench.after(lambda: bench.click_layer("conv2_1"))
    assert len(bench.grid.channels()) == 512
    painted = []
    paint = bench.grid.itemDelegate().paint
    bench.grid.itemDelegate().paint = lambda *args: (painted.append(1), paint(*args))
    bench.grid.viewport().repaint()
    del bench.grid.itemDelegate().paint
    assert 0 < len(painted) < 100  # only the visible maps
    assert bench.diagram.output_names()[-1].startswith("and ")
    shown = bench.diagram.probabilities_shown()
    assert shown == sorted(shown, reverse=True)
    for size in ((760, 430), (1700, 1000)):
        bench.page.resize(*size)
        QApplication.processEvents()
        inside = bench.view.rect()
        for part in (bench.diagram, bench.grid, bench.detail):
            corners = (
                part.mapTo(bench.view, QPoint(0, 0)),
                part.mapTo(bench.view, part.rect().bottomRight()),
            )
            assert all(inside.contains(corner) for corner in corners), part.objectName()
    bench.after(lambda: bench.page._load("photos"))
    assert bench.drive.image().shape == (28, 28, 3)


def test_a_slow_model_says_so_and_a_narrow_view_has_short_texts(bench, qtbot, monkeypatch):
    monkeypatch.setattr(layer_texts, "SLOW_S", 0.0)
    speed = bench.part(object, "layer_speed")
    assert not speed.isVisible()
    bench.after(lambda: bench.hand.draw_zero())
    qtbot.waitUntil(speed.isVisible)
    assert "follow when the pen rests" in speed.text()
    bench.page.resize(832, 480)
    qtbot.waitUntil(lambda: bench.title() == "relu1_1 · 6 maps of 28²")
    assert bench.button("sort_number").text() == "Number"
    monkeypatch.undo()
    assert layer_texts.speed_note(0.01) == ""
