"""The report of a run: complete, self-contained, small and safe."""

import base64
import dataclasses
import io
import json
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from studio.callbacks import ignore_progress, never_stop
from studio.errors import DamagedRunError, Stopped, StudioError
from studio.export.report.contents import ReportContents
from studio.export.report.writer import render_report, write_report
from studio.insight import Evaluation
from studio.insight.comparison import compare_evaluations
from studio.insight.label_issues import LabelIssue, LabelIssueReport
from studio.insight.label_issues.cache import write_report as cache_issues
from studio.insight.label_issues.search import load_examined_data
from studio.insight.overview import summarize_evaluation
from tests.export.page_parser import Page
from tests.fixed_engine import FIXED_ENGINE

MAX_BYTES = 5_000_000
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;\udcff\x07"


def make_evaluation(samples, names, seed=0, accuracy=0.7, size=8, channels=1):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, len(names), samples)
    logits = rng.normal(size=(samples, len(names)))
    logits[np.arange(samples), labels] += np.where(rng.random(samples) < accuracy, 6, -6)
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return Evaluation(
        run="run",
        dataset="digits",
        split="test",
        class_names=tuple(names),
        images=rng.integers(0, 256, (samples, channels, size, size), np.uint8),
        indices=np.arange(samples),
        labels=labels,
        probabilities=probabilities.astype(np.float32),
    )


