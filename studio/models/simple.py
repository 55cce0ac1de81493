"""The Simple VGG as a class of its own, for those who build networks in Python."""

from collections.abc import Sequence

from studio.config import ModelConfig
from studio.models.vgg import VGG


class SimpleVGGModel(VGG):
    """Convolutions of the widths in `filters`, each with ReLU and a 2x2 max-pool, a hidden layer.

    Float [N, in_channels, image_size, image_size] in, logits [N, num_classes] out.
    Raises ConfigError when the picture is too small for its pools.
    """

    def __init__(
        self,
        num_classes: int = 10,
        image_size: int = 28,
        in_channels: int = 1,
        filters: Sequence[int] = (32, 64, 128),
        hidden: int = 256,
        dropout: float = 0.5,
    ) -> None:
        super().__init__(
            ModelConfig(
                variant="simple-vgg",
                in_channels=in_channels,
                image_size=image_size,
                num_classes=num_classes,
                filters=tuple((width,) for width in filters),
                hidden=(hidden,),
                dropout=dropout,
            )
        )
