"""Adapts the chosen model in the background and shows progress, receipt or problem in the card."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.data.datasets import find_dataset
from studio.data.handwriting.enough import WHY_OWN_DATA, too_few_to_adapt
from studio.errors import MissingDatasetError, StudioError
from studio.ui.draw.handwriting.adapt_card import AdaptCard
from studio.ui.draw.handwriting.handwriting_work import adapt, download_and_adapt
from studio.ui.draw.session import DrawSession
from studio.ui.tasks import NewestTask, Work

if TYPE_CHECKING:
    from studio.insight.adaptation import Adaptation


class AdaptingController(QObject):
    """Adapts one model at a time.

    `running_changed` follows when one begins or ends, `capture_wanted` asks for a guided capture,
    `reported` carries a short message, and `failed` an unexpected error with its traceback.
    """

    running_changed = Signal()
    capture_wanted = Signal()
    reported = Signal(str)
    failed = Signal(object, str)

    def __init__(self, session: DrawSession, card: AdaptCard, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._card = card
        self._key = ""  # of the model that is adapted
        self._remedy: Callable[[], None] = self._adapt
        self._missing = ""  # id of the dataset to download
        self._task = NewestTask(session.context.tasks, self)
        self._task.progressed.connect(card.show_progress)
        self._task.failed.connect(self._on_failed)
        self._task.cancelled.connect(self._on_cancelled)
        card.cancelled.connect(self._task.cancel)
        card.use_wanted.connect(session.choose_model)
        card.remedy_wanted.connect(self._on_remedy_wanted)

    @property
    def is_running(self) -> bool:
        """Whether a model is being adapted."""
        return self._task.is_running

    def start(self, labels: Sequence[str]) -> None:
        """Adapt the model of the session; `labels` are those of the drawings it has classes for."""
        self._key = self._session.model_key
        if too_few := too_few_to_adapt(labels):
            self._remedy = self._capture
            self._card.show_problem("Draw a few first", " ".join(too_few), "Capture a set")
        else:
            self._adapt()

    def stop(self) -> None:
        """End the work and show nothing more of it."""
        self._task.stop()

    def _adapt(self) -> None:
        context = self._session.context
        self._run(partial(adapt, self._key, context.store, context.data_dir))

    def _download(self) -> None:
        context = self._session.context
        self._run(
            partial(download_and_adapt, self._missing, self._key, context.store, context.data_dir)
        )

    def _capture(self) -> None:
        self._card.hide()
        self.capture_wanted.emit()

    def _run(self, work: Work) -> None:
        self._card.show_progress(0.0, "Reading your drawings")
        self._task.start(work, self._on_adapted)
        self.running_changed.emit()

    def _on_adapted(self, adapted: "Adaptation") -> None:
        from studio.runs.summary import run_title

        title = run_title(adapted.run.id, adapted.run.config.recipe)
        self._card.show_receipt(adapted.run.id, title, adapted.receipt)
        self.running_changed.emit()
        self._session.context.runs_changed.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if isinstance(error, MissingDatasetError):
            self._offer_download(error.dataset)
        elif isinstance(error, StudioError):
            self._remedy = self._adapt
            self._card.show_problem("The model was not adapted", str(error), "Try again")
        else:
            self._card.hide()
            self.failed.emit(error, traceback_text)
        self.running_changed.emit()

    def _offer_download(self, dataset: str) -> None:
        info = find_dataset(dataset)
        self._missing, self._remedy = dataset, self._download
        self._card.show_problem(
            f"{info.title} is needed",
            f"{WHY_OWN_DATA} {info.title} is not in your data folder yet: a download of "
            f"{info.download_mb} MB.",
            f"Download {info.title}",
        )

    def _on_cancelled(self) -> None:
        self._card.hide()
        self.reported.emit("Cancelled. Nothing was changed.")
        self.running_changed.emit()

    def _on_remedy_wanted(self) -> None:
        self._remedy()
