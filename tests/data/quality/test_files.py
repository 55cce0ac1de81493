import pytest

from studio.data.image_folder.class_layout import SkippedFile
from studio.data.quality import check_images
from studio.data.quality.unreadable import describe_many_unreadable
from tests.data.quality.conftest import make


def test_files_are_listed_with_their_reasons(many):
    bad = tuple(SkippedFile(f"cat/{k}.png", "damaged") for k in range(1_234))
    report = check_images(
        *make(many, unreadable=bad, outside=(SkippedFile("notes.txt", "no class"),))
    )
    unreadable, outside = report.issues
    assert (unreadable.code, unreadable.severity) == ("unreadable", "warn")
    assert unreadable.title == "1,234 of 1,274 files cannot be read"
    assert "asks before it leaves them out" in unreadable.advice
    assert unreadable.files == bad
    assert (outside.code, outside.severity) == ("outside", "note")
    assert outside.title == "1 file is outside any class"


def test_a_single_file_is_worded_in_the_singular(many):
    (found,) = check_images(*make(many, unreadable=(SkippedFile("a.png", "empty"),))).issues
    assert found.title == "1 file cannot be read"


@pytest.mark.parametrize(
    ("unreadable", "readable", "text"),
    [(0, 0, ""), (0, 9, ""), (1, 4, ""), (2, 7, "2 of 9 files cannot be read"),
     (377, 151, "377 of 528 files cannot be read")],
)  # fmt: skip
def test_more_than_a_fifth_is_many(unreadable, readable, text):
    assert describe_many_unreadable(unreadable, readable) == text
