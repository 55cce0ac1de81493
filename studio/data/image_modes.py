"""Convert every mode of Pillow to 8-bit grey or color, band by band so that memory stays small."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

# Pixels converted at a time. Beside the decoded image and the result, nothing as large exists.
_BAND_PIXELS = 1 << 20

# An image is flattened on black when fewer than this fraction of its visible pixels differ from
# white by at least so many levels.
_MIN_CONTRAST = 32
_MIN_DARK_FRACTION = 0.001

# Pixels of a float image by which its scale is judged; of larger images a regular sample.
_MAX_SAMPLE = 1 << 20
_FLOAT_SCALES = (1.0, 255.0, 65535.0)
_TOLERANCE = 0.25
# No brightness: TIFF files mark missing values with ±3.4e38.
_MAX_FLOAT = 1e30

Box = tuple[int, int, int, int]
BandConverter = Callable[[Image.Image], Image.Image]


def to_grey_or_rgb(image: Image.Image) -> Image.Image:
    """Convert any mode to L or RGB; transparency is flattened as `_flatten` says."""
    if image.mode.startswith("I") or image.mode == "F":
        return _convert_high_depth(image)
    if image.mode == "LAB":
        return _convert_lab(image)
    if image.has_transparency_data:
        is_grey = image.mode in ("1", "L", "LA", "La")
        return _flatten(image, _to_rgba, "L" if is_grey else "RGB")
    mode = "L" if image.mode in ("1", "L") else "RGB"
    return image if image.mode == mode else image.convert(mode)


def match_transparent_color(image: Image.Image) -> None:
    """Scale the transparent color of a PNG that is not decoded yet to the pixels Pillow makes.

    Pillow keeps the color as the file has it, but widens 2 and 4 bits to 8 and of 16-bit colors
    keeps the high byte. The pixels of 16-bit grey are kept as they are.
    """
    color = image.info.get("transparency")
    raw_mode = next((str(tile.args) for tile in getattr(image, "tile", ())), "")
    if isinstance(color, tuple) and raw_mode == "RGB;16B":
        image.info["transparency"] = tuple(value >> 8 for value in color)
    elif isinstance(color, int) and raw_mode in ("L;2", "L;4"):
        image.info["transparency"] = color * (85 if raw_mode == "L;2" else 17)


def _boxes(image: Image.Image) -> Iterator[Box]:
    """The boxes of the bands of an image, from top to bottom."""
    rows = max(1, _BAND_PIXELS // max(image.width, 1))
    for top in range(0, image.height, rows):
        yield 0, top, image.width, min(top + rows, image.height)


def _convert_bands(image: Image.Image, convert: BandConverter, mode: str) -> Image.Image:
    if image.width * image.height <= _BAND_PIXELS:
        return convert(image)
    result = Image.new(mode, image.size)
    for box in _boxes(image):
        result.paste(convert(image.crop(box)), box)
    return result


def _to_rgba(band: Image.Image) -> Image.Image:
    if band.mode == "La":  # premultiplied; Pillow converts it to nothing else
        band = band.convert("LA")
    return band.convert("RGBA")


def _flatten(image: Image.Image, to_rgba: BandConverter, mode: str) -> Image.Image:
    """Compose the image, which `to_rgba` converts by bands, on white.

    It is composed on black where hardly anything could be seen on white, as white ink.
    """

    def compose(background: str) -> Image.Image:
        def compose_band(band: Image.Image) -> Image.Image:
            color = to_rgba(band)
            sheet = Image.new("RGBA", color.size, background)
            return Image.alpha_composite(sheet, color).convert(mode)

        return _convert_bands(image, compose_band, mode)

    on_white = compose("white")
    is_visible = _shows_much(on_white) or not _vanishes_on_white(image, to_rgba)
    return on_white if is_visible else compose("black")


def _shows_much(image: Image.Image) -> bool:
    """Whether enough pixels differ from white in one channel: quick, and usually the case."""
    counts = image.histogram()  # of all levels of the first channel, then of the next
    dark = max(sum(counts[k : k + 256 - _MIN_CONTRAST]) for k in range(0, len(counts), 256))
    return dark > _MIN_DARK_FRACTION * image.width * image.height


def _vanishes_on_white(image: Image.Image, to_rgba: BandConverter) -> bool:
    """Whether many pixels would be seen on black, but hardly any on white."""
    dark = light = 0
    for box in _boxes(image):
        red, green, blue, alpha = np.moveaxis(np.asarray(to_rgba(image.crop(box))), -1, 0)
        opacity = alpha.astype(np.uint16)
        darkest, lightest = _channel_range(red, green, blue)
        dark += int(np.count_nonzero(opacity * (255 - darkest) >= 255 * _MIN_CONTRAST))
        light += int(np.count_nonzero(opacity * lightest >= 255 * _MIN_CONTRAST))
    return dark < _MIN_DARK_FRACTION * light


def _channel_range(
    *channels: NDArray[np.uint8],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The lowest and the highest value of each pixel; faster than over a short last axis."""
    low = high = channels[0]
    for channel in channels[1:]:
        low, high = np.minimum(low, channel), np.maximum(high, channel)
    return low, high


