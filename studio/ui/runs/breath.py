"""Lets the window answer while another thread computes in Python."""

import time

BREATH_SECONDS = 0.001


def breathe() -> None:
    """Let go of the interpreter for long enough that the window's thread gets it.

    Painting a table asks for it a thousand times; each time it would wait for its turn.
    """
    time.sleep(BREATH_SECONDS)
