"""The banner of the Train page: failures with a report, an undo, a comparison, an offer."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.errors import StudioError
from studio.ui.context import StudioContext
from studio.ui.shared.error_dialog import error_text, show_error
from studio.ui.shared.run_restorer import RESTORE, RunRestorer
from studio.ui.train.setup_form import FormState
from studio.ui.widgets.banner import Banner


class BannerController(QObject):
    """Knows what the action of the banner does.

    `undo_wanted` carries the FormState to restore, `comparison_wanted` the run to compare, and
    `resume_wanted` the run to resume.
    """

    undo_wanted = Signal(object)
    comparison_wanted = Signal(str)
    resume_wanted = Signal(str)

    def __init__(self, banner: Banner, context: StudioContext, window: QWidget) -> None:
        super().__init__(window)
        self._banner, self._window = banner, window
        self._restorer = RunRestorer(context, self)
        self._restorer.restored.connect(self._on_restored)
        self._restorer.failed.connect(self.show_failure)
        self._resumable = ""
        self._failure: tuple[object, str] | None = None
        self._replaced: FormState | None = None
        self._trained_again = ""
        self._on_clicked: Callable[[], object] | None = None
        banner.action_clicked.connect(self._on_action)

    def show_message(self, text: str, tone: str) -> None:
        """Show a message without an action."""
        self._forget()
        self._banner.show_message(text, tone)

    def offer(self, text: str, action: str, on_clicked: Callable[[], object]) -> None:
        """Show a message with an action, which calls `on_clicked` once."""
        self._offer(text, "good", action, on_clicked)

    def propose(self, text: str, action: str, on_clicked: Callable[[], object]) -> None:
        """Show what can be done next; the action calls `on_clicked` once."""
        self._offer(text, "info", action, on_clicked)

    def show_saved(self, path: Path) -> None:
        """Say that a file was saved."""
        self.show_message(f"Saved {path.name} in {path.parent}.", "good")

    def show_failure(self, error: object, traceback_text: str, subject: str = "") -> None:
        """Show an error, with its report if it was not expected; `subject` is what failed."""
        self._forget()
        if offer := self._restorer.offer(error):
            self._banner.show_message(offer, "bad", RESTORE)
            return
        self._failure = error, traceback_text
        is_expected = isinstance(error, StudioError)
        text = str(error) if is_expected else " ".join(error_text(error))
        text = f"“{subject}” failed: {text}" if subject else text
        self._banner.show_message(text, "bad", "" if is_expected else "Show report")

    def show_divergence(self, error: object, run: str) -> None:
        """Show why a training diverged, and offer to resume it with half the rate."""
        self._forget()
        self._resumable = run
        self._banner.show_message(str(error), "bad", "Resume with half the rate")

    def offer_undo(self, before: FormState) -> None:
        """Offer to bring back the changes of the form that a recipe replaced."""
        self._forget()
        self._replaced = before
        text = f"Your changes to “{before.recipe.title}” were reset."
        self._banner.show_message(text, "info", "Undo")

    def offer_comparison(self, run: str) -> None:
        """Offer to show what a run that was trained again fixed."""
        self._forget()
        self._trained_again = run
        text = "The training with your fixes is finished. See what it fixed and what it broke."
        self._banner.show_message(text, "good", "Show comparison")

    def _offer(self, text: str, tone: str, action: str, on_clicked: Callable[[], object]) -> None:
        self._forget()
        self._on_clicked = on_clicked
        self._banner.show_message(text, tone, action)

    def _forget(self) -> None:
        self._failure, self._replaced, self._trained_again = None, None, ""
        self._resumable, self._on_clicked = "", None
        self._restorer.forget()

    def _on_restored(self, run: str, text: str, can_resume: bool) -> None:
        self._forget()
        self._resumable = run if can_resume else ""
        self._banner.show_message(text, "good", "Resume" if can_resume else "")

    def _on_action(self) -> None:
        if self._restorer.has_offer:
            self._restorer.start()
            self.show_message("Restoring the run…", "info")
        elif self._resumable:
            self._banner.hide()
            self.resume_wanted.emit(self._resumable)
        elif self._replaced is not None:
            before, self._replaced = self._replaced, None
            self._banner.hide()
            self.undo_wanted.emit(before)
        elif self._on_clicked is not None:
            on_clicked, self._on_clicked = self._on_clicked, None
            self._banner.hide()
            on_clicked()
        elif self._trained_again:
            self.comparison_wanted.emit(self._trained_again)
        elif self._failure is not None:
            show_error(self._window, *self._failure)
