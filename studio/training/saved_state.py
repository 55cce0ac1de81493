"""The training state of a run, checked to be one: any program can write a file of tensors."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, NonNegativeInt, ValidationError
from torch import Tensor

from studio.errors import CheckpointError
from studio.runs import Run
from studio.runs.checkpoints import load_state

_Threads = Annotated[int, Field(ge=1, le=4096)]
_Std = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Checked(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True, extra="ignore")


class _Engine(_Checked):
    precision: str
    memory_format: str
    threads: _Threads
    machine: str


class _Learner(_Checked):
    """What `TrainStep.state_dict` returns."""

    network: dict[str, Tensor]
    optimizer: dict[str, Any]
    averaged: dict[str, Any] | None
    parts: Annotated[int, Field(ge=1)] = 1
    draws: Tensor
    torch_rng: Tensor
    cuda_rng: list[Tensor]


class _State(_Checked):
    """What `TrainingLoop` and `RunRecorder` save; some of it is missing in earlier versions."""

    position: dict[str, Any]
    meter: Annotated[list[FiniteFloat], Field(min_length=6, max_length=6)]
    learner: _Learner
    engine: _Engine | None = None
    threads: _Threads = 1
    live: dict[str, Any] | None = None
    normalization: tuple[tuple[FiniteFloat, ...], tuple[_Std, ...]] | None = None
    device: str = "cpu"
    log_bytes: NonNegativeInt
    torch: str = ""


def read_saved_state(run: Run) -> dict[str, Any] | None:
    """Read the state from which a run resumes; None if it has none. Raises CheckpointError."""
    if not run.state.exists():
        return None
    state = load_state(run.state)
    try:
        _State.model_validate(state)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise CheckpointError(
            f"“{run.state}” is not a training state of VGG Studio: “{name}” is missing or wrong.",
            "Start a new run instead.",
        ) from None
    if state.get("engine") is None and "threads" not in state:
        state["threads"] = 1
    return state
