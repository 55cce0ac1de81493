"""The states of the Train page and what each allows. No Qt here."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Allows:
    """Whether a training is on its way, can be paused or stopped, or has a result to look at."""

    name: str
    busy: bool = False
    pause: bool = False
    stop: bool = False
    result: bool = False
    tone: str = ""


class TrainingState(Enum):
    """Where the page is between choosing and looking at the result."""

    READY = Allows("ready")
    STARTING = Allows("starting", busy=True, stop=True)
    RUNNING = Allows("running", busy=True, pause=True, stop=True)
    PAUSED = Allows("paused", busy=True, pause=True, stop=True)
    STOPPING = Allows("stopping", busy=True)
    STOPPED = Allows("stopped", result=True)
    FINISHED = Allows("finished", result=True, tone="good")
    AT_CHANCE = Allows("finished at chance level", result=True, tone="warn")
    FAILED = Allows("failed", tone="bad")
