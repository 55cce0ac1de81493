"""Apply fixes to a loaded dataset: labels change, excluded samples leave the splits."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from studio.data.image_dataset import ImageDataset
from studio.data.overlay.sample_fix import Fixes, SampleFix
from studio.errors import OverlayError, nearest_hint

_LEFT_OUT = -1


def apply_fixes(
    dataset: ImageDataset, fixes: Fixes, rename: Sequence[tuple[str, str]] = ()
) -> ImageDataset:
    """Return the dataset with fixes; its splits are those of the labels it came with.

    Relabeled samples stay in their split with the new label. A label is a name after renaming, or
    one that `rename` renames; samples whose new class is left out leave the splits, as excluded
    ones do. Fixes of samples that are not loaded have no effect. Raises OverlayError for an unknown
    class.
    """
    if not fixes:
        return dataset
    indices = dataset.sample_ids.find(fixes).tolist()
    loaded = {i: fix for i, fix in zip(indices, fixes.values(), strict=True) if i >= 0}
    relabeled = _new_labels(dataset, loaded, rename)
    labels = dataset.labels.copy()
    labels[list(relabeled)] = list(relabeled.values())
    dropped = [i for i, fix in loaded.items() if fix.excluded or relabeled.get(i) == _LEFT_OUT]
    ambiguous = sorted(i for i, fix in loaded.items() if fix.ambiguous)
    return dataclasses.replace(
        dataset,
        labels=labels,
        splits={name: split[~np.isin(split, dropped)] for name, split in dataset.splits.items()},
        published_labels=dataset.labels,
        ambiguous_indices=np.array(ambiguous, np.int64),
        fixes=dict(fixes),
    )


def _new_labels(
    dataset: ImageDataset, loaded: Mapping[int, SampleFix], rename: Sequence[tuple[str, str]]
) -> dict[int, int]:
    """Return the new label of each relabeled sample by its index, -1 for a class left out."""
    label_of = {name: label for label, name in enumerate(dataset.class_names)}
    for old, new in rename:
        label_of.setdefault(old, label_of.get(new.strip(), _LEFT_OUT))
    labels = {}
    for index, fix in loaded.items():
        if fix.label is not None:
            if fix.label not in label_of:
                raise _unknown_class(dataset, index, fix.label)
            labels[index] = label_of[fix.label]
    return labels


def _unknown_class(dataset: ImageDataset, index: int, name: str) -> OverlayError:
    return OverlayError(
        f"The label fix of “{dataset.sample_ids.id(index)}” names the class “{name}”, which the "
        "dataset does not have.",
        f"{nearest_hint(name, dataset.class_names)} Change the label fix or the class names.",
    )
