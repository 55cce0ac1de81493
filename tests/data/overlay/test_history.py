"""Operations with undo and redo, against a plain model: a list of all states."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.overlay import Overlay, SampleFix, fixes_hash
from studio.data.overlay.overlay_file import load_overlay, save_overlay
from studio.errors import OverlayError

SAMPLES = ("test:1", "train:2", "cats/ä.png")
SUBSETS = st.lists(st.sampled_from(SAMPLES), max_size=3)
STEPS = st.one_of(
    st.tuples(st.just("relabel"), SUBSETS, st.sampled_from(["cat", "9", None])),
    st.tuples(
        st.sampled_from(["exclude", "include", "mark_ambiguous", "clear_ambiguous", "reset"]),
        SUBSETS,
    ),
    st.tuples(
        st.sampled_from(["add_tag", "remove_tag"]), SUBSETS, st.sampled_from(["a", "b", " "])
    ),
    st.tuples(st.just("set_note"), SUBSETS, st.sampled_from(["", "why"])),
    st.tuples(st.sampled_from(["undo", "redo"])),
)


def blank():
    return {"label": None, "excluded": False, "ambiguous": False, "tags": set(), "note": ""}


def expected_change(fix, action, value=None):
    """Change a plain dict as an action says."""
    if action == "relabel":
        fix["label"] = value
    elif action in ("exclude", "include"):
        fix["excluded"] = action == "exclude"
    elif action in ("mark_ambiguous", "clear_ambiguous"):
        fix["ambiguous"] = action == "mark_ambiguous"
    elif action == "add_tag" and value.strip():
        fix["tags"].add(value)
    elif action == "remove_tag":
        fix["tags"].discard(value.strip())
    elif action == "set_note":
        fix["note"] = value
    elif action == "reset":
        fix.update(blank())


def as_fixes(state):
    fixes = {s: SampleFix(**(f | {"tags": tuple(sorted(f["tags"]))})) for s, f in state.items()}
    return {sample: fix for sample, fix in fixes.items() if fix}


class PlainModel:
    """All states of the fixes as plain dicts, and the number of the present one."""

    def __init__(self):
        self.states, self.cursor = [{sample: blank() for sample in SAMPLES}], 0

    def run(self, action, ids=(), *value):
        if action in ("undo", "redo"):
            cursor = self.cursor + (1 if action == "redo" else -1)
            self.cursor = min(max(0, cursor), len(self.states) - 1)
            return
        state = copy.deepcopy(self.states[self.cursor])
        for sample in ids:
            expected_change(state[sample], action, *value)
        if state != self.states[self.cursor]:
            self.cursor += 1
            self.states[self.cursor :] = [state]

    def fixes(self, cursor=None):
        return as_fixes(self.states[self.cursor if cursor is None else cursor])


@given(st.lists(STEPS, max_size=20))
def test_any_operations_with_undo_and_redo_equal_a_plain_model(tmp_path_factory, steps):
    overlay, model = Overlay("MNIST"), PlainModel()
    for action, *arguments in steps:
        before = model.fixes()
        changed = getattr(overlay, action)(*arguments)
        model.run(action, *arguments)
        assert set(changed) == {
            sample for sample in SAMPLES if before.get(sample) != model.fixes().get(sample)
        }
        assert dict(overlay.fixes) == model.fixes()
        assert overlay.content_hash == fixes_hash(model.fixes())
        assert overlay.can_undo == (model.cursor > 0)
        assert overlay.can_redo == (model.cursor < len(model.states) - 1)
    path = tmp_path_factory.getbasetemp() / "model.json"
    save_overlay(path, overlay)
    check_history(load_overlay(path), model)


def check_history(overlay, model):
    """Check that the whole history was saved, also what was undone."""
    assert (overlay.cursor, len(overlay.operations)) == (model.cursor, len(model.states) - 1)
    while overlay.redo():
        pass
    for cursor in reversed(range(len(model.states))):
        assert dict(overlay.fixes) == model.fixes(cursor)
        overlay.undo()


def test_the_hash_is_that_of_the_fixes_and_not_of_their_history():
    one, other = Overlay(), Overlay()
    one.relabel(["a"], "cat")
    one.exclude(["b"])
    other.exclude(["b"])
    other.relabel(["a"], "dog")
    other.relabel(["a"], "cat")
    assert one.content_hash == other.content_hash != ""
    assert len(one.content_hash) == 16
    one.reset(["a", "b"])
    assert one.content_hash == ""
    assert not one.fixes


def test_several_samples_are_one_operation():
    overlay = Overlay()
    assert overlay.relabel(["a", "b", "a"], "cat") == ("a", "b")
    assert overlay.undo() == ("a", "b")
    assert not overlay.fixes
    assert overlay.redo() == ("a", "b")
    assert overlay.undo() == overlay.exclude(["a", "b"])
    assert not overlay.can_redo


def test_what_changes_nothing_is_not_recorded():
    overlay = Overlay()
    assert overlay.include(["a"]) == overlay.relabel([], "cat") == overlay.reset(["a"]) == ()
    assert overlay.undo() == overlay.redo() == ()
    assert not overlay.operations


@given(st.lists(STEPS, max_size=12), st.lists(STEPS, max_size=12))
def test_earlier_fixes_are_restored_as_one_operation(first, later):
    overlay = Overlay()

    def run(steps):
        for action, *arguments in steps:
            if action not in ("undo", "redo"):
                getattr(overlay, action)(*arguments)

    run(first)
    kept, content_hash = dict(overlay.fixes), overlay.content_hash
    run(later)
    latest = dict(overlay.fixes)
    changed = overlay.revert_to(content_hash)
    assert dict(overlay.fixes) == kept
    assert set(changed) == {s for s in SAMPLES if kept.get(s) != latest.get(s)}
    if changed:
        overlay.undo()
        assert dict(overlay.fixes) == latest


def test_fixes_that_never_were_cannot_be_restored():
    overlay = Overlay()
    overlay.exclude(["a"])
    with pytest.raises(OverlayError, match="not in the history"):
        overlay.revert_to("0123456789abcdef")
