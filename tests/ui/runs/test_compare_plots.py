"""What happened to a training is marked on the plots of its run."""

import json

import pytest

from studio.ui.runs.compare_plots import ComparePlots, run_color
from studio.ui.shared.run_reader import RunReader
from studio.ui.widgets.curve_graphics_view import CurveGraphicsView

EVENTS = (
    {"event": "FitStarted", "steps_per_epoch": 10},
    {"event": "SettingsChanged", "step": 5, "epoch": 1, "changes": {"optim.lr": 0.01}},
    {
        "event": "RolledBack",
        "step": 30,
        "epoch": 3,
        "to_step": 20,
        "lr": 0.005,
        "reason": "The loss is no number",
    },
)
DAMAGED = (
    {"event": "SettingsChanged", "step": 7, "epoch": 1, "changes": [1]},
    {"event": "SettingsChanged", "step": 7, "epoch": 1, "changes": {"optim.lr": {}}},
    {"event": "SettingsChanged", "step": "x", "epoch": 1, "changes": {}},
    {"event": "RolledBack", "to_step": 3},
)


@pytest.fixture
def details(writer):
    """Two runs; what happened to the first one is known."""
    runs = [writer.write() for _ in range(2)]
    with runs[0].metrics_path.open("a", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(event)}\n" for event in (*EVENTS, *DAMAGED))
    return RunReader(writer.store).read(tuple(run.id for run in runs)).runs


def test_events_are_marked_in_one_run_and_in_several(qtbot, details):
    plots = ComparePlots()
    qtbot.addWidget(plots)
    plots.show_runs([("a", details[0])])
    for plot in (plots.accuracy, plots.loss):
        changed, rolled_back = plot.marks()
        assert (changed.x, rolled_back.x) == (0.5, 2.0)
        assert changed.text == "From step 6 on: learning rate 0.01"
        assert "half the learning rate, 0.005" in rolled_back.text
    plots.show_runs([("b", details[1]), ("a", details[0])])
    marks = plots.loss.marks()
    assert [mark.text.split(":")[0] for mark in marks] == ["a", "a"]
    assert {mark.color for mark in marks} == {run_color(1)}
    plots.resize(900, 300)
    with qtbot.waitExposed(plots):
        plots.show()
    qtbot.waitUntil(lambda: plots.loss.findChild(CurveGraphicsView) is not None)
    assert "a: From step 6 on" in plots.loss.accessibleDescription()
    plots.show_runs([("b", details[1])])
    assert plots.loss.marks() == ()
