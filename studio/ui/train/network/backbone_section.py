"""What the network starts from: nothing, ImageNet weights, a run of one's own, a file."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel

from studio.callbacks import OnProgress, ShouldStop
from studio.config import IMAGENET, ModelConfig
from studio.errors import ConfigError
from studio.ui.context import StudioContext
from studio.ui.train.form.download_row import DownloadRow
from studio.ui.train.form.filters_text import MAX_BLOCKS
from studio.ui.train.form.section import FormSection, filled_combo
from studio.ui.train.network import backbones
from studio.ui.train.network.backbones import Backbone
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.spin_boxes import IntSpinBox
from studio.ui.widgets.tooltip import wrap_tooltip

_A_FILE = "?"
_FILES = "Weights (*.pth *.pt *.safetensors);;All files (*)"
_TIP = (
    "Take over the convolutions of a trained network. They know edges and shapes already, so a few "
    "hundred pictures teach the rest"
)
_UNFROZEN_TIP = (
    "Blocks at the end that learn on. With none only the head learns, on answers that are computed "
    "once, which is fast"
)


class BackboneSection(FormSection):
    """`backbone_combo`; `lent` brings the network whose blocks are taken, or None, when chosen."""

    lent = Signal(object)
    failed = Signal(object, str)
    moved = Signal()

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self._context = context
        self._variant = ""
        self._lenders: list[Backbone] = []
        self._of_file: list[Backbone] = []
        self._before = ""  # what was chosen before “A file…”
        self.dialog: QFileDialog | None = None
        self._combo = filled_combo({})
        self._combo.currentIndexChanged.connect(self._take)  # before others hear of the change
        self._note = QLabel()
        self._note.setObjectName("backbone_note")
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        tip = "Fetch the weights from download.pytorch.org, checked against their checksum"
        stop_tip = "Stop; the next download goes on where this one ended"
        self._fetch = DownloadRow(context.tasks, "weights", "Download the weights", tip, stop_tip)
        self.column.addWidget(self._choice())
        self.column.addLayout(self._what_learns())
        self.column.addWidget(self._fetch)
        self._connect()
        self._fill("")

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Choose what is named in `values` without telling anybody."""
        self._variant = values.get("model.variant", self._variant)
        self._fill(values.get("model.backbone", self.backbone))
        rest = {name: value for name, value in values.items() if name != "model.backbone"}
        super().set_values(rest)
        self.refresh()

    def values(self) -> dict[str, Any]:
        """What is chosen; without a backbone all blocks learn, whatever the box says."""
        values = super().values()
        return values if self.backbone else values | {"model.unfrozen": 0}

    @property
    def backbone(self) -> str:
        """The chosen one as ModelConfig names it."""
        return str(self._combo.currentData() or "")

    @property
    def lender(self) -> Backbone | None:
        """Whose blocks are taken, as far as it is known."""
        known = [*self._of_file, *self._lenders]
        return backbones.find_backbone(known, self.backbone, self._variant)

    @property
    def channels(self) -> int:
        """How many the chosen one learned from, 0 where that is not known or there is none."""
        return self.lender.model.in_channels if self.lender else 0

    def take_variant(self, variant: str) -> None:
        """Follow another network: only ImageNet weights can be had of several."""
        self._variant = variant
        known = self.backbone == IMAGENET and backbones.imagenet_backbone(variant) is not None
        self._fill(IMAGENET if known else "")
        self.refresh()

    def obstacle(self, model: ModelConfig) -> ConfigError | None:
        """Why training cannot start from what is chosen."""
        return backbones.obstacle(model, self.lender, self._context.data_dir)

    def refresh(self) -> None:
        """Offer what goes with the choice."""
        chosen = bool(self.backbone)
        missing = backbones.is_missing(self.backbone, self._variant, self._context.data_dir)
        self._unfrozen.setVisible(chosen)
        self._note.setVisible(chosen or self._fetch.running)
        self._fetch.setVisible(missing or self._fetch.running)
        if self._fetch.running:
            return
        self._note.setText(backbones.note(missing, super().values()["model.unfrozen"]))
        if missing:
            self._fetch.offer_work(backbones.megabytes(self._variant), self._download())

    def _choice(self) -> FormField:
        return self.add_field("model.backbone", "Start from", self._combo, _TIP, "backbone_combo")

    def _what_learns(self) -> QHBoxLayout:
        spin = IntSpinBox(MAX_BLOCKS)
        spin.setSpecialValueText("none")
        spin.valueChanged.connect(self.refresh)
        self._unfrozen = self.add_field(
            "model.unfrozen", "Last blocks learn", spin, _UNFROZEN_TIP, "unfrozen_spin"
        )
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._unfrozen, 1)
        row.addWidget(self._note, 2)
        return row

    def _connect(self) -> None:
        self._fetch.said.connect(self._note.setText)
        self._fetch.stopped.connect(self._on_fetched)
        self._fetch.failed.connect(self.failed)
        context = self._context
        context.torch_loaded.connect(self.want_lenders)
        context.runs_changed.connect(self.want_lenders)
        if context.torch_ready:
            self.want_lenders()

    # The list

    def want_lenders(self) -> None:
        """List the runs anew; their folders are read in a thread."""
        if not self._context.torch_ready:
            return
        store = self._context.store
        task = self._context.tasks.start(
            lambda _on_progress, _stop: backbones.list_backbones(store)
        )
        task.succeeded.connect(self._on_lenders)

    def _on_lenders(self, lenders: Any) -> None:
        self._lenders = lenders
        self._fill(self.backbone)
        self.moved.emit()

    def _fill(self, chosen: str) -> None:
        """List everything, and what is chosen also when nothing is known of it."""
        imagenet = backbones.imagenet_backbone(self._variant)
        known = [*([imagenet] if imagenet else []), *self._of_file, *self._lenders]
        with QSignalBlocker(self._combo):
            self._combo.clear()
            self._add("Nothing: all of it learns", "", "Every weight starts at random and learns")
            for lender in known:
                self._add(lender.title, lender.backbone, lender.tip)
            if self._combo.findData(chosen) < 0:
                self._add(backbones.title_of_unknown(chosen), chosen, chosen)
            self._combo.insertSeparator(self._combo.count())
            self._add("A file…", _A_FILE, "Weights in torchvision's layout, or of this program")
            self._combo.setCurrentIndex(self._combo.findData(chosen))
        self._before = chosen

    def _add(self, title: str, data: str, tip: str) -> None:
        self._combo.addItem(title, data)
        place = self._combo.count() - 1
        self._combo.setItemData(place, wrap_tooltip(tip), Qt.ItemDataRole.ToolTipRole)

    def _take(self) -> None:
        if self.backbone == _A_FILE:
            with QSignalBlocker(self._combo):
                self._combo.setCurrentIndex(self._combo.findData(self._before))
            self._ask_for_file()
            return
        self._before = self.backbone
        self.refresh()
        lender = self.lender
        self.lent.emit(lender.model if lender else None)

    # A file

    def _ask_for_file(self) -> None:
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        self.dialog = QFileDialog(self, "Choose weights to start from", place, _FILES)
        self.dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.dialog.fileSelected.connect(self.read_file)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def read_file(self, path: str) -> None:
        """Choose a weights file once it has been read and found to fit."""
        context, model = self._context, ModelConfig(variant=self._variant)
        self._note.setText("Reading the file")
        self._note.show()

        def work(_on_progress: OnProgress, _should_stop: ShouldStop) -> Backbone:
            return backbones.read_file(path, model, context.data_dir, context.runs_dir)

        task = context.tasks.start(work)
        task.succeeded.connect(self._on_file)
        task.failed.connect(self._on_bad_file)

    def _on_file(self, lender: Any) -> None:
        self._of_file = [lender]
        self._fill(self.backbone)
        self._combo.setCurrentIndex(self._combo.findData(lender.backbone))
        self.refresh()

    def _on_bad_file(self, error: object, traceback_text: str) -> None:
        self.refresh()
        self.failed.emit(error, traceback_text)

    # The download

    def _download(self) -> Any:
        return partial(_fetch_weights, self._variant, self._context.data_dir)

    def _on_fetched(self) -> None:
        self.refresh()
        self.moved.emit()


def _fetch_weights(
    variant: str, data_dir: Path, on_progress: OnProgress, should_stop: ShouldStop
) -> str:
    from studio.models.imagenet import download_imagenet

    return str(download_imagenet(variant, data_dir, on_progress, should_stop))
