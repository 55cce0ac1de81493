"""Which bfloat16 instructions the processor is treated as having: found out, or overridden."""

import os

from studio.errors import DeviceError

# Tests set it to run as on another processor; so can anyone who wants to compare the precisions.
# It travels with the environment to every process that the program or a test starts.
PROCESSOR_VARIABLE = "VGG_STUDIO_PROCESSOR"
# The instructions of each, by torch's names. torch computes bfloat16 on all of them: the override
# changes what “auto” chooses, not what is possible.
PROCESSORS: dict[str, frozenset[str]] = {
    "amx": frozenset({"amx_bf16", "avx512_bf16"}),
    "avx512_bf16": frozenset({"avx512_bf16"}),
    "none": frozenset(),
}


def processor_override() -> str | None:
    """The name of the processor to be treated as, or None for the real one.

    Raises DeviceError when the environment variable holds anything else.
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
