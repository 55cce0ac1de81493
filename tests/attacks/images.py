"""Image files that take hours or all memory to decode.

`python -m tests.attacks.images --count 40 --seed 1` decodes files of full size one by one, then
imports a folder of them, and prints what was not an image or an error in plain words.
"""

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from PIL import Image

from studio.config import DataConfig
from studio.data.image_folder.importing import import_images
from studio.data.isolated_images import decode_model_input
from studio.errors import ImageError

MEGAPIXEL = 1_000_000


def many_scans(side: int, scans: int) -> bytes:
    """A progressive JPEG whose last refinement scan is repeated; each one visits every block."""
    content = encoded(Image.new("L", (side, side), 77), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * scans + content[-2:]


def plain(mode: str, pixels: int, kind: str, **options: object) -> bytes:
    """A large image of one color, which compresses to a thousandth of its pixels."""
    side = int(pixels**0.5)
    return encoded(Image.new(mode, (side, side)), kind, **options)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the content of an image file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


ATTACKS: dict[str, Callable[[Random], bytes]] = {
    "JPEG of thousands of scans": lambda rng: many_scans(
        rng.randint(500, 7000), rng.randint(2000, 60_000)
    ),
    "large PNG": lambda rng: plain(
        rng.choice(["1", "L", "LA", "RGB", "RGBA", "I;16"]), rng.randint(20, 49) * MEGAPIXEL, "PNG"
    ),
    "large TIFF": lambda rng: plain(
        rng.choice(["F", "I", "CMYK", "LAB"]), rng.randint(5, 49) * MEGAPIXEL, "TIFF",
        compression="tiff_lzw",
    ),
    "large GIF": lambda rng: plain("P", rng.randint(20, 49) * MEGAPIXEL, "GIF"),
    "large WebP": lambda rng: plain("RGBA", rng.randint(20, 49) * MEGAPIXEL, "WEBP", lossless=True,
                                    method=0),
    "too large": lambda _rng: plain("1", 51 * MEGAPIXEL, "PNG"),
}  # fmt: skip


def decode(content: bytes) -> str:
    """Decode a file as a person opens it; returns “an image” or the error in plain words."""
    try:
        pixels = decode_model_input(io.BytesIO(content), 64, "crop", 3)
    except ImageError as error:
        return error.message
    return "an image" if pixels.shape == (3, 64, 64) else f"an image of {pixels.shape}"


def draw(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of random attacks."""
    rng = Random(seed)
    for _ in range(count):
        name = rng.choice(sorted(ATTACKS))
        yield name, ATTACKS[name](rng)


def main() -> int:
    """Run all attacks, and return how many did not end well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")  # noqa: T201
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, content) in enumerate(draw(arguments.count, arguments.seed)):
            path = Path(folder, f"class {number % 2}", f"{number}.png")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            started = time.monotonic()
            try:
                outcome = decode(content)
            except Exception as error:  # noqa: BLE001 - this is what is looked for
                outcome = f"FAILED: {error!r}"
                failed += 1
            seconds = time.monotonic() - started
            print(f"{number} {name}, {len(content):,} bytes: {outcome} ({seconds:.1f} s)")  # noqa: T201
        for number in range(2):
            Image.new("L", (9, 9)).save(Path(folder, f"class {number}", "good.png"))
        table = import_images(DataConfig(source="folder", path=folder, image_size=32))
        print(f"folder: {len(table.files)} images, unreadable: {table.unreadable}")  # noqa: T201
        failed += len(table.files) + len(table.unreadable) != arguments.count + 2
    return failed


if __name__ == "__main__":
    sys.exit(bool(main()))
