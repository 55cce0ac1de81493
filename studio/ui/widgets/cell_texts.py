"""What stands in the cells of a confusion matrix, as long as there is room for it."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QFont, QFontMetrics

from studio.ui.widgets import confusion_colors

Matrix = npt.NDArray[np.int64]
Texts = dict[tuple[int, int], str]
Percent = Callable[[float, int], str]  # a fraction and its decimals

_SIZES = (13, 12, 11, 10, 9)  # pixels; smaller digits cannot be read
_MARGIN = 3


def fitting_texts(
    matrix: Matrix, by_share: bool, percent: Percent, cell: int, base: QFont
) -> tuple[QFont, Texts]:
    """Return the text of each cell that is not 0 and the font for cells of side `cell` pixels.

    Thousands are shortened where the whole number does not fit. Without room for any text, there is
    none.
    """
    versions = _share_texts(matrix, percent) if by_share else _count_texts(matrix)
    for texts in versions:
        for pixels in _SIZES:
            font = QFont(base)
            font.setPixelSize(pixels)
            if _fits(QFontMetrics(font), texts, cell - _MARGIN):
                return font, texts
    return base, {}


def _fits(metrics: QFontMetrics, texts: Texts, room: int) -> bool:
    widest = max(map(metrics.horizontalAdvance, set(texts.values())), default=0)
    return widest <= room and metrics.ascent() <= room


def _count_texts(matrix: Matrix) -> tuple[Texts, Texts]:
    counts = {cell: int(matrix[cell]) for cell in _filled(matrix)}
    short = {cell: f"{n / 1000:.0f}k" if n >= 1000 else str(n) for cell, n in counts.items()}
    return {cell: str(count) for cell, count in counts.items()}, short


def _share_texts(matrix: Matrix, percent: Percent) -> tuple[Texts, Texts]:
    """Percentages without their sign, which the legend shows."""
    shares = confusion_colors.shares(matrix)
    found = {cell: float(shares[cell]) for cell in _filled(matrix)}
    full = {cell: _bare(percent(share, 0 if share >= 0.1 else 1)) for cell, share in found.items()}
    return full, {cell: _bare(percent(share, 0)) for cell, share in found.items()}


def _bare(percentage: str) -> str:
    return percentage.removesuffix("%").strip()


def _filled(matrix: Matrix) -> list[tuple[int, int]]:
    return [(int(row), int(column)) for row, column in np.argwhere(matrix)]
