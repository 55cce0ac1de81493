"""A network's answers to many pictures."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.errors import Stopped
from studio.training.batches import DeviceData, Rows

Progress = Callable[[float], None]
ShouldStop = Callable[[], bool]

# At a time: more gains nothing, and the first layers of a VGG take 256 bytes a pixel several times.
_MOST_PICTURES, _MOST_PIXELS = 500, 1 << 20


@torch.no_grad()
def predict_logits(
    network: nn.Module,
    images: Rows,
    normalize: Callable[[Tensor], Tensor],
    precision: torch.dtype = torch.float32,
    progress: Progress = lambda share: None,
    should_stop: ShouldStop = lambda: False,
) -> Tensor:
    """Logits float32 [N, K] on the CPU for images on the network's device.

    `normalize` makes the network's input of a chunk of them. The network must be in evaluation
    mode. Raises Stopped when asked to stop.
    """
    parts = []
    chunk = max(1, min(_MOST_PICTURES, _MOST_PIXELS // images[:1].shape[-1] ** 2))
    for start in range(0, len(images), chunk):
        if should_stop():
            raise Stopped
        inputs = normalize(images[start : start + chunk])
        with torch.autocast(inputs.device.type, precision, enabled=precision != torch.float32):
            parts.append(network(inputs).float().cpu())
        progress(min(1.0, (start + chunk) / len(images)))
    return torch.cat(parts)


def loss_and_accuracy(logits: Tensor, data: DeviceData) -> tuple[float, float]:
    """Mean cross-entropy and the share of right answers for logits [N, K] of a split."""
    labels = data.labels.cpu()
    loss = functional.cross_entropy(logits, labels)
    accuracy = (logits.argmax(1) == labels).double().mean()
    return float(loss), float(accuracy)
