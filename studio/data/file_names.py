"""Names of image files: as they are shown, and as they are on the disk.

On Linux a file name is any bytes. Python decodes those that are not UTF-8 to lone surrogates, which
windows and web pages cannot show; the program shows and stores them as Latin-1 instead. Lists for
other programs contain the bytes, so that they lead back to the files.
"""

import os
from pathlib import Path


def printable_name(raw_name: str) -> str:
    """Return a name as it is shown: one that is not UTF-8 is read as Latin-1."""
    if raw_name.isascii():
        return raw_name
    try:
        raw_name.encode()
    except UnicodeEncodeError:
        return raw_name.encode("utf-8", "surrogateescape").decode("latin-1")
    return raw_name


def name_on_disk(source: Path | None, name: str) -> str:
    """Return the name by which the system finds the image shown as `name`, perhaps with surrogates.

    `source` is the folder, archive or CSV list of the images. Names in archives are unchanged.
    """
    if source is None or name.isascii():
        return name
    folder = source.parent if source.suffix.lower() == ".csv" else source
    if not folder.is_dir() or os.path.lexists(folder / name):
        return name
    try:
        raw_name = os.fsdecode(name.encode("latin-1"))
    except UnicodeError:
        return name
    return raw_name if os.path.lexists(folder / raw_name) else name


def encode_list(text: str) -> bytes:
    """Encode a CSV file: UTF-8, but names that are not have the bytes of their files.

    The byte order mark tells spreadsheets that the file is UTF-8.
    """
    return text.encode("utf-8-sig", "surrogateescape")


def check_is_text(*cells: str) -> None:
    """Raise UnicodeDecodeError if cells of a list, decoded with surrogates, are not UTF-8.

    Only names of files may be anything else.
    """
    for cell in cells:
        if not cell.isascii():
            cell.encode("utf-8", "surrogateescape").decode()
