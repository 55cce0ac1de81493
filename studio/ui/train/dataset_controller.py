"""Keeps what is seen of the chosen set true to the form, and knows why it cannot be trained on."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.config import DataConfig
from studio.data.dataset_shape import dataset_title
from studio.data.datasets import FOLDER
from studio.data.image_dataset import ImageDataset
from studio.errors import ConfigError, StudioError
from studio.ui.context import StudioContext
from studio.ui.train.data.dataset_dialogs import DatasetDialogs
from studio.ui.train.data.dataset_text import (
    CANNOT_READ,
    NOT_DESCRIBED,
    NOT_READ,
    absence,
    is_grave,
    obstacle,
)
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.preview_loader import PreviewLoader
from studio.ui.train.data.recent_datasets import Renames, missing
from studio.ui.train.live_panel import DATA, LivePanel
from studio.ui.train.setup_panel import SetupPanel
from studio.ui.widgets.redraw_timer import redraw_timer

PATIENCE_MS = 200  # a set that is there sooner is waited for in silence
SETTLE_MS = 250  # how long a slider rests before the set is split anew


class DatasetController(QObject):
    """Reads sets, shows them in the form and on the right; `changed` when Train may differ."""

    changed = Signal()
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, setup: SetupPanel, live: LivePanel) -> None:
        super().__init__(setup)
        self._context, self._setup, self._live = context, setup, live
        self._loader = PreviewLoader(context.tasks, context.data_dir, self)
        self._chooser = DatasetDialogs(setup)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._next_turn = QTimer(self, singleShot=True, interval=0)
        self._to_show: Iterator[Callable[[Preview], None]] = iter(())
        self._preview: Preview | None = None
        self._trouble: tuple[str, str] | None = None  # why the chosen set could not be read
        self._share, self._reading = 0.0, ""  # how far the reading is, and what it does now
        self._shown_for: str | None = None  # path of the own set whose warnings were brought up
        self._connect()

    def obstacle(self, config: DataConfig) -> ConfigError | None:
        """Why this set cannot be trained on now."""
        known = self._known(config)
        report = known.report if known is not None else None
        return obstacle(config, self._setup.data.available(), report, self._trouble)

    def want(self) -> None:
        """Read the set the form describes, as soon as somebody can see it."""
        self._settle.stop()
        self._trouble = None
        config = self._described()
        if config is None:
            self._show_absence()
        else:
            self._patience.start()
            self._share, self._reading = 0.0, f"Reading {dataset_title(config)}"
            if self._known(config) is None:
                self._show_skeleton()
        self._loader.want(config)
        self.changed.emit()

    def _show_anew(self) -> None:
        """The form has forgotten the dataset before, also where it is the same one."""
        self._preview = None
        self.want()

    def redraw(self) -> None:
        """Say how far the reading is; called by the shared clock."""
        if self._loader.busy and not self._patience.isActive():
            self._say_reading()

    def forget_missing(self) -> None:
        """Drop own sets of late that are no longer there; the disk is asked in a thread."""
        paths = self._setup.data.own_paths()
        if paths:
            task = self._context.tasks.start(lambda _on_progress, _should_stop: missing(paths))
            task.succeeded.connect(self._setup.data.drop_own)

    def close(self) -> None:
        """Stop reading; the thread ends with the tasks of the window."""
        self._settle.stop()
        self._patience.stop()
        self._next_turn.stop()
        redraw_timer().cancel(self)
        self._loader.want(None)

    def _connect(self) -> None:
        setup, loader, view = self._setup, self._loader, self._live.data
        setup.data_wanted.connect(self._show_anew)
        setup.data_edited.connect(self._settle.start)
        setup.data.folder_wanted.connect(self._chooser.ask_for_folder)
        setup.data.archive_wanted.connect(self._chooser.ask_for_file)
        setup.data.findings_wanted.connect(self._show_data)
        setup.data.class_wanted.connect(self._show_class)
        setup.data.reading.wanted.connect(self._read_again)
        setup.data.reading.cancelled.connect(self._loader.cancel)
        self._settle.timeout.connect(self.want)
        self._patience.timeout.connect(self._on_patience_ended)
        self._next_turn.timeout.connect(self._show_next)
        self._chooser.chosen.connect(setup.show_set)
        self._chooser.target.connect(self._write_list)
        loader.loaded.connect(self._on_loaded)
        loader.progressed.connect(self._on_progress)
        loader.stopped.connect(self._on_stopped)
        loader.failed.connect(self._on_failed)
        view.renamed.connect(self._on_renamed)
        view.export_wanted.connect(self._ask_for_target)
        view.pictures_wanted.connect(self._chooser.ask_for_folder)

    def _described(self) -> DataConfig | None:
        """The set to read: none while it is not there, is described wrongly or nobody looks."""
        if not (self._setup.data.available() and self._live.isVisible()):
            return None
        try:
            return self._setup.data_config()
        except ConfigError:
            return None

    def _known(self, config: DataConfig) -> Preview | None:
        """The preview, if it shows the pictures of `config`, be it in other parts."""
        shown = self._preview
        same = shown is not None and _pictures(shown.config) == _pictures(config)
        return shown if same else None

    # Reading

    def _show_absence(self) -> None:
        data = self._setup.data
        words = NOT_DESCRIBED if data.available() else absence(data.source)
        self._show_no_images(*words)
        self._live.data.show_empty(*words)

    def _show_no_images(self, message: str, hint: str) -> None:
        self._preview = None
        self._live.plan.show_absence(message, hint)
        self._setup.augment.show_absence(message)

    def _show_skeleton(self) -> None:
        self._preview = None
        self._live.plan.show_preview(None)
        self._live.data.show_loading(self._reading)

    def _on_patience_ended(self) -> None:
        if self._loader.busy:
            self._setup.data.show_reading(True)
            self._say_reading()

    def _on_progress(self, share: float, text: str) -> None:
        """Only remembers; the clock shows it, for thousands may come in a second."""
        self._share, self._reading = share, text
        redraw_timer().request(self)

    def _say_reading(self) -> None:
        self._setup.data.reading.set_share(self._share)
        self._setup.data.say(self._reading)
        if self._preview is None:
            self._live.data.show_loading(self._reading)

    def _on_loaded(self, preview: Preview) -> None:
        self._patience.stop()
        if preview is self._preview:
            return
        self._preview = preview
        self._to_show = iter(
            (
                self._setup.show_preview,
                self._live.data.show_preview,
                self._live.plan.show_preview,
                self._bring_up,
            )
        )
        self._show_next()

    def _show_next(self) -> None:
        """Show the preview in one place a turn of the event loop, which goes on in between."""
        show = next(self._to_show, None)
        if show is None or self._preview is None:
            return
        show(self._preview)
        self._next_turn.start()

    def _bring_up(self, preview: Preview) -> None:
        """Remember the user's own set, and show once what is to be said of it."""
        self.changed.emit()
        if preview.source != FOLDER:
            return
        self._setup.data.remember()
        if self._shown_for != preview.config.path and is_grave(preview.report):
            self._show_data()
        self._shown_for = preview.config.path

    def _on_stopped(self) -> None:
        self._not_read(*NOT_READ)
        self._live.data.show_empty(*NOT_READ)

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if isinstance(error, ConfigError) and error.field == "data.rename":
            self._live.banner.show_message(f"{error.message} Its new names are dropped.", "warn")
            self._setup.data.rename(())
            return
        self._not_read(*CANNOT_READ)
        self._live.data.show_problem(error)
        self._show_data()
        if not isinstance(error, StudioError):
            self.failed.emit(error, traceback_text)

    def _not_read(self, message: str, hint: str) -> None:
        self._patience.stop()
        self._trouble = message, hint
        self._show_no_images(message, hint)
        self._setup.data.show_reading(False)
        self._setup.data.say("Not read")
        self.changed.emit()

    def _read_again(self) -> None:
        self._loader.forget()
        self._preview, self._shown_for = None, None
        self.want()

    # What the person asks of the pictures

    def _show_data(self) -> None:
        self._setup.close_wanted.emit()  # in a narrow window the form lies over it
        self._live.show_view(DATA)

    def _show_class(self, label: int) -> None:
        self._show_data()
        self._live.data.open_class(label)

    def _on_renamed(self, renames: Renames) -> None:
        self._setup.data.rename(renames)
        self._setup.data.remember()

    def _ask_for_target(self) -> None:
        if self._preview is not None:
            self._chooser.ask_for_target(f"{Path(self._preview.shape.title).stem} labels.csv")

    def _write_list(self, path: str) -> None:
        if self._preview is None:
            return
        task = self._context.tasks.start(partial(_write, self._preview.image_set, Path(path)))
        task.succeeded.connect(self._on_written)
        task.failed.connect(self.failed)

    def _on_written(self, words: object) -> None:
        self._live.banner.show_message(str(words), "good")


def _pictures(config: DataConfig) -> tuple[Any, ...]:
    """What decides the pixels and names; the rest only parts the pictures otherwise."""
    return (
        config.source,
        config.path,
        config.image_size,
        config.fit,
        config.color,
        config.rename,
    )


def _write(
    images: ImageDataset, path: Path, _on_progress: OnProgress, _should_stop: ShouldStop
) -> str:
    from studio.data.labels_export import export_labels

    export_labels(images, path)
    return f"The list of {len(images.labels):,} pictures is in “{path}”."
