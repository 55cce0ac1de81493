"""Says after a crash what happened, and offers the report and to resume the interrupted run."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.crash_log import EARLY_S, Crash, ErrorRecord, forget_early_crashes
from studio.runs import run_title
from studio.runs.resumable import ResumableRun, find_resumable_run
from studio.ui.context import StudioContext
from studio.ui.frame.crash_text import crash_text
from studio.ui.shared.error_dialog import show_error
from studio.ui.widgets.banner import Banner

MAX_ACTIONS = 2  # of a banner


class BannerHost(Protocol):
    """The part of the main window that the notice needs."""

    context: StudioContext

    def add_banner(self, banner: Banner) -> None:
        """Add a banner above the pages."""


class CrashNotice(QObject):
    """One banner about the end of the last session, or about a safe start.

    `resume_wanted` carries a run id, `restart_wanted` asks to open a window that restores all.
    """

    resume_wanted = Signal(str)
    restart_wanted = Signal()

    def __init__(self, host: BannerHost, window: QWidget, crash: Crash | None = None) -> None:
        """`host` and `window` are the main window, `crash` is the end of the last session."""
        super().__init__(window)
        self._host, self._window, self._crash = host, window, crash
        self._safe_text = ""  # why nothing was restored
        self.wants_restart = False
        self._run: ResumableRun | None = None
        self._actions: list[Callable[[], None]] = []
        self._banner = Banner()
        self._banner.setObjectName("crash_banner")
        self._banner.action_clicked.connect(self._on_action)
        self._banner.second_action_clicked.connect(self._on_second_action)

    def show(self, safe_text: str = "", can_restart: bool = False) -> None:
        """Say how the last session ended, or in a safe start why nothing was restored.

        A kill is only mentioned where it interrupted a run. Does nothing if all is well.
        """
        self._safe_text, self._can_restart = safe_text, can_restart
        if self._crash is None and not safe_text:
            return
        self._host.add_banner(self._banner)
        if self._crash is None or not self._crash.run_id:
            self._update("")
            return
        store, run_id = self._host.context.store, self._crash.run_id

        def find(_on_progress: OnProgress, _should_stop: ShouldStop) -> ResumableRun | None:
            return find_resumable_run(store, run_id)

        task = self._host.context.tasks.start(find)
        task.succeeded.connect(self._on_found)
        task.failed.connect(self._on_not_found)

    def watch_start(self) -> None:
        """Forget earlier crashes once the window has lived for a minute."""
        timer = QTimer(self, singleShot=True, interval=round(EARLY_S * 1000))
        timer.timeout.connect(forget_early_crashes)
        timer.start()

    def _on_found(self, run: ResumableRun | None) -> None:
        self._run = run
        self._update(run_title(self._crash.run_id) if self._crash else "")

    def _on_not_found(self, _error: object, _traceback_text: str) -> None:
        self._on_found(None)

    def _update(self, title: str) -> None:
        """Show the banner; `title` is that of the run that was training, "" for none."""
        crash, labels = self._crash, []
        self._actions = []
        if self._can_restart:
            labels.append("Restart and restore")
            self._actions.append(self._restart)
        if self._run:
            labels.append("Resume run" if self._can_restart else f"Resume “{title}”")
            self._actions.append(self._resume)
        if crash is not None and not crash.was_killed and len(labels) < MAX_ACTIONS:
            labels.append("Show report")
            self._actions.append(self._show_report)
        if self._safe_text:
            self._banner.show_message(self._safe_text, "warn", *labels)
        elif crash is not None and labels:
            kind = "info" if crash.was_killed else "warn"
            text = crash_text(crash, title, self._run)
            self._banner.show_message(text, kind, *labels)

    def _on_action(self) -> None:
        self._actions[0]()

    def _on_second_action(self) -> None:
        self._actions[1]()

    def _restart(self) -> None:
        self.wants_restart = True
        forget_early_crashes()
        self.restart_wanted.emit()

    def _resume(self) -> None:
        self._banner.hide()
        if self._run is not None:
            self.resume_wanted.emit(self._run.id)

    def _show_report(self) -> None:
        assert self._crash is not None
        record = ErrorRecord(
            summary=self._crash.reason,
            traceback_text=self._crash.report,
            key="",
            message="VGG Studio crashed",
            hint=f"The report says where: {self._crash.reason}. Send it when you ask for help; "
            "it contains no images and no data.",
        )
        show_error(self._window, record, self._crash.report, has_report=True)
