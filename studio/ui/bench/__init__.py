"""Measurements of the real window, driven as a person drives it; workers of studio.bench."""
