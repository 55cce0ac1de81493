"""Find a learning rate: run the sweep in a child process and apply the rules. No torch here."""

from pathlib import Path
from typing import Final

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import TrainConfig
from studio.training.lr_finder.rate_curve import RateCurve
from studio.training.measuring_process import run_measurement

STEPS: Final = 100  # as in fastai
_WORK = "studio.training.lr_finder.sweep:sweep"


def find_learning_rate(
    config: TrainConfig,
    data_dir: Path,
    runs_dir: Path,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
    steps: int = STEPS,
) -> RateCurve:
    """Train for at most `steps` steps while the rate rises from 1e-7 to 10; return the losses.

    Model, data, augmentation, batch size and optimizer are those of `config`; its schedule and
    weight average are not used. A child process does it, so nothing of this process or of any run
    changes, except that features of a pretrained backbone are cached for the training.
    Raises StudioError, Stopped within half a second.
    """
    values = run_measurement(
        _WORK,
        {
            "config": config.to_dict(),
            "data_dir": str(data_dir),
            "runs_dir": str(runs_dir),
            "steps": steps,
        },
        on_progress,
        should_stop,
    )
    return RateCurve.from_losses(**values)
