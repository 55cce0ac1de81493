"""Says at the bottom of the navigation which device trains, and why that one."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from studio.ui import icons
from studio.ui.widgets import theme_colors
from studio.ui.widgets.tooltip import wrap_tooltip

ICON_SIZE = 20


class DeviceBadge(QFrame):
    """An icon and a short name; the tooltip has the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("device_box")
        self._icon_name = "cpu"
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label = QLabel()
        self._label.setObjectName("device_label")
        self._label.setProperty("role", "muted")
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._picture)
        column.addWidget(self._label)
        self.show_loading()

    def show_loading(self) -> None:
        """Before torch is there nobody knows the device."""
        self._show("cpu", "Loading torch", "The device is known once torch has loaded.")

    def show_device(self, device: str, name: str, reason: str) -> None:
        """`device` is torch's word (cpu, cuda, mps), `name` the product, `reason` the why."""
        kind = device.split(":")[0]
        self._show("cpu" if kind == "cpu" else "gpu", kind.upper(), f"{name}\n{reason}")

    def show_failure(self, reason: str) -> None:
        """torch could not be loaded: nothing can train."""
        self._show("warning", "No torch", reason)

    def text(self) -> str:
        """The word under the icon."""
        return self._label.text()

    def _show(self, icon_name: str, word: str, tip: str) -> None:
        self._icon_name = icon_name
        self._label.setText(word)
        self.setToolTip(wrap_tooltip(tip))
        self.setAccessibleName(f"Device: {word}. {tip}")
        self._paint_icon()

    def _paint_icon(self) -> None:
        color = theme_colors.current().muted
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(icons.pixmap(self._icon_name, ICON_SIZE, color, ratio))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icon()
