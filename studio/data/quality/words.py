"""Numbers and lists of names as a person reads them."""

from collections.abc import Sequence

# More names than this would bury the sentence they stand in.
_NAMED = 5


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 picture`, `1,234 pictures`; `plural` for a noun that takes more than an s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def quoted(names: Sequence[str]) -> str:
    """`“cat”, “dog” and “cow”`; the first five and how many more."""
    marked = [f"“{name}”" for name in names]
    if len(marked) > _NAMED:
        marked = [*marked[:_NAMED], f"{len(marked) - _NAMED:,} more"]
    return " and ".join(part for part in (", ".join(marked[:-1]), marked[-1]) if part)
