"""Settings of the computation: where and how it runs."""

from typing import Literal

from studio.config.setting_field import Section, setting_field

_MEASURED = "“Automatic” measures which is fastest before a long training."


class EngineConfig(Section):
    """Device, precision and threads; they change what is learned only by rounding.

    `auto` and 0 choose by a short measurement where the training is long enough to pay for it.
    """

    device: str = setting_field(
        "auto",
        "Device",
        "Where the training runs. “Automatic” takes a GPU if there is one.",
        choices={
            "auto": "Automatic",
            "cpu": "Processor (CPU)",
            "cuda": "NVIDIA GPU (CUDA)",
            "mps": "Apple GPU (MPS)",
        },
        pattern=r"^(auto|cpu|cuda(:\d+)?|mps)$",
    )
    precision: Literal["auto", "float32", "bfloat16"] = setting_field(
        "auto",
        "Precision",
        f"Number format of the computation. {_MEASURED}",
        choices={"auto": "Automatic", "float32": "float32", "bfloat16": "bfloat16"},
    )
    memory_format: Literal["auto", "channels_last", "contiguous"] = setting_field(
        "auto",
        "Memory format",
        f"Order of pixels and channels in memory. {_MEASURED}",
        choices={
            "auto": "Automatic",
            "channels_last": "Channels last",
            "contiguous": "Contiguous",
        },
    )
    threads: int = setting_field(
        0, "CPU threads", "Number of CPU threads; 0 chooses automatically.", ge=0, le=256
    )
    log_every: int = setting_field(
        10,
        "Logging interval",
        "Number of steps between two recorded training losses. Reading the loss more often slows a "
        "GPU down.",
        unit="steps",
        ge=1,
        le=100_000,
    )
    history: bool = setting_field(
        True,
        "Training history",
        "Records in every epoch how each training sample was predicted, for the view “Learning” of "
        "the Mistakes page and for label issues. It takes 3 bytes per sample and epoch.",
    )
    keep_weights: Literal["none", "powers_of_two", "every"] = setting_field(
        "none",
        "Keep weights of epochs",
        "Keeps the weights after these epochs, so that the Draw page can show what the model said "
        "at that time. Each kept epoch takes 4 bytes per parameter on the disk.",
        choices={
            "none": "None",
            "powers_of_two": "Epochs 1, 2, 4, 8, …",
            "every": "Every epoch",
        },
    )
    test_at_end: bool = setting_field(
        True,
        "Test accuracy at the end",
        "Measures the accuracy on the test split at the end of the training. Turn it off while "
        "settings are compared, so that the test split takes no part in the choice.",
    )
    max_steps: int | None = setting_field(
        None,
        "Steps",
        "Number of training steps, each on one batch, after which a training ends, whatever the "
        "number of epochs.",
        none_label="No limit",
        step=100,
        ge=1,
    )
    max_minutes: float | None = setting_field(
        None,
        "Minutes",
        "Time of training and validation after which a training ends; preparation, pauses and the "
        "test are not counted. A cosine or one-cycle schedule then falls with the time, so that "
        "two such trainings differ.",
        none_label="No limit",
        step=1.0,
        gt=0,
        le=100_000,
    )
