import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.overlay import Overlay, SampleFix, export_csv, import_csv
from studio.data.overlay.fixes_csv import write_fixes
from studio.data.sample_ids import SampleIds, published_ids
from studio.errors import OverlayError

CLASSES = ("cat", "=dog", "a, b")
IDS = published_ids(100, 20)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")))
FIXES = st.builds(
    SampleFix,
    label=st.sampled_from([None, *CLASSES]),
    excluded=st.booleans(),
    ambiguous=st.booleans(),
    tags=st.sets(TEXT.filter(bool), max_size=3).map(sorted).map(tuple),
    note=TEXT,
)


@given(st.dictionaries(st.sampled_from(["train:0", "train:79", "test:0", "test:19"]), FIXES))
def test_an_export_and_import_elsewhere_gives_the_same_fixes(tmp_path_factory, fixes):
    path = tmp_path_factory.getbasetemp() / "fixes.csv"
    overlay, elsewhere = Overlay(), Overlay()
    overlay.set_fixes(fixes, "given")
    export_csv(overlay, path)
    result = import_csv(elsewhere, path, IDS, CLASSES)
    assert dict(elsewhere.fixes) == dict(overlay.fixes)
    assert elsewhere.content_hash == overlay.content_hash
    assert set(result.changed) == set(overlay.fixes)
    assert result.skipped == 0
    assert import_csv(elsewhere, path, IDS, CLASSES).changed == ()
    assert len(elsewhere.operations) == bool(overlay.fixes)


def test_the_file_has_a_row_for_each_change(tmp_path):
    fix = SampleFix("cat", True, True, ("blurry", "odd"), "Looks, like\na cat")
    write_fixes({"test:3": fix, "test:20": SampleFix(note="=1+1")}, tmp_path / "f.csv")
    assert (tmp_path / "f.csv").read_text("utf-8-sig").split("\ntest:3") == [
        "sample,label,action,note\ntest:20,,,'=1+1",
        ',cat,relabel,"Looks, like\na cat"',
        ",,exclude,",
        ",,ambiguous,",
        ",,tag:blurry,",
        ",,tag:odd,\n",
    ]


def test_rows_change_what_they_name_and_unknown_ones_are_reported(tmp_path):
    overlay, path = Overlay(), tmp_path / "fixes.csv"
    overlay.add_tag(["test:1"], "odd")
    path.write_text(
        "File;Label;Action\n test:1 ; cat ;\ntest:2;bird;relabel\ntest:99;;exclude\n"
        "test:3;;burn\n;;\ntest:4;;tag:\ntest:5;;Exclude\n"
    )
    result = import_csv(overlay, path, IDS, CLASSES)
    assert result.changed == ("test:1", "test:5")
    assert result.unknown_samples == ("test:99",)
    assert result.unknown_classes == ("bird",)
    assert result.unknown_actions == ("burn", "tag:")
    assert overlay.fix("test:1") == SampleFix("cat", tags=("odd",))
    assert overlay.undo() == ("test:1", "test:5")
    assert overlay.fix("test:1") == SampleFix(tags=("odd",))


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "not a list"),
        (b"name,label\na,b\n", "not a list"),
        (b"sample,note\n", "not a list"),
        (b"sample,label\na,\xff\n", "UTF-8"),
        (b'sample,label\n"' + b"x" * 200_000, "not a CSV file"),
    ],
)
def test_another_file_is_refused(tmp_path, content, match):
    (tmp_path / "f.csv").write_bytes(content)
    with pytest.raises(OverlayError, match=match):
        import_csv(Overlay(), tmp_path / "f.csv", IDS, CLASSES)


def test_a_file_that_cannot_be_read_or_written_is_reported(tmp_path):
    with pytest.raises(OverlayError, match="cannot be read"):
        import_csv(Overlay(), tmp_path / "missing.csv", SampleIds(), CLASSES)
    with pytest.raises(OverlayError, match="cannot be written"):
        export_csv(Overlay(), tmp_path / "missing" / "f.csv")
    with pytest.raises(OverlayError, match="does not end in"):
        export_csv(Overlay(), tmp_path / "f.txt")
