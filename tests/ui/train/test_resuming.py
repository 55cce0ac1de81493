"""After Stop the Train page offers to resume, and keeps what was edited meanwhile."""

import threading

import pytest

from studio.errors import Stopped
from studio.runs import Run, RunStatus
from studio.training import Trainer
from studio.training.checkpointing import RunRecorder
from studio.ui.train.live.training_state import TrainingState
from tests.ui.train.conftest import child, click, type_value

LONG = 120_000
EPOCHS = 12


def start(qtbot, page, epochs: int = EPOCHS) -> Run:
    type_value(qtbot, page, "epochs_spin", str(epochs))
    with qtbot.waitSignal(page.run_started, timeout=LONG) as caught:
        click(qtbot, page, "train_button")
    return page.context.store.open(caught.args[0])


def stop_after_an_epoch(qtbot, page) -> None:
    qtbot.waitUntil(lambda: len(page.session.progress.epochs) >= 1, timeout=LONG)
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "stop_button")
    assert page.session.state is TrainingState.STOPPED


@pytest.mark.numeric
@pytest.mark.usefixtures("fixed_engine")
def test_resume_goes_on_bit_for_bit(page, qtbot) -> None:
    assert not child(page, "resume_button").isVisible()
    run = start(qtbot, page)
    stop_after_an_epoch(qtbot, page)
    assert child(page, "resume_button").isVisible()
    assert "Resume continues it." in child(page, "status_label").text()
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "resume_button")
    assert page.session.run_id == run.id
    assert run.status.status is RunStatus.FINISHED
    assert not child(page, "resume_button").isVisible()
    assert child(page, "epoch_table").model().rowCount() == EPOCHS
    whole = page.context.store.create(run.config)
    Trainer(run.config, whole).fit()
    assert run.last_weights.read_bytes() == whole.last_weights.read_bytes()


def test_resume_has_the_settings_of_its_run_and_keeps_the_edits(page, qtbot) -> None:
    run = start(qtbot, page)
    stop_after_an_epoch(qtbot, page)
    type_value(qtbot, page, "epochs_spin", "7")
    type_value(qtbot, page, "batch_spin", "32")
    assert "with its own settings" in child(page, "resume_button").toolTip()
    page.resume_last()
    assert child(page, "epochs_spin").value() == 7
    assert (
        child(page, "plan_summary").text()
        == f"Simple VGG on Digits, {EPOCHS} epochs. Changed: Epochs."
    )
    with qtbot.waitSignal(page.idle, timeout=LONG):
        pass
    assert run.config.optim.batch_size == 64
    assert run.status.epochs_done == EPOCHS
    assert child(page, "batch_spin").value() == 32
    assert page.session.state is TrainingState.FINISHED


def test_train_after_stop_starts_a_new_run(page, qtbot) -> None:
    stopped = start(qtbot, page)
    stop_after_an_epoch(qtbot, page)
    run = start(qtbot, page, 1)
    with qtbot.waitSignal(page.idle, timeout=LONG):
        pass
    assert run.id != stopped.id
    assert run.status.status is RunStatus.FINISHED
    assert stopped.status.status is RunStatus.STOPPED


def test_a_failed_run_with_a_checkpoint_can_be_resumed(page, qtbot, monkeypatch) -> None:
    save = RunRecorder.save_predictions

    def fail_at_the_third(recorder, epoch, logits) -> None:
        if epoch == 3:
            raise OSError(28, "No space left on device")
        save(recorder, epoch, logits)

    monkeypatch.setattr(RunRecorder, "save_predictions", fail_at_the_third)
    run = start(qtbot, page, 5)
    qtbot.waitUntil(lambda: not page.is_training, timeout=LONG)
    assert page.session.state is TrainingState.FAILED
    assert child(page, "resume_button").isVisible()
    monkeypatch.undo()
    monkeypatch.setattr(
        "studio.training.backend.compute_settings.choose_threads", lambda config, processes: 1
    )
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "resume_button")
    assert run.status.status is RunStatus.FINISHED
    assert run.status.epochs_done == 5


def test_a_run_that_failed_without_a_checkpoint_is_not_offered(page, qtbot, monkeypatch) -> None:
    def fail(recorder, *_args, **_options) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(RunRecorder, "save_weights", fail)
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "train_button")
    assert page.session.state is TrainingState.FAILED
    assert not child(page, "resume_button").isVisible()


@pytest.mark.parametrize("was_killed", [False, True])
def test_the_last_run_is_offered_after_a_restart(make_page, qtbot, was_killed) -> None:
    page = make_page()
    run = start(qtbot, page)
    stop_after_an_epoch(qtbot, page)
    page.shutdown()
    if was_killed:  # what a process that ended without a word leaves behind
        run.write_status(run.status.with_values(status=RunStatus.RUNNING, pid=2**22 + 1))
    again = make_page()
    resume = child(again, "resume_button")
    qtbot.waitUntil(resume.isVisible, timeout=LONG)
    assert "ended early: Resume continues it." in child(again, "status_label").text()
    with qtbot.waitSignal(again.idle, timeout=LONG):
        click(qtbot, again, "resume_button")
    assert run.status.status is RunStatus.FINISHED
    again.shutdown()
    third = make_page()
    with qtbot.waitSignal(third.context.tasks.idle, timeout=LONG):
        pass
    assert not child(third, "resume_button").isVisible()


def test_a_run_stopped_before_its_first_step_is_offered_now_and_later(
    make_page, qtbot, monkeypatch
) -> None:
    page, loaded = make_page(), threading.Event()

    def load(_config, _data_dir, _on_progress, should_stop, _fixes) -> None:
        loaded.wait(LONG / 1000)
        assert should_stop()
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr("studio.training.preparation.load_dataset", load)
        type_value(qtbot, page, "epochs_spin", "1")
        with qtbot.waitSignal(page.session.run_created, timeout=LONG) as caught:
            click(qtbot, page, "train_button")
        click(qtbot, page, "stop_button")
        with qtbot.waitSignal(page.idle, timeout=LONG):
            loaded.set()
    run = page.context.store.open(caught.args[0])
    status = child(page, "status_label").text()
    assert status.endswith("Stopped before the training began. Resume begins it again.")
    assert "from its first step" in child(page, "resume_button").toolTip()
    page.shutdown()
    again = make_page()
    qtbot.waitUntil(child(again, "resume_button").isVisible, timeout=LONG)
    text = "ended before its first checkpoint: Resume begins it again."
    assert child(again, "status_label").text().endswith(text)
    with qtbot.waitSignal(again.idle, timeout=LONG):
        click(qtbot, again, "resume_button")
    assert run.status.status is RunStatus.FINISHED
    logged = [line["event"] for line in run.metrics()]
    assert (logged[0], logged.count("FitStarted"), logged.count("FitEnded")) == ("FitStarted", 1, 1)
