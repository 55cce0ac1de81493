"""Helpers for the arguments of layers."""

Pair = tuple[int, int]
Size = int | Pair


def pair(size: Size) -> Pair:
    """Return height and width of a size that may be one number for both."""
    return (size, size) if isinstance(size, int) else size


def reject_unsupported(layer: str, **unsupported: bool) -> None:
    """Raise ValueError naming each option that torch.nn's layer has and this one lacks.

    Each keyword says whether its value is not supported.
    """
    if names := ", ".join(name for name, is_unsupported in unsupported.items() if is_unsupported):
        raise ValueError(f"The hand-written {layer} does not support this value of: {names}.")
