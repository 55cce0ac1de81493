"""Load the dataset that a run was trained on, with the label fixes it was trained with."""

from pathlib import Path

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import CURRENT_FIXES, DataConfig
from studio.data import ImageDataset, load_dataset
from studio.data.overlay.sample_fix import Fixes
from studio.data.overlay.snapshots import load_snapshot
from studio.paths import BUNDLED


def load_run_dataset(
    run: str | Path,
    config: DataConfig,
    data_dir: Path,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> ImageDataset:
    """Load the dataset of a run, whatever has happened to the current fixes since.

    `run` is a run folder, `bundled`, or a weights file; `config` is `data` of its configuration or
    model card. Raises as `load_dataset`.
    """
    fixes = load_run_fixes(run, config, data_dir)
    return load_dataset(config, data_dir, on_progress, should_stop, fixes)


def load_run_fixes(run: str | Path, config: DataConfig, data_dir: Path) -> Fixes:
    """Return the label fixes that a run was trained with; none before its training has begun.

    Raises OverlayError when they are missing.
    """
    if config.overlay in ("", CURRENT_FIXES):
        return {}
    folder = Path(run)
    if folder.is_file():  # <run>/weights/best.safetensors
        folder = folder.parent.parent
    return load_snapshot(config.overlay, data_dir, None if str(run) == BUNDLED else folder)
