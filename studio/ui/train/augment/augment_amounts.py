"""The settings of the augmentation as the form shows them. No Qt here."""

from typing import NamedTuple


class Amount(NamedTuple):
    """A slider: values 0..`largest` in steps of `step`, said times `scale` with `unit`."""

    name: str
    label: str
    largest: float
    step: float
    unit: str
    scale: float
    digits: int
    tip: str

    @property
    def setting(self) -> str:
        """The dotted name."""
        return f"augment.{self.name}"

    def words(self, value: float) -> str:
        """The value with its unit."""
        return f"{self.scale * value:.{self.digits}f}{self.unit}"


def _share(name: str, label: str, largest: float, tip: str) -> Amount:
    return Amount(name, label, largest, 0.01, " %", 100, 0, tip)


ROTATE = Amount(
    "rotate", "Rotate", 180, 1, "°", 1, 0, "Turns each picture by up to this much either way"
)
SHAPE = (
    ROTATE,
    Amount("shear", "Slant", 45, 1, "°", 1, 0, "Slants each picture, as handwriting does"),
    _share("zoom", "Zoom", 0.5, "Makes each picture larger or smaller by up to this much"),
    _share("shift", "Shift", 0.3, "Moves each picture off its place, by a share of its side"),
)
LIGHT = (
    _share("brightness", "Brightness", 0.9, "Makes each picture lighter or darker"),
    _share("contrast", "Contrast", 0.9, "Makes the differences in each picture stronger or weaker"),
)
DAMAGE = (
    Amount("blur", "Blur", 3, 0.1, " px", 1, 1, "Blurs each picture, by up to this many pixels"),
    _share("noise", "Noise", 0.5, "Adds grain, up to this share of full brightness"),
    _share("erase", "Erase", 1, "Hides a rectangle in this share of the pictures"),
)
THICKNESS = _share("thickness", "Thickness", 1, "Makes light strokes on dark thicker or thinner")
AMOUNTS = (*SHAPE, *LIGHT, *DAMAGE, THICKNESS)
