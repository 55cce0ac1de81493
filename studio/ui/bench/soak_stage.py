"""A window with an evaluated run, in which a soak opens and closes widgets."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QDialog, QWidget

from studio.bench.workload import Workload
from studio.insight import evaluate
from studio.training import Trainer
from studio.ui.bench.driver import wait_for_signal
from studio.ui.context import StudioContext
from studio.ui.main_window import MainWindow
from studio.ui.mistakes.session import EvaluationSession

_PASSES = 3  # a widget may start a timer of 0 ms when it is shown, whose slot starts another


class SoakStage:
    """Trains a run of the workload and evaluates it; `session` shows the result."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        self.window = window
        # The state of the window is that of its own pages, not of those created here.
        self.context = StudioContext(window.context.runs_dir, workload.data_dir)
        self.context.setParent(window)
        self.context.torch_ready = True
        self.data_dir = workload.data_dir
        store = self.context.store
        self.run = store.create(workload.config)
        Trainer(workload.config, self.run, workload.data_dir).fit()
        self.evaluation = evaluate(store.model_source(self.run.id), "train", workload.data_dir)
        self.session = EvaluationSession(self.context, window)
        self.session.begin(self.run.id, "train")
        self.session.show(self.evaluation)
        self._host = QWidget(window)
        self._host.setGeometry(window.rect())
        self._host.show()

    def open_and_close(self, create: Callable[["SoakStage"], QWidget], waits: bool = True) -> None:
        """Show a new widget over the window, let it finish its work if `waits`, and close it.

        A dialog must delete itself when it is closed, as those of the program do.
        """
        widget = create(self)
        if isinstance(widget, QDialog):
            widget.open()
        else:
            widget.setParent(self._host)
            widget.setGeometry(self._host.rect())
            widget.show()
        if waits:
            self.settle()
        else:
            self._process_events()
        is_deleted_on_close = widget.testAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shutdown = getattr(widget, "shutdown", None)
        if shutdown is not None:
            shutdown()
        widget.close()
        if not is_deleted_on_close:
            widget.deleteLater()
        self.settle()

    def settle(self) -> None:
        """Process events until no task runs, and delete what is to be deleted."""
        self._process_events()
        for tasks in (self.context.tasks, self.window.context.tasks):
            if tasks.is_busy:
                wait_for_signal(tasks.idle, "a task is running")
                self._process_events()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _process_events(self) -> None:
        for _ in range(_PASSES):
            QCoreApplication.processEvents()
