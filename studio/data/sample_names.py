"""What a sample is called, and where its image file lies."""

from pathlib import Path

from studio.data.image_set import Split


def sample_id(split: Split, index: int) -> str:
    """Name a sample by its split and its index within that split, from 0: "test:9729".

    For a dataset that brings its own test split, `test:i` is item i of that split's files, unless
    the settings keep only some of them. The id of a train or validation sample depends on the
    split's seed and share.
    """
    return f"{split}:{index}"


def image_path(source: Path, file: str) -> Path | None:
    """Return where the image `file` of own images lies; None for one inside an archive.

    `source` is the folder, archive or CSV list they were read from, `file` the name below it.
    """
    if source.suffix.lower() == ".csv":
        return source.parent / file
    return source / file if source.is_dir() else None
