"""The epochs of which a run keeps the weights, and the keys that name a model of a run.

A key is `bundled` or a run, optionally with what is meant of it: `RUN@3` for the weights after
epoch 3, `RUN@now` for the newest weights, also of a run that is being trained.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from studio.errors import CheckpointError
from studio.files import is_file
from studio.runs.run import Run

NONE: Final = "none"
POWERS_OF_TWO: Final = "powers_of_two"
NOW: Final = "now"

_FILE: Final = re.compile(r"epoch_(\d{3,9})\.safetensors")
_SELECTION: Final = re.compile(rf"(.+)@({NOW}|[1-9]\d{{0,8}})", re.DOTALL)
_MOST_LISTED: Final = 8


@dataclass(frozen=True)
class ModelKey:
    """A model by its run, and which of its weights are meant.

    `run` is a key as `RunStore.run` takes it, the name of a run, or "bundled". With `epoch`, which
    counts from 1, the weights after it are meant; with `is_newest` those of the last step; else
    those of the selected epoch.
    """

    run: str
    epoch: int | None = None
    is_newest: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse `RUN`, `RUN@EPOCH` or `RUN@now`. Other text is the name of a run."""
        found = _SELECTION.fullmatch(text)
        if found is None:
            return cls(text)
        run, selection = found.groups()
        return cls(run, is_newest=True) if selection == NOW else cls(run, int(selection))

    @property
    def is_plain(self) -> bool:
        """Whether it names no more than a run: its selected epoch is meant."""
        return self.epoch is None and not self.is_newest

    def __str__(self) -> str:
        if self.is_newest:
            return f"{self.run}@{NOW}"
        return self.run if self.epoch is None else f"{self.run}@{self.epoch}"


def is_kept(keep_weights: str, epoch: int) -> bool:
    """Whether the setting `engine.keep_weights` keeps the weights of an epoch, counted from 1."""
    if keep_weights == POWERS_OF_TWO:
        return epoch & (epoch - 1) == 0
    return keep_weights != NONE


def count_kept(keep_weights: str, epochs: int) -> int:
    """The number of epochs kept of a training of `epochs` epochs."""
    return sum(is_kept(keep_weights, epoch) for epoch in range(1, epochs + 1))


def stored_epochs(run: Run) -> list[int]:
    """The epochs, counted from 1 and ascending, of which the run has kept the weights.

    A folder that cannot be read has none.
    """
    try:
        names = [path.name for path in (run.path / "weights").iterdir()]
    except OSError:
        return []
    found = (_FILE.fullmatch(name) for name in names)
    epochs = {int(match[1]) for match in found if match}
    return sorted(epoch for epoch in epochs if is_file(run.epoch_weights(epoch)))


def epoch_weights(run: Run, epoch: int) -> Path:
    """The file of the weights after an epoch, counted from 1.

    Raises CheckpointError, which lists the epochs that there are, when the run did not keep it.
    """
    path = run.epoch_weights(epoch)
    if is_file(path):
        return path
    stored = stored_epochs(run)
    message = f"The run “{run.id}” has not kept the weights of epoch {epoch:,}."
    if not stored:
        raise CheckpointError(
            message, "Set “Keep weights of epochs” (engine.keep_weights) before a training."
        )
    raise CheckpointError(message, f"It has kept {_list_epochs(stored)}.")


def selected_weights(run: Run, key: ModelKey) -> Path:
    """The weights file or run folder that a key means, for `weights_path`.

    Raises CheckpointError where the run has not kept the epoch or has no weights yet.
    """
    if key.epoch is not None:
        return epoch_weights(run, key.epoch)
    if not key.is_newest:
        return run.path
    if not is_file(run.last_weights):
        raise CheckpointError(
            f"The run “{run.id}” has no weights yet.", "Wait for its first checkpoint."
        )
    return run.last_weights


def cache_location(source: Path, name: str) -> tuple[Path, str]:
    """The folder and the name of a cached file about a model, `source` as `weights_source` has it.

    What is about other weights than the selected ones gets a name of its own in the run folder.
    """
    if source.parent.name != "weights" or not is_file(source):
        return source, name
    return source.parent.parent, f"{name}-{source.stem}"


def source_name(source: Path) -> str:
    """The name of a model, `source` as `weights_source` returns it: the id of a run, or `RUN@3`."""
    if source.parent.name != "weights" or not is_file(source):
        return source.name
    run, found = source.parent.parent.name, _FILE.fullmatch(source.name)
    return str(ModelKey(run, int(found[1])) if found else ModelKey(run, is_newest=True))


def _list_epochs(epochs: list[int]) -> str:
    """The epochs as a text: "epochs 1, 2 and 4"; the first and last ones of many."""
    if len(epochs) == 1:
        return f"epoch {epochs[0]}"
    if len(epochs) > _MOST_LISTED:
        return f"{len(epochs)} epochs from {epochs[0]} to {epochs[-1]}"
    return f"epochs {', '.join(map(str, epochs[:-1]))} and {epochs[-1]}"
