"""A single bit that flips in a file of a run is noticed when the file is loaded."""

from random import Random

import pytest

from studio.runs.checkpoints import load_model, load_state
from tests.attacks.bit_flips import (
    OTHERS,
    WEIGHTS_AND_STATES,
    Flip,
    choose_flips,
    find_unnoticed,
    train_run,
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return train_run(tmp_path_factory.mktemp("runs"))


@pytest.mark.parametrize("names", [WEIGHTS_AND_STATES, OTHERS], ids=["checkpoint", "others"])
def test_every_flipped_bit_is_noticed(run, names):
    flips = choose_flips(run, names, 100, Random(14))
    assert find_unnoticed(run, flips) == []
    load_state(run.state)
    load_model(run.best_weights)


def test_the_first_and_the_last_bit_of_every_file_are_noticed(run):
    names = (*WEIGHTS_AND_STATES, *OTHERS)
    last = {name: (run.path / name).stat().st_size - 1 for name in names}
    ends = [Flip(name, byte, 0) for name in names for byte in (0, last[name])]
    assert find_unnoticed(run, ends) == []
