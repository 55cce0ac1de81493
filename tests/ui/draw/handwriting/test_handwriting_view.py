"""My handwriting, driven by mouse and keys: save, relabel, delete, capture, test, adapt."""

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from studio.config import TrainConfig
from studio.data.handwriting.store import HandwritingStore
from studio.errors import MissingDatasetError, RunError, Stopped
from studio.insight.adaptation_receipt import AdaptationReceipt, Figure, write_receipt
from studio.insight.handwriting import HandwritingEvaluation, sample_key
from studio.paths import handwriting_dir
from studio.runs import Run, RunStore
from studio.ui.draw.handwriting import (
    adapting_controller,
    handwriting_view,
    handwriting_work,
)
from studio.ui.draw.handwriting.accuracy_panel import AccuracyPanel
from studio.ui.draw.handwriting.capture_plan import REPEATS, CapturePlan, prompt_text
from studio.ui.draw.handwriting.drawing_strokes import record_strokes
from studio.ui.draw.handwriting.handwriting_work import RunsResult
from studio.ui.draw.handwriting.receipt_text import receipt_figures, receipt_note
from studio.ui.draw.views import HANDWRITING
from studio.ui.widgets.strokes import Background, Stroke
from tests.ui.draw.conftest import FakePredictor, Hand

LONG = 20_000


def evaluate_drawings(self, run, samples, drawings, seen, should_stop=None):
    """What the real model does, with predictions of the stand-in."""
    found = [self.predict_drawing(drawing).probabilities for drawing in drawings]
    predicted = np.array([p.argmax() for p in found], np.int64)
    return HandwritingEvaluation(
        run,
        self.class_names,
        tuple(samples),
        np.array([self.class_names.index(s.label) for s in samples], np.int64),
        predicted,
        np.array([p.max() for p in found], np.float32),
        np.array([sample_key(s) in seen for s in samples], bool),
    )


@pytest.fixture
def view(qtbot, page, context, monkeypatch):
    """The view on a page whose model tells 1 from everything else, which is a 0."""
    monkeypatch.setattr(FakePredictor, "evaluate_drawings", evaluate_drawings, raising=False)
    page.window().activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.views.open(HANDWRITING)
    shown = page.views.view(HANDWRITING)
    qtbot.waitUntil(lambda: shown.controller.is_loaded)
    return shown


def labels(context) -> list[str]:
    store = HandwritingStore(handwriting_dir(context.data_dir))
    return [sample.label for sample in store.list().samples]


def wait_for_labels(qtbot, view, context, expected: list[str]) -> None:
    qtbot.waitUntil(
        lambda: [s.label for s in view.controller.drawings.samples] == expected, timeout=LONG
    )
    assert labels(context) == expected


def captions(view) -> list[str]:
    table = view.grid.samples.table
    return [table.caption(position) for position in range(len(table.images))]


