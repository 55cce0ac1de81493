"""Settings of the data augmentation."""

from typing import Any

from studio.config.setting_field import Section, setting_field


def _fraction(label: str, help_text: str, **attributes: Any) -> Any:
    return setting_field(0, label, help_text, unit="fraction", step=0.01, ge=0, **attributes)


class AugmentConfig(Section):
    """Random changes of the training images; each value is the largest change either way."""

    rotate: float = setting_field(
        0,
        "Rotation",
        "Largest rotation in either direction. Beyond 45° digits and letters are hard to tell "
        "apart.",
        unit="degrees",
        step=1,
        ge=0,
        le=180,
    )
    shear: float = setting_field(
        0,
        "Shear",
        "Largest horizontal shear in either direction, which slants images like handwriting.",
        unit="degrees",
        usual_maximum=45,
        step=1,
        ge=0,
        le=60,
    )
    zoom: float = _fraction(
        "Zoom",
        "Largest enlargement or reduction, as a fraction of the size.",
        usual_maximum=0.5,
        lt=0.9,
    )
    shift: float = _fraction(
        "Shift",
        "Largest shift in each direction, as a fraction of the side.",
        usual_maximum=0.3,
        le=0.5,
    )
    thickness: float = _fraction(
        "Thickness",
        "Makes light strokes on a dark background thicker or thinner by up to one pixel. Use it "
        "for drawings and handwriting.",
        le=1,
    )
    flip_horizontal: bool = setting_field(
        False,
        "Horizontal flip",
        "Mirrors half of the images left to right. Use it for objects and clothes, not for digits "
        "or letters.",
    )
    flip_vertical: bool = setting_field(
        False,
        "Vertical flip",
        "Mirrors half of the images top to bottom. Use it for images seen from above.",
    )
    brightness: float = _fraction(
        "Brightness",
        "Largest change of the brightness, as a fraction of each pixel.",
        usual_maximum=0.9,
        le=1,
    )
    contrast: float = _fraction(
        "Contrast",
        "Largest change of the contrast, as a fraction of the distance from the mean.",
        usual_maximum=0.9,
        lt=1,
    )
    blur: float = setting_field(
        0,
        "Blur",
        "Largest standard deviation of a Gaussian blur.",
        unit="pixels",
        usual_maximum=3,
        step=0.1,
        ge=0,
        le=5,
    )
    noise: float = _fraction(
        "Noise",
        "Largest standard deviation of Gaussian noise, as a fraction of full brightness.",
        usual_maximum=0.5,
        le=1,
    )
    erase: float = _fraction(
        "Erase",
        "Fraction of the images in which a random rectangle is erased. Use it when objects may be "
        "partly hidden.",
        le=1,
    )

    @property
    def active(self) -> bool:
        """Whether anything is changed at all."""
        return any(self.model_dump().values())
