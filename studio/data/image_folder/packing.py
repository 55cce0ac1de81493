"""A table of pictures as the plain arrays that a cache keeps beside the pixels, and back."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.data.image_folder.class_layout import Layout, in_order
from studio.data.image_folder.image_table import ImageTable, SkippedFile

Arrays = dict[str, NDArray[Any]]

_PARTS = ("", "train", "val", "test")
_FIGURES = ("width", "height", "light", "spread", "digest", "look")


def pack(
    files: Sequence[str], facts: NDArray[np.void], layout: Layout,
    unreadable: Sequence[SkippedFile], fitted: str,
) -> Arrays:  # fmt: skip
    """Arrays for readable `files`, with their records of FACTS, `fitted` saying in which way."""
    places = [layout.places[name] for name in files]
    class_names = in_order({name for _, name in places})
    index = {name: label for label, name in enumerate(class_names)}
    words = {
        "files": files,
        "class_names": class_names,
        "unreadable": _as_rows(unreadable),
        "outside": _as_rows(layout.outside),
        "empty": in_order(layout.classes.difference(class_names)),
    }
    arrays: Arrays = {
        "labels": np.array([index[name] for _, name in places], np.int64),
        "parts": np.array([_PARTS.index(part) for part, _ in places], np.int8),
        **{name: facts[name] for name in _FIGURES},
    }
    key = _content_key(words, arrays, fitted)
    return {**arrays, "words": _as_bytes(words), "key": _as_bytes(key)}


def unpack(path: Path, pixels: NDArray[np.uint8], arrays: Mapping[str, NDArray[Any]]) -> ImageTable:
    """The table of what `pack` made."""
    words = _from_bytes(arrays["words"])
    return ImageTable(
        path=path,
        class_names=tuple(words["class_names"]),
        pixels=pixels,
        files=tuple(words["files"]),
        labels=arrays["labels"],
        parts=tuple(_PARTS[part] for part in arrays["parts"].tolist()),
        widths=arrays["width"],
        heights=arrays["height"],
        light=arrays["light"],
        spread=arrays["spread"],
        digests=arrays["digest"],
        looks=arrays["look"],
        unreadable=_as_strays(words["unreadable"]),
        outside=_as_strays(words["outside"]),
        empty=tuple(words["empty"]),
        key=_from_bytes(arrays["key"]),
    )


def _content_key(words: Mapping[str, Any], arrays: Arrays, fitted: str) -> str:
    """Known by what the files hold, so that a folder and an archive of it are the same set."""
    digest = hashlib.blake2b(fitted.encode(), digest_size=16)
    digest.update(json.dumps([words["files"], words["class_names"]]).encode())
    for name in ("labels", "parts", "digest"):
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def _as_rows(strays: Sequence[SkippedFile]) -> list[tuple[str, str]]:
    return sorted((stray.file, stray.reason) for stray in strays)


def _as_strays(rows: Sequence[Sequence[str]]) -> tuple[SkippedFile, ...]:
    return tuple(SkippedFile(file, reason) for file, reason in rows)


def _as_bytes(value: object) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


def _from_bytes(array: NDArray[Any]) -> Any:
    return json.loads(array.tobytes())
