"""Which network: the variant, what can be changed in it, and what it looks like."""

from PySide6.QtWidgets import QHBoxLayout, QLabel

from studio.config import ModelConfig
from studio.models import VARIANTS, summarize
from studio.ui.train.form import variant_values
from studio.ui.train.network_slabs import slabs_of
from studio.ui.train.section import FormSection, filled_combo
from studio.ui.train.words import count
from studio.ui.widgets.layer_diagram import LayerDiagram
from studio.ui.widgets.number_spin import SmallSpin, WholeSpin

MAX_HIDDEN = 8192


class NetworkSection(FormSection):
    """`variant_combo` with a diagram that follows every change."""

    def __init__(self) -> None:
        super().__init__()
        variant = filled_combo({name: row.title for name, row in VARIANTS.items()})
        variant.currentIndexChanged.connect(self._take_variant)  # before others hear of the change
        tip = "Which network of the VGG family learns. More filters see more and take longer."
        field = self.add_field("model.variant", "Network", variant, tip, "variant_combo", True)
        self._diagram = LayerDiagram()
        self._diagram.setObjectName("network_diagram")
        self._diagram.setToolTip("The network to scale: input, convolutions, max-pools, answers")
        self._summary = QLabel()
        self._summary.setObjectName("network_summary")
        self._summary.setProperty("role", "muted")
        self.column.addWidget(field)
        self.column.addWidget(self._diagram)
        self.column.addWidget(self._summary)
        self.column.addLayout(self._adjustments())

    def show_network(self, model: ModelConfig) -> None:
        """Draw this network and count it. Raises ConfigError for an impossible one."""
        self._diagram.set_slabs(slabs_of(model))
        summary = summarize(model)
        self._summary.setText(
            f"{count(summary.parameters)} parameters · "
            f"{count(summary.multiply_adds)} multiply-adds a picture"
        )

    def summary(self) -> str:
        """The line under the diagram."""
        return self._summary.text()

    def _adjustments(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        hidden = WholeSpin(MAX_HIDDEN)
        hidden.setSingleStep(32)
        hidden.setSpecialValueText("none")
        tip = "Units of the fully connected layer that weighs what the filters found"
        row.addWidget(self.add_field("model.hidden", "Hidden width", hidden, tip, "hidden_spin"))
        dropout = SmallSpin(1.0, 0.05)
        tip = "Share of hidden units left out at each step, which keeps them from learning by heart"
        row.addWidget(self.add_field("model.dropout", "Dropout", dropout, tip, "dropout_spin"))
        return row

    def _take_variant(self) -> None:
        self.set_values(variant_values(str(self.values()["model.variant"])))
