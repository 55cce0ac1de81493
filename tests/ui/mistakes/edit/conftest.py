"""An evaluation of bright and dark images, and a model made by hand that tells them apart."""

import dataclasses

import numpy as np
import pytest

from studio.ui.mistakes.edit.edit_subject import subject_of
from studio.ui.shared.live_predictor import LivePredictor


class BrightnessPredictor:
    """Predicts "b" for images whose mean is at least 40, else "a"."""

    def predict(self, images):
        is_bright = images.mean((1, 2, 3)) >= 40
        return np.where(is_bright[:, None], [0.1, 0.8, 0.1], [0.7, 0.2, 0.1]).astype(np.float32)

    def predict_many(self, images, on_progress=None, should_stop=None):
        return self.predict(images)


@pytest.fixture
def predictor(monkeypatch):
    made = BrightnessPredictor()
    monkeypatch.setattr(LivePredictor, "load", classmethod(lambda cls, run, store: made))
    return made


@pytest.fixture
def session(make_session, make_evaluation, predictor):
    """Two samples on black that are predicted as "a"; the first one is a "b"."""
    images = np.zeros((2, 1, 16, 16), np.uint8)
    images[:, :, 4:12, 6:9] = 160
    session = make_session()
    session.begin("bundled", "test")
    evaluation = make_evaluation([(1, 0, 0.7), (0, 0, 0.7)])
    session.show(dataclasses.replace(evaluation, images=images))
    return session


@pytest.fixture
def subject(session):
    return subject_of(session, 0)
