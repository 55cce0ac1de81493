"""What all pages share: folders, runs, tasks, settings, and whether torch is loaded."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio import paths
from studio.callbacks import OnProgress, ShouldStop
from studio.runs import RunStore
from studio.runtime import preload_torch_libraries
from studio.ui.live_training import LiveTraining
from studio.ui.settings import Settings, parse_path
from studio.ui.tasks import TaskHost
from studio.ui.theme import CHOICES
from studio.ui.window_state import WindowState
from studio.ui.window_state.plot_choices import PlotChoices

_OPENED_FOLDERS_KEY = "opened_folders"


class StudioContext(QObject):
    """Created once per window, and passed to every page.

    `restore_state` is False in a safe start, after repeated crashes: then the window restores
    nothing of an earlier session, and what that session saved is not overwritten.
    """

    torch_loaded = Signal()
    torch_failed = Signal(object, str)
    runs_changed = Signal()
    # Whether networks are measured while nothing else runs; off where that would disturb.
    measures_speed = True

    def __init__(
        self,
        runs_dir: Path | None = None,
        data_dir: Path | None = None,
        settings: Settings | None = None,
        restore_state: bool = True,
    ) -> None:
        super().__init__()
        self.restore_state = restore_state
        self.runs_dir = runs_dir or paths.runs_dir()
        self.data_dir = data_dir or paths.data_dir()
        self.settings = settings or Settings()
        self.store = RunStore(self.runs_dir, self._remembered_folders())
        self.tasks = TaskHost(self)
        self.live_training = LiveTraining(self)
        self.window_state = WindowState(self.tasks, paths.window_state_dir(), self)
        self.plot_choices = PlotChoices(self.window_state, self)
        self.torch_ready = False
        self._is_loading = False

    @property
    def theme(self) -> str:
        """The theme chosen: "system", "light" or "dark"."""
        return self.settings.read_text("theme", "system", CHOICES)

    def show_folders(self, opened: Sequence[Path]) -> None:
        """Also show the runs of these folders, now and after the next start."""
        self.store.opened = tuple(opened)
        if self.restore_state:
            self.settings.write_json(_OPENED_FOLDERS_KEY, [str(folder) for folder in opened])
        self.runs_changed.emit()

    def _remembered_folders(self) -> list[Path]:
        if not self.restore_state:
            return []
        return self.settings.read_json(_OPENED_FOLDERS_KEY, _parse_folders, [])

    def load_torch(self) -> None:
        """Import torch in a thread; `torch_loaded` or `torch_failed` follows.

        Does nothing if torch is loaded or being loaded.
        """
        if self._is_loading or self.torch_ready:
            return
        self._is_loading = True
        task = self.tasks.start(_import_torch)
        task.succeeded.connect(self._on_torch_loaded)
        task.failed.connect(self._on_torch_failed)

    def _on_torch_loaded(self, _result: object) -> None:
        self._is_loading = False
        self.torch_ready = True
        self.torch_loaded.emit()

    def _on_torch_failed(self, error: object, traceback_text: str) -> None:
        self._is_loading = False
        self.torch_failed.emit(error, traceback_text)


def _parse_folders(value: Any) -> list[Path]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return [parse_path(folder) for folder in value]


def _import_torch(on_progress: OnProgress, should_stop: ShouldStop) -> None:
    on_progress(0.0, "Loading torch")
    preload_torch_libraries()
    import studio.inference
    import studio.training  # noqa: F401  # so that later imports take no time
