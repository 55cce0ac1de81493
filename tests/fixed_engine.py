"""The settings of every test that compares numbers, so that they are the same on every processor.

Left to “auto”, the precision depends on the processor, and the threads on its cores.
"""

FIXED_ENGINE = {
    "engine.device": "cpu",
    "engine.precision": "float32",
    "engine.memory_format": "channels_last",
    "engine.threads": 1,
}


def setting_words(settings):
    """The words of the command line that make these settings."""
    return [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
