"""The states of a training session and what each allows. No Qt here."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class StateTraits:
    """Whether a training is running, can be paused or stopped, or has a result to show."""

    name: str
    busy: bool = False
    pause: bool = False
    stop: bool = False
    result: bool = False
    tone: str = ""


class TrainingState(Enum):
    """The state of the latest training, READY before the first one."""

    READY = StateTraits("ready")
    STARTING = StateTraits("starting", busy=True, stop=True)
    RUNNING = StateTraits("running", busy=True, pause=True, stop=True)
    PAUSED = StateTraits("paused", busy=True, pause=True, stop=True)
    WAITING = StateTraits("waiting for room on the disk", busy=True, stop=True, tone="warn")
    STOPPING = StateTraits("stopping", busy=True)
    STOPPED = StateTraits("stopped", result=True)
    FINISHED = StateTraits("finished", result=True, tone="good")
    AT_CHANCE = StateTraits("finished at chance level", result=True, tone="warn")
    FAILED = StateTraits("failed", tone="bad")
    DIVERGED = StateTraits("diverged", tone="bad")
