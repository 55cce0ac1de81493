"""The fixes of a dataset with their history: unlimited undo and redo."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from studio.data.overlay.operations import SET, Operation
from studio.data.overlay.sample_fix import Fixes, SampleFix, fix_digest, fixes_hash, format_hash
from studio.errors import OverlayError

_NOTHING = SampleFix()
Samples = tuple[str, ...]  # ids


@dataclass(frozen=True)
class OverlayDocument:
    """What is saved of an overlay: the first `cursor` operations are applied."""

    dataset: str
    operations: tuple[Operation, ...]
    cursor: int


class Overlay:
    """A list of operations with a cursor; `fixes` is what the operations before it amount to.

    Every change returns the ids whose fix it changed; a change of nothing is not recorded. A change
    after an undo drops the undone operations. Not for several threads: save `document()` there.
    """

    def __init__(
        self, dataset: str = "", operations: Sequence[Operation] = (), cursor: int | None = None
    ) -> None:
        """`dataset` is the title of the dataset. Applies the first `cursor` operations, or all."""
        self.dataset = dataset
        self._operations = list(operations)
        self._previous: list[dict[str, SampleFix]] = []  # of each applied operation, for undo
        self._fixes: dict[str, SampleFix] = {}
        for operation in self._operations[: len(operations) if cursor is None else cursor]:
            self._apply(operation)

    @property
    def fixes(self) -> Fixes:
        """The samples with a fix, by id: a view that follows the changes."""
        return MappingProxyType(self._fixes)

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, the undone ones at the end."""
        return tuple(self._operations)

    @property
    def cursor(self) -> int:
        """How many operations are applied."""
        return len(self._previous)

    @property
    def can_undo(self) -> bool:
        """Whether an operation is applied."""
        return self.cursor > 0

    @property
    def can_redo(self) -> bool:
        """Whether an operation was undone."""
        return self.cursor < len(self._operations)

    @property
    def content_hash(self) -> str:
        """16 hex digits that identify the fixes, whatever led to them; "" without fixes."""
        return fixes_hash(self._fixes)

    def document(self) -> OverlayDocument:
        """Return what is to be saved, as a value that later changes do not affect."""
        return OverlayDocument(self.dataset, self.operations, self.cursor)

    def fix(self, sample: str) -> SampleFix:
        """Return the fix of a sample, one without changes where it has none."""
        return self._fixes.get(sample, _NOTHING)

    def relabel(self, ids: Iterable[str], label: str | None) -> Samples:
        """Give samples another class, or with None the label they came with."""
        if label is None:
            return self._record("restore_label", ids)
        return self._record("relabel", ids, label)

    def exclude(self, ids: Iterable[str]) -> Samples:
        """Leave samples out of every split."""
        return self._record("exclude", ids)

    def include(self, ids: Iterable[str]) -> Samples:
        """Take back `exclude`."""
        return self._record("include", ids)

    def mark_ambiguous(self, ids: Iterable[str]) -> Samples:
        """Count samples apart in the accuracy, because several labels are defensible."""
        return self._record("mark_ambiguous", ids)

    def clear_ambiguous(self, ids: Iterable[str]) -> Samples:
        """Take back `mark_ambiguous`."""
        return self._record("clear_ambiguous", ids)

    def add_tag(self, ids: Iterable[str], tag: str) -> Samples:
        """Tag samples; spaces around the tag are removed, an empty one is ignored."""
        return self._record("add_tag", ids, tag.strip()) if tag.strip() else ()

    def remove_tag(self, ids: Iterable[str], tag: str) -> Samples:
        """Take back `add_tag`."""
        return self._record("remove_tag", ids, tag.strip())

    def set_note(self, ids: Iterable[str], text: str) -> Samples:
        """Set the note of samples; "" removes it."""
        return self._record("set_note", ids, text)

    def reset(self, ids: Iterable[str]) -> Samples:
        """Remove every change of samples."""
        return self._record("reset", ids)

    def set_fixes(self, fixes: Fixes, description: str) -> Samples:
        """Replace the whole fix of the samples in `fixes`, as one operation."""
        changed = {sample: fix for sample, fix in fixes.items() if fix != self.fix(sample)}
        return self._append(Operation(SET, tuple(changed), description, changed, _now()))

    def revert_to(self, content_hash: str) -> Samples:
        """Restore the fixes that had this hash, as one operation that can be undone.

        Raises OverlayError when the history, without what was undone, has no such fixes.
        """
        restored = self._find_in_history(content_hash)
        if restored is None:
            raise OverlayError(
                "The earlier fixes are not in the history of this dataset.",
                "Undo single changes, or remove them in the list of all changes.",
            )
        description = "Undo all later fixes" if content_hash else "Remove all fixes"
        return self.set_fixes(restored, description)

    def undo(self) -> Samples:
        """Undo the last operation. Does nothing where there is none."""
        if not self.can_undo:
            return ()
        previous = self._previous.pop()
        self._set_all(previous)
        return tuple(previous)

    def redo(self) -> Samples:
        """Apply the operation again that was undone last. Does nothing where there is none."""
        return self._apply(self._operations[self.cursor]) if self.can_redo else ()

    def _record(self, action: str, ids: Iterable[str], value: str = "") -> Samples:
        """Record an action for those samples that it changes."""
        operation = Operation(action, tuple(dict.fromkeys(ids)), value, time=_now())
        before = self._before(operation)
        changed = tuple(s for s, fix in operation.apply(before).items() if fix != before[s])
        return self._append(replace(operation, samples=changed))

    def _append(self, operation: Operation) -> Samples:
        if not operation.samples:
            return ()
        del self._operations[self.cursor :]
        self._operations.append(operation)
        return self._apply(operation)

    def _apply(self, operation: Operation) -> Samples:
        before = self._before(operation)
        self._set_all(operation.apply(before))
        self._previous.append(before)
        return operation.samples

    def _before(self, operation: Operation) -> dict[str, SampleFix]:
        return {sample: self.fix(sample) for sample in operation.samples}

    def _set_all(self, fixes: Fixes) -> None:
        for sample, fix in fixes.items():
            if fix:
                self._fixes[sample] = fix
            else:
                self._fixes.pop(sample, None)

    def _find_in_history(self, content_hash: str) -> dict[str, SampleFix] | None:
        """Return the fixes, at the newest point with this hash, of all samples changed since."""
        digest_sum = sum(fix_digest(sample, fix) for sample, fix in self._fixes.items())
        fixes: dict[str, SampleFix] = {}
        for previous in (*reversed(self._previous), {}):
            if format_hash(digest_sum) == content_hash:
                return fixes
            for sample, fix in previous.items():
                digest_sum += fix_digest(sample, fix)
                digest_sum -= fix_digest(sample, fixes.get(sample, self.fix(sample)))
                fixes[sample] = fix
        return None


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")
