"""All steps of a drawing, with undo and redo, and what is visible of them. No Qt."""

from collections.abc import Sequence

from studio.ui.widgets.strokes import (
    Background,
    DrawingStep,
    DrawnStep,
    HistorySnapshot,
    Stroke,
)
from studio.ui.widgets.transform import IDENTITY, Transform


class DrawingHistory:
    """All steps of a drawing, with unlimited undo and redo."""

    def __init__(self) -> None:
        self._done: list[DrawingStep] = []
        self._undone: list[DrawingStep] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step and no newer one."""
        return bool(self._undone)

    def push(self, step: DrawingStep) -> None:
        """Append a step and discard the undone ones."""
        self._done.append(step)
        self._undone.clear()

    def push_transform(self, transform: Transform, is_continued: bool = False) -> None:
        """Append a transform; a continued one becomes one step with the transform before it."""
        last = self._done[-1] if self._done else None
        if is_continued and isinstance(last, Transform):
            self._done.pop()
            transform = last.then(transform)
        self.push(transform)

    def undo(self) -> None:
        """Undo the last step, if any."""
        if self._done:
            self._undone.append(self._done.pop())

    def redo(self) -> None:
        """Redo the step that was undone last, if any."""
        if self._undone:
            self._done.append(self._undone.pop())

    def snapshot(self, stroke: Stroke | None = None) -> HistorySnapshot:
        """Return a copy of all steps, with a stroke in progress as if it were finished."""
        if stroke is None:
            return HistorySnapshot(tuple(self._done), tuple(self._undone))
        return HistorySnapshot((*self._done, stroke.copy()))

    def prepend(self, earlier: HistorySnapshot) -> None:
        """Put the steps of an earlier drawing before those done since."""
        if not self._done:
            self._undone = [*earlier.undone, *self._undone]
        self._done = [*earlier.done, *self._done]

    def visible(self) -> list[DrawnStep]:
        """Return what is to be drawn, in order and in its place."""
        return place_steps(self._newest_steps())

    def bare_background(self) -> Background | None:
        """Return the background as long as nothing was drawn on it and it was not moved."""
        newest = self._newest_steps()
        only = newest[0] if len(newest) == 1 else None
        return only if isinstance(only, Background) else None

    def is_blank(self) -> bool:
        """Return whether nothing is visible."""
        return not any(
            isinstance(step, Stroke) or (isinstance(step, Background) and step.drawing is not None)
            for step in self._newest_steps()
        )

    def _newest_steps(self) -> list[DrawingStep]:
        """Return the steps since the newest background."""
        for index in range(len(self._done) - 1, -1, -1):
            step = self._done[index]
            if isinstance(step, Background) or (isinstance(step, Stroke) and step.starts_drawing):
                return self._done[index:]
        return list(self._done)


def place_steps(steps: Sequence[DrawingStep]) -> list[DrawnStep]:
    """Apply each transform to what was drawn before it, in full precision.

    The result depends on the steps alone, so that undo and redo give the same pixels.
    """
    placed: list[DrawnStep] = []
    later = IDENTITY  # all transforms that come after a step
    for step in reversed(steps):
        if isinstance(step, Transform):
            later = step.then(later)
        else:
            placed.append(step if later == IDENTITY else step.transformed(later))
    return placed[::-1]
