"""What a soak opens and closes: pages, dialogs, views of an evaluation, and plots."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from PySide6.QtWidgets import QWidget

from studio.ui.app import create_first_page
from studio.ui.bench.driver import wait_for_signal
from studio.ui.bench.soak_stage import SoakStage
from studio.ui.draw.nearest_dialog import NearestDialog
from studio.ui.draw.page import DrawPage
from studio.ui.frame.shortcuts_dialog import ShortcutsDialog
from studio.ui.mistakes.comparison.retrain_dialog import RetrainDialog
from studio.ui.mistakes.edit.edit_subject import EditSubject, subject_of
from studio.ui.mistakes.edit.sample_editor import SampleEditor
from studio.ui.mistakes.edit.save_sample_dialog import SaveSampleDialog
from studio.ui.mistakes.fixes.fixes_dialog import FixesDialog
from studio.ui.mistakes.page import MistakesPage
from studio.ui.mistakes.samples.view_name_dialog import ViewNameDialog
from studio.ui.mistakes.views import VIEWS, ViewEntry
from studio.ui.page_stack import PAGES
from studio.ui.runs.page import RunsPage
from studio.ui.shared.confirm_dialog import ConfirmDialog, stop_question
from studio.ui.shared.error_dialog import ErrorDialog
from studio.ui.train.page import TrainPage
from studio.ui.widgets.confusion_view import ConfusionView
from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.widgets.interval_plot import IntervalPlot, IntervalSeries
from studio.ui.widgets.scatter_view import ScatterView

Create = Callable[[SoakStage], QWidget]
POINTS = 1000


class Scenario(NamedTuple):
    """Something to do again and again. `weight` is the fraction of the cycles that it gets."""

    title: str
    run_cycle: Callable[[SoakStage], None]
    weight: float = 1.0


def scenarios() -> dict[str, Scenario]:
    """Return everything that is opened and closed, by key."""
    created: dict[str, tuple[str, Create]] = {**_dialogs(), **_plots()}
    for entry in VIEWS:
        created[f"{entry.key}_view"] = f"View {entry.title}", partial(_create_view, entry)
    # The map takes seconds: it is closed while it is computed.
    found = {
        key: _opening(title, create, waits=key != "map_view")
        for key, (title, create) in created.items()
    }
    found["show_pages"] = Scenario("All pages, one after the other", _show_pages)
    for key, (title, create) in _pages().items():
        found[key] = _opening(title, create, weight=0.2)
    found["window"] = Scenario("A second window", _open_and_close_window, weight=0.05)
    return found


def _opening(title: str, create: Create, weight: float = 1.0, waits: bool = True) -> Scenario:
    def run_cycle(stage: SoakStage) -> None:
        stage.open_and_close(create, waits)

    return Scenario(title, run_cycle, weight)


def _dialogs() -> dict[str, tuple[str, Create]]:
    error = RuntimeError("An error")
    return {
        "error_dialog": ("Dialog of an error", lambda s: ErrorDialog(error, "Report", s.window)),
        "confirm_dialog": (
            "Dialog that confirms",
            lambda s: ConfirmDialog(
                "soak_question", stop_question("Stop this training?"), s.window
            ),
        ),
        "shortcuts_dialog": ("List of keys", lambda s: ShortcutsDialog(s.window)),
        "view_name_dialog": (
            "Dialog of a view's name",
            lambda s: ViewNameDialog("Save the view", "View", lambda _name: "", s.window),
        ),
        "fixes_dialog": ("List of label fixes", lambda s: FixesDialog(s.session.fixes, s.window)),
        "retrain_dialog": ("Dialog to retrain", lambda s: RetrainDialog(s.session, s.window)),
        "sample_editor": (
            "Editor of a sample",
            lambda s: SampleEditor(s.context, _first_sample(s), s.window),
        ),
        "save_sample_dialog": ("Dialog to save a sample", _create_save_dialog),
        "nearest_dialog": ("Nearest samples", lambda s: NearestDialog(s.context, s.window)),
    }


def _plots() -> dict[str, tuple[str, Create]]:
    return {
        "curve_plot": ("Plot of curves", _create_curve_plot),
        "interval_plot": ("Plot of intervals", _create_interval_plot),
        "scatter_view": ("Map of points", _create_scatter_view),
        "confusion_view": ("Confusion matrix", _create_confusion_view),
    }


def _pages() -> dict[str, tuple[str, Create]]:
    return {
        "train_page": ("Page Train, created anew", lambda s: TrainPage(s.context)),
        "draw_page": ("Page Draw, created anew", lambda s: DrawPage(s.context)),
        "mistakes_page": ("Page Mistakes, created anew", lambda s: MistakesPage(s.context)),
        "runs_page": ("Page Runs, created anew", lambda s: RunsPage(s.context)),
    }


def _create_view(entry: ViewEntry, stage: SoakStage) -> QWidget:
    return entry.create(stage.session)


def _first_sample(stage: SoakStage) -> EditSubject:
    subject = subject_of(stage.session, 0)
    assert subject is not None
    return subject


def _create_save_dialog(stage: SoakStage) -> QWidget:
    subject = _first_sample(stage)
    return SaveSampleDialog(stage.context, subject, subject.image, ["rotated"], stage.window)


def _create_curve_plot(_stage: SoakStage) -> QWidget:
    plot = CurvePlot("Loss", "Epoch", "Cross-entropy")
    plot.set_curve("training", np.arange(POINTS), np.linspace(2, 0, POINTS))
    return plot


def _create_interval_plot(_stage: SoakStage) -> QWidget:
    plot = IntervalPlot("Rotation", "{:.0f}".format, "{:.1f}".format)
    x, y = [0.0, 1.0, 2.0], [0.9, 0.8, 0.5]
    plot.set_series([IntervalSeries("run", x, y, [0.8, 0.7, 0.4], [1.0, 0.9, 0.6])])
    return plot


def _create_scatter_view(_stage: SoakStage) -> QWidget:
    view = ScatterView()
    positions = np.random.default_rng(0).uniform(-1, 1, (POINTS, 2)).astype(np.float32)
    view.set_points(positions, np.full((POINTS, 3), 128, np.uint8))
    return view


def _create_confusion_view(stage: SoakStage) -> QWidget:
    view = ConfusionView("{:.1f}".format)
    view.set_matrix(stage.evaluation.confusion, stage.evaluation.class_names)
    return view


def _show_pages(stage: SoakStage) -> None:
    for index in PAGES:
        stage.window.show_page(index)
        stage.settle()


def _open_and_close_window(stage: SoakStage) -> None:
    window = create_first_page(stage.context.runs_dir, stage.data_dir, restore_state=False)
    window.complete()
    window.show()
    if not window.context.torch_ready:
        wait_for_signal(window.context.torch_loaded, "torch is loading")
    stage.settle()
    window.close_and_save()
    if window.context.tasks.is_busy:
        wait_for_signal(window.context.tasks.idle, "a window is closing")
    stage.settle()
    window.context.tasks.wait_all()
    window.deleteLater()
    stage.settle()
