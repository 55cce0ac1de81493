"""The label fixes of the dataset evaluated: loading, changing and saving them."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.data.datasets import DATASETS
from studio.data.overlay import (
    Overlay,
    SampleFix,
    load_overlay,
    overlay_path,
)
from studio.ui.context import StudioContext
from studio.ui.mistakes.fixes.overlay_saver import OverlaySaver

if TYPE_CHECKING:
    from studio.data.overlay import Fixes
    from studio.insight import Evaluation

Stamp = tuple[int, int] | None  # modification time and size of the file
_NOTHING = SampleFix()


class FixesController(QObject):
    """Holds the overlay of the evaluated dataset, and saves each change at once.

    The evaluation keeps the labels that its run was trained with. `fixes_changed` carries the ids
    of the samples whose fix changed, () when another overlay was loaded; `history_moved` carries
    those of an undo or redo. `state_changed` says that counts, undo or saving changed; `failed`
    carries an error and its traceback.
    """

    fixes_changed = Signal(object)
    history_moved = Signal(object)
    state_changed = Signal()
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data_dir, self._tasks = context.data_dir, context.tasks
        self._evaluation: Evaluation | None = None
        self._path: Path | None = None
        self._stamp: Stamp = None
        self.overlay: Overlay | None = None  # None while there is none or it is being loaded
        self.error = ""  # why the changes are not saved, or the overlay cannot be used
        self._saver = OverlaySaver(self)
        self._saver.saved.connect(self._on_saved)
        self._saver.failed.connect(self._on_save_failed)

    # State

    @property
    def evaluation(self) -> "Evaluation | None":
        """The evaluation whose samples are fixed."""
        return self._evaluation

    @property
    def is_ready(self) -> bool:
        """Whether samples can be fixed."""
        return self.overlay is not None and self._evaluation is not None

    @property
    def is_saved(self) -> bool:
        """Whether all changes are on disk."""
        return self._saver.is_saved

    @property
    def path(self) -> Path | None:
        """The file of the overlay."""
        return self._path

    @property
    def fixes(self) -> "Fixes":
        """The fixes of the dataset by sample id, of all splits."""
        return self.overlay.fixes if self.overlay else {}

    @property
    def content_hash(self) -> str:
        """The hash of the present fixes, "" without any: what `data.overlay` would record."""
        return self.overlay.content_hash if self.overlay else ""

    @property
    def is_trained(self) -> bool:
        """Whether the run evaluated was trained with exactly the present fixes."""
        return self._evaluation is not None and dict(self.fixes) == dict(self._evaluation.fixes)

    def fix(self, position: int) -> SampleFix:
        """The present fix of a sample of the evaluation."""
        if self._evaluation is None or self.overlay is None:
            return _NOTHING
        return self.overlay.fix(self._evaluation.sample_id(position))

    def published_label(self, position: int) -> str:
        """The name of the class that a sample came with."""
        evaluation = self._evaluation
        assert evaluation is not None
        labels = evaluation.published_labels
        label = int((evaluation.labels if labels is None else labels)[position])
        return evaluation.class_names[label] if label >= 0 else ""

    def tags(self) -> list[str]:
        """All tags in use, sorted."""
        return sorted({tag for fix in self.fixes.values() for tag in fix.tags})

    # Loading

    def set_evaluation(self, evaluation: "Evaluation | None") -> None:
        """Fix the samples of another evaluation; loads the overlay of its dataset if needed."""
        self._evaluation = evaluation
        if evaluation is None:
            self.state_changed.emit()
            return
        path = overlay_path(evaluation, self._data_dir)
        changed = self.is_saved and _stamp(path) != self._stamp
        if path != self._path or self.overlay is None or changed:
            self._load(path)
        else:
            self.fixes_changed.emit(())
            self.state_changed.emit()

    def reload(self) -> None:
        """Load the overlay again, after it could not be used."""
        if self._path is not None:
            self._load(self._path)

    def _load(self, path: Path) -> None:
        self._path, self.overlay, self.error = path, None, ""
        task = self._tasks.start(partial(_read_overlay, path, self._title()))
        task.succeeded.connect(self._on_loaded)
        task.failed.connect(self._on_load_failed)
        self.state_changed.emit()

    def _title(self) -> str:
        evaluation = self._evaluation
        if evaluation is None or evaluation.source is not None:
            return evaluation.source.name if evaluation and evaluation.source else ""
        known = DATASETS.get(evaluation.dataset)
        return known.title if known else evaluation.dataset

    def _on_loaded(self, loaded: tuple[Path, Overlay, Stamp]) -> None:
        path, overlay, stamp = loaded
        if path == self._path and self.overlay is None:  # else another dataset is shown by now
            self.overlay, self._stamp = overlay, stamp
            self.fixes_changed.emit(())
            self.state_changed.emit()

    def _on_load_failed(self, error: object, traceback_text: str) -> None:
        self.error = str(error)
        self.state_changed.emit()
        self.failed.emit(error, traceback_text)

    # Changes: each returns the ids of the samples that it changed

    def relabel(self, positions: Iterable[int], label: int) -> Sequence[str]:
        """Give samples a class of the evaluation; that of the files takes a relabeling back."""
        evaluation, overlay = self._evaluation, self.overlay
        if evaluation is None or overlay is None:
            return ()
        name = evaluation.class_names[label]
        ids = {
            evaluation.sample_id(p): self.published_label(p) == name for p in map(int, positions)
        }
        if len(set(ids.values())) < 2:
            return self._finish(overlay.relabel(ids, None if any(ids.values()) else name))
        fixes = {
            sample: _with_label(overlay.fix(sample), None if restored else name)
            for sample, restored in ids.items()
        }
        return self._finish(overlay.set_fixes(fixes, f"Relabel as {name}"))

    def set_excluded(self, positions: Iterable[int], excluded: bool) -> Sequence[str]:
        """Exclude samples from training and evaluation, or include them again."""
        return self._change(Overlay.exclude if excluded else Overlay.include, positions)

    def set_ambiguous(self, positions: Iterable[int], ambiguous: bool) -> Sequence[str]:
        """Mark samples as ambiguous, or take it back."""
        return self._change(
            Overlay.mark_ambiguous if ambiguous else Overlay.clear_ambiguous, positions
        )

    def set_tag(self, positions: Iterable[int], tag: str, tagged: bool = True) -> Sequence[str]:
        """Add a tag to samples, or remove it."""
        change = Overlay.add_tag if tagged else Overlay.remove_tag
        return self._change(lambda overlay, ids: change(overlay, ids, tag), positions)

    def set_note(self, positions: Iterable[int], note: str) -> Sequence[str]:
        """Set the note of samples."""
        return self._change(lambda overlay, ids: overlay.set_note(ids, note), positions)

    def reset(self, ids: Iterable[str]) -> Sequence[str]:
        """Remove all changes of samples, by id."""
        return self._finish(self.overlay.reset(ids)) if self.overlay else ()

    def undo(self) -> Sequence[str]:
        """Undo the last change."""
        changed = self._finish(self.overlay.undo()) if self.overlay else ()
        self.history_moved.emit(changed)
        return changed

    def redo(self) -> Sequence[str]:
        """Make the change again that was undone last."""
        changed = self._finish(self.overlay.redo()) if self.overlay else ()
        self.history_moved.emit(changed)
        return changed

    def revert_to(self, content_hash: str) -> Sequence[str]:
        """Restore earlier fixes by their hash, as one change. Raises OverlayError."""
        return self._finish(self.overlay.revert_to(content_hash)) if self.overlay else ()

    def apply_import(self, fixes: "Fixes", description: str) -> Sequence[str]:
        """Set the whole fixes of samples, as one change."""
        return self._finish(self.overlay.set_fixes(fixes, description)) if self.overlay else ()

    def _change(
        self, change: Callable[[Overlay, list[str]], Sequence[str]], positions: Iterable[int]
    ) -> Sequence[str]:
        if self._evaluation is None or self.overlay is None:
            return ()
        ids = [self._evaluation.sample_id(int(position)) for position in positions]
        return self._finish(change(self.overlay, ids))

    def _finish(self, changed: Sequence[str]) -> Sequence[str]:
        if changed and self.overlay is not None and self._path is not None:
            self._saver.save(self._path, self.overlay.document())
            self.fixes_changed.emit(changed)
            self.state_changed.emit()
        return changed

    # Saving

    def retry(self) -> None:
        """Save again what could not be saved, or load what could not be loaded."""
        if self.overlay is None:
            self.reload()
        else:
            self._saver.retry()

    def shutdown(self) -> None:
        """Save what is not saved yet, and end the thread."""
        self._saver.close()

    def _on_saved(self) -> None:
        self.error = ""
        if self._path is not None:
            self._stamp = _stamp(self._path)
        self.state_changed.emit()

    def _on_save_failed(self, error: object, traceback_text: str) -> None:
        is_new = not self.error
        self.error = str(error)
        self.state_changed.emit()
        if is_new:
            self.failed.emit(error, traceback_text)


def _with_label(fix: SampleFix, label: str | None) -> SampleFix:
    return SampleFix(label, fix.excluded, fix.ambiguous, fix.tags, fix.note)


def _read_overlay(
    path: Path, title: str, _on_progress: OnProgress, _should_stop: ShouldStop
) -> tuple[Path, Overlay, Stamp]:
    stamp = _stamp(path)
    return path, load_overlay(path, title), stamp


def _stamp(path: Path) -> Stamp:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
