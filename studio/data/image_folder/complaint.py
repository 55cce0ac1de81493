"""What to say of pictures that lie in no class folders."""

from collections.abc import Sequence
from pathlib import Path

from studio.data.image_folder.class_layout import Layout, arrange
from studio.data.image_folder.listing import Listing
from studio.errors import LayoutError

_SHOWN = 3


def arrange_listing(path: Path, listing: Listing, label_list: str = "") -> Layout:
    """The layout of all that was found, other files among those outside.

    `label_list` names a file of labels that could be chosen instead. Raises LayoutError.
    """
    layout = arrange(listing.pictures, listing.folders)
    if not layout.places:
        raise _complaint(path, listing, label_list)
    return Layout(layout.places, layout.classes, (*layout.outside, *listing.others))


def _complaint(path: Path, listing: Listing, label_list: str) -> LayoutError:
    example = path.name.split(".")[0] or "pictures"
    hint = (
        "Put the pictures of each class into a folder of its own, such as "
        f"{example}/cats/1.jpg and {example}/dogs/1.jpg."
    )
    if label_list:
        hint += f" Or choose “{label_list}”, which names the class of each picture."
    if not listing.pictures:
        return LayoutError(f"There is no picture in “{path.name}”.", hint, _found(listing))
    message = f"The pictures in “{path.name}” do not lie in class folders."
    return LayoutError(message, hint, _found(listing))


def _found(listing: Listing) -> tuple[str, ...]:
    """A few lines: pictures by where they lie, folders and other files."""
    flat = sorted(name for name in listing.pictures if "/" not in name)
    deeper = sorted(listing.pictures.difference(flat))
    others = sorted(stray.file for stray in listing.others)
    lines = (
        _line("pictures right on top", flat),
        _line("pictures in folders that name a part, not a class", deeper),
        _line("folders", sorted(listing.folders)),
        _line("other files", others),
    )
    return tuple(line for line in lines if line) or ("nothing at all",)


def _line(what: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = ", …" if len(names) > _SHOWN else ""
    return f"{what}: {len(names):,} ({', '.join(names[:_SHOWN])}{more})"
