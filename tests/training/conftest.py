"""Configurations of short training runs on the digits dataset."""

import pytest

from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.training import Trainer
from tests.fixed_engine import FIXED_ENGINE


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture(scope="session")
def config():
    """A few steps of a small model on the digits, with as many options as possible."""
    return load_recipe("digits-quickstart").config.with_values(
        FIXED_ENGINE
        | {
            "optim.epochs": 3,
            "optim.batch_size": 256,
            "model.filters": [[8], [16], [32]],
            "model.hidden": [32],
            "model.norm": "batch",
            "augment.thickness": 0.3,
            "engine.log_every": 2,
        }
    )


@pytest.fixture(scope="session")
def pretrained_run(tmp_path_factory):
    """A run of a small model with batch norm, on digits of 16 pixels."""
    config = load_recipe("digits-quickstart").config.with_values(
        FIXED_ENGINE
        | {
            "optim.epochs": 3,
            "optim.ema": 0.0,
            "model.filters": [[8], [16]],
            "model.norm": "batch",
            "model.hidden": [16],
            "data.image_size": 16,
        }
    )
    run = RunStore(tmp_path_factory.mktemp("pretrained")).create(config)
    Trainer(config, run).fit()
    return run


@pytest.fixture
def pretrained_config(config, pretrained_run):
    """A head on a pretrained backbone, with as many options as possible."""
    return config.with_values(
        {
            "model.backbone": f"run:{pretrained_run.path}",
            "model.views": 3,
            "model.filters": None,
            "model.hidden": None,
            "model.norm": None,
            "model.dropout": 0.3,
            "data.normalize": "backbone",
            "data.subset": 400,
            "data.test_subset": 100,
            "optim.batch_size": 64,
        }
    )
