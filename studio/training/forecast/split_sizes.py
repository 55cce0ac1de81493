"""The numbers of samples in the splits of a data set that has not been read. No torch here."""

from dataclasses import dataclass
from typing import Final

from studio.config import DataConfig
from studio.data.dataset_shape import DatasetShape

# The published test splits; other data sets lose `data.test_share` of their samples.
_TEST_SAMPLES: Final = {
    "mnist": 10_000,
    "fashion_mnist": 10_000,
    "kmnist": 10_000,
    "emnist_digits": 40_000,
    "emnist_letters": 20_800,
    "cifar10": 10_000,
}


@dataclass(frozen=True)
class SplitSizes:
    """The number of samples in each split."""

    train: int
    val: int
    test: int

    @property
    def total(self) -> int:
        """All samples."""
        return self.train + self.val + self.test


def split_sizes(config: DataConfig, shape: DatasetShape) -> SplitSizes:
    """Estimate the splits as `studio.data.splits` makes them: right but for a sample per class."""
    test = _TEST_SAMPLES.get(config.source, round(config.test_share * shape.count))
    rest = shape.count - test
    val = round(config.val_share * rest)
    train = rest - val
    if config.subset and config.subset < rest:
        val = min(max(round(config.subset * val / rest), 1), config.subset - 1)
        train = config.subset - val
    return SplitSizes(max(train, 1), max(val, 1), min(test, config.test_subset or test))
