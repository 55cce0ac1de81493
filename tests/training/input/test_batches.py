"""The order of samples in an epoch."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from studio.training.input.batches import epoch_order, steps_per_epoch


@given(count=st.integers(1, 300), size=st.integers(1, 64), epoch=st.integers(0, 50))
def test_an_epoch_has_every_sample_once_and_no_batch_of_one(count, size, epoch):
    batches = epoch_order(count, size, seed=3, epoch=epoch)
    assert sorted(torch.cat(batches).tolist()) == list(range(count))
    assert len(batches) == steps_per_epoch(count, size)
    assert count == 1 or size == 1 or all(len(batch) > 1 for batch in batches)


def test_epochs_and_seeds_have_different_orders():
    orders = {
        tuple(torch.cat(epoch_order(50, 8, seed, epoch)).tolist())
        for seed, epoch in [(0, 0), (0, 1), (1, 0)]
    }
    assert len(orders) == 3
