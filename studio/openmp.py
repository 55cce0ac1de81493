"""How the threads of torch wait for each other. To be said before torch is loaded."""

import os
from collections.abc import Mapping

_POLICY = "OMP_WAIT_POLICY"
_SPINS = "GOMP_SPINCOUNT"  # of GNU's OpenMP, which torch brings on Linux
_BRIEFLY = "3000"  # turns of a loop, 0.2 ms of processor time where it was measured


def share_cores() -> None:
    """Let threads sleep soon when they wait, unless the user's environment says otherwise.

    By themselves they spin for milliseconds, and as soon as anything else runs each waits for one
    that has no core. Sleeping at once costs them a wake-up after every gap between two operations.
    Measured on 2 cores with 2 threads, as a share of the speed of sleeping at once, for Tiny VGG
    and Simple VGG: spinning briefly 1.12 and 1.19 with both cores free, 0.95 and 0.88 beside one
    busy process; ten times as long 1.16 and 1.55, and 0.63 and 0.39; by themselves 1.16 and 1.77,
    and 0.52 and 0.47.
    """
    if _POLICY not in os.environ:
        os.environ[_POLICY] = "passive"
        os.environ.setdefault(_SPINS, _BRIEFLY)


def usual_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a process whose threads wait as they do by themselves."""
    return {name: value for name, value in environ.items() if name not in (_POLICY, _SPINS)}
