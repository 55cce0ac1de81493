"""Correct a calibration by a training that has finished. No torch here."""

from dataclasses import dataclass, replace

from studio.config import TrainConfig
from studio.data.dataset_shape import DatasetShape
from studio.errors import ConfigError
from studio.training.forecast.calibration import Calibrations
from studio.training.forecast.estimate import fit_to_data, seconds_of_test, steps_of_epoch
from studio.training.forecast.split_sizes import SplitSizes

# Another program may have disturbed the training: a correction is limited to this factor.
_MAX_FACTOR = 4.0


@dataclass(frozen=True)
class MeasuredRun:
    """What a finished training took in seconds: `total_s` in all, `setup_s` before the first step.

    `step_s` is the time of all of its `steps`; the last one ended `epochs` epochs.
    """

    total_s: float
    setup_s: float
    step_s: float
    steps: int
    epochs: int


def learn_from(
    run: MeasuredRun,
    config: TrainConfig,
    calibrations: Calibrations,
    shape: DatasetShape,
    sizes: SplitSizes,
) -> None:
    """Replace what was measured of this model by what its training took.

    Does nothing for a model that was not measured, or a training without steps.
    """
    try:
        config = fit_to_data(config, shape)
        known = calibrations.find(config)
    except ConfigError:
        return
    if known is None or not run.steps or not run.epochs:
        return
    batch_size = config.optim.batch_size
    filled = sizes.train / (steps_of_epoch(sizes.train, batch_size) * batch_size)
    ends_s = run.total_s - run.setup_s - run.step_s - seconds_of_test(config, known, sizes)
    epoch_s = ends_s / run.epochs - sizes.val * known.predict_s
    calibrations.remember(
        config,
        replace(
            known,
            step_s=_limited(run.step_s / run.steps / filled, known.step_s),
            epoch_s=_limited(epoch_s, known.epoch_s),
            setup_s=None if known.feature_s else run.setup_s,
        ),
    )


def _limited(value: float, known: float) -> float:
    return min(max(value, known / _MAX_FACTOR), known * _MAX_FACTOR)
