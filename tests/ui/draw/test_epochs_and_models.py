"""Views over time and side by side, and a model in training, with real models on one window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from studio.inference import Predictor
from studio.recipes import load_recipe
from studio.runs import RunStatus, RunStore
from studio.runs.stored_epochs import NOW
from studio.training import Trainer
from studio.ui.draw.over_time.epoch_models import (
    EpochModels,
    EpochRequest,
    KeptEpochs,
    describe_change,
)
from studio.ui.draw.views import COMPARE, OVER_TIME
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.tasks import FitThread
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.prediction_bars import PredictionBars
from studio.ui.widgets.probability_ribbon import ProbabilityRibbon
from tests.fixed_engine import FIXED_ENGINE

LONG = 20_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def config():
    return load_recipe("digits-quickstart").config.with_values(
        FIXED_ENGINE
        | {
            "optim.epochs": 5,
            "optim.batch_size": 256,
            "model.filters": [[4]],
            "model.hidden": [16],
            "engine.keep_weights": "powers_of_two",
        }
    )


@pytest.fixture(scope="module")
def trained(config, tmp_path_factory):
    """A folder with a run that kept the epochs 1, 2 and 4, and one that kept none."""
    store = RunStore(tmp_path_factory.mktemp("runs"))
    for keep in ("powers_of_two", "none"):
        run = store.create(config.with_values({"engine.keep_weights": keep, "optim.epochs": 4}))
        Trainer(run.config, run).fit()
    return store


@pytest.fixture
def runs(trained, context):
    """The ids of the two runs; the window shows the runs of that folder."""
    context.store.runs_dir = trained.runs_dir
    by_setting = {trained.run(run.id).config.engine.keep_weights: run.id for run in trained.list()}
    return by_setting["powers_of_two"], by_setting["none"]


@pytest.fixture
def page(real_page, runs, context, qtbot):
    context.torch_ready = True
    real_page.resize(1280, 760)
    choose(real_page, qtbot, runs[0])
    return real_page


def choose(page, qtbot, key):
    page.set_model(key)
    qtbot.waitUntil(
        lambda: page.session.model is not None and page.session.model_key == key, timeout=LONG
    )


def find(page, kind, name):
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def test_epochs_are_predicted_within_the_memory(trained, runs):
    ink = np.zeros((280, 280), np.uint8)
    ink[60:220, 130:150] = 255
    kept = KeptEpochs(runs[0], (1, 2, 4))
    models = EpochModels(trained)
    found = models.predict(EpochRequest(kept, ink), lambda: False)
    for epoch, row in zip(kept.epochs, found.probabilities, strict=True):
        path = trained.weights_source(f"{runs[0]}@{epoch}")
        expected = Predictor.load(path).predict_drawing(ink).probabilities
        np.testing.assert_allclose(row, expected, rtol=1e-5)
    assert models.used_bytes == sum(
        trained.run(runs[0]).epoch_weights(epoch).stat().st_size for epoch in kept.epochs
    )
    small = EpochModels(trained, memory_bytes=models.used_bytes - 1)
    again = small.predict(EpochRequest(kept, ink), lambda: False)
    np.testing.assert_allclose(again.probabilities, found.probabilities, rtol=1e-5)
    assert 0 < small.used_bytes < models.used_bytes
    assert models.predict(EpochRequest(kept, np.zeros_like(ink)), lambda: False) is None


def test_weights_of_now_are_the_last_point_and_cost_no_other_prediction(trained, runs, monkeypatch):
    ink = np.zeros((280, 280), np.uint8)
    ink[60:220, 130:150] = 255
    kept, now = KeptEpochs(runs[0], (1, 2), is_training=True), f"{runs[0]}@4"
    asked = []
    predict = LivePredictor.predict_drawing
    monkeypatch.setattr(
        LivePredictor, "predict_drawing", lambda model, ink: asked.append(1) or predict(model, ink)
    )
    models = EpochModels(trained)
    request = EpochRequest(kept, ink, now=LivePredictor.load(now, trained))
    found = models.predict(request, lambda: False)
    assert found.points == (1, 2, NOW)
    expected = Predictor.load(trained.weights_source(now)).predict_drawing(ink).probabilities
    np.testing.assert_allclose(found.probabilities[2], expected, rtol=1e-5)
    assert len(asked) == 3
    again = models.predict(EpochRequest(kept, ink.copy(), now=request.now), lambda: False)
    np.testing.assert_array_equal(again.probabilities, found.probabilities)
    assert len(asked) == 4  # only the model in training
    models.predict(EpochRequest(kept, np.roll(ink, 9, 1), now=request.now), lambda: False)
    assert len(asked) == 7


def test_the_change_over_the_epochs_is_said():
    rows = np.eye(3, dtype=np.float32)
    names = ("a", "b", "c")
    assert describe_change((1, 2, 4), names, rows) == "c since epoch 4."
    assert describe_change((1, 2, 4), names, rows[[0, 1, 1]]) == "b since epoch 2."
    assert describe_change((1, 2), names, rows[[1, 1]]) == "b after every kept epoch."
    assert describe_change((3,), names, rows[:1]) == "One epoch is kept."
    assert describe_change((NOW,), names, rows[:1]) == "No epoch is kept yet."
    assert describe_change((1, 2, NOW), names, rows) == "c now, b after epoch 2."
    assert describe_change((1, 2, NOW), names, rows[[0, 1, 1]]) == "b since epoch 2."
    assert describe_change((1, NOW), names, rows[[1, 1]]) == "b after every kept epoch and now."


def export(view, path, qtbot):
    QTest.mouseClick(find(view, QToolButton, "epoch_export_button"), LEFT)
    dialog = find(view, QFileDialog, "epoch_export_dialog")
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    qtbot.waitUntil(path.exists, timeout=LONG)
    note = find(view, QLabel, "over_time_note")
    qtbot.waitUntil(lambda: path.name in note.text(), timeout=LONG)
    qtbot.waitUntil(lambda: view.findChild(QFileDialog) is None, timeout=LONG)


def test_the_slider_shows_what_each_epoch_said(page, hand, runs, tmp_path, qtbot):
    page.views.open(OVER_TIME)
    view = page.views.view(OVER_TIME)
    hand.draw_one()
    qtbot.waitUntil(lambda: view.predictions is not None, timeout=LONG)
    ribbon, slider = (
        find(view, ProbabilityRibbon, "probability_ribbon"),
        find(view, QSlider, "epoch_slider"),
    )
    assert ribbon.epochs() == [1, 2, 4]
    assert sum(values[0] for values in ribbon.values().values()) == pytest.approx(1, abs=1e-5)
    bars = find(view, PredictionBars, "over_time_bars")
    assert slider.value() == 2
    last = bars.values()
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert find(view, QLabel, "over_time_epoch").text().startswith("Epoch 2")
    assert bars.values() != last
    shown = dict(bars.values())
    assert shown["7"] == pytest.approx(float(view.predictions.probabilities[1, 7]))
    QTest.mouseClick(ribbon, LEFT, pos=QPoint(46, 60))
    assert slider.value() == 0

    play = find(view, QPushButton, "play_button")
    QTest.mouseClick(play, LEFT)
    assert play.text() == "Pause"
    qtbot.waitUntil(lambda: slider.value() == 2 and play.text() == "Play", timeout=LONG)

    export(view, tmp_path / "epochs.csv", qtbot)
    header, *rows = (tmp_path / "epochs.csv").read_text().splitlines()
    assert header == "epoch,predicted," + ",".join("0123456789")
    assert [row.split(",")[0] for row in rows] == ["1", "2", "4"]
    assert float(rows[1].split(",")[9]) == pytest.approx(shown["7"], abs=1e-6)
    export(view, tmp_path / "epochs.png", qtbot)
    assert not QImage(str(tmp_path / "epochs.png")).isNull()

    before = view.predictions
    hand.draw_zero()  # it follows the drawing
    qtbot.waitUntil(lambda: view.predictions not in (None, before), timeout=LONG)

    slider.setValue(0)
    QTest.mouseClick(find(view, QPushButton, "use_epoch_button"), LEFT)
    qtbot.waitUntil(lambda: page.session.model_key == f"{runs[0]}@1", timeout=LONG)
    combo = find(page, QComboBox, "epoch_combo")
    assert combo.currentText() == "Epoch 1"
    assert [combo.itemText(row) for row in range(1, combo.count())] == [
        "Epoch 1",
        "Epoch 2",
        "Epoch 4",
    ]
    qtbot.waitUntil(lambda: page.session.prediction is not None, timeout=LONG)
    at_first = view.predictions.probabilities[0]
    np.testing.assert_allclose(page.session.prediction.probabilities, at_first, rtol=1e-4)


def test_without_kept_epochs_the_view_says_what_to_do(page, runs, qtbot):
    page.views.open(OVER_TIME)
    empty = find(page.views.view(OVER_TIME), EmptyState, "")
    choose(page, qtbot, runs[1])
    qtbot.waitUntil(lambda: empty.title() == "This run kept no epochs", timeout=LONG)
    with qtbot.waitSignal(page.session.train_requested):
        QTest.mouseClick(find(empty, QPushButton, "empty_action"), LEFT)
    choose(page, qtbot, "bundled")
    assert empty.title() == "The bundled model has kept no epochs"


def test_models_are_compared_while_one_draws(page, hand, runs, context, qtbot):
    page.views.open(COMPARE)
    view = page.views.view(COMPARE)
    hand.draw_one()
    bars = [find(view, PredictionBars, f"compare_bars_{number}") for number in (1, 2)]
    qtbot.waitUntil(lambda: all(bar.values() for bar in bars), timeout=LONG)
    qtbot.waitUntil(lambda: page.session.prediction is not None, timeout=LONG)
    page_bars = dict(page.findChild(PredictionBars, "prediction_bars").values())
    assert dict(bars[0].values()) == pytest.approx(page_bars, rel=1e-4)
    summary = find(view, QLabel, "compare_summary")
    qtbot.waitUntil(lambda: "say" in summary.text(), timeout=LONG)

    add = find(view, QPushButton, "compare_add")
    QTest.mouseClick(add, LEFT)
    QTest.mouseClick(add, LEFT)
    assert not add.isEnabled()
    column = find(view, QWidget, "compare_column_3")
    column.choose(f"{runs[0]}@1")
    third = find(view, PredictionBars, "compare_bars_3")
    qtbot.waitUntil(lambda: bool(third.values()), timeout=LONG)
    assert third.values() != bars[0].values()
    assert column.title.endswith(" after epoch 1")

    column.choose(f"{runs[1]}@1")  # the others go on where a model fails
    qtbot.waitUntil(lambda: "has not kept" in third.text(), timeout=LONG)
    hand.draw_zero()
    qtbot.waitUntil(lambda: bool(bars[1].values()), timeout=LONG)
    remove = find(view, QToolButton, "compare_remove_3")
    QTest.mouseClick(remove, LEFT)
    assert add.isEnabled()
    assert len(view._keys()) == 3


def test_a_model_in_training_is_shown_while_it_learns(page, hand, config, context, qtbot):
    page.hide()
    page.show()
    endless = config.with_values({"optim.epochs": 10_000})
    thread = FitThread(endless, context.store)
    thread.snapshots._next_time = 0.0
    started = []
    thread.fit_events.connect(started.extend)
    thread.finished.connect(context.live_training.end)
    thread.start()
    qtbot.waitUntil(lambda: bool(started), timeout=LONG)
    context.live_training.begin(thread.run_id, thread)
    context.runs_changed.emit()
    combo, key = find(page, QComboBox, "model_combo"), f"{thread.run_id}@now"
    try:
        qtbot.waitUntil(lambda: combo.findData(key) >= 0, timeout=LONG)
        assert combo.itemText(combo.findData(key)).startswith("In training: ")
        hand.draw_one()
        page.set_model(key)
        models = set()

        def has_learned():
            if page.session.model is not None and page.session.prediction is not None:
                models.add(id(page.session.model))
            return len(models) == 2

        qtbot.waitUntil(has_learned, timeout=LONG)
        ribbon = watch_over_time(page, qtbot)
        thread.pause()  # the weights are still there for a model chosen now
        thread.request_snapshot()
    finally:
        thread.resume()
        thread.request_stop()
        assert thread.wait(LONG)
    qtbot.waitUntil(lambda: page.session.model_key == thread.run_id, timeout=LONG)
    qtbot.waitUntil(lambda: page.session.model is not None, timeout=LONG)
    assert context.store.run(thread.run_id).status.status is RunStatus.STOPPED
    assert context.live_training.snapshot is None
    qtbot.waitUntil(lambda: NOW not in ribbon.epochs(), timeout=LONG)
    assert ribbon.epochs()[0] == 1


def watch_over_time(page, qtbot):
    """Open the view, and wait until it shows the newest weights after the epochs kept."""
    page.views.open(OVER_TIME)
    view = page.views.view(OVER_TIME)
    ribbon = find(view, ProbabilityRibbon, "probability_ribbon")
    qtbot.waitUntil(lambda: view.predictions is not None, timeout=LONG)
    qtbot.waitUntil(lambda: len(ribbon.epochs()) > 1 and ribbon.epochs()[-1] == NOW, timeout=LONG)
    assert find(view, QLabel, "over_time_epoch").text() == "Now, in training"
    assert not find(view, QPushButton, "use_epoch_button").isEnabled()  # the page has it already
    return ribbon
