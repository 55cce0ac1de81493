"""A training is compared with earlier runs: their curves stand behind its own."""

import json
import shutil

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt

from studio.config import DataConfig
from studio.errors import RunError
from studio.runs import RunStatus, RunStore
from studio.ui.train.live.overlay_choices import choose
from studio.ui.train.live.overlay_controller import parse_keys
from studio.ui.train.live.overlay_menu import EMPTY, FAILED, FULL, OTHERS, SAME, OverlayMenu
from studio.ui.train.live.run_overlay import find_difference, keep_ascending
from studio.ui.train.live_panel import CURVES
from studio.ui.widgets.curve_overlay import CurveOverlay
from studio.ui.widgets.redraw_timer import redraw_timer
from tests.ui.run_writer import RunWriter
from tests.ui.train.conftest import child, end

LONG = 30_000


def add_steps(run, steps=40, steps_per_epoch=10):
    """Let a run have losses by step, as a training writes them."""
    started = {"event": "FitStarted", "run": run.id, "steps_per_epoch": steps_per_epoch}
    losses = [{"event": "StepEnd", "step": n, "loss": 2 / n} for n in range(1, steps + 1)]
    with run.metrics_path.open("a", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(event)}\n" for event in (started, *losses))


def open_menu(qtbot, page) -> OverlayMenu:
    menu = child(page, "overlay_runs_menu", OverlayMenu)
    menu.popup(page.mapToGlobal(QPoint(200, 100)))
    return menu


def entries(menu):
    return {action.data(): action for action in menu.actions() if action.data()}


def texts(menu):
    return [action.text() for action in menu.actions() if action.isVisible()]


def click(qtbot, menu, key):
    place = menu.actionGeometry(entries(menu)[key]).center()
    qtbot.mouseMove(menu, place)
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)


def overlays(plot):
    return {name for name in plot.curves() if name not in ("training", "validation")}


def test_runs_are_chosen_shown_and_remembered(make_page, qtbot, tmp_path):
    writer = RunWriter(tmp_path / "runs")
    other = writer.write("tiny-vgg-fashion")
    old, middle, new, fourth = (writer.write() for _ in range(4))
    add_steps(new)
    page = make_page(is_open=True)
    page.live.show_view(CURVES)
    loss, accuracy = page.live.curves.loss, page.live.curves.accuracy
    menu = open_menu(qtbot, page)
    qtbot.waitUntil(lambda: len(entries(menu)) == 5, timeout=LONG)
    assert list(entries(menu)) == [run.id for run in (fourth, new, middle, old, other)]
    assert texts(menu)[0] == SAME
    assert OTHERS in texts(menu)
    # The menu stays open, for the mouse and for the keyboard.
    click(qtbot, menu, new.id)
    qtbot.waitUntil(lambda: overlays(loss) == {"0004 training", "0004 validation"}, timeout=LONG)
    menu.setActiveAction(entries(menu)[other.id])
    qtbot.keyClick(menu, Qt.Key.Key_Space)
    click(qtbot, menu, old.id)
    qtbot.waitUntil(lambda: len(overlays(loss)) == 6, timeout=LONG)
    assert menu.isVisible()
    assert len(loss.curves()["0004 training"][0]) == 40  # by step
    np.testing.assert_allclose(accuracy.curves()["0004 validation"][0], [1, 2, 3, 4, 5])
    # What cannot be compared is said at the line itself.
    assert "0001* validation" in overlays(accuracy)
    redraw_timer().flush()
    assert "0001* validation" in accuracy.accessibleDescription()
    qtbot.waitUntil(lambda: accuracy.findChild(CurveOverlay) is not None)
    labels = [label.text for label in accuracy.findChild(CurveOverlay).annotations().labels]
    assert [text.rpartition(" ")[0].rpartition(" ")[0] for text in labels] == [
        "0004",
        "0001* (other dataset)",
        "0002",
    ]
    assert FULL in texts(menu)
    assert not entries(menu)[middle.id].isEnabled()
    menu.close()
    # A new training empties the plots, except for what it is compared with.
    page.live.curves.clear()
    assert len(overlays(loss)) == 6

    shutil.rmtree(old.path)
    end(qtbot, page, page.context)
    page = make_page(is_open=True)
    page.live.show_view(CURVES)
    loss = page.live.curves.loss
    qtbot.waitUntil(lambda: len(overlays(loss)) == 4, timeout=LONG)
    assert "0004 validation" in overlays(loss)
    menu = open_menu(qtbot, page)
    qtbot.waitUntil(lambda: len(entries(menu)) == 4, timeout=LONG)
    assert [key for key, entry in entries(menu).items() if entry.isChecked()] == [new.id, other.id]
    next(action for action in menu.actions() if action.text() == "Remove all").trigger()
    assert not overlays(loss)
    menu.close()


