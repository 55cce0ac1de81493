"""A run that is trained again on the Train page."""

import pytest

from studio.insight.retraining import plan_retraining
from studio.ui.train.live.training_state import TrainingState
from tests.ui.train.conftest import child, click

WAIT = 60_000

pytestmark = pytest.mark.usefixtures("fixed_engine")


@pytest.fixture
def trained(qtbot, page):
    """The id of a run that the page has trained."""
    page.setup.form.check()
    child(page, "epochs_spin").setValue(1)
    with qtbot.waitSignal(page.idle, timeout=WAIT):
        page.start()
    return page.session.run_id


def test_a_retrained_run_leads_to_its_comparison(qtbot, page, trained):
    store = page.context.store
    before = page.setup.form.state()
    planned = plan_retraining(trained, "finetune", "", store)
    with qtbot.waitSignal(page.retrained, timeout=WAIT) as ended:
        page.retrain(planned.config, planned.parent)
        assert page.is_training
        assert page.setup.form.state() == before
    run = page.session.run_id
    assert ended.args == [run, trained]
    record = store.open(run).record
    assert record["parent"] == trained
    assert store.open(run).config.optim.lr == planned.config.optim.lr
    assert page.setup.form.state() == before
    with qtbot.waitSignal(page.open_comparison) as wanted:
        click(qtbot, page.live.banner, "banner_action")
    assert wanted.args == [run]


def test_a_stopped_retraining_has_nothing_to_compare(qtbot, page, trained):
    planned = plan_retraining(trained, "retrain", "", page.context.store)
    config = planned.config.with_values({"optim.epochs": 1000})
    retrained = []
    page.retrained.connect(lambda *args: retrained.append(args))
    with qtbot.waitSignal(page.session.run_started, timeout=WAIT):
        page.retrain(config, planned.parent)
    with qtbot.waitSignal(page.idle, timeout=WAIT):
        page.stop()
    assert page.session.state is TrainingState.STOPPED
    assert retrained == []
    assert "compar" not in page.live.banner.text()


def test_the_next_training_has_no_parent(qtbot, page, trained):
    planned = plan_retraining(trained, "finetune", "", page.context.store)
    with qtbot.waitSignal(page.idle, timeout=WAIT):
        page.retrain(planned.config, planned.parent)
    with qtbot.waitSignal(page.idle, timeout=WAIT):
        page.start()
    run = page.context.store.open(page.session.run_id)
    assert (run.record["parent"], run.config.optim.start_from) == ("", "")
