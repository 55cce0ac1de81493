"""A training whose model is shown while it learns, as the Draw page does."""

import threading
import time

import numpy as np

from studio.bench.workers.protocol import Send
from studio.bench.workers.training import train
from studio.bench.workload import Workload
from studio.training.snapshots import Snapshot, SnapshotMailbox

_POLL_S = 0.25  # as the window asks for newer weights


def train_watched(workload: Workload, send: Send) -> None:
    """Train, while another thread predicts a drawing with each snapshot of the weights."""
    mailbox, is_over = SnapshotMailbox(), threading.Event()
    viewer = threading.Thread(target=_watch, args=(mailbox, is_over))
    viewer.start()
    try:
        train(workload, send, mailbox)
    finally:
        is_over.set()
        viewer.join()


def _watch(mailbox: SnapshotMailbox, is_over: threading.Event) -> None:
    from studio.inference import Predictor
    from studio.training.backend.threads import use_threads

    seen: Snapshot | None = None
    drawing = np.zeros((280, 280), np.uint8)
    drawing[60:220, 130:150] = 255
    while not is_over.is_set():
        mailbox.request()
        newest = mailbox.newest
        if newest is not None and newest is not seen:
            seen = newest
            with use_threads(1):
                Predictor(newest.build_model(), newest.card).predict_drawing(drawing)
        time.sleep(_POLL_S)
