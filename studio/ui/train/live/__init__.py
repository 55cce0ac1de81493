"""A running training: its thread, its progress, its curves."""
