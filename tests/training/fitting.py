"""Trains real runs, and compares what became of them."""

import torch
from safetensors.torch import load_file

from studio.callbacks import ignore_progress, never_stop
from studio.training import Trainer


def fit(config, run, should_stop=never_stop, on_progress=ignore_progress):
    """The last event, and all events."""
    events = []
    return Trainer(config, run).fit(events.append, should_stop, on_progress), events


def stop_after(steps):
    """A `should_stop` that says yes before step `steps`, counted from 0."""
    asked = iter(range(10_000))
    return lambda: next(asked) >= steps


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def same_weights(one, other):
    a, b = load_file(one), load_file(other)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)
