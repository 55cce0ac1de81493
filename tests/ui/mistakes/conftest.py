"""Evaluations: small ones made by hand, and a real one of a network trained on the digits."""

import numpy as np
import pytest
from shiboken6 import Shiboken

from studio.ui.context import StudioContext
from studio.ui.settings import Settings
from tests.fixed_engine import FIXED_ENGINE


@pytest.fixture(scope="session")
def make_evaluation():
    """Builds an Evaluation of three classes from (true, read as, probability) triples."""
    from studio.data.sample_ids import SampleIds
    from studio.insight import Evaluation

    def make(samples, names=("a", "b", "c")):
        shares = np.zeros((len(samples), len(names)), np.float32)
        for row, (_, read, share) in enumerate(samples):
            shares[row] = (1 - share) / (len(names) - 1)
            shares[row, read] = share
        pictures = np.random.default_rng(0).integers(0, 256, (len(samples), 1, 8, 8), np.uint8)
        return Evaluation(
            run="run",
            dataset="digits",
            split="test",
            class_names=tuple(names),
            images=pictures,
            indices=np.arange(len(samples)) + 100,
            labels=np.array([true for true, _, _ in samples], np.int64),
            probabilities=shares,
            ids=SampleIds(published=(("train", 100), ("test", len(samples)))),
        )

    return make


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A runs folder with one digits run, trained for so short a time that it makes mistakes."""
    from studio.recipes import load_recipe
    from studio.runs import RunStore
    from studio.training import Trainer

    store = RunStore(tmp_path_factory.mktemp("trained"))
    config = load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE | {"optim.epochs": 1})
    run = store.create(config)
    Trainer(config, run).fit()
    return store.runs_dir, run.id


@pytest.fixture
def make_context(qtbot, tmp_path):
    """Makes the context of a window over a runs folder; its threads are joined at the end."""
    made = []

    def make(runs_dir):
        settings = Settings(tmp_path / "window.ini")
        context = StudioContext(runs_dir, tmp_path / "data", settings)
        made.append(context)
        return context

    yield make
    for context in made:
        context.tasks.wait_all()
        Shiboken.delete(context)


@pytest.fixture
def make_session(make_context, tmp_path):
    """Makes the session of a Mistakes page, without an evaluation."""
    from studio.ui.mistakes.session import EvaluationSession

    made = []

    def make(runs_dir=tmp_path):
        context = make_context(runs_dir)
        made.append(EvaluationSession(context, context))
        return made[-1]

    yield make
    for session in made:
        session.fixes.shutdown()
