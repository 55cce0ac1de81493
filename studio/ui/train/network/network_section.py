"""Which network: the variant, what can be changed in it, and what it looks like."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel

from studio.config import ModelConfig
from studio.errors import ConfigError
from studio.models import VARIANTS, summarize
from studio.models.backbone import frozen_layers
from studio.ui.context import StudioContext
from studio.ui.train.form.filters_text import add_block, blocks_text, parse_blocks
from studio.ui.train.form.network_values import lent_values, variant_values
from studio.ui.train.form.section import FormSection, filled_combo
from studio.ui.train.network.backbone_section import BackboneSection
from studio.ui.train.network.block_stepper import BlockStepper
from studio.ui.train.network.layer_choices import (
    CHOICES,
    KERNEL,
    VARIANT_GROUPS,
    choice_words,
    kernel_word,
)
from studio.ui.train.network.network_diagram import diagram_slabs
from studio.ui.train.network.widths_edit import WidthsEdit
from studio.ui.train.words import network_words
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.layer_diagram import LayerDiagram
from studio.ui.widgets.spin_boxes import DecimalSpinBox

_BLOCKS_TIP = (
    "The filters of each convolution. “|” ends a block with a pool, 64×2 is two convolutions of 64 "
    "filters. The arrow keys move the number at the cursor"
)
_HIDDEN_TIP = (
    "Units of the fully connected layers that weigh what the filters found: 256, or 4096, 4096 for "
    "two, or nothing for none"
)
_DROPOUT_TIP = (
    "Share of hidden units left out at each step, which keeps them from learning by heart"
)


class NetworkSection(FormSection):
    """`variant_combo` with a diagram that follows every change, its parts, and what lends blocks.

    `channels_wanted` tells how many a newly chosen backbone needs, 0 for any.
    """

    channels_wanted = Signal(int)
    failed = Signal(object, str)
    moved = Signal()

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self.backbone = BackboneSection(context)
        self._lent: dict[str, Any] = {}
        self._shown: ModelConfig | None = None
        self.impossible = False  # what the form says is no network
        self._diagram = LayerDiagram()
        self._diagram.setObjectName("network_diagram")
        self._diagram.setToolTip("The network to scale: input, convolutions, max-pools, answers")
        self._summary = QLabel()
        self._summary.setObjectName("network_summary")
        self._summary.setProperty("role", "muted")
        self._summary.setWordWrap(True)
        self.column.addWidget(self._variant_field())
        self.column.addWidget(self._diagram)
        self.column.addWidget(self._summary)
        self.column.addWidget(self._blocks_field())
        self.column.addLayout(self._head_row())
        self._fold = CollapsibleSection(
            "Layers", "What each block is made of, and what follows them"
        )
        self._fold.header.setObjectName("layers_fold")
        self._fold.body.addLayout(self._grid())
        self.column.addWidget(self._fold)
        self.column.addWidget(self.backbone)
        self._connect()

    def values(self) -> dict[str, Any]:
        """What the fields say, and what is behind them of a chosen backbone."""
        return self._lent | super().values() | self.backbone.values()

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fill the fields named in `values` without telling anybody."""
        if KERNEL.setting in values:
            self._offer_kernel(values[KERNEL.setting])
        super().set_values(values)
        self.backbone.set_values(values)
        if "model.filters" in values:  # other layers, so not those of the backbone before
            hidden = lent_values(ModelConfig()).keys() - self._editors.keys()
            self._lent = {name: values[name] for name in hidden & values.keys()}
        self._follow()

    def show_error(self, setting: str, text: str) -> FormField | None:
        """Mark the field of `setting`, if it is in this part; the diagram is then stale."""
        own, lent = super().show_error(setting, text), self.backbone.show_error(setting, text)
        self.impossible = own is not None
        self._diagram.set_stale(self.impossible)
        return own or lent

    def show_changes(self, changed: Mapping[str, Any]) -> None:
        """Mark the fields of the settings in `changed`, also that of the backbone."""
        super().show_changes(changed)
        self.backbone.show_changes(changed)

    def open_for(self, setting: str) -> None:
        """Unfold what hides the field of `setting`."""
        if setting in (choice.setting for choice in CHOICES):
            self._fold.set_expanded(True)

    def show_network(self, model: ModelConfig) -> None:
        """Draw this network and count it. Raises ConfigError for an impossible one."""
        if model == self._shown:
            return  # something else was edited
        self._diagram.set_layers(diagram_slabs(model))
        self._summary.setText(network_words(summarize(model), frozen_layers(model)))
        self._shown = model

    def summary(self) -> str:
        """The line under the diagram."""
        return self._summary.text()

    def obstacle(self, model: ModelConfig) -> ConfigError | None:
        """Why this network cannot be trained yet."""
        return self.backbone.obstacle(model)

    # What it is made of

    def _variant_field(self) -> FormField:
        self._variant = _variant_combo()
        self._variant.currentIndexChanged.connect(self._take_variant)  # before others hear of it
        tip = "Which network of the VGG family learns. More filters see more and take longer."
        return self.add_field(
            "model.variant", "Network", self._variant, tip, "variant_combo", heads=True
        )

    def _blocks_field(self) -> FormField:
        self._blocks, self._steps = WidthsEdit(), BlockStepper()
        self._blocks.textChanged.connect(self._follow)
        self._steps.stepped.connect(self._step)
        return self.add_field(
            "model.filters",
            "Filters",
            self._blocks,
            _BLOCKS_TIP,
            "blocks_editor",
            aside=self._steps,
        )

    def _head_row(self) -> QHBoxLayout:
        hidden, dropout = WidthsEdit(), DecimalSpinBox(1.0, 0.05)
        hidden.setPlaceholderText("none")
        row = QHBoxLayout()
        row.setSpacing(8)
        field = self.add_field("model.hidden", "Hidden layers", hidden, _HIDDEN_TIP, "hidden_edit")
        row.addWidget(field, 1)
        field = self.add_field("model.dropout", "Dropout", dropout, _DROPOUT_TIP, "dropout_spin")
        row.addWidget(field, 1)
        return row

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, choice in enumerate(CHOICES):
            combo = filled_combo(choice.items)
            combo.currentIndexChanged.connect(self._follow)
            field = self.add_field(choice.setting, choice.label, combo, choice.tip, choice.name)
            grid.addWidget(field, *divmod(place, 2))
        return grid

    def _connect(self) -> None:
        row = self.backbone
        row.lent.connect(self._take_blocks)
        row.changed.connect(self.changed)
        row.reset_wanted.connect(self.reset_wanted)
        row.failed.connect(self.failed)
        row.moved.connect(self.moved)

    # How the parts follow each other

    def _take_variant(self) -> None:
        variant = str(self._variant.currentData())
        had = self.backbone.backbone
        self.backbone.take_variant(variant)
        self.set_values(variant_values(variant))
        if had and not self.backbone.backbone:
            self.channels_wanted.emit(0)

    def _take_blocks(self, model: ModelConfig | None) -> None:
        """Show the blocks that a backbone brings."""
        lent = lent_values(model) if model else {}
        self.set_values(lent)
        self._lent = {name: v for name, v in lent.items() if name not in self._editors}
        self.channels_wanted.emit(model.in_channels if model else 0)

    def _follow(self) -> None:
        """Keep the number of blocks, the folded line and what can be changed true."""
        self._fold.set_summary(choice_words(self.values()))
        with suppress(ConfigError):  # the field says what is wrong
            self._steps.set_count(len(parse_blocks(self._blocks.text())))
        for name in lent_values(ModelConfig()).keys() & self._fields.keys() - {"model.variant"}:
            self._fields[name].setEnabled(not self.backbone.backbone)

    def _step(self, step: int) -> None:
        """One block more or less."""
        try:
            blocks = parse_blocks(self._blocks.text())
        except ConfigError:
            return
        if step > 0:
            self._blocks.setText(blocks_text(add_block(blocks)))
        elif len(blocks) > 1:
            self._blocks.setText(blocks_text(blocks[:-1]))

    def _offer_kernel(self, text: str) -> None:
        """List one side a block as well, where a network has that."""
        combo = self._editors[KERNEL.setting]
        assert isinstance(combo, QComboBox)
        with QSignalBlocker(combo):
            while combo.count() > len(KERNEL.items):
                combo.removeItem(combo.count() - 1)
            if text not in KERNEL.items:
                combo.addItem(kernel_word(text), text)


def _variant_combo() -> QComboBox:
    combo = filled_combo({})
    for group in VARIANT_GROUPS:
        if combo.count():
            combo.insertSeparator(combo.count())
        for name in group:
            combo.addItem(VARIANTS[name].title, name)
            summary = VARIANTS[name].summary
            combo.setItemData(combo.count() - 1, summary, Qt.ItemDataRole.ToolTipRole)
    return combo
