"""Run by `download` in a process of its own: torchvision's downloader, which cannot be stopped.

On failure prints one line.
"""

import argparse
import gzip
import shutil
import sys
import urllib.request
import zipfile
from collections.abc import Sequence
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import URLError


def main(words: Sequence[str]) -> int:
    """Download into a folder; 0 when all files are there and their checksums are right."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", help="torchvision's class")
    parser.add_argument("root", type=Path, help="the folder to write into")
    parser.add_argument("--mirrors", nargs="+", required=True)
    parser.add_argument("--files", nargs="+", required=True, help="what is wanted of an archive")
    asked = parser.parse_args(words)
    if all(url.startswith("https:") for url in asked.mirrors):
        urllib.request.install_opener(urllib.request.build_opener(_OnlyEncrypted))
    try:
        _fetch(asked.kind, asked.root, asked.mirrors, asked.files)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent shows it
        sys.stderr.write(f"{' '.join(str(error).split()) or type(error).__name__}\n")
        return 1
    return 0


class _OnlyEncrypted(urllib.request.HTTPHandler):
    """Refuses http, which torchvision falls back to and a server may point to."""

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        raise URLError(f"{req.host} did not answer encrypted")


def _fetch(kind: str, root: Path, mirrors: list[str], files: list[str]) -> None:
    from torchvision import datasets

    if kind == "EMNIST":
        _fetch_emnist(root, mirrors[0], files)
    elif kind == "CIFAR10":
        datasets.CIFAR10.url = mirrors[0]
        datasets.CIFAR10(root, download=True)
    else:
        published = getattr(datasets, kind)
        published.mirrors = mirrors
        published(root, download=True)


def _fetch_emnist(root: Path, url: str, files: list[str]) -> None:
    """Unpack only what is wanted: the class would unpack 1.8 GB, and keep the archives beside."""
    from torchvision.datasets import EMNIST
    from torchvision.datasets.utils import download_url

    raw = root / "EMNIST" / "raw"
    download_url(url, raw, "gzip.zip", EMNIST.md5)
    with zipfile.ZipFile(raw / "gzip.zip") as archive:
        for name in files:
            packed = archive.open(f"gzip/{name}.gz")
            with packed, gzip.open(packed) as source, (raw / name).open("wb") as target:
                shutil.copyfileobj(source, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
