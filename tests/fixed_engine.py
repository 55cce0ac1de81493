"""Settings for all tests that compare numbers, so that these are the same on every processor.

With “auto”, precision and number of threads depend on the processor.
"""

FIXED_ENGINE = {
    "engine.device": "cpu",
    "engine.precision": "float32",
    "engine.memory_format": "channels_last",
    "engine.threads": 1,
}


def to_options(settings):
    """Return settings as options of the command line."""
    return [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
