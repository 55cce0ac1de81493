"""The digit normalization of NIST's handprint system, with which UCI's 8x8 digits were made.

Alpaydin and Kaynak used NIST's programs for "Optical Recognition of Handwritten Digits"
(https://doi.org/10.24432/C50P49): M. D. Garris et al., NIST Form-Based Handprint Recognition
System, NISTIR 5469 (1994), sections on `norm_2nd_gen` and `shear_char`. Steps and constants are
theirs, the code is this project's.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import binary_dilation, binary_erosion

SIDE = 32
BOX_WIDTH = 20
BLOCK = 4

# Stroke pixels of the 32x32 bitmap at which strokes are thinned or thickened, once or twice.
THIN_TWICE, THIN_ONCE, THICKEN_ONCE, THICKEN_TWICE = 560, 412, 256, 108

# Rows at the top and the bottom, whose edges are noisy, that do not count for the slant.
NOISY_ROWS = 2
MIN_SHEARED_ROWS = 6


def block_counts(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Count the stroke pixels of a digit in 8x8 blocks, as the UCI digits were made.

    Takes strokes uint8 [h, w] inside their bounding box; returns uint8 [8, 8] of 0..16.
    """
    return count_in_blocks(deslant(normalize_stroke_width(to_bitmap(crop))))


def count_in_blocks(bitmap: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Count the stroke pixels of a bitmap [32, 32] in blocks of 4 x 4, uint8 [8, 8] of 0..16."""
    blocks = bitmap.reshape(SIDE // BLOCK, BLOCK, SIDE // BLOCK, BLOCK)
    counts: NDArray[np.uint8] = blocks.sum(axis=(1, 3)).astype(np.uint8)
    return counts


def to_bitmap(crop: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Stretch the bounding box to 20 x 32 pixels, whatever its shape, in the middle of 32 x 32."""
    image = Image.fromarray(crop.astype(np.float32))
    scaled = np.asarray(image.resize((BOX_WIDTH, SIDE), Image.Resampling.BOX))
    bitmap = np.zeros((SIDE, SIDE), bool)
    left = (SIDE - BOX_WIDTH) // 2
    # Half of the maximum, not of 255, so that a thin line survives being scaled down.
    bitmap[:, left : left + BOX_WIDTH] = scaled >= scaled.max() / 2
    return bitmap


def normalize_stroke_width(bitmap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Thin or thicken strokes until they cover about as much as those of a usual pen."""
    area = int(bitmap.sum())
    for limit in (THIN_ONCE, THIN_TWICE):
        bitmap = binary_erosion(bitmap) if area > limit else bitmap
    for limit in (THICKEN_ONCE, THICKEN_TWICE):
        bitmap = binary_dilation(bitmap) if area < limit else bitmap
    return bitmap


def deslant(bitmap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Shift rows sideways until the left edges near the top and the bottom are aligned."""
    return _shift_rows(bitmap, slant_shifts(bitmap))


def slant_shifts(bitmap: NDArray[np.bool_]) -> NDArray[np.int_]:
    """Return by how many pixels `deslant` shifts each row to the right, int [32]."""
    straight = np.zeros(SIDE, int)
    rows = np.flatnonzero(bitmap.any(axis=1))
    if rows.size == 0 or rows[-1] - rows[0] + 1 < MIN_SHEARED_ROWS:
        return straight
    top, bottom = rows[0] + NOISY_ROWS, rows[-1] - NOISY_ROWS
    if not (bitmap[top].any() and bitmap[bottom].any()):
        return straight
    slope = (int(bitmap[top].argmax()) - int(bitmap[bottom].argmax())) / (bottom - top)
    shifts: NDArray[np.int_] = np.rint((np.arange(SIDE) - SIDE // 2) * slope).astype(int)
    return shifts


def _shift_rows(bitmap: NDArray[np.bool_], shifts: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Shift each row to the right; pixels that leave the bitmap are lost, as in NIST's code."""
    columns = np.arange(SIDE) - shifts[:, None]
    inside = (columns >= 0) & (columns < SIDE)
    rows = np.arange(SIDE)[:, None]
    shifted: NDArray[np.bool_] = bitmap[rows, np.clip(columns, 0, SIDE - 1)] & inside
    return shifted
