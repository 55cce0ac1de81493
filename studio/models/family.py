"""The variants of the VGG family: one row each."""

from dataclasses import dataclass

from studio.config import Norm


@dataclass(frozen=True)
class Variant:
    """A network of the family: blocks of convolutions, each block ended by a 2x2 max-pool.

    `filters` holds one tuple a block and in it the filters of each convolution; `hidden` the widths
    of the fully connected layers before the output.
    """

    title: str
    summary: str
    filters: tuple[tuple[int, ...], ...]
    hidden: tuple[int, ...]
    dropout: float
    kernel_size: int = 3
    norm: Norm = "none"


VARIANTS: dict[str, Variant] = {
    "simple-vgg": Variant(
        "Simple VGG",
        "Three convolutions of 32, 64 and 128 filters, a max-pool after each, one hidden layer.",
        filters=((32,), (64,), (128,)),
        hidden=(256,),
        dropout=0.5,
    ),
    "tiny-vgg": Variant(
        "Tiny VGG",
        "Three blocks of two convolutions with 64, 128 and 256 filters, one hidden layer.",
        filters=((64, 64), (128, 128), (256, 256)),
        hidden=(256,),
        dropout=0.0,
    ),
}
