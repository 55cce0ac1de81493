"""The table of imported images, and its form as plain arrays for the pixel cache."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.data.image_folder.class_layout import ClassLayout, SkippedFile, sort_class_names

Arrays = dict[str, NDArray[Any]]

# Facts about one image; see `ImageTable` for their meaning.
FACTS = np.dtype(
    [
        ("width", np.int32),
        ("height", np.int32),
        ("light", np.float32),
        ("spread", np.float32),
        ("digest", np.uint64),
        ("look", np.uint64),
    ]
)

_SPLITS = ("", "train", "val", "test")


@dataclass(frozen=True, eq=False)
class ImageTable:
    """N readable images of classes, sorted by file name, with facts about each.

    `pixels` uint8 [N, C, S, S] is memory-mapped. `files` are names below `path`, separated by “/”;
    `labels` int64 [N] index `class_names`, which are sorted; `splits` are the splits that folders
    or the label list name: "train", "val", "test", or "" for none. `widths`, `heights` int32 [N]
    are the sizes of the files in pixels; `grey_means`, `grey_stds` float32 [N] are mean and
    standard deviation of the grey levels, 0..255. `file_hashes` uint64 [N] are equal for equal
    files; `image_hashes` uint64 [N], difference hashes of 8 by 8 cells, differ in few bits for
    similar images. `empty_classes` are class folders without a readable image. `key` changes with
    any of the files and with how they were resized.
    """

    path: Path
    class_names: tuple[str, ...]
    pixels: NDArray[np.uint8]
    files: tuple[str, ...]
    labels: NDArray[np.int64]
    splits: tuple[str, ...]
    widths: NDArray[np.int32]
    heights: NDArray[np.int32]
    grey_means: NDArray[np.float32]
    grey_stds: NDArray[np.float32]
    file_hashes: NDArray[np.uint64]
    image_hashes: NDArray[np.uint64]
    unreadable: tuple[SkippedFile, ...]
    outside: tuple[SkippedFile, ...]
    empty_classes: tuple[str, ...]
    key: str


def pack_table(
    files: Sequence[str],
    facts: NDArray[np.void],
    layout: ClassLayout,
    unreadable: Sequence[SkippedFile],
    resized: str,
) -> Arrays:
    """Make the arrays of a table of readable `files`, with their FACTS.

    `resized` describes how they were resized.
    """
    places = [layout.places[name] for name in files]
    class_names = sort_class_names({name for _, name in places})
    index = {name: label for label, name in enumerate(class_names)}
    texts = {
        "files": files,
        "class_names": class_names,
        "unreadable": _to_pairs(unreadable),
        "outside": _to_pairs(layout.outside),
        "empty": sort_class_names(layout.classes.difference(class_names)),
    }
    arrays: Arrays = {
        "labels": np.array([index[name] for _, name in places], np.int64),
        "parts": np.array([_SPLITS.index(split) for split, _ in places], np.int8),
        **{name: facts[name] for name in FACTS.names or ()},
    }
    key = _content_key(texts, arrays, resized)
    return {**arrays, "words": _to_array(texts), "key": _to_array(key)}


def unpack_table(
    path: Path, pixels: NDArray[np.uint8], arrays: Mapping[str, NDArray[Any]]
) -> ImageTable:
    """Make the table of the arrays that `pack_table` made."""
    texts = _from_array(arrays["words"])
    return ImageTable(
        path=path,
        class_names=tuple(texts["class_names"]),
        pixels=pixels,
        files=tuple(texts["files"]),
        labels=arrays["labels"],
        splits=tuple(_SPLITS[split] for split in arrays["parts"].tolist()),
        widths=arrays["width"],
        heights=arrays["height"],
        grey_means=arrays["light"],
        grey_stds=arrays["spread"],
        file_hashes=arrays["digest"],
        image_hashes=arrays["look"],
        unreadable=_from_pairs(texts["unreadable"]),
        outside=_from_pairs(texts["outside"]),
        empty_classes=tuple(texts["empty"]),
        key=_from_array(arrays["key"]),
    )


def _content_key(texts: Mapping[str, Any], arrays: Arrays, resized: str) -> str:
    """Depends on the content of the files, so that a folder and an archive of it share the key."""
    digest = hashlib.blake2b(resized.encode(), digest_size=16)
    digest.update(json.dumps([texts["files"], texts["class_names"]]).encode())
    for name in ("labels", "parts", "digest"):
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def _to_pairs(skipped: Sequence[SkippedFile]) -> list[tuple[str, str]]:
    return sorted((entry.file, entry.reason) for entry in skipped)


def _from_pairs(pairs: Sequence[Sequence[str]]) -> tuple[SkippedFile, ...]:
    return tuple(SkippedFile(file, reason) for file, reason in pairs)


def _to_array(value: object) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


def _from_array(array: NDArray[Any]) -> Any:
    return json.loads(array.tobytes())
