"""A device whose memory holds only so many pictures at a time."""

import torch

from studio.models import build_model


def limit_batch_size(monkeypatch, most):
    """Networks in training have memory for `most` pictures from now on; lists what they tried."""
    tried = []

    def refuse(layer, inputs):
        if layer.training:
            tried.append(len(inputs[0]))
            if len(inputs[0]) > most:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    def build(config):
        network = build_model(config)
        network.layers[0].register_forward_pre_hook(refuse)
        return network

    monkeypatch.setattr("studio.training.train_step.build_model", build)
    return tried
