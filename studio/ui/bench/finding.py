"""The parts of the window by kind and name, as a person finds them with the eye."""

from typing import TypeVar

from PySide6.QtCore import QObject

T = TypeVar("T", bound=QObject)


def find(where: QObject, kind: type[T], name: str = "") -> T:
    """The part of that kind and object name. Raises LookupError when there is none."""
    found = where.findChild(kind, name) if name else where.findChild(kind)
    if found is None:
        raise LookupError(f"There is no {kind.__name__} {name} in the window.")
    return found
