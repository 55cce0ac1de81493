"""When the form and a training have one schedule, so that its place can be marked in the form."""

import pytest

from studio.recipes import load_recipe
from studio.ui.train.schedule_marker import has_same_schedule

CONFIG = load_recipe("digits-quickstart").config


def test_a_form_that_was_not_edited_has_the_schedule_of_its_training() -> None:
    assert has_same_schedule(CONFIG, CONFIG)
    assert not has_same_schedule(CONFIG, None)


@pytest.mark.parametrize(
    ("values", "is_same"),
    [
        ({"optim.lr": 0.5}, False),
        ({"optim.schedule": "constant"}, False),
        ({"optim.epochs": 3}, False),
        ({"engine.max_steps": 100}, False),
        ({"optim.batch_size": 16, "data.subset": 500}, True),  # over epochs it is the same
        ({"model.variant": "tiny-vgg", "augment.rotate": 5.0, "seed": 7}, True),
    ],
)
def test_what_changes_the_schedule(values, is_same) -> None:
    assert has_same_schedule(CONFIG, CONFIG.with_values(values)) is is_same


def test_over_steps_the_epochs_of_the_data_count_too() -> None:
    steps = CONFIG.with_values({"engine.max_steps": 100})
    assert has_same_schedule(steps, steps.with_values({"seed": 7}))
    assert not has_same_schedule(steps, steps.with_values({"data.subset": 500}))
