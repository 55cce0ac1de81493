"""Short real trainings on the real digits."""

import pytest

from studio.recipes import load_recipe
from studio.runs import RunStore


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture
def config():
    """A few steps of the default recipe, with everything that can differ switched on."""
    return load_recipe("digits-quickstart").config.with_values(
        {
            "optim.epochs": 3,
            "optim.batch_size": 256,
            "model.norm": "batch",
            "augment.thickness": 0.3,
            "engine.log_every": 2,
            "engine.threads": 1,
            "engine.device": "cpu",
        }
    )
