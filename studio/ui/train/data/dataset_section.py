"""The dataset in the form: the choice, its samples, and how to get it."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.config import CURRENT_FIXES
from studio.data.datasets import DATASETS, FOLDER, HANDWRITING, is_available
from studio.data.overlay import overlay_path
from studio.data.quality.report import QualityReport
from studio.ui.context import StudioContext
from studio.ui.shared.builders import label, row_layout, text_button
from studio.ui.train.data.dataset_combo import DatasetCombo
from studio.ui.train.data.dataset_text import NO_DRAWINGS, issue_counts, split_counts
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.recent_datasets import RecentDatasets, Renames
from studio.ui.train.form.download_row import DownloadRow
from studio.ui.train.form.section import FormSection
from studio.ui.train.form.task_row import TaskRow
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.thumbnail_strip import ThumbnailStrip

_MAX_SAMPLES = 20  # two rows; the Data view shows every class
_INVITATION = (
    "Choose a folder with one folder of images for each class, an archive of one, or a list of "
    "labels, or drop it on this window."
)


class DatasetSection(FormSection):
    """`dataset_combo` above the samples of the dataset, or above the controls that bring it."""

    folder_wanted = Signal()
    archive_wanted = Signal()
    issues_wanted = Signal()
    class_wanted = Signal(int)

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self._data_dir = context.data_dir
        self._recent = RecentDatasets(context.settings)
        self._renames: Renames = ()
        self._overlay_path: Path | None = None
        self._combo = DatasetCombo()
        self._combo.set_recent(self._recent.paths())
        # Before the form reads them.
        self._combo.currentIndexChanged.connect(self._load_renames)
        self._combo.currentIndexChanged.connect(self._forget_fixes)
        self.column.addWidget(
            self.add_field("data.source", "dataset_combo", self._combo, is_heading=True)
        )
        self._make_facts()
        self.download = DownloadRow(
            context.tasks,
            "download",
            "Download the dataset",
            "Download the dataset from its official source and check it against its checksums.",
            "Cancel the download and remove what is incomplete.",
        )
        self.reading = TaskRow(
            "read",
            "Read the images",
            "refresh",
            "Read the images from disk.",
            "Cancel reading. The dataset must be read before training.",
        )
        for widget in (self._samples, self._facts, self._choosers()):
            self.column.addWidget(widget)
        self.column.addWidget(self._fixes_row())
        self.column.addWidget(self._issues, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.download)
        self.column.addWidget(self.reading)
        self.download.status_changed.connect(self._facts.setText)
        self.download.stopped.connect(self.refresh)

    def values(self) -> dict[str, Any]:
        """Return the chosen dataset, its path, its renamed classes, and its label fixes."""
        source, path = self._combo.chosen()
        return {
            "data.source": source,
            "data.path": path,
            "data.rename": self._renames,
            "data.overlay": self._overlay if self._fixes.isChecked() else "",
        }

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Choose the dataset of `values`; `changed` is not emitted."""
        if "data.source" in values:
            with QSignalBlocker(self._combo):
                self._combo.choose(values["data.source"], values["data.path"])
            self._renames = values["data.rename"]
        if "data.overlay" in values:
            self._show_overlay(values["data.overlay"])

    def choose(self, path: str) -> None:
        """Choose a folder, an archive or a list of labels as by hand."""
        if self._combo.currentData() == path:
            self.changed.emit("data.source")
        else:
            self._combo.choose(FOLDER, path)

    def rename_classes(self, renames: Renames) -> None:
        """Rename the classes of the chosen dataset."""
        self._renames = renames
        self.changed.emit("data.rename")

    def remember(self) -> None:
        """Add the chosen dataset to the recent ones, if it is the user's own."""
        _, path = self._combo.chosen()
        if path is not None:
            self._recent.add(path, self._renames)
            self._combo.set_recent(self._recent.paths())

    def recent_paths(self) -> list[str]:
        """Return the paths of the recent datasets of the user."""
        return self._recent.paths()

    def forget_recent(self, paths: Sequence[str]) -> None:
        """Remove recent datasets."""
        self._recent.remove(paths)
        self._combo.set_recent(self._recent.paths())

    @property
    def source(self) -> str:
        """The id of the chosen dataset."""
        return self._combo.chosen()[0]

    def is_available(self) -> bool:
        """Whether the dataset is on this computer; of the user's own, whether one is chosen."""
        source, path = self._combo.chosen()
        return path is not None if source == FOLDER else is_available(source, self._data_dir)

    def refresh(self) -> None:
        """Show what is known without reading the images."""
        is_folder, available = self.source == FOLDER, self.is_available()
        self._samples.clear()
        self._samples.setVisible(available)
        self._issues.hide()
        self._folder_buttons.setVisible(is_folder and not available)
        can_download = not (is_folder or available or self.source == HANDWRITING)
        self.download.setVisible(self.download.is_running or can_download)
        self.show_reading(False)
        self.reading.hide()
        if is_folder:
            self._facts.setText("" if available else _INVITATION)
        else:
            self._show_source_facts(available)

    def show_reading(self, running: bool) -> None:
        """Show the progress of reading with a cancel button, or a button to read again."""
        self.reading.set_running(running)
        self.reading.show()
        if not running:
            self.reading.button.setText("Read again")

    def show_text(self, text: str) -> None:
        """Show a text below the samples."""
        self._facts.setText(text)

    def show_preview(self, preview: Preview) -> None:
        """Show samples, counts and issues of the chosen dataset."""
        self.reading.hide()
        shown = slice(_MAX_SAMPLES)
        self._samples.set_images(
            preview.samples[shown], preview.class_names[shown], preview.shares[shown]
        )
        self._overlay_path = overlay_path(preview.dataset, self._data_dir)
        self._show_fixes()
        self._facts.setText(split_counts(preview.splits))
        self._show_issues(preview.report)

    def remedy(self, field: FormField) -> QWidget | None:
        """Return the controls that bring the dataset if `field` is wrong because it is missing."""
        if field is not self._fields["data.source"]:
            return None
        rows = (self.download, self._folder_buttons)
        return next((row for row in rows if row.isVisible()), None)

    def _show_source_facts(self, available: bool) -> None:
        source = DATASETS[self.source]
        if source.is_handwriting:
            self._facts.setText("" if available else " ".join(NO_DRAWINGS))
            return
        facts = f"{source.count:,} images · {len(source.class_names)} classes"
        self._facts.setText(facts if available else f"{facts} · not downloaded")
        work = partial(_download_dataset, source.id, self._data_dir)
        self.download.offer(source.download_mb, work)

    def _show_issues(self, report: QualityReport) -> None:
        text = issue_counts(report)
        self._issues.setText(text)
        self._issues.setAccessibleName(text or "No issues")
        self._issues.setVisible(bool(text))

    def _load_renames(self) -> None:
        _, path = self._combo.chosen()
        self._renames = self._recent.renames(path) if path else ()

    def _forget_fixes(self) -> None:
        """Use no fixes of another dataset, whose own ones are found once it is read."""
        self._overlay_path = None
        self._show_overlay("")

    def _show_overlay(self, overlay: str) -> None:
        """Show a value of `data.overlay`: the hash of a run's fixes is kept until unchecked."""
        self._overlay = overlay or CURRENT_FIXES
        with QSignalBlocker(self._fixes):
            self._fixes.setChecked(bool(overlay))
        self._show_fixes()

    def _show_fixes(self) -> None:
        """Offer the fixes where there are any; a file is looked for, not read."""
        exists = self._overlay_path is not None and self._overlay_path.exists()
        self._fixes_field.setVisible(exists or self._fixes.isChecked())

    def _on_fixes_toggled(self, checked: bool) -> None:
        if not checked:
            self._overlay = CURRENT_FIXES

    def _fixes_row(self) -> QWidget:
        """The check box of the label fixes, hidden for a dataset without any."""
        self._overlay = CURRENT_FIXES
        self._fixes, reset = self.add_check("data.overlay", "label_fixes_check")
        self._fixes.setText("Use label fixes")
        self._fixes.toggled.connect(self._on_fixes_toggled)
        self._fixes_field = QWidget()
        row = row_layout(self._fixes_field, spacing=4)
        row.addWidget(self._fixes)
        row.addWidget(reset)
        row.addStretch(1)
        self._fixes_field.hide()
        return self._fixes_field

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_fixes()  # the user may have made some on the Mistakes page

    def _make_facts(self) -> None:
        self._samples = ThumbnailStrip(columns=10, count=10)
        self._samples.setObjectName("sample_strip")
        self._samples.setAccessibleName("One sample of each class")
        self._samples.setToolTip(
            "One sample of each class above a bar for the size of the class. Click to see more."
        )
        self._samples.setCursor(Qt.CursorShape.PointingHandCursor)
        self._samples.clicked.connect(self.class_wanted)
        self._facts = label("muted", name="data_facts")
        self._facts.setWordWrap(True)
        tip = "See the issues of this dataset and what to do about them."
        self._issues = text_button("findings_button", "", "warning", "warn", tip)
        self._issues.setAccessibleName("Issues")
        self._issues.clicked.connect(self.issues_wanted)

    def _choosers(self) -> QWidget:
        self._folder_buttons = QWidget()
        row = row_layout(self._folder_buttons, spacing=8)
        tip = "Choose a folder that holds one folder of images for each class."
        folder = text_button("choose_folder_button", "Folder…", "folder", tooltip=tip)
        folder.clicked.connect(self.folder_wanted)
        tip = "Choose a .zip or .tar of such a folder, or a .csv of files and labels."
        archive = text_button("choose_archive_button", "Archive or list…", "open", tooltip=tip)
        archive.clicked.connect(self.archive_wanted)
        row.addWidget(folder)
        row.addWidget(archive)
        return self._folder_buttons


def _download_dataset(
    source_id: str, data_dir: Path, on_progress: OnProgress, should_stop: ShouldStop
) -> None:
    from studio.data import download_dataset

    download_dataset(source_id, data_dir, on_progress, should_stop)
