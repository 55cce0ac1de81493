"""A stop request is heard in a validation and in the test pass, and loses nothing."""

import pytest

from studio.runs import RunStatus
from studio.training import prediction
from studio.training.events import FitEnded
from studio.training.loop import TrainingLoop
from tests.training.fitting import fit, of, same_history, same_weights

pytestmark = pytest.mark.numeric


@pytest.fixture
def chunks(monkeypatch):
    """Predict few images at a time, so that there are many moments to stop in between."""
    monkeypatch.setattr(prediction, "_MAX_IMAGES", 40)


@pytest.fixture(scope="module")
def whole(config, tmp_path_factory):
    from studio.runs import RunStore

    run = RunStore(tmp_path_factory.mktemp("whole")).create(config)
    fit(config, run)
    return run


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize("moment", ["_end_epoch", "_test_accuracy"])
def test_a_stop_while_it_predicts_ends_at_once_and_resumes_with_the_same_bits(
    config, store, whole, monkeypatch, moment
):
    run, asked = store.create(config), []
    original = getattr(TrainingLoop, moment)

    def begin(self):
        asked.append(0)
        return original(self)

    def should_stop():
        if asked:
            asked[-1] += 1
        return bool(asked)

    with monkeypatch.context() as patch:
        patch.setattr(TrainingLoop, moment, begin)
        ended, _ = fit(config, run, should_stop)
    assert ended.status == "stopped"
    assert asked == [1]  # the first chunk is not asked for: the training just was
    assert run.status.observed is RunStatus.STOPPED
    assert ended.epochs == (0 if moment == "_end_epoch" else config.optim.epochs)
    resumed, events = fit(config, run)
    assert of(FitEnded, events) == [resumed]
    assert resumed.status == "finished"
    assert same_weights(run.last_weights, whole.last_weights)
    assert same_weights(run.best_weights, whole.best_weights)
    assert same_history(run, whole)
    (theirs,) = [line for line in whole.metrics() if line["event"] == "FitEnded"]
    assert resumed.test_accuracy == theirs["test_accuracy"]
