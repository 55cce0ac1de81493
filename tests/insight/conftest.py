"""Evaluations of a few samples."""

import dataclasses

import numpy as np
import pytest

from studio.data.sample_ids import published_ids
from studio.insight import Evaluation

NAMES = ("four", "<b>nine</b>")


@pytest.fixture
def evaluation():
    """Four samples: correct, wrong, very wrong, correct."""
    images = np.random.default_rng(1).integers(0, 256, (4, 1, 8, 8), np.uint8)
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.1, 0.9], [0.2, 0.8]], np.float32)
    return Evaluation(
        run="20260101-120000-digits-quickstart-abcd",
        dataset="digits",
        split="test",
        class_names=NAMES,
        images=images,
        indices=np.array([7, 8, 30, 31]),
        labels=np.array([0, 0, 0, 1]),
        probabilities=probabilities,
        ids=published_ids(40, 35),
    )


@pytest.fixture
def named(evaluation):
    """The same samples with file names that need escaping."""
    names = ("=a.png", "b,c.png", "<i>d</i>.png", "e.png")
    return dataclasses.replace(evaluation, files=names, class_names=("four", "-9"))
