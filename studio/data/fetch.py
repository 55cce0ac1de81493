"""Run by `download` in a process of its own: torchvision's downloader, which cannot be stopped.

Arguments: torchvision's class, a folder to write into, the mirrors. On failure prints one line.
"""

import sys


def main(class_name: str, root: str, *mirrors: str) -> int:
    """Download into `root`; 0 when all files are there and their checksums are right."""
    from torchvision import datasets

    kind = getattr(datasets, class_name)
    kind.mirrors = list(mirrors)
    try:
        kind(root, download=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent shows it
        sys.stderr.write(f"{' '.join(str(error).split()) or type(error).__name__}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
