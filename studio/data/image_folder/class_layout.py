"""Find the class and split of each image file from the names of the folders it is in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.data.file_names import printable_name
from studio.errors import LayoutError

# Images are recognized by name, so that the layout is known before a single one is read.
IMAGE_SUFFIXES = frozenset({
    ".avif", ".bmp", ".dib", ".gif", ".ico", ".j2k", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg",
    ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tga", ".tif", ".tiff", ".webp",
})  # fmt: skip

# Files that desktops create beside others, hidden files apart.
_SYSTEM_FILES = frozenset({"__macosx", "thumbs.db", "desktop.ini", "@eadir"})

_SPLIT_NAMES = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}
# More folders inside each other are no dataset; the names alone could fill the memory.
_MAX_DEPTH = 100
_TOO_DEEP = f"inside more than {_MAX_DEPTH} folders"
_SHOWN_NAME = 200

_INTEGER = re.compile(r"-?[0-9]+")
_MAX_EXAMPLES = 3

# Split, "" where no folder names one, and class.
Place = tuple[str, str]


@dataclass(frozen=True)
class SkippedFile:
    """A file that is not used: its name below the chosen path, and a short reason."""

    file: str
    reason: str


@dataclass
class FileListing:
    """The names in a folder or an archive, separated by “/” and each listed once.

    `images` are to be read, `skipped` are no images or must not be read, `folders` are all folders.
    """

    images: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    skipped: list[SkippedFile] = field(default_factory=list)

    def add_file(self, raw_name: str, problem: str) -> str | None:
        """Add a file; returns its normalized name if it is an image to be read, else None.

        `problem` is the reason why it must not be read, or empty.
        """
        name = _normalize(raw_name)
        if _is_system_file(name):
            return None
        if name.count("/") > _MAX_DEPTH:
            self.skipped.append(SkippedFile(f"{name[:_SHOWN_NAME]}…", _TOO_DEEP))
            return None
        problem = problem or self._find_problem(name)
        if problem:
            self.skipped.append(SkippedFile(name, problem))
            return None
        self.images.add(name)
        return name

    def add_folder(self, raw_name: str) -> bool:
        """Add a folder, which may be empty; returns False if its content must be ignored."""
        name = _normalize(raw_name)
        if _is_system_file(name) or _leads_outside(name):
            return False
        if name.count("/") >= _MAX_DEPTH:
            self.skipped.append(SkippedFile(f"{name[:_SHOWN_NAME]}…", _TOO_DEEP))
            return False
        self.folders.add(name)
        return True

    def _find_problem(self, name: str) -> str:
        if _leads_outside(name):
            return "its name leads out of the archive"
        if name[name.rfind(".") :].lower() not in IMAGE_SUFFIXES:
            return "not an image by its name"
        return "a second file of that name" if name in self.images else ""


@dataclass(frozen=True)
class ClassLayout:
    """The place of each image that has one: its split, "" where none is named, and its class.

    `classes` are the names of all class folders, also of empty ones; `outside` are the files
    without a place.
    """

    places: dict[str, Place]
    classes: frozenset[str]
    outside: tuple[SkippedFile, ...]


def parse_split(name: str) -> str | None:
    """Return "train", "val" or "test" for any common name of a split, else None."""
    return _SPLIT_NAMES.get(name.lower())


def sort_class_names(class_names: Iterable[str]) -> tuple[str, ...]:
    """Sort by name, or by value if all names are integers."""
    names = sorted(class_names)
    if all(_INTEGER.fullmatch(name) for name in names):
        names.sort(key=int)
    return tuple(names)


def layout_of_listing(path: Path, listing: FileListing, label_list: str = "") -> ClassLayout:
    """Return the layout of all files in the listing; those that are not images are outside.

    `label_list` names a CSV file that the user could choose instead. Raises LayoutError if there
    are no class folders.
    """
    layout = find_class_layout(listing.images, listing.folders)
    if not layout.places:
        raise _layout_error(path, listing, label_list)
    return ClassLayout(layout.places, layout.classes, (*layout.outside, *listing.skipped))


def find_class_layout(images: Iterable[str], folders: Iterable[str] = ()) -> ClassLayout:
    """Find class folders, or train, val and test folders that contain class folders.

    Single folders around all others are ignored; an image deeper than its class folder belongs to
    that class. Split folders without one for training are all used as training data.
    """
    names = sorted(images)
    root = _find_root(names)
    splits = _find_splits(root, names)
    shared: dict[Place | None, Place | None] = {}  # one tuple for all images of a class
    found = {name: shared.setdefault(at := _find_place(name, root, splits), at) for name in names}
    places = {name: place for name, place in found.items() if place is not None}
    classes = {name for _, name in places.values()} if places else set()
    classes |= _class_folders(folders, root, splits) if places else set()
    outside = tuple(SkippedFile(name, "in no class folder") for name in names if name not in places)
    return ClassLayout(places, frozenset(classes), outside)


def _find_root(names: list[str]) -> str:
    """The folder that holds the class or split folders: "" or a name that ends in “/”.

    It is the deepest folder that holds all images, except those beside it at the top; if it has
    images directly in it, it is a class, and the root is the folder around it. `names` are sorted.
    """
    nested = [name for name in names if "/" in name]
    if not nested:
        return ""
    root = _shared_folders(nested[0], nested[-1])
    if root and any("/" not in name[len(root) :] for name in nested):
        root = root[: root.rfind("/", 0, -1) + 1]
    return root


def _shared_folders(first: str, second: str) -> str:
    """The folders that two names have in common: "" or a name that ends in “/”."""
    pairs = zip(first, second, strict=False)
    length = next((at for at, (one, other) in enumerate(pairs) if one != other), len(first))
    return first[: first.rfind("/", 0, length) + 1]


def _top_folder(name: str, root: str) -> str:
    """The folder directly below `root` that contains the file; "" for a file in root itself."""
    top, slash, _ = name[len(root) :].partition("/")
    return top if slash else ""


def _find_splits(root: str, names: list[str]) -> dict[str, str] | None:
    """The split of each folder below the root; None if these folders are classes.

    They are splits if all have names of splits, or if train and another one do, and if any of them
    contains class folders. Without train all are "".
    """
    below = [name for name in names if name.startswith(root) and _top_folder(name, root)]
    tops = {_top_folder(name, root) for name in below}
    splits = {top: split for top in tops if (split := parse_split(top))}
    found = set(splits.values())
    named = len(splits) == len(tops) or ("train" in found and len(found) > 1)
    if not splits or not named:
        return None
    nested = any(
        _top_folder(name, root) in splits and name.count("/", len(root)) > 1 for name in below
    )
    if not nested and len(splits) < len(tops):
        return None
    return splits if "train" in found else dict.fromkeys(splits, "")


def _find_place(name: str, root: str, splits: dict[str, str] | None) -> Place | None:
    if not name.startswith(root):
        return None
    *folders, _ = name[len(root) :].split("/")
    if splits is None:
        return ("", folders[0]) if folders else None
    if len(folders) < 2 or folders[0] not in splits:
        return None
    return splits[folders[0]], folders[1]


def _class_folders(folders: Iterable[str], root: str, splits: dict[str, str] | None) -> set[str]:
    """Names of the folders on the level of classes."""
    inside = [name[len(root) :].split("/") for name in folders if name.startswith(root)]
    if splits is None:
        return {folder[0] for folder in inside}
    return {folder[1] for folder in inside if len(folder) > 1 and folder[0] in splits}


def _layout_error(path: Path, listing: FileListing, label_list: str) -> LayoutError:
    example = path.name.split(".")[0] or "images"
    hint = (
        "Put the images of each class into a folder of its own, such as "
        f"{example}/cats/1.jpg and {example}/dogs/1.jpg."
    )
    if label_list:
        hint += f" Or choose “{label_list}”, which lists the class of each image."
    if not listing.images:
        message = f"“{path.name}” contains no images."
    else:
        message = f"The images in “{path.name}” are not in class folders."
    return LayoutError(message, hint, _describe(listing))


def _describe(listing: FileListing) -> tuple[str, ...]:
    """A few lines about what was found."""
    top = sorted(name for name in listing.images if "/" not in name)
    skipped = sorted(file.file for file in listing.skipped)
    lines = (
        _line("images in the top folder", top),
        _line(
            "images in folders that name a split, not a class",
            sorted(listing.images.difference(top)),
        ),
        _line("folders", sorted(listing.folders)),
        _line("other files", skipped),
    )
    return tuple(line for line in lines if line) or ("nothing at all",)


def _line(title: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = ", …" if len(names) > _MAX_EXAMPLES else ""
    return f"{title}: {len(names):,} ({', '.join(names[:_MAX_EXAMPLES])}{more})"


def _normalize(raw_name: str) -> str:
    """Remove a leading “/”, as unpacking would, and replace what cannot be shown."""
    parts = (part for part in printable_name(raw_name).split("/") if part not in ("", "."))
    return "/".join(parts)


def _leads_outside(name: str) -> bool:
    return ".." in name.split("/")


def _is_system_file(name: str) -> bool:
    return not name or any(
        (part.startswith(".") and part != "..") or part.lower() in _SYSTEM_FILES
        for part in name.split("/")
    )
