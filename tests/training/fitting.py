"""Helpers that train short runs and compare their results."""

import numpy as np
import torch
from safetensors.torch import load_file

from studio.callbacks import ignore_progress, never_stop
from studio.runs.history import load_history
from studio.training import Trainer


def fit(config, run, should_stop=never_stop, on_progress=ignore_progress):
    """Train a run; return the last event and all events."""
    events = []
    return Trainer(config, run).fit(events.append, should_stop, on_progress), events


def stop_after(steps):
    """Return a `should_stop` that is True before step `steps`, counted from 0."""
    calls = iter(range(10_000))
    return lambda: next(calls) >= steps


def of(event_type, events):
    return [event for event in events if isinstance(event, event_type)]


def same_weights(path, other):
    a, b = load_file(path), load_file(other)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def same_history(run, other):
    a, b = load_history(run), load_history(other)
    arrays = (a.indices, b.indices), (a.correct, b.correct), (a.probability, b.probability)
    return all(np.array_equal(ours, theirs, equal_nan=True) for ours, theirs in arrays)
