"""How a training computes: device, precision, memory format, threads and their calibration."""
