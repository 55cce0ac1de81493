"""Simulates a device with little memory."""

import torch

from studio.models import build_model


def limit_batch_size(monkeypatch, limit):
    """Let models run out of memory above `limit` images; return the list of batch sizes."""
    batch_sizes = []

    def check_batch_size(layer, inputs):
        if layer.training:
            batch_sizes.append(len(inputs[0]))
            if len(inputs[0]) > limit:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    def build(config):
        model = build_model(config)
        model.layers[0].register_forward_pre_hook(check_batch_size)
        return model

    monkeypatch.setattr("studio.training.train_step.build_model", build)
    return batch_sizes
