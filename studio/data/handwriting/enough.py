"""What it takes to adapt a model to drawings."""

from collections.abc import Collection, Hashable

from studio.formatting import count

MIN_DRAWINGS, MIN_CLASSES = 6, 2
WHY_OWN_DATA = (
    "A model is adapted with samples of its own dataset beside yours, so that it forgets nothing."
)


def too_few_to_adapt(labels: Collection[Hashable]) -> tuple[str, str] | None:
    """Say that drawings with these labels are too few and how many it takes; None for enough."""
    classes = len(set(labels))
    if len(labels) >= MIN_DRAWINGS and classes >= MIN_CLASSES:
        return None
    found = f"{count(len(labels), 'drawing')} of {count(classes, 'class', 'classes')}"
    return (
        f"{found} of this model are too few to adapt it."
        if labels
        else "You have no drawings of this model's classes yet.",
        f"Draw at least {MIN_DRAWINGS} of {MIN_CLASSES} classes; three of each class are best.",
    )
