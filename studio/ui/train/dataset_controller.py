"""Keep the views of the chosen dataset up to date, and know why it cannot be trained on."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.config import DataConfig
from studio.data.dataset_shape import dataset_title
from studio.data.datasets import FOLDER
from studio.data.image_dataset import ImageDataset
from studio.errors import ConfigError, StudioError
from studio.ui.context import StudioContext
from studio.ui.train.data.dataset_dialogs import DatasetDialogs
from studio.ui.train.data.dataset_section import DatasetSection
from studio.ui.train.data.dataset_text import (
    NOT_DESCRIBED,
    NOT_READ,
    UNREADABLE,
    dataset_obstacle,
    has_warnings,
    missing_text,
)
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.preview_loader import PreviewLoader
from studio.ui.train.data.recent_datasets import Renames, missing_paths
from studio.ui.train.data_view.dataset_view import DatasetView
from studio.ui.widgets.redraw_timer import redraw_timer

PROGRESS_DELAY_MS = 200  # a dataset that is read sooner shows no progress
EDIT_DELAY_MS = 250  # how long a slider rests before the dataset is split again


class DatasetController(QObject):
    """Reads the dataset that `describe` returns and shows its preview.

    `describe` returns None while there is nothing to read. A preview is passed to one of
    `displays` in each iteration of the event loop, so that the window stays responsive; `cleared`
    and `unavailable` (message, hint) end what they show. `changed` follows when the result of
    `obstacle` may differ. `path_chosen` carries a path from a dialog, `message` a text and its
    tone.
    """

    changed = Signal()
    cleared = Signal()
    unavailable = Signal(str, str)
    path_chosen = Signal(str)
    view_wanted = Signal()
    message = Signal(str, str)
    failed = Signal(object, str)

    def __init__(
        self,
        context: StudioContext,
        section: DatasetSection,
        view: DatasetView,
        describe: Callable[[], DataConfig | None],
        displays: Sequence[Callable[[Preview], None]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._context, self._section, self._view = context, section, view
        self._describe, self._displays = describe, displays
        self._loader = PreviewLoader(context.tasks, context.data_dir, self)
        self._dialogs = DatasetDialogs(parent)
        self._progress_timer = QTimer(self, singleShot=True, interval=PROGRESS_DELAY_MS)
        self._edit_timer = QTimer(self, singleShot=True, interval=EDIT_DELAY_MS)
        self._display_timer = QTimer(self, singleShot=True, interval=0)
        self._to_display: Iterator[Callable[[Preview], None]] = iter(())
        self.preview: Preview | None = None
        self._problem: tuple[str, str] | None = None  # why the dataset could not be read
        self._progress = (0.0, "")
        self._warned_path: str | None = None  # the folder whose issues were brought into view
        self._connect()

    @property
    def is_displaying(self) -> bool:
        """Whether a preview is not yet shown everywhere."""
        return self._display_timer.isActive()

    def obstacle(self, config: DataConfig) -> ConfigError | None:
        """Return why the dataset of `config` cannot be trained on now."""
        known = self._find_preview(config)
        report = known.report if known is not None else None
        return dataset_obstacle(config, self._section.is_available(), report, self._problem)

    def load(self) -> None:
        """Read the dataset of the form, unless its preview is known."""
        self._edit_timer.stop()
        self._problem = None
        config = self._describe() if self._section.is_available() else None
        if config is None:
            self._show_missing()
        else:
            self._progress_timer.start()
            self._progress = 0.0, f"Reading {dataset_title(config)}"
            if self._find_preview(config) is None:
                self.preview = None
                self.cleared.emit()
                self._view.show_loading(self._progress[1])
        self._loader.load(config)
        self.changed.emit()

    def reload(self) -> None:
        """Read the dataset of the form and show it again, also if it is the same one."""
        self.preview = None
        self.load()

    def load_later(self) -> None:
        """Read the dataset once its settings have not changed for a moment."""
        self._edit_timer.start()

    def redraw(self) -> None:
        """Show the progress of the reading; called by the shared clock."""
        if self._loader.is_busy and not self._progress_timer.isActive():
            self._show_progress()

    def forget_missing(self) -> None:
        """Remove recent datasets that no longer exist; the disk is read in a thread."""
        paths = self._section.recent_paths()
        if paths:
            task = self._context.tasks.start(lambda _progress, _should_stop: missing_paths(paths))
            task.succeeded.connect(self._section.forget_recent)

    def close(self) -> None:
        """Stop reading; the thread ends with the tasks of the window."""
        for timer in (self._edit_timer, self._progress_timer, self._display_timer):
            timer.stop()
        redraw_timer().cancel(self)
        self._loader.load(None)

    def _connect(self) -> None:
        section, loader, view = self._section, self._loader, self._view
        section.folder_wanted.connect(self._dialogs.choose_folder)
        section.archive_wanted.connect(self._dialogs.choose_file)
        section.issues_wanted.connect(self.view_wanted)
        section.class_wanted.connect(self._show_class)
        section.reading.started.connect(self._read_again)
        section.reading.cancelled.connect(loader.cancel)
        self._edit_timer.timeout.connect(self.load)
        self._progress_timer.timeout.connect(self._on_progress_delay)
        self._display_timer.timeout.connect(self._display_next)
        self._dialogs.dataset_chosen.connect(self.path_chosen)
        self._dialogs.export_chosen.connect(self._export_labels)
        loader.loaded.connect(self._on_loaded)
        loader.progressed.connect(self._on_progress)
        loader.stopped.connect(self._on_stopped)
        loader.failed.connect(self._on_failed)
        view.renamed.connect(self._on_renamed)
        view.export_wanted.connect(self._choose_export)
        view.folder_wanted.connect(self._dialogs.choose_folder)

    def _find_preview(self, config: DataConfig) -> Preview | None:
        """Return the preview if it has the samples of `config`, however they are split."""
        preview = self.preview
        same = preview is not None and _sample_settings(preview.config) == _sample_settings(config)
        return preview if same else None

    # Reading

    def _show_missing(self) -> None:
        section = self._section
        message = NOT_DESCRIBED if section.is_available() else missing_text(section.source)
        self.preview = None
        self.unavailable.emit(*message)
        self._view.show_empty(*message)

    def _on_progress_delay(self) -> None:
        if self._loader.is_busy:
            self._section.show_reading(True)
            self._show_progress()

    def _on_progress(self, fraction: float, text: str) -> None:
        """Only record it: thousands can come in a second, the clock shows the last one."""
        self._progress = fraction, text
        redraw_timer().request(self)

    def _show_progress(self) -> None:
        fraction, text = self._progress
        self._section.reading.set_fraction(fraction)
        self._section.show_text(text)
        if self.preview is None:
            self._view.show_loading(text)

    def _on_loaded(self, preview: Preview) -> None:
        self._progress_timer.stop()
        if preview is not self.preview:
            self.preview = preview
            self._to_display = iter((*self._displays, self._finish_display))
            self._display_next()

    def _display_next(self) -> None:
        display = next(self._to_display, None)
        if display is not None and self.preview is not None:
            display(self.preview)
            self._display_timer.start()

    def _finish_display(self, preview: Preview) -> None:
        """Remember a folder, and bring its issues into view once."""
        self.changed.emit()
        if preview.source != FOLDER:
            return
        self._section.remember()
        if self._warned_path != preview.config.path and has_warnings(preview.report):
            self.view_wanted.emit()
        self._warned_path = preview.config.path

    def _on_stopped(self) -> None:
        self._show_unread(*NOT_READ)
        self._view.show_empty(*NOT_READ)

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if isinstance(error, ConfigError) and error.field == "data.rename":
            text = f"{error.message} The renamed classes have their original names again."
            self.message.emit(text, "warn")
            self._section.rename_classes(())
            return
        self._show_unread(*UNREADABLE)
        self._view.show_problem(error)
        self.view_wanted.emit()
        if not isinstance(error, StudioError):
            self.failed.emit(error, traceback_text)

    def _show_unread(self, message: str, hint: str) -> None:
        self._progress_timer.stop()
        self._problem, self.preview = (message, hint), None
        self.unavailable.emit(message, hint)
        self._section.show_reading(False)
        self._section.show_text("Not read")
        self.changed.emit()

    def _read_again(self) -> None:
        self._loader.forget()
        self._warned_path = None
        self.reload()

    # Actions on the dataset

    def _show_class(self, label: int) -> None:
        self.view_wanted.emit()
        self._view.open_class(label)

    def _on_renamed(self, renames: Renames) -> None:
        self._section.rename_classes(renames)
        self._section.remember()

    def _choose_export(self) -> None:
        if self.preview is not None:
            self._dialogs.choose_export(f"{Path(self.preview.shape.title).stem} labels.csv")

    def _export_labels(self, path: str) -> None:
        if self.preview is None:
            return
        task = self._context.tasks.start(partial(_export, self.preview.dataset, Path(path)))
        task.succeeded.connect(self._on_exported)
        task.failed.connect(self.failed)

    def _on_exported(self, text: str) -> None:
        self.message.emit(text, "good")


def _sample_settings(config: DataConfig) -> tuple[Any, ...]:
    """Return the settings that decide pixels and class names; the others only split the samples."""
    return (
        config.source,
        config.path,
        config.image_size,
        config.fit,
        config.color,
        config.rename,
    )


def _export(
    images: ImageDataset, path: Path, _on_progress: OnProgress, _should_stop: ShouldStop
) -> str:
    from studio.data.labels_export import export_labels

    export_labels(images, path)
    return f"The labels of {len(images.labels):,} samples are in “{path}”."
