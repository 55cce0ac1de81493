"""The curves of earlier runs that are compared with those of a training. No Qt here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.callbacks import OnProgress, ShouldStop
from studio.config import CURRENT_FIXES, DataConfig
from studio.data.datasets import DATASETS, FOLDER
from studio.errors import Stopped
from studio.runs import RunStore, RunSummary, run_tag
from studio.runs.summary import read_config, summarize_run
from studio.ui.shared.run_reader import RunDetail, RunReader
from studio.ui.widgets.curve_data import OverlayCurve
from studio.ui.widgets.curve_thinning import Points

MAX_OVERLAYS = 3  # more lines cannot be told apart
FIRST_SERIES = 2  # of the theme: the training has the first two
_MAX_TAG = 14  # characters; the folder of a run may have been renamed


@dataclass(frozen=True)
class RunOverlay:
    """A run to compare with: its key, its summary, the dataset it was trained on, its curves.

    `data` is None where its settings cannot be read.
    """

    key: str
    summary: RunSummary
    data: DataConfig | None
    detail: RunDetail

    @property
    def tag(self) -> str:
        """A short name for the ends of its lines."""
        tag = run_tag(self.summary.id)
        return tag if len(tag) <= _MAX_TAG else f"{tag[: _MAX_TAG - 1]}…"


def load_overlays(
    store: RunStore, keys: Sequence[str], on_progress: OnProgress, should_stop: ShouldStop
) -> dict[str, RunOverlay]:
    """Read runs by their keys, as the work of a task; those that are gone are left out."""
    reader, loaded = RunReader(store), {}
    for number, key in enumerate(keys):
        on_progress(number / len(keys), "Reading the curves")
        detail = _read(reader, key, should_stop)
        if detail is not None:
            run = store.run(key)
            config = read_config(run)
            data = config.data if config else None
            loaded[key] = RunOverlay(key, summarize_run(run), data, detail)
    return loaded


def _read(reader: RunReader, key: str, should_stop: ShouldStop) -> RunDetail | None:
    """Read all of a run, None if it is gone. Raises Stopped."""
    while True:
        details = reader.read((key,))
        if not details.has_more:
            return details.runs[0] if details.runs else None
        if should_stop():
            raise Stopped


def find_difference(data: DataConfig | None, other: DataConfig | None) -> str:
    """Return in what the validation samples of two trainings differ; empty if they are the same.

    Nothing is known to differ where the settings of one are unknown.
    """
    if data is None or other is None:
        return ""
    if data.source != other.source or (data.source == FOLDER and data.path != other.path):
        return "other dataset"
    if data.rename != other.rename:
        return "other classes"
    if _split_settings(data) != _split_settings(other):
        return "other split"
    if data.overlay == other.overlay:
        return ""
    # The present fixes may be those of a run, or not: their hash is known when a training starts.
    is_unknown = CURRENT_FIXES in (data.overlay, other.overlay)
    return "labels may differ" if is_unknown else "other labels"


def _split_settings(data: DataConfig) -> tuple[float | None, ...]:
    """Return what decides which samples are for validation, apart from the dataset."""
    info = DATASETS.get(data.source)
    has_test_split = info is not None and not info.is_builtin  # as all that are downloaded
    test_share = None if has_test_split else data.test_share
    return data.val_share, data.split_seed, data.subset, test_share


def overlay_curves(
    overlays: Sequence[tuple[int, RunOverlay]], metric: str, data: DataConfig | None
) -> list[OverlayCurve]:
    """Return training and validation curves of runs, each with its number among the colors.

    `metric` is "loss" or "accuracy", `data` the dataset of the training that they are compared
    with. The validation curve, or the training curve of a run without one, has the label. An
    asterisk marks the names of runs whose validation samples differ; the label says in what.
    """
    curves: list[OverlayCurve] = []
    for slot, overlay in overlays:
        difference = find_difference(overlay.data, data)
        name = f"{overlay.tag}*" if difference else overlay.tag
        label = f"{name} ({difference})" if difference else name
        curves += _curves_of(overlay.detail, metric, name, label, FIRST_SERIES + slot)
    return curves


def _curves_of(
    detail: RunDetail, metric: str, name: str, label: str, series: int
) -> list[OverlayCurve]:
    x, y = detail.epochs, detail.metrics[f"train_{metric}"]
    if metric == "loss" and detail.steps.size:
        x, y = detail.steps, detail.step_loss
    validation = keep_ascending(detail.epochs, detail.metrics[f"val_{metric}"])
    training = keep_ascending(x, y)
    first = "" if validation[0].size else label
    return [
        OverlayCurve(f"{name} training", *training, series, first, group=name),
        OverlayCurve(f"{name} validation", *validation, series, label, "dashed", name),
    ]


def keep_ascending(x: Points, y: Points) -> tuple[Points, Points]:
    """Return the points whose x is finite and below that of all later points.

    What a resumed training did again so counts once, and a plot can search in x.
    """
    is_finite = np.isfinite(x)
    x, y = x[is_finite], y[is_finite]
    lowest_later = np.append(np.minimum.accumulate(x[::-1])[::-1][1:], np.inf)
    is_kept = x < lowest_later
    return x[is_kept], y[is_kept]