def make_contents(evaluation, **values):
    return ReportContents("Title", evaluation, summarize_evaluation(evaluation), **values)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A short training on the digits, and one that follows it."""
    from studio.recipes import load_recipe
    from studio.runs import RunStore
    from studio.training import Trainer

    store = RunStore(tmp_path_factory.mktemp("runs"))
    config = load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE | {"optim.epochs": 1})
    parent = store.create(config)
    Trainer(config, parent).fit()
    changed = config.with_values({"optim.epochs": 2})
    child = store.create(changed, parent.id)
    Trainer(changed, child).fit()
    return parent, child


@pytest.fixture(scope="module")
def page(runs, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    contents = write_report(runs[1].path, path)
    return contents, path.read_text("utf-8")


def test_the_report_of_a_run_has_all_its_parts(page, runs):
    contents, source = page
    shown = Page(source)
    assert list(shown.sections) == [
        *("summary", "notes", "comparison", "classes", "confusion", "calibration", "mistakes"),
        *("curves", "settings", "data"),
    ]
    correct, total = contents.overview.accuracy.count, contents.overview.accuracy.total
    assert f"{100 * correct / total:.1f} %" in shown.sections["summary"]
    assert f"Compared with {runs[0].id}" in shown.sections["comparison"]
    assert "Epochs" in shown.sections["settings"]
    assert "epoch 2 kept" in shown.sections["curves"]
    assert "pixels, gray" in shown.sections["data"]
    assert "<details><summary>All settings" in source


def test_nothing_comes_from_elsewhere_and_nothing_runs(page):
    shown = Page(page[1])
    assert "script" not in shown.tags
    assert "link" not in shown.tags
    assert not [name for _, name, _ in shown.values if name.startswith("on")]
    assert all(value.startswith("data:image/png;base64,") for value in shown.attributes("src"))
    assert all(value.startswith("#") for value in shown.attributes("href"))
    style = re.search("<style>(.*?)</style>", page[1], re.DOTALL).group(1)
    assert "url(" not in style
    assert "@import" not in style
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style


def test_the_worst_mistakes_are_images(page):
    contents, source = page
    mistakes = contents.evaluation.mistakes()
    part = source[source.index('<section id="mistakes"') :]
    first = re.search(r"base64,([^\"]+)", part).group(1)
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(first))))
    assert np.array_equal(pixels, contents.evaluation.images[mistakes[0], 0])


def test_names_cannot_become_markup():
    names = [HOSTILE, "b" * 300, "<b>"]
    files = tuple(f"{HOSTILE}/{k}.png" for k in range(60))
    evaluation = dataclasses.replace(make_evaluation(60, names), run=HOSTILE, files=files)
    before = dataclasses.replace(
        make_evaluation(60, names, seed=1), run=HOSTILE, files=files, labels=evaluation.labels
    )
    contents = make_contents(
        evaluation,
        comparison=compare_evaluations(before, evaluation),
        comparison_problem=HOSTILE,
    )
    source = render_report(dataclasses.replace(contents, title=HOSTILE))
    source.encode("utf-8")
    shown = Page(source)
    assert "script" not in shown.tags
    assert not [name for _, name, _ in shown.values if name.startswith("on")]
    assert "<script>alert(1)</script>" in shown.sections["confusion"]
    assert "\x07" not in source


def test_many_classes_in_color_stay_below_five_megabytes():
    names = [f"a class with quite a long name, number {k}" for k in range(100)]
    before, after = (make_evaluation(600, names, seed, 0.4, 224, 3) for seed in (0, 1))
    before = dataclasses.replace(before, labels=after.labels)
    source = render_report(make_contents(after, comparison=compare_evaluations(before, after)))
    assert len(source.encode()) < MAX_BYTES
    shown = Page(source)
    assert len(shown.attributes("src")) > 36 + 12
    assert "The other 70 classes" in shown.sections["classes"]


@pytest.mark.parametrize(
    ("samples", "names", "accuracy"),
    [(0, ("a", "b"), 1), (1, ("a", "b"), 1), (40, ("only",), 1), (40, ("a", "b"), 1.0)],
)
def test_empty_single_class_and_perfect_splits_are_described(samples, names, accuracy):
    shown = Page(render_report(make_contents(make_evaluation(samples, names, accuracy=accuracy))))
    assert shown.sections["mistakes"].strip().endswith("There are no mistakes.")
    assert "nan" not in shown.text
    assert "curves" not in shown.sections  # as for the bundled model, which has no run folder


@pytest.fixture
def damaged(runs, tmp_path):
    """A copy of a run with three damaged files."""
    folder = tmp_path / runs[1].id
    shutil.copytree(runs[1].path, folder)
    for name in ("config.toml", "metrics.jsonl", "status.json"):
        (folder / name).write_bytes(b"\x00damaged\n{")
    return folder


def test_a_run_with_damaged_files_gets_no_report_that_hides_it(damaged, tmp_path):
    with pytest.raises(DamagedRunError, match=r"config\.toml” is damaged"):
        write_report(damaged, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_a_damaged_run_of_an_earlier_version_still_gets_a_report(damaged, tmp_path):
    (damaged / "manifest.json").unlink()
    write_report(damaged, tmp_path / "report.html")
    shown = Page((tmp_path / "report.html").read_text("utf-8"))
    assert "curves" not in shown.sections
    assert "classes" in shown.sections


def test_label_issues_found_before_are_shown(runs, tmp_path):
    _, key = load_examined_data(runs[1].path, tmp_path, ignore_progress, never_stop)
    issue = LabelIssue(
        sample="all:3",
        index=3,
        file="",
        label="8",
        suggested="<3>",
        score=0.99,
        reason="Because & so",
        split="train",
    )
    report = LabelIssueReport("train", 1438, 1, (issue,))
    cache_issues(runs[1].path, "train", key, report)
    try:
        write_report(runs[1].path, tmp_path / "report.html")
    finally:
        shutil.rmtree(runs[1].path / "label_issues")
    shown = Page((tmp_path / "report.html").read_text("utf-8"))
    assert "1 doubtful label among 1,438 training samples" in shown.sections["labels"]
    assert "8 → <3>" in shown.sections["labels"]
    assert "Because & so" in shown.sections["labels"]


def test_a_path_that_cannot_be_written_is_an_error(runs, tmp_path):
    with pytest.raises(StudioError, match="cannot be written"):
        write_report(runs[0].path, tmp_path / "missing" / "report.html")
    with pytest.raises(StudioError, match=r"does not end in \.html"):
        write_report(runs[0].path, tmp_path / "report.pdf")


def test_a_cancelled_report_leaves_the_old_file(runs, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(Stopped):
        write_report(runs[0].path, path, should_stop=lambda: True)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["report.html"]
    assert path.read_text() == "old"


def test_the_command_writes_the_page(cli, runs, tmp_path):
    path = tmp_path / "report.html"
    code, out, _ = cli(
        *("report", runs[1].path, "--out", path, "--split", "val", "--json"),
        *("--runs-dir", runs[1].path.parent),
    )
    assert code == 0
    found = json.loads(out.splitlines()[-1])
    assert (found["run"], found["split"], found["samples"]) == (runs[1].id, "val", 287)
    assert found["bytes"] == path.stat().st_size < MAX_BYTES
    assert cli("report", runs[1].path, "--out", tmp_path / "no" / "r.html")[0] == 1
