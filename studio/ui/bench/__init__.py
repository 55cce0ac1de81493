"""Benchmarks of the real window, operated like a user would; workers of `studio.bench`."""
