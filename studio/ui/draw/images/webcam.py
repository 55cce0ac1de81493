"""Frames of a webcam, through Qt Multimedia where that optional package is installed."""

from importlib.util import find_spec
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QImage

from studio.data.opened_image import OpenedImage, load_opened_image
from studio.errors import StudioError
from studio.ui.draw.image_input import to_pillow
from studio.ui.tasks import LatestWorker

MISSING = (
    "A webcam needs Qt Multimedia, which is not installed. "
    "Install it with: pip install “vgg-studio[webcam]”"
)
NO_CAMERA = "No webcam was found. Connect one and allow this program to use it."


class FrameSource(Protocol):
    """What delivers the frames of a camera: `frame` carries a QImage, `failed` a text."""

    frame: SignalInstance
    failed: SignalInstance

    def start(self) -> None:
        """Begin to deliver frames."""

    def stop(self) -> None:
        """End it, and release the camera."""


def is_webcam_installed() -> bool:
    """Whether Qt Multimedia is installed; imports nothing of it."""
    return find_spec("PySide6.QtMultimedia") is not None


class QtFrameSource(QObject):
    """The frames of the default camera. Raises ImportError without Qt Multimedia."""

    frame = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        from PySide6 import QtMultimedia

        self._has_camera = bool(QtMultimedia.QMediaDevices.videoInputs())
        self._camera = QtMultimedia.QCamera(self)
        self._sink = QtMultimedia.QVideoSink(self)
        self._session = QtMultimedia.QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._camera.errorOccurred.connect(self._on_error)

    def start(self) -> None:
        """Begin to deliver frames, or report that there is no camera."""
        if self._has_camera:
            self._camera.start()
        else:
            self.failed.emit(NO_CAMERA)

    def stop(self) -> None:
        """Release the camera."""
        self._camera.stop()

    def _on_frame(self, frame: Any) -> None:
        image = frame.toImage()
        if not image.isNull():
            self.frame.emit(image)

    def _on_error(self, _error: object, text: str) -> None:
        self.failed.emit(text or NO_CAMERA)


class Webcam(QObject):
    """Opens the newest frame again and again, as a pasted image is opened.

    Signals: `opened(image)` with an `OpenedImage`, `frozen(image)` with the last one of `freeze`,
    `running_changed(running)` and `failed(error, traceback)`.
    """

    opened = Signal(object)
    frozen = Signal(object)
    running_changed = Signal(bool)
    failed = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source: FrameSource | None = None
        self._newest: OpenedImage | None = None
        self._worker = LatestWorker(_open_frame, self)
        self._worker.completed.connect(self._on_opened)
        self._worker.failed.connect(self.failed)

    @property
    def is_running(self) -> bool:
        """Whether frames are being opened."""
        return self._source is not None

    def start(self, source: FrameSource | None = None) -> None:
        """Open the frames of a source, by default those of the camera; `failed` says why not."""
        if source is None and not is_webcam_installed():
            self.failed.emit(StudioError(MISSING), "")
            return
        self.stop()
        self._source = source or QtFrameSource(self)
        self._source.frame.connect(self._on_frame)
        self._source.failed.connect(self._on_source_failed)
        self.running_changed.emit(True)
        self._source.start()

    def freeze(self) -> None:
        """Stop, and keep the last frame."""
        self.stop()
        if self._newest is not None:
            self.frozen.emit(self._newest)

    def stop(self) -> None:
        """Release the camera."""
        source, self._source = self._source, None
        if source is not None:
            source.frame.disconnect(self._on_frame)
            source.failed.disconnect(self._on_source_failed)
            source.stop()
            self._worker.cancel()
            self.running_changed.emit(False)

    def shutdown(self) -> None:
        """End everything."""
        self.stop()
        self._worker.close()

    def _on_frame(self, image: QImage) -> None:
        self._worker.submit(image)

    def _on_opened(self, _frame: QImage, image: OpenedImage) -> None:
        if self.is_running:
            self._newest = image
            self.opened.emit(image)

    def _on_source_failed(self, text: str) -> None:
        self.stop()
        self.failed.emit(StudioError(text), "")


def _open_frame(image: QImage) -> OpenedImage:
    return load_opened_image(to_pillow(image))