def _convert_lab(image: Image.Image) -> Image.Image:
    """Convert CIE L*a*b* with a color profile, which Pillow's `convert` cannot do."""
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    if converted is None:
        raise ValueError("no conversion from LAB")
    return converted


def _convert_high_depth(image: Image.Image) -> Image.Image:
    """Convert 16-bit, 32-bit and float grey to 8 bits, clipped to the scale of the image.

    NaN and -infinity become black, infinity becomes white.
    """
    low, extent = _float_scale(image) if image.mode == "F" else _integer_scale(image)
    factor = 255 / extent if extent else 0.0
    transparent = image.info.get("transparency")

    def to_grey(band: Image.Image) -> Image.Image:
        with np.errstate(invalid="ignore"):  # infinity times 0, NaN
            levels = (np.asarray(band, np.float64) - low) * factor
            return Image.fromarray(np.rint(np.nan_to_num(levels.clip(0, 255))).astype(np.uint8))

    def to_rgba(band: Image.Image) -> Image.Image:
        alpha = np.where(np.asarray(band) == transparent, 0, 255).astype(np.uint8)
        return Image.merge("LA", (to_grey(band), Image.fromarray(alpha))).convert("RGBA")

    if isinstance(transparent, int):
        return _flatten(image, to_rgba, "L")
    return _convert_bands(image, to_grey, "L")


def _integer_scale(image: Image.Image) -> tuple[float, float]:
    """The value of black and the distance of white: 0..255, 0..65535, or minimum to maximum."""
    if image.mode.startswith("I;16"):
        return 0.0, 65535.0
    low, high = (float(value) for value in np.ravel(image.getextrema()))
    if low < 0 or high > 65535:
        return low, high - low
    return 0.0, 65535.0 if high > 255 else 255.0


def _float_scale(image: Image.Image) -> tuple[float, float]:
    """The value of black and the distance of white of a float image, judged by most of its values.

    It is the first of 0..1, 0..255 and 0..65535 that contains 99 % of the positive values. A
    tolerance of a quarter allows for noise and for the overshoot of resampling, so that a few
    pixels slightly above 1, or far above, do not make the others black. Values that are clearly
    negative, or above all scales, are stretched between their 0.1 % and 99.9 % quantiles.
    """
    values = _sample(image)
    if not values.size:
        return 0.0, 1.0
    low, high = np.quantile(values, (0.001, 0.999), method="closest_observation").tolist()
    positive = values[values > 0]
    bulk = float(np.quantile(positive, 0.99, method="lower")) if positive.size else 0.0
    top = next((scale for scale in _FLOAT_SCALES if bulk <= scale * (1 + _TOLERANCE)), None)
    if top is not None and low >= -_TOLERANCE * bulk:
        return 0.0, top
    return low, high - low


def _sample(image: Image.Image) -> NDArray[np.float64]:
    """The finite values of a regular sample of the pixels, [N]."""
    step = -(-image.width * image.height // _MAX_SAMPLE)
    bands = (np.ravel(np.asarray(image.crop(box))) for box in _boxes(image))
    values = np.concatenate([band[::step] for band in bands]).astype(np.float64)
    return values[np.abs(values) < _MAX_FLOAT]
