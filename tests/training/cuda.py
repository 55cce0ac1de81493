"""The marks of tests that need a CUDA device: `pytest -m cuda tests/training` runs them all."""

import pytest
import torch

needs_cuda = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]
