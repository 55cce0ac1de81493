"""The view "Learning", with a real run of the digits."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.insight.learning import NEVER, REGIONS, LearningStatistics, history_values
from studio.runs.history import NOT_SEEN, TrainingHistory, load_history
from studio.ui.mistakes.learning.learning_data import (
    LearningData,
    caution_text,
    figures_text,
    learned_text,
    summary_text,
)

WAIT = 30_000


@pytest.fixture(scope="module")
def evaluations(trained):
    from studio.insight import evaluate

    runs_dir, run = trained
    return {split: evaluate(runs_dir / run, split) for split in ("train", "test")}


@pytest.fixture
def view(qtbot, make_session, trained):
    from studio.ui.mistakes.learning.learning_view import LearningView

    view = LearningView(make_session(trained[0]))
    qtbot.addWidget(view)
    view.resize(1100, 620)
    view.show()
    yield view
    view.shutdown()


def show(qtbot, view, trained, evaluation):
    view.session.begin(trained[1], evaluation.split)
    view.session.show(evaluation)
    if evaluation.split == "train":
        qtbot.waitUntil(view.plot.has_image, timeout=WAIT)


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_every_training_sample_is_in_a_region_that_opens_in_the_grid(
    qtbot, view, trained, evaluations
):
    show(qtbot, view, trained, evaluations["train"])
    data = view.data()
    assert len(data.positions) == len(evaluations["train"].labels)
    assert view.card.position() == data.statistics.confidence.argmin()
    shown = []
    view.session.samples_requested.connect(lambda positions, title: shown.append(title))
    for region, button in enumerate(view.buttons):
        positions = data.region_positions(region)
        assert button.isEnabled() == (len(positions) > 0)
        if button.isEnabled():
            with qtbot.waitSignal(view.session.samples_requested) as requested:
                click(qtbot, button)
            assert requested.args[0].tolist() == positions.tolist()
            confidence = data.statistics.confidence[positions]
            assert (np.diff(confidence) >= 0).all()
    counts = zip(REGIONS, data.statistics.counts(), strict=True)
    assert shown == [f"Learning: {region.title.lower()}" for region, number in counts if number]


def test_a_point_shows_its_sample_and_opens_it(qtbot, view, trained, evaluations):
    show(qtbot, view, trained, evaluations["train"])
    qtbot.mouseMove(view.plot, view.plot.point_position(7).toPoint())
    position = view.card.position()
    assert position >= 0
    assert view.card.learned.text() == learned_text(view.data(), position)
    x, y = view.card.plot.curves()["Probability"]
    history = load_history(trained[0] / trained[1])
    np.testing.assert_array_equal(x, np.arange(1, history.epochs + 1))
    np.testing.assert_array_equal(y, history.probability[:, position])
    with qtbot.waitSignal(view.session.sample_requested) as requested:
        click(qtbot, view.card.open_button)
    assert requested.args == [position]


def test_a_rectangle_opens_its_samples(qtbot, view, trained, evaluations):
    show(qtbot, view, trained, evaluations["train"])
    with qtbot.waitSignal(view.session.samples_requested) as requested:
        view.plot.points_selected.emit(np.array([3, 5]))
    assert requested.args[0].tolist() == view.data().positions[[3, 5]].tolist()


def test_another_split_offers_the_training_samples(qtbot, view, trained, evaluations):
    show(qtbot, view, trained, evaluations["test"])
    assert view.stack.currentWidget() is view.empty
    with qtbot.waitSignal(view.session.split_requested) as requested:
        click(qtbot, view.empty.findChild(object, "empty_action"))
    assert requested.args == ["train"]


def test_a_run_without_history_explains_why(qtbot, view, evaluations, tmp_path, make_evaluation):
    from studio.recipes import load_recipe
    from studio.runs import RunStore

    run = RunStore(view.session.context.runs_dir).create(load_recipe("digits-quickstart").config)
    view.session.begin(run.id, "train")
    view.session.show(evaluations["train"])
    qtbot.waitUntil(lambda: "no training history" in view.empty.title(), timeout=WAIT)
    view.session.begin("bundled", "train")
    assert view.stack.currentWidget() is view.loading
    view.session.show(evaluations["train"])
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.empty, timeout=WAIT)
    assert "no training history" in view.empty.title()


def test_history_values_follow_the_evaluation(trained, evaluations):
    run = trained[0] / trained[1]
    values = history_values(evaluations["train"], run)
    history = load_history(run)
    expected = LearningStatistics.from_history(history).take(
        history.positions(evaluations["train"].indices)
    )
    np.testing.assert_array_equal(values.forgotten, expected.forgotten)
    np.testing.assert_array_equal(values.region, expected.region)
    assert history_values(evaluations["test"], run) is None


def test_texts_say_when_a_sample_was_learned():
    correct = np.array([[0, 1, 0], [1, 1, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0]], np.uint8)
    probability = np.where(correct == 1, 0.75, 0.25).astype(np.float16)
    history = TrainingHistory(np.arange(3), probability, correct)
    statistics = LearningStatistics.from_history(history)
    data = LearningData(history, statistics, np.arange(3))
    assert summary_text(data) == "5 epochs · 3 training samples · 2 forgotten at least once"
    assert [learned_text(data, position) for position in range(3)] == [
        "Learned in epoch 2, forgotten twice",
        "Learned in epoch 1, forgotten once",
        "Predicted correctly in none of 5 epochs",
    ]
    assert statistics.region[2] == NEVER
    assert figures_text(data, 2) == "Never learned · confidence 25.0 % · variability 0.00"
    assert caution_text(data).startswith("Low confidence")
    correct[-1, 0] = NOT_SEEN
    assert caution_text(data) == "The last epoch is incomplete."
    few = LearningData(TrainingHistory(np.arange(3), probability[:2], correct[:2]), statistics,
                       np.arange(3))  # fmt: skip
    assert caution_text(few) == "Only 2 epochs: the variability says little yet."
