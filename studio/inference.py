"""A trained network that answers for any picture or drawing."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data.drawing.flaws import DrawingFlaw, find_flaw
from studio.data.drawing.preprocessing import prepare_drawing
from studio.data.image_files import ImageSource, extract_foreground, open_image
from studio.data.image_resizing import open_for_resize, resize_to_square
from studio.runs.checkpoints import NetworkCard, load_network, weights_path
from studio.runs.model_warning import model_warning
from studio.training.input.normalization import Normalizer
from studio.training.prediction import predict_logits


@dataclass(frozen=True)
class DrawingPrediction:
    """Calibrated probabilities float32 [K], and the pixels of the model input, uint8 [C, h, w].

    `flaw` says why what was drawn is hardly a drawing; it is None for a drawing and for a photo.
    """

    probabilities: NDArray[np.float32]
    network_input: NDArray[np.uint8]
    flaw: DrawingFlaw | None = None


class Predictor:
    """A network, its card and the way its input is made. Answers in float32 on the CPU.

    One thread at a time: saliency uses gradients that predictions must not meet.
    """

    def __init__(self, network: nn.Module, card: NetworkCard) -> None:
        self.card = card
        self.class_names = card.class_names
        self._network = network.to(memory_format=torch.channels_last)
        for parameter in network.parameters():
            parameter.requires_grad_(False)
        self._normalize = Normalizer(card.mean, card.std, "cpu")
        self._lock = threading.Lock()

    @property
    def warning(self) -> str:
        """What to know before trusting a prediction; empty for a model that is of use."""
        card = self.card
        return model_warning(card.val_accuracy, len(card.class_names), card.epoch)

    @classmethod
    def load(cls, where: str | Path) -> Self:
        """`bundled`, a run folder or a weights file. Raises CheckpointError.

        Of a run the epoch best on validation answers, or the last one where there is none.
        """
        return cls(*load_network(weights_path(where)))

    def predict(
        self,
        images: NDArray[np.uint8],
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> NDArray[np.float32]:
        """Probabilities float32 [N, K] for images uint8 [N, C, H, W] of the network's kind.

        They are calibrated: the logits are divided by the temperature of the card, which changes no
        predicted class (C. Guo et al., On Calibration of Modern Neural Networks, 2017). Raises
        Stopped when asked to stop.
        """
        logits = self.logits(images, on_progress, should_stop)
        return np.asarray((logits / self.card.temperature).softmax(1).numpy(), np.float32)

    def logits(
        self,
        images: NDArray[np.uint8],
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> Tensor:
        """Logits float32 [N, K], not calibrated; otherwise like `predict`."""
        with self._lock:
            return predict_logits(
                self._network,
                _as_tensor(images),
                self._normalize,
                on_progress=on_progress,
                should_stop=should_stop,
            )

    def predict_drawing(self, ink: NDArray[np.uint8]) -> DrawingPrediction | None:
        """Answer a drawing uint8 [H, W], 255 = ink, 0 = paper; None for an empty one."""
        size = self.card.model.image_size
        grey = prepare_drawing(ink, self.card.drawing, size)
        if grey is None:
            return None
        pixels = np.repeat(grey[None], self.card.model.in_channels, axis=0)
        return DrawingPrediction(self.predict(pixels[None])[0], pixels, find_flaw(ink))

    def predict_picture(self, source: ImageSource) -> DrawingPrediction | None:
        """Answer an image, as `open_image` takes it: ink on paper for digits, else as it is.

        None where a network for ink finds none. Raises ImageError.
        """
        if self.card.drawing != "picture":
            return self.predict_drawing(extract_foreground(open_image(source)))
        size, channels = self.card.model.image_size, self.card.model.in_channels
        picture, _ = open_for_resize(source, size)
        pixels = resize_to_square(picture, size, self.card.data.fit, channels)
        return DrawingPrediction(self.predict(pixels[None])[0], pixels)

    def saliency(self, network_input: NDArray[np.uint8], class_index: int) -> NDArray[np.float32]:
        """Which pixels speak for or against a class: float32 [h, w] of 0..1.

        Input times gradient over channels: A. Shrikumar et al., Not Just a Black Box (2016).
        """
        with self._lock, torch.enable_grad():
            inputs = self._normalize(_as_tensor(network_input)[None]).requires_grad_()
            logit = self._network(inputs)[0, class_index]
            (gradient,) = torch.autograd.grad(logit, inputs)
        # Paper is not 0 after normalising; what differs from paper is what was drawn.
        paper = self._normalize(torch.zeros_like(inputs[:1]))
        heat = ((inputs.detach() - paper) * gradient).abs().sum(1)[0].numpy()
        return np.asarray(heat / max(float(heat.max()), 1e-12), np.float32)


def _as_tensor(pixels: NDArray[np.uint8]) -> torch.Tensor:
    """A tensor of the pixels; read-only ones are copied, because torch warns about sharing them."""
    return torch.from_numpy(np.require(pixels, requirements=["C", "W"]))
