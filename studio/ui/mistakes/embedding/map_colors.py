"""Colors of the samples on a map, and their legend. No Qt here."""

import colorsys
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.formatting import number, percent

if TYPE_CHECKING:
    from studio.insight import Evaluation

Colors = NDArray[np.uint8]

# The ten colors of Tableau, which are easy to tell apart on white and on dark grey.
_TEN = "1f77b4ff7f0e2ca02cd627289467bd8c564be377c27f7f7fbcbd2217becf"
_TEN_DARK = "5aa3daff9d455ec45ef06a6bb395d6c08d80f2a3daa5a5a5d6d74e4fd8e6"
_GOLDEN_RATIO = 0.618034
# From low to high: viridis of matplotlib, at seven places.
_SCALE = np.array(
    [
        [68, 1, 84],
        [68, 57, 131],
        [49, 104, 142],
        [33, 145, 140],
        [53, 183, 121],
        [144, 215, 67],
        [253, 231, 37],
    ],
    np.float64,
)
_STEPS = 64  # of the scale
_HIGHEST_PERCENTILE = 99.5  # losses above have the color of the highest
_CORRECT, _WRONG = ((176, 186, 200), (196, 67, 43)), ((96, 106, 124), (255, 138, 112))


class ColorBy(StrEnum):
    """What the colors of a map say."""

    TRUE = "true"
    PREDICTED = "predicted"
    OUTCOME = "outcome"
    LOSS = "loss"
    CONFIDENCE = "confidence"


@dataclass(frozen=True, eq=False)
class Groups:
    """Names of groups, the group of each sample, int64 [n], and RGB colors uint8 [groups, 3]."""

    names: tuple[str, ...]
    of_samples: NDArray[np.int64]
    colors: Colors


@dataclass(frozen=True, eq=False)
class Scale:
    """RGB colors uint8 [s, 3] from the lowest to the highest value, and the texts of both."""

    colors: Colors
    lowest: str
    highest: str


@dataclass(frozen=True, eq=False)
class MapColors:
    """RGB colors uint8 [n, 3] of n samples, and `order` int64 [n] from the back to the front."""

    colors: Colors
    order: NDArray[np.int64]
    legend: Groups | Scale


def color_samples(
    evaluation: "Evaluation", samples: NDArray[np.int64], by: ColorBy, dark: bool
) -> MapColors:
    """Return the colors of the samples at these positions of an evaluation."""
    labels, predicted = evaluation.labels[samples], evaluation.predicted[samples]
    if by is ColorBy.OUTCOME:
        wrong = (labels != predicted).astype(np.int64)
        palette = np.array([_CORRECT[dark], _WRONG[dark]], np.uint8)
        # Mistakes are few: they must not be hidden.
        return _by_group(("Correct", "Wrong"), wrong, palette, np.argsort(wrong, kind="stable"))
    if by in (ColorBy.TRUE, ColorBy.PREDICTED):
        group = labels if by is ColorBy.TRUE else predicted
        palette = class_colors(len(evaluation.class_names), dark)
        order = np.random.default_rng(0).permutation(len(samples))  # no class is always on top
        return _by_group(evaluation.class_names, group, palette, order)
    if by is ColorBy.LOSS:
        return _by_loss(evaluation.losses[samples])
    return _by_confidence(evaluation.probabilities[samples, predicted])


def class_colors(count: int, dark: bool) -> Colors:
    """Return a color for each of `count` classes, uint8 [count, 3].

    Neighboring classes differ most in hue. More than about 20 cannot all be told apart.
    """
    ten = np.frombuffer(bytes.fromhex(_TEN_DARK if dark else _TEN), np.uint8).reshape(-1, 3)
    if count <= len(ten):
        return ten[:count]
    lightness = (0.72, 0.58, 0.82) if dark else (0.46, 0.34, 0.62)
    colors = [
        colorsys.hls_to_rgb(index * _GOLDEN_RATIO % 1, lightness[index % 3], 0.7)
        for index in range(count)
    ]
    return np.rint(255 * np.array(colors)).astype(np.uint8)


def scale_colors(fractions: NDArray[np.floating]) -> Colors:
    """Return the colors of values 0..1, uint8 [n, 3]."""
    places = np.linspace(0, 1, len(_SCALE))
    channels = [np.interp(fractions, places, _SCALE[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, 1)).astype(np.uint8)


def _by_group(
    names: tuple[str, ...], group: NDArray[np.int64], palette: Colors, order: NDArray[np.int64]
) -> MapColors:
    return MapColors(palette[group], order.astype(np.int64), Groups(tuple(names), group, palette))


def _by_loss(losses: NDArray[np.float32]) -> MapColors:
    # Most losses are near 0; the root shows the differences between the others.
    top = max(float(np.percentile(losses, _HIGHEST_PERCENTILE)), 1e-6) if len(losses) else 1.0
    fractions = np.sqrt(np.clip(losses / top, 0, 1))
    return _by_value(fractions, fractions, "0", f"≥ {number(top)}")


def _by_confidence(confidences: NDArray[np.float32]) -> MapColors:
    low = float(confidences.min()) if len(confidences) else 0.0
    fractions = (confidences - low) / max(1 - low, 1e-6)
    # Unsure predictions are few, and in front.
    return _by_value(fractions, -fractions, percent(low, 0), percent(1.0))


def _by_value(
    fractions: NDArray[np.float32], front: NDArray[np.float32], lowest: str, highest: str
) -> MapColors:
    order = np.argsort(front, kind="stable").astype(np.int64)
    scale = Scale(scale_colors(np.linspace(0, 1, _STEPS)), lowest, highest)
    return MapColors(scale_colors(fractions), order, scale)
