"""Says after a crash what happened, and offers the report and to resume the interrupted run."""

from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.crash_log import EARLY_S, Crash, ErrorRecord, forget_early_crashes
from studio.runs import run_title
from studio.runs.resumable import find_resumable_run
from studio.ui.context import StudioContext
from studio.ui.frame.crash_text import crash_text, safe_start_text
from studio.ui.shared.error_dialog import show_error
from studio.ui.widgets.banner import Banner


class BannerHost(Protocol):
    """The part of the main window that the notice needs."""

    context: StudioContext

    def add_banner(self, banner: Banner) -> None:
        """Add a banner above the pages."""


class CrashNotice(QObject):
    """Banners about the end of the last session, and about a safe start.

    `resume_wanted` carries a run id, `restart_wanted` asks to open a window that restores all.
    """

    resume_wanted = Signal(str)
    restart_wanted = Signal()

    def __init__(self, host: BannerHost, window: QWidget) -> None:
        """`host` and `window` are the main window."""
        super().__init__(window)
        self._host, self._window = host, window
        self._crash: Crash | None = None
        self._run_id = ""
        self.wants_restart = False
        self._banner, self._safe_banner = Banner(), Banner()
        self._banner.setObjectName("crash_banner")
        self._safe_banner.setObjectName("safe_start_banner")
        self._banner.action_clicked.connect(self._on_first_action)
        self._banner.second_action_clicked.connect(self._show_report)
        self._safe_banner.action_clicked.connect(self._on_restart)

    def show_crash(self, crash: Crash) -> None:
        """Say how the last session ended. A kill is only mentioned where it interrupted a run."""
        self._crash = crash
        self._host.add_banner(self._banner)
        if not crash.run_id:
            self._show("", can_resume=False)
            return
        store = self._host.context.store

        def find(_on_progress: OnProgress, _should_stop: ShouldStop) -> str:
            return find_resumable_run(store, crash.run_id)

        task = self._host.context.tasks.start(find)
        task.succeeded.connect(self._on_found)
        task.failed.connect(self._on_not_found)

    def show_safe_start(self, count: int) -> None:
        """Say that nothing was restored after `count` crashes, and offer to restore it."""
        self._host.add_banner(self._safe_banner)
        self._safe_banner.show_message(safe_start_text(count), "warn", "Restart and restore")

    def watch_start(self) -> None:
        """Forget earlier crashes once the window has lived for a minute."""
        timer = QTimer(self, singleShot=True, interval=round(EARLY_S * 1000))
        timer.timeout.connect(forget_early_crashes)
        timer.start()

    def _on_found(self, run_id: str) -> None:
        self._run_id = run_id
        assert self._crash is not None
        self._show(run_title(self._crash.run_id), can_resume=bool(run_id))

    def _on_not_found(self, _error: object, _traceback_text: str) -> None:
        self._on_found("")

    def _show(self, title: str, can_resume: bool) -> None:
        assert self._crash is not None
        if self._crash.was_killed and not can_resume:
            return
        actions = [f"Resume “{title}”"] if can_resume else []
        actions += [] if self._crash.was_killed else ["Show report"]
        text = crash_text(self._crash, title, can_resume)
        self._banner.show_message(text, "info" if self._crash.was_killed else "warn", *actions)

    def _on_first_action(self) -> None:
        if self._run_id:
            self._banner.hide()
            self.resume_wanted.emit(self._run_id)
        else:
            self._show_report()

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

    def _on_restart(self) -> None:
        self.wants_restart = True
        forget_early_crashes()
        self.restart_wanted.emit()
