"""Terminal output of the quickstart, and the error that ends it."""

import sys


class SetupError(Exception):
    """Ends the quickstart; the message is shown on the terminal."""


def say(text: str = "") -> None:
    """Print a line and flush, so that it also appears at once in a pipe."""
    print(text, flush=True)


def say_error(text: str) -> None:
    """Print to stderr, after everything already printed to stdout."""
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)
