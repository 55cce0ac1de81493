"""Settings of the dataset and of its preparation."""

from functools import partial
from typing import Literal

from pydantic import field_validator

from studio.config.model import absolute
from studio.config.setting_field import Section, setting_field

# The value of `data.overlay` that stands for the fixes at the start of a training.
CURRENT_FIXES = "current"

Fit = Literal["crop", "fit", "stretch"]
_split_fraction = partial(
    setting_field, unit="fraction", usual_maximum=0.5, step=0.01, gt=0, lt=0.9
)


class DataConfig(Section):
    """A dataset, its splits, and how its pixels are normalized.

    `path` is used where `source` is `folder`: a folder of class folders, an archive of one, or a
    CSV file of labels beside the images. `test_share` is used where the dataset brings no test
    split. `rename` holds (old, new) pairs of class names; classes of one new name are merged.
    """

    source: str = setting_field(
        "digits",
        "Dataset",
        "Dataset to train on; `folder` stands for your own images.",
        example="mnist",
    )
    path: str | None = setting_field(
        None,
        "Own images",
        "Folder with one folder of images for each class, an archive of one, or a CSV file of file "
        "names and labels.",
        example="photos",
    )
    image_size: int | None = setting_field(
        None,
        "Image size",
        "Height and width to which every image is resized. Larger images show more detail and "
        "train more slowly.",
        unit="pixels",
        none_label="Unchanged",
        ge=4,
        le=1024,
    )
    fit: Fit = setting_field(
        "crop",
        "Fit",
        "How images that are not square become square: crop the longer side, pad the shorter one "
        "(letterbox), or stretch.",
        choices={"crop": "Crop", "fit": "Letterbox", "stretch": "Stretch"},
    )
    color: Literal["own", "grey", "rgb"] = setting_field(
        "own",
        "Color",
        "Whether images are converted to grayscale or color. Grayscale is faster; use color where "
        "it tells classes apart.",
        choices={"own": "Unchanged", "grey": "Grayscale", "rgb": "Color"},
    )
    val_share: float = _split_fraction(
        0.1,
        "Validation fraction",
        "Fraction of the training samples that is held out to select the best epoch. Raise it for "
        "small datasets, where the validation accuracy is coarse.",
    )
    test_share: float = _split_fraction(
        0.2,
        "Test fraction",
        "Fraction of all samples that is held out for the test at the end of a training. It is not "
        "used where the dataset has a test split.",
    )
    split_seed: int = setting_field(
        0,
        "Split seed",
        "Seed that assigns samples to the splits. Keep it to compare trainings on the same splits.",
        ge=0,
    )
    subset: int | None = setting_field(
        None,
        "Training subset",
        "How many samples to use for training and validation. Try a small subset before a long "
        "training.",
        unit="samples",
        none_label="All samples",
        ge=2,
    )
    test_subset: int | None = setting_field(
        None,
        "Test subset",
        "How many samples to use for the test.",
        unit="samples",
        none_label="All samples",
        ge=1,
    )
    rename: tuple[tuple[str, str], ...] = setting_field(
        (),
        "Class names",
        "Pairs of old and new class names. Classes of one new name are merged.",
        example='[["cat", "pet"]]',
    )
    overlay: str = setting_field(
        "",
        "Label fixes",
        "Corrected labels and excluded samples that the training uses, as made on the Mistakes "
        "page. `current` stands for the present ones, whose hash is recorded with the run.",
        none_label="None",
        example="current",
        pattern=r"^(current|[0-9a-f]{16})?$",
    )
    normalize: Literal["standard", "unit", "backbone"] = setting_field(
        "standard",
        "Input normalization",
        "How pixels are scaled: to mean 0 and standard deviation 1 of the training split, divided "
        "by the pixel scale, or as the backbone was trained.",
        choices={
            "standard": "Standardize",
            "unit": "Divide by the pixel scale",
            "backbone": "As the backbone",
        },
    )
    scale: float = setting_field(
        255,
        "Pixel scale",
        "Divisor of the pixels 0..255 where the input normalization uses it.",
        ge=1,
        le=65_535,
    )

    @field_validator("path")
    @classmethod
    def _absolute(cls, path: str | None) -> str | None:
        return absolute(path) if path else None
