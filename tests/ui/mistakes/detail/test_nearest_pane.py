"""The nearest training samples of a sample, with a real run of the digits."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.insight.nearest import Neighbor
from studio.ui.mistakes.detail.nearest_pane import NearestPane, compared_classes
from studio.ui.shared.nearest_row import NearestRow

LEFT = Qt.MouseButton.LeftButton
WAIT = 30_000


@pytest.fixture(scope="module")
def evaluated(trained):
    from studio.insight import evaluate

    runs_dir, run = trained
    return {split: evaluate(runs_dir / run, split) for split in ("test", "train")}


@pytest.fixture
def pane(qtbot, make_session, trained, evaluated):
    runs_dir, run = trained
    session = make_session(runs_dir)
    session.begin(run, "test")
    session.show(evaluated["test"])
    pane = NearestPane(session)
    pane.session = session
    qtbot.addWidget(pane)
    pane.resize(800, 240)
    with qtbot.waitExposed(pane):
        pane.show()
    yield pane
    pane.shutdown()


def show(qtbot, pane, position):
    with qtbot.waitSignal(pane.panel.search.found, timeout=WAIT):
        pane.show_sample(pane.session, position)


def shown_buttons(row):
    return [button for button in row.buttons if button.isVisible()]


def test_a_mistake_has_neighbors_of_both_its_classes(qtbot, pane, evaluated):
    evaluation = evaluated["test"]
    position = int(evaluation.mistakes()[0])
    show(qtbot, pane, position)
    names, first, second = evaluation.class_names, *pane.panel.rows
    assert first.title.text() == "Predicted"
    assert first.class_name.text() == names[evaluation.predicted[position]]
    assert second.title.text() == "True"
    assert second.class_name.text() == names[evaluation.labels[position]]
    for row in pane.panel.rows:
        similarities = [float(button.text()) for button in shown_buttons(row)]
        assert len(similarities) >= 5
        assert similarities == sorted(similarities, reverse=True)
    assert "1,151 training samples" in pane.panel.note.text()
    assert "need not be why" in pane.panel.note.text()


def test_a_correct_sample_is_compared_with_the_second_choice(qtbot, pane, evaluated):
    evaluation = evaluated["test"]
    position = int(np.flatnonzero(evaluation.predicted == evaluation.labels)[0])
    show(qtbot, pane, position)
    assert [row.title.text() for row in pane.panel.rows] == ["Predicted and true", "Second choice"]
    second = np.argsort(-evaluation.probabilities[position])[1]
    compared = compared_classes(evaluation, position)
    assert [each.number for each in compared] == [evaluation.predicted[position], second]


def test_a_click_opens_the_sample_in_the_training_split(qtbot, pane, evaluated):
    show(qtbot, pane, int(evaluated["test"].mistakes()[0]))
    button = pane.panel.rows[1].buttons[1]
    with qtbot.waitSignal(pane.session.split_requested) as asked:
        qtbot.mouseClick(button, LEFT)
    assert asked.args == ["train"]
    pane.session.begin(pane.session.run, "train")
    with qtbot.waitSignal(pane.session.sample_requested) as request:
        pane.session.show(evaluated["train"])
    opened = evaluated["train"].sample_name(request.args[0])
    assert button.accessibleName().startswith(f"{opened}, similarity")


def test_a_training_sample_finds_itself(qtbot, pane, evaluated):
    train = evaluated["train"]
    pane.session.begin(pane.session.run, "train")
    pane.session.show(train)
    position = int(np.flatnonzero(train.predicted == train.labels)[0])
    show(qtbot, pane, position)
    assert pane.panel.rows[0].buttons[0].text() == "itself"
    with qtbot.waitSignal(pane.session.sample_requested) as request:
        qtbot.mouseClick(pane.panel.rows[0].buttons[0], LEFT)
    assert request.args == [position]


def test_loading_can_be_cancelled_and_repeated(qtbot, pane):
    with qtbot.waitSignal(pane.panel.search.cancelled, timeout=WAIT):
        pane.show_sample(pane.session, 0)
        qtbot.mouseClick(pane.panel.cancel_button, LEFT)
    assert pane.panel.again_button.isVisible()
    with qtbot.waitSignal(pane.panel.search.found, timeout=WAIT):
        qtbot.mouseClick(pane.panel.again_button, LEFT)
    assert pane.panel.rows[0].isVisible()


def test_a_run_without_weights_fails_with_its_error(qtbot, pane, evaluated):
    (pane.session.context.store.runs_dir / "broken").mkdir(exist_ok=True)
    pane.session.begin("broken", "test")
    pane.session.show(evaluated["test"])
    with qtbot.waitSignal(pane.failed, timeout=WAIT):
        pane.show_sample(pane.session, 0)
    assert pane.panel.again_button.isVisible()


def test_a_row_says_what_is_equal_and_what_is_missing(qtbot):
    row = NearestRow("row", opens=True)
    qtbot.addWidget(row)
    row.resize(600, 90)
    image = np.zeros((1, 8, 8), np.uint8)
    row.show_neighbors(
        "True",
        "<b>nine</b>",
        [
            Neighbor("train:1", 1, 0, 1.0, image, is_same=True, is_duplicate=False),
            Neighbor("train:2", 2, 0, 1.0, image, is_same=False, is_duplicate=True),
            Neighbor("train:3", 3, 0, 0.5, image, is_same=False, is_duplicate=False),
        ],
    )
    row.show()
    assert [button.text() for button in row.buttons] == ["itself", "duplicate", "0.500"]
    row.show_neighbors("True", "nine", [])
    assert row.empty.isVisible()
    assert row.empty.text() == "No training samples"


def test_a_low_row_shows_only_images(qtbot):
    row = NearestRow("row", opens=True)
    qtbot.addWidget(row)
    image = np.zeros((3, 8, 8), np.uint8)
    neighbor = Neighbor("train:1", 1, 0, 0.9, image, is_same=False, is_duplicate=False)
    row.show_neighbors("True", "nine", [neighbor])
    row.set_height(40)
    assert row.buttons[0].toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    row.set_height(100)
    assert row.buttons[0].toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextUnderIcon
    assert "similarity 0.9000" in row.buttons[0].toolTip()
