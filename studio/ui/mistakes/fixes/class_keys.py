"""Which classes a key stands for."""

from collections.abc import Collection, Sequence


def classes_of_key(key: str, class_names: Sequence[str], reserved: Collection[str]) -> list[int]:
    """Return the classes that a typed character stands for, several where it is ambiguous.

    First the class of exactly that name, as "9" or "b"; else a digit is the number of a class,
    counted from 0, and a letter the first one of a name. Letters of other commands, upper case in
    `reserved`, stand for a class only if that is its whole name.
    """
    folded = key.casefold()
    exact = [number for number, name in enumerate(class_names) if name.casefold() == folded]
    if exact:
        return exact
    if key.isascii() and key.isdecimal():
        return [int(key)] if int(key) < len(class_names) else []
    if not key.isalpha() or key.upper() in reserved:
        return []
    return [n for n, name in enumerate(class_names) if name.casefold().startswith(folded)]
