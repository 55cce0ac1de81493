from studio.data.image_folder.table import Stray
from studio.data.quality import check_pictures
from tests.data.quality.conftest import make


def test_files_are_listed_with_their_reasons(many):
    bad = tuple(Stray(f"cat/{k}.png", "damaged") for k in range(1_234))
    report = check_pictures(*make(many, unreadable=bad, outside=(Stray("notes.txt", "no class"),)))
    unreadable, outside = report.findings
    assert (unreadable.kind, unreadable.severity) == ("unreadable", "warn")
    assert unreadable.title == "1,234 files cannot be read"
    assert unreadable.files == bad
    assert (outside.kind, outside.severity) == ("outside", "note")
    assert outside.title == "1 file lies outside any class"


def test_one_file_is_one_file(many):
    (found,) = check_pictures(*make(many, unreadable=(Stray("a.png", "empty"),))).findings
    assert found.title == "1 file cannot be read"
