"""Activations of the newest drawing, and what drives one map, computed in the background."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from studio.insight.activations import (
    Activations,
    find_scale,
    is_signed,
    layers_at,
    rank_strongest,
    reduce_map,
)
from studio.insight.filters import FilterSlices
from studio.insight.receptive_field import Region, receptive_field
from studio.ui.draw.inside.layer_texts import channel_names
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.tasks import LatestWorker
from studio.ui.widgets.activation_colors import color_levels, to_levels
from studio.ui.widgets.activation_model import ActivationTable
from studio.ui.widgets.image_conversion import Pixels

# Sides in values; larger maps are averaged to them, as they are shown in fewer pixels.
MAX_TILE_SIDE, MAX_DETAIL_SIDE = 96, 128


@dataclass(frozen=True, eq=False)
class LayerRequest:
    """Asks for the output of the first `depth` layers for a model input uint8 [C, h, w]."""

    model: LivePredictor
    image: NDArray[np.uint8]
    depth: int


@dataclass(frozen=True, eq=False)
class LayerResult:
    """The output of a layer ready to be shown, its channels strongest first, int64 [F].

    `thumbnails` holds the strongest map of each layer with maps by depth, uint8 [3, h, w],
    but not the input. `seconds` is the time that the layers took.
    """

    activations: Activations
    table: ActivationTable
    order: NDArray[np.int64]
    thumbnails: dict[int, Pixels]
    seconds: float


@dataclass(frozen=True, eq=False)
class DetailRequest:
    """Asks what drives a channel of a layer whose output is `values`."""

    request: LayerRequest
    values: NDArray[np.float32]
    channel: int


@dataclass(frozen=True, eq=False)
class DetailResult:
    """One map or unit: `image` uint8 [H, W] or [H, W, 3], and heatmaps float32 [H, W] in -1..1.

    `active` is the map itself, enlarged to the image, None for a unit; `drive` what raises it
    (positive) or lowers it, None if nothing does. `region` is the receptive field of the strongest
    position, in pixels of the model input, and `weights` the filter, if there is one.
    """

    image: NDArray[np.uint8]
    active: NDArray[np.float32] | None
    drive: NDArray[np.float32] | None
    region: Region
    weights: FilterSlices | None


class LayerWorker(LatestWorker):
    """Computes activations: `completed` carries a `LayerRequest` and its `LayerResult`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(self._compute_layer, parent)

    def _compute_layer(self, request: LayerRequest) -> LayerResult:
        began = perf_counter()
        found = request.model.activations(request.image, request.depth, self.is_superseded)
        seconds = perf_counter() - began
        thumbnails = {
            depth: color_levels(to_levels(values, find_scale(values[None])))
            for depth, (_, values) in found.strongest.items()
            if depth
        }
        order = rank_strongest(found.strengths)
        return LayerResult(found, make_table(request, found), order, thumbnails, seconds)


class DetailWorker(LatestWorker):
    """Computes what drives a map: `completed` carries a `DetailRequest` and its `DetailResult`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(compute_detail, parent)


def make_table(request: LayerRequest, found: Activations) -> ActivationTable:
    """Return the maps or units of a layer as the grid shows them."""
    levels = None
    if found.values.ndim == 3:
        levels = to_levels(reduce_map(found.values, MAX_TILE_SIDE), found.scale)
    layers = layers_at(request.model.config, request.depth)
    names = channel_names(layers, found.values.shape, request.model)
    return ActivationTable(levels, found.strengths, found.scale, names)


def compute_detail(asked: DetailRequest) -> DetailResult:
    """Compute what a channel responds to, and its filter."""
    request, channel = asked.request, asked.channel
    layers = layers_at(request.model.config, request.depth)
    drive = request.model.driving_regions(request.image, request.depth, channel)
    values = asked.values[channel]
    row, column = (0, 0)
    active = None
    if asked.values.ndim == 3:
        row, column = map(int, np.unravel_index(int(np.argmax(values)), values.shape))
        active = values / find_scale(values[None])
    image = _shown_image(request.image)
    size = (image.shape[0], image.shape[1])
    return DetailResult(
        image,
        None if active is None else np.clip(enlarge(active, size), -1, 1),
        _scaled_heatmap(drive, size),
        receptive_field(layers, row, column) if layers else _pixel(row, column),
        request.model.find_filter(request.depth, channel),
    )


def enlarge(values: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Return values [h, w] resampled to a size by the nearest value."""
    rows, columns = (
        np.arange(after) * before // after for before, after in zip(values.shape, size, strict=True)
    )
    return np.asarray(values[np.ix_(rows, columns)], np.float32)


def _pixel(row: int, column: int) -> Region:
    return Region(row, row + 1, column, column + 1)


def _scaled_heatmap(
    drive: NDArray[np.float32], size: tuple[int, int]
) -> NDArray[np.float32] | None:
    """Return a heatmap in -1..1 whose strongest percent has full color, None where all is 0."""
    drive = reduce_map(drive, MAX_DETAIL_SIDE)
    scale = float(np.percentile(np.abs(drive), 99)) or float(np.abs(drive).max())
    if not scale > 0:
        return None
    return np.clip(enlarge(drive, size) / scale, -1, 1)


def _shown_image(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a model input [C, h, w] as [H, W] or [H, W, 3], no larger than it is shown."""
    small = np.rint(reduce_map(image.astype(np.float32), MAX_DETAIL_SIDE)).astype(np.uint8)
    return small[0] if len(small) != 3 else np.ascontiguousarray(small.transpose(1, 2, 0))


def shows_sign(request: LayerRequest) -> bool:
    """Whether the values of a layer can be negative."""
    return is_signed(layers_at(request.model.config, request.depth))
