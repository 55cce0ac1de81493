"""Compares a training with earlier runs: chooses, loads and remembers them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QToolButton

from studio.config import DataConfig, TrainConfig
from studio.ui.context import StudioContext
from studio.ui.icons import icon
from studio.ui.shared.builders import tool_button
from studio.ui.tasks import NewestTask
from studio.ui.train.live.overlay_choices import OverlayChoices, list_choices
from studio.ui.train.live.overlay_menu import FAILED, LOADING, OverlayMenu
from studio.ui.train.live.run_overlay import (
    MAX_OVERLAYS,
    RunOverlay,
    load_overlays,
    overlay_curves,
)
from studio.ui.train.live.training_curves import TrainingCurves
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState
from studio.ui.widgets.tooltip import wrap_tooltip

SECTION = "overlay_runs"
_TIP = "Compare with earlier runs: show their curves behind those of this training."


class OverlayController(QObject):
    """Owns the button `overlay_runs` beside the loss, and its menu, which other menus may contain.

    The runs stay until they are removed, also after the next start. They are read once and not
    followed. `failed` carries an error and its traceback.
    """

    failed = Signal(object, str)

    def __init__(
        self,
        context: StudioContext,
        session: TrainingSession,
        curves: TrainingCurves,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context, self._session, self._curves = context, session, curves
        self._form_data: DataConfig | None = None
        self._data: DataConfig | None = None  # that the overlays shown were compared with
        self._choices: OverlayChoices | None = None
        self._loaded: dict[str, RunOverlay] = {}
        self._listing, self._loading = NewestTask(context.tasks), NewestTask(context.tasks)
        for task in (self._listing, self._loading):
            task.setParent(self)
        context.window_state.add(SECTION, self._take)
        first: tuple[str, ...] = ()
        remembered = context.window_state.read(SECTION, parse_keys, first)
        self._slots: list[str] = [*remembered, *[""] * (MAX_OVERLAYS - len(remembered))]
        self.menu = OverlayMenu(curves)
        self.button = self._create_button()
        curves.loss.add_tool(self.button)
        self._connect()
        self._show_chosen()

    @property
    def chosen(self) -> list[str]:
        """The keys of the runs chosen, in the order of their colors."""
        return [key for key in self._slots if key]

    def show_config(self, config: TrainConfig | None) -> None:
        """Compare with this configuration of the form until a training starts."""
        self._form_data = config.data if config is not None else None
        self._follow_data()

    def _connect(self) -> None:
        self.menu.aboutToShow.connect(self._list)
        self.menu.toggled.connect(self._toggle)
        self.menu.cleared.connect(self._clear)
        self._listing.failed.connect(self._on_list_failed)
        self._loading.failed.connect(self._on_load_failed)
        self._curves.shown.connect(self._load)
        self._session.state_changed.connect(self._follow_data)
        self._session.run_started.connect(self._show)

    def _create_button(self) -> QToolButton:
        button = tool_button("overlay_runs", "layers", "Compare with earlier runs", _TIP)
        button.setProperty("popup", "icon")
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self.menu)
        return button

    # Choosing

    def _list(self) -> None:
        """List the runs anew each time the menu opens; until then, as they were."""
        self._show_menu()
        wanted = self._present_data(), self._live_run(), self.chosen
        self._listing.start(partial(list_choices, self._context.store, *wanted), self._on_listed)

    def _on_listed(self, choices: OverlayChoices) -> None:
        if choices != self._choices:
            self._choices = choices
            self._show_menu()

    def _on_list_failed(self, error: object, traceback_text: str) -> None:
        self._choices = None
        self.menu.show_text(FAILED)
        self.failed.emit(error, traceback_text)

    def _show_menu(self) -> None:
        if self._choices is None:
            self.menu.show_text(LOADING)
        else:
            self.menu.show_choices(self._choices, self.chosen)

    def _toggle(self, key: str) -> None:
        if key in self._slots:
            self._slots[self._slots.index(key)] = ""
        elif "" in self._slots:
            self._slots[self._slots.index("")] = key
        self._on_chosen()

    def _clear(self) -> None:
        self._slots = [""] * MAX_OVERLAYS
        self._on_chosen()

    def _on_chosen(self) -> None:
        self._context.window_state.mark_changed(SECTION)
        self.menu.show_chosen(self.chosen)
        self._show()
        self._load()

    # Loading

    def _load(self) -> None:
        """Read the curves of runs chosen that are not read yet."""
        missing = [key for key in self.chosen if key not in self._loaded]
        if missing:
            work = partial(load_overlays, self._context.store, missing)
            self._loading.start(work, partial(self._on_loaded, missing))

    def _on_loaded(self, requested: Sequence[str], loaded: dict[str, RunOverlay]) -> None:
        self._loaded |= loaded
        gone = {key for key in requested if key not in loaded}
        self._forget(gone)
        self._show()

    def _on_load_failed(self, error: object, traceback_text: str) -> None:
        self._forget({key for key in self.chosen if key not in self._loaded})
        self._show()
        self.failed.emit(error, traceback_text)

    def _forget(self, keys: set[str]) -> None:
        if keys & {*self._slots}:
            self._slots = ["" if key in keys else key for key in self._slots]
            self._context.window_state.mark_changed(SECTION)

    # Showing

    def _present_data(self) -> DataConfig | None:
        """Return the dataset of the training that is shown, else that of the form."""
        config = self._session.progress.config
        has_run = self._session.state is not TrainingState.READY and config is not None
        return config.data if has_run and config is not None else self._form_data

    def _live_run(self) -> str:
        return self._session.run_id

    def _follow_data(self) -> None:
        """Say anew which runs are comparable, if the dataset has changed."""
        if self._present_data() != self._data:
            self._show()

    def _show(self) -> None:
        self._loaded = {key: run for key, run in self._loaded.items() if key in self._slots}
        self._data = self._present_data()
        overlays = [
            (slot, self._loaded[key])
            for slot, key in enumerate(self._slots)
            if key in self._loaded and key != self._live_run()
        ]
        self._curves.loss.set_overlays(overlay_curves(overlays, "loss", self._data))
        self._curves.accuracy.set_overlays(overlay_curves(overlays, "accuracy", self._data))
        self._show_chosen()

    def _show_chosen(self) -> None:
        """Let the button say what is chosen."""
        titles = [self._loaded[key].summary.title for key in self.chosen if key in self._loaded]
        self.button.setIcon(icon("layers", "accent" if self.chosen else "text"))
        tip = f"{_TIP} Now: {', '.join(titles)}." if titles else _TIP
        self.button.setToolTip(wrap_tooltip(tip))
        self.button.setAccessibleDescription(", ".join(titles))

    def _take(self) -> list[str]:
        return self.chosen


def parse_keys(value: Any) -> tuple[str, ...]:
    """Convert a JSON value. Raises TypeError for a wrong one."""
    if not isinstance(value, list) or not all(isinstance(key, str) and key for key in value):
        raise TypeError("not keys of runs")
    return tuple(dict.fromkeys(value))[:MAX_OVERLAYS]
