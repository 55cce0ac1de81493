"""A data set as the rows of a class board."""

from studio.data.quality.report import QualityReport
from studio.ui.train.data.class_names import origin_words, originals_by_name
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.sample_tiles import PART_WORDS, UNUSED
from studio.ui.widgets.class_model import ClassRow


def class_rows(preview: Preview) -> list[ClassRow]:
    """The classes of a preview as the rows of a board."""
    with_unused = len(part_names(preview.report)) > len(PART_WORDS)
    originals = originals_by_name(preview.originals, preview.config.rename)
    rows = []
    for label, counts in enumerate(preview.report.classes):
        old = originals[counts.name]
        parts: tuple[int, ...] = (counts.train, counts.val, counts.test)
        rows.append(
            ClassRow(
                name=counts.name,
                mean_image=preview.means[label],
                images=preview.tiles[label],
                counts=(*parts, counts.count - sum(parts)) if with_unused else parts,
                subtitle=origin_words(counts.name, old),
                original=", ".join(old),
            )
        )
    return rows


def part_names(report: QualityReport) -> tuple[str, ...]:
    """The parts of the bars: one more where a subset leaves pictures out."""
    used = sum(row.train + row.val + row.test for row in report.classes)
    names = tuple(PART_WORDS.values())
    return names if used == sum(row.count for row in report.classes) else (*names, UNUSED)


def shape_words(preview: Preview) -> str:
    """How many pictures and classes of what size, in one line."""
    shape = preview.shape
    kind = "grey" if shape.channels == 1 else "colour"
    side = shape.image_size
    classes = len(shape.class_names)
    return (
        f"{shape.count:,} pictures · {classes:,} class{'' if classes == 1 else 'es'} · "
        f"{side} × {side}, {kind}"
    )
