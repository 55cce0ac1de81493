"""Find and download torchvision's ImageNet weights of the eight published VGGs."""

import os
from functools import lru_cache
from pathlib import Path

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.errors import CheckpointError, ConfigError, DownloadError
from studio.models.variants import VARIANTS

HOST = "https://download.pytorch.org/models/"

# Of red, green and blue in 0..255, as in training.
MEAN = (0.485 * 255, 0.456 * 255, 0.406 * 255)
STD = (0.229 * 255, 0.224 * 255, 0.225 * 255)

# File and megabytes of each variant; the name ends in the first 8 digits of the SHA-256.
IMAGENET_FILES = {
    "vgg11": ("vgg11-8a719046.pth", 531),
    "vgg11-bn": ("vgg11_bn-6002323d.pth", 532),
    "vgg13": ("vgg13-19584684.pth", 532),
    "vgg13-bn": ("vgg13_bn-abd245e5.pth", 532),
    "vgg16": ("vgg16-397923af.pth", 553),
    "vgg16-bn": ("vgg16_bn-6c64b313.pth", 554),
    "vgg19": ("vgg19-dcbb9e9d.pth", 575),
    "vgg19-bn": ("vgg19_bn-c79401a0.pth", 575),
}

# All digits of the SHA-256, as public repositories list them that pin these files; torchvision
# publishes the first 8. Of the other files no list was found.
_SHA256 = {
    "vgg11_bn-6002323d.pth": "6002323d9413ae02f657473d3ecbbd7f86ee496b8a0dc8dc6140a639a0fcf13d",
    "vgg16-397923af.pth": "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
    "vgg16_bn-6c64b313.pth": "6c64b3138f2f4fcb3bcc4cafde11619c4f440eb1631787e93a682fd88305888a",
    "vgg19-dcbb9e9d.pth": "dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",
    "vgg19_bn-c79401a0.pth": "c79401a0cf3cb42714e4182f5868c7a6f4f4534f5df9e956e2bb2098de41cbb6",
}


def imagenet_title(variant: str) -> str:
    """The title of the weights for the user."""
    return f"ImageNet weights of {VARIANTS[variant].title}"


def weights_dir(data_dir: Path) -> Path:
    """The folder of downloaded weights below a data folder."""
    return data_dir / "weights"


def check_published(variant: str) -> None:
    """Raise ConfigError for a variant without ImageNet weights."""
    if variant not in IMAGENET_FILES:
        raise ConfigError(
            "model.variant",
            f"There are no ImageNet weights of “{variant}”.",
            f"There are weights of {', '.join(IMAGENET_FILES)}.",
        )


def find_imagenet(variant: str, data_dir: Path) -> Path | None:
    """Return the file in the data folder or in torch's cache, None if it is in neither.

    Raises ConfigError for a variant without ImageNet weights.
    """
    check_published(variant)
    name, _ = IMAGENET_FILES[variant]
    candidates = (weights_dir(data_dir) / name, torch_hub_dir() / name)
    return next((path for path in candidates if path.is_file()), None)


def expected_sha256(name: str) -> str:
    """The SHA-256 of a published file in hex digits, or the first 8 where no more are known."""
    return _SHA256.get(name, Path(name).stem.rpartition("-")[2])


def check_imagenet(variant: str, path: Path) -> None:
    """Raise CheckpointError if a file is not the published one, as after a broken download.

    It is read only once, 550 MB in about a second, as long as it does not change.
    """
    try:
        found = path.stat()
        is_published = _is_published(path, found.st_size, found.st_mtime_ns)
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    else:
        if is_published:
            return
        reason = "are not the published file: its checksum is wrong"
    message = f"The {imagenet_title(variant)} in “{path}” {reason}."
    raise CheckpointError(message, f"Delete that file. {_alternatives(variant)}")


@lru_cache(maxsize=16)
def _is_published(path: Path, _size_bytes: int, _modified_ns: int) -> bool:
    from studio.download import has_checksum  # late: the window starts without HTTP

    return has_checksum(path, f"sha256:{expected_sha256(path.name)}")


def download_imagenet(
    variant: str,
    data_dir: Path,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Path:
    """Download the weights into the data folder, verified and resumable; see `download_file`.

    Raises CheckpointError with alternatives when the download fails, ConfigError, Stopped.
    """
    from studio.download import download_file  # late: the window starts without HTTP

    check_published(variant)
    name, megabytes = IMAGENET_FILES[variant]
    target = weights_dir(data_dir) / name
    checksum = f"sha256:{expected_sha256(name)}"
    title = imagenet_title(variant)
    try:
        max_bytes = (megabytes + 1) * 1_000_000
        download_file(HOST + name, target, checksum, title, on_progress, should_stop, max_bytes)
    except DownloadError as error:
        raise CheckpointError(error.message, _alternatives(variant)) from None
    return target


def missing_imagenet(variant: str, data_dir: Path) -> CheckpointError:
    """Make the error for missing weights, with three alternatives."""
    title = imagenet_title(variant)
    message = f"The {title} are not in “{weights_dir(data_dir)}”."
    return CheckpointError(message, _alternatives(variant))


def _alternatives(variant: str) -> str:
    return (
        f"Get them with: vgg-studio data download imagenet-{variant}; "
        "or use a file you have: model.backbone=FILE; "
        "or use a run of your own: model.backbone=run:ID."
    )


def torch_hub_dir() -> Path:
    """The folder of files downloaded by `torch.hub`, found without importing torch."""
    caches = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("TORCH_HOME") or Path(caches) / "torch"
    return Path(home).expanduser() / "hub" / "checkpoints"
