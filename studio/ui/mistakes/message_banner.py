"""What the Mistakes page says over its samples, with what can be done about it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from studio.ui.mistakes.sample_filter import plural
from studio.ui.shared.desktop import open_path
from studio.ui.widgets.banner import FloatingBanner

Action = tuple[str, Callable[[], None]]


class MessageBanner(FloatingBanner):
    """One message at a time. An action is the word on a button and what a click on it does."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._actions: tuple[Action, ...] = ()
        self.action_clicked.connect(self._on_action)
        self.second_action_clicked.connect(self._on_second_action)

    def say(self, text: str, kind: str, *actions: Action) -> None:
        """Show a message of a kind that banners know, with at most two actions."""
        self._actions = actions
        self.show_message(text, kind, *(words for words, _ in actions))

    def warn(self, text: str) -> None:
        """Show a warning."""
        self.say(text, "warn")

    def say_exported(self, path: Path, count: int) -> None:
        """Say where exported samples are, and offer to look at them."""
        self.say(
            f"{plural(count, 'sample')} exported to {path.name}",
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
