"""The reason why a file of tensors is refused."""

from typing import Final

# Four times the largest VGG with the state of its optimizer. A file can have holes: it then takes
# no disk space, but all of its size in memory.
MAX_FILE_BYTES: Final = 8 << 30


class TensorFileError(ValueError):
    """A file is damaged, or contains more than tensors, numbers, strings, lists and dicts.

    The message completes “It cannot be used: …”.
    """
