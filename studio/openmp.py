"""How the threads of torch wait for each other. To be said before torch is loaded."""

import os
from collections.abc import Mapping

_POLICY = "OMP_WAIT_POLICY"


def share_cores() -> None:
    """Let threads sleep while they wait, unless the user's environment says otherwise.

    By themselves they spin, and as soon as anything else runs each waits for one that has no core.
    Measured on 2 cores, pictures a second: beside one busy process 2 spinning threads trained Tiny
    VGG at 48, Simple VGG at 565 and Mini VGG 2 at 635, sleeping ones at 84, 935 and 1,891. With
    both cores free it was 147, 1,733 and 2,715 to 130, 1,082 and 1,086.
    """
    os.environ.setdefault(_POLICY, "passive")


def cores_are_shared() -> bool:
    """Whether threads sleep while they wait, so that every core can have one."""
    return os.environ.get(_POLICY, "").lower() == "passive"


def usual_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a process whose threads wait as they do by themselves."""
    return {name: value for name, value in environ.items() if name != _POLICY}
