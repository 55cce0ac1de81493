"""Which run can be resumed from the Train page: the one of the last training, if it ended early."""

from collections.abc import Mapping
from dataclasses import dataclass

from studio.config import TrainConfig
from studio.errors import StudioError
from studio.recipes import Recipe
from studio.runs import RunStatus, RunStore

KEY = "train/run"
_ENDED_EARLY = (RunStatus.STOPPED, RunStatus.FAILED, RunStatus.INTERRUPTED)


@dataclass(frozen=True)
class Resumable:
    """A run that ended before its last step and left a checkpoint; `title` is for people."""

    run_id: str
    title: str

    @property
    def tip(self) -> str:
        """What resuming does, for a tooltip."""
        return (
            f"Resume {self.title} where it ended, with its own settings (Ctrl+R). "
            "Train starts a new run with the settings on the left."
        )


def find_resumable(store: RunStore, run_id: str, recipes: Mapping[str, Recipe]) -> Resumable | None:
    """The run of that id, if it can be resumed. Reads a few small files."""
    try:
        run = store.open(run_id) if run_id else None
        if run is None or run.path.parent != store.runs_dir or not run.state.is_file():
            return None
        config = run.config
    except (StudioError, OSError, ValueError):
        return None
    status = run.status
    if status is None or status.seen not in _ENDED_EARLY:
        return None
    return Resumable(run.id, title_of_run(run.id, config, recipes))


def title_of_run(run_id: str, config: TrainConfig | None, recipes: Mapping[str, Recipe]) -> str:
    """The title of its recipe and the end of its folder's name, as the Runs page calls it."""
    recipe = config.recipe if config else ""
    title = recipes[recipe].title if recipe in recipes else recipe
    return f"{title} {run_id.rsplit('-', 1)[-1]}".strip()
