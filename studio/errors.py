"""The errors this program raises on purpose, each in plain words with what to do next."""

import difflib
from collections.abc import Iterable


class StudioError(Exception):
    """An error a person can act on: `message` says what happened, `hint` what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def nearest_hint(word: str, known: Iterable[str]) -> str:
    """For a name that does not exist: the one most like it, else all there are."""
    names = list(known)
    close = difflib.get_close_matches(word, names, 1, 0.4)
    return f"Did you mean “{close[0]}”?" if close else f"There are: {', '.join(names)}."


class ConfigError(StudioError):
    """A setting has a value that cannot work; `field` is its dotted name, such as `optim.lr`."""

    def __init__(self, field: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.field = field


class DatasetError(StudioError):
    """A data set is missing, damaged or unusable."""


class LayoutError(DatasetError):
    """Pictures lie so that no classes can be told; `found` says in a few lines what was there."""

    def __init__(self, message: str, hint: str, found: tuple[str, ...]) -> None:
        super().__init__(message, hint)
        self.found = found


class ImageError(StudioError):
    """A file is no picture this program can read."""


class CheckpointError(StudioError):
    """A weights or state file is missing, damaged or refused."""


class DownloadError(StudioError):
    """A file could not be fetched, or what arrived is not what was published."""


class RunError(StudioError):
    """A run folder cannot be found, read or written."""


class DeviceError(StudioError):
    """The device asked for is not there."""


class Stopped(Exception):  # noqa: N818 - being asked to stop is no error
    """Raised by long work whose `should_stop()` said True."""
