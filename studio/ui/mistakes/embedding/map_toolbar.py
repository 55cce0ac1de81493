"""The controls above the map: colors, layout, lasso and zoom."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from studio.ui.mistakes.embedding.map_colors import ColorBy
from studio.ui.shared.builders import label, row_layout, tool_button
from studio.ui.shared.shortcuts import with_keys
from studio.ui.widgets.picker_combo import PickerCombo
from studio.ui.widgets.segmented_control import SegmentedControl

_COLORS = {
    ColorBy.TRUE: ("True class", "Each class has a color"),
    ColorBy.PREDICTED: ("Predicted class", "Each class that the model predicts has a color"),
    ColorBy.OUTCOME: ("Correct or wrong", "Mistakes are in front of correct predictions"),
    ColorBy.LOSS: ("Loss", "How surprised the model is by the true class"),
    ColorBy.CONFIDENCE: ("Confidence", "The probability of the predicted class"),
}
PCA, TSNE = 0, 1


class MapToolbar(QWidget):
    """Emits what the user chooses: `color_chosen(ColorBy)`, `layout_chosen(PCA or TSNE)`."""

    color_chosen = Signal(object)
    layout_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.color_combo = _color_combo()
        self.layout_control = SegmentedControl(
            {"map_pca_button": "PCA", "map_tsne_button": "t-SNE"},
            [
                "The two directions in which the features vary most: distances are true, groups "
                "overlap",
                "Neighbors stay neighbors, which separates groups; distances between groups mean "
                "little",
            ],
        )
        self.lasso_button = tool_button(
            "map_lasso_button",
            "lasso",
            "Lasso",
            with_keys("Select by drawing around points; with Shift at any time", "toggle_lasso"),
        )
        self.lasso_button.setCheckable(True)
        self.zoom_in_button = tool_button("map_zoom_in_button", "plus", "Zoom in", "Zoom in (+)")
        self.zoom_out_button = tool_button(
            "map_zoom_out_button", "minus", "Zoom out", "Zoom out (-)"
        )
        self.fit_button = tool_button(
            "map_fit_button", "fit", "Show all points", "Show all points (Home, or a double click)"
        )
        self._lay_out()
        self.color_combo.activated.connect(self._on_color_activated)
        self.layout_control.selected.connect(self.layout_chosen)

    @property
    def color_by(self) -> ColorBy:
        """What the colors say."""
        return ColorBy(self.color_combo.currentData())

    def set_layout(self, chosen: int) -> None:
        """Show that the map is laid out by `PCA` or `TSNE`."""
        self.layout_control.set_checked(chosen)

    def _on_color_activated(self, _index: int) -> None:
        self.color_chosen.emit(self.color_by)

    def _lay_out(self) -> None:
        row = row_layout(self, spacing=8)
        title = label("muted", "Color")
        title.setBuddy(self.color_combo)
        row.addWidget(title)
        row.addWidget(self.color_combo)
        row.addWidget(self.layout_control)
        row.addStretch(1)
        for button in (
            self.lasso_button,
            self.zoom_out_button,
            self.zoom_in_button,
            self.fit_button,
        ):
            button.setAutoRaise(True)
            row.addWidget(button)


def _color_combo() -> QComboBox:
    combo = PickerCombo()
    combo.setObjectName("map_color_combo")
    combo.setAccessibleName("Color")
    combo.setToolTip("What the colors of the points say")
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    for row, (by, (title, tooltip)) in enumerate(_COLORS.items()):
        combo.addItem(title, by.value)
        combo.setItemData(row, tooltip, Qt.ItemDataRole.ToolTipRole)
    return combo
