"""Whether so many files cannot be read that a training should ask before it leaves them out."""

from studio.errors import DatasetError

# A few damaged files are common. More usually mean a wrong folder or a broken disk, and what is
# left may not be the dataset that the user means.
MAX_UNREADABLE_FRACTION = 0.2


def describe_many_unreadable(unreadable_count: int, readable_count: int) -> str:
    """Return “3 of 9 files cannot be read” if that is more than a fifth, else an empty text."""
    total = unreadable_count + readable_count
    if unreadable_count <= MAX_UNREADABLE_FRACTION * total:
        return ""
    return f"{unreadable_count:,} of {total:,} files cannot be read"


def many_unreadable_error(text: str, path: str) -> DatasetError:
    """Make the error of a command that trains only if the user allows it."""
    return DatasetError(
        f"{text}.",
        f"“vgg-studio data check {path}” lists them; train without them with --allow-unreadable.",
    )
