"""A banner above the pages: which saved settings or state were damaged, or cannot be saved."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from studio.ui.context import StudioContext
from studio.ui.shared.error_dialog import error_text
from studio.ui.widgets.banner import Banner

MARGIN_PX = 12
NOT_SAVED = (
    "The drawing and unsaved texts cannot be saved, because their folder cannot be written. "
    "They would be lost if the program crashed."
)
NOT_SAVED_NOW = "The drawing and unsaved texts cannot be saved now."


class StateBanner(QObject):
    """Shows all problems in one banner; there is none while nothing is wrong."""

    def __init__(self, context: StudioContext, column: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._column = context, column
        self._banner: Banner | None = None
        self._texts: list[str] = []
        self._damaged: list[Path] = []  # where damaged files of the state are kept
        self._save_problem = ""  # until the state can be saved again
        context.window_state.damage_found.connect(self._on_state_damaged)
        context.window_state.failed.connect(self._on_save_failed)
        context.window_state.saved.connect(self._on_saved)
        context.settings.damage_found.connect(self._on_settings_damaged)

    def show_problems_so_far(self) -> None:
        """Show what was wrong when settings and state were opened."""
        if self._context.settings.is_damaged:
            self._on_settings_damaged()
        if not self._context.window_state.is_open:
            self._add(NOT_SAVED)

    def _on_settings_damaged(self) -> None:
        self._add(self._context.settings.damage_text())

    def _on_state_damaged(self, kept: Path) -> None:
        self._begin()
        self._damaged.append(kept)
        self._show()

    def _on_save_failed(self, error: object, _traceback_text: str) -> None:
        if not self._save_problem:  # else it is retried
            self._begin()
            self._save_problem = f"{NOT_SAVED_NOW} {' '.join(error_text(error)).strip()}"
            self._show()

    def _on_saved(self) -> None:
        if self._save_problem:
            self._save_problem = ""
            self._show()

    def _add(self, text: str) -> None:
        if text not in self._texts:
            self._begin()
            self._texts.append(text)
            self._show()

    def _begin(self) -> None:
        """Forget what the user has read and dismissed."""
        if self._banner is not None and self._banner.isHidden():
            self._texts, self._damaged = [], []

    def _show(self) -> None:
        damage = damage_text(self._damaged) if self._damaged else ""
        texts = [text for text in (*self._texts, damage, self._save_problem) if text]
        banner = self._banner or self._create()
        if texts:
            banner.show_message("\n".join(texts), "warn")
        else:
            banner.hide()

    def _create(self) -> Banner:
        banner = self._banner = Banner()
        banner.setObjectName("settings_banner")
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, 0)
        row.addWidget(banner)
        self._column.insertLayout(0, row)
        return banner


def damage_text(kept: Sequence[Path]) -> str:
    """Say that files of the state were damaged, and where they are kept."""
    problem = "Part of what the window showed last was damaged and could not be restored."
    if len(kept) == 1:
        return f"{problem} The damaged file is kept as “{kept[0]}”."
    names = ", ".join(path.name for path in kept)
    return f"{problem} The damaged files are kept in “{kept[0].parent}”: {names}."
