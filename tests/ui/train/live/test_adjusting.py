"""Settings changed on the Train page while a training runs, and a training that diverges."""

import math

import pytest
from PySide6.QtCore import Qt

from studio.runs import RunStatus
from studio.training import Trainer
from studio.training.events import SettingsChanged, from_dict
from studio.training.live_settings import SettingsMailbox, recorded_changes
from studio.training.train_step import TrainStep
from studio.ui.train.live.adjust_scale import LinearScale, LogScale
from studio.ui.train.live.training_state import TrainingState
from tests.ui.train.conftest import child, click, type_value

LONG = 120_000
LR = "optim.lr"


def changes_of(run) -> list[SettingsChanged]:
    events = map(from_dict, run.metrics())
    return [event for event in events if isinstance(event, SettingsChanged)]


@pytest.mark.numeric
@pytest.mark.usefixtures("fixed_engine")
def test_changes_are_recorded_marked_and_repeated_exactly(page, qtbot) -> None:
    adjust, panel = child(page, "adjust_button"), child(page, "adjust_panel")
    assert not adjust.isVisible()
    type_value(qtbot, page, "epochs_spin", "12")
    with qtbot.waitSignal(page.run_started, timeout=LONG) as caught:
        click(qtbot, page, "train_button")
    run = page.context.store.open(caught.args[0])
    qtbot.waitUntil(lambda: bool(page.session.progress.epochs), timeout=LONG)
    page.pause_or_resume()
    qtbot.waitUntil(adjust.isEnabled)
    click(qtbot, page, "adjust_button")
    assert panel.isVisible()
    assert page.rect().contains(panel.geometry().translated(panel.parentWidget().pos()))
    apply = child(page, "adjust_apply")
    assert not apply.isEnabled()  # nothing is changed
    assert "goes on" in child(page, "adjust_note").text()
    type_value(qtbot, page, "adjust_lr_field", "0.0005")
    child(page, "adjust_decay_slider").setValue(81)  # 1e-5 · 10⁴
    assert child(page, "adjust_decay_field").value() == pytest.approx(0.1)
    assert apply.isEnabled()
    click(qtbot, page, "adjust_apply")
    assert not changes_of(run)  # it is paused
    page.pause_or_resume()
    qtbot.waitUntil(lambda: bool(page.live.curves.loss.marks()), timeout=LONG)
    (changed,) = changes_of(run)
    assert changed.changes == {LR: 0.0005, "optim.weight_decay": 0.1}
    line = f"From step {changed.step + 1} on: learning rate 0.0005, weight decay 0.1"
    assert [mark.text for mark in page.live.curves.accuracy.marks()] == [line]
    assert line in page.live.curves.log.toPlainText()
    qtbot.waitUntil(lambda: "now 0.1" in child(page, "adjust_decay_now").text())
    assert not apply.isEnabled()
    # Esc closes the panel, and stops nothing.
    child(page, "adjust_lr_field").setFocus()
    qtbot.keyClick(child(page, "adjust_lr_field"), Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert not adjust.isChecked()
    if page.is_training:
        with qtbot.waitSignal(page.idle, timeout=LONG):
            page.session.stop()
    assert not adjust.isVisible()
    # Resumed, the change stays in force, and the same changes give the same bits.
    if page.session.state is TrainingState.STOPPED:
        with qtbot.waitSignal(page.idle, timeout=LONG):
            page.resume_last()
    assert run.status.status is RunStatus.FINISHED
    assert page.live.curves.loss.marks()[0].text == line
    again = page.context.store.create(run.config)
    mailbox = SettingsMailbox(recorded_changes(map(from_dict, run.metrics())))
    Trainer(run.config, again, settings=mailbox).fit()
    assert run.last_weights.read_bytes() == again.last_weights.read_bytes()


def test_a_diverged_training_offers_to_resume_with_half_the_rate(page, qtbot, monkeypatch) -> None:
    original, lr = TrainStep.step, page.config.optim.lr

    def diverge(self, images, labels):
        result = original(self, images, labels)
        if self.ema and self.ema.state_dict()["seen"] == 25 and self.config.optim.lr == lr:
            monkeypatch.setattr(TrainStep, "step", original)  # only once
            next(self.model.parameters()).data.view(-1)[0] = math.nan
        return result

    monkeypatch.setattr(TrainStep, "step", diverge)
    type_value(qtbot, page, "epochs_spin", "3")
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "train_button")
    run = page.context.store.open(page.session.run_id)
    assert page.session.state is TrainingState.DIVERGED
    assert run.status.observed is RunStatus.DIVERGED
    assert "no longer" in child(page, "banner_text").text()
    assert "half the learning rate" in child(page, "status_label").text()
    assert child(page, "resume_button").isVisible()
    assert child(page, "banner_action").text() == "Resume with half the rate"
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "banner_action")
    assert run.status.observed is RunStatus.FINISHED
    (changed,) = changes_of(run)
    assert 0 < changed.changes[LR] < lr
    assert len(page.live.curves.loss.marks()) == 1


def test_positions_of_the_sliders() -> None:
    rate = LogScale(1e-6, 10)
    assert rate.value(rate.position(0.003)) == pytest.approx(0.003, rel=0.06)
    assert [rate.value(p) for p in (0, rate.count)] == [1e-6, 10]
    decay = LogScale(1e-5, 1, has_zero=True)
    assert [decay.value(p) for p in (0, 1, decay.count)] == [0, 1e-5, 1]
    assert (decay.position(0.0), decay.position(1e-5)) == (0, 1)
    percent = LinearScale(0.95, 19)
    assert percent.value(percent.position(0.5)) == 0.5
    assert percent.position(2.0) == 19
