"""Which class and part each picture belongs to, told from the names of folders alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from studio.data.image_folder.image_table import SkippedFile

_PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}
_NUMBER = re.compile(r"-?[0-9]+")


@dataclass(frozen=True)
class Layout:
    """The place of each picture that has one: its part, "" where none is named, and its class.

    `classes` are the names of all class folders, also of those without a picture; `outside` are
    the pictures without a place.
    """

    places: dict[str, tuple[str, str]]
    classes: frozenset[str]
    outside: tuple[SkippedFile, ...]


def part_of(word: str) -> str | None:
    """ "train", "val" or "test" for any of the words in use for them, else None."""
    return _PARTS.get(word.lower())


def in_order(class_names: Iterable[str]) -> tuple[str, ...]:
    """Sorted; where all are whole numbers, by their value."""
    names = sorted(class_names)
    if all(_NUMBER.fullmatch(name) for name in names):
        names.sort(key=int)
    return tuple(names)


def arrange(pictures: Iterable[str], folders: Iterable[str] = ()) -> Layout:
    """Find class folders, or train, val and test folders of class folders.

    Single folders around all of it are peeled off, deeper pictures belong to the class folder on
    top of them. Parts without one for training say nothing and are taken for one.
    """
    names = sorted(pictures)
    root = _root(names)
    parts = _parts(root, names)
    same: dict[tuple[str, str] | None, tuple[str, str] | None] = {}  # few, for many pictures
    found = {name: same.setdefault(at := _place(name, root, parts), at) for name in names}
    places = {name: place for name, place in found.items() if place is not None}
    classes = {name for _, name in places.values()} if places else set()
    classes |= _class_folders(folders, root, parts) if places else set()
    outside = tuple(SkippedFile(name, "in no class folder") for name in names if name not in places)
    return Layout(places, frozenset(classes), outside)


def _root(names: list[str]) -> str:
    """The folder that holds class or part folders: "" or a name with “/” at its end.

    A single folder with pictures right in it is a class, not a wrapping.
    """
    root = ""
    while True:
        below = [name for name in names if name.startswith(root)]
        tops = {top for name in below if (top := _top(name, root))}
        if len(tops) != 1:
            return root
        inner = f"{root}{tops.pop()}/"
        if any(name.startswith(inner) and not _top(name, inner) for name in below):
            return root
        root = inner


def _top(name: str, root: str) -> str:
    """The folder right below `root` in which the file lies; "" if it lies in root itself."""
    top, slash, _ = name[len(root) :].partition("/")
    return top if slash else ""


def _parts(root: str, names: list[str]) -> dict[str, str] | None:
    """The parts that folders below the root stand for; None where they are classes.

    They are parts when all have such names, or when train and another one do, and when there are
    class folders in any of them. Without train they are all "".
    """
    below = [name for name in names if name.startswith(root) and _top(name, root)]
    tops = {_top(name, root) for name in below}
    parts = {top: part for top in tops if (part := part_of(top))}
    kinds = set(parts.values())
    named = len(parts) == len(tops) or ("train" in kinds and len(kinds) > 1)
    if not parts or not named:
        return None
    deep = any(_top(name, root) in parts and name.count("/", len(root)) > 1 for name in below)
    if not deep and len(parts) < len(tops):
        return None
    return parts if "train" in kinds else dict.fromkeys(parts, "")


def _place(name: str, root: str, parts: dict[str, str] | None) -> tuple[str, str] | None:
    if not name.startswith(root):
        return None
    *folders, _ = name[len(root) :].split("/")
    if parts is None:
        return ("", folders[0]) if folders else None
    if len(folders) < 2 or folders[0] not in parts:
        return None
    return parts[folders[0]], folders[1]


def _class_folders(folders: Iterable[str], root: str, parts: dict[str, str] | None) -> set[str]:
    """Names of the folders on the level of classes."""
    inside = [name[len(root) :].split("/") for name in folders if name.startswith(root)]
    if parts is None:
        return {folder[0] for folder in inside}
    return {folder[1] for folder in inside if len(folder) > 1 and folder[0] in parts}
