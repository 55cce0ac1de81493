"""Runs of the digits dataset: one, and a fine-tuned one with label fixes."""

import pytest

from studio.ui.context import StudioContext
from studio.ui.mistakes.page import MistakesPage
from studio.ui.settings import Settings
from tests.fixed_engine import FIXED_ENGINE


@pytest.fixture(scope="session")
def family(tmp_path_factory):
    """A runs folder with a run and its child, and a data folder with the child's fixes.

    Of the test samples one was relabeled, one excluded and one marked as ambiguous.
    """
    from studio.data.overlay import Overlay, overlay_path, save_overlay
    from studio.insight import evaluate
    from studio.insight.retraining import plan_retraining
    from studio.recipes import load_recipe
    from studio.runs import RunStore
    from studio.training import Trainer

    folder = tmp_path_factory.mktemp("family")
    store, data_dir = RunStore(folder / "runs"), folder / "data"
    config = load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE | {"optim.epochs": 1})
    parent = store.create(config)
    Trainer(config, parent, data_dir).fit()
    evaluation = evaluate(parent.path, "test", data_dir)
    names = [evaluation.sample_id(int(position)) for position in evaluation.mistakes()[:3]]
    overlay = Overlay("Digits")
    overlay.relabel(
        names[:1], evaluation.class_names[evaluation.predicted[evaluation.mistakes()[0]]]
    )
    overlay.exclude(names[1:2])
    overlay.mark_ambiguous(names[2:])
    save_overlay(overlay_path(evaluation, data_dir), overlay)
    planned = plan_retraining(parent.id, "finetune", "current", store)
    config = planned.config.with_values({"optim.epochs": 3, "optim.lr": 1e-3})
    child = store.create(config, planned.parent)
    Trainer(config, child, data_dir).fit()
    return store.runs_dir, data_dir, parent.id, child.id


@pytest.fixture
def open_page(qtbot, tmp_path):
    """Show a run of a folder in the view."""
    made = []

    def open_(runs_dir, data_dir, run, split="test"):
        context = StudioContext(runs_dir, data_dir, Settings(tmp_path / "window.ini"))
        page = MistakesPage(context)
        qtbot.addWidget(page)
        page.resize(1200, 760)
        made.append((page, context))
        page.picker.select_split(split)
        page.show_run(run)
        page.show()
        page.views.open("comparison")
        return page

    yield open_
    for page, context in made:
        page.shutdown()
        context.tasks.wait_all()
