"""Find files that cannot be used, and images that are blank, too dark, too small or outliers."""

import numpy as np
from numpy.typing import NDArray

from studio.data.image_folder.image_table import ImageTable
from studio.data.quality.report import Issue, Severity
from studio.data.quality.unreadable import describe_many_unreadable
from studio.formatting import count

# A blank sheet saved as JPEG, or scanned well, has a standard deviation below 2 grey levels.
_MAX_BLANK_STD = 2.0

# An image is dark or bright if its mean plus or minus two standard deviations stays in the lowest
# or highest sixth of the range. Thin strokes on paper have a larger deviation.
_DARK, _BRIGHT = 42.0, 255.0 - 42.0

# Ratio of areas: four times the side of the median image.
_MAX_AREA_RATIO = 16.0


def check_files(table: ImageTable) -> list[Issue]:
    """Report files that cannot be read, and files outside any class folder."""
    verb = "is" if len(table.outside) == 1 else "are"
    many = describe_many_unreadable(len(table.unreadable), len(table.files))
    advice = "Training goes on without them. Save or download again those you want to keep."
    if many:
        advice = (
            "That is more than a fifth, so a training asks before it leaves them out. Save or "
            "download them again, or check that this is the right folder."
        )
    issues = [
        Issue(
            "unreadable",
            "warn",
            many or f"{count(len(table.unreadable), 'file')} cannot be read",
            advice,
            files=table.unreadable,
        ),
        Issue(
            "outside",
            "note",
            f"{count(len(table.outside), 'file')} {verb} outside any class",
            "Training goes on without them. Move images into the folder of their class.",
            files=table.outside,
        ),
    ]
    return [issue for issue in issues if issue.files]


def check_single_images(table: ImageTable, used: NDArray[np.bool_]) -> list[Issue]:
    """Report blank, dark or bright, small and outlying images among those in use (bool [N])."""
    if not used.any():
        return []
    blank = used & find_blank(table)
    dark = used & ~blank & _find_dark_or_bright(table)
    issues = [
        _issue(
            blank,
            "blank",
            "warn",
            ("image is blank", "images are blank"),
            "They show nothing. Remove or replace them.",
        ),
        _issue(
            dark,
            "dark",
            "warn",
            ("image is nearly black or white", "images are nearly black or white"),
            "They show very little. Brighten, replace or remove them.",
        ),
        _check_sizes(table, used),
    ]
    return [issue for issue in issues if issue]


def find_blank(table: ImageTable) -> NDArray[np.bool_]:
    """Return which images show nothing, bool [N]."""
    return table.grey_stds < _MAX_BLANK_STD


def _find_dark_or_bright(table: ImageTable) -> NDArray[np.bool_]:
    reach = 2 * table.grey_stds
    return (table.grey_means + reach < _DARK) | (table.grey_means - reach > _BRIGHT)


def _check_sizes(table: ImageTable, used: NDArray[np.bool_]) -> Issue | None:
    """Return one issue for images that had to be enlarged and for outliers of size."""
    size = table.pixels.shape[-1]
    small = _issue(
        used & (np.maximum(table.widths, table.heights) < size),
        "sizes",
        "note",
        (
            f"image is smaller than {size} × {size} pixels",
            f"images are smaller than {size} × {size} pixels",
        ),
        "Enlarging adds no detail: a smaller image size may give the same accuracy, faster.",
    )
    outliers = _find_size_outliers(table, used)
    if not (small and outliers):
        return small or outliers
    known = set(small.samples)
    samples = (*small.samples, *(index for index in outliers.samples if index not in known))
    advice = f"{small.advice} {outliers.advice}"
    return Issue("sizes", "note", f"{small.title}; {outliers.title}", advice, samples)


def _find_size_outliers(table: ImageTable, used: NDArray[np.bool_]) -> Issue | None:
    areas = table.widths.astype(np.float64) * table.heights
    rows = np.flatnonzero(used)
    median = rows[np.argsort(areas[rows], kind="stable")[len(rows) // 2]]
    far = (areas * _MAX_AREA_RATIO < areas[median]) | (areas > areas[median] * _MAX_AREA_RATIO)
    size = f"{table.widths[median]:,} × {table.heights[median]:,}"
    return _issue(
        used & far,
        "sizes",
        "note",
        ("image has an unusual size", "images have an unusual size"),
        f"The median image has {size} pixels, these have over {_MAX_AREA_RATIO:.0f} times "
        "more or fewer. Check that they show the same objects.",
    )


def _issue(
    found: NDArray[np.bool_], code: str, severity: Severity, tails: tuple[str, str], advice: str
) -> Issue | None:
    """The issue of the samples found (bool [N]); None if there are none."""
    samples = np.flatnonzero(found)
    if not len(samples):
        return None
    title = f"{len(samples):,} {tails[0] if len(samples) == 1 else tails[1]}"
    return Issue(code, severity, title, advice, tuple(samples.tolist()))
