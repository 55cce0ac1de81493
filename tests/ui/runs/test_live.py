"""The page follows runs that other processes write."""

import shutil
import signal
import subprocess
import sys
from itertools import pairwise

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QPushButton, QToolButton

from studio.runs import Run
from studio.ui.context import StudioContext
from studio.ui.runs import page as page_module
from studio.ui.runs.opened_folders_bar import OpenedFoldersBar
from studio.ui.runs.run_columns import COLUMNS
from studio.ui.widgets.curve_plot import CurvePlot
from tests.ui.runs.test_page import button, shows, table

LONG = 100_000  # a training in a process of its own begins with loading torch
SMALL = (
    "optim.epochs=4000",
    "engine.log_every=1",
    "engine.threads=1",
    "data.image_size=8",
    "model.filters=[[4]]",
    "model.hidden=[8]",
)

# Writes a run as a trainer does, one act for each line that it is sent.
WRITER = """
import json, sys, time
from pathlib import Path
from studio.config import TrainConfig
from studio.runs import RunStore, Status, RunStatus
from studio.training.events import FitStarted, StepEnd, EpochEnd, to_dict

host, runs_dir = sys.argv[1:]
run, step, skew = None, 0, 0.0
def beat():
    global skew
    values = dict(epochs=3) | ({"host": host} if host else {})
    status = Status.begin(**values) if not host else Status(
        RunStatus.RUNNING, time.time() + skew, time.time() + skew, 1, host, epochs=3)
    run.write_status(status)
def tell(event):
    with run.metrics_path.open("a") as log:
        log.write(json.dumps(to_dict(event)) + "\\\\n")
for line in sys.stdin:
    act, *rest = line.split()
    if act == "create":
        run = RunStore(Path(runs_dir)).create(TrainConfig(recipe="digits-quickstart"))
        tell(FitStarted(run.id, "", 3, 10, 30, 1, "cpu", "", "float32", 1, 1, 1, 1))
        beat()
    elif act == "step":
        step += 1
        tell(StepEnd(step, 1 + (step - 1) // 10, 0.5 / step, 0.1, 1234.5, 2.0 * step))
    elif act == "epoch":
        tell(EpochEnd(step // 10, step, 0.5, 0.9, 0.6, 0.8, 0.1, 1234.5, 2.0 * step, True))
    elif act == "beat":
        skew = float(rest[0]) if rest else 0.0
        beat()
    elif act == "half":
        with run.metrics_path.open("a") as log:
            log.write('{"event": "StepEnd", "st')
    elif act == "cut":
        with run.metrics_path.open("a") as log:
            log.truncate(int(rest[0]))
    print(run.id, flush=True)
""".replace("\\\\n", "\\n")


class Writer:
    """Another process that writes a run."""

    def __init__(self, runs_dir, host=""):
        self.runs_dir = runs_dir
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, host, str(runs_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, *acts):
        """Returns when all are on disk."""
        for act in acts:
            self.process.stdin.write(act + "\n")
        self.process.stdin.flush()
        answers = [self.process.stdout.readline().strip() for _ in acts]
        self.run = Run(self.runs_dir / answers[-1])
        return self.run

    def kill(self):
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def other(writer):
    """Begins another process that writes into the runs folder, as if on that host."""
    begun = []

    def begin(host="", runs_dir=None):
        begun.append(Writer(runs_dir or writer.store.runs_dir, host))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()


@pytest.fixture
def open_page(open_page, monkeypatch):
    """Opens the page, which looks at the folders twenty times as often as for a person."""
    monkeypatch.setattr(page_module, "REFRESH_MS", 50)
    return open_page


def cell(page, title, row=0):
    place = next(n for n, column in enumerate(COLUMNS) if column.title == title)
    return table(page).model().index(row, place).data()


def loss(page):
    return page.findChild(CurvePlot, "compare_loss_plot").curves()


def steps_shown(page):
    return len(loss(page)["training"][0]) if "training" in loss(page) else 0


def facts(page):
    labels = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    return dict(pairwise(labels))


def heard(page):
    return page.findChild(QLabel, "run_heard")


