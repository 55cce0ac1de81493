"""Archives and label lists that unpack to all disks, or take hours to list.

`python -m tests.attacks.archives --count 20 --seed 1` imports files of full size, and prints how
each ended.
"""

import argparse
import bz2
import gzip
import io
import lzma
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from studio.config import DataConfig
from studio.data.image_folder.importing import import_images
from studio.errors import StudioError

GIGABYTE = 1_000_000_000
COMPRESSORS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)  # one grey pixel


def tar_bomb(path: Path, compression: str, claimed: int, zeros: int, rng: Random) -> None:
    """A tar that claims one member of a size, and begins it with so many zeros."""
    info = tarfile.TarInfo("cats/1.png" if rng.random() < 0.5 else "cats/1.dat")
    info.size = claimed
    block = COMPRESSORS[compression](bytes(zeros))
    path.write_bytes(COMPRESSORS[compression](info.tobuf(tarfile.GNU_FORMAT)) + block)


def zip_bomb(path: Path, members: int, size: int) -> None:
    """A zip of members of zeros."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(members):
            archive.writestr(f"c{number % 2}/{number}.png", bytes(size))


def deep_names(path: Path, depth: int, files: int) -> None:
    """A zip with names inside as many folders as fit into a name."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(files):
            archive.writestr(f"{'a/' * depth}{number}.png", PNG)
        archive.writestr("cats/1.png", PNG)
        archive.writestr("dogs/1.png", PNG)


def long_list(path: Path, lines: int) -> None:
    """A label list with lines for files that do not exist, and two that do."""
    for name in ("cats.png", "dogs.png"):
        path.with_name(name).write_bytes(PNG)
    with path.open("w") as handle:
        handle.write("file,label\ncats.png,cat\ndogs.png,dog\n")
        handle.writelines(f"{number}.png,cat\n" for number in range(lines))


def many_folders(path: Path, members: int) -> None:
    """A tar of empty folders without end."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for number in range(members):
            info = tarfile.TarInfo(f"c{number}")
            info.type = tarfile.DIRTYPE
            archive.addfile(info)
    path.write_bytes(gzip.compress(buffer.getvalue(), 1))


ATTACKS: dict[str, tuple[str, Callable[[Path, Random], None]]] = {
    "tar bomb": (
        "a.tar",
        lambda path, rng: tar_bomb(
            path, rng.choice(sorted(COMPRESSORS)), rng.randint(1, 60) * GIGABYTE, GIGABYTE, rng
        ),
    ),
    "zip bomb": ("a.zip", lambda path, rng: zip_bomb(path, rng.randint(20, 40), 64 << 20)),
    "names inside thousands of folders": (
        "a.zip",
        lambda path, rng: deep_names(path, rng.randint(20_000, 32_000), 100),
    ),
    "label list of millions of lines": (
        "a.csv",
        lambda path, rng: long_list(path, rng.randint(1_900_000, 3_000_000)),
    ),
    "tar of folders": ("a.tar", lambda path, rng: many_folders(path, rng.randint(1, 3) * 100_000)),
}


def import_from(path: Path) -> str:
    """Import an archive; returns how many images it has, or the error in plain words."""
    try:
        table = import_images(DataConfig(source="folder", path=str(path), image_size=8))
    except StudioError as error:
        return error.message
    return f"{len(table.files)} images"


def main() -> int:
    """Run all attacks, and return how many did not end well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = Random(arguments.seed)
    print(f"seed {arguments.seed}")  # noqa: T201
    failed = 0
    for number in range(arguments.count):
        name = sorted(ATTACKS)[number % len(ATTACKS)]
        file, make = ATTACKS[name]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, file)
            make(path, rng)
            size, started = path.stat().st_size, time.monotonic()
            try:
                outcome = import_from(path)
            except Exception as error:  # noqa: BLE001 - this is what is looked for
                outcome = f"FAILED: {error!r}"
                failed += 1
            seconds = time.monotonic() - started
        print(f"{number} {name}, {size:,} bytes: {outcome} ({seconds:.1f} s)")  # noqa: T201
    return failed


if __name__ == "__main__":
    sys.exit(bool(main()))
