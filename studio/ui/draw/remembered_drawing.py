"""Remembers the drawing on the canvas and its tools, and shows them again after a start."""

from pathlib import Path
from typing import Any, NamedTuple, cast

from PySide6.QtCore import QObject

from studio.ui.draw.drawing_state import DrawingEncoder, decode_drawing, remove_unused_images
from studio.ui.settings import Settings
from studio.ui.widgets.digit_canvas import DEFAULT_PEN_WIDTH, DigitCanvas
from studio.ui.widgets.strokes import HistorySnapshot, Stroke, Tool
from studio.ui.window_state import StateFiles, WindowState

SECTION = "drawing"
HAS_DRAWN_KEY = "has_drawn"


class CanvasSnapshot(NamedTuple):
    """What is on a canvas, and the tool and pen width chosen."""

    steps: HistorySnapshot
    tool: Tool = "pen"
    pen_width: float = DEFAULT_PEN_WIDTH


class FirstStroke(QObject):
    """Remembers, for all windows, that someone has drawn: then no hint to draw is shown."""

    def __init__(self, settings: Settings, canvas: DigitCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._canvas = settings, canvas
        canvas.set_has_drawn(bool(settings.read_int(HAS_DRAWN_KEY, 0, (0, 1))))
        if not canvas.has_drawn:
            canvas.stroke_finished.connect(self._save)

    def _save(self) -> None:
        self._canvas.stroke_finished.disconnect(self._save)
        self._settings.setValue(HAS_DRAWN_KEY, 1)


class RememberedDrawing(QObject):
    """Saves the drawing a moment after each change, even while the pen moves."""

    def __init__(self, state: WindowState, canvas: DigitCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._canvas = state, canvas
        self._encoder = DrawingEncoder()
        state.add(SECTION, self._take, self._encode, remove_unused_images)
        for changed in (canvas.changed, canvas.tool_changed, canvas.pen_width_changed):
            changed.connect(self._on_changed)

    def restore(self) -> None:
        """Show the last drawing; what has been drawn meanwhile is drawn on it."""
        self._state.restore(SECTION, _decode, self._show)

    def _on_changed(self) -> None:
        self._state.mark_changed(SECTION)

    def _take(self) -> CanvasSnapshot:
        canvas = self._canvas
        return CanvasSnapshot(canvas.snapshot(), canvas.tool, canvas.pen_width)

    def _encode(self, taken: CanvasSnapshot, folder: Path) -> dict[str, Any]:
        steps = self._encoder.encode(taken.steps, folder)
        return steps | {"tool": taken.tool, "pen_width": taken.pen_width}

    def _show(self, restored: CanvasSnapshot) -> None:
        if any(isinstance(step, Stroke) for step in restored.steps.done):
            self._canvas.set_has_drawn(True)  # before this was remembered by itself
        self._canvas.prepend(restored.steps)
        self._canvas.set_tool(restored.tool)
        self._canvas.set_pen_width(restored.pen_width)


def _decode(value: Any, files: StateFiles) -> CanvasSnapshot:
    tool, width = value["tool"], float(value["pen_width"])
    if tool not in ("pen", "eraser"):
        raise ValueError("not a tool")
    return CanvasSnapshot(decode_drawing(value, files), cast("Tool", tool), width)