def test_a_run_that_appears_is_noticed_and_its_curve_grows(qtbot, open_page, other):
    page = open_page()
    qtbot.waitUntil(lambda: page.findChild(QPushButton, "empty_action") is not None)
    process = other()
    run = process.do("create", "step", "step")
    qtbot.waitUntil(lambda: shows(page, run.id), timeout=LONG)
    assert cell(page, "Status") == "Running"
    qtbot.waitUntil(lambda: len(loss(page)["training"][0]) == 2)
    process.do("step", "half")
    qtbot.waitUntil(lambda: len(loss(page)["training"][0]) == 3)
    assert loss(page)["training"][0][-1] == pytest.approx(0.3)  # the third of ten steps
    process.do(*["step"] * 7)  # the half-written line takes the first of these with it
    process.do("epoch")
    qtbot.waitUntil(lambda: len(loss(page)["validation"][0]) == 1)
    assert facts(page)["Epoch"] == "1 / 3"
    assert facts(page)["Images/s"] == "1,234"
    assert facts(page)["Time left"] == "40 s"
    assert heard(page).text().endswith("ago on this computer")


def test_a_killed_process_is_seen(qtbot, open_page, other):
    process = other()
    run = process.do("create", "step")
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    assert cell(page, "Status") == "Running"
    process.kill()
    qtbot.waitUntil(lambda: cell(page, "Status") == "Interrupted")


def test_a_run_cut_back_by_resuming_shows_the_new_curve(qtbot, open_page, other):
    process = other()
    run = process.do("create")
    begun = run.metrics_path.stat().st_size
    process.do(*["step"] * 5)
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id) and len(loss(page)["training"][0]) == 5)
    process.do(f"cut {begun}", "step", "step")
    qtbot.waitUntil(lambda: len(loss(page)["training"][0]) == 2)


def test_another_machine_is_followed_by_its_heartbeat(qtbot, open_page, other, monkeypatch):
    process = other("node07.cluster.example.org")
    run = process.do("create", "beat -7200")  # its clock is two hours behind
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    assert cell(page, "Status") == "Interrupted"  # until it is heard again
    process.do("beat -7200")
    qtbot.waitUntil(lambda: cell(page, "Status") == "Running")
    qtbot.waitUntil(lambda: heard(page).text().endswith("s ago on node07"))
    assert cell(page, "From") == "node07"
    monkeypatch.setattr("studio.runs.status.HEARTBEAT_TIMEOUT_S", 0.1)
    qtbot.waitUntil(lambda: cell(page, "Status") == "Interrupted")
    assert heard(page).isVisible()


def test_following_keeps_the_zoom_and_the_choice(qtbot, open_page, other, writer):
    old = writer.write()
    process = other()
    run = process.do("create", "step")
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    plot = page.findChild(CurvePlot, "compare_loss_plot")
    cleared = []
    plot.clear = lambda: cleared.append(1)
    process.do("step", "step", "step")
    qtbot.waitUntil(lambda: len(loss(page)["training"][0]) == 4)
    assert not cleared
    table(page).select_runs([old.id])
    qtbot.waitUntil(lambda: shows(page, old.id))
    process.do("step", "beat")
    rows = table(page).model().rows
    qtbot.waitUntil(lambda: any(r.id == run.id and r.summary.last_heartbeat for r in rows()))
    assert table(page).selected_ids() == [old.id]


@pytest.fixture
def colleague(tmp_path, writer):
    """A folder of two runs that came from elsewhere."""
    theirs = tmp_path / "theirs"
    for _ in range(2):
        run = writer.write()
        theirs.mkdir(exist_ok=True)
        shutil.move(run.path, theirs / run.path.name)
    return theirs


def choose_in_dialog(qtbot, page, folder):
    qtbot.mouseClick(button(page, "open_folder"), Qt.MouseButton.LeftButton)
    (dialog,) = page.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(folder))
    dialog.reject()


