"""The errors that are shown to the user, with what happened and what to do next."""

import difflib
import errno
from collections.abc import Iterable
from pathlib import Path

_MAX_TYPED = 80  # characters


class StudioError(Exception):
    """An error that a user can act on: `message` says what happened, `hint` what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def shortened(text: str) -> str:
    """Return a text that somebody typed, cut if it would hide the rest of a message."""
    return text if len(text) <= _MAX_TYPED else f"{text[: _MAX_TYPED - 1]}…"


def quoted(name: str) -> str:
    """Return “name”, shortened if necessary."""
    return f"“{shortened(name)}”"


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """Suggest the known name nearest to an unknown one, else list all known names."""
    names = list(known)
    close = difflib.get_close_matches(name, names, 1, 0.4)
    return f"Did you mean “{close[0]}”?" if close else f"There are: {', '.join(names)}."


class ConfigError(StudioError):
    """A setting is unknown or has an invalid value; `field` is its dotted name, as `optim.lr`."""

    def __init__(self, field: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.field = field


class DatasetError(StudioError):
    """A dataset is missing, damaged or unusable."""


class MissingDatasetError(DatasetError):
    """A known dataset is needed and not in the data folder; `dataset` is its id."""

    def __init__(self, message: str, hint: str, dataset: str) -> None:
        super().__init__(message, hint)
        self.dataset = dataset


class LayoutError(DatasetError):
    """The classes of a folder of images cannot be determined; `found` lists what it contains."""

    def __init__(self, message: str, hint: str, found: tuple[str, ...]) -> None:
        super().__init__(message, hint)
        self.found = found


class OverlayError(StudioError):
    """The label fixes of a dataset cannot be read, written or applied."""


class ImageError(StudioError):
    """A file is not an image that can be read."""


class CheckpointError(StudioError):
    """A weights file or training state is missing, damaged or refused."""


class DivergedError(StudioError):
    """The numbers of a training are no longer finite; `finding` is what was noticed."""

    def __init__(self, message: str, hint: str, finding: str) -> None:
        super().__init__(message, hint)
        self.finding = finding


class DownloadError(StudioError):
    """A download failed, or its checksum is wrong."""


class RunError(StudioError):
    """A run folder cannot be found, read or written."""


class DamagedRunError(RunError, CheckpointError):
    """A file of a run is missing, or its content is not what was saved.

    `run` is the run's folder. `remedy` says what `studio.runs.recovery` would do about it, as in
    “goes back to the previous checkpoint”; it is empty where nothing can be restored.
    """

    def __init__(
        self, message: str, hint: str = "", run: Path | None = None, remedy: str = ""
    ) -> None:
        super().__init__(message, hint)
        self.run = run
        self.remedy = remedy


class RunLockedError(RunError):
    """Another process is writing this run."""


class QueueError(StudioError):
    """The queue of trainings cannot be read or written, or another window drives it."""


class DiskFullError(StudioError, OSError):
    """A file does not fit on its disk; needed and free bytes of that disk.

    It is an OSError too: code that expects a write to fail need not tell the two apart.
    """

    def __init__(
        self, message: str, hint: str = "", needed_bytes: int = 0, free_bytes: int = 0
    ) -> None:
        super().__init__(message, hint)
        self.needed_bytes = needed_bytes
        self.free_bytes = free_bytes
        self.errno = errno.ENOSPC
        self.strerror = "the disk is full"


class IsolationError(StudioError):
    """A child process exceeded a limit or crashed; `reason` is time, memory, output or crash."""

    def __init__(self, message: str, hint: str, reason: str) -> None:
        super().__init__(message, hint)
        self.reason = reason


class DeviceError(StudioError):
    """The requested device is not available."""


class Stopped(Exception):  # noqa: N818 - a requested stop is not an error
    """Raised by a long operation whose `should_stop()` returned True."""