def test_saving_and_changing_drawings(qtbot, page, view, context) -> None:
    hand = Hand(page)
    assert view._pages.currentWidget() is view._empty
    save = view.findChild(QPushButton, "save_drawing_button")
    assert not save.isEnabled()
    hand.draw_one()
    assert save.isEnabled()
    QTest.keyClick(hand.canvas, Qt.Key.Key_1)
    assert hand.canvas.is_blank()
    hand.draw_zero()
    combo = view.findChild(QWidget, "drawing_label_combo")
    qtbot.waitUntil(lambda: combo.currentText() == "0")  # the prediction is suggested
    hand.draw_zero()
    QTest.keyClick(hand.canvas, Qt.Key.Key_7)
    wait_for_labels(qtbot, view, context, ["1", "7"])
    assert len(view.controller.drawings.samples[1].record.strokes) == 2
    qtbot.waitUntil(lambda: captions(view) == ["1 ✓", "7 → 0"])
    assert [bool(view._badges(n)) for n in (0, 1)] == [False, True]
    assert view.accuracy._headline.text().startswith("1 of 2 of your drawings correct · 50.0 %")
    assert view.accuracy.matrix.matrix()[7, 0] == 1

    QTest.keyClick(hand.canvas, Qt.Key.Key_3)  # nothing is drawn
    grid = view.grid
    center = grid.visualRect(grid.samples.index(1, 0)).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=center)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_0)
    wait_for_labels(qtbot, view, context, ["1", "0"])
    qtbot.waitUntil(lambda: captions(view) == ["0 ✓", "1 ✓"])
    QTest.keyClick(grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for_labels(qtbot, view, context, ["1", "7"])
    grid.select_row(0)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    wait_for_labels(qtbot, view, context, ["7"])
    QTest.keyClick(grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for_labels(qtbot, view, context, ["1", "7"])
    QTest.keyClick(grid, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    wait_for_labels(qtbot, view, context, ["7"])
    view.findChild(QWidget, "handwriting_undo").click()
    wait_for_labels(qtbot, view, context, ["1", "7"])

    view.findChild(QPushButton, "accuracy_tab").click()
    qtbot.waitUntil(lambda: view.evaluation is not None)
    view._show_cell(7, 0)
    assert view._pages.currentWidget() is grid
    assert view._tiles.samples[grid.selected_position()].label == "7"


def test_guided_capture(qtbot, page, view, context) -> None:
    hand, capture = Hand(page), view.capture
    qtbot.mouseClick(view.findChild(QPushButton, "capture_button"), Qt.MouseButton.LeftButton)
    order = capture.plan.order
    prompt = view.findChild(QLabel, "capture_prompt")
    assert prompt.text() == prompt_text(order[0])
    assert view.findChild(QLabel, "capture_position").text() == "1 of 30"
    assert hand.canvas.hasFocus()
    QTest.keyClick(hand.canvas, Qt.Key.Key_Return)  # nothing is drawn
    assert capture.plan.position == 0
    hand.draw_one()
    QTest.keyClick(hand.canvas, Qt.Key.Key_5)  # a class key has no meaning here
    QTest.keyClick(hand.canvas, Qt.Key.Key_Return)
    assert hand.canvas.is_blank()
    assert prompt.text() == prompt_text(order[1])
    wait_for_labels(qtbot, view, context, [order[0]])
    QTest.keyClick(hand.canvas, Qt.Key.Key_Left)
    wait_for_labels(qtbot, view, context, [])
    capture._pause.setInterval(1)
    hand.draw_zero()
    qtbot.waitUntil(lambda: capture.plan.position == 1)  # after the pause
    QTest.keyClick(hand.canvas, Qt.Key.Key_Right)
    assert prompt.text() == prompt_text(order[2])
    hand.draw_one()
    qtbot.waitUntil(lambda: capture.plan.position == 3)
    QTest.keyClick(hand.canvas, Qt.Key.Key_Escape)
    assert not capture.is_active
    assert not capture.isVisible()
    wait_for_labels(qtbot, view, context, [order[0], order[2]])
    view.findChild(QPushButton, "capture_button").click()
    page.views.open("predict")  # leaving the view ends the capture
    assert not capture.is_active


RECEIPT = AdaptationReceipt(
    parent="bundled",
    dataset="MNIST",
    drawings=30,
    folds=3,
    drawings_before=Figure(correct=25, total=30),
    drawings_after=Figure(correct=29, total=30),
    fixed=4,
    broken=0,
    test_before=Figure(correct=9950, total=10_000),
    test_after=Figure(correct=9945, total=10_000),
    seed=0,
    steps=120,
    seconds=30,
    trained_on=(),
)


RUN = SimpleNamespace(
    id="20260101-120000-Bundled-model--adapted-to-me-ab12",
    config=SimpleNamespace(recipe="Bundled model, adapted to me"),
)


def add_drawings(qtbot, view, context, names: str) -> None:
    store = HandwritingStore(handwriting_dir(context.data_dir))
    for name in names:
        store.add(np.full((280, 280), 255, np.uint8), name)
    expected = len(view.controller.drawings.samples) + len(names)
    with qtbot.waitSignal(view.controller.changed):
        view.controller.reload()
    assert len(view.controller.drawings.samples) == expected


def test_adapting_the_model(qtbot, page, view, context, monkeypatch) -> None:
    button, card = view.findChild(QPushButton, "adapt_button"), view._card
    title, text = (card.findChild(QLabel, name) for name in ("adapt_title", "adapt_text"))
    remedy = card.findChild(QPushButton, "adapt_remedy")

    assert not button.isEnabled()
    assert "Capture a set" in button.toolTip()
    add_drawings(qtbot, view, context, "0")
    button.click()
    assert "Draw at least 6 of 2 classes" in text.text()
    remedy.click()
    assert view.capture.is_active
    assert not card.isVisible()
    view.capture.end()
    add_drawings(qtbot, view, context, "01122")

    def wait_until_stopped(key, store, data_dir, on_progress, should_stop):
        on_progress(0.5, "Halfway")
        while not should_stop():
            pass
        raise Stopped

    monkeypatch.setattr(adapting_controller, "adapt", wait_until_stopped)
    button.click()
    qtbot.waitUntil(lambda: text.text() == "Halfway")
    assert card.findChild(QLabel, "adapt_time_left").text().startswith("about ")
    assert not button.isEnabled()
    card.findChild(QPushButton, "adapt_cancel").click()
    qtbot.waitUntil(button.isEnabled)
    assert not card.isVisible()
    status = view.findChild(QLabel, "handwriting_status")
    assert status.text() == "Cancelled. Nothing was changed."

    def fail(*_):
        raise RunError("The disk is full.", "Free some space.")

    monkeypatch.setattr(adapting_controller, "adapt", fail)
    button.click()
    qtbot.waitUntil(lambda: text.text() == "The disk is full. Free some space.")
    assert remedy.text() == "Try again"
    assert button.isEnabled()

    def miss(*_):
        raise MissingDatasetError("MNIST is not there.", "Get it.", "mnist")

    monkeypatch.setattr(adapting_controller, "adapt", miss)
    remedy.click()
    qtbot.waitUntil(lambda: title.text() == "MNIST is needed")
    assert "forgets nothing" in text.text()
    assert "MB" in text.text()
    assert remedy.text() == "Download MNIST"
    asked = []

    def download(*arguments):
        asked.append(arguments[:2])
        return SimpleNamespace(run=RUN, receipt=RECEIPT)

    monkeypatch.setattr(adapting_controller, "download_and_adapt", download)
    with qtbot.waitSignal(view.session.context.runs_changed):
        remedy.click()
    assert asked == [("mnist", "bundled")]
    change = card.findChild(QLabel, "adapt_drawings_change")
    assert change.text() == "25 → 29 of 30 correct"
    assert "-0.05 points" in card.findChild(QLabel, "adapt_test_details").text()
    assert "25 of 30 before, 29 of 30 after" in card.accessibleDescription()
    assert "Bundled model, adapted to me ab12" in title.text()
    with qtbot.waitSignal(view.session.model_requested) as requested:
        card.findChild(QPushButton, "adapt_use").click()
    assert requested.args == [RUN.id]
    assert not card.isVisible()


def test_the_receipt_says_what_it_cannot_tell() -> None:
    figure, test = receipt_figures(RECEIPT)
    assert figure.details == "4 fixed, 0 broken · 95 % interval 83 % to 99 %"
    assert test.change == "99.50 % → 99.45 %"
    assert "draw new ones" in receipt_note(RECEIPT)
    worse = RECEIPT.model_copy(update={"drawings_after": Figure(correct=25, total=30)})
    assert "no better than before" in receipt_note(worse)
    seen = {"drawings_before": Figure(correct=9, total=10), "drawings": 40}
    again = RECEIPT.model_copy(update=seen | {"drawings_after": Figure(correct=10, total=10)})
    assert "30 not counted, trained on before" in receipt_figures(again)[0].details
    none = {"drawings_before": Figure(correct=0, total=0)}
    unknown = RECEIPT.model_copy(update=none | {"drawings_after": Figure(correct=0, total=0)})
    assert receipt_figures(unknown)[0].change == "–"
    assert "nan" not in " ".join(unknown.lines)


def test_an_adapted_run_shows_its_receipt(qtbot, tmp_path) -> None:
    panel = AccuracyPanel()
    qtbot.addWidget(panel)
    card = panel.findChild(QWidget, "handwriting_receipt")
    panel.show_evaluation(None)
    assert card.isHidden()
    (tmp_path / "run").mkdir()
    write_receipt(Run(tmp_path / "run"), RECEIPT)
    panel.show_evaluation(None, handwriting_work._receipt(tmp_path / "run"))
    assert not card.isHidden()
    assert card.findChild(QLabel, "receipt_test_change").text() == "99.50 % → 99.45 %"
    assert (
        "adapting it to 30 drawings" in card.findChild(QLabel, "handwriting_receipt_title").text()
    )
    panel.show_evaluation(None, handwriting_work._receipt("bundled"))
    assert card.isHidden()


def test_a_model_in_training_is_evaluated_before_its_first_checkpoint(tmp_path) -> None:
    store = RunStore(tmp_path / "runs")
    run = store.create(TrainConfig())
    asked = []
    model = SimpleNamespace(evaluate_drawings=lambda *values: asked.append(values))
    drawings = SimpleNamespace(samples=(), pixels=tuple)
    key = f"{run.id}@now"
    request = handwriting_work.EvaluationRequest(model, key, store, drawings, lambda: False)
    assert request.evaluate().receipt is None
    assert asked[0][0] == key
    assert not asked[0][3]  # no drawing was seen by it


def test_testing_all_runs(qtbot, page, view, context, monkeypatch) -> None:
    add_drawings(qtbot, view, context, "01")
    view.findChild(QPushButton, "runs_tab").click()
    panel = view.runs
    assert view._pages.currentWidget() is panel
    start = panel.findChild(QPushButton, "empty_action")

    def wait_until_stopped(store, data_dir, on_progress, should_stop):
        on_progress(0.5, "Run A")
        while not should_stop():
            pass
        raise Stopped

    monkeypatch.setattr(handwriting_view, "evaluate_runs", wait_until_stopped)
    start.click()
    current = panel.findChild(QLabel, "handwriting_runs_current")
    qtbot.waitUntil(lambda: current.text() == "Testing Run A")
    panel.findChild(QPushButton, "compare_runs_cancel").click()
    qtbot.waitUntil(start.isVisible)

    rows = [
        (key, key.title(), evaluate_drawings(FakePredictor(), key, samples, images, ()))
        for key, samples, images in (
            ("one", view.controller.drawings.samples, view.controller.drawings.pixels()),
            ("none", (), ()),
        )
    ]
    monkeypatch.setattr(handwriting_view, "evaluate_runs", lambda *_: RunsResult(rows, 2))
    start.click()
    qtbot.waitUntil(panel.table.isVisible)
    model = panel.table.model()
    shown = [[model.index(row, n).data() for n in range(5)] for row in range(2)]
    assert shown[0][:2] == ["One", "50.0 %"]
    assert shown[1] == ["None", "–", "–", "–", "0"]
    note = panel.findChild(QLabel, "handwriting_runs_note")
    assert "2 models of photos" in note.text()
    add_drawings(qtbot, view, context, "")
    assert "changed since" in note.text()
    with qtbot.waitSignal(view.session.model_requested) as requested:
        panel.table.row_activated.emit(0)
    assert requested.args == ["one"]


def test_the_order_of_a_capture() -> None:
    plan = CapturePlan("0123456789")
    assert plan.order == CapturePlan("0123456789").order
    assert sorted(plan.order) == sorted("0123456789" * REPEATS)
    assert all(a != b for a, b in zip(plan.order, plan.order[1:], strict=False))
    assert [prompt_text(name) for name in ("7", "8", "m", "Cat")] == [
        "Draw a 7",
        "Draw an 8",
        "Draw an m",
        "Draw a Cat",
    ]
    plan.advance(saved=True)
    plan.advance(saved=False)
    assert (plan.saved, plan.position) == (1, 2)
    assert [plan.go_back(), plan.go_back(), plan.go_back()] == [False, True, False]


def test_only_visible_strokes_are_recorded() -> None:
    old = Stroke("pen", 0.06, [(0.1, 0.1)])
    new = Stroke("eraser", 0.12, [(0.2, 0.2), (0.3, 0.3)])
    found = record_strokes([old, Background(), new])
    assert [(s.tool, s.points) for s in found] == [("eraser", ((0.2, 0.2), (0.3, 0.3)))]
