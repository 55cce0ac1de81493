"""Finds words in the names of samples."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


class NameIndex:
    """Names as an array of bytes, in which 60,000 are searched in about a millisecond."""

    def __init__(self, names: Sequence[str]) -> None:
        # UTF-8 keeps substrings, and takes a quarter of the memory of numpy's own text.
        self._names = np.array([_fold(name) for name in names] or [b""], dtype=np.bytes_)
        self._count = len(names)

    def contains(self, word: str) -> npt.NDArray[np.bool_]:
        """Return which names contain a word, bool [M], ignoring case."""
        found = np.strings.find(self._names, _fold(word)) >= 0
        return np.asarray(found[: self._count], np.bool_)


def _fold(text: str) -> bytes:
    return text.casefold().encode("utf-8", "surrogatepass")
