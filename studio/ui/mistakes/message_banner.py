"""The banner over the samples: a message with up to two actions."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from studio.formatting import count
from studio.ui.shared.desktop import open_path
from studio.ui.widgets.banner import FloatingBanner

# The text of a button, and what a click on it calls.
Action = tuple[str, Callable[[], None]]


class MessageBanner(FloatingBanner):
    """Shows one message at a time."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._actions: tuple[Action, ...] = ()
        self.action_clicked.connect(self._on_action)
        self.second_action_clicked.connect(self._on_second_action)

    def show_actions(self, text: str, kind: str, *actions: Action) -> None:
        """Show a message of a kind that banners know, with at most two actions."""
        self._actions = actions
        self.show_message(text, kind, *(title for title, _ in actions))

    def warn(self, text: str) -> None:
        """Show a warning."""
        self.show_actions(text, "warn")

    def show_exported(self, path: Path, samples: int) -> None:
        """Say where exported samples are, and offer to open the file or its folder."""
        self.show_written(f"{count(samples, 'sample')} exported to {path.name}", path)

    def show_report(self, path: Path) -> None:
        """Say where a report is, and offer to open it or its folder."""
        self.show_written(f"Report written to {path.name}", path)

    def show_written(self, text: str, path: Path) -> None:
        """Say that a file was written, and offer to open it or its folder."""
        self.show_actions(
            text,
            "good",
            ("Open", partial(self._open, path)),
            ("Show in folder", partial(self._open, path.parent)),
        )

    def _open(self, path: Path) -> None:
        problem = open_path(path)
        if problem:
            self.warn(problem)

    def _on_action(self) -> None:
        self._actions[0][1]()

    def _on_second_action(self) -> None:
        self._actions[1][1]()
