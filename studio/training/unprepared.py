"""The end of a training that is stopped before its first step. Imported without torch."""

from studio.runs import Run, RunStatus, Status
from studio.training.events import FitEnded


def end_unprepared(run: Run) -> FitEnded:
    """Write that a run was stopped, and return how it ended. Raises OSError."""
    run.write_status((run.status or Status.begin()).with_values(status=RunStatus.STOPPED))
    return describe_past(run)


def describe_past(run: Run) -> FitEnded:
    """Return the end of a stopped run, with what it had reached when it was resumed."""
    past = run.status or Status.begin()
    return FitEnded(
        status=str(RunStatus.STOPPED),
        run=run.id,
        epochs=past.epochs_done,
        best_epoch=past.best_epoch,
        train_accuracy=past.train_accuracy,
        val_accuracy=past.val_accuracy,
        test_accuracy=None,
        images_per_second=past.images_per_second or 0.0,
        seconds=past.seconds,
        parameters=past.parameters,
        device=past.device,
        precision=past.precision,
        select=run.config.optim.select,
    )
