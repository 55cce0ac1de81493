"""What the saliency map is for, its legend, and how it is computed and shown."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSlider, QToolButton, QWidget

from studio.insight.saliency import INPUT_TIMES_GRADIENT, METHODS, SaliencyMethod
from studio.ui.shared.builders import column_layout, elided_label, label, row_layout, text_button
from studio.ui.shared.builders import tool_button as build_tool_button
from studio.ui.shared.shortcuts import add_shortcut, with_keys
from studio.ui.widgets.heatmap_legend import HeatmapLegend

DEFAULT_OPACITY = 0.8
CLASS_TIP = "Choose a bar to see what speaks for another class; Esc returns to the predicted one"


class SaliencyControls(QWidget):
    """Shows for which class the saliency map is, and lets the user choose method and overlay.

    `overlay_changed()` follows a change of the overlay or its opacity, `method_changed()` another
    method.
    """

    overlay_changed = Signal()
    method_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.method = INPUT_TIMES_GRADIENT
        self._is_low = False
        self._is_photo = False
        self._has_overlay = {False: False, True: True}  # by whether the model is one of photos
        self._label = elided_label("muted", "saliency_class_label")
        self._label.tooltip_text = CLASS_TIP
        self.overlay_button = text_button(
            "saliency_overlay_button",
            "",
            "layers",
            tooltip=with_keys("Lay the saliency map over what is predicted", "toggle_overlay"),
        )
        self.overlay_button.setCheckable(True)
        self.method_button = self._create_method_button()
        self.opacity_slider = _create_opacity_slider()
        self._opacity_label = label("muted", "Opacity")
        self._opacity_label.setBuddy(self.opacity_slider)
        self.legend = HeatmapLegend("saliency_legend")
        self._lay_out()
        self._connect()
        self.show_class("", False)
        self.show_scale(None)
        self.set_target(False, False)

    def set_target(self, is_image: bool, is_photo: bool) -> None:
        """Say whether an image is predicted, and whether by a model of photos.

        The overlay is on at first for photos, which it hides less than the strokes of a drawing.
        """
        target = "image" if is_image else "drawing"
        self.overlay_button.setText(f"On the {target}")
        self.overlay_button.setAccessibleName(f"Saliency on the {target}")
        self._is_photo = is_photo
        self.overlay_button.setChecked(self._has_overlay[is_photo])

    @property
    def has_overlay(self) -> bool:
        """Whether the map lies over the drawing or the image too."""
        return self.overlay_button.isChecked()

    @property
    def opacity(self) -> float:
        """The opacity of the overlay, 0..1."""
        return self.opacity_slider.value() / 100

    @property
    def overlay_opacity(self) -> float:
        """The opacity of the overlay, 0 while there is none."""
        return self.opacity if self.has_overlay else 0.0

    def show_class(self, name: str, is_chosen: bool) -> None:
        """Show which class the map is for, and whether the user chose it."""
        reason = "chosen" if is_chosen else "predicted"
        self._label.setText(f"Saliency for {name} ({reason})" if name else "Saliency")

    def show_scale(self, scale: float | None) -> None:
        """Show what the ends of the colors mean; `scale` is in logits, None without a map."""
        if not self.method.has_sign:
            self.legend.set_scale(False, "no evidence", "for the class")
            return
        value = "" if scale is None else f"{scale:.2g}"
        low = f"\N{MINUS SIGN}{value} against" if value else "against"
        self.legend.set_scale(True, low, f"for +{value}" if value else "for")

    def set_low(self, is_low: bool) -> None:
        """Hide the legend and the opacity where there is too little room."""
        self._is_low = is_low
        self._show_second_row()

    def _show_second_row(self) -> None:
        self.legend.setVisible(not self._is_low)
        for widget in (self._opacity_label, self.opacity_slider):
            widget.setVisible(self.has_overlay and not self._is_low)

    def add_shortcuts(self, page: QWidget) -> None:
        """Let a key toggle the overlay wherever the focus is on the page."""
        add_shortcut("toggle_overlay", page, self.overlay_button.click)

    def _choose_method(self, method: SaliencyMethod) -> None:
        if method is not self.method:
            self.method = method
            self._describe_method()
            self.show_scale(None)
            self.method_changed.emit()

    def _describe_method(self) -> None:
        method = self.method
        self.method_button.setToolTip(f"{method.title}. {method.shows} {method.limits}")
        self.method_button.setAccessibleDescription(method.title)
        self.legend.setToolTip(
            "Orange raises the logit of the class, blue lowers it"
            if method.has_sign
            else "The brighter, the more a region raises the logit of the class"
        )

    def _on_overlay_toggled(self) -> None:
        self._has_overlay[self._is_photo] = self.has_overlay
        self._show_second_row()
        self.overlay_changed.emit()

    def _create_method_button(self) -> QToolButton:
        button = build_tool_button("saliency_method_button", "settings", "Saliency method")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        group = QActionGroup(menu)
        for method in METHODS:
            action = QAction(method.title, group)
            action.setCheckable(True)
            action.setChecked(method is self.method)
            action.setToolTip(f"{method.shows} {method.limits}")
            action.triggered.connect(partial(self._choose_method, method))
            menu.addAction(action)
        button.setMenu(menu)
        return button

    def _connect(self) -> None:
        self.overlay_button.toggled.connect(self._on_overlay_toggled)
        self.opacity_slider.valueChanged.connect(self.overlay_changed)
        self._describe_method()

    def _lay_out(self) -> None:
        first = row_layout(spacing=8)
        first.addWidget(self._label, 1)
        first.addWidget(self.method_button)
        first.addWidget(self.overlay_button)
        second = row_layout(spacing=12)
        second.addWidget(self.legend, 1)
        second.addWidget(self._opacity_label)
        second.addWidget(self.opacity_slider, 1)
        column = column_layout(self, spacing=8)
        column.addLayout(first)
        column.addLayout(second)
        self._show_second_row()


def _create_opacity_slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setObjectName("saliency_opacity_slider")
    slider.setAccessibleName("Opacity of the saliency map")
    slider.setToolTip("How opaque the saliency map lies over the drawing or the image")
    slider.setRange(5, 100)
    slider.setPageStep(10)
    slider.setValue(round(100 * DEFAULT_OPACITY))
    return slider
