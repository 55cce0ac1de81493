"""The overlay of class names: renaming, merging and leaving out, without touching a file."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.errors import ConfigError, nearest_hint

# The label of pictures whose class is left out. They keep their rows, but are in no part.
LEFT_OUT = -1


def rename_classes(
    names: Sequence[str], rename: Sequence[tuple[str, str]]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Names after renaming, and for each of `names` its new label, int64 [K].

    `rename` holds pairs (old, new), all about the old names: classes of one new name are merged,
    and a class renamed to "" is left out. The order is that of the first of the old classes.
    Raises ConfigError for a class that is not there.
    """
    changes = {old: new.strip() for old, new in rename}
    unknown = next((old for old in changes if old not in names), None)
    if unknown is not None:
        hint = nearest_hint(unknown, names)
        raise ConfigError("data.rename", f"There is no class “{unknown}” to rename.", hint)
    renamed = [changes.get(name, name) for name in names]
    kept = tuple(dict.fromkeys(name for name in renamed if name))
    return kept, np.array([kept.index(name) if name else LEFT_OUT for name in renamed], np.int64)
