"""How the quickstart speaks, and the one way it gives up."""

import sys


class CannotGoOnError(Exception):
    """The quickstart ends here; the text is for the person at the terminal."""


def say(text: str = "") -> None:
    """Print one line now, also into a pipe."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print to the error stream, after what was already said."""
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)
