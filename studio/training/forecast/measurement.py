"""Measure a model on this machine, in a child process that other work hardly notices."""

from pathlib import Path

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import TrainConfig
from studio.data.dataset_shape import DatasetShape
from studio.isolation import Limits
from studio.training.forecast.calibration import Calibration
from studio.training.forecast.estimate import fit_to_data, remembered
from studio.training.forecast.split_sizes import SplitSizes, split_sizes
from studio.training.measuring_process import run_measurement

_WORK = "studio.training.forecast.child:measure_model"
_MAX_PROCESSOR_S = 600.0


def calibrate(
    config: TrainConfig,
    data_dir: Path,
    runs_dir: Path,
    shape: DatasetShape,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
    sizes: SplitSizes | None = None,
) -> Calibration:
    """Measure the model of `config`, remember the result in `data_dir`, and return it.

    A child process of low priority runs a few steps on random images of the right shape, so no
    data is needed and the random generators of this process stay as they are. Takes some seconds.
    Raises StudioError, Stopped within half a second.
    """
    fitted = fit_to_data(config, shape)
    sizes = sizes or split_sizes(config.data, shape)
    values = run_measurement(
        _WORK,
        {
            "config": fitted.to_dict(),
            "sizes": [sizes.train, sizes.val, sizes.test],
            "classes": len(shape.class_names),
            "data_dir": str(data_dir),
            "runs_dir": str(runs_dir),
        },
        on_progress,
        should_stop,
        Limits(seconds=_MAX_PROCESSOR_S),
    )
    calibration = Calibration.from_dict(values)
    remembered(data_dir).remember(fitted, calibration)
    return calibration
