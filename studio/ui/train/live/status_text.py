"""The status line of the Train page. No Qt here."""

from studio.runs import run_title
from studio.ui.train.live.training_progress import (
    TrainingProgress,
    better_validation,
    result_text,
)
from studio.ui.train.live.training_state import TrainingState

_CONSTANT_TEXTS = {
    TrainingState.STARTING: "Loading the data and building the model",
    TrainingState.WAITING: "Waiting for room on the disk",
    TrainingState.STOPPING: "Stopping after this step, then saving",
    TrainingState.FAILED: "The training failed. What was saved before is in Runs.",
    TrainingState.DIVERGED: "The training diverged. What was saved before is kept.",
}


def status_text(
    state: TrainingState,
    progress: TrainingProgress,
    device: str,
    obstacle: str = "",
    resume: str = "",
) -> str:
    """Return the status line.

    `obstacle` is why no training can be started, `resume` the run that can be resumed.
    """
    sentences = [_state_text(state, progress, device, obstacle), resume]
    if state in (TrainingState.RUNNING, TrainingState.FINISHED):
        last = progress.epochs[-1] if progress.epochs else None
        sentences.append(better_validation(progress.config, last))
    return " ".join(sentence for sentence in sentences if sentence)


def _state_text(
    state: TrainingState, progress: TrainingProgress, device: str, obstacle: str
) -> str:
    match state:
        case TrainingState.READY:
            return obstacle or f"Ready. {device}".strip()
        case TrainingState.RUNNING:
            run = f" {run_title(progress.started.run)}" if progress.started else ""
            return f"Training{run}. {device_text(progress) or device}"
        case TrainingState.PAUSED:
            return f"Paused{_at_step(progress)}. Press Space to resume."
        case TrainingState.STOPPED | TrainingState.FINISHED | TrainingState.AT_CHANCE:
            return _result(progress, state is TrainingState.AT_CHANCE)
        case _:
            return _CONSTANT_TEXTS[state]


def device_text(progress: TrainingProgress) -> str:
    """Return the device of the training and why it was chosen."""
    run = progress.started
    if run is None:
        return ""
    threads = f", {run.threads} thread{'s' * (run.threads > 1)}" if run.device == "cpu" else ""
    return f"{run.device.upper()}: {run.device_reason}. {run.precision}{threads}."


def _result(progress: TrainingProgress, at_chance: bool) -> str:
    if progress.ended is None:
        return "Stopped before the training began."
    return f"{run_title(progress.ended.run)}: {result_text(progress.ended, at_chance)}"


def _at_step(progress: TrainingProgress) -> str:
    if progress.step is None or progress.started is None:
        return ""
    return f" near step {progress.step.step:,} of {progress.started.total_steps:,}"
