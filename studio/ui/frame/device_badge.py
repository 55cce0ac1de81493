"""The device that trains, at the bottom of the navigation."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from studio.ui import icons
from studio.ui.shared.builders import label
from studio.ui.widgets import theme_colors
from studio.ui.widgets.tooltip import wrap_tooltip

ICON_PX = 20


class DeviceBadge(QFrame):
    """An icon and a short name; the tooltip has the product name and why it was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("device_box")
        self._icon_name = "cpu"
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label = label("muted", name="device_label")
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._icon)
        column.addWidget(self._label)
        self.show_loading()

    def show_loading(self) -> None:
        """Show that the device is unknown until torch has loaded."""
        self._show("cpu", "Loading torch", "The device is known once torch has loaded.")

    def show_device(self, device: str, name: str, reason: str) -> None:
        """Show a torch device (cpu, cuda, mps), its product name, and why it was chosen."""
        device_type = device.split(":")[0]
        icon_name = "cpu" if device_type == "cpu" else "gpu"
        self._show(icon_name, device_type.upper(), f"{name}\n{reason}")

    def show_failure(self, reason: str) -> None:
        """Show that torch could not be loaded."""
        self._show("warning", "No torch", reason)

    def text(self) -> str:
        """Return the text under the icon."""
        return self._label.text()

    def _show(self, icon_name: str, text: str, tooltip: str) -> None:
        self._icon_name = icon_name
        self._label.setText(text)
        self.setToolTip(wrap_tooltip(tooltip))
        self.setAccessibleName(f"Device: {text}. {tooltip}")
        self._paint_icon()

    def _paint_icon(self) -> None:
        color = theme_colors.current().muted
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(icons.pixmap(self._icon_name, ICON_PX, color, ratio))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icon()
