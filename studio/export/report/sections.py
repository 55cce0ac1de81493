"""The sections of a report, from what it is about to what it cannot tell."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from studio.config import settings
from studio.data.dataset_shape import dataset_title
from studio.errors import StudioError
from studio.export.report.charts import Line, interval_bar, line_chart, reliability_chart
from studio.export.report.confusion import MAX_TABLE_CLASSES, confusion_matrix
from studio.export.report.contents import EpochMetrics, ReportContents
from studio.export.report.markup import (
    Html,
    bullet_list,
    details,
    escape,
    paragraph,
    section,
    table,
)
from studio.formatting import UNKNOWN, count, duration, number, percent
from studio.insight.confusion import pair_sentence
from studio.insight.overview import (
    ClassFigures,
    accuracy_note,
    calibration_note,
    class_note,
    interval_text,
)
from studio.runs.config_diff import flat_settings, format_setting
from studio.runs.test_openings import describe_test_openings

SPLIT_TITLES = {"test": "test", "val": "validation", "train": "training"}
MAX_PAIRS = 8
_BESIDE_CLASSES = 12  # so few that the sentences fit beside the matrix
MAX_CLASSES = 30  # shown at once; the others are folded
_THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99)


def summary_section(contents: ReportContents) -> Html:
    """The figures that matter most."""
    overview, summary = contents.overview, contents.summary
    samples = count(overview.accuracy.total, f"{_split(contents)} sample")
    shown = [
        (percent(overview.accuracy.value), f"accuracy on {samples}"),
        (f"{overview.mistakes:,}", "mistakes"),
        (percent(overview.reliability.error), "mean gap between confidence and accuracy"),
    ]
    if overview.accuracy.total:
        low, high = overview.accuracy.interval
        shown.insert(1, (f"{percent(low)} – {percent(high)}", "95 % interval of the accuracy"))
    if summary is not None and summary.parameters:
        shown.append((f"{summary.parameters:,}", "parameters"))
    if summary is not None and summary.seconds:
        shown.append((duration(summary.seconds), f"of training, {summary.progress} epochs"))
    figures = "".join(
        f"<div><b>{escape(value)}</b><span>{escape(caption)}</span></div>"
        for value, caption in shown
    )
    return section("summary", "Result", f'<div class="figures">{figures}</div>')


def notes_section(contents: ReportContents) -> Html:
    """What limits the figures."""
    overview, summary = contents.overview, contents.summary
    notes = [
        accuracy_note(overview),
        class_note(overview),
        summary.chance_level if summary is not None else "",
        _split_note(contents),
        _openings_note(contents),
        _ambiguous_note(contents),
        "This is a single training with one seed. Another seed gives a slightly different model; "
        "the interval covers the choice of samples, not that of the seed.",
        contents.comparison_problem,
    ]
    listed = bullet_list(note for note in notes if note)
    return section("notes", "What these figures can tell", f'<div class="notes">{listed}</div>')


def _openings_note(contents: ReportContents) -> str:
    is_repeated = contents.evaluation.split == "test" and contents.test_openings > 1
    return describe_test_openings(contents.test_openings) if is_repeated else ""


def data_section(contents: ReportContents) -> Html:
    """The dataset and the split."""
    evaluation, config = contents.evaluation, contents.config
    channels, height, width = evaluation.images.shape[1:]
    color = "gray" if channels == 1 else "color"
    support = [figures.support for figures in contents.overview.classes]
    rows = [
        ("Dataset", _dataset_title(contents)),
        ("Classes", f"{len(evaluation.class_names):,}"),
        ("Model input", f"{width} x {height} pixels, {color}"),
        ("Split", f"{_split(contents)}, {count(len(evaluation.labels), 'sample')}"),
        ("Samples of a class", f"{min(support, default=0):,} to {max(support, default=0):,}"),
    ]
    if config is not None and config.data.overlay:
        rows.append(("Label fixes", f"trained with the fixes {config.data.overlay}"))
    return section("data", "Data", table(["", ""], [_text_cells(row) for row in rows]))


def settings_section(contents: ReportContents) -> Html:
    """The settings that differ from the recipe, and all of them folded."""
    config = contents.config
    if config is None:
        return ""
    recipe = contents.recipe
    if recipe is None:
        changed = paragraph(f"The recipe “{config.recipe}” is not part of this version.", "muted")
    elif not contents.differences:
        changed = paragraph(f"The recipe “{recipe.title}”, unchanged.")
    else:
        rows = [_text_cells(change) for change in contents.differences]
        changed = paragraph(f"The recipe “{recipe.title}” with these changes:") + table(
            ["Setting", "Recipe", "This run"], rows
        )
    known = settings()
    rows = [
        _text_cells((known[name].section, known[name].label, format_setting(name, value)))
        for name, value in flat_settings(config).items()
        if name in known
    ]
    listed = details("All settings", table(["Section", "Setting", "Value"], rows))
    return section("settings", "Settings", changed, _machine(contents), listed)


def curves_section(contents: ReportContents) -> Html:
    """Loss and accuracy by epoch."""
    metrics = contents.metrics
    if metrics is None:
        return ""
    best = metrics.best_epoch
    marked = (float(best), f"epoch {best} kept") if best is not None else None
    charts = [
        line_chart(
            "Loss", _lines(metrics, "loss"), ("Epoch", "Loss"), number, marked, falling=True
        ),
        line_chart(
            "Accuracy", _lines(metrics, "accuracy"), ("Epoch", "Accuracy"), _axis_percent, marked
        ),
    ]
    shown = "".join(f"<div>{chart}</div>" for chart in charts if chart)
    note = (
        "Training figures are means during the epoch, with augmentation; validation figures are "
        "those at its end. The training can therefore look worse than the validation."
    )
    return section(
        "curves", "Training", f'<div class="columns">{shown}</div>', paragraph(note, "muted")
    )


def classes_section(contents: ReportContents) -> Html:
    """Precision, recall and F1 of every class."""
    classes = contents.overview.classes
    known = [figures.recall.interval[0] for figures in classes if figures.support]
    start = int(10 * min(known, default=0.0)) / 10
    ordered = list(classes)
    if len(classes) > MAX_CLASSES:
        ordered.sort(key=lambda figures: figures.recall.value if figures.support else 2.0)
    rows = [_class_row(figures, start) for figures in ordered]
    columns = ["Class", "#Precision", "#Recall", "95 % interval", "", "#F1", "#Samples"]
    shown = table(columns, rows[:MAX_CLASSES], "wide")
    if len(rows) > MAX_CLASSES:
        shown = (
            paragraph(f"The {MAX_CLASSES} classes with the lowest recall:")
            + shown
            + details(
                f"The other {len(rows) - MAX_CLASSES:,} classes",
                table(columns, rows[MAX_CLASSES:], "wide"),
            )
        )
    note = (
        f"Bars show the recall and its 95 % Wilson interval, from {percent(start, 0)} to 100 %. "
        "Only outlined: wider than 20 percentage points, too few samples to say."
    )
    return section("classes", "Each class", shown, paragraph(note, "muted"))


def confusion_section(contents: ReportContents) -> Html:
    """Which classes are taken for which."""
    evaluation, overview = contents.evaluation, contents.overview
    order = evaluation.class_order
    few = len(order) <= MAX_TABLE_CLASSES
    matrix = confusion_matrix(
        evaluation.confusion, evaluation.class_names, np.arange(len(order)) if few else order
    )
    pairs = [f"{pair_sentence(p, overview.class_names)}." for p in overview.pairs[:MAX_PAIRS]]
    listed = bullet_list(pairs) if pairs else paragraph("No class was predicted as another one.")
    if len(order) <= _BESIDE_CLASSES:
        matrix = f'<div class="columns"><div>{matrix}</div><div>{listed}</div></div>'
        return section("confusion", "Confusions", matrix)
    return section("confusion", "Confusions", listed, matrix)


def calibration_section(contents: ReportContents) -> Html:
    """Confidence against accuracy, and what abstaining brings."""
    overview = contents.overview
    chart = reliability_chart(overview.reliability)
    if not chart:
        return ""
    selective = overview.selective
    rows = []
    for threshold in _THRESHOLDS:
        at = selective.at(threshold)
        cells = (percent(threshold, 0), percent(at.coverage.value), percent(at.accuracy.value))
        rows.append(
            _text_cells((*cells, interval_text(at.accuracy).removeprefix("95 % interval ")))
        )
    abstaining = (
        "<h3>If the model answers only above a confidence</h3>"
        + table(["Confidence above", "#Answered", "#Correct", "95 % interval"], rows)
        + paragraph(
            "Wide bars of the diagram: accuracy of the predictions of that confidence; narrow "
            "bars: the gap between both; faint: fewer than 10 samples.",
            "muted",
        )
    )
    return section(
        "calibration",
        "Calibration",
        paragraph(f"{calibration_note(overview.reliability)}"),
        f'<div class="columns"><div>{chart}</div><div>{abstaining}</div></div>',
    )


def footer(contents: ReportContents, version: str, created: str) -> Html:
    """Where the page comes from."""
    run, split = contents.evaluation.run, contents.evaluation.split
    command = f"vgg-studio report {run} --split {split} --out report.html"
    return (
        f"<footer>Made with VGG Studio {escape(version)} on {escape(created)} by "
        f"<code>{escape(command)}</code>. Intervals: E. B. Wilson (1927). Calibration error: C. "
        "Guo et al. (2017), 15 bins.</footer>"
    )


def _split(contents: ReportContents) -> str:
    return SPLIT_TITLES[contents.evaluation.split]


def _split_note(contents: ReportContents) -> str:
    return {
        "test": "",
        "val": "The validation split selected the epoch that was kept: on new samples the model is "
        "probably a little worse.",
        "train": "The model was trained on these samples: this says little about new ones.",
    }[contents.evaluation.split]


def _ambiguous_note(contents: ReportContents) -> str:
    marked = contents.overview.ambiguous
    if not marked.total:
        return ""
    return (
        f"{count(marked.total, 'sample')} marked as ambiguous are counted apart: {marked.count:,} "
        "are predicted as labeled."
    )


def _dataset_title(contents: ReportContents) -> str:
    try:
        return (
            dataset_title(contents.config.data) if contents.config else contents.evaluation.dataset
        )
    except StudioError:
        return contents.evaluation.dataset


def _machine(contents: ReportContents) -> Html:
    summary, versions = contents.summary, contents.record.get("versions")
    if summary is None or not summary.device:
        return ""
    listed = versions if isinstance(versions, Mapping) else {}
    known = [f"{name} {version}" for name, version in listed.items()]
    text = f"Trained on {summary.device} in {summary.precision}, seed {summary.seed}"
    return paragraph(f"{text}, with {', '.join(known)}." if known else f"{text}.", "muted")


def _lines(metrics: EpochMetrics, name: str) -> list[Line]:
    values = metrics.values
    return [
        Line("training", metrics.epochs, values[f"train_{name}"], "train"),
        Line("validation", metrics.epochs, values[f"val_{name}"], "validation"),
    ]


def _class_row(figures: ClassFigures, start: float) -> tuple[Html, ...]:
    low, high = figures.recall.interval
    interval = f"{percent(low)} – {percent(high)}" if figures.support else UNKNOWN
    return (
        escape(figures.name),
        percent(figures.precision.value),
        percent(figures.recall.value),
        interval,
        interval_bar(figures.recall, start, figures.is_uncertain),
        percent(figures.f1),
        f"{figures.support:,}",
    )


def _text_cells(values: tuple[Any, ...]) -> tuple[Html, ...]:
    return tuple(escape(value) for value in values)


def _axis_percent(fraction: float) -> str:
    return f"{100 * fraction:.3g} %"
