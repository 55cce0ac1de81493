"""A combo box that chooses a model: a run with weights, or the bundled model."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.runs import RunStore, run_title
from studio.runs.stored_epochs import ModelKey
from studio.ui.context import StudioContext
from studio.ui.shared.model_choices import (
    BUNDLED_CHOICE,
    ModelChoice,
    choices_with_epochs,
    model_choices,
)
from studio.ui.widgets.picker_combo import PickerCombo


class RunPicker(PickerCombo):
    """Lists the runs with weights, newest first, then the bundled model.

    The list is read in a thread. `refreshed` follows each reading, `chosen` a choice of the user.
    With `offers_epochs` it lists runs in training first, and reads which epochs each run has kept.
    """

    chosen = Signal(str)
    refreshed = Signal()
    failed = Signal(object, str)

    def __init__(
        self,
        context: StudioContext,
        parent: QWidget | None = None,
        offers_epochs: bool = False,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._list_models = _list_with_epochs if offers_epochs else _list_models
        self._choices = [BUNDLED_CHOICE]
        self.key = ""  # the run id shown, "bundled", or "" while nothing is chosen
        self._is_listing = False
        self._is_stale = False  # whether to list again as soon as the present listing ends
        self._fill()
        self.activated.connect(self._on_activated)

    @property
    def choice(self) -> ModelChoice | None:
        """The entry shown; None if nothing is chosen or the run is not in the list."""
        return next((choice for choice in self._choices if choice.key == self.key), None)

    @property
    def newest_run(self) -> str:
        """Id of the newest run with weights, or "" if there is none."""
        runs = (choice.key for choice in self._choices if ModelKey.parse(choice.key).is_plain)
        newest = next(runs)
        return "" if newest == BUNDLED_CHOICE.key else newest

    def find_other(self, present: Collection[str]) -> str:
        """Return the first model of the list that is not in `present`, else the bundled model."""
        others = (choice.key for choice in self._choices if choice.key not in present)
        return next(others, BUNDLED_CHOICE.key)

    def offers(self, key: str) -> bool:
        """Whether a model is in the list."""
        return any(choice.key == key for choice in self._choices)

    def select(self, key: str) -> None:
        """Show a model without emitting `chosen`; it need not be in the list yet."""
        self.key = key
        self._fill()

    def describe_bundled(self, description: str) -> None:
        """Replace the description of the bundled model."""
        bundled = replace(BUNDLED_CHOICE, description=description)
        self._choices = [*self._choices[:-1], bundled]
        self._fill()

    def refresh(self) -> None:
        """Read the list again, in a thread."""
        if self._is_listing:
            self._is_stale = True
            return
        self._is_listing = True
        task = self._context.tasks.start(partial(self._list_models, self._context.store))
        task.succeeded.connect(self._on_listed)
        task.failed.connect(self._on_failed)
        task.stopped.connect(self._on_stopped)

    def _on_listed(self, choices: list[ModelChoice]) -> None:
        self._is_listing = False
        self._choices = [*choices[:-1], self._choices[-1]]
        self._fill()
        if self._is_stale:
            self._is_stale = False
            self.refresh()
        else:
            self.refreshed.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._is_listing = False
        self.failed.emit(error, traceback_text)

    def _on_stopped(self) -> None:
        self._is_listing = False

    def _on_activated(self, index: int) -> None:
        self.key = str(self.itemData(index) or "")
        if self.key:
            self.chosen.emit(self.key)

    def _fill(self) -> None:
        shown = list(self._choices)
        if self.key and self.choice is None:  # named before the list has been read
            title = run_title(Path(ModelKey.parse(self.key).run).name)
            shown.insert(0, ModelChoice(self.key, title, self.key))
        with QSignalBlocker(self):
            self.clear()
            for row, choice in enumerate(shown):
                self.addItem(choice.title, choice.key)
                self.setItemData(row, choice.tooltip, Qt.ItemDataRole.ToolTipRole)
            self.setCurrentIndex(self.findData(self.key) if self.key else -1)


def _list_models(
    store: RunStore, _on_progress: OnProgress, _should_stop: ShouldStop
) -> list[ModelChoice]:
    return model_choices(store.list())


def _list_with_epochs(
    store: RunStore, _on_progress: OnProgress, _should_stop: ShouldStop
) -> list[ModelChoice]:
    return choices_with_epochs(store.list())
