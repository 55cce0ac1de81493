"""Writes the report of a run as one HTML file."""

from datetime import date
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from studio import __version__
from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.errors import Stopped, StudioError
from studio.export.report import sections
from studio.export.report.contents import ReportContents, collect_contents
from studio.export.report.markup import escape
from studio.export.report.sample_sections import (
    comparison_section,
    label_issues_section,
    mistakes_section,
)
from studio.files import write_text
from studio.paths import resource

if TYPE_CHECKING:
    from studio.data import Split

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
$style
</style>
</head>
<body>
<header><h1>$title</h1><div class="subtitle">$subtitle</div></header>
<nav>$links</nav>
$sections
$footer
</body>
</html>
""")
_LINKS = {
    "summary": "Result",
    "notes": "Limits",
    "comparison": "What changed",
    "classes": "Classes",
    "confusion": "Confusions",
    "calibration": "Calibration",
    "mistakes": "Mistakes",
    "labels": "Doubtful labels",
    "curves": "Training",
    "settings": "Settings",
    "data": "Data",
}


def write_report(
    run: str | Path,
    path: Path,
    split: "Split" = "test",
    data_dir: Path | None = None,
    against: str | Path | None = None,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> ReportContents:
    """Write the report of `bundled` or a run folder; returns what it shows.

    `against` is a run to compare with, by default the one that this run follows. The page needs no
    other file, and stays below 5 MB whatever the dataset. It is written completely or not at all.
    Raises CheckpointError, DatasetError, StudioError for a path that cannot be written, Stopped.
    """
    _require_html(path)
    contents = collect_contents(run, split, data_dir, against, on_progress, should_stop)
    on_progress(0.9, "Writing the report")
    page = render_report(contents, should_stop)
    if should_stop():
        raise Stopped
    try:
        write_text(path, page)
    except OSError as error:
        raise StudioError(
            f"“{path}” cannot be written: {error.strerror or error}.", "Choose another folder."
        ) from None
    on_progress(1.0, "")
    return contents


def render_report(contents: ReportContents, should_stop: ShouldStop = never_stop) -> str:
    """Return the page. Raises Stopped."""
    shown = {
        "summary": sections.summary_section(contents),
        "notes": sections.notes_section(contents),
        "comparison": comparison_section(contents, should_stop),
        "classes": sections.classes_section(contents),
        "confusion": sections.confusion_section(contents),
        "calibration": sections.calibration_section(contents),
        "mistakes": mistakes_section(contents, should_stop),
        "labels": label_issues_section(contents, should_stop),
        "curves": sections.curves_section(contents),
        "settings": sections.settings_section(contents),
        "data": sections.data_section(contents),
    }
    links = [f'<a href="#{name}">{_LINKS[name]}</a>' for name, html in shown.items() if html]
    evaluation, today = contents.evaluation, f"{date.today():%Y-%m-%d}"
    return _PAGE.substitute(
        title=escape(contents.title),
        subtitle=escape(
            f"Report of {evaluation.run}, {sections.SPLIT_TITLES[evaluation.split]} split"
        ),
        style=resource("report", "report.css").read_text(encoding="utf-8"),
        links="".join(links),
        sections="\n".join(html for html in shown.values() if html),
        footer=sections.footer(contents, __version__, today),
    )


def _require_html(path: Path) -> None:
    if path.suffix.lower() not in (".html", ".htm"):
        raise StudioError(f"“{path.name}” does not end in .html.", "The report is an HTML page.")
