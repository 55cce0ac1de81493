"""The digit normalisation of NIST's handprint system, which made the 8x8 digits of UCI.

Alpaydin and Kaynak used NIST's programs for "Optical Recognition of Handwritten Digits"
(https://doi.org/10.24432/C50P49): M. D. Garris et al., NIST Form-Based Handprint Recognition
System, NISTIR 5469 (1994), sections on `norm_2nd_gen` and `shear_char`. The steps and their
numbers are theirs; the code is this project's.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 32
BOX_WIDTH = 20
BLOCK = 4

# Pixels of ink in the 32x32 bitmap at which strokes are thinned or thickened, once or twice.
THIN_TWICE, THIN_ONCE, THICKEN_ONCE, THICKEN_TWICE = 560, 412, 256, 108

# Rows left out at the top and the bottom when the slant is measured: their edges are noisy.
NOISY_ROWS = 2
SMALLEST_SHEARED = 6


def block_counts(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Count the ink of a cropped digit in 8x8 blocks, as the UCI digits were made.

    Takes the ink inside its bounding box, uint8 [h, w], 255 = ink. Returns uint8 [8, 8] of 0..16.
    """
    bitmap = _straighten(_even_strokes(_fit(crop)))
    blocks = bitmap.reshape(SIDE // BLOCK, BLOCK, SIDE // BLOCK, BLOCK)
    counts: NDArray[np.uint8] = blocks.sum(axis=(1, 3)).astype(np.uint8)
    return counts


def _fit(crop: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Stretch the box over 20 x 32 pixels, whatever its shape, in the middle of 32 x 32."""
    sheet = Image.fromarray(crop.astype(np.float32))
    scaled = np.asarray(sheet.resize((BOX_WIDTH, SIDE), Image.Resampling.BOX))
    bitmap = np.zeros((SIDE, SIDE), bool)
    left = (SIDE - BOX_WIDTH) // 2
    # Half of the darkest, not of 255: a thin pen's line must survive being scaled down.
    bitmap[:, left : left + BOX_WIDTH] = scaled >= scaled.max() / 2
    return bitmap


def _even_strokes(bitmap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Bring the amount of ink near to what a pen of ordinary width leaves."""
    ink = int(bitmap.sum())
    for limit in (THIN_ONCE, THIN_TWICE):
        bitmap = _thin(bitmap) if ink > limit else bitmap
    for limit in (THICKEN_ONCE, THICKEN_TWICE):
        bitmap = _thicken(bitmap) if ink < limit else bitmap
    return bitmap


def _thicken(bitmap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Ink wherever a pixel or one of its four neighbours has ink."""
    padded = np.pad(bitmap, 1)
    sides = padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:]
    return bitmap | sides


def _thin(bitmap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Ink only where a pixel and its four neighbours have ink; outside the bitmap is paper."""
    padded = np.pad(bitmap, 1)
    sides = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return bitmap & sides


def _straighten(bitmap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Shift rows sideways until the left edges near the top and the bottom stand in line."""
    rows = np.flatnonzero(bitmap.any(axis=1))
    if rows.size == 0 or rows[-1] - rows[0] + 1 < SMALLEST_SHEARED:
        return bitmap
    top, bottom = rows[0] + NOISY_ROWS, rows[-1] - NOISY_ROWS
    if not (bitmap[top].any() and bitmap[bottom].any()):
        return bitmap
    slope = (int(bitmap[top].argmax()) - int(bitmap[bottom].argmax())) / (bottom - top)
    shifts = np.rint((np.arange(SIDE) - SIDE // 2) * slope).astype(int)
    return _shift_rows(bitmap, shifts)


def _shift_rows(bitmap: NDArray[np.bool_], shifts: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Move each row to the right by its shift; what leaves the bitmap is lost, as in NIST's."""
    columns = np.arange(SIDE) - shifts[:, None]
    inside = (columns >= 0) & (columns < SIDE)
    rows = np.arange(SIDE)[:, None]
    moved: NDArray[np.bool_] = bitmap[rows, np.clip(columns, 0, SIDE - 1)] & inside
    return moved
