"""Ask before a training that would leave out many files that cannot be read."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.config import TrainConfig
from studio.data.quality.unreadable import describe_many_unreadable
from studio.ui.shared.confirm_dialog import ConfirmDialog, Question
from studio.ui.train.data.preview import Preview

_BODY = (
    "Check that this is the right folder, and save or download the files again. The Data view "
    "lists them with the reasons."
)


class UnreadableFilesQuestion(QObject):
    """Asks once for each number of unreadable files in a folder."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._asked: tuple[str, str] | None = None
        self._allowed: tuple[str, str] | None = None  # path, and how many files of how many
        self._on_allowed: Callable[[], object] | None = None

    def ask(
        self, preview: Preview | None, config: TrainConfig, on_allowed: Callable[[], object]
    ) -> bool:
        """Open the question where there is something to ask; returns whether it did.

        `on_allowed` is called once the user wants to train without these files.
        """
        if preview is None:
            return False
        dataset = preview.dataset
        text = describe_many_unreadable(dataset.unreadable_count, len(dataset.labels))
        self._asked = (config.data.path or "", text)
        if not text or self._asked == self._allowed:
            return False
        self._on_allowed = on_allowed
        question = Question(f"{text}. Train without them?", _BODY, "Train without them", "Cancel")
        dialog = ConfirmDialog("unreadable_question", question, self._window.window())
        dialog.accepted.connect(self._on_accepted)
        dialog.open()
        return True

    def _on_accepted(self) -> None:
        self._allowed = self._asked
        on_allowed, self._on_allowed = self._on_allowed, None
        if on_allowed is not None:
            on_allowed()