def test_without_runs_or_a_folder_that_can_be_read_the_menu_says_so(page, qtbot, monkeypatch):
    menu = open_menu(qtbot, page)
    qtbot.waitUntil(lambda: texts(menu) == [EMPTY], timeout=LONG)
    menu.close()

    def refuse(_store):
        raise RunError("The runs cannot be listed.", "Choose another folder.")

    monkeypatch.setattr(RunStore, "list", refuse)
    menu = open_menu(qtbot, page)
    qtbot.waitUntil(lambda: texts(menu) == [FAILED], timeout=LONG)
    assert page.live.banner.isVisible()
    menu.close()


def test_choices_are_runs_with_an_epoch_and_those_chosen_however_old(tmp_path):
    writer = RunWriter(tmp_path / "runs")
    runs = [writer.write() for _ in range(14)]
    waiting = writer.write(status=RunStatus.STOPPED, epochs=1)  # no epoch has ended
    excluded = writer.write()
    listed = choose(writer.store.list(), DataConfig(), excluded.id, chosen=[runs[0].id])
    keys = [choice.key for choice in listed.same]
    assert keys == [run.id for run in (*reversed(runs[2:]), runs[0])]
    assert waiting.id not in keys
    assert listed.others == ()


def test_what_makes_validation_samples_differ():
    data = DataConfig()
    changes = {
        "": {"image_size": 16},
        "other dataset": {"source": "mnist"},
        "other split": {"split_seed": 1},
        "other classes": {"rename": (("1", "one"),)},
        "other labels": {"overlay": "0123456789abcdef"},
        "labels may differ": {"overlay": "current"},
    }
    for difference, change in changes.items():
        assert find_difference(data, data.model_copy(update=change)) == difference
    assert find_difference(None, data) == ""
    # What a dataset does not use makes no difference.
    mnist = DataConfig(source="mnist")
    for change in ({"test_share": 0.3}, {"path": "/photos"}):
        assert find_difference(mnist, mnist.model_copy(update=change)) == ""
    assert find_difference(data, data.model_copy(update={"test_share": 0.3})) == "other split"


@settings(max_examples=40)
@given(st.lists(st.floats(-9, 9) | st.just(float("nan"))))
def test_only_the_last_pass_of_a_repeated_part_is_kept(values):
    x, y = keep_ascending(np.array(values, float), np.arange(len(values), dtype=float))
    finite = [value for value in values if np.isfinite(value)]
    assert (np.diff(x) > 0).all()
    np.testing.assert_array_equal(x, np.array(values, float)[y.astype(int)])
    assert not finite or x[-1] == finite[-1]
    last_pass = [v for i, v in enumerate(finite) if v < min(finite[i + 1 :], default=np.inf)]
    assert x.tolist() == last_pass


def test_damaged_keys_are_refused():
    assert parse_keys(["a", "a", "b", "c", "d"]) == ("a", "b", "c")
    for wrong in ({}, [1], [""], None):
        try:
            parse_keys(wrong)
        except TypeError:
            continue
        raise AssertionError(wrong)
