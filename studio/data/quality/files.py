"""Files that take no part."""

from studio.data.image_folder.image_table import ImageTable
from studio.data.quality.report import Issue
from studio.data.quality.words import counted


def check_files(table: ImageTable) -> list[Issue]:
    """Files that cannot be read, and files outside any class."""
    found = []
    if table.unreadable:
        found.append(
            Issue(
                "unreadable",
                "warn",
                f"{counted(len(table.unreadable), 'file')} cannot be read",
                "Training goes on without. Save again or replace what you want to keep.",
                files=table.unreadable,
            )
        )
    if table.outside:
        verb = "lies" if len(table.outside) == 1 else "lie"
        found.append(
            Issue(
                "outside",
                "note",
                f"{counted(len(table.outside), 'file')} {verb} outside any class",
                "Training goes on without. Pictures belong into the folder of their class.",
                files=table.outside,
            )
        )
    return found