def test_a_folder_is_opened_remembered_and_closed(qtbot, open_page, writer, colleague):
    own = writer.write()
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, own.id))
    assert table(page).isColumnHidden(2)
    choose_in_dialog(qtbot, page, colleague)
    qtbot.waitUntil(lambda: table(page).model().rowCount() == 3)
    newest = max(colleague.iterdir())
    qtbot.waitUntil(lambda: shows(page, str(newest)))
    assert not table(page).isColumnHidden(2)
    assert {cell(page, "From", row) for row in range(3)} == {"theirs", "here"}
    assert page.findChild(OpenedFoldersBar).texts() == ["theirs: 2 runs"]
    assert not button(page, "run_resume").isVisible()

    again = open_page()
    qtbot.waitUntil(lambda: table(again).model().rowCount() == 3)
    close = again.findChild(QToolButton, "close_folder")
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: table(again).model().rowCount() == 1)
    assert again.findChild(OpenedFoldersBar).isHidden()
    assert len(list(colleague.iterdir())) == 2
    assert StudioContext(writer.store.runs_dir).store.opened == ()


def test_one_run_that_lacks_its_parts_is_opened_from_a_folder_nobody_may_write(
    qtbot, open_page, colleague
):
    run = min(colleague.iterdir())
    for part in ("config.toml", "status.json"):
        (run / part).unlink()
    run.chmod(0o555)
    page = open_page()
    page.open_folder(str(run))
    qtbot.waitUntil(lambda: shows(page, str(run)))
    assert len(loss(page)["validation"][0]) == 5
    run.chmod(0o755)


def test_a_folder_without_runs_is_refused_in_words(qtbot, open_page, tmp_path):
    (tmp_path / "holiday" / "beach").mkdir(parents=True)
    page = open_page()
    page.open_folder(str(tmp_path / "holiday"))
    banner = page.findChild(QFrame, "banner")
    qtbot.waitUntil(banner.isVisible)
    assert "There is no run in" in banner.text()
    assert page.context.store.opened == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows renames no folder that is being read")
def test_a_folder_that_is_away_keeps_its_rows_and_says_so(qtbot, open_page, colleague):
    page = open_page()
    page.open_folder(str(colleague))
    qtbot.waitUntil(lambda: table(page).model().rowCount() == 2)
    away = colleague.rename(colleague.with_name("away"))
    places = page.findChild(OpenedFoldersBar)
    qtbot.waitUntil(lambda: places.texts() == ["theirs: not reachable"])
    assert table(page).model().rowCount() == 2
    away.rename(colleague)
    qtbot.waitUntil(lambda: places.texts() == ["theirs: 2 runs"])


def test_an_empty_folder_can_be_opened_before_its_first_run(qtbot, open_page, other, tmp_path):
    soon = tmp_path / "soon"
    soon.mkdir()
    page = open_page()
    page.open_folder(str(soon))
    qtbot.waitUntil(lambda: page.findChild(OpenedFoldersBar).texts() == ["soon: 0 runs"])
    run = other("node07", soon).do("create", "step")
    qtbot.waitUntil(lambda: shows(page, str(run.path)), timeout=LONG)
    assert cell(page, "From") == "node07 · soon"


def test_settings_that_nobody_wrote_open_nothing(writer):
    context = StudioContext(writer.store.runs_dir)
    for odd in ("{", "3", '["a", 4]', ""):
        context.settings.setValue("opened_folders", odd)
        context.settings.sync()
        assert StudioContext(writer.store.runs_dir).store.opened == ()
    assert isinstance(context.settings, QSettings)


@pytest.mark.timeout(240)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_training_of_another_process_is_followed_to_its_death(qtbot, open_page, writer):
    """The real thing: the command line trains, the page watches, the process is killed."""
    page = open_page()
    command = [sys.executable, "-m", "studio", "train", "digits-quickstart", "--device", "cpu"]
    command += ["--runs-dir", str(writer.store.runs_dir)]
    for setting in SMALL:
        command += ["--set", setting]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        try:
            qtbot.waitUntil(lambda: table(page).model().rowCount() == 1, timeout=LONG)
            qtbot.waitUntil(lambda: steps_shown(page) > 5, timeout=LONG)
            assert cell(page, "Status") == "Running"
            many = steps_shown(page)
            qtbot.waitUntil(lambda: steps_shown(page) > many, timeout=LONG)
            assert facts(page)["Epoch"].endswith("/ 4000")
        finally:
            child.send_signal(signal.SIGKILL)
    qtbot.waitUntil(lambda: cell(page, "Status") == "Interrupted")
    assert heard(page).text().startswith("Last updated")
