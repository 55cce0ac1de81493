"""Texts about label fixes: badges, what was changed of a sample, and what an operation did."""

from collections.abc import Sequence

from studio.data.overlay import SampleFix
from studio.data.overlay.operations import SET, Operation
from studio.formatting import count
from studio.ui.widgets.tile_badge import TileBadge

_ACTIONS = {
    "relabel": "Relabeled as {}",
    "restore_label": "Restored the label",
    "exclude": "Excluded",
    "include": "Included again",
    "mark_ambiguous": "Marked as ambiguous",
    "clear_ambiguous": "No longer ambiguous",
    "add_tag": "Tagged {}",
    "remove_tag": "Removed the tag {}",
    "set_note": "Wrote a note",
    "reset": "Removed all changes",
}


def fix_badges(fix: SampleFix, removed: bool = False) -> tuple[TileBadge, ...]:
    """Return the badges of a tile: "→ 9", "excluded", "ambiguous", and the tags.

    `removed` says that the model was trained with a fix that is gone since.
    """
    badges = [TileBadge(f"→ {fix.label}")] if fix.label is not None else []
    if fix.excluded:
        badges.append(TileBadge("excluded", "muted", fades_image=True))
    if fix.ambiguous:
        badges.append(TileBadge("ambiguous", "warn"))
    badges += [TileBadge(f"#{tag}", "good") for tag in fix.tags]
    return (*badges, TileBadge("fix removed", "muted")) if removed else tuple(badges)


def describe_fix(fix: SampleFix, published: str = "") -> str:
    """Describe what is changed of a sample: "Relabeled 4 → 9 · ambiguous · #blurry · a note"."""
    texts = []
    if fix.label is not None:
        texts.append(f"Relabeled {published} → {fix.label}" if published else f"→ {fix.label}")
    if fix.excluded:
        texts.append("Excluded")
    if fix.ambiguous:
        texts.append("Ambiguous")
    texts += [f"#{tag}" for tag in fix.tags]
    return " · ".join(texts + ([f"“{fix.note}”"] if fix.note else []))


def describe_operation(operation: Operation) -> str:
    """Describe an operation: "Relabeled as 9: test:729", "Excluded: 12 samples"."""
    if operation.action == SET:
        action = operation.value or "Changed"
    else:
        action = _ACTIONS[operation.action].format(f"“{operation.value}”")
    return f"{action}: {describe_samples(operation.samples)}"


def describe_samples(samples: Sequence[str]) -> str:
    """Name one sample, count several."""
    return samples[0] if len(samples) == 1 else count(len(samples), "sample")


def count_fixes(number: int) -> str:
    """Return the text of the button: "No fixes", "1 fix", "12 fixes"."""
    return "No fixes" if not number else "1 fix" if number == 1 else f"{number:,} fixes"
