"""Predictions of a trained model for any image or drawing."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data.drawing import DrawingFlaw
from studio.data.drawing.flaws import find_flaw
from studio.data.drawing.preprocessing import prepare_drawing
from studio.data.image_files import ImageSource
from studio.data.isolated_images import decode_drawing, decode_model_input
from studio.errors import CheckpointError, Stopped
from studio.models import plan_layers
from studio.runs.chance_level import model_warning
from studio.runs.checkpoints import ModelCard, load_model, weights_path
from studio.training.familiarity import score
from studio.training.input.normalization import Normalizer
from studio.training.prediction import predict_logits


@dataclass(frozen=True)
class DrawingPrediction:
    """Calibrated probabilities float32 [K], and the model input, uint8 [C, h, w].

    `flaw` says why the input is hardly a drawing; it is None for a good drawing and for a photo.
    `familiarity` is the fraction of validation samples that resemble the training data at most as
    much as the input, 0..1; None for a model that does not know it.
    """

    probabilities: NDArray[np.float32]
    network_input: NDArray[np.uint8]
    flaw: DrawingFlaw | None = None
    familiarity: float | None = None


class Predictor:
    """A model with the preprocessing of its inputs. It runs in float32 on the CPU.

    Threads may share a predictor; a lock keeps gradients out of concurrent predictions.
    """

    def __init__(self, model: nn.Module, card: ModelCard) -> None:
        self.card = card
        self.class_names = card.class_names
        self._model = model.to(memory_format=torch.channels_last)
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        self._normalize = Normalizer(card.mean, card.std, "cpu")
        self._others = _other_classes(card)
        self._lock = threading.Lock()

    @property
    def warning(self) -> str:
        """Warning about a model that guesses or was hardly trained, empty for a useful one."""
        card = self.card
        return model_warning(card.val_accuracy, len(card.class_names), card.epoch)

    @classmethod
    def load(cls, where: str | Path) -> Self:
        """Load `bundled`, a run folder or a weights file. Raises CheckpointError.

        The weights of a run are those of its selected epoch, or the last ones where there are none.
        """
        return cls(*load_model(weights_path(where)))

    def predict(
        self,
        images: NDArray[np.uint8],
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> NDArray[np.float32]:
        """Probabilities float32 [N, K] for images uint8 [N, C, H, W] of the model's input shape.

        They are calibrated: the logits are divided by the temperature of the card, which changes no
        predicted class (C. Guo et al., On Calibration of Modern Neural Networks, 2017). Raises
        CheckpointError if the weights are damaged, and Stopped.
        """
        logits = self.logits(images, on_progress, should_stop)
        return np.asarray((logits / self.card.temperature).softmax(1).numpy(), np.float32)

    def logits(
        self,
        images: NDArray[np.uint8],
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> Tensor:
        """Logits float32 [N, K] before calibration; otherwise as `predict`."""
        with self._lock:
            logits = predict_logits(
                self._model,
                _as_tensor(images),
                self._normalize,
                on_progress=on_progress,
                should_stop=should_stop,
            )
        return _require_finite(logits)

    @property
    def feature_count(self) -> int:
        """The number of inputs of the last linear layer, with which every model ends."""
        return plan_layers(self.card.model)[-1].in_shape[0]

    def features(
        self,
        images: NDArray[np.uint8],
        axes: NDArray[np.float32] | None = None,
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> NDArray[np.float32]:
        """Inputs of the last linear layer, float32 [N, D], for images uint8 [N, C, H, W].

        With `axes` [D, d] each is multiplied by them at once, float32 [N, d], so that long features
        take little memory. Raises Stopped.
        """
        *backbone, _ = self._model.get_submodule("layers").children()
        projection = nn.Identity() if axes is None else _Projection(torch.from_numpy(axes))
        with self._lock:
            features = predict_logits(
                nn.Sequential(*backbone, projection),
                _as_tensor(images),
                self._normalize,
                on_progress=on_progress,
                should_stop=should_stop,
            )
        return np.asarray(features.numpy(), np.float32)

    def predict_drawing(self, drawing: NDArray[np.uint8]) -> DrawingPrediction | None:
        """Predict a drawing uint8 [H, W], strokes 255 on background 0; None for an empty one."""
        size = self.card.model.image_size
        grayscale = prepare_drawing(drawing, self.card.drawing, size)
        if grayscale is None:
            return None
        pixels = np.repeat(grayscale[None], self.card.model.in_channels, axis=0)
        return self._predict_input(pixels, find_flaw(drawing))

    def _predict_input(
        self, pixels: NDArray[np.uint8], flaw: DrawingFlaw | None = None
    ) -> DrawingPrediction:
        """Predict one model input uint8 [C, h, w]; logits and familiarity in one pass."""
        logits, others = self.logits_with_outliers(pixels[None])
        probabilities = np.asarray((logits / self.card.temperature).softmax(1).numpy(), np.float32)
        known = self.card.familiarity
        fraction = (
            None if known is None else known.fraction_below(float(score(known, logits, others)))
        )
        return DrawingPrediction(probabilities[0], pixels, flaw, fraction)

    def familiarity(self, images: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """The familiarity, 0..1 as in DrawingPrediction, of each image uint8 [N, C, H, W]."""
        known = self.card.familiarity
        if known is None:
            return None
        scores = score(known, *self.logits_with_outliers(images))
        return np.array([known.fraction_below(value) for value in scores.tolist()], np.float32)

    def logits_with_outliers(self, images: NDArray[np.uint8]) -> tuple[Tensor, Tensor]:
        """Logits [N, K], and those of what is no class of the model, float32 [N, M].

        M is 0 where the card has no such classes. Raises as `logits`.
        """
        if self._others is None:
            return self.logits(images), torch.empty(len(images), 0)
        features = torch.from_numpy(self.features(images))
        *_, output = self._model.get_submodule("layers").children()
        logits: Tensor = output(features)
        return _require_finite(logits), self._others(features)

    def predict_picture(
        self, source: ImageSource, should_stop: ShouldStop = never_stop
    ) -> DrawingPrediction | None:
        """Predict an image that `open_image` accepts. Raises ImageError and Stopped.

        A model of drawings predicts the strokes found in the image, or None where there are none.
        """
        if self.card.drawing != "picture":
            return self.predict_drawing(decode_drawing(source, should_stop))
        size, channels = self.card.model.image_size, self.card.model.in_channels
        pixels = decode_model_input(source, size, self.card.data.fit, channels, should_stop)
        return self._predict_input(pixels)

    def without_normalization(self) -> Self:
        """Return the same model with inputs that are only divided by 255."""
        channels = self.card.model.in_channels
        moments = {"mean": (0.0,) * channels, "std": (255.0,) * channels}
        other = type(self)(self._model, self.card.model_copy(update=moments))
        other._lock = self._lock
        return other

    def gradients(self, pixels: Tensor, classes: Sequence[int]) -> Tensor:
        """Gradients of class logits by pixels, float32 [K, N, C, h, w].

        `pixels` is float32 [N, C, h, w] of 0..255. Other predictions wait meanwhile.
        """
        with self._lock, torch.enable_grad():
            inputs = pixels.detach().requires_grad_()
            logits = self._model(self._normalize(inputs))
            return _class_gradients(logits, inputs, classes)

    def feature_gradients(
        self, image: NDArray[np.uint8], classes: Sequence[int], depth: int
    ) -> tuple[Tensor, Tensor]:
        """The output of the first `depth` layers, [1, F, h, w], and gradients [K, F, h, w] by it.

        `image` is a model input uint8 [C, h, w], the gradients are those of class logits.
        """
        with self._lock:
            layers = self._model.get_submodule("layers")
            assert isinstance(layers, nn.Sequential)
            with torch.no_grad():
                features = layers[:depth](self._normalize(_as_tensor(image)[None]))
            with torch.enable_grad():
                features.requires_grad_()
                # A copy, because the next layer may work in place.
                logits = layers[depth:](features.clone())
                gradients = _class_gradients(logits, features, classes)
        return features.detach(), gradients[:, 0]

    @torch.no_grad()
    def visit_layers(
        self,
        image: NDArray[np.uint8],
        visit: Callable[[int, NDArray[np.float32]], object],
        should_stop: ShouldStop = never_stop,
    ) -> None:
        """Call `visit(depth, output)` with the output of the first `depth` layers, for each depth.

        Depth 0 is the normalized model input. `image` is a model input uint8 [C, h, w], an output
        float32 [F, h, w] or [D], which is valid only during the call: the next layer may overwrite
        it. Other predictions may run between two layers. Raises Stopped.
        """
        layers = self._model.get_submodule("layers")
        output = self._normalize(_as_tensor(image)[None])
        visit(0, output[0].numpy())
        for depth, layer in enumerate(layers.children(), 1):
            if should_stop():
                raise Stopped
            with self._lock:
                output = layer(output)
            visit(depth, output[0].numpy())

    def map_gradient(
        self, image: NDArray[np.uint8], depth: int, channel: int
    ) -> NDArray[np.float32]:
        """Gradient by the pixels 0..255, float32 [C, h, w], of the mean positive value of a map.

        The map is that of `channel` in the output of the first `depth` layers for a model input
        uint8 [C, h, w]. A unit of a linear layer has one value, which counts whatever its sign.
        K. Simonyan et al., Deep Inside Convolutional Networks (2014), derive the score of a class
        in the same way.
        """
        layers = self._model.get_submodule("layers")
        assert isinstance(layers, nn.Sequential)
        with self._lock, torch.enable_grad():
            pixels = _as_tensor(image)[None].float().requires_grad_()
            output = layers[:depth](self._normalize(pixels))[0, channel]
            mean = output.clamp(min=0).mean() if output.dim() else output
            gradient = torch.autograd.grad(mean, pixels)[0]
        return np.asarray(gradient[0].numpy(), np.float32)

    def weight(self, layer: str) -> NDArray[np.float32]:
        """Weight of a convolution [F, C, k, k] or linear layer [D, inputs], float32, read-only."""
        weight = self._model.get_parameter(f"layers.{layer}.weight").detach().numpy()
        weight.flags.writeable = False
        return np.asarray(weight, np.float32)


def _require_finite(logits: Tensor) -> Tensor:
    """Return the logits. Raises CheckpointError if they are not finite.

    Weights can be finite and still so large that no image has a result.
    """
    if not torch.isfinite(logits).all():
        raise CheckpointError(
            "The model computes values that are not finite numbers: its weights are damaged.",
            "Choose another model, or train this one again.",
        )
    return logits


def _other_classes(card: ModelCard) -> nn.Linear | None:
    """The layer of a card that computes logits of what is no class of the model."""
    if card.familiarity is None or not card.familiarity.weights:
        return None
    weights = torch.tensor(card.familiarity.weights)
    # On the meta device, which draws no random numbers: a training may be running.
    layer = nn.Linear(weights.shape[1], weights.shape[0], device="meta")
    layer.weight = nn.Parameter(weights, requires_grad=False)
    layer.bias = nn.Parameter(torch.tensor(card.familiarity.bias), requires_grad=False)
    return layer


def _class_gradients(logits: Tensor, inputs: Tensor, classes: Sequence[int]) -> Tensor:
    """Gradients of logits [N, classes] of each chosen class by `inputs`, [K, N, ...]."""
    last = len(classes) - 1
    gradients = [
        torch.autograd.grad(logits[:, index].sum(), inputs, retain_graph=number < last)[0]
        for number, index in enumerate(classes)
    ]
    return torch.stack(gradients)


class _Projection(nn.Module):
    """Multiplies rows [N, D] by a matrix [D, d]."""

    def __init__(self, axes: Tensor) -> None:
        super().__init__()
        self._axes = axes

    def forward(self, rows: Tensor) -> Tensor:
        return rows @ self._axes


def _as_tensor(pixels: NDArray[np.uint8]) -> torch.Tensor:
    """A tensor of the pixels. Read-only arrays are copied: torch warns about sharing them."""
    return torch.from_numpy(np.require(pixels, requirements=["C", "W"]))
