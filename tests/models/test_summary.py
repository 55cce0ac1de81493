"""Totals are the sums of the layers, and counting needs no torch."""

import subprocess
import sys

from studio.config import ModelConfig
from studio.models import summarize


def test_totals_are_the_sums_of_the_layers():
    summary = summarize(ModelConfig(variant="mini-vgg-v2"))
    assert summary.parameters == sum(layer.parameters for layer in summary.layers)
    assert summary.multiply_adds == sum(layer.multiply_adds for layer in summary.layers)
    assert summary.buffers == 2 * (16 + 32)
    # conv, norm | pool, ReLU | conv, norm | pool, ReLU | flatten, norm | fc, ReLU | output
    floats = 2 * 16 * 28**2 + 2 * 16 * 81 + 2 * 32 * 81 + 2 * 32 * 16 + 2 * 512 + 2 * 128 + 10
    assert summary.activation_bytes == 4 * floats


def test_counting_does_not_import_torch():
    code = (
        "import sys; from studio.config import ModelConfig; import studio.models as m;"
        "[m.summarize(ModelConfig(variant=v, image_size=32)) for v in m.VARIANTS];"
        "import studio.models.torchvision_names as t; t.torchvision_names('vgg16');"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
