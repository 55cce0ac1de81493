"""What a part's process is told, as one word of its command line."""

import dataclasses
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

# At the end of its time a part stops by itself; a little later its process is killed.
_STOP_SHARE, _STOP_LEAST_S = 0.1, 3.0


@dataclass(frozen=True)
class Task:
    """A part to run on `device`, with the data in `data_dir` and an empty folder `scratch`.

    `ends` is when its process is killed, in seconds of `time.time()`. A `rehearsal` runs
    everything in tiny sizes on a processor: its figures mean nothing.
    """

    part: str
    device: str
    data_dir: Path
    scratch: Path
    begins: float
    ends: float
    rehearsal: bool = False

    @property
    def seconds_left(self) -> float:
        """Until it should stop by itself."""
        reserve = max(_STOP_LEAST_S, _STOP_SHARE * (self.ends - self.begins))
        return self.ends - reserve - time.time()

    def should_stop(self) -> bool:
        """Whether its time is over."""
        return self.seconds_left <= 0

    @property
    def on_cuda(self) -> bool:
        """Whether it runs on a CUDA device."""
        return self.device.startswith("cuda")

    @property
    def runs_dir(self) -> Path:
        """Where its runs go."""
        return self.scratch / "runs"

    def to_json(self) -> str:
        """As one word that `from_json` reads."""
        return json.dumps(dataclasses.asdict(self), default=str)

    @classmethod
    def from_json(cls, word: str) -> Self:
        """The task of a word that `to_json` made."""
        values: dict[str, Any] = json.loads(word)
        return cls(**(values | {name: Path(values[name]) for name in ("data_dir", "scratch")}))
