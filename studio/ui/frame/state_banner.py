"""A banner above the pages: which saved settings or state were damaged, or cannot be saved."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from studio.ui.context import StudioContext
from studio.ui.shared.error_dialog import error_text
from studio.ui.widgets.banner import Banner

MARGIN_PX = 12


class StateBanner(QObject):
    """Shows each message once, all in one banner; there is none while nothing is wrong."""

    def __init__(self, context: StudioContext, column: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._column = context, column
        self._banner: Banner | None = None
        self._texts: list[str] = []
        context.window_state.damage_found.connect(self._on_state_damaged)
        context.window_state.failed.connect(self._on_save_failed)
        context.settings.damage_found.connect(self._on_settings_damaged)

    def show_problems_so_far(self) -> None:
        """Show what was wrong when settings and state were opened."""
        if self._context.settings.is_damaged:
            self._on_settings_damaged()
        if not self._context.window_state.is_open:
            self._add(
                "The state of the window cannot be saved, because its folder cannot be written. "
                "After a crash, the drawing and unsaved texts would be lost."
            )

    def _on_settings_damaged(self) -> None:
        self._add(self._context.settings.damage_text())

    def _on_state_damaged(self, kept: Path) -> None:
        self._add(
            "Part of what the window showed last was damaged and was not restored. "
            f"The damaged file is kept as “{kept}”."
        )

    def _on_save_failed(self, error: object, _traceback_text: str) -> None:
        reason = error_text(error)[0].rstrip(".")
        self._add(
            f"The state of the window cannot be saved now: {reason}. "
            "If the program crashed, the latest changes of the drawing and of texts would be lost."
        )

    def _add(self, text: str) -> None:
        if text in self._texts:
            return
        self._texts.append(text)
        banner = self._banner or self._create()
        texts = [text] if banner.isHidden() else self._texts[-3:]  # dismissed ones do not return
        banner.show_message("\n".join(texts), "warn")

    def _create(self) -> Banner:
        banner = self._banner = Banner()
        banner.setObjectName("settings_banner")
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, 0)
        row.addWidget(banner)
        self._column.insertLayout(0, row)
        return banner
