"""What the layers' constructors take and what they refuse."""

Pair = tuple[int, int]
Size = int | Pair


def pair(size: Size) -> Pair:
    """Height and width of what may be given as one number for both."""
    return (size, size) if isinstance(size, int) else size


def refuse(layer: str, **asked: bool) -> None:
    """Raise ValueError naming each option of torch.nn's layer that is asked for but not here."""
    if names := ", ".join(name for name, wanted in asked.items() if wanted):
        raise ValueError(f"The hand-written {layer} does not support this value of: {names}.")
