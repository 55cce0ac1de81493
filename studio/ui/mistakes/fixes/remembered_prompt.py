"""Remembers a tag or note that is being written, and asks for it again after a crash."""

from typing import Any, NamedTuple

from PySide6.QtCore import QObject

from studio.ui.mistakes.fixes.controller import FixesController
from studio.ui.mistakes.fixes.fix_prompt import NOTE, TAG, FixPrompt
from studio.ui.mistakes.session import EvaluationSession

SECTION = "fix_prompt"


class PromptSnapshot(NamedTuple):
    """An open dialog: `kind` is NOTE or TAG, `samples` are ids in the evaluation of a run."""

    run: str
    split: str
    kind: str
    samples: tuple[str, ...]
    text: str


class RememberedPrompt(QObject):
    """Saves the text after each change; opens the dialog again where its samples are shown."""

    def __init__(self, session: EvaluationSession, prompt: FixPrompt, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._prompt = session, prompt
        self._fixes: FixesController = session.fixes
        self._state = session.context.window_state
        self._last: PromptSnapshot | None = None
        self._state.add(SECTION, self._take)
        prompt.changed.connect(self._on_changed)

    def restore(self) -> None:
        """Read the dialog that was open in the last session."""
        self._last = self._state.read(SECTION, parse_prompt, None)

    def show_last(self) -> None:
        """Open the dialog of the last session, if its samples are shown and can be fixed."""
        last, evaluation = self._last, self._session.evaluation
        if last is None or evaluation is None or not self._fixes.is_ready:
            return
        if (last.run, last.split) != (self._session.run, self._session.split):
            return
        self._last = None
        found = evaluation.find_positions(last.samples)
        positions = found[found >= 0].tolist()
        if positions and last.kind == NOTE:
            self._prompt.ask_note(positions, last.text)
        elif positions:
            self._prompt.ask_tag(positions, self._fixes.tags(), last.text)

    def _on_changed(self) -> None:
        self._state.mark_changed(SECTION)

    def _take(self) -> dict[str, Any]:
        evaluation, prompt = self._session.evaluation, self._prompt
        if evaluation is None or not prompt.kind:
            return {}
        samples = tuple(evaluation.sample_id(position) for position in prompt.positions)
        session = self._session
        return PromptSnapshot(
            session.run, session.split, prompt.kind, samples, prompt.text
        )._asdict()


def parse_prompt(value: Any) -> PromptSnapshot | None:
    """Convert a JSON value. Raises ValueError, TypeError or LookupError for a wrong one."""
    if not value:
        return None
    texts = [value["run"], value["split"], value["text"], *value["samples"]]
    if value["kind"] not in (NOTE, TAG) or not all(isinstance(text, str) for text in texts):
        raise ValueError("not a dialog of samples")
    samples = tuple(value["samples"])
    return PromptSnapshot(value["run"], value["split"], value["kind"], samples, value["text"])
