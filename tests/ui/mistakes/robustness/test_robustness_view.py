"""The view "Robustness", with a real run of the digits."""

import pytest
from PySide6.QtCore import Qt

from studio.insight.sample_transforms import TRANSFORMS

WAIT = 30_000


@pytest.fixture
def view(qtbot, make_session, trained):
    from studio.insight import evaluate
    from studio.ui.mistakes.robustness.robustness_view import RobustnessView

    runs_dir, run = trained
    view = RobustnessView(make_session(runs_dir))
    qtbot.addWidget(view)
    view.resize(1100, 620)
    view.show()
    view.count_combo.setCurrentIndex(0)
    view.session.begin(run, "test")
    view.session.show(evaluate(runs_dir / run))
    yield view
    view.shutdown()


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_every_change_gets_a_curve_and_its_lowest_point_is_shown(qtbot, view):
    click(qtbot, view.measure_button)
    assert view.cancel_button.isVisible()
    with qtbot.waitSignal(view.measurer.finished, timeout=WAIT):
        pass
    for transform in TRANSFORMS:
        (series,) = view.cards[transform.key].plot.series()
        assert len(series.x) >= 6
        assert view.cards[transform.key].summary.text()
    qtbot.waitUntil(lambda: view.samples_card.grid.samples.rowCount() > 0)
    assert view.samples_card.title.text().startswith("Rotation: ")
    assert view.measure_button.isVisible()


def test_a_point_shows_its_samples(qtbot, view):
    click(qtbot, view.measure_button)
    with qtbot.waitSignal(view.measurer.finished, timeout=WAIT):
        pass
    plot = view.cards["blur"].plot
    with qtbot.waitSignal(view.worker.completed):
        spot = plot.point_position(5).toPoint()
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=spot)
    assert view.samples_card.title.text() == "Blur: 3 px"


def test_measuring_can_be_cancelled_and_completed(qtbot, view):
    click(qtbot, view.measure_button)
    with qtbot.waitSignal(view.measurer.measured, timeout=WAIT):
        pass
    with qtbot.waitSignal(view.measurer.cancelled, timeout=WAIT):
        click(qtbot, view.cancel_button)
    assert view.cards["rotation"].plot.series()
    assert not view.cards["brightness"].plot.series()
    click(qtbot, view.measure_button)
    with qtbot.waitSignal(view.measurer.finished, timeout=WAIT):
        pass
    assert view.cards["brightness"].plot.series()


def test_a_second_run_is_drawn_dashed_and_one_of_other_data_is_refused(qtbot, view, trained):
    from studio.paths import BUNDLED

    failures = []
    view.failed.connect(lambda error, _: failures.append(str(error)))
    click(qtbot, view.measure_button)
    with qtbot.waitSignal(view.measurer.finished, timeout=WAIT):
        pass
    qtbot.waitUntil(lambda: view.other_picker.findData(BUNDLED) >= 0)
    view.other_picker.setFocus()
    with qtbot.waitSignal(view.measurer.failed, timeout=WAIT):
        qtbot.keyClick(view.other_picker, Qt.Key.Key_End)
    assert "different classes or image sizes" in failures[0]
    assert len(view.cards["rotation"].plot.series()) == 1


def test_another_evaluation_removes_the_curves(qtbot, view):
    click(qtbot, view.measure_button)
    with qtbot.waitSignal(view.measurer.measured, timeout=WAIT):
        pass
    view.session.begin(view.session.run, "val")
    assert not view.cards["rotation"].plot.series()
    assert not view.measurer.is_running
