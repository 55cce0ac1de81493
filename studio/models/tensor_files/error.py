"""The reason why a file of tensors is refused."""


class TensorFileError(ValueError):
    """A file is damaged, or contains more than tensors, numbers, strings, lists and dicts.

    The message completes “It cannot be used: …”.
    """
