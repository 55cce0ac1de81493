"""How the curves of trainings are shown: the same on every page, and after the next start."""

from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from studio.ui.window_state.window_state import WindowState

SECTION = "plots"


class PlotSettings(NamedTuple):
    """Weight of the past in the moving average, 0 <= smoothing < 1; whether y is logarithmic."""

    smoothing: float = 0.0
    is_logarithmic: bool = False


class PlotChoices(QObject):
    """The settings of all plots of losses; `changed` follows each change.

    Without `state` they are forgotten at the end. They are read when they are first needed.
    """

    changed = Signal()

    def __init__(self, state: WindowState | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._settings: PlotSettings | None = None
        if state is not None:
            state.add(SECTION, self._take)

    @property
    def settings(self) -> PlotSettings:
        """The settings in force."""
        if self._settings is None:
            self._settings = PlotSettings()
            if self._state is not None:
                self._settings = self._state.read(SECTION, parse, self._settings)
        return self._settings

    def set_smoothing(self, weight: float) -> None:
        """Smooth every loss with this weight, 0 for none."""
        self._change(self.settings._replace(smoothing=weight))

    def set_logarithmic(self, is_logarithmic: bool) -> None:
        """Choose a logarithmic axis for every loss."""
        self._change(self.settings._replace(is_logarithmic=is_logarithmic))

    def _change(self, settings: PlotSettings) -> None:
        if settings != self.settings:
            self._settings = settings
            if self._state is not None:
                self._state.mark_changed(SECTION)
            self.changed.emit()

    def _take(self) -> dict[str, Any]:
        return self.settings._asdict()


def parse(value: Any) -> PlotSettings:
    """Convert a JSON value. Raises TypeError, ValueError or LookupError for a wrong one."""
    smoothing, is_logarithmic = float(value["smoothing"]), value["is_logarithmic"]
    if not 0 <= smoothing < 1 or not isinstance(is_logarithmic, bool):
        raise ValueError("not settings of plots")
    return PlotSettings(smoothing, is_logarithmic)
