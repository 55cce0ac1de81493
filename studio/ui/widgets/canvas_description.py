"""What is on a canvas, in words for screen readers."""

from collections.abc import Sequence

from studio.ui.widgets.strokes import Background, DrawnStep, Stroke


def describe_drawing(steps: Sequence[DrawnStep], is_photo: bool) -> str:
    """Return such as "3 strokes, partly erased" or "An image and 1 stroke"."""
    strokes = [step for step in steps if isinstance(step, Stroke)]
    pens = sum(stroke.tool == "pen" for stroke in strokes)
    has_image = any(isinstance(step, Background) and step.drawing is not None for step in steps)
    parts = ["A photo" if is_photo else "An image"] if has_image else []
    if pens:
        parts.append("1 stroke" if pens == 1 else f"{pens} strokes")
    if not parts:
        return "Empty"
    return " and ".join(parts) + (", partly erased" if pens < len(strokes) else "")
