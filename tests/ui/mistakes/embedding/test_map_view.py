"""The view "Map", with a real run of the digits."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from studio.ui.mistakes.embedding import map_view
from studio.ui.mistakes.embedding.map_toolbar import PCA, TSNE

WAIT = 30_000
LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def evaluated(trained):
    from studio.insight import evaluate

    runs_dir, run = trained
    return evaluate(runs_dir / run)


@pytest.fixture
def view(qtbot, make_session, trained, monkeypatch):
    from studio.insight import tsne

    monkeypatch.setattr(tsne, "EXAGGERATED_STEPS", 5)
    monkeypatch.setattr(tsne, "STEPS", 10)
    runs_dir, run = trained
    view = map_view.MapView(make_session(runs_dir))
    qtbot.addWidget(view)
    view.resize(900, 560)
    with qtbot.waitExposed(view):
        view.show()
    view.session.begin(run, "test")
    yield view
    view.shutdown()


@pytest.fixture
def computed(qtbot, view, evaluated):
    view.session.show(evaluated)
    qtbot.waitUntil(
        lambda: view.sample_map is not None and view.sample_map.tsne is not None, timeout=WAIT
    )
    qtbot.waitUntil(lambda: not view.scatter._motion.state().value, timeout=WAIT)
    return view


def forget_maps(trained):
    runs_dir, run = trained
    for path in (runs_dir / run / "features").glob("*.npz"):
        path.unlink()


def choose_color(view, row):
    view.toolbar.color_combo.setCurrentIndex(row)
    view.toolbar.color_combo.activated.emit(row)


def lasso(qtbot, scatter, center, reach=40):
    corners = [(-reach, -reach), (reach, -reach), (reach, reach), (-reach, reach)]
    path = [center.toPoint() + QPoint(*corner) for corner in corners]
    qtbot.mousePress(scatter, LEFT, SHIFT, path[0])
    for place in path[1:]:
        qtbot.mouseMove(scatter, place)
    qtbot.mouseRelease(scatter, LEFT, SHIFT, path[-1])


def test_pca_is_shown_while_tsne_is_computed(qtbot, view, evaluated, trained):
    forget_maps(trained)
    with qtbot.waitSignal(view.loader.prepared, timeout=WAIT):
        view.session.show(evaluated)
    assert view.progress.isVisible()
    assert "of the variance" in view.note.text()
    assert len(view.scatter.positions()) == len(evaluated.labels)
    with qtbot.waitSignal(view.loader.embedded, timeout=WAIT):
        pass
    assert not view.progress.isVisible()
    assert "mean little" in view.note.text()
    assert np.array_equal(view.scatter.positions(), view.sample_map.tsne)
    qtbot.waitUntil(lambda: not view.scatter._motion.state().value, timeout=WAIT)


def test_tsne_can_be_cancelled_and_computed_later(qtbot, view, evaluated, trained):
    forget_maps(trained)
    with qtbot.waitSignal(view.loader.prepared, timeout=WAIT):
        view.session.show(evaluated)
    with qtbot.waitSignal(view.loader.cancelled, timeout=WAIT):
        qtbot.mouseClick(view.progress.cancel_button, LEFT)
    assert view.scatter.isVisible()
    assert not view.progress.isVisible()
    with qtbot.waitSignal(view.loader.embedded, timeout=WAIT):
        view.toolbar.layout_control.select(TSNE)
    view.toolbar.layout_control.select(PCA)
    assert np.array_equal(view.scatter.positions(), view.sample_map.pca)
    qtbot.waitUntil(lambda: not view.scatter._motion.state().value, timeout=WAIT)


def test_a_lasso_shows_its_samples_in_the_grid(qtbot, computed):
    lasso(qtbot, computed.scatter, computed.scatter.point_position(0))
    chosen = computed.scatter.selection()
    assert 0 in chosen
    assert computed.panel.summary.text().startswith(f"{len(chosen)} sample")
    with qtbot.waitSignal(computed.session.samples_requested) as request:
        qtbot.mouseClick(computed.panel.show_button, LEFT)
    assert request.args[0].tolist() == chosen.tolist()
    assert request.args[1] == "Selected on the map"
    with qtbot.waitSignal(computed.session.sample_requested) as request:
        qtbot.mouseClick(computed.panel.strip, LEFT, pos=QPoint(8, 8))
    assert request.args == [chosen[0]]
    qtbot.mouseClick(computed.panel.clear_button, LEFT)
    assert not len(computed.scatter.selection())
    assert not computed.panel.show_button.isVisible()


def test_the_sample_below_the_mouse_is_shown(qtbot, computed, evaluated):
    qtbot.mouseMove(computed.scatter, computed.scatter.point_position(5).toPoint())
    index = computed.scatter.current()
    assert computed.card.isVisible()
    assert evaluated.sample_name(index) in computed.card.details.text()
    assert np.array_equal(computed.card.image_view.image(), evaluated.images[index][0])


def test_colors_and_legend_follow_the_choice(qtbot, computed, evaluated):
    legend = computed.panel.legend
    assert legend.count() == 10
    legend.item(3).setSelected(True)
    assert computed.scatter._points.highlighted.tolist() == (evaluated.labels == 3).tolist()
    choose_color(computed, 2)
    assert [legend.item(row).text().split(" ·")[0] for row in (0, 1)] == ["Correct", "Wrong"]
    assert computed.scatter._points.highlighted is None
    choose_color(computed, 3)
    assert computed.panel.scale.isVisible()


def test_an_empty_split_says_so(qtbot, view, make_evaluation):
    view.session.show(make_evaluation([]))
    assert view.empty.isVisible()
    assert view.empty.title() == "This split is empty"


def test_a_run_without_weights_fails_with_a_message(qtbot, view, make_evaluation, tmp_path):
    (view.session.context.store.runs_dir / "broken").mkdir(exist_ok=True)
    view.session.begin("broken", "test")
    with qtbot.waitSignal(view.failed, timeout=WAIT):
        view.session.show(make_evaluation([(0, 0, 0.9), (1, 1, 0.8)]))
    assert view.empty.title() == "The map could not be computed"


def test_another_run_replaces_the_map(qtbot, computed):
    computed.session.begin("other", "test")
    assert computed.sample_map is None
    assert not computed.scatter.isVisible()
