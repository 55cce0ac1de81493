"""VGG-19 for CIFAR-10, layer by layer, as published."""

from studio.config import ModelConfig
from studio.models import summarize

# Name, output, parameters with the running statistics of batch norm; convolutions by
# (3 * 3 * in + 1) * out, linear layers by (in + 1) * out, batch norm by 4 * width.
PUBLISHED = [
    ("conv1_1", (64, 32, 32), 1_792),
    ("conv1_2", (64, 32, 32), 36_928),
    ("pool1", (64, 16, 16), 0),
    ("conv2_1", (128, 16, 16), 73_856),
    ("conv2_2", (128, 16, 16), 147_584),
    ("pool2", (128, 8, 8), 0),
    ("conv3_1", (256, 8, 8), 295_168),
    ("conv3_2", (256, 8, 8), 590_080),
    ("conv3_3", (256, 8, 8), 590_080),
    ("conv3_4", (256, 8, 8), 590_080),
    ("pool3", (256, 4, 4), 0),
    ("conv4_1", (512, 4, 4), 1_180_160),
    ("conv4_2", (512, 4, 4), 2_359_808),
    ("conv4_3", (512, 4, 4), 2_359_808),
    ("conv4_4", (512, 4, 4), 2_359_808),
    ("pool4", (512, 2, 2), 0),
    ("conv5_1", (512, 2, 2), 2_359_808),
    ("conv5_2", (512, 2, 2), 2_359_808),
    ("conv5_3", (512, 2, 2), 2_359_808),
    ("conv5_4", (512, 2, 2), 2_359_808),
    ("pool5", (512, 1, 1), 0),
    ("flatten", (512,), 0),
    ("norm_flat", (512,), 2_048),
    ("fc1", (4096,), 2_101_248),
    ("drop1", (4096,), 0),
    ("norm_fc1", (4096,), 16_384),
    ("fc2", (4096,), 16_781_312),
    ("drop2", (4096,), 0),
    ("norm_fc2", (4096,), 16_384),
    ("fc3", (1000,), 4_097_000),
    ("norm_fc3", (1000,), 4_000),
    ("output", (10,), 10_010),
]


def test_every_layer_is_the_published_one():
    summary = summarize(ModelConfig(variant="vgg19-cifar", in_channels=3, image_size=32))
    ours = [
        (layer.name, layer.out_shape, layer.parameters + layer.buffers)
        for layer in summary.layers
        if layer.kind != "activation"
    ]
    assert ours == PUBLISHED
    assert summary.parameters + summary.buffers == 43_052_770
    assert summary.parameters == 43_033_362
