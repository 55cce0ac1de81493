"""Checks of the files that `torch.save` writes, before `torch.load` reads them.

`torch.load(weights_only=True)` runs no code of a file, but it hashes any dictionary key, which can
take forever, and allocates what a file claims. What passes `check_tensor_file` costs no more than
the size of the file.
"""

from studio.models.tensor_files.check import check_tensor_file, is_zip
from studio.models.tensor_files.error import TensorFileError
from studio.models.tensor_files.safetensors_check import check_safetensors

__all__ = ["TensorFileError", "check_safetensors", "check_tensor_file", "is_zip"]
