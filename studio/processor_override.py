"""An override of the bfloat16 instructions that the processor is detected to have."""

import os

from studio.errors import DeviceError

# Set it to get the precision that “auto” chooses on another processor. Child processes inherit it.
PROCESSOR_VARIABLE = "VGG_STUDIO_PROCESSOR"
# Instruction sets of each processor, by torch's names. The override changes only what “auto”
# chooses: torch computes bfloat16 on all of them.
PROCESSORS: dict[str, frozenset[str]] = {
    "amx": frozenset({"amx_bf16", "avx512_bf16"}),
    "avx512_bf16": frozenset({"avx512_bf16"}),
    "none": frozenset(),
}


def processor_override() -> str | None:
    """Return the name of the processor to assume, or None for the real one.

    Raises DeviceError if the environment variable has an unknown value.
    """
    name = os.environ.get(PROCESSOR_VARIABLE)
    if not name:
        return None
    if name not in PROCESSORS:
        known = ", ".join(f"“{known}”" for known in PROCESSORS)
        raise DeviceError(
            f"The environment variable {PROCESSOR_VARIABLE} is “{name}”.",
            f"Set it to one of {known}, or unset it.",
        )
    return name
