"""The initial weights in the form: random, ImageNet weights, a run, or a file."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from studio.callbacks import OnProgress, ShouldStop
from studio.config import IMAGENET, ModelConfig, setting
from studio.errors import ConfigError
from studio.ui.context import StudioContext
from studio.ui.shared.builders import label, row_layout
from studio.ui.train.form.download_row import DownloadRow
from studio.ui.train.form.editors import add_item, combo_box
from studio.ui.train.form.layer_widths_text import MAX_BLOCKS
from studio.ui.train.form.section import FormSection
from studio.ui.train.network import backbones
from studio.ui.train.network.backbones import BackboneChoice
from studio.ui.widgets.spin_boxes import IntSpinBox

_FILE = "?"  # the item that opens a file dialog
_FILES = "Weights (*.pth *.pt *.safetensors);;All files (*)"


class BackboneSection(FormSection):
    """`backbone_combo` and `unfrozen_spin`.

    `backbone_chosen` carries the ModelConfig of the chosen backbone, or None. `weights_changed` is
    emitted when weights have become available.
    """

    backbone_chosen = Signal(object)
    failed = Signal(object, str)
    weights_changed = Signal()

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self._context = context
        self._variant = ""
        self._listed: list[BackboneChoice] = []
        self._from_file: list[BackboneChoice] = []
        self._before = ""  # what was chosen before the file dialog
        self.dialog: QFileDialog | None = None
        self._combo = combo_box({})
        self._combo.currentIndexChanged.connect(self._on_chosen)  # before the form reads it
        self._note = label("muted", name="backbone_note")
        self._note.setWordWrap(True)
        self._download = DownloadRow(
            context.tasks,
            "weights",
            "Download the weights",
            "Download the weights from download.pytorch.org and check them against their checksum.",
            "Cancel the download. The next one resumes it.",
        )
        self.column.addWidget(self.add_field("model.backbone", "backbone_combo", self._combo))
        self.column.addLayout(self._unfrozen_row())
        self.column.addWidget(self._download)
        self._connect()
        self._fill("")

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show these values; `changed` is not emitted."""
        self._variant = values.get("model.variant", self._variant)
        self._fill(values.get("model.backbone", self.source))
        others = {name: value for name, value in values.items() if name != "model.backbone"}
        super().set_values(others)
        self.refresh()

    def values(self) -> dict[str, Any]:
        """Return the values; without a backbone all blocks are trained."""
        values = super().values()
        return values if self.source else values | {"model.unfrozen": 0}

    @property
    def source(self) -> str:
        """The chosen backbone as ModelConfig names it."""
        return str(self._combo.currentData() or "")

    @property
    def backbone(self) -> BackboneChoice | None:
        """The chosen backbone, None if there is none or it is not known."""
        known = [*self._from_file, *self._listed]
        return backbones.find_backbone(known, self.source, self._variant)

    @property
    def channels(self) -> int:
        """The input channels of the chosen backbone, 0 if there is none or it is not known."""
        return self.backbone.model.in_channels if self.backbone else 0

    def set_variant(self, variant: str) -> None:
        """Follow another variant: only ImageNet weights exist for several of them."""
        self._variant = variant
        keep = self.source == IMAGENET and backbones.imagenet_backbone(variant) is not None
        self._fill(IMAGENET if keep else "")
        self.refresh()

    def obstacle(self, model: ModelConfig) -> ConfigError | None:
        """Return why a training cannot start from the chosen backbone."""
        return backbones.backbone_obstacle(model, self.backbone, self._context.data_dir)

    def refresh(self) -> None:
        """Show the controls that the chosen backbone needs."""
        chosen, downloading = bool(self.source), self._download.is_running
        missing = backbones.is_missing(self.source, self._variant, self._context.data_dir)
        self._unfrozen.setVisible(chosen)
        self._note.setVisible(chosen or downloading)
        self._download.setVisible(missing or downloading)
        if downloading:
            return
        self._note.setText(backbones.backbone_note(missing, super().values()["model.unfrozen"]))
        if missing:
            work = partial(_download_weights, self._variant, self._context.data_dir)
            self._download.offer(backbones.download_megabytes(self._variant), work)

    def _unfrozen_row(self) -> QHBoxLayout:
        spin = IntSpinBox(MAX_BLOCKS)
        spin.setSpecialValueText("none")
        spin.valueChanged.connect(self.refresh)
        self._unfrozen = self.add_field("model.unfrozen", "unfrozen_spin", spin)
        row = row_layout(spacing=12)
        row.addWidget(self._unfrozen, 1)
        row.addWidget(self._note, 2)
        return row

    def _connect(self) -> None:
        self._download.status_changed.connect(self._note.setText)
        self._download.stopped.connect(self._on_download_ended)
        self._download.failed.connect(self.failed)
        context = self._context
        context.torch_loaded.connect(self._list_backbones)
        context.runs_changed.connect(self._list_backbones)
        if context.torch_ready:
            self._list_backbones()

    # The list

    def _list_backbones(self) -> None:
        """List the runs; their folders are read in a thread."""
        if not self._context.torch_ready:
            return
        store = self._context.store
        task = self._context.tasks.start(
            lambda _on_progress, _stop: backbones.list_backbones(store)
        )
        task.succeeded.connect(self._on_listed)

    def _on_listed(self, listed: Any) -> None:
        self._listed = listed
        self._fill(self.source)
        self.weights_changed.emit()

    def _fill(self, chosen: str) -> None:
        """List all backbones, and the chosen one also if it is not known."""
        imagenet = backbones.imagenet_backbone(self._variant)
        known = [*([imagenet] if imagenet else []), *self._from_file, *self._listed]
        with QSignalBlocker(self._combo):
            self._combo.clear()
            none_label = setting("model.backbone").none_label
            add_item(self._combo, none_label, "", "Train all weights from random values.")
            for backbone in known:
                add_item(self._combo, backbone.title, backbone.source, backbone.tip)
            if self._combo.findData(chosen) < 0:
                add_item(self._combo, backbones.unknown_title(chosen), chosen, chosen)
            self._combo.insertSeparator(self._combo.count())
            tip = "Weights in the layout of torchvision or of VGG Studio."
            add_item(self._combo, "File…", _FILE, tip)
            self._combo.setCurrentIndex(self._combo.findData(chosen))
        self._before = chosen

    def _on_chosen(self) -> None:
        if self.source == _FILE:
            with QSignalBlocker(self._combo):
                self._combo.setCurrentIndex(self._combo.findData(self._before))
            self._open_dialog()
            return
        self._before = self.source
        self.refresh()
        self.backbone_chosen.emit(self.backbone.model if self.backbone else None)

    # A file

    def _open_dialog(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        self.dialog = QFileDialog(self, "Choose the initial weights", folder, _FILES)
        self.dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.dialog.fileSelected.connect(self.read_file)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def read_file(self, path: str) -> None:
        """Read a weights file in a thread, and choose it if it can be used."""
        context, model = self._context, ModelConfig(variant=self._variant)
        self._note.setText("Reading the file")
        self._note.show()
        task = context.tasks.start(
            lambda _on_progress, should_stop: backbones.read_file(
                path, model, context.data_dir, context.runs_dir, should_stop
            )
        )
        task.succeeded.connect(self._on_file_read)
        task.failed.connect(self._on_file_failed)

    def _on_file_read(self, backbone: Any) -> None:
        self._from_file = [backbone]
        self._fill(self.source)
        self._combo.setCurrentIndex(self._combo.findData(backbone.source))
        self.refresh()

    def _on_file_failed(self, error: object, traceback_text: str) -> None:
        self.refresh()
        self.failed.emit(error, traceback_text)

    def _on_download_ended(self) -> None:
        self.refresh()
        self.weights_changed.emit()


def _download_weights(
    variant: str, data_dir: Path, on_progress: OnProgress, should_stop: ShouldStop
) -> None:
    from studio.models.imagenet import download_imagenet

    download_imagenet(variant, data_dir, on_progress, should_stop)
