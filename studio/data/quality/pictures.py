"""Single pictures that teach little: blank, black or white, too small, of far other size."""

import numpy as np
from numpy.typing import NDArray

from studio.data.image_folder.image_table import ImageTable
from studio.data.quality.report import Issue, Severity

# A plain sheet saved as JPEG, or scanned well, spreads over less than two grey levels of 255.
BLANK_SPREAD = 2.0

# Nearly all of a picture lies within two standard deviations of its mean. Where even that stays in
# the lowest or highest sixth of the range there is little to see; thin ink on paper spreads wider.
DARK, WHITE = 42.0, 255.0 - 42.0

# Four times the side of the middle picture: what fills one is a detail of the other.
SIZE_RATIO = 16.0


def check_single(table: ImageTable, used: NDArray[np.bool_]) -> list[Issue]:
    """Blank, dark or white, small and outlying pictures among those in use (bool [N])."""
    if not used.any():
        return []
    blank = used & blank_rows(table)
    dim = used & ~blank & _is_dim(table)
    found = [
        _finding(
            blank,
            "blank",
            "warn",
            ("picture is blank", "pictures are blank"),
            "There is nothing to see in them. Remove them, or replace them where they went wrong.",
        ),
        _finding(
            dim,
            "dark",
            "warn",
            ("picture is nearly black or white", "pictures are nearly black or white"),
            "Little can be seen in them. Brighten or replace them, or remove them.",
        ),
        _sizes(table, used),
    ]
    return [finding for finding in found if finding]


def blank_rows(table: ImageTable) -> NDArray[np.bool_]:
    """Which pictures show nothing, bool [N]."""
    return table.spread < BLANK_SPREAD


def _is_dim(table: ImageTable) -> NDArray[np.bool_]:
    reach = 2 * table.spread
    return (table.light + reach < DARK) | (table.light - reach > WHITE)


def _sizes(table: ImageTable, used: NDArray[np.bool_]) -> Issue | None:
    """One finding about both: pictures that had to be enlarged, and those of far other size."""
    side = table.pixels.shape[-1]
    small = _finding(
        used & (np.maximum(table.widths, table.heights) < side),
        "sizes",
        "note",
        (
            f"picture is smaller than {side} × {side} pixels",
            f"pictures are smaller than {side} × {side} pixels",
        ),
        "Enlarging adds no detail: a smaller size in the data settings may do as well, and faster.",
    )
    far = _outlying(table, used)
    if not (small and far):
        return small or far
    known = set(small.samples)
    rows = (*small.samples, *(row for row in far.samples if row not in known))
    advice = f"{small.advice} {far.advice}"
    return Issue("sizes", "note", f"{small.title}; {far.title}", advice, rows)


def _outlying(table: ImageTable, used: NDArray[np.bool_]) -> Issue | None:
    areas = table.widths.astype(np.float64) * table.heights
    rows = np.flatnonzero(used)
    middle = rows[np.argsort(areas[rows], kind="stable")[len(rows) // 2]]
    far = (areas * SIZE_RATIO < areas[middle]) | (areas > areas[middle] * SIZE_RATIO)
    usual = f"{table.widths[middle]:,} × {table.heights[middle]:,}"
    return _finding(
        used & far,
        "sizes",
        "note",
        ("picture has a size far from the others", "pictures have a size far from the others"),
        f"The middle one by size has {usual} pixels, those far off over {SIZE_RATIO:.0f} times "
        "more or fewer. Look whether they show the same kind of thing.",
    )


def _finding(
    chosen: NDArray[np.bool_], kind: str, severity: Severity, tails: tuple[str, str], advice: str
) -> Issue | None:
    """A finding about the chosen rows; None where there are none."""
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return None
    title = f"{len(rows):,} {tails[0] if len(rows) == 1 else tails[1]}"
    return Issue(kind, severity, title, advice, tuple(rows.tolist()))
