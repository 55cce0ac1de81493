"""What a graphics tablet reports of its pen."""

from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent

# The width of a stroke as a multiple of the pen width, without and with full pressure.
LIGHTEST, STRONGEST = 0.4, 1.2


def relative_width(event: QTabletEvent) -> float:
    """Return how wide a pen draws at its pressure, 0.4..1.2; 1.0 if it measures none."""
    device = event.pointingDevice()
    if device is None or not device.hasCapability(QInputDevice.Capability.Pressure):
        return 1.0
    return pressure_width(event.pressure())


def pressure_width(pressure: float) -> float:
    """Return how wide a pen draws at a pressure of 0..1."""
    return LIGHTEST + (STRONGEST - LIGHTEST) * min(max(pressure, 0.0), 1.0)


def is_eraser_end(event: QTabletEvent) -> bool:
    """Return whether the pen is turned around, with its eraser to the tablet."""
    return event.pointerType() == QPointingDevice.PointerType.Eraser
