"""The network in the form: the variant, its layers, and the initial weights."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QWidget

from studio.config import ModelConfig, setting
from studio.errors import ConfigError
from studio.models import VARIANTS, summarize
from studio.models.backbone import frozen_layers
from studio.ui.context import StudioContext
from studio.ui.shared.builders import label
from studio.ui.shared.network_diagram import diagram_layers
from studio.ui.train.form.editors import add_item, combo_box
from studio.ui.train.form.layer_widths_text import add_block, blocks_text, parse_blocks
from studio.ui.train.form.network_values import backbone_values, variant_values
from studio.ui.train.form.section import FormSection, field_row
from studio.ui.train.network.backbone_section import BackboneSection
from studio.ui.train.network.block_stepper import BlockStepper
from studio.ui.train.network.network_text import kernel_text, layers_summary, network_summary
from studio.ui.train.network.widths_edit import WidthsEdit
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.layer_diagram import LayerDiagram

VARIANT_GROUPS = (
    ("mini-vgg-v1", "mini-vgg-v2", "simple-vgg", "tiny-vgg"),
    ("vgg11", "vgg11-bn", "vgg13", "vgg13-bn", "vgg16", "vgg16-bn", "vgg19", "vgg19-bn"),
    ("vgg19-cifar", "custom"),
)
_KERNEL = "model.kernel_size"
_LAYER_COMBOS = {
    "model.norm": "norm_combo",
    "model.activation": "activation_combo",
    "model.pool": "pool_combo",
    "model.global_pool": "head_combo",
    "model.layers": "layers_combo",
}


class NetworkSection(FormSection):
    """`variant_combo` above a diagram that follows every change, and the fields of the layers.

    `channels_changed` carries the channels that a newly chosen backbone needs, 0 for any.
    """

    channels_changed = Signal(int)

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self.backbone = BackboneSection(context)
        self._hidden: dict[str, Any] = {}  # settings of a backbone that have no field
        self._shown: ModelConfig | None = None
        self.is_invalid = False  # whether the values make no network
        self._diagram = LayerDiagram()
        self._diagram.setObjectName("network_diagram")
        self._diagram.setToolTip("The layers of the network to scale, from input to output.")
        self._summary = label("muted", name="network_summary")
        self._summary.setWordWrap(True)
        self._fold = CollapsibleSection("Layers", "The layers of each block and of the head.")
        self._fold.header.setObjectName("layers_fold")
        self._fold.body.addLayout(self._layer_grid())
        self.column.addWidget(self._variant_field())
        self.column.addWidget(self._diagram)
        self.column.addWidget(self._summary)
        self.column.addWidget(self._filters_field())
        self.column.addLayout(self._head_row())
        self.column.addWidget(self._fold)
        self.column.addWidget(self.backbone)
        self.backbone.backbone_chosen.connect(self._show_backbone)
        self.backbone.changed.connect(self.changed)
        self.backbone.reset_wanted.connect(self.reset_wanted)

    def values(self) -> dict[str, Any]:
        """Return the values, with the hidden ones of a chosen backbone."""
        return self._hidden | super().values() | self.backbone.values()

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show these values; `changed` is not emitted."""
        if _KERNEL in values:
            self._list_kernel(values[_KERNEL])
        super().set_values(values)
        self.backbone.set_values(values)
        if "model.filters" in values:  # other layers, so not those of the backbone before
            hidden = backbone_values(ModelConfig()).keys() - self._editors.keys()
            self._hidden = {name: values[name] for name in hidden & values.keys()}
        self._update_layers()

    def editors(self) -> Mapping[str, QWidget]:
        """Return the editors by setting, also those of the backbone."""
        return {**super().editors(), **self.backbone.editors()}

    def marked_widgets(self) -> dict[str, tuple[QWidget, ...]]:
        """Return what belongs to each setting, also to those of the backbone."""
        return super().marked_widgets() | self.backbone.marked_widgets()

    def show_error(self, name: str, text: str) -> FormField | None:
        """Mark the field of `name`, if it is in this section; the diagram is then stale."""
        field = super().show_error(name, text)
        backbone_field = self.backbone.show_error(name, text)
        self.is_invalid = field is not None
        self._diagram.set_stale(self.is_invalid)
        return field or backbone_field

    def show_changes(self, changed: Mapping[str, Any]) -> None:
        """Mark the changed fields, also those of the backbone."""
        super().show_changes(changed)
        self.backbone.show_changes(changed)

    def show_network(self, model: ModelConfig) -> None:
        """Show the diagram and the size of a network. Raises ConfigError for an invalid one."""
        if model == self._shown:
            return  # something else was edited
        self._diagram.set_layers(diagram_layers(model))
        self._summary.setText(network_summary(summarize(model), frozen_layers(model)))
        self._shown = model

    # The fields

    def _variant_field(self) -> FormField:
        self._variant = _variant_combo()
        self._variant.currentIndexChanged.connect(self._on_variant_chosen)  # before the form
        return self.add_field("model.variant", "variant_combo", self._variant, is_heading=True)

    def _filters_field(self) -> FormField:
        self._filters, self._stepper = WidthsEdit(), BlockStepper()
        self._filters.textChanged.connect(self._update_layers)
        self._stepper.stepped.connect(self._step_blocks)
        return self.add_field("model.filters", "blocks_editor", self._filters, aside=self._stepper)

    def _head_row(self) -> QHBoxLayout:
        hidden = WidthsEdit()
        hidden.setPlaceholderText("none")
        return field_row(
            self.add_field("model.hidden", "hidden_edit", hidden),
            self.add_field("model.dropout", "dropout_spin"),
        )

    def _layer_grid(self) -> QGridLayout:
        self._kernel = combo_box(_kernel_items())
        fields = [self.add_field(_KERNEL, "kernel_combo", self._kernel)]
        fields += [self.add_field(name, combo) for name, combo in _LAYER_COMBOS.items()]
        grid = QGridLayout()
        grid.setSpacing(8)
        for index, field in enumerate(fields):
            grid.addWidget(field, *divmod(index, 2))
            assert isinstance(field.editor, QComboBox)
            field.editor.currentIndexChanged.connect(self._update_layers)
        return grid

    # How the fields follow each other

    def _on_variant_chosen(self) -> None:
        variant = str(self._variant.currentData())
        before = self.backbone.source
        self.backbone.set_variant(variant)
        self.set_values(variant_values(variant))
        if before and not self.backbone.source:
            self.channels_changed.emit(0)

    def _show_backbone(self, model: ModelConfig | None) -> None:
        """Show the blocks of a backbone."""
        values = backbone_values(model) if model else {}
        self.set_values(values)
        self._hidden = {name: v for name, v in values.items() if name not in self._editors}
        self.channels_changed.emit(model.in_channels if model else 0)

    def _update_layers(self) -> None:
        """Update the number of blocks, the summary of the fold, and what can be edited."""
        self._fold.set_summary(layers_summary(self.values()))
        with suppress(ConfigError):  # the field shows the error
            self._stepper.set_count(len(parse_blocks(self._filters.text())))
        for name in backbone_values(ModelConfig()).keys() & self._fields.keys() - {"model.variant"}:
            self._fields[name].setEnabled(not self.backbone.source)

    def _step_blocks(self, step: int) -> None:
        """Add a block, or remove the last one."""
        try:
            blocks = parse_blocks(self._filters.text())
        except ConfigError:
            return
        if step > 0:
            self._filters.setText(blocks_text(add_block(blocks)))
        elif len(blocks) > 1:
            self._filters.setText(blocks_text(blocks[:-1]))

    def _list_kernel(self, text: str) -> None:
        """List the kernel sizes of a network that has one for each block."""
        usual = _kernel_items()
        with QSignalBlocker(self._kernel):
            while self._kernel.count() > len(usual):
                self._kernel.removeItem(self._kernel.count() - 1)
            if text not in usual:
                self._kernel.addItem(kernel_text(text), text)


def _kernel_items() -> dict[str, str]:
    """Return the kernel sizes as the form shows them: one size or several as text."""
    return {str(size): text for size, text in setting(_KERNEL).choices.items()}


def _variant_combo() -> QComboBox:
    combo = combo_box({})
    for group in VARIANT_GROUPS:
        if combo.count():
            combo.insertSeparator(combo.count())
        for name in group:
            add_item(combo, VARIANTS[name].title, name, VARIANTS[name].summary)
    return combo
