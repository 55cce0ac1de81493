"""Which pictures: the set, what is in it, and the way to get it."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.data.datasets import DATASETS, FOLDER, is_available
from studio.data.quality.report import QualityReport
from studio.ui.context import StudioContext
from studio.ui.shared.builders import text_button
from studio.ui.train.data.dataset_combo import DatasetCombo
from studio.ui.train.data.dataset_download_row import DatasetDownloadRow
from studio.ui.train.data.dataset_text import finding_words, part_words
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.recent_datasets import RecentDatasets, Renames
from studio.ui.train.form.section import FormSection
from studio.ui.train.form.task_row import TaskRow
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.thumbnail_strip import ThumbnailStrip

_MOST_SAMPLES = 20  # two rows; the Data view shows every class
_INVITATION = (
    "A folder with a folder for each class, an archive of one, or a list of labels. "
    "Or drop it anywhere on this window."
)


class DatasetSection(FormSection):
    """`dataset_combo` with real pictures under it, or the way to them when there are none."""

    downloaded = Signal(str)
    download_failed = Signal(object, str)
    folder_wanted = Signal()
    archive_wanted = Signal()
    findings_wanted = Signal()
    class_wanted = Signal(int)

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self._data_dir = context.data_dir
        self._own_sets = RecentDatasets(context.settings)
        self._renames: Renames = ()
        self._combo = DatasetCombo()
        self._combo.set_own(self._own_sets.paths())
        self._combo.currentIndexChanged.connect(self._recall_renames)  # before others hear of it
        tip = "The pictures the network learns from"
        self.column.addWidget(
            self.add_field("data.source", "Data", self._combo, tip, "dataset_combo", True)
        )
        self._make_facts()
        self._download = DatasetDownloadRow(context.tasks, context.data_dir)
        tip, stop_tip = "Read the pictures from disk", "Stop reading; training needs them read"
        self.reading = TaskRow("read", "Read the pictures", "refresh", tip, stop_tip)
        for part in (self._samples, self._facts, self._choosers()):
            self.column.addWidget(part)
        self.column.addWidget(self._findings, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self._download)
        self.column.addWidget(self.reading)
        self._download.said.connect(self._facts.setText)
        self._download.stopped.connect(self.refresh)
        self._download.downloaded.connect(self.downloaded)
        self._download.failed.connect(self.download_failed)

    def values(self) -> dict[str, Any]:
        """The chosen set, where its pictures lie, and what its classes are called."""
        source, path = self._combo.chosen()
        return {"data.source": source, "data.path": path, "data.rename": self._renames}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Choose the set named in `values` without telling anybody."""
        if "data.source" in values:
            with QSignalBlocker(self._combo):
                self._combo.choose(values["data.source"], values["data.path"])
            self._renames = values["data.rename"]

    def choose(self, path: str) -> None:
        """Choose own pictures as a person would in the list."""
        if self._combo.currentData() == path:
            self.changed.emit("data.source")
        else:
            self._combo.choose(FOLDER, path)

    def rename(self, renames: Renames) -> None:
        """Call the classes of the chosen set by other names."""
        self._renames = renames
        self.changed.emit("data.rename")

    def remember(self) -> None:
        """Keep the chosen set among those of late, if it is the user's own."""
        _, path = self._combo.chosen()
        if path is not None:
            self._own_sets.note(path, self._renames)
            self._combo.set_own(self._own_sets.paths())

    def own_paths(self) -> list[str]:
        """The user's own sets of late."""
        return self._own_sets.paths()

    def drop_own(self, paths: Sequence[str]) -> None:
        """Forget own sets that are no longer there."""
        self._own_sets.drop(paths)
        self._combo.set_own(self._own_sets.paths())

    @property
    def source(self) -> str:
        """Id of the chosen set."""
        return self._combo.chosen()[0]

    def available(self) -> bool:
        """Whether the chosen set is on this computer; for own pictures, whether any are chosen."""
        source, path = self._combo.chosen()
        return path is not None if source == FOLDER else is_available(source, self._data_dir)

    def refresh(self) -> None:
        """Show what is known without reading the pictures."""
        own, there = self.source == FOLDER, self.available()
        self._samples.clear()
        self._samples.setVisible(there)
        self._findings.hide()
        self._own.setVisible(own and not there)
        self._download.setVisible(self._download.running or not (own or there))
        self.show_reading(False)
        self.reading.hide()
        if own:
            self._facts.setText("" if there else _INVITATION)
        else:
            self._show_table_facts(there)

    def show_reading(self, running: bool) -> None:
        """Show how far reading is, with a way to stop it, or a button to read again."""
        self.reading.set_running(running)
        self.reading.show()
        if not running:
            self.reading.button.setText("Read again")

    def say(self, text: str) -> None:
        """Say something under the pictures."""
        self._facts.setText(text)

    def show_preview(self, preview: Preview) -> None:
        """Show the pictures, counts and warnings of the chosen set."""
        self.reading.hide()
        most = slice(_MOST_SAMPLES)
        self._samples.set_images(
            preview.samples[most], preview.class_names[most], preview.shares[most]
        )
        self._facts.setText(part_words(preview.splits))
        self._show_findings(preview.report)

    def remedy(self, field: FormField) -> QWidget | None:
        """What to click on where `field` is wrong because the set is not there, if it is."""
        if field is not self._fields["data.source"]:
            return None
        return next((row for row in (self._download, self._own) if row.isVisible()), None)

    def facts(self) -> str:
        """The lines under the pictures."""
        return self._facts.text()

    def _show_table_facts(self, there: bool) -> None:
        source = DATASETS[self.source]
        words = f"{source.count:,} images · {len(source.class_names)} classes"
        self._facts.setText(words if there else f"{words} · not downloaded")
        self._download.offer(self.source)

    def _show_findings(self, report: QualityReport) -> None:
        words = finding_words(report)
        self._findings.setText(words)
        self._findings.setAccessibleName(words or "Nothing found")
        self._findings.setVisible(bool(words))

    def _recall_renames(self) -> None:
        _, path = self._combo.chosen()
        self._renames = self._own_sets.renames(path) if path else ()

    def _make_facts(self) -> None:
        self._samples = ThumbnailStrip(columns=10, count=10)
        self._samples.setObjectName("sample_strip")
        self._samples.setAccessibleName("One picture of each class")
        self._samples.setToolTip("A picture of each class, its share under it; click to see more")
        self._samples.setCursor(Qt.CursorShape.PointingHandCursor)
        self._samples.clicked.connect(self.class_wanted)
        self._facts = QLabel()
        self._facts.setObjectName("data_facts")
        self._facts.setProperty("role", "muted")
        self._facts.setWordWrap(True)
        self._findings = text_button("findings_button", "", "warning", "warn")
        self._findings.setAccessibleName("Findings")
        self._findings.setToolTip("See what was found in these pictures, and what to do about it")
        self._findings.clicked.connect(self.findings_wanted)

    def _choosers(self) -> QWidget:
        self._own = QWidget()
        row = QHBoxLayout(self._own)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        folder = text_button("choose_folder_button", "Folder…", "folder")
        folder.setToolTip("A folder that holds one folder of pictures for each class")
        folder.clicked.connect(self.folder_wanted)
        archive = text_button("choose_archive_button", "Archive or list…", "open")
        archive.setToolTip("A .zip or .tar of such a folder, or a .csv of file and label")
        archive.clicked.connect(self.archive_wanted)
        row.addWidget(folder)
        row.addWidget(archive)
        return self._own
