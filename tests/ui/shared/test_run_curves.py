"""RunCurves are the same whether lines are read together or one by one."""

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.training.events import EpochEnd, FitStarted, StepEnd, to_dict
from studio.ui.shared import run_curves
from studio.ui.shared.run_curves import RunCurves

STARTED = FitStarted("r", "r", 3, 10, 30, 1, "cpu", "", "float32", 1, 1, 1, 1)
NUMBERS = st.floats(allow_nan=True, allow_infinity=False, width=64)
STEPS = st.builds(StepEnd, st.integers(0, 10**9), st.integers(1, 99), *[NUMBERS] * 4)
EPOCHS = st.builds(EpochEnd, *[st.integers(1, 99)] * 2, *[NUMBERS] * 7, st.booleans())
EVENTS = st.lists(STEPS | EPOCHS | st.just(STARTED), max_size=20)
JUNK = st.sampled_from(
    [b'{"event": "StepEnd", "step": 1, "epoch": 1, "loss": 1.2.3, "x": 1}', b"{"]
)


def line(event):
    return json.dumps(to_dict(event)).encode() + b"\n"


def fed(*blocks):
    curves = RunCurves()
    for block in blocks:
        curves.add_lines(block)
    return curves


def step(number, loss=0.5, rate=100.0, seconds=None):
    return StepEnd(number, 1 + (number - 1) // 10, loss, 0.1, rate, seconds or number * 2.0)


@settings(max_examples=40)
@given(events=EVENTS, junk=st.none() | JUNK)
def test_a_block_tells_what_its_lines_tell(events, junk):
    lines = [line(STARTED), *map(line, events)]
    if junk is not None:
        lines.insert(len(lines) // 2, junk + b"\n")
    together, apart = fed(b"".join(lines)), fed(*lines)
    for one, other in zip(together.loss_by_step(), apart.loss_by_step(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert repr(together.progress()) == repr(apart.progress())
    assert repr(together.metrics()) == repr(apart.metrics())
    assert len(together.loss_by_step()[0]) == sum(isinstance(event, StepEnd) for event in events)


def test_losses_stand_at_their_part_of_an_epoch():
    curves = fed(line(STARTED), line(step(5, 0.25)), line(step(15, 0.125)))
    steps, losses = curves.loss_by_step()
    np.testing.assert_allclose(steps, [0.5, 1.5])
    np.testing.assert_allclose(losses, [0.25, 0.125])


def test_a_long_run_is_thinned_and_keeps_its_extremes(monkeypatch):
    monkeypatch.setattr(run_curves, "_MAX_COLUMNS", 500)
    block = b"".join(line(step(n, 9.0 if n == 1_234 else 0.5)) for n in range(1, 5_001))
    steps, losses = fed(line(STARTED) + block).loss_by_step()
    assert len(steps) < 2000
    assert losses.max() == 9.0


def test_without_a_beginning_there_is_no_curve_by_step_but_one_by_epoch():
    end = EpochEnd(1, 10, 0.5, 0.9, 0.6, 0.8, 0.1, 100.0, 20.0, True)
    curves = fed(line(step(5)), line(end))
    assert len(curves.loss_by_step()[0]) == 0
    np.testing.assert_array_equal(curves.epochs(), [1])
    assert curves.best_epoch == 1


def test_the_last_step_tells_where_the_training_is():
    progress = fed(line(STARTED) + line(step(5)) + line(step(12, 0.25, 250.0, 6.0))).progress()
    assert (progress.epoch, progress.epochs, progress.images_per_second, progress.loss) == (
        2,
        3,
        250.0,
        0.25,
    )
    assert progress.remaining_s == 9.0  # 18 more steps at half a second


def test_nothing_known_is_nothing_said():
    progress = fed(b"").progress()
    assert (progress.epoch, progress.epochs) == (None, None)
    assert np.isnan([progress.images_per_second, progress.remaining_s, progress.loss]).all()


def test_odd_values_are_gaps():
    odd = {"event": "StepEnd", "step": "x", "epoch": 1, "loss": 10**400, "seconds": None}
    curves = fed(line(STARTED), json.dumps(odd).encode() + b"\n")
    assert np.isnan(curves.loss_by_step()).all()
    assert np.isnan(curves.progress().remaining_s)


def test_a_step_with_a_damaged_end_keeps_the_step_before():
    curves = RunCurves()
    whole = b'{"event": "StepEnd", "step": 1, "epoch": 1, "loss": 0.5, "lr": 0.1}\n'
    damaged = b'{"event": "StepEnd", "step": 2, "epoch": 1, "loss": 0.4, "lr": [[[\n'
    curves.add_lines(whole)
    curves.add_lines(damaged)
    assert curves.progress().loss == 0.5
