"""The one line under the picture: what happens, and why. No Qt here."""

from studio.errors import StudioError
from studio.runs import run_title
from studio.ui.train.live.training_progress import TrainingProgress, better_validation, ended_words
from studio.ui.train.live.training_state import TrainingState


def status_words(
    state: TrainingState, watch: TrainingProgress, device: str, obstacle: str, resume: str = ""
) -> str:
    """The status line. `obstacle` says why Train would not start, `resume` what can be resumed."""
    words = [_state_words(state, watch, device, obstacle), resume]
    if state in _WITH_CURVES:
        words.append(better_validation(watch.config, watch.epochs[-1] if watch.epochs else None))
    return " ".join(word for word in words if word)


def _state_words(state: TrainingState, watch: TrainingProgress, device: str, obstacle: str) -> str:
    match state:
        case TrainingState.READY:
            return obstacle or f"Ready. {device}".strip()
        case TrainingState.STARTING:
            return "Loading the data and building the network"
        case TrainingState.RUNNING:
            return f"Training{_named(watch)}. {device_words(watch) or device}"
        case TrainingState.PAUSED:
            return f"Paused{_at_step(watch)}. Nothing is lost; Space goes on."
        case TrainingState.STOPPING:
            return "Stopping after this step, then saving"
        case TrainingState.STOPPED | TrainingState.FINISHED | TrainingState.AT_CHANCE:
            return _ended(watch, state is TrainingState.AT_CHANCE)
        case TrainingState.FAILED:
            return "The training failed. What was saved until then is in Runs."


_WITH_CURVES = (TrainingState.RUNNING, TrainingState.FINISHED)


def device_words(watch: TrainingProgress) -> str:
    """Where the training runs and why there."""
    run = watch.started
    if run is None:
        return ""
    threads = f", {run.threads} thread{'s' * (run.threads > 1)}" if run.device == "cpu" else ""
    return f"{run.device.upper()}: {run.device_reason}. {run.precision}{threads}."


def failure_words(error: object, words: tuple[str, str]) -> str:
    """A failure in one or two sentences; `words` are those of the error dialog."""
    return str(error) if isinstance(error, StudioError) else " ".join(words)


def _named(watch: TrainingProgress) -> str:
    return f" {run_title(watch.started.run)}" if watch.started else ""


def _ended(watch: TrainingProgress, at_chance: bool) -> str:
    if watch.ended is None:
        return "Stopped before training began."
    return f"{run_title(watch.ended.run)}: {ended_words(watch.ended, at_chance)}"


def _at_step(watch: TrainingProgress) -> str:
    if watch.step is None or watch.started is None:
        return ""
    return f" near step {watch.step.step:,} of {watch.started.total_steps:,}"
