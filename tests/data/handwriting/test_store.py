"""The user's drawings on disk: real files, damaged ones, and processes killed while they write."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.data.handwriting.history import HandwritingHistory
from studio.data.handwriting.sample import StrokeRecord
from studio.data.handwriting.store import HandwritingStore
from studio.errors import DatasetError

STROKE = StrokeRecord(width=0.06, points=((0.25, 0.5), (0.75, 0.5)))


def drawing(shade: int = 255) -> np.ndarray:
    image = np.zeros((280, 280), np.uint8)
    image[40:240, 130:150] = shade
    return image


def test_a_drawing_is_kept_with_label_and_strokes(tmp_path: Path) -> None:
    store = HandwritingStore(tmp_path / "handwriting")
    assert store.list().samples == ()
    added = store.add(drawing(200), " 1 ", [STROKE])
    listing, images = HandwritingStore(store.folder).read()
    assert listing.samples == (added,)
    assert (added.label, added.record.strokes) == ("1", (STROKE,))
    assert np.array_equal(images[0], drawing(200))
    with Image.open(store.folder / f"{added.id}.png") as png:
        assert (png.size, png.mode) == ((280, 280), "L")


def test_every_third_drawing_of_a_class_is_for_tests_and_stays_it(tmp_path: Path) -> None:
    store = HandwritingStore(tmp_path)
    for label in "111222":
        store.add(drawing(), label)
    assert [s.is_test for s in store.list().samples] == [False, False, True] * 2
    store.delete(store.list().samples[0].id)
    store.relabel(store.list().samples[1].id, "7")
    assert [s.is_test for s in store.list().samples] == [False, True, False, False, True]


@pytest.mark.parametrize("image", [np.zeros((280, 280), np.uint8), np.ones((28, 28), np.uint8)])
def test_what_is_no_drawing_is_refused(tmp_path: Path, image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="drawing"):
        HandwritingStore(tmp_path).add(image, "1")


def test_damaged_files_are_named_and_skipped(tmp_path: Path) -> None:
    store = HandwritingStore(tmp_path)
    good, broken, bad_image, no_image, large = (store.add(drawing(), "1").id for _ in range(5))
    (tmp_path / f"{broken}.json").write_text('{"label": "1", "time"')
    (tmp_path / f"{bad_image}.png").write_bytes(b"\x89PNG not really")
    (tmp_path / f"{no_image}.png").unlink()
    Image.new("L", (281, 280)).save(tmp_path / f"{large}.png")
    (tmp_path / "notes.txt").write_text("not a sample")
    listing, images = store.read()
    assert [sample.id for sample in listing.samples] == [good]
    assert len(images) == 1
    names = {f"{broken}.json", f"{bad_image}.png", f"{no_image}.json", f"{large}.png"}
    assert {damaged.file for damaged in listing.damaged} == names
    assert all(damaged.reason for damaged in listing.damaged)


def test_ids_are_never_used_again(tmp_path: Path) -> None:
    store = HandwritingStore(tmp_path)
    first = store.add(drawing(), "1").id
    store.delete(first)
    second = store.add(drawing(), "2").id
    assert second != first
    store.restore(first)
    assert {sample.id for sample in store.list().samples} == {first, second}
    store.delete(first)
    assert store.purge() == 1
    with pytest.raises(DatasetError, match="no longer exists"):
        store.restore(first)
    with pytest.raises(DatasetError, match="cannot be changed"):
        store.relabel(first, "3")


def test_a_folder_that_cannot_be_written_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match="cannot be saved"):
        HandwritingStore(tmp_path / "file" / "below").add(drawing(), "1")


WRITER = """
import sys
import numpy as np
from pathlib import Path
from studio.data.handwriting.store import HandwritingStore
image = np.zeros((280, 280), np.uint8)
image[40:240, 130:150] = 255
store = HandwritingStore(Path(sys.argv[1]))
while True:
    print(store.add(image, "1").id, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_killed_process_loses_at_most_the_drawing_being_added(tmp_path: Path) -> None:
    reported: set[str] = set()
    for kills_after in (1, 6):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            reported |= {process.stdout.readline().strip() for _ in range(kills_after)}
            process.send_signal(signal.SIGKILL)
            reported |= set(process.stdout.read().split())
        listing, images = HandwritingStore(tmp_path).read()
        stored = {sample.id for sample in listing.samples}
        assert reported <= stored
        assert len(stored - reported) <= 2  # one for each kill, complete all the same
        assert listing.damaged == ()
        assert all(np.array_equal(image, drawing()) for image in images)


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("relabel"), st.integers(0, 4), st.sampled_from("0123")),
        st.tuples(st.just("delete"), st.integers(0, 4), st.just("")),
        st.tuples(st.just("add"), st.just(0), st.sampled_from("01")),
        st.tuples(st.sampled_from(["undo", "redo"]), st.just(0), st.just("")),
    ),
    max_size=12,
)


@settings(max_examples=15)
@given(OPERATIONS)
def test_undo_and_redo_restore_every_state(operations: list[tuple[str, int, str]]) -> None:
    with TemporaryDirectory() as folder:
        store = HandwritingStore(Path(folder))
        for label in "012":
            store.add(drawing(), label)
        history = HandwritingHistory(store)
        done, undone = [_state(store)], []
        for name, number, label in operations:
            if name == "undo":
                assert bool(history.undo()) == (len(done) > 1)
                undone += [done.pop()] if len(done) > 1 else []
            elif name == "redo":
                assert bool(history.redo()) == bool(undone)
                done += [undone.pop()] if undone else []
            elif _change(store, history, name, number, label):
                done.append(_state(store))
                undone.clear()
            assert _state(store) == done[-1]


def _change(
    store: HandwritingStore, history: HandwritingHistory, name: str, number: int, label: str
) -> bool:
    """Change a sample or add one; return False where there is none of that number."""
    samples = store.list().samples
    if name == "add":
        history.record_added(store.add(drawing(), label).id, label)
    elif number >= len(samples):
        return False
    elif name == "relabel":
        history.relabel(samples[number].id, label)
    else:
        history.delete(samples[number].id)
    return True


def _state(store: HandwritingStore) -> dict[str, str]:
    return {sample.id: sample.label for sample in store.list().samples}
