import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.config import DataConfig
from studio.data import load_dataset
from studio.data.fix_application import apply_fixes
from studio.data.loading import resolve_fixes, source_key
from studio.data.overlay import (
    Overlay,
    SampleFix,
    fixes_hash,
    load_overlay,
    load_snapshot,
    locations,
    overlay_path,
    save_overlay,
    save_snapshot,
)
from studio.errors import OverlayError
from tests.data.image_folder.make_files import as_folder, pets

CLASSES = tuple("0123456789")
FIXES = st.dictionaries(
    st.integers(0, 1800).map("all:{}".format),
    st.builds(
        SampleFix,
        label=st.sampled_from([None, *CLASSES]),
        excluded=st.booleans(),
        ambiguous=st.booleans(),
    ),
    max_size=30,
)


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    return load_dataset(DataConfig(subset=900), tmp_path_factory.mktemp("data"))


@given(FIXES)
def test_fixes_change_labels_and_remove_samples_but_never_reshuffle_a_split(digits, fixes):
    fixed = apply_fixes(digits, fixes)
    excluded = {int(sample[4:]) for sample, fix in fixes.items() if fix.excluded}
    for name, split in digits.splits.items():
        assert fixed.splits[name].tolist() == [i for i in split.tolist() if i not in excluded]
    expected, ambiguous = digits.labels.copy(), np.zeros(len(digits.labels), bool)
    for sample, fix in fixes.items():
        if (index := int(sample[4:])) < len(expected):
            expected[index] = expected[index] if fix.label is None else int(fix.label)
            ambiguous[index] = fix.ambiguous
    assert np.array_equal(fixed.labels, expected)
    assert np.array_equal(fixed.ambiguous, ambiguous)
    assert fixed.images is digits.images
    if fixes:
        assert np.array_equal(fixed.published_labels, digits.labels)


def test_labels_are_names_after_renaming_or_renamed_ones(tmp_path):
    config = DataConfig(rename=(("3", "odd"), ("5", "odd"), ("9", "")))
    dataset = load_dataset(config, tmp_path)
    test = dataset.sample_ids.ids(dataset.splits["test"])
    fixes = {test[0]: SampleFix("odd"), test[1]: SampleFix("5"), test[2]: SampleFix("9")}
    fixed = apply_fixes(dataset, fixes, config.rename)
    assert [fixed.class_names[k] for k in fixed.labels[dataset.splits["test"][:2]]] == ["odd"] * 2
    assert fixed.splits["test"].tolist() == np.delete(dataset.splits["test"], 2).tolist()


def test_an_unknown_class_is_an_error_that_names_the_sample(digits):
    with pytest.raises(OverlayError, match="“all:3” names the class “cat”"):
        apply_fixes(digits, {"all:3": SampleFix("cat")})


def test_the_current_fixes_are_those_of_the_file_beside_the_data(tmp_path):
    dataset = load_dataset(DataConfig(), tmp_path)
    path, overlay = overlay_path(dataset, tmp_path), Overlay("digits")
    assert path.parent == tmp_path / "overlays"
    assert source_key(DataConfig(), tmp_path) == dataset.source_key == path.stem
    current = DataConfig(overlay="current", split_seed=3, image_size=16)
    assert load_dataset(current, tmp_path).fixes == {}
    overlay.exclude(["all:5"])
    save_overlay(path, overlay)
    assert load_dataset(current, tmp_path).fixes == resolve_fixes(current, tmp_path)
    assert 5 not in np.concatenate(list(load_dataset(current, tmp_path).splits.values()))


def test_a_snapshot_is_kept_by_hash_and_found_in_either_place(tmp_path):
    fixes = {"all:5": SampleFix("3", note="“ä”"), "all:6": SampleFix(tags=("a",))}
    run = tmp_path / "run"
    run.mkdir()
    content_hash = save_snapshot(fixes, tmp_path, run)
    assert content_hash == fixes_hash(fixes) == save_snapshot(fixes, tmp_path, run)
    (kept,) = (tmp_path / "overlays" / "snapshots").iterdir()
    assert kept.stem == content_hash
    assert load_snapshot(content_hash, tmp_path) == fixes
    kept.write_text("{")
    assert load_snapshot(content_hash, tmp_path, run) == fixes
    with pytest.raises(OverlayError, match="missing or damaged"):
        load_snapshot(content_hash, tmp_path)
    (run / "overlay.json").write_text(kept.read_text())
    with pytest.raises(OverlayError, match="missing or damaged"):
        load_snapshot(content_hash, tmp_path, run)
    assert save_snapshot({}, tmp_path, run) == ""
    assert load_snapshot("", tmp_path) == {}


def test_overlays_of_a_data_folder_that_cannot_be_written_are_in_the_users_own(
    tmp_path, user_folders, monkeypatch
):
    monkeypatch.setattr(locations.os, "access", lambda path, mode: False)
    dataset = load_dataset(DataConfig(), tmp_path)
    path = overlay_path(dataset, tmp_path)
    assert path.is_relative_to(user_folders)
    overlay = Overlay()
    overlay.exclude(["all:5"])
    save_overlay(path, overlay)
    assert load_dataset(DataConfig(overlay="current"), tmp_path).fixes == overlay.fixes


def test_fixes_of_own_images_belong_to_their_path(tmp_path):
    folder = as_folder(tmp_path / "pets ä", pets())
    config = DataConfig(source="folder", path=str(folder), image_size=8)
    dataset = load_dataset(config, tmp_path)
    overlay = Overlay()
    overlay.relabel([dataset.files[0]], dataset.class_names[1])
    path = overlay_path(dataset, tmp_path)
    save_overlay(path, overlay)
    fixed = load_dataset(config.model_copy(update={"overlay": "current"}), tmp_path)
    assert fixed.labels[0] == 1 != dataset.labels[0]
    assert dict(load_overlay(path).fixes) == fixed.fixes
    assert source_key(config, tmp_path) == dataset.source_key
