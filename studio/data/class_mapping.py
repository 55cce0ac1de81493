"""Rename, merge and leave out classes without changing a file."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.errors import ConfigError, nearest_hint, quoted

# The label of samples whose class is left out; they are in no split.
LEFT_OUT = -1


def rename_classes(
    names: Sequence[str], rename: Sequence[tuple[str, str]]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the names after renaming, and the new label of each of `names`, int64 [K].

    `rename` holds pairs of an old and a new name: classes with the same new name are merged, a
    class renamed to "" is left out. The order is that of the first old class of each name. Raises
    ConfigError for an unknown class.
    """
    new_names = {old: new.strip() for old, new in rename}
    unknown = next((old for old in new_names if old not in names), None)
    if unknown is not None:
        hint = nearest_hint(unknown, names)
        raise ConfigError("data.rename", f"There is no class {quoted(unknown)} to rename.", hint)
    renamed = [new_names.get(name, name) for name in names]
    kept = tuple(dict.fromkeys(name for name in renamed if name))
    return kept, np.array([kept.index(name) if name else LEFT_OUT for name in renamed], np.int64)
