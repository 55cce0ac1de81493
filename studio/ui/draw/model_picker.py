"""Chooses the network that answers, and tells in a line what it is."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.runs import RunStore
from studio.ui.context import StudioContext
from studio.ui.draw.model_choices import BUNDLED, BUNDLED_CHOICE, ModelChoice, model_choices


class ModelPicker(QWidget):
    """Lists the networks without holding up the window; `chosen` says the key of a new choice."""

    chosen = Signal(str)
    missing = Signal(str)
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._bundled = BUNDLED_CHOICE
        self._runs: list[ModelChoice] = []
        self._wanted = BUNDLED
        self._listing = False
        self._drawn = False
        self._stale = False
        self._untold = False  # whether the network wanted still has to be looked for
        self._combo = QComboBox()
        self._combo.setObjectName("model_combo")
        self._combo.setAccessibleName("Network that answers")
        self._combo.setToolTip("The network that reads your drawing: the bundled one or any run")
        self._combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._detail = _line("model_detail", "muted")
        self._outside = _line("model_warning", "muted")
        self._outside.setProperty("tone", "warn")
        self._lay_out()
        self._show_choices()
        self._combo.activated.connect(self._on_activated)

    @property
    def key(self) -> str:
        """The key of the network wanted, "bundled" or a run id."""
        return self._wanted

    def choose(self, key: str) -> None:
        """Want a network; a run not listed yet is looked for, `missing` says that there is none."""
        self._wanted = key
        self._show_choices()
        self._untold = self._choice() is None
        if self._untold:
            self.refresh()
        else:
            self.chosen.emit(key)

    def refresh(self) -> None:
        """List the runs again, in a thread."""
        if self._listing:
            self._stale = True
            return
        self._listing = True
        task = self._context.tasks.start(partial(_list_models, self._context.store))
        task.succeeded.connect(self._on_listed)
        task.failed.connect(self._on_failed)
        task.stopped.connect(self._on_stopped)

    def warn_of_drawings(self, drawn: bool) -> None:
        """Say whether something is drawn: a model of photos was not trained on drawings."""
        if drawn != self._drawn:
            self._drawn = drawn
            self._show_warning()

    def describe_bundled(self, detail: str) -> None:
        """Say what the bundled network is, once it is loaded and known."""
        self._bundled = replace(BUNDLED_CHOICE, detail=detail)
        self._show_choices()

    def _choices(self) -> list[ModelChoice]:
        return [self._bundled, *self._runs]

    def _on_listed(self, choices: list[ModelChoice]) -> None:
        self._listing = False
        self._runs = choices
        self._show_choices()
        if self._stale:
            self._stale = False
            self.refresh()
        elif self._choice() is None:
            self._fall_back()
        elif self._untold:
            self._untold = False
            self.chosen.emit(self._wanted)

    def _fall_back(self) -> None:
        """The network wanted is nowhere: the bundled one is always there."""
        gone, self._wanted = self._wanted, BUNDLED
        self._untold = False
        self._show_choices()
        self.chosen.emit(BUNDLED)
        self.missing.emit(gone)

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._listing = False
        self.failed.emit(error, traceback_text)

    def _on_stopped(self) -> None:
        self._listing = False

    def _on_activated(self, index: int) -> None:
        key = self._combo.itemData(index)
        if key != self._wanted:
            self.choose(key)

    def _choice(self) -> ModelChoice | None:
        return next((choice for choice in self._choices() if choice.key == self._wanted), None)

    def _show_choices(self) -> None:
        with QSignalBlocker(self._combo):
            self._combo.clear()
            for choice in self._choices():
                self._combo.addItem(choice.title, choice.key)
            self._combo.setCurrentIndex(self._combo.findData(self._wanted))
        wanted = self._choice()
        self._detail.setText(wanted.detail if wanted else "Looking for the run")
        self._outside.setText(wanted.outside if wanted else "")
        self._show_warning()

    def _show_warning(self) -> None:
        text = self._outside.text()
        policy = self._outside.sizePolicy()
        policy.setRetainSizeWhenHidden(bool(text))  # nothing moves when it appears
        self._outside.setSizePolicy(policy)
        self._outside.setVisible(bool(text) and self._drawn)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        name = QLabel("Network")
        name.setProperty("role", "field")
        name.setBuddy(self._combo)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(name)
        row.addWidget(self._combo, 1)
        column.addLayout(row)
        column.addWidget(self._detail)
        column.addWidget(self._outside)


def _line(object_name: str, role: str) -> QLabel:
    label = QLabel()
    label.setObjectName(object_name)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def _list_models(
    store: RunStore, _on_progress: OnProgress, _should_stop: ShouldStop
) -> list[ModelChoice]:
    return model_choices(store.list())
